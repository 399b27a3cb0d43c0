package dataset

import (
	"fmt"
	"slices"

	"example.com/mlp"
)

// Numbers is the target of a regression: Y is n×k and holds the numbers of the
// k columns, one or more.
func Numbers(columns ...string) Target { return Target{numbersTarget(slices.Clone(columns))} }

const numbersKind = "numbers"

// numbersTarget has the names of the columns, of which nothing is to be learned.
type numbersTarget []string

func (t numbersTarget) columns() []string { return t }
func (t numbersTarget) width() int        { return len(t) }
func (numbersTarget) classes() []string   { return nil }
func (numbersTarget) stratified() bool    { return false }

func (t numbersTarget) check() error {
	if err := checkColumns(t, 1); err != nil {
		return fmt.Errorf("Numbers: %w", err)
	}
	return nil
}

func (t numbersTarget) learn([]cells) (targetEncoder, error) { return t, nil }
func (t numbersTarget) summary() targetSummary               { return newNumbersSummary(t) }

func (t numbersTarget) encode(dst []float64, columns []cells, row int) error {
	for k, c := range columns {
		cell, err := targetCell(c, row)
		if err != nil {
			return err
		}
		if dst[k], err = (*Notation)(nil).number(cell); err != nil {
			return c.at(row, err)
		}
	}
	return nil
}

func (t numbersTarget) save() savedTarget {
	if len(t) == 1 {
		return savedTarget{Kind: numbersKind, Column: t[0]}
	}
	return savedTarget{Kind: numbersKind, Columns: t}
}

func loadNumbers(s savedTarget) (targetEncoder, error) {
	return numbersTarget(s.columns()), checkColumns(s.columns(), 1)
}

func (t numbersTarget) answerer(net mlp.Network) (answerer, bool) {
	switch net.Loss().Task() {
	case mlp.Regression, mlp.Counting:
	default:
		return nil, false
	}
	if len(t) == 1 {
		return &numberAnswerer{predictions{net}}, true
	}
	return &numbersAnswerer{predictions{net}, t}, true
}

// numberAnswerer answers with one number.
type numberAnswerer struct{ predictions }

func (*numberAnswerer) size() int { return 0 }

func (*numberAnswerer) answer(said, _ []float64) Prediction { return Prediction{Value: said[0]} }

// numbersAnswerer answers with several numbers.
type numbersAnswerer struct {
	predictions
	columns []string
}

func (a *numbersAnswerer) size() int { return len(a.columns) }

func (a *numbersAnswerer) answer(said, numbers []float64) Prediction {
	copy(numbers, said)
	return Prediction{Values: numbers, names: a.columns}
}
