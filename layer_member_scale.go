package mlp

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// memberScale is the layer
//
//	y = s∘x + b
//
// with its own s and b for each member, where x are either the columns of all
// members, or columns that all members share; those have no b.
type memberScale struct {
	use
	inputs, units int
	scale, bias   *mat.Dense // members × columns of a member; bias is nil for none
}

// newMemberScale returns the layer with s = 1 and no b for the columns of all
// members. The arguments have been checked.
func newMemberScale(members, columns int) *memberScale {
	n := members * columns
	l := &memberScale{inputs: n, units: n, scale: mat.NewDense(members, columns, nil)}
	Constant(1)(l.scale, nil)
	return l
}

func (l *memberScale) Dims() (inputs, units int) { return l.inputs, l.units }

func (l *memberScale) Params() []Param {
	params := []Param{{Name: "scale", Value: l.scale}}
	if l.bias != nil {
		params = append(params, Param{Name: "bias", Value: l.bias})
	}
	return params
}

// numbers returns s and b, which may be nil, of all members.
func (l *memberScale) numbers() (scale, bias []float64) {
	if l.bias != nil {
		bias = l.bias.RawMatrix().Data
	}
	return l.scale.RawMatrix().Data, bias
}

func (l *memberScale) Infer(dst, x *mat.Dense) {
	checkInfer(l.inputs, l.units, dst, x)
	scale, bias := l.numbers()
	for i := range x.RawMatrix().Rows {
		y, xi := dst.RawRowView(i), x.RawRowView(i)
		if bias != nil {
			kernel.ScaleShift(y, xi, scale, bias)
			continue
		}
		for lo := 0; lo < l.units; lo += l.inputs {
			kernel.MulElem(y[lo:][:l.inputs], scale[lo:][:l.inputs], xi)
		}
	}
}

// NewPass is for layers without b.
func (l *memberScale) NewPass(rows int, rng *rand.Rand) Pass {
	return NewPass(l, rows, Formulas{Grads: l.grads, Backward: l.backward})
}

// grads adds ∂L/∂s = Σ dy∘x over the rows.
func (l *memberScale) grads(grads []*mat.Dense, dy, x, _ *mat.Dense) {
	ds := grads[0].RawMatrix().Data
	for i := range x.RawMatrix().Rows {
		d, xi := dy.RawRowView(i), x.RawRowView(i)
		for lo := 0; lo < l.units; lo += l.inputs {
			kernel.AddMulElem(ds[lo:][:l.inputs], d[lo:][:l.inputs], xi)
		}
	}
}

// backward stores s∘dy in dx, summed over members that share x.
func (l *memberScale) backward(dx, dy, _, _ *mat.Dense) {
	scale, _ := l.numbers()
	for i := range dy.RawMatrix().Rows {
		d, dyi := dx.RawRowView(i), dy.RawRowView(i)
		clear(d)
		for lo := 0; lo < l.units; lo += l.inputs {
			kernel.AddMulElem(d, scale[lo:][:l.inputs], dyi[lo:][:l.inputs])
		}
	}
}
