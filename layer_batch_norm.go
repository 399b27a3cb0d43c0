package mlp

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// BatchNorm returns a layer that normalizes each column of x,
//
//	x̂ = (x − μ)/√(σ² + ε)    y = w∘x̂ + b
//
// In training, μ is the mean of the column over the batch and σ² its population
// variance. Infer uses running statistics instead, which each batch of n rows
// updates with the momentum m (Ioffe and Szegedy, 2015, in the form of
// PyTorch):
//
//	mean ← (1−m)·mean + m·μ    var ← (1−m)·var + m·σ²·n/(n−1)
//
// By default, ε is 1e-5 (see WithEpsilon) and m is 0.1 (see WithMomentum).
//
// A batch of one row has σ² = 0 and so y = b, from which nothing can be learned:
// Fit and what else trains refuse it.
//
// The parameters are "weight", w, initialized to ones, and "bias", b,
// initialized to zeros. Kept with them, but not trained by a gradient, are
// "running_mean", initialized to zeros, and "running_var", initialized to ones.
// All are 1×units. Model returns an error for invalid arguments.
func BatchNorm(units int, opts ...NormOption) Layer {
	l := &batchNorm{norm: newNorm(units, normMomentum, opts)}
	if l.err == nil {
		l.mean, l.variance = mat.NewDense(1, units, nil), ones(units)
	}
	return l
}

type batchNorm struct {
	norm
	use
	mean, variance *mat.Dense // running statistics, 1 × units
}

// Params returns "weight", "bias", "running_mean" and "running_var", all
// 1 × units.
func (l *batchNorm) Params() []Param {
	return append(l.norm.Params(),
		Param{Name: "running_mean", Value: l.mean, State: true},
		Param{Name: "running_var", Value: l.variance, State: true})
}

// leastRows is for the function of this name.
func (l *batchNorm) leastRows() int { return 2 }

// Validate returns the error in the arguments or in the running variance, if
// any.
func (l *batchNorm) Validate() error {
	if l.err != nil {
		return l.err
	}
	for j, v := range l.variance.RawRowView(0) {
		if v < 0 {
			return fmt.Errorf("running_var[%d] is %g, want a finite number of at least 0", j, v)
		}
	}
	return nil
}

func (l *batchNorm) Describe() LayerDescription { return l.describe("batch_norm") }

// Infer stores x, normalized by the running statistics, in dst.
func (l *batchNorm) Infer(dst, x *mat.Dense) {
	CheckInfer(l, dst, x)
	y, g := dst.RawMatrix(), x.RawMatrix()
	inferBatchNorm(l, g.Rows, y.Data, y.Stride, g.Data, g.Stride)
}

// inferBatchNorm stores what Infer gives for some rows of x, with these strides,
// in y. It computes in double precision.
func inferBatchNorm[T float32 | float64](l *batchNorm, rows int, y []T, strideY int, x []T, strideX int) {
	weight, bias := l.weight.RawRowView(0), l.bias.RawRowView(0)
	mean, variance := l.mean.RawRowView(0), l.variance.RawRowView(0)
	var scales [64]float64 // w/√(σ² + ε) of some columns
	for lo := 0; lo < l.units; lo += len(scales) {
		hi := min(lo+len(scales), l.units)
		scale, bias, mean := scales[:hi-lo], bias[lo:hi], mean[lo:hi]
		for j := range scale {
			scale[j] = weight[lo+j] / math.Sqrt(variance[lo+j]+l.epsilon)
		}
		for i := range rows {
			y := y[i*strideY:][lo:hi]
			for j, v := range x[i*strideX:][lo:hi] {
				y[j] = T(float64((float64(v)-mean[j])*scale[j]) + bias[j])
			}
		}
	}
}

// NewPass returns a Pass for batches of at most rows samples, whose Forward
// updates the running statistics; rng is not used.
func (l *batchNorm) NewPass(rows int, rng *rand.Rand) Pass {
	p := &batchNormPass{batchStatistics: newBatchStatistics(l)}
	p.Pass = NewPass(l, rows, Formulas{Forward: p.forward, Grads: p.grads, Backward: p.backward})
	return p
}

// batchNormPass is what a pass remembers of a batch.
type batchNormPass struct {
	Pass
	normPass
	batchStatistics
}

