package mlp

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// BatchEnsemble returns a dense layer for each of several members of a network,
// which share the weights and have their own scales and biases,
//
//	yₘ = act(sₘ∘((rₘ∘xₘ)·W) + bₘ)
//
// so that n×(members·inputs) becomes n×(members·units), the columns of a member
// next to each other (Wen, Tran, Ba, BatchEnsemble: An Alternative Approach to
// Efficient Ensemble and Lifelong Learning, 2020). See MemberInputs, whose r
// makes the members different. It takes the place of the r of the first
// BatchEnsemble, which TabM does not have twice: a Group with Fixed leaves that
// at ones.
//
// The parameters are "r" (members×inputs), "weight" (inputs×units), "s" and
// "bias" (members×units). r and s are initialized to ones, W from U(−a, a) with
// a = √(1/inputs), and b from the same distribution, all members alike. Model
// returns an error for invalid arguments.
func BatchEnsemble(members, inputs, units int, act Activation) Layer {
	a := math.Sqrt(1 / float64(inputs))
	l := &batchEnsemble{members: members, act: act, start: Uniform(-a, a)}
	l.shared = Dense(inputs, units, Identity, WithoutBias(), WithInitializer(l.start)).(*DefaultDense)
	activation := ActivationLayer(units, act)
	l.err = cmp.Or(validate(l.shared), validate(activation), checkMembers(members, max(inputs, units)))
	if l.err != nil {
		l.stack = newStack(nil)
		return l
	}
	l.before = newMemberScale(members, inputs)
	l.after = newMemberScale(members, units)
	l.after.bias = mat.NewDense(members, units, nil)
	l.stack = newStack([]Layer{
		l.before,
		MemberLayers(members, l.shared),
		l.after,
		MemberLayers(members, activation), // row by row, as softmax needs it
	})
	return l
}

// batchEnsemble is a stack with names for its parameters. Its passes take a block
// of samples through all of it.
type batchEnsemble struct {
	*stack
	members int
	act     Activation
	before  *memberScale  // r
	shared  *DefaultDense // W
	after   *memberScale  // s and b
	start   Initializer   // of W and b
	drawn   bool
	err     error // the error in the arguments, if any
}

// Validate returns the error in the arguments, if any.
func (l *batchEnsemble) Validate() error { return l.err }

func (l *batchEnsemble) Params() []Param {
	params := l.stack.Params()
	for i, name := range []string{"r", "weight", "s", "bias"}[:len(params)] {
		params[i].Name = name
	}
	return params
}

func (l *batchEnsemble) Describe() LayerDescription {
	d := LayerDescription{Kind: "batch_ensemble", Inputs: l.inputs, Units: l.units, Activation: l.act}
	return withMembers(d, l.members)
}

// batchEnsembleSize is the Size of the kind "batch_ensemble".
func batchEnsembleSize(d LayerDescription) float64 {
	_, inputs, units := membersIn(d)
	return float64(d.Inputs) + float64(inputs)*float64(units) + 2*float64(d.Units)
}

// batchEnsembleFrom is the New of the kind "batch_ensemble".
func batchEnsembleFrom(d LayerDescription) Layer {
	members, inputs, units := membersIn(d)
	l := BatchEnsemble(members, inputs, units, d.Activation).(*batchEnsemble)
	l.drawn = true // the weights are in the file
	return l
}

// Init draws the weights and biases the first time it is called.
func (l *batchEnsemble) Init(rng *rand.Rand) {
	if l.drawn || l.err != nil {
		return
	}
	l.drawn = true
	l.stack.Init(rng)
	first := mat.NewDense(1, l.units/l.members, nil)
	l.start(first, rng)
	for m := range l.members {
		l.after.bias.SetRow(m, first.RawRowView(0))
	}
}

// Frozen returns the layer, whose passes compute what Infer does.
func (l *batchEnsemble) Frozen() Layer { return l }

// blockSamples returns how many samples a pass takes through all of the layer at
// once: so many that their rows, one for each member, stay in the second-level
// cache if they have about 128 columns, and that products of them take no longer
// than those of all rows.
func (l *batchEnsemble) blockSamples() int {
	const rows = 512
	return max(1, rows/l.members)
}

func (l *batchEnsemble) NewPass(rows int, rng *rand.Rand) Pass {
	p := &batchEnsemblePass{
		batchShape: newBatchShape(l.inputs, l.units, rows),
		layer:      l,
		team:       kernel.NewTeam(1),
		act:        activationWork{act: l.act},
	}
	p.out = outputOf(l.act, &p.y, &p.z)
	for _, param := range l.Params() {
		p.grads = append(p.grads, mat.NewDense(param.Value.RawMatrix().Rows, param.Value.RawMatrix().Cols, nil))
	}
	p.product.resize(rows, l.units)
	p.z.resize(rows, l.units)
	p.out.resize(rows, l.units)
	block := min(l.blockSamples(), rows)
	p.scaled.resize(block, l.inputs)
	p.dscaled.resize(block, l.inputs)
	return p
}

