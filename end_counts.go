package mlp

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// countsEnd answers with expected counts, whose logarithms are the outputs.
type countsEnd struct{ plainEnd }

func (countsEnd) checkTargets(op, taker string, y *mat.Dense) error {
	for i := range y.RawMatrix().Rows {
		for j, v := range y.RawRowView(i) {
			if v < 0 {
				return fmt.Errorf("mlp: %s: y row %d has %g in column %d, %s takes numbers of at least 0", op, i, v, j, taker)
			}
		}
	}
	return nil
}

// answer also detects an output of −∞, whose count would be 0.
func (countsEnd) answer(rows []float64) (ok bool) {
	if !kernel.AllFinite(rows) {
		return false
	}
	kernel.Exp(rows, rows)
	return kernel.AllFinite(rows)
}

// scorer computes R² from the answers.
func (e countsEnd) scorer(act Activation, y *mat.Dense) scorer {
	counts := &changedScorer{scorer: newR2(y, e.units), change: func(rows *mat.Dense) {
		e.answer(rows.RawMatrix().Data)
	}}
	return scoreAfter(act, counts)
}

func (e countsEnd) load(map[string]string) (end, error) { return e, nil }
