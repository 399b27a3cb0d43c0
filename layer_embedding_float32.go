package mlp

import "example.com/mlp/internal/kernel"

// embeddingPass32 is the pass of Embedding in single precision.
type embeddingPass32 struct {
	units int
	table *single
	x     matrix32 // borrowed from forward to backward
	y, dx buffer32
}

func newEmbeddingPass32(l *embedding, rows int) *embeddingPass32 {
	p := &embeddingPass32{units: l.units, table: newSingle(l.size * l.units)}
	p.y.resize(rows, l.units)
	return p
}

func (p *embeddingPass32) forward32(x matrix32) matrix32 {
	p.x = x
	y := p.y.resize(x.Rows, p.units)
	for i, code := range x.Data {
		copy(y.Data[i*p.units:], p.of(p.table.value, code))
	}
	return y
}

// backward32 adds dy to the rows of the gradient that the batch has the codes of.
func (p *embeddingPass32) backward32(dy matrix32, needDX bool) matrix32 {
	clear(p.table.grad)
	for i, code := range p.x.Data {
		g := p.of(p.table.grad, code)
		add32(g, g, dy.Data[i*p.units:])
	}
	if !needDX {
		return matrix32{}
	}
	dx := p.dx.resize(dy.Rows, 1)
	clear(dx.Data)
	return dx
}

// of returns the row of a code.
func (p *embeddingPass32) of(table []float32, code float32) []float32 {
	return table[int(code)*p.units:][:p.units]
}

func (p *embeddingPass32) gradients() []gradient { return []gradient{{single: p.table}} }

// embedding32 is Embedding in predictions.
type embedding32 struct {
	layer *embedding
	table []float32 // rounded by load
}

func newEmbedding32(l *embedding) *embedding32 { return &embedding32{layer: l} }

func (l *embedding32) load() { l.table = narrowed(l.table, l.layer.table.RawMatrix().Data) }

func (l *embedding32) infer32(dst, x matrix32) (ok bool) {
	for i, code := range x.Data {
		y := dst.Data[i*dst.Cols:][:dst.Cols]
		if l.table == nil {
			kernel.Narrow(y, l.layer.table.RawRowView(int(code)))
		} else {
			copy(y, l.table[int(code)*dst.Cols:])
		}
	}
	return kernel.AllFinite32(dst.Data)
}
