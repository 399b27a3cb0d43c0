package mlp

import (
	"sync"

	"example.com/mlp/internal/kernel"
)

// batchEnsemblePass32 is batchEnsemblePass in single precision.
type batchEnsemblePass32 struct {
	layer      *batchEnsemble
	team       *kernel.Team
	r, weight  *single
	s, bias    *single
	acts       []activation32 // one for each block, as each remembers its z
	x          matrix32       // borrowed from forward to backward
	ones       bool           // see batchEnsemblePass
	product, y buffer32       // (r∘x)·W and act(s∘product + b)
	scaled     buffer32       // r∘x, of a block
	dscaled    buffer32       // ∂L/∂(r∘x), of a block
	dx         buffer32
}

func newBatchEnsemblePass32(l *batchEnsemble, rows int, env *passEnv) *batchEnsemblePass32 {
	inputs, units := l.shared.Dims()
	p := &batchEnsemblePass32{
		layer:  l,
		team:   env.team,
		r:      newSingle(l.inputs),
		weight: newSingle(inputs * units),
		s:      newSingle(l.units),
		bias:   newSingle(l.units),
	}
	for lo := 0; lo < rows; lo += l.blockSamples() {
		p.acts = append(p.acts, newActivation32(l.act))
	}
	p.product.resize(rows, l.units)
	p.y.resize(rows, l.units)
	block := min(l.blockSamples(), rows)
	p.scaled.resize(block, l.inputs)
	p.dscaled.resize(block, l.inputs)
	return p
}

func (p *batchEnsemblePass32) forward32(x matrix32) matrix32 {
	p.x, p.ones = x, allOnes(p.r.value)
	product, y := p.product.resize(x.Rows, p.layer.units), p.y.resize(x.Rows, p.layer.units)
	block := p.layer.blockSamples()
	for lo := 0; lo < x.Rows; lo += block {
		hi := min(lo+block, x.Rows)
		p.team.Mul32(kernel.NN, p.ofMembers(product, lo, hi), p.scaledRows(lo, hi), p.weights())
		for i := lo; i < hi; i++ {
			kernel.ScaleShift32(row32(y.Data, i, y.Cols), row32(product.Data, i, y.Cols), p.s.value, p.bias.value)
		}
		z := p.ofMembers(y, lo, hi)
		p.acts[lo/block].apply(p.team, z, z)
	}
	return y
}

func (p *batchEnsemblePass32) backward32(dy matrix32, needDX bool) matrix32 {
	clear(p.r.grad)
	clear(p.weight.grad)
	clear(p.s.grad)
	clear(p.bias.grad)
	dw := newMatrix32(p.layer.shared.inputs, p.layer.shared.units, p.weight.grad)
	var dx matrix32
	if needDX {
		dx = p.dx.resize(dy.Rows, p.layer.inputs)
	}
	block := p.layer.blockSamples()
	for lo := 0; lo < dy.Rows; lo += block {
		hi := min(lo+block, dy.Rows)
		dz := p.ofMembers(dy, lo, hi)
		p.acts[lo/block].backprop(p.team, dz)
		for i := lo; i < hi; i++ {
			kernel.ScaleShiftGrad32(p.s.grad, p.bias.grad, row32(dy.Data, i, dy.Cols), row32(p.product.data, i, dy.Cols), p.s.value)
		}
		p.team.MulAdd32(kernel.TN, dw, p.scaledRows(lo, hi), dz)
		var dscaled matrix32
		if p.ones && needDX {
			dscaled = p.ofMembers(dx, lo, hi)
		} else {
			dscaled = p.ofMembers(p.dscaled.resize(hi-lo, p.x.Cols), 0, hi-lo)
		}
		p.team.Mul32(kernel.NT, dscaled, dz, p.weights())
		for i := lo; i < hi; i++ {
			d := row32(dscaled.Data, i-lo, p.x.Cols)
			kernel.AddMulElem32(p.r.grad, d, row32(p.x.Data, i, p.x.Cols))
			if needDX && !p.ones {
				kernel.MulElem32(row32(dx.Data, i, p.x.Cols), p.r.value, d)
			}
		}
	}
	return dx
}

// scaledRows is that of batchEnsemblePass.
func (p *batchEnsemblePass32) scaledRows(lo, hi int) matrix32 {
	if p.ones {
		return p.ofMembers(p.x, lo, hi)
	}
	dst := p.scaled.resize(hi-lo, p.x.Cols)
	for i := lo; i < hi; i++ {
		kernel.MulElem32(row32(dst.Data, i-lo, dst.Cols), p.r.value, row32(p.x.Data, i, dst.Cols))
	}
	return p.ofMembers(dst, 0, hi-lo)
}

// ofMembers is that of batchEnsemblePass.
func (p *batchEnsemblePass32) ofMembers(x matrix32, lo, hi int) matrix32 {
	return splitMembers(rowsOf32(x, lo, hi), p.layer.members)
}

func (p *batchEnsemblePass32) weights() matrix32 {
	return newMatrix32(p.layer.shared.inputs, p.layer.shared.units, p.weight.value)
}

func (p *batchEnsemblePass32) gradients() []gradient {
	return []gradient{{single: p.r}, {single: p.weight}, {single: p.s}, {single: p.bias}}
}

// batchEnsemble32 is BatchEnsemble in predictions. After the product, each row
// goes through the rest while it is in the first-level cache.
type batchEnsemble32 struct {
	members int
	before  *memberScale32 // r
	shared  *dense32       // W
	after   *memberScale32 // s and b
	act     activate32
	ones    bool      // whether r is known to be ones, which change nothing
	pool    sync.Pool // of *buffer32, for r∘x
}

func newBatchEnsemble32(l *batchEnsemble) *batchEnsemble32 {
	b := &batchEnsemble32{
		members: l.members,
		before:  newMemberScale32(l.before),
		shared:  newDense32(&l.shared.dense, Identity),
		after:   newMemberScale32(l.after),
		act:     newActivate32(l.act),
	}
	b.pool.New = func() any { return &buffer32{} }
	return b
}

func (l *batchEnsemble32) load() {
	l.before.load()
	l.shared.load()
	l.after.load()
	l.ones = allOnes(l.before.scale)
}

func (l *batchEnsemble32) infer32(dst, x matrix32) (ok bool) {
	if !l.ones {
		b := l.pool.Get().(*buffer32)
		defer l.pool.Put(b)
		scaled := b.resize(x.Rows, x.Cols)
		l.before.scaleRows(scaled, x)
		x = scaled
	}
	// What is not finite remains so until the end.
	l.shared.multiply(splitMembers(dst, l.members), splitMembers(x, l.members), nil)
	return l.finish(dst)
}

func (l *batchEnsemble32) product() *dense32 {
	if !l.ones {
		return nil
	}
	return l.shared
}

func (l *batchEnsemble32) finish(y matrix32) (ok bool) {
	for i := range y.Rows {
		yi := rowsOf32(y, i, i+1)
		l.after.scaleRows(yi, yi)
		if !l.act.applyChecked(splitMembers(yi, l.members)) {
			return false
		}
	}
	return true
}
