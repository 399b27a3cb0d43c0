package mlp_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// The noise has mean 0, variance sd², whose square has variance 2·sd⁴, and
// fourth moment 3·sd⁴, whose square has variance 96·sd⁸.
func TestGaussianNoiseMoments(t *testing.T) {
	const rows, units, batches = 50, 40, 100
	for _, sd := range []float64{0, 0.3, 10} {
		pass := mlp.GaussianNoise(units, sd).NewPass(rows, rand.New(rand.NewPCG(1, 2)))
		x := mat.NewDense(rows, units, nil)
		sum, squares, fourths := 0.0, 0.0, 0.0
		for range batches {
			for _, v := range pass.Forward(x).RawMatrix().Data {
				sum += v
				squares += v * v
				fourths += v * v * v * v
			}
		}
		n, sd2 := float64(rows*units*batches), sd*sd
		checkMean(t, "noise", sum, n, 0, sd)
		checkMean(t, "squared noise", squares, n, sd2, math.Sqrt2*sd2)
		checkMean(t, "fourth power of the noise", fourths, n, 3*sd2*sd2, math.Sqrt(96)*sd2*sd2)
	}
}
