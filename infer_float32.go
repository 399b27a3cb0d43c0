package mlp

import (
	"slices"
	"sync"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// loadRows is the number of rows from which it pays to round the parameters of
// a network before they are used.
const loadRows = 64

// A layer32 computes what Infer of a layer does, in single precision. All but
// load may be called from several goroutines at once.
type layer32 interface {
	// load rounds the parameters as they are now, for all calls of infer32 to
	// come. Without it, infer32 rounds them as it goes, which takes less time
	// for a few rows.
	load()

	// infer32 stores f(x) in dst, which does not overlap x, and reports whether
	// no parameter and no sum was beyond single precision.
	infer32(dst, x matrix32) (ok bool)
}

// each32 are layers that are loaded together.
type each32 []layer32

func (e each32) load() {
	for _, l := range e {
		l.load()
	}
}

// newEach32 returns newLayer32 of each layer.
func newEach32(layers []Layer) each32 {
	var all each32
	for _, l := range layers {
		all = append(all, newLayer32(l))
	}
	return all
}

// layers32 are the layers of a network in single precision. The activation of
// the last layer, if it has one, and the mean of members are apart and in double
// precision.
type layers32 struct {
	layers each32
	units  []int // of each layer
	act    Activation
	mean   *memberMean // the last layer, if it is one, also apart
	logits layer32     // in the place of a last layer of another package, for its logits
}

func newLayers32(layers []Layer) *layers32 {
	n := &layers32{}
	layers = withMemberStarts(append(withoutTrainingOnly(layers[:len(layers)-1]), layers[len(layers)-1]))
	last := len(layers) - 1
	for i, l := range layers {
		if mean, ok := l.(*memberMean); ok && i == last {
			n.mean = mean
			break
		}
		_, units := l.Dims()
		n.units = append(n.units, units)
		logits, ok := l.(LogitLayer)
		switch {
		case ok && i == last && ofThisPackage(l):
			n.act = logits.Activation()
			n.layers = append(n.layers, newLogits32(logits))
			continue
		case ok && i == last:
			n.logits = &widenedLayer{infer: logits.InferLogits}
		}
		n.layers = append(n.layers, newLayer32(l))
	}
	return n
}

// withoutTrainingOnly returns the layers without those that do nothing in
// predictions.
func withoutTrainingOnly(layers []Layer) []Layer {
	return slices.DeleteFunc(slices.Clone(layers), isTrainingOnly)
}

func isTrainingOnly(l Layer) bool {
	switch l := l.(type) {
	case *dropout, *gaussianNoise:
		return true
	case *memberLayers:
		return !slices.ContainsFunc(l.layers, func(l Layer) bool { return !isTrainingOnly(l) })
	}
	return false
}

func (n *layers32) load() { n.layers.load() }

// newLogits32 is newLayer32 without the activation.
func newLogits32(l LogitLayer) layer32 {
	switch l := l.(type) {
	case *DefaultDense:
		return newDense32(&l.dense, Identity)
	case *SoftmaxDense:
		return newDense32(&l.dense, Identity)
	case *ntkDense:
		return newNTKDense32(l, Identity)
	case *activationLayer:
		return identityLayer32{}
	}
	return &widenedLayer{infer: l.InferLogits}
}

func newLayer32(l Layer) layer32 {
	switch l := l.(type) {
	case *DefaultDense:
		return newDense32(&l.dense, l.act)
	case *SoftmaxDense:
		return newDense32(&l.dense, l.act)
	case *ntkDense:
		return newNTKDense32(l, l.act)
	case *dropout, *gaussianNoise:
		return identityLayer32{}
	case *activationLayer:
		return &activation32Layer{newActivate32(l.act)}
	case *stack:
		return newStack32(l.layers)
	case *residual:
		return &residual32{newStack32(l.layers)}
	case *memberLayers:
		return &memberLayers32{newStack32(l.layers), l.members}
	case *batchEnsemble:
		return newBatchEnsemble32(l)
	case *memberInputs:
		return newMemberScale32(l.memberScale)
	case memberStart:
		return newMemberStart32(l)
	case *memberHeads:
		return newMemberHeads32(l)
	case *columns:
		return newColumns32(l)
	case *PiecewiseLinear:
		return newPiecewise32(l)
	case *embedding:
		return newEmbedding32(l)
	case *periodic:
		return newPeriodic32(l)
	case *scale:
		return newMemberScale32(l.ofOneMember())
	case *parametric:
		return newParametric32(l)
	case *batchNorm:
		return batchNorm32{l}
	case *layerNorm:
		return &layerNorm32{layer: l}
	case *Normalization:
		return normalization32{l}
	case *average:
		return &average32{each32: newEach32(l.layers)}
	}
	return &widenedLayer{infer: l.Infer}
}

// dense32 is a dense layer.
type dense32 struct {
	layer  *dense
	act    activate32
	weight []float32 // nil before load
	bias   []float32 // nil without one, too
}

func newDense32(d *dense, act Activation) *dense32 {
	return &dense32{layer: d, act: newActivate32(act)}
}

func (d *dense32) load() {
	d.weight = narrowed(d.weight, d.layer.weight.RawMatrix().Data)
	d.bias = narrowed(d.bias, d.layer.biasRow())
}

func (d *dense32) infer32(dst, x matrix32) (ok bool) { return d.inferAhead(dst, x, nil) }

// inferAhead is infer32, and fetches what is ahead into the cache meanwhile.
func (d *dense32) inferAhead(dst, x matrix32, ahead []float64) (ok bool) {
	d.multiply(dst, x, ahead)
	return d.act.applyChecked(dst) // a weight may be infinite in single precision
}

// multiply stores x·W + b in dst.
func (d *dense32) multiply(dst, x matrix32, ahead []float64) {
	switch {
	case d.weight == nil:
		kernel.MulBiasNarrow(dst, x, d.layer.weight.RawMatrix(), d.layer.biasRow())
	case x.Rows == 1:
		kernel.RowMulBias(dst.Data, x.Data, d.weight, d.bias)
	default:
		kernel.MulBiasAhead32(dst, x, d.weights(), d.bias, ahead)
	}
}

func (d *dense32) weights() matrix32 { return newMatrix32(d.layer.inputs, d.layer.units, d.weight) }

// activate32 applies an activation.
type activate32 struct {
	act    Activation
	native func(y, z []float32) // nil unless nativeOf has it
	pool   sync.Pool            // of *buffer
}

func newActivate32(act Activation) activate32 {
	if native, ok := nativeOf(act); ok {
		return activate32{act: act, native: native.f}
	}
	return activate32{act: act}
}

// apply stores f(z) of finite z in y, which may be z, and reports whether all of
// y is finite.
func (a *activate32) apply(y, z matrix32) (ok bool) {
	switch a.act.(type) {
	case identity:
		move32(y, z)
		return true
	case relu:
		kernel.ReLU32(y.Data, z.Data)
		return true
	}
	if a.native != nil {
		a.native(y.Data, z.Data)
		return kernel.AllFinite32(y.Data)
	}
	b := getBuffer(&a.pool)
	wide := b.resize(z.Rows, z.Cols)
	widenRows(wide, z)
	applyActivation(a.act, wide)
	ok = narrowRows(y, wide)
	a.pool.Put(b)
	return ok
}

// applyChecked stores f(z) in z, and reports whether all of z and f(z) are finite.
// It takes as many rows at a time as stay in the first-level cache in between.
func (a *activate32) applyChecked(z matrix32) (ok bool) {
	const most = 4096 // numbers
	rows := max(1, most/z.Cols)
	for lo := 0; lo < z.Rows; lo += rows {
		some := rowsOf32(z, lo, min(lo+rows, z.Rows))
		if !kernel.AllFinite32(some.Data) || !a.apply(some, some) {
			return false
		}
	}
	return true
}

func getBuffer(pool *sync.Pool) *buffer {
	if b, ok := pool.Get().(*buffer); ok {
		return b
	}
	return &buffer{}
}

// identityLayer32 is a layer that computes nothing.
type identityLayer32 struct{}

func (identityLayer32) load() {}

func (identityLayer32) infer32(dst, x matrix32) (ok bool) {
	copy(dst.Data, x.Data)
	return true
}

// activation32Layer is ActivationLayer.
type activation32Layer struct{ act activate32 }

func (*activation32Layer) load() {}

func (l *activation32Layer) infer32(dst, x matrix32) (ok bool) {
	return l.act.apply(dst, x)
}

// stack32 are layers one after another.
type stack32 struct {
	each32
	units   []int     // of each
	scratch sync.Pool // of *[]buffer32, for the outputs of all but the last
}

func newStack32(layers []Layer) *stack32 {
	if active := withoutTrainingOnly(layers); len(active) > 0 {
		layers = active
	}
	layers = withMemberStarts(layers)
	s := &stack32{each32: newEach32(layers), units: widths(layers)}
	s.scratch.New = func() any {
		b := make([]buffer32, len(layers)-1)
		return &b
	}
	return s
}

func (s *stack32) infer32(dst, x matrix32) (ok bool) {
	scratch := s.scratch.Get().(*[]buffer32)
	defer s.scratch.Put(scratch)
	last := len(s.each32) - 1
	for i, l := range s.each32[:last] {
		y := (*scratch)[i].resize(x.Rows, s.units[i])
		if !l.infer32(y, x) {
			return false
		}
		x = y
	}
	return s.each32[last].infer32(dst, x)
}

// residual32 is x + f(x).
type residual32 struct{ *stack32 }

func (r *residual32) infer32(dst, x matrix32) (ok bool) {
	if !r.stack32.infer32(dst, x) {
		return false
	}
	add32(dst.Data, dst.Data, x.Data)
	return kernel.AllFinite32(dst.Data)
}

// average32 is the mean of several layers.
type average32 struct {
	each32            // the members
	scratch sync.Pool // of *buffer32
}

func (a *average32) infer32(dst, x matrix32) (ok bool) {
	b, _ := a.scratch.Get().(*buffer32)
	if b == nil {
		b = &buffer32{}
	}
	defer a.scratch.Put(b)
	ok = a.each32[0].infer32(dst, x)
	for _, m := range a.each32[1:] {
		y := b.resize(dst.Rows, dst.Cols)
		ok = m.infer32(y, x) && ok
		add32(dst.Data, dst.Data, y.Data)
	}
	for i := range dst.Data {
		dst.Data[i] /= float32(len(a.each32))
	}
	return ok && kernel.AllFinite32(dst.Data)
}

// widenedLayer computes in double precision.
type widenedLayer struct {
	infer func(dst, x *mat.Dense) // Infer or InferLogits of the layer
	pool  sync.Pool               // of *[2]buffer
}

func (l *widenedLayer) load() {}

func (l *widenedLayer) infer32(dst, x matrix32) (ok bool) {
	b, _ := l.pool.Get().(*[2]buffer)
	if b == nil {
		b = &[2]buffer{}
	}
	defer l.pool.Put(b)
	wideX, wideDst := b[0].resize(x.Rows, x.Cols), b[1].resize(dst.Rows, dst.Cols)
	widenRows(wideX, x)
	l.infer(wideDst, wideX)
	return narrowRows(dst, wideDst)
}

// runner32 is the runner of layers32.
type runner32 struct {
	layers *layers32
	in     buffer32
	out    []buffer32 // of each layer
	wide   buffer     // of the members, if there are any
	row    mat.Dense
}

func newRunner32(n *layers32) *runner32 {
	return &runner32{layers: n, out: make([]buffer32, len(n.layers))}
}

func (r *runner32) run(dst, x *mat.Dense, ahead []float64, logits bool) (ok bool) {
	in := r.in.resize(x.Dims())
	if !narrowRows(in, x) {
		return false
	}
	out, ok := r.infer(in, ahead, logits)
	if !ok {
		return false
	}
	if mean := r.layers.mean; mean != nil && !logits {
		wide := r.wide.resize(out.Rows, out.Cols)
		widenRows(wide, out)
		mean.Infer(dst, wide)
		return true
	}
	widenRows(dst, out)
	if !logits && r.layers.act != nil {
		applyActivation(r.layers.act, dst)
	}
	return true
}

// infer returns what the last layer gives: its logits, if it is of this package
// and has some, or if they are asked for.
func (r *runner32) infer(x matrix32, ahead []float64, logits bool) (out matrix32, ok bool) {
	for i, l := range r.layers.layers {
		if logits && r.layers.logits != nil && i == len(r.layers.layers)-1 {
			l = r.layers.logits
		}
		y := r.out[i].resize(x.Rows, r.layers.units[i])
		if d, dense := l.(*dense32); dense && i == 0 {
			ok = d.inferAhead(y, x, ahead)
		} else {
			ok = l.infer32(y, x)
		}
		if !ok {
			return y, false
		}
		x = y
	}
	return x, true
}

// inferRow is run for a single sample.
func (r *runner32) inferRow(dst, x []float64) (ok bool) {
	in := r.in.resize(1, len(x))
	if !kernel.Narrow(in.Data, x) {
		return false
	}
	out, ok := r.infer(in, nil, false)
	if !ok {
		return false
	}
	if mean := r.layers.mean; mean != nil {
		wide := r.wide.resize(out.Rows, out.Cols)
		widenRows(wide, out)
		r.row.SetRawMatrix(rowOf(dst))
		mean.Infer(&r.row, wide)
		r.row.SetRawMatrix(blas64.General{}) // the memory is the caller's
		return true
	}
	kernel.Widen(dst, out.Data)
	if r.layers.act != nil {
		r.layers.act.Apply(dst, dst)
	}
	return true
}
