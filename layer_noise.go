package mlp

import (
	"cmp"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// GaussianNoise returns a layer that, in training, adds noise to each entry of
// x, drawn anew for each batch from a normal distribution with mean 0 and
// standard deviation sd (Bishop, Training with Noise is Equivalent to Tikhonov
// Regularization, 1995). Infer is the identity.
//
// sd is at least 0. Model returns an error for invalid arguments.
func GaussianNoise(units int, sd float64) Layer {
	err := cmp.Or(checkUnits(units), checkNonNegative("standard deviation of the noise", sd))
	return &gaussianNoise{trainingOnly{sameWidth{units, err}}, sd}
}

type gaussianNoise struct {
	trainingOnly
	sd float64
}

func (l *gaussianNoise) Describe() LayerDescription {
	d := l.describe("gaussian_noise")
	d.Numbers = map[string]float64{"sd": l.sd}
	return d
}

func (l *gaussianNoise) NewPass(rows int, rng *rand.Rand) Pass {
	forward := func(y, x *mat.Dense) {
		rows, _ := x.Dims()
		for i := range rows {
			yi := y.RawRowView(i)
			for j, v := range x.RawRowView(i) {
				yi[j] = v + float64(l.sd*normal(rng))
			}
		}
	}
	backward := func(dx, dy, _, _ *mat.Dense) { dx.Copy(dy) }
	p := NewPass(l, rows, Formulas{Forward: forward, Backward: backward})
	checkRandom(rng)
	return p
}
