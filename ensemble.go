package mlp

import (
	"errors"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Ensemble returns the network whose outputs are the means of the outputs of
// its members (Hansen, Salamon, Neural Network Ensembles, 1990): of the
// probabilities of classifiers, of the values of a Regressor. Networks that
// were trained from different seeds err in different places, so that their
// mean errs less.
//
// It is a network of one layer, of the type that the members have, with the
// seed of the first. The layers of the members are shared, not copied. Members
// are trained before, each by itself; Fit trains them together, on the loss of
// their mean. The loss of Evaluate has the penalties of all members.
//
// The members must agree in type, inputs, outputs, loss, names of classes and
// features, threshold and scaling of targets, and none may share parameters
// with another.
func Ensemble(members ...Network) (Network, error) {
	if len(members) == 0 {
		return nil, errors.New("mlp: Ensemble: no members")
	}
	heads := make([]head, len(members))
	stacks := make([]Layer, len(members))
	owner := make(map[*mat.Dense]int)
	for i, m := range members {
		h, ok := made(m)
		if !ok {
			return nil, fmt.Errorf("mlp: Ensemble: member %d is a %T that Model has not made", i, m)
		}
		heads[i], stacks[i] = h, newStack(h.base().layers)
		if err := agree(heads[0], h); err != nil {
			return nil, fmt.Errorf("mlp: Ensemble: member %d has %w", i, err)
		}
		for _, p := range stacks[i].Params() {
			if j, ok := owner[p.Value]; ok && j != i {
				return nil, fmt.Errorf("mlp: Ensemble: member %d shares parameter %q with member %d", i, p.Name, j)
			}
			owner[p.Value] = i
		}
	}
	first := heads[0].base()
	net, err := Model([]Layer{newAverage(stacks)}, first.loss, func(n *network) {
		n.seed, n.classes, n.features, n.targets = first.seed, first.classes, first.features, first.targets
	})
	if err != nil {
		return nil, err
	}
	if b, ok := net.(*BinaryClassifier); ok {
		b.threshold = heads[0].(*BinaryClassifier).threshold
	}
	return net, nil
}

// agree returns an error unless two networks may be members of one ensemble.
func agree(first, other head) error {
	a, b := first.base(), other.base()
	inputsA, _ := a.layers[0].Dims()
	inputsB, _ := b.layers[0].Dims()
	_, unitsA := a.last().Dims()
	_, unitsB := b.last().Dims()
	switch {
	case a.loss.Name() != b.loss.Name():
		return fmt.Errorf("loss %s, member 0 has %s", b.loss.Name(), a.loss.Name())
	case a.loss.Task() != b.loss.Task(): // as losses of other packages may
		return fmt.Errorf("type %T, member 0 has %T", other, first)
	case inputsA != inputsB:
		return fmt.Errorf("%d inputs, member 0 has %d", inputsB, inputsA)
	case unitsA != unitsB:
		return fmt.Errorf("%d outputs, member 0 has %d", unitsB, unitsA)
	case !slices.Equal(a.classes, b.classes):
		return fmt.Errorf("classes %q, member 0 has %q", b.classes, a.classes)
	case !slices.Equal(a.features, b.features):
		return fmt.Errorf("features %q, member 0 has %q", b.features, a.features)
	}
	if a.loss.Task() == Binary {
		p, q := first.(*BinaryClassifier).threshold, other.(*BinaryClassifier).threshold
		if p != q {
			return fmt.Errorf("threshold %g, member 0 has %g", q, p)
		}
	}
	switch s, t := a.targets, b.targets; {
	case (s == nil) != (t == nil):
		return fmt.Errorf("scaled targets: %t, member 0 has: %t", t != nil, s != nil)
	case s != nil && !(mat.Equal(s.mean, t.mean) && mat.Equal(s.std, t.std)):
		return fmt.Errorf("targets scaled by mean %g and std %g, member 0 by %g and %g",
			t.mean.RawRowView(0), t.std.RawRowView(0), s.mean.RawRowView(0), s.std.RawRowView(0))
	}
	return nil
}
