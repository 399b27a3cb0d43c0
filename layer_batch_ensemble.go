package mlp

import (
	"cmp"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
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
	shared := Dense(inputs, units, Identity, WithoutBias(), WithInitializer(l.start))
	activation := ActivationLayer(units, act)
	l.err = cmp.Or(validate(shared), validate(activation), checkMembers(members, max(inputs, units)))
	if l.err != nil {
		l.stack = newStack(nil)
		return l
	}
	l.after = newMemberScale(members, units, false, true)
	l.stack = newStack([]Layer{
		newMemberScale(members, inputs, false, false),
		MemberLayers(members, shared),
		l.after,
		MemberLayers(members, activation), // row by row, as softmax needs it
	})
	return l
}

// batchEnsemble is a stack with names for its parameters.
type batchEnsemble struct {
	*stack
	members int
	act     Activation
	after   *memberScale // s and b
	start   Initializer  // of W and b
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
