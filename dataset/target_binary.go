package dataset

import (
	"fmt"
	"slices"
	"strings"

	"example.com/mlp"
	"example.com/mlp/internal/quote"
)

// Binary is the target of a classification into two classes: Y is n×1 and
// holds 1 where the cell is positive and 0 where it is the other name. The
// column must hold exactly two names, of which positive is one.
// Data.Classes is {other, positive}.
func Binary(column, positive string) Target {
	return Target{binaryTarget{column, strings.TrimSpace(positive)}}
}

const binaryKind = "binary"

type binaryTarget struct{ column, positive string }

func (t binaryTarget) columns() []string { return []string{t.column} }
func (binaryTarget) stratified() bool    { return true }
func (binaryTarget) check() error        { return nil }

func (t binaryTarget) learn(columns []cells) (targetEncoder, error) {
	names, err := findTwoClasses(columns[0], t.positive)
	if err != nil {
		return nil, err
	}
	return binaryEncoder{newClassEncoder(t.column, names)}, nil
}

// findTwoClasses returns the two names in a column, the positive last.
func findTwoClasses(cells cells, positive string) ([]string, error) {
	var names []string
	for i, cell := range cells.all() {
		if cells.missing.cell(nil, cell) {
			return nil, cells.at(i, missingTarget(cell))
		}
		name, err := cell.name()
		switch {
		case err != nil:
			return nil, cells.at(i, err)
		case slices.Contains(names, name):
		case len(names) == 2:
			return nil, cells.at(i, fmt.Errorf("%s is a third name beside %s", quote.Text(name), quoteAll(names)))
		default:
			names = append(names, strings.Clone(name))
		}
	}
	if len(names) == 1 {
		return nil, cells.atColumn(fmt.Errorf("%s is the only class, want 2", quote.Text(names[0])))
	}
	if err := orderClasses(names, positive); err != nil {
		return nil, cells.atColumn(err)
	}
	return names, nil
}

// orderClasses puts the positive class last.
func orderClasses(names []string, positive string) error {
	switch positive {
	case names[0]:
		names[0], names[1] = names[1], names[0]
	case names[1]:
	default:
		return fmt.Errorf("the classes are %s, none is the positive %s", quoteAll(names), quote.Text(positive))
	}
	return nil
}

func (t binaryTarget) summary() targetSummary {
	return &foundTarget{names: newNameCounts(2), each: eachName, encoderOf: func(found foundNames) (targetEncoder, error) {
		switch {
		case len(found.names) > 2:
			return nil, fmt.Errorf("there are more than 2 classes, among them %s", quoteAll(found.names))
		case len(found.names) < 2:
			return nil, fmt.Errorf("%s is the only class, want 2", quoteAll(found.names))
		}
		err := orderClasses(found.names, t.positive)
		return binaryEncoder{newClassEncoder(t.column, found.names)}, err
	}}
}

// binaryEncoder has one column of Y for two classes.
type binaryEncoder struct{ classEncoder }

func (binaryEncoder) width() int { return 1 }

func (e binaryEncoder) encode(dst []float64, columns []cells, row int) error {
	class, err := e.class(columns[0], row)
	dst[0] = float64(class)
	return err
}

func (e binaryEncoder) save() savedTarget {
	return savedTarget{Kind: binaryKind, Column: e.column, Classes: e.names}
}

func loadBinary(s savedTarget) (targetEncoder, error) {
	if n := len(s.Classes); n != 0 && n != 2 {
		return nil, fmt.Errorf("%d classes, binary takes 2", n)
	}
	return binaryEncoder{newClassEncoder(s.Column, s.Classes)}, s.checkClasses()
}

func (e binaryEncoder) answerer(net mlp.Network) (answerer, bool) {
	d, margins, ok := asDecider(net)
	choice := choice{d, e.names}
	switch {
	case !ok:
		return nil, false
	case margins:
		return &marginAnswerer{predictions{net}, choice}, true
	}
	return &binaryAnswerer{probabilities{d}, choice}, true
}

// choice decides between two classes.
type choice struct {
	decider decider
	names   []string
}

// class returns the class for the probability, or the margin, of the positive.
func (c choice) class(output []float64) string {
	if output[0] >= c.decider.Threshold() {
		return c.names[1]
	}
	return c.names[0]
}

// binaryAnswerer answers with the probabilities of two classes.
type binaryAnswerer struct {
	probabilities
	choice
}

func (*binaryAnswerer) size() int { return 2 }

func (a *binaryAnswerer) answer(said, numbers []float64) Prediction {
	numbers[0], numbers[1] = 1-said[0], said[0]
	return Prediction{Class: a.class(said), Probabilities: numbers, names: a.names}
}

// marginAnswerer answers with a class that the network has decided on.
type marginAnswerer struct {
	predictions
	choice
}

func (*marginAnswerer) size() int { return 0 }

func (a *marginAnswerer) answer(said, _ []float64) Prediction {
	return Prediction{Class: a.names[int(said[0])]}
}
