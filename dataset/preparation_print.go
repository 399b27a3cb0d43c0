package dataset

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/mlp/internal/quote"
)

// String says in a line for each column what becomes of it: its features, how
// many cells of which spelling were missing in the training rows and what
// stands in for them, and which features were the same in all of these rows, so
// that they are 0 in every row.
func (p *Preparation) String() string {
	if p.check() != nil {
		return "a preparation without columns"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s to %s", count(len(p.columns), "column"), count(len(p.features), "feature"))
	if t := p.target; t != nil {
		fmt.Fprintf(&b, ", target %s of kind %s", quoteAll(t.columns()), t.save().Kind)
		if names := t.classes(); names != nil {
			fmt.Fprintf(&b, ": %s", quoteAll(names))
		}
	}
	width := 0
	names := make([]string, len(p.columns))
	for i, c := range p.columns {
		names[i] = quote.Text(c.name)
		width = max(width, utf8.RuneCountInString(names[i]))
	}
	for i, c := range p.columns {
		gap := strings.Repeat(" ", width-utf8.RuneCountInString(names[i]))
		fmt.Fprintf(&b, "\n%s%s  %s", names[i], gap, strings.Join(c.describe(), "; "))
	}
	return b.String()
}

// count returns such as "3 features".
func count(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return fmt.Sprint(n, " ", of, "s")
}

// describe says what becomes of a column, in parts.
func (c *columnEncoder) describe() []string {
	s := c.save()
	parts := []string{s.describe()}
	if c.filled != nil {
		parts = append(parts, c.describeFill())
	}
	if c.flags != nil {
		parts = append(parts, "flags scaled by smooth_clip")
	}
	if len(c.constant) == len(c.features) {
		return append(parts, "always the same in training, so 0 in every row")
	}
	if len(c.constant) > 0 {
		constant := make([]string, len(c.constant))
		for k, i := range c.constant {
			constant[k] = c.features[i].Name
		}
		parts = append(parts, "always the same in training, so 0 in every row: "+quoteAll(constant))
	}
	return parts
}

// describeFill says what stands in for missing cells, and how many there were.
func (c *columnEncoder) describeFill() string {
	rows, spellings := 0, make([]string, 0, len(c.filledCells))
	for _, cell := range slices.Sorted(maps.Keys(c.filledCells)) {
		rows += c.filledCells[cell]
		spellings = append(spellings, fmt.Sprintf("%s (%d)", quote.Text(cell), c.filledCells[cell]))
	}
	text := "a missing cell is an unknown one"
	if c.fill != nil {
		text = "a missing cell is " + quote.Text(*c.fill)
	}
	if c.indicator {
		text += " and has a flag"
	}
	if rows == 0 {
		return text + ", none was"
	}
	const most = 12
	if n := len(spellings); n > most {
		spellings = append(spellings[:most], fmt.Sprintf("and %d more", n-most))
	}
	return fmt.Sprintf("%s, in %s: %s", text, count(rows, "training row"), strings.Join(spellings, ", "))
}

// describe says what becomes of a cell that is not missing.
func (s savedColumn) describe() string {
	switch s.Kind {
	case booleanKind:
		if s.Sign {
			return "truth value, 1 for yes, −1 for no and 0 for neither"
		}
		return "truth value, 1 for yes and 0 for no"
	case categoricalKind:
		names := count(len(s.Categories), "name") + ": " + quoteAll(s.Categories)
		text := "one-hot, " + names
		switch {
		case s.Codes != nil:
			text = "codes, " + names
		case s.Sign:
			text = "sign, −1 and 1 for " + names
		}
		if s.Unknown != UnknownRefused && (s.Sign || s.Codes != nil) {
			return text + "; any other is 0"
		}
		switch s.Unknown {
		case UnknownZeros:
			return text + "; any other is zeros"
		case UnknownFeature:
			return text + "; any other is a feature of its own"
		case UnknownShares:
			return text + "; any other is their shares in training"
		}
		return text
	case ordinalKind:
		return fmt.Sprintf("position of %s, %s", quoteAll(s.Categories), s.Scale.describe())
	case dateKind:
		return s.Date.describe()
	}
	text := "number, "
	if n, err := s.Notation.load(); err == nil && n != nil { // which it was made from
		text = "number written with " + n.String() + ", "
	}
	text += s.Scale.describe()
	for _, c := range s.Also {
		text += "; and " + c.describe()
	}
	return text
}

func (d *savedDate) describe() string {
	fields := make([]string, len(d.Fields))
	for i, f := range d.Fields {
		fields[i] = f.String()
	}
	text := "date"
	if d.UTC {
		text += " in UTC"
	}
	if len(d.Layouts) > 0 {
		text += " written as " + quoteAll(d.Layouts)
	}
	text += ": " + strings.Join(fields, ", ")
	if len(d.Scales) > 0 {
		text += " (" + d.Scales[0].Scaling.String() + ")"
	}
	return text
}

func (c *columnScale) describe() string {
	switch {
	case c == nil:
		return "not scaled"
	case c.Scaling == Quantile:
		return "its share among " + c.describeQuantiles()
	case c.Scaling == Normal:
		return "normally distributed by " + c.describeQuantiles()
	}
	return fmt.Sprintf("minus %g, divided by %g (%v)", c.Shift, c.Scale, c.Scaling)
}

func (c *columnScale) describeQuantiles() string {
	return fmt.Sprintf("%d quantiles from %g to %g", len(c.Quantiles), c.Quantiles[0], c.Quantiles[len(c.Quantiles)-1])
}
