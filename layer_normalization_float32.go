package mlp

import "example.com/mlp/internal/kernel"

// normalizationPass32 is the pass of Normalization in single precision. Like its
// predictions, it computes each number in double precision, in which a mean may
// be large beside std.
type normalizationPass32 struct {
	layer *Normalization
	y     buffer32
}

func newNormalizationPass32(l *Normalization, rows int) *normalizationPass32 {
	p := &normalizationPass32{layer: l}
	p.y.resize(rows, l.units)
	return p
}

func (p *normalizationPass32) forward32(x matrix32) matrix32 {
	y := p.y.resize(x.Rows, x.Cols)
	normalizeRows32(p.layer, y, x)
	return y
}

func normalizeRows32(l *Normalization, y, x matrix32) {
	for i := range x.Rows {
		normalizeRow(l, row32(y.Data, i, y.Cols), row32(x.Data, i, x.Cols))
	}
}

// backward32 returns dy/std in the place of dy.
func (p *normalizationPass32) backward32(dy matrix32, needDX bool) matrix32 {
	if needDX {
		for i := range dy.Rows {
			d := row32(dy.Data, i, dy.Cols)
			divideByStd(p.layer, d, d)
		}
	}
	return dy
}

// gradients returns none: "mean" and "std" are state.
func (p *normalizationPass32) gradients() []gradient { return make([]gradient, 2) }

// normalization32 is Normalization in predictions.
type normalization32 struct{ layer *Normalization }

func (normalization32) load() {}

func (l normalization32) infer32(dst, x matrix32) (ok bool) {
	normalizeRows32(l.layer, dst, x)
	return kernel.AllFinite32(dst.Data)
}
