package dataset

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.com/mlp"
	"example.com/mlp/internal/quote"
)

// LabelSets is Labels for a column whose cells are lists of labels with a
// separator between them: "drama|comedy" with the separator "|". A cell without
// text is a sample without labels. Spaces around a label do not count.
//
// Without order the labels are those that occur, sorted as by [sort.Strings]: at
// least two, and no more than 10000. With order they are the given ones in the
// given order. A label that does not occur is then a column of zeros, and one
// outside order is an error.
func LabelSets(column, separator string, order ...string) Target {
	return Target{labelSetsTarget{column, separator, trimAll(order)}}
}

const labelSetsKind = "label_sets"

type labelSetsTarget struct {
	column, separator string
	order             []string // nil to take the labels that occur
}

func (t labelSetsTarget) columns() []string { return []string{t.column} }
func (labelSetsTarget) stratified() bool    { return false }

func (t labelSetsTarget) check() error {
	if t.separator == "" {
		return errors.New("LabelSets: the separator is empty")
	}
	if len(t.order) == 0 {
		return nil
	}
	if err := checkNames(t.order); err != nil {
		return fmt.Errorf("LabelSets: %w", err)
	}
	return nil
}

func (t labelSetsTarget) learn(columns []cells) (targetEncoder, error) {
	e := labelSetEncoder{t.column, t.separator, t.order, nil}
	if len(t.order) == 0 {
		var err error
		if e.names, err = e.find(columns[0]); err != nil {
			return nil, err
		}
	}
	e.index = indexNames(e.names)
	return e, nil
}

func (t labelSetsTarget) summary() targetSummary {
	e := labelSetEncoder{t.column, t.separator, t.order, indexNames(t.order)}
	if len(t.order) > 0 {
		return newKnownTarget(e)
	}
	each := func(columns []cells, row int, visit func(name string)) error {
		var labels []string // a label counts once in a row
		return e.each(columns[0], row, func(label string) error {
			if !slices.Contains(labels, label) {
				labels = append(labels, label)
				visit(label)
			}
			return nil
		})
	}
	names := newNameCounts(maxClasses)
	names.several = true
	return &foundTarget{names: names, each: each, encoderOf: func(found foundNames) (targetEncoder, error) {
		if len(found.names) < 2 {
			return nil, fewLabels(len(found.names))
		}
		if !found.vary {
			return nil, fmt.Errorf("the target is %s in every row, which leaves nothing to learn", quoteAll(found.names))
		}
		return labelSetEncoder{t.column, t.separator, found.names, indexNames(found.names)}, nil
	}}
}

func fewLabels(n int) error { return fmt.Errorf("%d different labels, want at least 2", n) }

// labelSetEncoder has a column of Y for each label.
type labelSetEncoder struct {
	column, separator string
	names             []string
	index             map[string]int // of each name
}

func (e labelSetEncoder) columns() []string { return []string{e.column} }
func (e labelSetEncoder) width() int        { return len(e.names) }
func (e labelSetEncoder) classes() []string { return e.names }

// find returns the labels in a column, sorted.
func (e labelSetEncoder) find(c cells) ([]string, error) {
	found := make(map[string]bool)
	for i := range c.table.Rows() {
		err := e.each(c, i, func(label string) error {
			if !found[label] {
				found[strings.Clone(label)] = true // as the cell is part of the text of the whole table
			}
			if len(found) > maxClasses {
				return fmt.Errorf("more than %d different labels", maxClasses)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if len(found) < 2 {
		return nil, c.atColumn(fewLabels(len(found)))
	}
	return slices.Sorted(maps.Keys(found)), nil
}

// each calls visit for the labels in the cell of a row. An error says where the
// cell is.
func (e labelSetEncoder) each(c cells, row int, visit func(label string) error) error {
	cell := c.cell(row).String()
	if cell == "" {
		return nil
	}
	if _, err := targetCell(c, row); err != nil {
		return err
	}
	for label := range strings.SplitSeq(cell, e.separator) {
		label = strings.TrimSpace(label)
		if label == "" {
			return c.at(row, fmt.Errorf("%s has an empty label", quote.Text(cell)))
		}
		if err := visit(label); err != nil {
			return c.at(row, err)
		}
	}
	return nil
}

func (e labelSetEncoder) encode(dst []float64, columns []cells, row int) error {
	return e.each(columns[0], row, func(label string) error {
		k, ok := e.index[label]
		if !ok {
			return fmt.Errorf("%s is none of the labels %s", quote.Text(label), quoteAll(e.names))
		}
		dst[k] = 1
		return nil
	})
}

func (e labelSetEncoder) save() savedTarget {
	return savedTarget{Kind: labelSetsKind, Column: e.column, Classes: e.names, Separator: e.separator}
}

func loadLabelSets(s savedTarget) (targetEncoder, error) {
	if s.Separator == "" {
		return nil, errors.New("no separator")
	}
	return labelSetEncoder{s.Column, s.Separator, s.Classes, indexNames(s.Classes)}, s.checkClasses()
}

func (e labelSetEncoder) answerer(net mlp.Network) (answerer, bool) {
	return newLabelAnswerer(net, e.names)
}
