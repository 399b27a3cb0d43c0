package mlp

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// An Initializer sets the initial values of w, an inputs × units weight matrix,
// and draws random numbers only from rng. Those of this package do nothing if
// w, or an rng that they need, is nil.
type Initializer func(w *mat.Dense, rng *rand.Rand)

// Zeros sets all weights to zero. Units that start out equal stay equal, so it
// suits a single layer but not a stack.
func Zeros(w *mat.Dense, rng *rand.Rand) { Constant(0)(w, rng) }

// Constant returns an Initializer that sets all weights to v.
func Constant(v float64) Initializer {
	return func(w *mat.Dense, rng *rand.Rand) {
		fill(w, func() float64 { return v })
	}
}

// Uniform returns an Initializer that draws from the uniform distribution on
// [lo, hi).
func Uniform(lo, hi float64) Initializer {
	return func(w *mat.Dense, rng *rand.Rand) {
		if rng != nil {
			fill(w, func() float64 { return lo + float64((hi-lo)*rng.Float64()) })
		}
	}
}

// Normal returns an Initializer that draws from the normal distribution with
// the given mean and standard deviation. The tails are not truncated, here and
// in the initializers below, unlike in Keras.
func Normal(mean, sd float64) Initializer {
	return func(w *mat.Dense, rng *rand.Rand) {
		if rng != nil {
			fill(w, func() float64 { return mean + float64(sd*normal(rng)) })
		}
	}
}

// RandomSigns draws 1 and −1 with equal odds, for MemberInputs.
func RandomSigns(w *mat.Dense, rng *rand.Rand) {
	if rng != nil {
		fill(w, func() float64 { return 1 - 2*float64(rng.IntN(2)) })
	}
}

// GlorotUniform draws from U(−a, a), a = √(6/(inputs + units)), which keeps the
// variance of activations and gradients about the same from layer to layer
// (Glorot and Bengio, 2010). It is the default, except for the activations
// named at HeNormal and LeCunNormal.
func GlorotUniform(w *mat.Dense, rng *rand.Rand) {
	inputs, units := dims(w)
	a := math.Sqrt(6 / float64(inputs+units))
	Uniform(-a, a)(w, rng)
}

// GlorotNormal draws from the normal distribution with mean 0 and standard
// deviation √(2/(inputs + units)), that of GlorotUniform.
func GlorotNormal(w *mat.Dense, rng *rand.Rand) {
	inputs, units := dims(w)
	Normal(0, math.Sqrt(2/float64(inputs+units)))(w, rng)
}

// HeUniform draws from U(−a, a), a = √(6/inputs), which has the standard
// deviation of HeNormal.
func HeUniform(w *mat.Dense, rng *rand.Rand) {
	inputs, _ := dims(w)
	a := math.Sqrt(6 / float64(inputs))
	Uniform(-a, a)(w, rng)
}

// HeNormal draws from the normal distribution with mean 0 and standard
// deviation √(2/inputs), which compensates for the half of its input that a
// rectifier drops (He et al., 2015). It is the default for ReLU, ReLU6 and
// LeakyReLU with any slope.
func HeNormal(w *mat.Dense, rng *rand.Rand) {
	inputs, _ := dims(w)
	Normal(0, math.Sqrt(2/float64(inputs)))(w, rng)
}

// LeCunUniform draws from U(−a, a), a = √(3/inputs), which has the standard
// deviation of LeCunNormal.
func LeCunUniform(w *mat.Dense, rng *rand.Rand) {
	inputs, _ := dims(w)
	a := math.Sqrt(3 / float64(inputs))
	Uniform(-a, a)(w, rng)
}

// LeCunNormal draws from the normal distribution with mean 0 and standard
// deviation √(1/inputs), so that z has the variance of the inputs (LeCun et
// al., Efficient BackProp, 1998). It is the default for SELU (Klambauer et
// al., 2017).
func LeCunNormal(w *mat.Dense, rng *rand.Rand) {
	inputs, _ := dims(w)
	Normal(0, math.Sqrt(1/float64(inputs)))(w, rng)
}

// Orthogonal draws uniformly from all matrices with orthonormal columns, or
// orthonormal rows if there are more units than inputs: wᵀ·w = I or w·wᵀ = I.
// Such a layer preserves lengths (Saxe et al., 2014).
func Orthogonal(w *mat.Dense, rng *rand.Rand) {
	inputs, units := dims(w)
	if inputs == 0 || rng == nil {
		return
	}
	if inputs <= units {
		orthonormalRows(w, rng)
		return
	}
	q := mat.NewDense(units, inputs, nil)
	orthonormalRows(q, rng)
	w.Copy(q.T())
}

// orthonormalRows draws q, which has at most as many rows as columns. It
// orthogonalizes normally distributed rows by the Gram–Schmidt process, which
// is a QR decomposition whose R has a positive diagonal, as a uniform
// distribution requires (Mezzadri, 2007).
func orthonormalRows(q *mat.Dense, rng *rand.Rand) {
	n, cols := q.Dims()
	g := q.RawMatrix()
	for i := range n {
		v := q.RawRowView(i)
		rows := blas64.General{Rows: i, Cols: cols, Stride: g.Stride, Data: g.Data[:i*g.Stride]}
		length := 0.0
		for length == 0 {
			for j := range v {
				v[j] = normal(rng)
			}
			// The second pass removes what rounding has left (Giraud et al.,
			// 2005).
			subtractProjection(v, rows)
			subtractProjection(v, rows)
			length = math.Sqrt(kernel.SumSquares(v))
		}
		kernel.Scale(v, 1/length)
	}
}

// subtractProjection subtracts from v its projection onto the orthonormal rows
// Q, v − (v·Qᵀ)·Q.
func subtractProjection(v []float64, rows blas64.General) {
	if rows.Rows == 0 {
		return
	}
	dots, rest := rowOf(make([]float64, rows.Rows)), rowOf(make([]float64, len(v)))
	kernel.MulBias(kernel.NT, dots, rowOf(v), rows, nil)
	kernel.Scale(dots.Data, -1)
	kernel.MulBias(kernel.NN, rest, dots, rows, v)
	copy(v, rest.Data)
}

// rowOf returns s as a matrix with one row.
func rowOf(s []float64) blas64.General {
	return blas64.General{Rows: 1, Cols: len(s), Stride: len(s), Data: s}
}

// defaultInitializer returns the default initializer for the weights before
// act.
func defaultInitializer(act Activation) Initializer {
	switch act.(type) {
	case relu, relu6, leakyReLU:
		return HeNormal
	case selu:
		return LeCunNormal
	}
	return GlorotUniform
}
