package mlp

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// folded returns copies of the layers for inference, with as few of them as
// possible.
func folded(layers []Layer, p Precision) ([]Layer, error) {
	f := folder{precision: p}
	for i, l := range layers {
		if err := f.add(l); err != nil {
			return nil, fmt.Errorf("layer %d%w", i, err)
		}
	}
	f.flush()
	if len(f.layers) == 0 { // all of them do nothing in inference
		_, units := layers[0].Dims()
		f.layers = []Layer{ActivationLayer(units, Identity)}
	}
	return f.layers, nil
}

// folder adds one layer after another.
type folder struct {
	precision Precision
	layers    []Layer
	pending   *columnScaling // after the layers, not yet folded; or nil
}

func (f *folder) add(l Layer) error {
	if isTrainingOnly(l) {
		return nil
	}
	switch l := l.(type) {
	case *stack:
		for i, inner := range l.layers {
			if err := f.add(inner); err != nil {
				return fmt.Errorf(", layer %d inside%w", i, err)
			}
		}
		return nil
	case *columnScaling:
		f.addScaling(l)
		return nil
	case *Normalization:
		if foldable(l.mean.RawRowView(0), l.std.RawRowView(0)) {
			f.addScaling(scaling(l))
			return nil
		}
	case *batchNorm:
		if foldable(l.mean.RawRowView(0), l.deviations()) {
			f.addScaling(l.Frozen().(*columnScaling))
			return nil
		}
	case *scale:
		f.addScaling(l.scaling())
		return nil
	case *activationLayer:
		f.addActivation(l)
		return nil
	case *DefaultDense:
		f.addDense(&l.dense)
		return nil
	case *SoftmaxDense:
		f.addDense(&l.dense)
		return nil
	case *ntkDense:
		d := l.dense.copied()
		d.act = l.act
		kernel.Scale(d.weight.RawMatrix().Data, l.factor)
		if d.keeps(l.dense, f.precision) {
			f.addDense(&d)
			return nil
		}
	}
	f.flush()
	c, err := copied(l, f.precision)
	f.layers = append(f.layers, c)
	return err
}

// addScaling adds s, folded into the layer before it or to be folded into the
// one after it. Two of them in a row are not made one: the rounding between them
// is lost to both.
func (f *folder) addScaling(s *columnScaling) {
	if d := f.last(); d != nil && f.pending == nil {
		c := d.copied()
		c.scaleOutputs(s)
		if c.keeps(d, f.precision) {
			f.layers[len(f.layers)-1] = denseOf(c, Identity)
			return
		}
	}
	f.flush()
	f.pending = s
}

func (f *folder) addActivation(l *activationLayer) {
	if l.act == Identity {
		return
	}
	if d := f.last(); d != nil && f.pending == nil {
		f.layers[len(f.layers)-1] = denseOf(*d, l.act)
		return
	}
	f.flush()
	f.layers = append(f.layers, ActivationLayer(l.units, l.act))
}

func (f *folder) addDense(d *dense) {
	c := d.copied()
	if f.pending != nil {
		c.scaleInputs(f.pending)
		if c.keeps(d, f.precision) {
			f.pending = nil
		} else {
			f.flush()
			c = d.copied()
		}
	}
	f.layers = append(f.layers, denseOf(c, d.act))
}

// copied returns a copy of the affine part.
func (d *dense) copied() dense {
	c := dense{inputs: d.inputs, units: d.units, weight: mat.DenseCopyOf(d.weight), drawn: true}
	if d.bias != nil {
		c.bias = mat.DenseCopyOf(d.bias)
	}
	return c
}

// keeps reports whether the precision holds all weights, scaled from those of
// before, without losing digits.
func (d *dense) keeps(before *dense, p Precision) bool {
	least, most := 0x1p-1022, math.MaxFloat64
	if p == Float32 {
		least, most = 0x1p-126, math.MaxFloat32
	}
	for i, v := range d.weight.RawMatrix().Data {
		if w := math.Abs(v); before.weight.RawMatrix().Data[i] != 0 && !(w >= least && w <= most) {
			return false
		}
	}
	for _, v := range d.biasRow() {
		if !(math.Abs(v) <= most) {
			return false
		}
	}
	return true
}

// denseOf returns the layer of d with the activation.
func denseOf(d dense, act Activation) Layer {
	d.act = act
	if _, ok := act.(RowActivation); ok {
		return &SoftmaxDense{dense: d}
	}
	return &DefaultDense{dense: d}
}

