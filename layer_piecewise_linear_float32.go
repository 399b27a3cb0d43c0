package mlp

import (
	"sync"

	"example.com/mlp/internal/kernel"
)

// In single precision, the sum over the bins below a number is looked up in a
// table of such sums, made once for all numbers of a batch.

// piecewisePass32 is the pass of PiecewiseLinear in single precision.
type piecewisePass32 struct {
	layer                   *PiecewiseLinear
	team                    *kernel.Team
	weight, bias, binWeight *single
	sums                    []float32  // of binWeight; in backward32, of what belongs to the bins below
	places                  []binPlace // of the last batch
	x                       matrix32   // borrowed from forward to backward
	y, dx                   buffer32
}

func newPiecewisePass32(l *PiecewiseLinear, rows int, env *passEnv) *piecewisePass32 {
	n := l.features * l.units
	p := &piecewisePass32{
		layer:     l,
		team:      env.team,
		weight:    newSingle(n),
		bias:      newSingle(n),
		binWeight: newSingle(n * l.bins),
		sums:      make([]float32, n*l.bins),
		places:    make([]binPlace, rows*l.features),
	}
	p.y.resize(rows, n)
	return p
}

func (p *piecewisePass32) forward32(x matrix32) matrix32 {
	p.x = x
	l, y := p.layer, p.y.resize(x.Rows, len(p.bias.value))
	l.sumBins(p.sums, p.binWeight.value)
	all := bent32{p.weight.value, p.bias.value, p.sums, p.binWeight.value}
	for i := range x.Rows {
		for j, v := range x.Data[i*l.features:][:l.features] {
			at := l.find(j, float64(v))
			p.places[i*l.features+j] = at
			w := all.of(j, at, l.units)
			w.store(row32(y.Data[i*y.Cols:], j, l.units), v, at)
		}
	}
	return y
}

// bent32 are the weights of a number: w, c, the sum of U over the bins below, and
// U of its bin; or those of all numbers.
type bent32 struct{ weight, bias, below, bin []float32 }

// of returns the weights of a number in column j, of those of all.
func (w *bent32) of(j int, at binPlace, units int) bent32 {
	return bent32{row32(w.weight, j, units), row32(w.bias, j, units), row32(w.below, at.bin(), units), row32(w.bin, at.bin(), units)}
}

// store stores v·w + c + Σ pⱼ·Uⱼ in y.
func (w *bent32) store(y []float32, v float32, at binPlace) {
	copy(y, w.bias)
	kernel.Axpy32(y, float64(v), w.weight)
	if at.width != 0 {
		add32(y, y, w.below)
		kernel.Axpy32(y, at.part, w.bin)
	}
}

// bin returns the row of bin_weight for the bin of the number.
func (p binPlace) bin() int { return p.row + p.below }

// sumBins stores the sums of the rows of binWeight that belong to the bins below
// each bin.
func (l *PiecewiseLinear) sumBins(sums, binWeight []float32) {
	for j := range l.features {
		clear(row32(sums, j*l.bins, l.units))
		for t := j * l.bins; t < (j+1)*l.bins-1; t++ {
			add32(row32(sums, t+1, l.units), row32(sums, t, l.units), row32(binWeight, t, l.units))
		}
	}
}

// backward32 computes what grads and backward of PiecewiseLinear do. sums gets
// dy of the numbers in each bin, which belongs to the gradients of all bins below.
func (p *piecewisePass32) backward32(dy matrix32, needDX bool) matrix32 {
	l := p.layer
	clear(p.weight.grad)
	clear(p.binWeight.grad)
	clear(p.sums)
	p.team.ColSums32(p.bias.grad, dy)
	for i := range dy.Rows {
		for j, v := range p.x.Data[i*l.features:][:l.features] {
			d := row32(dy.Data[i*dy.Cols:], j, l.units)
			kernel.Axpy32(row32(p.weight.grad, j, l.units), float64(v), d)
			if at := p.places[i*l.features+j]; at.width != 0 {
				sum := row32(p.sums, at.bin(), l.units)
				add32(sum, sum, d)
				kernel.Axpy32(row32(p.binWeight.grad, at.bin(), l.units), at.part, d)
			}
		}
	}
	l.spread(p.binWeight.grad, p.sums)
	if !needDX {
		return matrix32{}
	}
	return p.inputGrad(dy)
}

// spread adds the row of sums for each bin to the rows of grad for the bins below
// it. It overwrites sums.
func (l *PiecewiseLinear) spread(grad, sums []float32) {
	for j := range l.features {
		for t := (j+1)*l.bins - 1; t > j*l.bins; t-- {
			sum, g, before := row32(sums, t, l.units), row32(grad, t-1, l.units), row32(sums, t-1, l.units)
			add32(g, g, sum)
			add32(before, before, sum)
		}
	}
}

// inputGrad returns what PiecewiseLinear.backward stores.
func (p *piecewisePass32) inputGrad(dy matrix32) matrix32 {
	l, dx := p.layer, p.dx.resize(dy.Rows, p.layer.features)
	for i := range dx.Data {
		d, j := row32(dy.Data, i, l.units), i%l.features
		sum := dot32(d, row32(p.weight.value, j, l.units))
		if at := p.places[i]; at.width != 0 {
			sum += dot32(d, row32(p.binWeight.value, at.bin(), l.units)) / at.width
		}
		dx.Data[i] = float32(sum)
	}
	return dx
}

func (p *piecewisePass32) gradients() []gradient {
	return []gradient{{}, {single: p.weight}, {single: p.bias}, {single: p.binWeight}}
}

// piecewise32 is PiecewiseLinear in predictions.
type piecewise32 struct {
	layer  *PiecewiseLinear
	loaded *bent32   // rounded by load
	pool   sync.Pool // of *bent32, rounded for one call
}

func newPiecewise32(l *PiecewiseLinear) *piecewise32 {
	p := &piecewise32{layer: l}
	p.pool.New = func() any { return &bent32{} }
	return p
}

func (p *piecewise32) load() {
	if p.loaded == nil {
		p.loaded = &bent32{}
	}
	p.loaded.round(p.layer)
}

// round sets w to the weights of all numbers, rounded.
func (w *bent32) round(l *PiecewiseLinear) {
	w.weight = narrowed(w.weight, l.weight.RawMatrix().Data)
	w.bias = narrowed(w.bias, l.bias.RawMatrix().Data)
	w.bin = narrowed(w.bin, l.binWeight.RawMatrix().Data)
	if w.below == nil {
		w.below = make([]float32, len(w.bin))
	}
	l.sumBins(w.below, w.bin)
}

func (p *piecewise32) infer32(dst, x matrix32) (ok bool) {
	l, all := p.layer, p.loaded
	if all == nil {
		all = p.pool.Get().(*bent32)
		defer p.pool.Put(all)
		all.round(l)
	}
	for i, v := range x.Data {
		j := i % l.features
		at := l.find(j, float64(v))
		w := all.of(j, at, l.units)
		w.store(row32(dst.Data, i, l.units), v, at)
	}
	return kernel.AllFinite32(dst.Data)
}
