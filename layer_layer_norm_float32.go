package mlp

import (
	"sync"

	"example.com/mlp/internal/kernel"
)

// layerNormPass32 is the pass of LayerNorm in single precision.
type layerNormPass32 struct {
	normPass32
	epsilon float64
	scales  []float64 // 1/√(σ² + ε) of each row
}

func newLayerNormPass32(l *layerNorm, rows int) *layerNormPass32 {
	return &layerNormPass32{normPass32: newNormPass32(l.units, rows), epsilon: l.epsilon, scales: make([]float64, rows)}
}

func (p *layerNormPass32) forward32(x matrix32) matrix32 {
	hat, y := p.hat.resize(x.Rows, x.Cols), p.y.resize(x.Rows, x.Cols)
	for i := range x.Rows {
		h := row32(hat.Data, i, x.Cols)
		p.scales[i] = normalize32(p.wide, row32(x.Data, i, x.Cols), p.epsilon)
		kernel.Narrow(h, p.wide) // what is not finite shows in the loss
		p.transform(row32(y.Data, i, x.Cols), h)
	}
	return y
}

// normalize32 is normalize of a row in single precision.
func normalize32(dst []float64, x []float32, epsilon float64) (scale float64) {
	kernel.Widen(dst, x)
	return normalizeAround(sum32(x)/float64(len(x)), dst, dst, epsilon)
}

// backward32 computes what grads and backward of layerNormPass do.
func (p *layerNormPass32) backward32(dy matrix32, needDX bool) matrix32 {
	p.grads(dy)
	if !needDX {
		return matrix32{}
	}
	dx, n := p.dx.resize(dy.Rows, dy.Cols), float64(dy.Cols)
	for i := range dy.Rows {
		d, h := row32(dx.Data, i, dy.Cols), row32(p.hat.data, i, dy.Cols)
		kernel.MulElem32(d, p.weight.value, row32(dy.Data, i, dy.Cols))
		g, gh, scale := sum32(d)/n, dotLanes32(d, h)/n, p.scales[i]
		for j, v := range h {
			d[j] = float32((float64(d[j]) - g - float64(float64(v)*gh)) * scale)
		}
	}
	return dx
}

// layerNorm32 is LayerNorm in predictions. It computes each row in double
// precision.
type layerNorm32 struct {
	layer *layerNorm
	pool  sync.Pool // of *buffer
}

func (*layerNorm32) load() {}

func (l *layerNorm32) infer32(dst, x matrix32) (ok bool) {
	b := getBuffer(&l.pool)
	defer l.pool.Put(b)
	wide := b.resize(1, x.Cols).RawRowView(0)
	ok = true
	for i := range x.Rows {
		normalize32(wide, row32(x.Data, i, x.Cols), l.layer.epsilon)
		l.layer.transform(wide, wide)
		ok = kernel.Narrow(row32(dst.Data, i, x.Cols), wide) && ok
	}
	return ok
}
