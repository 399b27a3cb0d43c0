package mlp

import (
	"errors"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/quote"
)

// Ensemble returns the network whose outputs are the means of the outputs of
// its members (Hansen, Salamon, Neural Network Ensembles, 1990): of the
// probabilities of classifiers, of the numbers of a Regressor, of the logarithms
// of counts. Networks that were trained from different seeds err in different
// places, so that their mean errs less.
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
	networks := make([]*network, len(members))
	stacks := make([]Layer, len(members))
	owner := make(map[*mat.Dense]int)
	for i, m := range members {
		n, ok := made(m)
		if !ok {
			return nil, fmt.Errorf("mlp: Ensemble: member %d is a %T that Model has not made", i, m)
		}
		networks[i], stacks[i] = n, newStack(n.layers)
		if err := networks[0].agree(n); err != nil {
			return nil, fmt.Errorf("mlp: Ensemble: member %d has %w", i, err)
		}
		for _, p := range stacks[i].Params() {
			if j, ok := owner[p.Value]; ok && j != i {
				return nil, fmt.Errorf("mlp: Ensemble: member %d shares parameter %s with member %d", i, quote.Text(p.Name), j)
			}
			owner[p.Value] = i
		}
	}
	first := networks[0]
	net, err := Model([]Layer{newAverage(stacks)}, first.loss, WithSeed(first.seed), WithPrecision(first.precision), WithClasses(first.classes...), WithFeatures(first.features...))
	if err != nil {
		return nil, err
	}
	net.(networkKind).base().end = first.end
	return net, nil
}

// agree returns an error unless n and other may be members of one ensemble.
func (n *network) agree(other *network) error {
	inputs, _ := n.layers[0].Dims()
	otherInputs, _ := other.layers[0].Dims()
	switch {
	case n.loss.Name() != other.loss.Name():
		return fmt.Errorf("loss %s, member 0 has %s", other.loss.Name(), n.loss.Name())
	case n.loss.Task() != other.loss.Task(): // as losses of other packages may
		return fmt.Errorf("task %v, member 0 has %v", other.loss.Task(), n.loss.Task())
	case inputs != otherInputs:
		return fmt.Errorf("%d inputs, member 0 has %d", otherInputs, inputs)
	case n.units() != other.units():
		return fmt.Errorf("%d outputs, member 0 has %d", other.units(), n.units())
	case n.precision != other.precision:
		return fmt.Errorf("precision %v, member 0 has %v", other.precision, n.precision)
	case !slices.Equal(n.classes, other.classes):
		return fmt.Errorf("classes %s, member 0 has %s", quote.List(other.classes), quote.List(n.classes))
	case !slices.Equal(n.features, other.features):
		return fmt.Errorf("features %s, member 0 has %s", quote.List(other.features), quote.List(n.features))
	}
	return n.end.agree(other.end)
}
