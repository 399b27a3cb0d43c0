package dataset

import (
	"fmt"
	"slices"

	"example.com/mlp"
)

// Numbers is the target of a regression: Y is n×k and holds the numbers of the
// k columns, one or more.
func Numbers(columns ...string) Target {
	return Target{numbersTarget{names: slices.Clone(columns)}}
}

// NumbersIn is Numbers for columns whose numbers are written in this notation, such
// as 1.234,50 €.
func NumbersIn(n Notation, columns ...string) Target {
	return Target{numbersTarget{slices.Clone(columns), n.orNil()}}
}

const numbersKind = "numbers"

// numbersTarget has the names of the columns, of which nothing is to be learned.
type numbersTarget struct {
	names    []string
	notation *Notation // nil for that of Go
}

// GoString has the notation in the place of its address, for the digest of a Recipe.
func (t numbersTarget) GoString() string {
	var n Notation
	if t.notation != nil {
		n = *t.notation
	}
	return fmt.Sprintf("dataset.numbersTarget{%#v, %#v}", t.names, n)
}

func (t numbersTarget) columns() []string { return t.names }
func (t numbersTarget) width() int        { return len(t.names) }
func (numbersTarget) classes() []string   { return nil }
func (numbersTarget) stratified() bool    { return false }

func (t numbersTarget) check() error {
	if err := checkColumns(t.names, 1); err != nil {
		return fmt.Errorf("Numbers: %w", err)
	}
	if err := t.notation.check(); err != nil {
		return fmt.Errorf("NumbersIn: %w", err)
	}
	return nil
}

func (t numbersTarget) learn([]cells) (targetEncoder, error) { return t, nil }
func (t numbersTarget) summary() targetSummary               { return newNumbersSummary(t) }

func (t numbersTarget) encode(dst []float64, columns []cells, row int) error {
	for k, c := range columns {
		cell, err := targetCellIn(t.notation, c, row)
		if err != nil {
			return err
		}
		if dst[k], err = t.notation.number(cell); err != nil {
			if t.notation == nil && cell.isText() {
				err = withLook(err, cell.String(), "NumbersIn with Notation")
			}
			return c.at(row, err)
		}
	}
	return nil
}

func (t numbersTarget) save() savedTarget {
	s := savedTarget{Kind: numbersKind, Notation: t.notation.save()}
	if len(t.names) == 1 {
		s.Column = t.names[0]
	} else {
		s.Columns = t.names
	}
	return s
}

func loadNumbers(s savedTarget) (targetEncoder, error) {
	n, err := s.Notation.load()
	if err != nil {
		return nil, err
	}
	return numbersTarget{s.columns(), n}, checkColumns(s.columns(), 1)
}

func (t numbersTarget) answerer(net mlp.Network) (answerer, bool) {
	switch net.Loss().Task() {
	case mlp.Regression, mlp.Counting:
	default:
		return nil, false
	}
	if len(t.names) == 1 {
		return &numberAnswerer{predictions{net}}, true
	}
	return &numbersAnswerer{predictions{net}, t.names}, true
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
