package mlp

import (
	"example.com/mlp/internal/kernel"
)

// memberScalePass32 is the pass of MemberInputs and Scale in single precision.
type memberScalePass32 struct {
	inputs, units int
	scale         *single
	x             matrix32 // borrowed from forward to backward
	y, dx         buffer32
}

func newMemberScalePass32(l *memberScale, rows int) *memberScalePass32 {
	p := &memberScalePass32{inputs: l.inputs, units: l.units, scale: newSingle(l.units)}
	p.y.resize(rows, l.units)
	return p
}

func (p *memberScalePass32) forward32(x matrix32) matrix32 {
	p.x = x
	y := p.y.resize(x.Rows, p.units)
	for i := range x.Rows {
		scaleMembers32(row32(y.Data, i, p.units), row32(x.Data, i, p.inputs), p.scale.value)
	}
	return y
}

// backward32 computes what grads and backward of memberScale do.
func (p *memberScalePass32) backward32(dy matrix32, needDX bool) matrix32 {
	clear(p.scale.grad)
	var dx matrix32
	if needDX {
		dx = p.dx.resize(dy.Rows, p.inputs)
	}
	for i := range dy.Rows { // all of a row while it is in the cache
		d, x := row32(dy.Data, i, p.units), row32(p.x.Data, i, p.inputs)
		for lo := 0; lo < p.units; lo += p.inputs {
			kernel.AddMulElem32(p.scale.grad[lo:][:p.inputs], d[lo:][:p.inputs], x)
		}
		if needDX {
			p.inputGrad(row32(dx.Data, i, p.inputs), d)
		}
	}
	return dx
}

// inputGrad stores the sum over the members of s∘dy in dx, for a row.
func (p *memberScalePass32) inputGrad(dx, dy []float32) {
	n := p.inputs
	kernel.MulElem32(dx, p.scale.value[:n], dy[:n])
	for lo := n; lo < p.units; lo += n {
		kernel.AddMulElem32(dx, p.scale.value[lo:][:n], dy[lo:][:n])
	}
}

func (p *memberScalePass32) gradients() []gradient { return []gradient{{single: p.scale}} }

// memberScale32 is memberScale in predictions.
type memberScale32 struct {
	layer       *memberScale
	scale, bias []float32 // rounded by load
}

func newMemberScale32(l *memberScale) *memberScale32 { return &memberScale32{layer: l} }

func (l *memberScale32) load() {
	scale, bias := l.layer.numbers()
	l.scale, l.bias = narrowed(l.scale, scale), narrowed(l.bias, bias)
}

func (l *memberScale32) infer32(dst, x matrix32) (ok bool) {
	for i := range x.Rows { // check each while it is in the cache
		y := rowsOf32(dst, i, i+1)
		l.scaleRows(y, rowsOf32(x, i, i+1))
		if !kernel.AllFinite32(y.Data) {
			return false
		}
	}
	return true
}

// scaleRows stores s∘x + b for each member in y, which may be x if the members
// do not share that.
func (l *memberScale32) scaleRows(y, x matrix32) {
	for i := range x.Rows {
		yi, xi := row32(y.Data, i, y.Cols), row32(x.Data, i, x.Cols)
		if l.scale == nil {
			l.layer.scaleRounded(yi, xi)
			continue
		}
		if l.bias != nil {
			kernel.ScaleShift32(yi, xi, l.scale, l.bias)
			continue
		}
		scaleMembers32(yi, xi, l.scale)
	}
}

// scaleMembers32 stores s∘x for each member in y.
func scaleMembers32(y, x, scale []float32) {
	for lo := 0; lo < len(y); lo += len(x) {
		kernel.MulElem32(y[lo:][:len(x)], scale[lo:][:len(x)], x)
	}
}

// scaleRounded stores s∘x + b for each member in y, where s and b are rounded as
// they are used.
func (l *memberScale) scaleRounded(y, x []float32) {
	scale, bias := l.numbers()
	for lo := 0; lo < len(y); lo += len(x) {
		for j, v := range x {
			y[lo+j] = float32(float32(scale[lo+j]) * v)
		}
	}
	for j, v := range bias {
		y[j] += float32(v)
	}
}
