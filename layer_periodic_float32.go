package mlp

import (
	"math"
	"sync"

	"example.com/mlp/internal/kernel"
)

// periodicParams32 are the parameters of Periodic and PBLD in single precision.
type periodicParams32 struct {
	frequency, weight, bias []float32
	phase                   []float32 // nil for Periodic
}

// waves32 computes the waves of Periodic and PBLD in single precision. Cosines
// and sines are computed in double precision and rounded.
type waves32 struct {
	periodicParams32
	layer           *periodic
	team            *kernel.Team
	turns, sin, cos []float64 // of a number
}

func newWaves32(l *periodic, team *kernel.Team) waves32 {
	k := l.frequencies
	return waves32{layer: l, team: team, turns: make([]float64, k), sin: make([]float64, k), cos: make([]float64, k)}
}

// wave stores the cosines and then the sines of feature j in waves, which has 2k
// columns, for the rows of x.
func (w *waves32) wave(waves, x matrix32, j int) {
	k := w.layer.frequencies
	frequency := row32(w.frequency, j, k)
	for i := range waves.Rows {
		v, row := float64(x.Data[i*x.Cols+j]), waves.Data[i*waves.Stride:][:2*k]
		for m, c := range frequency {
			w.turns[m] = v * float64(c) // exact
		}
		if w.phase != nil {
			for m, phase := range row32(w.phase, j, k) {
				w.turns[m] += float64(float64(phase) * (1 / (2 * math.Pi)))
			}
		}
		kernel.SinCosTurns(w.sin, w.cos, w.turns)
		kernel.Narrow(row[:k], w.cos)
		kernel.Narrow(row[k:], w.sin)
	}
}

// combine stores what the waves of feature j make in its columns of y.
func (w *waves32) combine(y, x, waves matrix32, j int) {
	p := w.layer.parts32(j, w.weight, w.bias)
	waves.Cols = w.layer.waves()
	w.team.MulBias32(kernel.NN, columnsOf32(y, p.from, p.to), waves, p.weight, p.bias)
	if w.layer.pbld {
		for i := range y.Rows {
			y.Data[i*y.Cols+p.to] = x.Data[i*x.Cols+j]
		}
	}
}

// parts32 are parts in single precision.
type parts32 struct {
	weight   matrix32
	bias     []float32
	from, to int
}

// parts32 returns those of feature j in parameters, like parts.
func (l *periodic) parts32(j int, weight, bias []float32) parts32 {
	block, n, units := l.block(j), l.waves(), l.outputs()
	return parts32{newMatrix32(n, units, weight[block*n*units:]), row32(bias, block, units), j * l.units, j*l.units + units}
}

// periodicPass32 is the pass of Periodic and PBLD in single precision.
type periodicPass32 struct {
	waves32
	params []*single // in the order of Params
	all    buffer32  // the waves of all features, as in periodicPass
	grad   buffer32  // by the waves of a feature
	x      matrix32  // borrowed from forward to backward
	y, dx  buffer32
}

func newPeriodicPass32(l *periodic, rows int, env *passEnv) *periodicPass32 {
	p := &periodicPass32{waves32: newWaves32(l, env.team)}
	for _, param := range l.Params() {
		p.params = append(p.params, newSingle(len(param.Value.RawMatrix().Data)))
	}
	p.frequency, p.weight, p.bias = p.params[0].value, p.params[1].value, p.params[2].value
	if l.pbld {
		p.phase = p.params[3].value
	}
	p.y.resize(rows, l.features*l.units)
	return p
}

func (p *periodicPass32) gradients() []gradient {
	var all []gradient
	for _, s := range p.params {
		all = append(all, gradient{single: s})
	}
	return all
}

// of returns the cosines and sines of feature j.
func (p *periodicPass32) of(all matrix32, j int) matrix32 {
	n := 2 * p.layer.frequencies
	return columnsOf32(all, j*n, (j+1)*n)
}

func (p *periodicPass32) forward32(x matrix32) matrix32 {
	p.x = x
	l := p.layer
	y, all := p.y.resize(x.Rows, l.features*l.units), p.all.resize(x.Rows, l.features*2*l.frequencies)
	for j := range l.features {
		p.wave(p.of(all, j), x, j)
		p.combine(y, x, p.of(all, j), j)
	}
	return y
}

