package mlp

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// MemberHeads returns a dense layer without activation for each of several
// members of a network, which share nothing,
//
//	yₘ = xₘ·Wₘ + bₘ
//
// so that n×(members·inputs) becomes n×(members·units), the columns of a member
// next to each other. See MemberInputs for a network of members.
//
// The parameters are "weight", (members·inputs)×units, one Wₘ below the other,
// and "bias", members×units. Both are initialized from U(−a, a) with
// a = √(1/inputs). Model returns an error for invalid arguments.
func MemberHeads(members, inputs, units int) Layer {
	l := &memberHeads{members: members, inputs: inputs, units: units}
	if l.err = l.check(); l.err == nil {
		l.weight = mat.NewDense(members*inputs, units, nil)
		l.bias = mat.NewDense(members, units, nil)
	}
	return l
}

type memberHeads struct {
	use
	members, inputs, units int // inputs and units of a member
	weight, bias           *mat.Dense
	drawn                  bool
	err                    error // the error in the arguments, if any
}

func (l *memberHeads) check() error {
	if l.inputs <= 0 {
		return fmt.Errorf("%d inputs, want at least 1", l.inputs)
	}
	if err := checkUnits(l.units); err != nil {
		return err
	}
	if err := checkMembers(l.members, max(l.inputs, l.units)); err != nil {
		return err
	}
	if l.members*l.inputs > maxWeights/l.units {
		return fmt.Errorf("%d×%d weights for each of %d members, at most %d are possible together", l.inputs, l.units, l.members, maxWeights)
	}
	return nil
}

// Validate returns the error in the arguments, if any.
func (l *memberHeads) Validate() error { return l.err }

// Dims returns the numbers of columns of all members, or zeros for an invalid
// layer, which computes nothing.
func (l *memberHeads) Dims() (inputs, units int) {
	if l.err != nil {
		return 0, 0
	}
	return l.members * l.inputs, l.members * l.units
}

func (l *memberHeads) Params() []Param {
	return []Param{{Name: "weight", Value: l.weight}, {Name: "bias", Value: l.bias}}
}

func (l *memberHeads) Describe() LayerDescription {
	inputs, units := l.Dims()
	return withMembers(LayerDescription{Kind: "member_heads", Inputs: inputs, Units: units}, l.members)
}

// memberHeadsSize is the Size of the kind "member_heads".
func memberHeadsSize(d LayerDescription) float64 {
	_, _, units := membersIn(d)
	return float64(d.Inputs)*float64(units) + float64(d.Units)
}

// memberHeadsFrom is the New of the kind "member_heads".
func memberHeadsFrom(d LayerDescription) Layer {
	members, inputs, units := membersIn(d)
	l := MemberHeads(members, inputs, units).(*memberHeads)
	l.drawn = true // the weights are in the file
	return l
}

// Init draws the weights and biases the first time it is called.
func (l *memberHeads) Init(rng *rand.Rand) {
	if l.drawn || l.err != nil {
		return
	}
	l.drawn = true
	a := math.Sqrt(1 / float64(l.inputs))
	Uniform(-a, a)(l.weight, rng)
	Uniform(-a, a)(l.bias, rng)
}

func (l *memberHeads) Infer(dst, x *mat.Dense) {
	CheckInfer(l, dst, x)
	for m := range l.members {
		kernel.MulBias(kernel.NN, memberColumns(dst, m, l.units), memberColumns(x, m, l.inputs), l.weightOf(m), l.bias.RawRowView(m))
	}
}

// weightOf returns the weights of a member.
func (l *memberHeads) weightOf(m int) blas64.General { return memberRows(l.weight, m, l.inputs) }

// memberColumns returns the columns of a member, of which each has this many.
func memberColumns(x *mat.Dense, m, columns int) blas64.General {
	g := x.RawMatrix()
	g.Data, g.Cols = g.Data[m*columns:(g.Rows-1)*g.Stride+(m+1)*columns], columns
	return g
}

// memberRows returns the rows of a member, of which each has this many.
func memberRows(w *mat.Dense, m, rows int) blas64.General {
	g := w.RawMatrix()
	g.Data, g.Rows = g.Data[m*rows*g.Stride:][:rows*g.Stride], rows
	return g
}

func (l *memberHeads) NewPass(rows int, rng *rand.Rand) Pass {
	inputs, units := l.Dims()
	p := &memberHeadsPass{batchShape: newBatchShape(inputs, units, rows), layer: l, team: kernel.NewTeam(1)}
	p.dw, p.db = mat.NewDense(inputs, l.units, nil), mat.NewDense(l.members, l.units, nil)
	p.y.resize(rows, units)
	return p
}

type memberHeadsPass struct {
	batchShape
	layer  *memberHeads
	team   *kernel.Team
	x      *mat.Dense // borrowed from Forward to Backward
	y, dx  buffer
	dw, db *mat.Dense
}

// useEnv makes the pass use the workers of a stepper.
func (p *memberHeadsPass) useEnv(e *passEnv) { p.team = e.team }

func (p *memberHeadsPass) Grads() []*mat.Dense { return []*mat.Dense{p.dw, p.db} }

func (p *memberHeadsPass) Forward(x *mat.Dense) *mat.Dense {
	p.checkForward(x)
	p.x = x
	l, y := p.layer, p.y.resize(p.rows, p.units)
	for m := range l.members {
		p.team.MulBias(kernel.NN, memberColumns(y, m, l.units), memberColumns(x, m, l.inputs), l.weightOf(m), l.bias.RawRowView(m))
	}
	return y
}

// Backward stores ∂L/∂Wₘ = xₘᵀ·dyₘ and ∂L/∂bₘ = Σ dyₘ over the rows in Grads, and
// returns ∂L/∂xₘ = dyₘ·Wₘᵀ if needDX.
func (p *memberHeadsPass) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	p.checkBackward(dy)
	l := p.layer
	p.team.ColSums(p.db.RawMatrix().Data, dy.RawMatrix())
	for m := range l.members {
		p.team.Mul(kernel.TN, memberRows(p.dw, m, l.inputs), memberColumns(p.x, m, l.inputs), memberColumns(dy, m, l.units))
	}
	if !needDX {
		return nil
	}
	dx := p.dx.resize(p.rows, p.inputs)
	for m := range l.members {
		p.team.Mul(kernel.NT, memberColumns(dx, m, l.inputs), memberColumns(dy, m, l.units), l.weightOf(m))
	}
	return dx
}
