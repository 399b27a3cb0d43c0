package mlp

// A rowLayer stores its outputs for the single sample x in y, which do not
// overlap. It does the same as Infer, but without matrices, whose headers cost
// more than the numbers of a small layer.
type rowLayer interface {
	inferRow(y, x []float64)
}

func newRowLayer(l Layer) rowLayer {
	switch l := l.(type) { // not by method, which a layer that embeds one of these has too
	case *DefaultDense:
		return l
	case *SoftmaxDense:
		return l
	}
	return &matrixRow{layer: l}
}

// rowScratch is the memory for one sample on its way through the layers, for
// one goroutine.
type rowScratch struct {
	layers []rowLayer
	hidden [][]float64 // outputs of all layers except the last
}

func newRowScratch(layers []Layer) *rowScratch {
	s := &rowScratch{}
	for i, l := range layers {
		s.layers = append(s.layers, newRowLayer(l))
		if i < len(layers)-1 {
			_, units := l.Dims()
			s.hidden = append(s.hidden, make([]float64, units))
		}
	}
	return s
}

// inferRow runs the single sample x through all layers and stores the outputs
// of the last one in dst.
func (n *network) inferRow(dst, x []float64) {
	s := n.rows.Get().(*rowScratch)
	last := len(s.hidden)
	for i, l := range s.layers[:last] {
		l.inferRow(s.hidden[i], x)
		x = s.hidden[i]
	}
	s.layers[last].inferRow(dst, x)
	n.rows.Put(s)
}

// matrixRow is the rowLayer of any other layer. Copying the numbers takes less
// time than making matrices of them.
type matrixRow struct {
	layer Layer
	x, y  buffer
}

func (m *matrixRow) inferRow(y, x []float64) {
	in, out := m.x.resize(1, len(x)), m.y.resize(1, len(y))
	copy(m.x.data, x)
	m.layer.Infer(out, in)
	copy(y, m.y.data)
}
