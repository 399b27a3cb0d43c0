package mlp

import "math/rand/v2"

// dropoutPass32 is the pass of Dropout in single precision. It draws the same
// numbers as that in double precision.
type dropoutPass32 struct {
	rate        float64
	env         *passEnv
	rng         *rand.Rand
	mask, y, dx buffer32
}

func newDropoutPass32(l *dropout, rows int, rng *rand.Rand, env *passEnv) *dropoutPass32 {
	env.drops = true
	p := &dropoutPass32{rate: l.rate, env: env, rng: rng}
	p.mask.resize(rows, l.units)
	p.y.resize(rows, l.units)
	return p
}

func (p *dropoutPass32) forward32(x matrix32) matrix32 {
	mask, y := p.mask.resize(x.Rows, x.Cols), p.y.resize(x.Rows, x.Cols)
	rate := p.rate * p.env.dropout
	scale := float32(1 / (1 - rate))
	for i, v := range x.Data {
		m := float32(0)
		if p.rng.Float64() >= rate {
			m = scale
		}
		mask.Data[i], y.Data[i] = m, m*v
	}
	return y
}

func (p *dropoutPass32) backward32(dy matrix32, needDX bool) matrix32 {
	if !needDX {
		return matrix32{}
	}
	dx := p.dx.resize(dy.Rows, dy.Cols)
	for i, v := range dy.Data {
		dx.Data[i] = p.mask.data[i] * v
	}
	return dx
}

func (p *dropoutPass32) gradients() []gradient { return nil }
