package dataset

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/quote"
)

// A Preparation is what [Recipe.Fit] has learned from training rows. It turns
// rows of the same columns into rows of numbers, whether they come from a
// table, a map or a struct, and the outputs of a classifier back into names. A
// record gives the same numbers to the bit whichever way it comes.
//
// A feature that is the same in all training rows, up to rounding, teaches a
// network nothing, and the weights behind it are as they were drawn. It is 0,
// whatever comes: a column that is 7 in all rows, the flag of a column without
// a gap, a category without a row. String and Layout name these features.
//
// It keeps no row it was fitted to. As JSON it is a small text that reads back
// to the same bits, to be stored beside the weights of the network.
//
// A Preparation does not change, except by UnmarshalJSON and UnmarshalText, and is
// safe for concurrent use. The zero value is only there to be unmarshalled
// into.
type Preparation struct {
	missing *missingValues
	columns []*columnEncoder
	target  targetEncoder // nil if there is none

	layout    []Feature
	features  []string            // their names
	spellings map[string][]string // of the columns, by their names in lower case
	structs   *sync.Map           // how each type of struct is read: reflect.Type to *structReader
}

// init derives what follows from the saved fields and returns an error unless
// they make sense.
func (p *Preparation) init() error {
	if len(p.columns) == 0 {
		return errors.New("no column is left for the features")
	}
	p.structs = new(sync.Map)
	p.spellings = make(map[string][]string)
	columns := make(map[string]bool)
	if p.target != nil {
		for _, name := range p.target.columns() {
			columns[name] = true
		}
	}
	from := make(map[string]string) // column of each feature
	for _, c := range p.columns {
		if c.name == "" || columns[c.name] {
			return fmt.Errorf("column %s has no name or one that is taken", quote.Text(c.name))
		}
		columns[c.name] = true
		lower := strings.ToLower(c.name)
		p.spellings[lower] = append(p.spellings[lower], c.name)
		for _, f := range c.features {
			if other, ok := from[f.Name]; ok {
				return fmt.Errorf("columns %s and %s both give a feature %s", quote.Text(other), quote.Text(c.name), quote.Text(f.Name))
			}
			from[f.Name] = c.name
			p.layout = append(p.layout, f)
			p.features = append(p.features, f.Name)
		}
	}
	return p.checkText()
}

// checkText returns an error if a text would not survive JSON.
func (p *Preparation) checkText() error {
	texts := slices.Concat(p.missing.texts, p.features)
	if p.target != nil {
		s := p.target.save()
		texts = slices.Concat(texts, p.target.columns(), s.Classes, []string{s.Separator})
	}
	for _, c := range p.columns {
		s := c.save()
		texts = append(texts, s.Categories...)
		if s.Fill != nil {
			texts = append(texts, *s.Fill)
		}
		if s.Notation != nil {
			texts = append(texts, s.Notation.Units...)
		}
		if s.Date != nil {
			texts = append(texts, s.Date.Layouts...)
		}
		texts = slices.AppendSeq(texts, maps.Keys(s.Filled))
	}
	for _, text := range texts {
		if !utf8.ValidString(text) {
			return fmt.Errorf("%s is not UTF-8", quote.Text(text))
		}
	}
	return nil
}

// Columns returns the names of the columns that are needed to predict, in the
// order of the training table.
func (p *Preparation) Columns() []string {
	if p == nil {
		return nil
	}
	names := make([]string, len(p.columns))
	for i, c := range p.columns {
		names[i] = c.name
	}
	return names
}

// Features returns the names of the columns of X: "age" for a number,
// "port=Genoa" for the category Genoa of the column port, and for the sign that is
// 1 for Genoa, "port" for its codes, "port is unknown" and "age is missing" for
// the features that are made on request. Layout says more
// about them.
func (p *Preparation) Features() []string {
	if p == nil {
		return nil
	}
	return slices.Clone(p.features)
}

// Target returns the name of the target column, of the first one if there are
// several, "" if there is none.
func (p *Preparation) Target() string {
	if p == nil || p.target == nil {
		return ""
	}
	return p.target.columns()[0]
}

// Targets returns the names of the target columns, nil if there are none.
func (p *Preparation) Targets() []string {
	if p == nil || p.target == nil {
		return nil
	}
	return slices.Clone(p.target.columns())
}

// Classes returns the names of the classes or labels, as Data.Classes: nil if
// the target is one of numbers.
func (p *Preparation) Classes() []string {
	if p == nil || p.target == nil {
		return nil
	}
	return slices.Clone(p.target.classes())
}

// Transform returns the features of the rows of t, n×len(Features()). The
// table must have the columns of the training table, in any order; the target
// and further columns may be there or not. A cell that its column does not take
// is an error that names the line and the column.
func (p *Preparation) Transform(t *Table) (*mat.Dense, error) {
	x, err := p.transform(t)
	if err != nil {
		return nil, fmt.Errorf("dataset: Preparation.Transform: %w", err)
	}
	return x, nil
}

// Data returns the features and the target of the rows of t, to train with or
// to evaluate. Besides what Transform asks for, the table must have the columns
// of the target.
func (p *Preparation) Data(t *Table) (*Data, error) {
	d, err := p.data(t)
	if err != nil {
		return nil, fmt.Errorf("dataset: Preparation.Data: %w", err)
	}
	return d, nil
}

func (p *Preparation) data(t *Table) (*Data, error) {
	if p == nil || p.target == nil {
		return nil, errors.New("the recipe had no target")
	}
	x, err := p.transform(t)
	if err != nil {
		return nil, err
	}
	columns, err := t.targetColumns(p.target.columns(), p.missing)
	if err != nil {
		return nil, err
	}
	y, err := encodeTarget(p.target, columns)
	if err != nil {
		return nil, err
	}
	return &Data{X: x, Y: y, Features: p.Features(), Layout: p.Layout(), Target: p.Target(), Targets: p.Targets(), Classes: p.Classes()}, nil
}

// check returns an error for a preparation that was not fitted.
func (p *Preparation) check() error {
	if p == nil || len(p.columns) == 0 {
		return errors.New("the preparation is nil or zero, Recipe.Fit makes one")
	}
	return nil
}

// Class returns the name of the class that the outputs y of the network for a
// sample mean, a row of what Forward returns: of a Classifier, the class of the
// largest probability, the first of several; of a BinaryClassifier, the positive
// class if the probability, or the margin, is at least the threshold of the
// network.
//
// It is an error if the target is not one of classes, if the network is not for
// it or if y has not the length of a row of Y.
func (p *Preparation) Class(net mlp.Network, y []float64) (string, error) {
	class, err := p.class(net, y)
	if err != nil {
		return "", fmt.Errorf("dataset: Preparation.Class: %w", err)
	}
	return class, nil
}

func (p *Preparation) class(net mlp.Network, y []float64) (string, error) {
	if err := p.check(); err != nil {
		return "", err
	}
	answerer, err := p.answerer(net)
	if err != nil {
		return "", err
	}
	chooser, ok := answerer.(interface{ class(y []float64) string })
	if !ok {
		return "", fmt.Errorf("the target %s is of kind %s, which has no classes to choose from", quoteAll(p.target.columns()), p.target.save().Kind)
	}
	if len(y) != p.target.width() {
		return "", fmt.Errorf("y has %d entries, the target has %d", len(y), p.target.width())
	}
	if i := slices.IndexFunc(y, math.IsNaN); i >= 0 {
		return "", fmt.Errorf("y[%d] is NaN: %w", i, mlp.ErrNotFinite)
	}
	return chooser.class(y), nil
}
