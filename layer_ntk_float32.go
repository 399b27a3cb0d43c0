package mlp

import (
	"sync"

	"example.com/mlp/internal/kernel"
)

// ntkPass32 is the pass of NTKDense in single precision.
type ntkPass32 struct {
	*densePass32
	factor float64
	x      buffer32
}

func newNTKPass32(l *ntkDense, rows int, env *passEnv) *ntkPass32 {
	return &ntkPass32{densePass32: newDensePass32(l.dense, rows, env), factor: l.factor}
}

func (p *ntkPass32) forward32(x matrix32) matrix32 {
	return p.densePass32.forward32(scaled32(&p.x, x, p.factor))
}

func (p *ntkPass32) forwardLogits32(x matrix32) matrix32 {
	return p.densePass32.forwardLogits32(scaled32(&p.x, x, p.factor))
}

func (p *ntkPass32) backward32(dy matrix32, needDX bool) matrix32 {
	return p.scale(p.densePass32.backward32(dy, needDX))
}

func (p *ntkPass32) backwardLogits32(dz matrix32, needDX bool) matrix32 {
	return p.scale(p.densePass32.backwardLogits32(dz, needDX))
}

func (p *ntkPass32) scale(dx matrix32) matrix32 {
	kernel.Scale32(dx.Data, p.factor)
	return dx
}

// ntkDense32 is NTKDense in predictions.
type ntkDense32 struct {
	*dense32
	factor float64
	scaled sync.Pool // of *buffer32
}

func newNTKDense32(l *ntkDense, act Activation) *ntkDense32 {
	d := &ntkDense32{dense32: newDense32(l.dense, act), factor: l.factor}
	d.scaled.New = func() any { return &buffer32{} }
	return d
}

func (d *ntkDense32) infer32(dst, x matrix32) (ok bool) {
	b := d.scaled.Get().(*buffer32)
	defer d.scaled.Put(b)
	return d.dense32.infer32(dst, scaled32(b, x, d.factor))
}

// scaled32 returns factor·x in the memory of b.
func scaled32(b *buffer32, x matrix32, factor float64) matrix32 {
	scaled := b.resize(x.Rows, x.Cols)
	copy(scaled.Data, x.Data)
	kernel.Scale32(scaled.Data, factor)
	return scaled
}