// batchEnsemblePass is the Pass of BatchEnsemble.
type batchEnsemblePass struct {
	batchShape
	layer         *batchEnsemble
	team          *kernel.Team
	act           activationWork
	x             *mat.Dense // borrowed from Forward to Backward
	ones          bool       // whether r is 1 everywhere, as where MemberInputs takes its place
	product, z, y buffer     // (r∘x)·W, s∘product + b, act(z)
	out           *buffer    // y or z, see outputOf
	scaled        buffer     // r∘x, of a block
	dscaled       buffer     // ∂L/∂(r∘x), of a block
	dy, dx        buffer     // dy is a copy without gaps
	grads         []*mat.Dense
}

var _ envUser = (*batchEnsemblePass)(nil)

// useEnv makes the pass use the workers of a stepper.
func (p *batchEnsemblePass) useEnv(e *passEnv) { p.team = e.team }

// Grads returns ∂L/∂r, ∂L/∂W, ∂L/∂s and ∂L/∂b.
func (p *batchEnsemblePass) Grads() []*mat.Dense { return p.grads }

func (p *batchEnsemblePass) Forward(x *mat.Dense) *mat.Dense {
	p.checkForward(x)
	p.x = x
	product, z, y := p.product.resize(p.rows, p.units), p.z.resize(p.rows, p.units), p.out.resize(p.rows, p.units)
	r, _ := p.layer.before.numbers()
	p.ones = allOnes(r)
	s, bias := p.layer.after.numbers()
	block := p.layer.blockSamples()
	for lo := 0; lo < p.rows; lo += block {
		hi := min(lo+block, p.rows)
		p.team.Mul(kernel.NN, p.ofMembers(product, lo, hi), p.scaledRows(lo, hi), p.layer.shared.weight.RawMatrix())
		for i := lo; i < hi; i++ {
			kernel.ScaleShift(z.RawRowView(i), product.RawRowView(i), s, bias)
		}
		p.act.applyAll(p.team, p.ofMembers(y, lo, hi), p.ofMembers(z, lo, hi))
	}
	return y
}

func (p *batchEnsemblePass) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	p.checkBackward(dy)
	if hasGaps(dy) {
		dy = p.dy.copyOf(dy)
	}
	for _, g := range p.grads {
		clear(g.RawMatrix().Data)
	}
	dr, dw, ds, db := p.grads[0].RawMatrix().Data, p.grads[1].RawMatrix(), p.grads[2].RawMatrix().Data, p.grads[3].RawMatrix().Data
	r, _ := p.layer.before.numbers()
	s, _ := p.layer.after.numbers()
	weight := p.layer.shared.weight.RawMatrix()
	var dx *mat.Dense
	if needDX {
		dx = p.dx.resize(p.rows, p.inputs)
	}
	block := p.layer.blockSamples()
	for lo := 0; lo < p.rows; lo += block {
		hi := min(lo+block, p.rows)
		dz := p.ofMembers(dy, lo, hi)
		p.act.backpropAll(p.team, dz, p.ofMembers(&p.z.view, lo, hi), p.ofMembers(&p.out.view, lo, hi))
		for i := lo; i < hi; i++ {
			kernel.ScaleShiftGrad(ds, db, dy.RawRowView(i), p.product.view.RawRowView(i), s)
		}
		p.team.MulAdd(kernel.TN, dw, p.scaledRows(lo, hi), dz)
		var dscaled blas64.General
		if p.ones && needDX {
			dscaled = p.ofMembers(dx, lo, hi)
		} else {
			dscaled = p.ofMembers(p.dscaled.resize(hi-lo, p.inputs), 0, hi-lo)
		}
		p.team.Mul(kernel.NT, dscaled, dz, weight)
		for i := lo; i < hi; i++ {
			d := dscaled.Data[(i-lo)*p.inputs:][:p.inputs]
			kernel.AddMulElem(dr, d, p.x.RawRowView(i))
			if needDX && !p.ones {
				kernel.MulElem(dx.RawRowView(i), r, d)
			}
		}
	}
	return dx
}

// scaledRows returns r∘x of some samples, with a row for each member.
func (p *batchEnsemblePass) scaledRows(lo, hi int) blas64.General {
	if p.ones && !hasGaps(p.x) {
		return p.ofMembers(p.x, lo, hi)
	}
	r, _ := p.layer.before.numbers()
	dst := p.scaled.resize(hi-lo, p.inputs)
	for i := lo; i < hi; i++ {
		kernel.MulElem(dst.RawRowView(i-lo), r, p.x.RawRowView(i))
	}
	return p.ofMembers(dst, 0, hi-lo)
}

// ofMembers returns the rows [lo, hi) of x, which has no gaps, with a row for each
// member.
func (p *batchEnsemblePass) ofMembers(x *mat.Dense, lo, hi int) blas64.General {
	g := rowsOf(x, lo, hi)
	cols := g.Cols / p.layer.members
	return blas64.General{Rows: g.Rows * p.layer.members, Cols: cols, Stride: cols, Data: g.Data}
}

// allOnes reports whether all of r is 1.
func allOnes[T float32 | float64](r []T) bool {
	return !slices.ContainsFunc(r, func(v T) bool { return v != 1 })
}
