package mlp

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
	"example.com/mlp/internal/moments"
)

// NTKDense returns a dense layer in the form of the neural tangent kernel,
//
//	y = act(x·W/√inputs + b)
//
// whose factor is not part of the trained W, so that an optimizer such as Adam,
// which changes each weight by about the learning rate, changes the outputs of
// the layer by an amount that does not depend on its width (Jacot, Gabriel,
// Hongler, Neural Tangent Kernel, 2018).
//
// The parameters are "weight", W, which is inputs×units, and "bias", 1×units.
// Both are initialized from the standard normal distribution, or by
// WithInitializer. Adapt lets them start from data instead. Model returns an
// error for invalid arguments.
func NTKDense(inputs, units int, act Activation, opts ...DenseOption) Layer {
	opts = append([]DenseOption{WithInitializer(Normal(0, 1))}, opts...)
	l := &ntkDense{}
	switch d := Dense(inputs, units, act, opts...).(type) {
	case *DefaultDense:
		l.layer, l.dense = d, &d.dense
	case *SoftmaxDense:
		l.layer, l.dense = d, &d.dense
	}
	if l.err == nil {
		l.factor = 1 / math.Sqrt(float64(inputs))
	}
	l.scaled.New = func() any { return &buffer{} }
	return l
}

// ntkDense is a dense layer of x/√inputs.
type ntkDense struct {
	use
	*dense
	layer  LogitLayer // whose affine part is dense
	factor float64    // 1/√inputs
	scaled sync.Pool  // of *buffer, for Infer
}

// Describe implements Describer.
func (l *ntkDense) Describe() LayerDescription {
	d := l.dense.Describe()
	d.Kind = "ntk_dense"
	return d
}

// ntkDenseFrom is the New of the kind "ntk_dense".
func ntkDenseFrom(d LayerDescription) Layer {
	l := NTKDense(d.Inputs, d.Units, d.Activation, denseOptions(d)...).(*ntkDense)
	l.drawn = true // the weights are in the file
	return l
}

// Init draws the weights and biases the first time it is called.
func (l *ntkDense) Init(rng *rand.Rand) {
	if l.drawn || l.err != nil {
		return
	}
	l.dense.Init(rng)
	if l.bias != nil {
		l.init(l.bias, rng)
	}
}

func (l *ntkDense) Infer(dst, x *mat.Dense) {
	l.InferLogits(dst, x)
	applyActivation(l.act, dst)
}

func (l *ntkDense) InferLogits(dst, x *mat.Dense) {
	CheckInfer(l, dst, x)
	b := l.scaled.Get().(*buffer)
	l.dense.InferLogits(dst, scaledRows(b, x, l.factor))
	l.scaled.Put(b)
}

// scaledRows returns factor·x in the memory of b.
func scaledRows(b *buffer, x *mat.Dense, factor float64) *mat.Dense {
	scaled := b.copyOf(x)
	kernel.Scale(scaled.RawMatrix().Data, factor)
	return scaled
}

func (l *ntkDense) NewPass(rows int, rng *rand.Rand) Pass {
	return &ntkPass{LogitPass: l.layer.NewPass(rows, rng).(LogitPass), factor: l.factor, inputs: l.dense.inputs}
}

// ntkPass is the pass of a dense layer, which takes x/√inputs.
type ntkPass struct {
	LogitPass
	factor float64
	inputs int
	x      buffer
}

// useEnv makes the pass use the workers of a stepper.
func (p *ntkPass) useEnv(e *passEnv) { p.LogitPass.(envUser).useEnv(e) }

func (p *ntkPass) Forward(x *mat.Dense) *mat.Dense {
	return p.LogitPass.Forward(scaledRows(&p.x, x, p.factor))
}

func (p *ntkPass) ForwardLogits(x *mat.Dense) *mat.Dense {
	return p.LogitPass.ForwardLogits(scaledRows(&p.x, x, p.factor))
}

func (p *ntkPass) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	return p.scale(p.LogitPass.Backward(dy, needDX))
}

func (p *ntkPass) BackwardLogits(dz *mat.Dense, needDX bool) *mat.Dense {
	return p.scale(p.LogitPass.BackwardLogits(dz, needDX))
}

// scale turns the gradient by x/√inputs, nil for none, into that by x.
func (p *ntkPass) scale(dx *mat.Dense) *mat.Dense {
	if dx != nil {
		kernel.Scale(dx.RawMatrix().Data, p.factor)
	}
	return dx
}

// adapt implements adapter. For each unit, W is drawn from the standard normal
// distribution and divided by the standard deviation of x·W/√inputs over the
// rows, and b is minus the mean of a few of these numbers, with random weights
// (the start of RealMLP: Holzmüller, Grinsztajn, Steinwart, Better by Default,
// 2024).
func (l *ntkDense) adapt(x *mat.Dense, rng *rand.Rand) error {
	if !l.take() {
		return fmt.Errorf("the layer is %w", ErrInTraining)
	}
	defer l.release()
	rows, _ := x.Dims()
	weight, z := mat.NewDense(l.dense.inputs, l.units, nil), mat.NewDense(rows, l.units, nil)
	Normal(0, 1)(weight, rng)
	kernel.MulBias(kernel.NN, z.RawMatrix(), scaledRows(&buffer{}, x, l.factor).RawMatrix(), weight.RawMatrix(), nil)
	if !allFinite(z.RawMatrix()) {
		return fmt.Errorf("x·W is %w", ErrNotFinite)
	}
	column, scratch := make([]float64, rows), make([]float64, rows)
	for j := range l.units {
		mat.Col(column, j, z)
		copy(scratch, column)
		_, sd := moments.MeanAndScale(scratch) // 1 if the column is constant
		for i := range l.dense.inputs {
			l.weight.Set(i, j, weight.At(i, j)/sd)
		}
		if l.bias != nil {
			l.bias.Set(0, j, -randomMean(column, rng)/sd)
		}
	}
	l.drawn = true
	return nil
}

// randomMean returns a mean of five of the values, drawn at random, with weights
// from the uniform distribution of all weights.
func randomMean(values []float64, rng *rand.Rand) float64 {
	sum, total := 0.0, 0.0
	for range 5 {
		v := values[rng.IntN(len(values))]
		weight := -kernel.Log(1 - rng.Float64())
		sum += float64(weight * v)
		total += weight
	}
	return sum / total
}
