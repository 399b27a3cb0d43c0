package mlp

import (
	"math/rand/v2"
	"sync"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// MemberMean returns the last layer of a network of members, whose outputs are
// the means of those of the members,
//
//	y = Σ act(xₘ)/members
//
// so that n×(members·units) becomes n×units. See MemberInputs for such a network.
//
// If it is the last layer, Fit and Evaluate compute the loss for the outputs of
// each member by itself and take the mean over members and rows, never the loss
// of the mean. If the loss fuses with act, it is computed from the logits. In all
// else, the mean is what the network returns: from Forward, the mean of
// probabilities or numbers; from Predict, the answer to that mean, which scores
// are computed from, too.
//
// Model returns an error for invalid arguments.
func MemberMean(members, units int, act Activation) Layer {
	l := &memberMean{members: members, units: units, act: act}
	l.err = ActivationLayer(units, act).(Validator).Validate()
	if l.err == nil {
		l.err = checkMembers(members, units)
	}
	l.outputs.New = func() any { return &memberOutputs{} }
	return l
}

type memberMean struct {
	members, units int
	act            Activation
	outputs        sync.Pool // of *memberOutputs, for Infer
	err            error     // the error in the arguments, if any
}

// memberOutputs are the outputs of all members, and a view of them with a row
// for each member of each sample.
type memberOutputs struct {
	buf   buffer
	split reshaped
}

// Validate returns the error in the arguments, if any.
func (l *memberMean) Validate() error { return l.err }

// Dims returns the number of columns of all members and of their mean, or zeros
// for an invalid layer, which computes nothing.
func (l *memberMean) Dims() (inputs, units int) {
	if l.err != nil {
		return 0, 0
	}
	return l.members * l.units, l.units
}

func (l *memberMean) Params() []Param { return nil }

func (l *memberMean) Describe() LayerDescription {
	inputs, units := l.Dims()
	return withMembers(LayerDescription{Kind: "member_mean", Inputs: inputs, Units: units, Activation: l.act}, l.members)
}

// memberMeanFrom is the New of the kind "member_mean".
func memberMeanFrom(d LayerDescription) Layer {
	members, _, _ := membersIn(d)
	return MemberMean(members, d.Units, d.Activation)
}

func (l *memberMean) Infer(dst, x *mat.Dense) {
	CheckInfer(l, dst, x)
	o := l.outputs.Get().(*memberOutputs)
	l.mean(dst, o.apply(l, x))
	l.outputs.Put(o)
}

// InferLogits stores x, the logits of all members, in dst.
func (l *memberMean) InferLogits(dst, x *mat.Dense) {
	inputs, _ := l.Dims()
	checkInfer(inputs, inputs, dst, x)
	dst.Copy(x)
}

// apply returns the outputs act(x) of all members.
func (o *memberOutputs) apply(l *memberMean, x *mat.Dense) *mat.Dense {
	rows, cols := x.Dims()
	y := o.buf.resize(rows, cols)
	y.Copy(x)
	applyActivation(l.act, o.split.of(y, rows*l.members, l.units))
	return y
}

// mean stores the mean of the outputs of the members in dst.
func (l *memberMean) mean(dst, outputs *mat.Dense) {
	dst.Zero()
	for i := range outputs.RawMatrix().Rows {
		y, all := dst.RawRowView(i), outputs.RawRowView(i)
		for lo := 0; lo < len(all); lo += l.units {
			kernel.Axpy(y, 1, all[lo:][:l.units])
		}
	}
	divideRows(dst, l.members)
}

func (l *memberMean) NewPass(rows int, rng *rand.Rand) Pass {
	inputs, units := l.Dims()
	return &memberMeanPass{
		layer:  l,
		shape:  newBatchShape(inputs, units, rows),
		logits: activationPass{batchShape: newBatchShape(inputs, inputs, rows)},
	}
}

// memberMeanPass is a LogitPass whose logits are those of all members.
type memberMeanPass struct {
	layer   *memberMean
	shape   batchShape
	logits  activationPass // in which nothing applies an activation
	outputs memberOutputs
	z       *mat.Dense
	y, dx   buffer
	splitZ  reshaped
	splitDX reshaped
}

var _ LogitPass = (*memberMeanPass)(nil)

func (p *memberMeanPass) Grads() []*mat.Dense { return nil }

func (p *memberMeanPass) Forward(x *mat.Dense) *mat.Dense {
	p.shape.checkForward(x)
	p.z = p.logits.ForwardLogits(x)
	y := p.y.resize(p.shape.rows, p.shape.units)
	p.layer.mean(y, p.outputs.apply(p.layer, p.z))
	return y
}

// Backward passes dy/members to the activation of every member.
func (p *memberMeanPass) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	p.shape.checkBackward(dy)
	if !needDX {
		return nil
	}
	l, rows := p.layer, p.shape.rows
	dx := p.dx.resize(rows, p.shape.inputs)
	for i := range rows {
		d := dx.RawRowView(i)
		for lo := 0; lo < len(d); lo += l.units {
			copy(d[lo:], dy.RawRowView(i))
		}
	}
	divideRows(dx, l.members)
	all := rows * l.members
	backpropRows(l.act, p.splitDX.of(dx, all, l.units), p.splitZ.of(p.z, all, l.units), &p.outputs.split.view)
	return dx
}

