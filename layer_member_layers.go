package mlp

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// MemberLayers returns a layer that applies the same layers, first layer first,
// to each of several members of a network: n×(members·inputs) becomes
// n×(members·units), where inputs and units are those of the layers. The
// columns of a member are next to each other, so that the layers see
// (n·members)×inputs and a dense layer needs a single product. See MemberInputs
// for a network of members.
//
// The parameters are those of the layers, with their names prefixed by the
// position of the layer: "0.weight". Model returns an error if the arguments or
// one of the layers are invalid.
func MemberLayers(members int, layers ...Layer) Layer {
	return newMemberLayers(members, layers)
}

func newMemberLayers(members int, layers []Layer) *memberLayers {
	l := &memberLayers{stack: newStack(layers), members: members}
	l.views.New = func() any { return &memberViews{} }
	if l.Validate() == nil {
		l.allInputs, l.allUnits = members*l.inputs, members*l.units
	}
	return l
}

type memberLayers struct {
	*stack              // of one member
	members             int
	allInputs, allUnits int       // 0 if the layer is invalid
	views               sync.Pool // of *memberViews, for Infer
}

// memberViews are matrices with a row for each member of each sample.
type memberViews struct{ x, y, dst reshaped }

// Validate returns the error in the arguments or in one of the layers, if any.
func (l *memberLayers) Validate() error {
	if err := l.stack.Validate(); err != nil {
		return fmt.Errorf("member layers: %w", err)
	}
	if err := checkMembers(l.members, l.inputs); err != nil {
		return err
	}
	return checkMembers(l.members, l.units)
}

// Dims returns the numbers of columns of all members, or zeros for an invalid
// layer, which computes nothing.
func (l *memberLayers) Dims() (inputs, units int) { return l.allInputs, l.allUnits }

func (l *memberLayers) Describe() LayerDescription {
	d := l.describe("member_layers")
	d.Inputs, d.Units = l.Dims()
	return withMembers(d, l.members)
}

// memberLayersFrom is the New of the kind "member_layers".
func memberLayersFrom(d LayerDescription) Layer {
	members, _, _ := membersIn(d)
	return MemberLayers(members, d.Layers...)
}

func (l *memberLayers) Infer(dst, x *mat.Dense) {
	CheckInfer(l, dst, x)
	rows, units := dst.Dims()
	v := l.views.Get().(*memberViews)
	y := v.y.of(dst, rows*l.members, l.units)
	l.stack.Infer(y, v.x.of(x, rows*l.members, l.inputs))
	if hasGaps(dst) {
		dst.Copy(v.dst.of(y, rows, units))
	}
	l.views.Put(v)
}

func (l *memberLayers) NewPass(rows int, rng *rand.Rand) Pass {
	inputs, units := l.Dims()
	shape := newBatchShape(inputs, units, rows)
	return &memberPass{batchShape: shape, stackPass: l.newPass(rows*l.members, rng), layer: l}
}

type memberPass struct {
	batchShape
	*stackPass
	layer        *memberLayers
	x, y, dy, dx reshaped
}

func (p *memberPass) Forward(x *mat.Dense) *mat.Dense {
	p.checkForward(x)
	y := p.stackPass.Forward(p.x.of(x, p.rows*p.layer.members, p.layer.inputs))
	return p.y.of(y, p.rows, p.units)
}

func (p *memberPass) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	p.checkBackward(dy)
	dx := p.stackPass.Backward(p.dy.of(dy, p.rows*p.layer.members, p.layer.units), needDX)
	if !needDX {
		return nil
	}
	return p.dx.of(dx, p.rows, p.inputs)
}

func (l *memberLayers) Frozen() Layer { return MemberLayers(l.members, frozen(l.layers)...) }

// checkMembers returns an error unless a layer can have this many members with
// this many columns each.
func checkMembers(members, columns int) error {
	switch {
	case members <= 0:
		return fmt.Errorf("%d members, want at least 1", members)
	case columns > maxWeights/members:
		return fmt.Errorf("%d columns for each of %d members, at most %d are possible together", columns, members, maxWeights)
	}
	return nil
}

// withMembers adds the number of members to a description.
func withMembers(d LayerDescription, members int) LayerDescription {
	d.Numbers = map[string]float64{"members": float64(members)}
	return d
}

// membersIn returns the number of members in a description and the columns for
// each. Members are 0, which no layer can have, if they are no number of
// members.
func membersIn(d LayerDescription) (members, inputs, units int) {
	m := d.Numbers["members"]
	if m != math.Trunc(m) || !(m >= 1 && m <= maxWeights) {
		return 0, d.Inputs, d.Units
	}
	members = int(m)
	return members, d.Inputs / members, d.Units / members
}

// reshaped is a view of the entries of a matrix, row after row, as a matrix of
// another shape.
type reshaped struct {
	view mat.Dense
	buf  buffer // for a copy
}

// of returns a rows×cols view of m, or of a copy if m has gaps between its rows.
func (r *reshaped) of(m *mat.Dense, rows, cols int) *mat.Dense {
	if hasGaps(m) {
		m = r.buf.copyOf(m)
	}
	r.view.SetRawMatrix(blas64.General{Rows: rows, Cols: cols, Stride: cols, Data: m.RawMatrix().Data[:rows*cols]})
	return &r.view
}
