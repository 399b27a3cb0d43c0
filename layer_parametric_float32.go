package mlp

import "example.com/mlp/internal/kernel"

// parametricPass32 is the pass of ParametricActivation in single precision.
type parametricPass32 struct {
	team      *kernel.Team
	act       activation32
	share     *single
	x, f      matrix32 // the x of the last forward, which is borrowed, and act(x)
	activated buffer32
	y, dx     buffer32
}

func newParametricPass32(l *parametric, rows int, env *passEnv) *parametricPass32 {
	p := &parametricPass32{team: env.team, act: newActivation32(l.act), share: newSingle(l.units)}
	p.y.resize(rows, l.units)
	return p
}

func (p *parametricPass32) forward32(x matrix32) matrix32 {
	y := p.y.resize(x.Rows, x.Cols)
	p.x, p.f = x, p.activated.resize(x.Rows, x.Cols)
	p.act.apply(p.team, p.f, x)
	mix32(y, x, p.f, p.share.value)
	return y
}

// mix32 stores x + a∘(f − x) in y, which may be f.
func mix32(y, x, f matrix32, share []float32) {
	move32(y, f)
	for i := range x.Rows {
		yi, xi := row32(y.Data, i, y.Cols), row32(x.Data, i, x.Cols)
		kernel.Axpy32(yi, -1, xi)
		kernel.MulElem32(yi, share, yi)
		kernel.Axpy32(yi, 1, xi)
	}
}

// backward32 computes what grads and backward of parametricPass do.
func (p *parametricPass32) backward32(dy matrix32, needDX bool) matrix32 {
	da := p.share.grad
	clear(da)
	for i := range dy.Rows {
		d, f := row32(dy.Data, i, dy.Cols), row32(p.f.Data, i, dy.Cols)
		for j, v := range row32(p.x.Data, i, dy.Cols) {
			da[j] += float32(d[j] * (f[j] - v))
		}
	}
	if !needDX {
		return matrix32{}
	}
	dx := p.dx.resize(dy.Rows, dy.Cols)
	for i := range dy.Rows {
		kernel.MulElem32(row32(dx.Data, i, dx.Cols), p.share.value, row32(dy.Data, i, dy.Cols))
	}
	p.act.backprop(p.team, dx)
	for i := range dy.Rows {
		d := row32(dx.Data, i, dx.Cols)
		for j, v := range row32(dy.Data, i, dy.Cols) {
			d[j] += float32((1 - p.share.value[j]) * v)
		}
	}
	return dx
}

func (p *parametricPass32) gradients() []gradient { return []gradient{{single: p.share}} }

// parametric32 is ParametricActivation in predictions.
type parametric32 struct {
	layer *parametric
	act   activate32
	share []float32 // rounded by load
}

func newParametric32(l *parametric) *parametric32 {
	return &parametric32{layer: l, act: newActivate32(l.act)}
}

func (l *parametric32) load() { l.share = narrowed(l.share, l.layer.share.RawRowView(0)) }

func (l *parametric32) infer32(dst, x matrix32) (ok bool) {
	l.act.apply(dst, x) // what is not finite remains so
	if l.share != nil {
		mix32(dst, x, dst, l.share)
	} else {
		share := l.layer.share.RawRowView(0) // not rounded for a sample by itself
		for k, v := range x.Data {
			dst.Data[k] = v + float32(float32(share[k%len(share)])*(dst.Data[k]-v))
		}
	}
	return kernel.AllFinite32(dst.Data)
}
