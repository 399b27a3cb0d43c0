package outside_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

// GradientNoise adds normal noise to the gradients of a Rule. Its standard
// deviation in step t is SD/(1+t)^0.275 (A. Neelakantan et al. 2015).
//
// A Rule treats every element on its own and does not write the gradient.
// Therefore the noise of an element comes from a generator that is seeded with
// the element itself, and the noisy gradient is kept in the last slot.
type GradientNoise struct {
	mlp.Rule
	SD   float64
	Seed uint64
}

func (o GradientNoise) Name() string { return o.Rule.Name() + "_with_noise" }
func (o GradientNoise) Slots() int   { return o.Rule.Slots() + 1 }

func (o GradientNoise) Validate() error {
	if v, ok := o.Rule.(mlp.Validator); ok {
		return v.Validate()
	}
	return nil
}

func (o GradientNoise) Step(w, g []float64, slots [][]float64, scale float64, t int) {
	last := len(slots) - 1
	noisy := slots[last]
	sd := o.SD / math.Pow(1+float64(t), 0.275)
	for i, v := range g {
		noisy[i] = v + sd*o.normal(w[i], v, t)
	}
	o.Rule.Step(w, noisy, slots[:last], scale, t)
}

// normal returns a draw from the standard normal distribution, by the method of
// Box and Muller.
func (o GradientNoise) normal(w, g float64, t int) float64 {
	var rng rand.PCG
	rng.Seed(math.Float64bits(w)^o.Seed, math.Float64bits(g)+uint64(t))
	uniform := func() float64 { return float64(rng.Uint64()>>11) / (1 << 53) }
	return math.Sqrt(-2*math.Log(1-uniform())) * math.Cos(2*math.Pi*uniform())
}

func TestGradientNoise(t *testing.T) {
	mlptest.CheckOptimizer(t, GradientNoise{Rule: mlp.SGD{LearningRate: 0.01}, SD: 0.5})
	mlptest.CheckOptimizer(t, GradientNoise{Rule: mlp.Adam{}, SD: 0.5, Seed: 1})
	train(t, mlp.MeanSquaredError, mlp.FitOptions{Epochs: 200, Optimizer: GradientNoise{Rule: mlp.Adam{LearningRate: 0.02}, SD: 0.01}},
		mlp.Dense(2, 8, mlp.Tanh), mlp.Dense(8, 1, mlp.Identity))

	const n = 10_000
	for _, step := range []int{1, 500} {
		w, before := make([]float64, n), make([]float64, n)
		for i := range w {
			w[i] = math.Sin(float64(i))
			before[i] = w[i]
		}
		o := GradientNoise{Rule: mlp.SGD{LearningRate: 1}, SD: 0.5}
		o.Step(w, make([]float64, n), [][]float64{make([]float64, n)}, 1, step)
		for i := range w {
			w[i] -= before[i]
		}
		mean, sd := stat.MeanStdDev(w, nil)
		want := 0.5 / math.Pow(1+float64(step), 0.275)
		if math.Abs(mean) > 5*want/math.Sqrt(n) || math.Abs(sd/want-1) > 5/math.Sqrt(2*n) {
			t.Errorf("step %d: noise of mean %v and standard deviation %v, want 0 and %v", step, mean, sd, want)
		}
	}
	bad := GradientNoise{Rule: mlp.SGD{Momentum: 2}}
	if bad.Validate() == nil {
		t.Error("the hyper-parameters of the Rule are not checked")
	}
}
