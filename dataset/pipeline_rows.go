package dataset

import (
	"cmp"
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// transformRows returns the features of the rows of t that have them, and which
// rows these are. In the answers to the others it stores why they have none.
func (p *Pipeline) transformRows(answers []Prediction, t *Table) (x *mat.Dense, rows []int, err error) {
	x, err = p.preparation.transform(t)
	if err == nil {
		return x, span(0, t.Rows()), nil
	}
	for _, c := range p.preparation.columns {
		if _, err := t.find(c.name); err != nil {
			return nil, nil, err
		}
	}
	if err := p.refuseRows(answers, t, err); err != nil {
		return nil, nil, err
	}
	for i, a := range answers {
		if a.Err == nil {
			rows = append(rows, i)
		}
	}
	if len(rows) == 0 {
		return nil, nil, nil
	}
	if t, err = t.subset(rows); err != nil {
		return nil, nil, err
	}
	x, err = p.preparation.transform(t)
	return x, rows, err
}

// refuseRows stores in the answers to the rows of t that have no features why
// they have none. As t, transformed as a whole, gives an error, it tries the
// halves.
func (p *Pipeline) refuseRows(answers []Prediction, t *Table, err error) error {
	n := len(answers)
	if n == 1 {
		answers[0] = noAnswer(err)
		return nil
	}
	for _, half := range [][]int{span(0, n/2), span(n/2, n)} {
		part, err := t.subset(half)
		if err != nil {
			return err
		}
		if _, err := p.preparation.transform(part); err != nil {
			if err := p.refuseRows(answers[half[0]:][:len(half)], part, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// answerRows stores in the answers to these rows, whose features are those of x,
// what the network says of them, or that it says nothing finite.
func (p *Pipeline) answerRows(answers []Prediction, rows []int, x *mat.Dense) error {
	if len(rows) == 0 {
		return nil
	}
	said, err := p.asker.ask(x)
	switch {
	case err == nil:
	case !errors.Is(err, mlp.ErrNotFinite):
		return err
	case len(rows) == 1:
		y := make([]float64, p.preparation.target.width())
		answers[rows[0]] = noAnswer(cmp.Or(p.asker.askRow(y, x.RawRowView(0)), err)) // askRow numbers no rows
		return nil
	default:
		return p.answerHalves(answers, rows, x)
	}
	numbers := make([]float64, p.size*len(rows))
	for i, row := range rows {
		answers[row] = p.answerer.answer(said.RawRowView(i), numbers[:p.size:p.size])
		numbers = numbers[p.size:]
	}
	return nil
}

// answerHalves is answerRows, half by half.
func (p *Pipeline) answerHalves(answers []Prediction, rows []int, x *mat.Dense) error {
	half, features := len(rows)/2, len(p.preparation.features)
	if err := p.answerRows(answers, rows[:half], x.Slice(0, half, 0, features).(*mat.Dense)); err != nil {
		return err
	}
	return p.answerRows(answers, rows[half:], x.Slice(half, len(rows), 0, features).(*mat.Dense))
}

// noAnswer returns the prediction for a record that has none.
func noAnswer(err error) Prediction { return Prediction{Value: math.NaN(), Err: err} }
