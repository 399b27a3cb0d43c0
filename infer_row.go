package mlp

// A rowLayer stores its outputs for the single sample x in y, which do not
// overlap. It does the same as Infer, but without matrices, whose headers cost
// more than the numbers of a small layer. A dense layer computes nothing and
// reports false if its parameters have come to have other shapes.
type rowLayer interface {
	inferRow(y, x []float64) (ok bool)
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
	single *runner32   // in the place of both in single precision, else nil
	dense  bool        // whether the layers check the shapes of their parameters
}

func newRowScratch(n *network) *rowScratch {
	s := &rowScratch{dense: n.precision == Float64}
	if n.precision == Float32 {
		s.single = newRunner32(n.rounding)
		return s
	}
	for i, l := range n.layers {
		row := newRowLayer(l)
		if _, other := row.(*matrixRow); other {
			s.dense = false
		}
		s.layers = append(s.layers, row)
		if i < len(n.layers)-1 {
			_, units := l.Dims()
			s.hidden = append(s.hidden, make([]float64, units))
		}
	}
	return s
}

// inferRow runs the single sample x through all layers and stores the outputs
// of the last one in dst. It reports whether the parameters have the shapes they
// should have and the precision can hold all numbers.
func (n *network) inferRow(dst, x []float64) (ok bool) {
	s := n.rows.Get().(*rowScratch)
	ok = (s.dense || changed(n.params) == nil) && s.inferRow(dst, x)
	n.rows.Put(s)
	return ok
}

func (s *rowScratch) inferRow(dst, x []float64) (ok bool) {
	if s.single != nil {
		return s.single.inferRow(dst, x)
	}
	last := len(s.hidden)
	for i, l := range s.layers[:last] {
		if !l.inferRow(s.hidden[i], x) {
			return false
		}
		x = s.hidden[i]
	}
	return s.layers[last].inferRow(dst, x)
}

// matrixRow is the rowLayer of any other layer. Copying the numbers takes less
// time than making matrices of them.
type matrixRow struct {
	layer Layer
	x, y  buffer
}

func (m *matrixRow) inferRow(y, x []float64) (ok bool) {
	in, out := m.x.resize(1, len(x)), m.y.resize(1, len(y))
	copy(m.x.data, x)
	m.layer.Infer(out, in)
	copy(y, m.y.data)
	return true
}
