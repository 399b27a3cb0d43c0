package dataset

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.com/mlp"
	"example.com/mlp/internal/decimal"
	"example.com/mlp/internal/quote"
)

// String returns the report as a text: the measures beside those of the
// baselines, then the classes, what is taken for what and the calibration curve,
// or the residuals.
func (r *Report) String() string {
	if r == nil || r.Rows == 0 {
		return "no report: Pipeline.Report makes one"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s, target %s\n\n", count(r.Rows, "row"), r.subject())
	r.measuresText().write(&b)
	r.writeNotes(&b)
	if r.Classes != nil {
		b.WriteByte('\n')
		r.classesText().write(&b)
	}
	if r.Confusion != nil {
		b.WriteByte('\n')
		writeConfusion(&b, r.Confusion)
	}
	if len(r.Calibration) == 1 && r.Calibration[0].Curve != nil {
		b.WriteByte('\n')
		r.calibrationText().write(&b)
	}
	if r.Residuals != nil {
		b.WriteByte('\n')
		r.residualsText().write(&b)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// subject says what is predicted.
func (r *Report) subject() string {
	var text string
	if len(r.Targets) > 0 {
		text = strconv.Quote(shortName(r.Targets[0]))
	}
	if more := len(r.Targets) - 1; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	switch {
	case r.Confusion != nil:
		text += fmt.Sprintf(" of %d classes", len(r.Names))
	case r.Names != nil:
		text += fmt.Sprintf(": %d labels", len(r.Names))
	}
	return text
}

func (r *Report) measuresText() textTable {
	head := []string{"", "value"}
	if r.Resamples > 0 {
		head = append(head, decimal.Percent(r.Confidence)+" interval")
	}
	for _, b := range r.Baselines {
		head = append(head, b.Name)
	}
	t := textTable{head}
	for _, m := range r.Measures {
		name := m.Name
		if m.Target != "" {
			name += " of " + shortName(m.Target)
		}
		line := []string{name, m.Text(m.Value)}
		if r.Resamples > 0 {
			line = append(line, m.Interval())
		}
		for _, v := range m.Baselines {
			line = append(line, m.Text(v))
		}
		t = append(t, line)
	}
	return t
}

// writeNotes says what the figures above are about.
func (r *Report) writeNotes(b *strings.Builder) {
	b.WriteByte('\n')
	isRecall := func(m Measure) bool { return m.Name == "recall" }
	if len(r.Names) > 0 && slices.ContainsFunc(r.Measures, isRecall) {
		fmt.Fprintf(b, "Precision, recall and F1 are those of %q.\n", shortName(r.Names[len(r.Names)-1]))
	}
	if r.Resamples > 0 {
		fmt.Fprintf(b, "The intervals are percentiles of %d resamples of the rows.\n", r.Resamples)
	}
	for _, base := range r.Baselines {
		fmt.Fprintf(b, "%s: %s\n", base.Name, base.About)
	}
}

const mostClassLines = 50

func (r *Report) classesText() textTable {
	t := textTable{{"", "precision", "recall", "F1", "ROC AUC", "avg. precision"}}
	labels := r.Confusion == nil && len(r.Calibration) == len(r.Classes)
	if labels {
		t[0] = append(t[0], "calibration")
	}
	t[0] = append(t[0], "rows")
	line := func(s mlp.ClassScores, more ...string) {
		l := []string{shortName(s.Name), decimal.Score(s.Precision), decimal.Score(s.Recall), decimal.Score(s.F1)}
		t = append(t, append(append(l, more...), strconv.Itoa(s.Support)))
	}
	for i, c := range r.Classes[:min(len(r.Classes), mostClassLines)] {
		more := []string{decimal.Score(c.ROCAUC), decimal.Score(c.AveragePrecision)}
		if labels {
			more = append(more, decimal.Score(r.Calibration[i].Error))
		}
		line(c.ClassScores, more...)
	}
	if more := len(r.Classes) - mostClassLines; more > 0 {
		t = append(t, append([]string{fmt.Sprintf("and %d more", more)}, make([]string, len(t[0])-1)...))
	}
	for _, s := range r.Averages {
		line(s, make([]string, len(t[0])-5)...)
	}
	return t
}

// writeConfusion writes the matrix, or its largest numbers if it is wide.
func writeConfusion(b *strings.Builder, c *mlp.Confusion) {
	const most, wide = 10, 100
	head := []string{"true \\ predicted"}
	for _, name := range c.Names {
		head = append(head, shortName(name))
	}
	if len(c.Names)*3 <= wide {
		t := textTable{head}
		for i, counts := range c.Counts {
			line := []string{head[i+1]}
			for _, n := range counts {
				line = append(line, strconv.Itoa(n))
			}
			t = append(t, line)
		}
		if t.width() <= wide {
			t.write(b)
			return
		}
	}
	mistakes := mistakesOf(c)
	if len(mistakes) == 0 {
		fmt.Fprintln(b, "no class is taken for another")
		return
	}
	t := textTable{{"true", "predicted", "rows"}}
	for _, m := range mistakes[:min(len(mistakes), most)] {
		t = append(t, []string{head[m.truth+1], head[m.predicted+1], strconv.Itoa(m.rows)})
	}
	t.write(b)
	if more := len(mistakes) - most; more > 0 {
		fmt.Fprintf(b, "and %d more pairs\n", more)
	}
}

// A mistake is a class that was taken for another in some rows.
type mistake struct{ truth, predicted, rows int }

// mistakesOf returns the mistakes, those with the most rows first.
func mistakesOf(c *mlp.Confusion) []mistake {
	var all []mistake
	for i, counts := range c.Counts {
		for j, n := range counts {
			if i != j && n > 0 {
				all = append(all, mistake{i, j, n})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b mistake) int { return cmp.Compare(b.rows, a.rows) })
	return all
}

func (r *Report) calibrationText() textTable {
	of := "largest probability"
	if len(r.Names) == 2 {
		of = "probability of " + shortName(r.Names[1])
	}
	t := textTable{{of, "observed", "rows"}}
	for _, p := range r.Calibration[0].Curve {
		t = append(t, []string{decimal.Score(p.Predicted), decimal.Score(p.Observed), strconv.Itoa(p.Rows)})
	}
	return t
}

func (r *Report) residualsText() textTable {
	t := textTable{{"true − predicted", "mean", "5 %", "25 %", "median", "75 %", "95 %"}}
	for _, s := range r.Residuals {
		line := []string{shortName(s.Target)}
		for _, v := range []float64{s.Mean, s.Q05, s.Q25, s.Median, s.Q75, s.Q95} {
			line = append(line, decimal.Text(v))
		}
		t = append(t, line)
	}
	return t
}

// shortName returns a name that leaves room in a line.
func shortName(name string) string { return quote.Shown(name, 20) }

// A textTable has lines of as many cells. The first column is aligned to the
// left, all others to the right.
type textTable [][]string

func (t textTable) widths() []int {
	widths := make([]int, len(t[0]))
	for _, line := range t {
		for j, cell := range line {
			widths[j] = max(widths[j], utf8.RuneCountInString(cell))
		}
	}
	return widths
}

const columnGap = 2

// width returns the number of letters of a line.
func (t textTable) width() int {
	sum := -columnGap
	for _, w := range t.widths() {
		sum += w + columnGap
	}
	return sum
}

func (t textTable) write(b *strings.Builder) {
	widths := t.widths()
	for _, cells := range t {
		line := fmt.Sprintf("%-*s", widths[0], cells[0])
		for j, cell := range cells[1:] {
			line += fmt.Sprintf("%*s", columnGap+widths[j+1], cell)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}
