package mlp_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

func TestPeriodic(t *testing.T) {
	for _, l := range []func(opts ...mlp.PeriodicOption) mlp.Layer{
		func(opts ...mlp.PeriodicOption) mlp.Layer { return mlp.Periodic(3, 5, 2, opts...) },
		func(opts ...mlp.PeriodicOption) mlp.Layer { return mlp.PBLD(3, 5, 4, opts...) },
	} {
		mlptest.CheckLayer(t, func() mlp.Layer { return l(mlp.WithSigma(0.3)) })
		mlptest.CheckLayer(t, func() mlp.Layer { return l(mlp.WithSigma(0.3), mlp.WithSharedWeights()) })
	}
}

// What Model draws, by default.
func TestStartOfPeriodic(t *testing.T) {
	const n = 200
	for name, c := range map[string]struct {
		layer        mlp.Layer
		sigma, bound float64
		rows, cols   int // of U
	}{
		"periodic":        {mlp.Periodic(n, 32, 3), 0.01, 1. / 8, 64 * n, 3},
		"shared weights":  {mlp.Periodic(n, 32, 3, mlp.WithSharedWeights()), 0.01, 1. / 8, 64, 3},
		"PBLD":            {mlp.PBLD(n, 16, 4), 0.1, 1. / 4, 16 * n, 3},
		"PBLD with sigma": {mlp.PBLD(n, 16, 4, mlp.WithSigma(2)), 2, 1. / 4, 16 * n, 3},
	} {
		c.layer.(mlp.Seeded).Init(rand.New(rand.NewPCG(1, 2)))
		largest := map[string]float64{}
		squares := 0.0
		for _, p := range c.layer.Params() {
			largest[p.Name] = max(mat.Max(p.Value), -mat.Min(p.Value))
			if p.Name == "frequency" {
				squares = math.Pow(mat.Norm(p.Value, 2), 2) / float64(len(p.Value.RawMatrix().Data))
			}
		}
		if sd := math.Sqrt(squares); !(math.Abs(sd-c.sigma) < 0.03*c.sigma) {
			t.Errorf("%s: frequencies with standard deviation %v, want %v", name, sd, c.sigma)
		}
		if cut := largest["frequency"] <= 3*c.sigma; cut != (largest["phase"] == 0) {
			t.Errorf("%s: a frequency of %v", name, largest["frequency"])
		}
		if v := largest["phase"]; v > math.Pi || v != 0 && v < 3.1 {
			t.Errorf("%s: phases up to %v", name, v)
		}
		if v := largest["weight"]; v > c.bound || v < 0.97*c.bound {
			t.Errorf("%s: weights up to %v, want %v", name, v, c.bound)
		}
		if v := largest["bias"]; v > c.bound || v == 0 {
			t.Errorf("%s: biases up to %v, want %v", name, v, c.bound)
		}
		if rows, cols := c.layer.Params()[1].Value.Dims(); rows != c.rows || cols != c.cols {
			t.Errorf("%s: U is %d×%d, want %d×%d", name, rows, cols, c.rows, c.cols)
		}
	}
}

// A shared U is the same as equal ones for all columns, and its gradient the sum
// of theirs.
func TestPeriodicWithSharedWeights(t *testing.T) {
	x := mat.NewDense(2, 3, []float64{1, -2, 0.5, 3, 0.25, -1})
	shared, own := mlp.PBLD(3, 2, 3, mlp.WithSharedWeights()), mlp.PBLD(3, 2, 3)
	varied(shared)
	for i, p := range own.Params() {
		rows, _ := shared.Params()[i].Value.Dims()
		p.Value.Apply(func(i2, j int, _ float64) float64 { return shared.Params()[i].Value.At(i2%rows, j) }, p.Value)
	}
	a, b := shared.NewPass(2, nil), own.NewPass(2, nil)
	nearMatrix(t, "y", a.Forward(x), b.Forward(x), 0)
	dy := mat.NewDense(2, 9, nil)
	dy.Apply(func(i, j int, _ float64) float64 { return float64(i - j) }, dy)
	nearMatrix(t, "dx", a.Backward(mat.DenseCopyOf(dy), true), b.Backward(dy, true), 0)
	sum := mat.NewDense(2, 2, nil)
	for j := range 3 {
		sum.Add(sum, b.Grads()[1].Slice(2*j, 2*j+2, 0, 2))
	}
	nearMatrix(t, "dU", a.Grads()[1], sum, 1e-14)
}

func TestMistakesInPeriodic(t *testing.T) {
	for want, l := range map[string]mlp.Layer{
		"mlp: Model: layer 0: 0 features, want at least 1":                            mlp.Periodic(0, 1, 1),
		"mlp: Model: layer 0: -1 frequencies, want at least 1":                        mlp.Periodic(1, -1, 1),
		"mlp: Model: layer 0: 0 units for a feature, want at least 1":                 mlp.Periodic(1, 1, 0),
		"mlp: Model: layer 0: 1 units for a feature, want at least 2":                 mlp.PBLD(1, 1, 1),
		"mlp: Model: layer 0: 65536×65536×4 weights, at most 2147483647 are possible": mlp.PBLD(65536, 32768, 4),
		"mlp: Model: layer 0: sigma is 0, want a finite number above 0":               mlp.Periodic(1, 1, 1, mlp.WithSigma(0)),
		"mlp: Model: layer 0: sigma is NaN, want a finite number above 0":             mlp.PBLD(1, 1, 2, mlp.WithSigma(nan)),
		"mlp: Model: layer 0: option 1 is nil":                                        mlp.Periodic(1, 1, 1, mlp.WithSharedWeights(), nil),
	} {
		if err := modelError(l); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
