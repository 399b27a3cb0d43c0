package mlp

import "example.com/mlp/internal/kernel"

// memberHeadsPass32 is the pass of MemberHeads in single precision.
type memberHeadsPass32 struct {
	layer        *memberHeads
	team         *kernel.Team
	weight, bias *single
	x            matrix32 // borrowed from forward to backward
	y, dx        buffer32
}

func newMemberHeadsPass32(l *memberHeads, rows int, env *passEnv) *memberHeadsPass32 {
	inputs, units := l.Dims()
	p := &memberHeadsPass32{layer: l, team: env.team, weight: newSingle(inputs * l.units), bias: newSingle(units)}
	p.y.resize(rows, units)
	return p
}

func (p *memberHeadsPass32) forward32(x matrix32) matrix32 {
	p.x = x
	l, y := p.layer, p.y.resize(x.Rows, len(p.bias.value))
	for m := range l.members {
		p.team.MulBias32(kernel.NN, memberColumns32(y, m, l.units), memberColumns32(x, m, l.inputs), l.weightOf32(p.weight.value, m), l.biasOf32(p.bias.value, m))
	}
	return y
}

// backward32 computes what memberHeadsPass.Backward does.
func (p *memberHeadsPass32) backward32(dy matrix32, needDX bool) matrix32 {
	l := p.layer
	p.team.ColSums32(p.bias.grad, dy)
	for m := range l.members {
		p.team.Mul32(kernel.TN, l.weightOf32(p.weight.grad, m), memberColumns32(p.x, m, l.inputs), memberColumns32(dy, m, l.units))
	}
	if !needDX {
		return matrix32{}
	}
	dx := p.dx.resize(dy.Rows, p.x.Cols)
	for m := range l.members {
		p.team.Mul32(kernel.NT, memberColumns32(dx, m, l.inputs), memberColumns32(dy, m, l.units), l.weightOf32(p.weight.value, m))
	}
	return dx
}

func (p *memberHeadsPass32) gradients() []gradient {
	return []gradient{{single: p.weight}, {single: p.bias}}
}

// weightOf32 returns the weights of a member, of those of all members.
func (l *memberHeads) weightOf32(all []float32, m int) matrix32 {
	return newMatrix32(l.inputs, l.units, all[m*l.inputs*l.units:])
}

// biasOf32 returns the biases of a member, of those of all members.
func (l *memberHeads) biasOf32(all []float32, m int) []float32 { return all[m*l.units:][:l.units] }

// memberColumns32 is memberColumns in single precision.
func memberColumns32(x matrix32, m, columns int) matrix32 {
	return columnsOf32(x, m*columns, (m+1)*columns)
}

// memberHeads32 is MemberHeads in predictions.
type memberHeads32 struct {
	layer        *memberHeads
	weight, bias []float32 // rounded by load
}

func newMemberHeads32(l *memberHeads) *memberHeads32 { return &memberHeads32{layer: l} }

func (l *memberHeads32) load() {
	l.weight = narrowed(l.weight, l.layer.weight.RawMatrix().Data)
	l.bias = narrowed(l.bias, l.layer.bias.RawMatrix().Data)
}

func (l *memberHeads32) infer32(dst, x matrix32) (ok bool) {
	h := l.layer
	for m := range h.members {
		y, xm := memberColumns32(dst, m, h.units), memberColumns32(x, m, h.inputs)
		if l.weight == nil {
			kernel.MulBiasNarrow(y, xm, h.weightOf(m), h.bias.RawRowView(m))
		} else {
			kernel.MulBias32(kernel.NN, y, xm, h.weightOf32(l.weight, m), h.biasOf32(l.bias, m))
		}
	}
	return kernel.AllFinite32(dst.Data)
}
