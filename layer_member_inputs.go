package mlp

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// MemberInputs returns the layer that gives each of several members of a network
// its own view of the sample,
//
//	yₘ = rₘ∘x
//
// so that n×inputs becomes n×(members·inputs), the columns of a member next to
// each other. A network of members is k networks in one, which share most of
// their weights (Gorishniy, Kotelnikov, Babenko, TabM: Advancing Tabular Deep
// Learning with Parameter-Efficient Ensembling, 2025). It begins with
// MemberInputs, continues with MemberLayers or BatchEnsemble and ends with
// MemberHeads and MemberMean:
//
//	[]mlp.Layer{
//		mlp.MemberInputs(k, inputs, mlp.RandomSigns, nil),
//		mlp.MemberLayers(k, mlp.Dense(inputs, 128, mlp.ReLU), mlp.Dropout(128, 0.1)),
//		mlp.MemberHeads(k, 128, classes),
//		mlp.MemberMean(k, classes, mlp.Softmax),
//	}
//
// start draws r, for example RandomSigns, Normal(0, 1) or Constant(1). group has
// a number for each column of x: columns of the same group, such as those of one
// feature, start with the same r. Groups are numbered from 0; nil means that
// each column is a group of its own.
//
// The parameter is "scale", r, which is members×inputs. Model returns an error
// for invalid arguments.
func MemberInputs(members, inputs int, start Initializer, group []int) Layer {
	l := &memberInputs{memberScale: &memberScale{}, members: members, start: start, group: slices.Clone(group)}
	if l.err = checkMemberInputs(members, inputs, start, group); l.err == nil {
		l.memberScale = newMemberScale(members, inputs)
		l.memberScale.inputs = inputs
	}
	return l
}

func checkMemberInputs(members, inputs int, start Initializer, group []int) error {
	if inputs <= 0 {
		return fmt.Errorf("%d inputs, want at least 1", inputs)
	}
	if err := checkMembers(members, inputs); err != nil {
		return err
	}
	if start == nil {
		return errors.New("nil initializer")
	}
	if group != nil && len(group) != inputs {
		return fmt.Errorf("%d groups of columns, want one for each of %d inputs", len(group), inputs)
	}
	for j, g := range group {
		if g < 0 || g >= inputs {
			return fmt.Errorf("column %d is in group %d, want 0 to %d", j, g, inputs-1)
		}
	}
	return nil
}

type memberInputs struct {
	*memberScale
	members int
	start   Initializer // nil for r from a file
	group   []int
	err     error // the error in the arguments, if any
}

// Validate returns the error in the arguments, if any.
func (l *memberInputs) Validate() error { return l.err }

// Dims returns the number of columns of x and of all members, or zeros for an
// invalid layer, which computes nothing.
func (l *memberInputs) Dims() (inputs, units int) {
	if l.err != nil {
		return 0, 0
	}
	return l.memberScale.Dims()
}

func (l *memberInputs) Describe() LayerDescription {
	inputs, units := l.Dims()
	return withMembers(LayerDescription{Kind: "member_inputs", Inputs: inputs, Units: units}, l.members)
}

// memberInputsSize is the Size of the kind "member_inputs".
func memberInputsSize(d LayerDescription) float64 {
	members, _, _ := membersIn(d)
	return float64(members) * float64(d.Inputs)
}

// memberInputsFrom is the New of the kind "member_inputs".
func memberInputsFrom(d LayerDescription) Layer {
	members, _, _ := membersIn(d)
	l := MemberInputs(members, d.Inputs, Constant(1), nil).(*memberInputs)
	l.start = nil
	return l
}

// Init draws r the first time it is called.
func (l *memberInputs) Init(rng *rand.Rand) {
	if l.err != nil || l.start == nil {
		return
	}
	if l.group == nil {
		l.start(l.scale, rng)
	} else {
		draws := mat.NewDense(l.members, slices.Max(l.group)+1, nil)
		l.start(draws, rng)
		for m := range l.members {
			for j, g := range l.group {
				l.scale.Set(m, j, draws.At(m, g))
			}
		}
	}
	l.start = nil
}
