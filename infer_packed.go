package mlp

import "example.com/mlp/internal/kernel"

// packedWeights are copies of the weights of hidden layers, in the order in which
// the products with many samples read them. The goroutines of an inference share
// them.
type packedWeights struct {
	layers  []*DefaultDense // nil for a layer that uses its own weights
	weights []kernel.Packed // of these
	any     bool            // whether there are any
	inUse   bool
}

// newPackedWeights returns those of layers, of which the last is not hidden.
func newPackedWeights(layers []Layer) *packedWeights {
	hidden := len(layers) - 1
	p := &packedWeights{layers: make([]*DefaultDense, hidden), weights: make([]kernel.Packed, hidden)}
	for i, l := range layers[:hidden] {
		if d, ok := l.(*DefaultDense); ok && d.inputs > 1 && d.units >= packedLayer {
			p.layers[i], p.any = d, true
		}
	}
	return p
}

// pack packs the weights as they are now if that pays off for so many samples,
// and reports whether it has.
func (p *packedWeights) pack(rows int) (packed bool) {
	if p == nil || !p.any {
		return false
	}
	p.inUse = rows >= packedRows
	if p.inUse {
		for i, d := range p.layers {
			if d != nil {
				p.weights[i].Pack(d.weight.RawMatrix())
			}
		}
	}
	return p.inUse
}

// of returns the weights of layer i, or nil if they are not packed.
func (p *packedWeights) of(i int) *kernel.Packed {
	if p == nil || !p.inUse || p.layers[i] == nil {
		return nil
	}
	return &p.weights[i]
}