func (p *memberMeanPass) ForwardLogits(x *mat.Dense) (z *mat.Dense) { return p.logits.ForwardLogits(x) }

func (p *memberMeanPass) BackwardLogits(dz *mat.Dense, needDX bool) (dx *mat.Dense) {
	return p.logits.BackwardLogits(dz, needDX)
}

// criterion returns the criterion of a network with this last layer: the mean
// of the loss over the members.
func (l *memberMean) criterion(loss Loss) criterion {
	inputs, _ := l.Dims()
	c := criterion{infer: lastStep{logits: true, units: inputs, finish: anyNumbers}, members: l}
	newLoss := func() any { return &memberLoss{members: l.members, eval: loss.Eval, act: l.act} }
	if loss, ok := loss.(LogitLoss); ok && loss.Fuses(l.act) {
		newLoss = func() any { return &memberLoss{members: l.members, eval: loss.EvalLogits} }
	}
	pool := sync.Pool{New: newLoss}
	c.eval = func(grad, out, y *mat.Dense) float64 {
		m := pool.Get().(*memberLoss)
		defer pool.Put(m)
		return m.mean(grad, out, y)
	}
	return c
}

// memberLoss evaluates a loss for all members, for one goroutine.
type memberLoss struct {
	members int
	eval    evalLoss
	act     Activation // between logits and eval; nil with fusion
	z, grad reshaped
	y, yhat buffer
}

// mean returns the mean of the loss over the members, whose logits are in z, and
// stores its derivative in grad, unless that is nil. y are the targets of each
// member. grad and z have no gaps between their rows.
func (m *memberLoss) mean(grad, z, y *mat.Dense) float64 {
	rows, units := y.Dims()
	targets := m.y.resize(rows*m.members, units)
	for i := range rows * m.members {
		copy(targets.RawRowView(i), y.RawRowView(i/m.members))
	}
	split := m.z.of(z, rows*m.members, units)
	if grad != nil {
		grad = m.grad.of(grad, rows*m.members, units)
	}
	if m.act == nil {
		return m.eval(grad, split, targets)
	}
	yhat := m.yhat.copyOf(split)
	applyActivation(m.act, yhat)
	loss := m.eval(grad, yhat, targets)
	if grad != nil {
		backpropRows(m.act, grad, split, yhat)
	}
	return loss
}

// memberScorer adds the means of members to a scorer.
type memberScorer struct {
	scorer
	mean *memberMean
	buf  buffer
}

func (s *memberScorer) add(out, y *mat.Dense) {
	means := s.buf.resize(y.Dims())
	s.mean.Infer(means, out)
	s.scorer.add(means, y)
}