// backward32 computes what grads and backward of periodicPass do.
func (p *periodicPass32) backward32(dy matrix32, needDX bool) matrix32 {
	l := p.layer
	for _, s := range p.params {
		clear(s.grad)
	}
	all, grad := newMatrix32(dy.Rows, l.features*2*l.frequencies, p.all.data), p.grad.resize(dy.Rows, l.waves())
	for j := range l.features {
		p.featureGrad(p.of(all, j), grad, dy, j)
	}
	if !needDX {
		return matrix32{}
	}
	return p.inputGrad(all, dy)
}

// featureGrad adds the gradients by the parameters of feature j, and leaves those
// by the arguments of its waves in the place of the cosines.
func (p *periodicPass32) featureGrad(waves, grad, dy matrix32, j int) {
	l := p.layer
	own, sums := l.parts32(j, p.weight, p.bias), l.parts32(j, p.params[1].grad, p.params[2].grad)
	d, used := columnsOf32(dy, own.from, own.to), waves
	used.Cols = l.waves()
	p.team.MulAdd32(kernel.TN, sums.weight, used, d)
	p.team.Mul32(kernel.NT, grad, d, own.weight)
	dc := row32(p.params[0].grad, j, l.frequencies)
	for i := range waves.Rows {
		g := argumentGrad(l, waves.Data[i*waves.Stride:], grad.Data[i*grad.Stride:])
		kernel.Axpy32(sums.bias, 1, d.Data[i*d.Stride:][:d.Cols])
		kernel.Axpy32(dc, 2*math.Pi*float64(p.x.Data[i*p.x.Cols+j]), g)
		if l.pbld {
			kernel.Axpy32(row32(p.params[3].grad, j, l.frequencies), 1, g)
		}
	}
}

// inputGrad returns what periodicPass.backward stores.
func (p *periodicPass32) inputGrad(all, dy matrix32) matrix32 {
	l, dx := p.layer, p.dx.resize(dy.Rows, p.layer.features)
	for j := range l.features {
		waves := p.of(all, j)
		for i := range dy.Rows {
			sum := float64(2 * math.Pi * dot32(waves.Data[i*waves.Stride:][:l.frequencies], row32(p.frequency, j, l.frequencies)))
			if l.pbld {
				sum += float64(dy.Data[i*dy.Cols+(j+1)*l.units-1])
			}
			dx.Data[i*l.features+j] = float32(sum)
		}
	}
	return dx
}

// periodic32 is Periodic and PBLD in predictions.
type periodic32 struct {
	layer  *periodic
	loaded *periodicParams32 // rounded by load
	pool   sync.Pool         // of *periodicScratch32
}

// periodicScratch32 is the memory of infer32.
type periodicScratch32 struct {
	waves32
	rounded periodicParams32 // for one call
	feature buffer32         // the waves of a feature
}

func newPeriodic32(l *periodic) *periodic32 {
	p := &periodic32{layer: l}
	p.pool.New = func() any { return &periodicScratch32{waves32: newWaves32(l, kernel.NewTeam(1))} }
	return p
}

func (p *periodic32) load() {
	if p.loaded == nil {
		p.loaded = &periodicParams32{}
	}
	p.loaded.round(p.layer)
}

// round takes the parameters over from the layer.
func (w *periodicParams32) round(l *periodic) {
	w.frequency = narrowed(w.frequency, l.frequency.RawMatrix().Data)
	w.weight = narrowed(w.weight, l.weight.RawMatrix().Data)
	w.bias = narrowed(w.bias, l.bias.RawMatrix().Data)
	if l.pbld {
		w.phase = narrowed(w.phase, l.phase.RawMatrix().Data)
	}
}

func (p *periodic32) infer32(dst, x matrix32) (ok bool) {
	s := p.pool.Get().(*periodicScratch32)
	defer p.pool.Put(s)
	if p.loaded == nil {
		s.rounded.round(p.layer)
		s.periodicParams32 = s.rounded
	} else {
		s.periodicParams32 = *p.loaded
	}
	waves := s.feature.resize(x.Rows, 2*p.layer.frequencies)
	for j := range p.layer.features {
		s.wave(waves, x, j)
		s.combine(dst, x, waves, j)
	}
	return kernel.AllFinite32(dst.Data)
}