// batchStatistics are those of the columns of a batch.
type batchStatistics struct {
	env            *passEnv // nil outside of Fit
	layer          *batchNorm
	mean, variance []float64
	scale          []float64 // 1/√(σ² + ε)
}

func newBatchStatistics(l *batchNorm) batchStatistics {
	_, units := l.Dims()
	return batchStatistics{
		layer:    l,
		mean:     make([]float64, units),
		variance: make([]float64, units),
		scale:    make([]float64, units),
	}
}

// forward stores x, normalized by the statistics of the batch, in y and updates
// the running statistics.
func (p *batchNormPass) forward(y, x *mat.Dense) {
	rows, cols := x.Dims()
	hat := p.hat.resize(rows, cols)
	p.normalize(hat, x)
	p.moveStatistics(rows)
	for i := range rows {
		p.layer.transform(y.RawRowView(i), hat.RawRowView(i))
	}
}

// normalize stores x̂ in hat and remembers the statistics of the batch.
func (p *batchNormPass) normalize(hat, x *mat.Dense) {
	rows, _ := x.Dims()
	n := float64(rows)
	colSums(p.mean, x)
	for j := range p.mean {
		p.mean[j] /= n
	}
	hat.Copy(x)
	clear(p.variance)
	for i := range rows {
		h := hat.RawRowView(i)
		kernel.Axpy(h, -1, p.mean)
		for j, v := range h {
			p.variance[j] += float64(v * v)
		}
	}
	p.setScale(n)
	for i := range rows {
		h := hat.RawRowView(i)
		for j, s := range p.scale {
			h[j] *= s
		}
	}
}

// setScale makes the sums of squares of n rows the variance, and sets the scale.
func (s *batchStatistics) setScale(n float64) {
	for j := range s.variance {
		s.variance[j] /= n
		s.scale[j] = 1 / math.Sqrt(s.variance[j]+s.layer.epsilon)
	}
}

// moveStatistics moves the running statistics towards those of a batch with the
// given number of rows.
func (s *batchStatistics) moveStatistics(rows int) {
	l, momentum := s.layer, s.layer.momentum
	if s.env != nil && s.env.momentum > 0 {
		momentum = s.env.momentum
	}
	move(l.mean.RawRowView(0), s.mean, momentum, 1)
	if n := float64(rows); n > 1 {
		move(l.variance.RawRowView(0), s.variance, momentum, n/(n-1))
	}
}

func (s *batchStatistics) useEnv(e *passEnv) { s.env, e.statistics = e, true }

// move moves the running values towards scale·batch by the momentum.
func move(running, batch []float64, momentum, scale float64) {
	for j, v := range batch {
		running[j] = float64((1-momentum)*running[j]) + float64(momentum*scale*v)
	}
}

// backward stores in dx, column by column and with the means over the rows,
//
//	∂L/∂x = w·(dy − mean(dy) − x̂·mean(dy∘x̂))/√(σ² + ε)
//
// where the last two terms are the effect of x through μ and σ².
func (p *batchNormPass) backward(dx, dy, _, _ *mat.Dense) {
	weight, dw, db := p.layer.weight.RawRowView(0), p.dw, p.db
	rows, _ := dy.Dims()
	inv := 1 / float64(rows)
	for i := range rows {
		h, d := p.hat.view.RawRowView(i), dx.RawRowView(i)
		for j, v := range dy.RawRowView(i) {
			d[j] = weight[j] * p.scale[j] * (v - float64(db[j]*inv) - float64(h[j]*float64(dw[j]*inv)))
		}
	}
}

// Frozen returns a layer that only scales and shifts each column, because its
// statistics are fixed.
func (l *batchNorm) Frozen() Layer {
	f := &columnScaling{sameWidth: sameWidth{l.units, l.err}}
	if l.err != nil {
		return f
	}
	f.scale, f.shift = make([]float64, l.units), make([]float64, l.units)
	for j := range f.scale {
		f.scale[j] = l.weight.At(0, j) / math.Sqrt(l.variance.At(0, j)+l.epsilon)
		f.shift[j] = l.bias.At(0, j) - float64(l.mean.At(0, j)*f.scale[j])
	}
	return f
}
