package dataset

import (
	"encoding/json"
	"fmt"

	"example.com/mlp/internal/quote"
	"example.com/mlp/internal/strictjson"
)

// savedPreparation is a Preparation as JSON.
type savedPreparation struct {
	Version int           `json:"version"`
	Missing []string      `json:"missing"`
	ByValue bool          `json:"missing_by_value,omitempty"` // texts that are the same number as one of Missing are missing, too
	Columns []savedColumn `json:"columns"`
	Target  *savedTarget  `json:"target,omitempty"`
}

const savedVersion = 1

// savedColumn is a column as JSON. Each kind has some of the fields.
type savedColumn struct {
	Name        string         `json:"name"`
	Kind        string         `json:"kind"`
	Categories  []string       `json:"categories,omitempty"`
	Unknown     Unknown        `json:"unknown,omitempty"`
	Shares      []float64      `json:"shares,omitempty"`
	Sign        bool           `json:"sign,omitempty"`
	Codes       []int          `json:"codes,omitempty"`
	Notation    *savedNotation `json:"notation,omitempty"`
	Date        *savedDate     `json:"date,omitempty"`
	Scale       *columnScale   `json:"scale,omitempty"`
	Also        []*columnScale `json:"also,omitempty"` // of more features of the same number
	Fill        *string        `json:"fill,omitempty"`
	FillUnknown bool           `json:"fill_unknown,omitempty"`
	Indicator   bool           `json:"indicator,omitempty"`
	Flags       []columnScale  `json:"flags,omitempty"`    // of the features that are no quantities
	Constant    []int          `json:"constant,omitempty"` // features that stay 0
	Filled      map[string]int `json:"filled,omitempty"`   // training rows by the text that was missing
}

// load returns the column, or an error unless the fields make sense.
func (s savedColumn) load() (*columnEncoder, error) {
	load, ok := kinds[s.Kind]
	if !ok {
		return nil, fmt.Errorf("unknown kind %s", quote.Text(s.Kind))
	}
	e, err := load(s)
	if err != nil {
		return nil, err
	}
	for _, rows := range s.Filled {
		if rows < 1 || s.Fill == nil && !s.FillUnknown {
			return nil, fmt.Errorf("%d missing cells filled", rows)
		}
	}
	c := &columnEncoder{
		name: s.Name, encoder: e,
		fill: s.Fill, unknown: s.FillUnknown, indicator: s.Indicator, flags: s.Flags, constant: s.Constant, filledCells: s.Filled,
	}
	if err := s.checkFields(c.save()); err != nil {
		return nil, err
	}
	return c, c.init()
}

// checkFields returns an error if s has a field that its kind does not have. Such
// a field is lost when the column is saved again.
func (s savedColumn) checkFields(again savedColumn) error {
	switch {
	case len(s.Categories) != len(again.Categories):
		return fmt.Errorf("%s with %d categories", s.Kind, len(s.Categories))
	case s.Unknown != again.Unknown:
		return fmt.Errorf("%s with unknown %v", s.Kind, s.Unknown)
	case len(s.Shares) != len(again.Shares):
		return fmt.Errorf("%s with %d shares", s.Kind, len(s.Shares))
	case s.Sign != again.Sign:
		return fmt.Errorf("%s with a sign", s.Kind)
	case len(s.Codes) != len(again.Codes):
		return fmt.Errorf("%s with %d codes", s.Kind, len(s.Codes))
	case s.Scale != again.Scale:
		return fmt.Errorf("%s with a scale", s.Kind)
	case len(s.Also) != len(again.Also):
		return fmt.Errorf("%s with %d more scales", s.Kind, len(s.Also))
	case s.Notation != nil && again.Notation == nil:
		return fmt.Errorf("%s with a notation", s.Kind)
	case s.Date != nil && again.Date == nil:
		return fmt.Errorf("%s with fields of a date", s.Kind)
	}
	return nil
}

// needCategories returns an error if s has no categories.
func (s savedColumn) needCategories() error {
	if len(s.Categories) == 0 {
		return fmt.Errorf("%s with 0 categories", s.Kind)
	}
	return nil
}

// MarshalJSON returns everything p has learned.
func (p *Preparation) MarshalJSON() ([]byte, error) { return p.marshal("MarshalJSON") }

// MarshalText returns the JSON of p.
func (p *Preparation) MarshalText() ([]byte, error) { return p.marshal("MarshalText") }

func (p *Preparation) marshal(op string) ([]byte, error) {
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("dataset: Preparation.%s: %w", op, err)
	}
	s := savedPreparation{savedVersion, p.missing.texts, p.missing.byValue, p.save(), nil}
	if p.target != nil {
		target := p.target.save()
		s.Target = &target
	}
	return json.Marshal(s)
}

// UnmarshalJSON sets p to what MarshalJSON has written. It distrusts the text:
// whatever does not make sense is an error, which leaves p as it was.
func (p *Preparation) UnmarshalJSON(text []byte) error { return p.unmarshal("UnmarshalJSON", text) }

// UnmarshalText is UnmarshalJSON.
func (p *Preparation) UnmarshalText(text []byte) error { return p.unmarshal("UnmarshalText", text) }

func (p *Preparation) unmarshal(op string, text []byte) error {
	if p == nil {
		return fmt.Errorf("dataset: Preparation.%s: the preparation is nil", op)
	}
	q, err := unmarshalPreparation(text)
	if err != nil {
		return fmt.Errorf("dataset: Preparation.%s: %w", op, err)
	}
	*p = *q
	return nil
}

// save returns what a file holds of each column.
func (p *Preparation) save() []savedColumn {
	saved := make([]savedColumn, len(p.columns))
	for i, c := range p.columns {
		saved[i] = c.save()
	}
	return saved
}

func unmarshalPreparation(text []byte) (*Preparation, error) {
	const depth = 7 // of a quantile of a date
	s := savedPreparation{Missing: []string{}}
	if err := strictjson.Unmarshal(text, &s, depth); err != nil {
		return nil, err
	}
	if s.Version != savedVersion {
		return nil, fmt.Errorf("version %d is not version %d", s.Version, savedVersion)
	}
	p := &Preparation{missing: loadMissing(s.Missing, s.ByValue)}
	if s.Target != nil {
		var err error
		if p.target, err = s.Target.load(); err != nil {
			return nil, err
		}
	}
	for _, column := range s.Columns {
		c, err := column.load()
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", quote.Text(column.Name), err)
		}
		p.columns = append(p.columns, c)
	}
	if err := p.init(); err != nil {
		return nil, err
	}
	return p, nil
}
