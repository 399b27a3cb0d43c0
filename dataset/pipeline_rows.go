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
	x, err = p.preparation.transformOr(t, func(row int, err error) error {
		answers[row] = noAnswer(err)
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	for i, a := range answers {
		if a.Err == nil {
			copy(x.RawRowView(len(rows)), x.RawRowView(i))
			rows = append(rows, i)
		}
	}
	if len(rows) == 0 {
		return nil, nil, nil
	}
	return x.Slice(0, len(rows), 0, len(p.preparation.features)).(*mat.Dense), rows, nil
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