// flush adds a pending scaling as a layer of its own.
func (f *folder) flush() {
	if f.pending != nil {
		f.layers = append(f.layers, f.pending)
		f.pending = nil
	}
}

// last returns the last layer if it is dense without an activation, or nil.
func (f *folder) last() *dense {
	if len(f.layers) == 0 {
		return nil
	}
	if d, ok := f.layers[len(f.layers)-1].(*DefaultDense); ok && d.act == Identity {
		return &d.dense
	}
	return nil
}

// foldable reports whether folding the scaling (x − mean)/sd loses no more than
// ten bits.
func foldable(mean, sd []float64) bool {
	for j, m := range mean {
		if math.Abs(m) > 1024*sd[j] || !finite(m/sd[j]) || !finite(1/sd[j]) {
			return false
		}
	}
	return true
}

// deviations returns √(σ² + ε) of the running variances.
func (l *batchNorm) deviations() []float64 {
	sd := slices.Clone(l.variance.RawRowView(0))
	for j, v := range sd {
		sd[j] = math.Sqrt(v + l.epsilon)
	}
	return sd
}

// scaling returns s∘x as a scaling of columns.
func (l *scale) scaling() *columnScaling {
	s := newColumnScaling(l.units)
	copy(s.scale, l.scale.RawRowView(0))
	return s
}

// scaling returns (x − mean)/std as a scaling of columns.
func scaling(l *Normalization) *columnScaling {
	s := newColumnScaling(l.units)
	for j, std := range l.std.RawRowView(0) {
		s.scale[j], s.shift[j] = 1/std, -l.mean.At(0, j)/std
	}
	return s
}

func newColumnScaling(units int) *columnScaling {
	return &columnScaling{sameWidth{units: units}, make([]float64, units), make([]float64, units)}
}

// scaleOutputs makes d, which has no activation, the layer s∘d.
func (d *dense) scaleOutputs(s *columnScaling) {
	d.needBias()
	for p := range d.inputs {
		row := d.weight.RawRowView(p)
		for j, v := range s.scale {
			row[j] *= v
		}
	}
	bias := d.biasRow()
	for j, v := range s.scale {
		bias[j] = float64(bias[j]*v) + s.shift[j]
	}
}

// scaleInputs makes d the layer d∘s.
func (d *dense) scaleInputs(s *columnScaling) {
	d.needBias()
	for p, v := range s.scale {
		row := d.weight.RawRowView(p)
		kernel.Axpy(d.biasRow(), s.shift[p], row)
		kernel.Scale(row, v)
	}
}

func (d *dense) needBias() {
	if d.bias == nil {
		d.bias = mat.NewDense(1, d.units, nil)
	}
}

// copied returns a copy of a layer of this package with its parameters. The
// error continues after the name of the layer.
func copied(l Layer, p Precision) (Layer, error) {
	if !ofThisPackage(l) {
		return nil, fmt.Errorf(" is a %T of another package, which cannot be copied", l)
	}
	switch l := l.(type) {
	case *residual:
		inner, err := folded(l.layers, p)
		if err != nil {
			return nil, fmt.Errorf(", %w", err)
		}
		return Residual(inner...), nil
	case *memberLayers:
		inner, err := folded(l.layers, p)
		if err != nil {
			return nil, fmt.Errorf(", %w", err)
		}
		return MemberLayers(l.members, inner...), nil
	case *average:
		var members []Layer
		for i, m := range l.layers {
			inner, err := folded([]Layer{m}, p)
			if err != nil {
				return nil, fmt.Errorf(", member %d, %w", i, err)
			}
			members = append(members, newStack(inner))
		}
		return newAverage(members), nil
	case *columns:
		var groups []Layer
		for i, g := range l.layers {
			inner, err := folded([]Layer{g}, p)
			if err != nil {
				return nil, fmt.Errorf(", group %d, %w", i, err)
			}
			groups = append(groups, newStack(inner))
		}
		return l.with(groups), nil
	}
	d := l.(Describer).Describe()
	d.Numbers = maps.Clone(d.Numbers)
	c := kindOf(layerKinds, d.Kind).New(d)
	params := c.Params()
	for i, p := range l.Params() {
		params[i].Value.Copy(p.Value)
	}
	return c, nil
}
