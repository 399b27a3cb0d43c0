package mlp

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// An Initializer draws the initial values of a weight matrix w, which is
// inputs × units, from rng and no other source.
type Initializer func(w *mat.Dense, rng *rand.Rand)

// Uniform returns an Initializer that draws from the uniform distribution on
// [lo, hi).
func Uniform(lo, hi float64) Initializer {
	return func(w *mat.Dense, rng *rand.Rand) {
		fill(w, func() float64 { return lo + float64((hi-lo)*rng.Float64()) })
	}
}

// GlorotUniform draws from U(−a, a), a = √(6/(inputs + units)), which keeps
// the variance of activations and gradients about the same from layer to
// layer (Glorot and Bengio, 2010). It is the default, except for ReLU.
func GlorotUniform(w *mat.Dense, rng *rand.Rand) {
	inputs, units := w.Dims()
	a := math.Sqrt(6 / float64(inputs+units))
	Uniform(-a, a)(w, rng)
}

// HeNormal draws from the normal distribution with mean 0 and standard
// deviation √(2/inputs), which makes up for the half of its input that a
// rectifier drops (He et al., 2015). It is the default for ReLU.
func HeNormal(w *mat.Dense, rng *rand.Rand) {
	inputs, _ := w.Dims()
	sd := math.Sqrt(2 / float64(inputs))
	fill(w, func() float64 { return sd * normal(rng) })
}

// normal returns a number from the standard normal distribution, by the polar
// method (Marsaglia and Bray, 1964). rng.NormFloat64 is faster, but its last
// bits depend on the architecture.
func normal(rng *rand.Rand) float64 {
	for {
		u, v := 2*rng.Float64()-1, 2*rng.Float64()-1
		if s := float64(u*u) + float64(v*v); s > 0 && s < 1 {
			return u * math.Sqrt(-2*kernel.Log(s)/s)
		}
	}
}

// defaultInitializer returns the initializer for weights in front of act.
func defaultInitializer(act Activation) Initializer {
	switch act {
	case ReLU:
		return HeNormal
	}
	return GlorotUniform
}

func fill(w *mat.Dense, next func() float64) {
	rows, cols := w.Dims()
	for i := range rows {
		for j := range cols {
			w.Set(i, j, next())
		}
	}
}
