package mlp

import (
	"fmt"
	"maps"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/quote"
)

// Average returns a new network whose parameters are the weighted means of those
// of its members,
//
//	p = Σ wᵢ·pᵢ/Σ wᵢ
//
// added up in the order given. The weights are 0 or more, such as the numbers of
// rows that the members were trained on; nil means equal ones.
//
// It makes one network of copies of a network that were trained on different rows,
// round after round (McDonald, Hall, Mann, Distributed Training Strategies for the
// Structured Perceptron, 2010; Stich, Local SGD Converges Fast and Communicates
// Little, 2019). Networks that began with different weights have means that say
// nothing: Ensemble is for them.
//
// The running variance of a BatchNorm is that of the rows of all members, Σ
// wᵢ·(varᵢ + (meanᵢ − mean)²)/Σ wᵢ. All else that is not trained, such as the
// constants of a Normalization, must be the same in all members. Where all have
// the same number, it is kept to the bit. Seed and state of the random numbers
// are those of the first member, metadata those that all members share.
//
// The members must have the same layers, with the same options, and agree as those
// of Ensemble do. Layers of other packages cannot be copied and are an error. What
// prepares the inputs outside of the networks, such as the Preparation of a
// dataset.Pipeline, must be the same as well, which Average cannot see.
func Average(members []Network, weights []float64) (Network, error) {
	const op = "Average"
	a, err := newAveraging(op, members, weights)
	if err != nil {
		return nil, err
	}
	net, err := a.networks[0].blank()
	if err != nil {
		return nil, fmt.Errorf("mlp: %s: %w", op, err)
	}
	if err := a.fill(net.(networkKind).base()); err != nil {
		return nil, fmt.Errorf("mlp: %s: %w", op, err)
	}
	return net, nil
}

// averaging is one call of Average.
type averaging struct {
	networks []*network
	shares   []float64 // of the weights, which sum to 1
}

// newAveraging returns the averaging of checked arguments, for the call op.
func newAveraging(op string, members []Network, weights []float64) (*averaging, error) {
	if len(members) == 0 {
		return nil, fmt.Errorf("mlp: %s: no members", op)
	}
	a := &averaging{networks: make([]*network, len(members))}
	for i, m := range members {
		n, ok := made(m)
		if !ok {
			return nil, fmt.Errorf("mlp: %s: member %d is a %T that Model has not made", op, i, m)
		}
		a.networks[i] = n
		if err := a.networks[0].agree(n); err != nil {
			return nil, fmt.Errorf("mlp: %s: member %d has %w", op, i, err)
		}
		if err := n.checkAveraged(a.networks[0].layers); err != nil {
			return nil, fmt.Errorf("mlp: %s: member %d: %w", op, i, err)
		}
	}
	var err error
	if a.shares, err = shares(weights, len(members)); err != nil {
		return nil, fmt.Errorf("mlp: %s: %w", op, err)
	}
	return a, nil
}

// checkAveraged returns an error unless the network has these layers and may be
// averaged now.
func (n *network) checkAveraged(layers []Layer) error {
	if n.moves() {
		return fmt.Errorf("the network is %w", ErrInTraining)
	}
	if err := sameLayers(layers, n.layers); err != nil {
		return err
	}
	if err := n.checkParams(); err != nil {
		return err
	}
	_, err := n.tensors() // which are finite
	return err
}

// sameLayers returns an error unless other are layers as these, but for the values
// of their parameters.
func sameLayers(layers, other []Layer) error {
	if len(layers) != len(other) {
		return fmt.Errorf("%d layers, member 0 has %d", len(other), len(layers))
	}
	for i, l := range layers {
		if err := sameLayer(l, other[i]); err != nil {
			return fmt.Errorf("layer %d: %w", i, err)
		}
	}
	return nil
}

func sameLayer(l, other Layer) error {
	for _, l := range []Layer{l, other} {
		if !ofThisPackage(l) {
			return fmt.Errorf("a %T of another package, which cannot be copied", l)
		}
	}
	d, o := l.(Describer).Describe(), other.(Describer).Describe()
	if d.Kind != o.Kind {
		return fmt.Errorf("%s, member 0 has %s", o.Kind, d.Kind)
	}
	if err := checkDescription(l, o); err != nil {
		return fmt.Errorf("%w as in member 0", err)
	}
	return sameLayers(d.Layers, o.Layers)
}

// shares returns the weights divided by their sum.
func shares(weights []float64, members int) ([]float64, error) {
	if weights == nil {
		weights = ones(members).RawRowView(0)
	}
	if len(weights) != members {
		return nil, fmt.Errorf("%d weights for %d members", len(weights), members)
	}
	sum := 0.0
	for i, w := range weights {
		if err := checkNonNegative(fmt.Sprintf("weights[%d]", i), w); err != nil {
			return nil, err
		}
		sum += w
	}
	if err := checkPositive("the sum of the weights", sum); err != nil {
		return nil, err
	}
	s := make([]float64, members)
	for i, w := range weights {
		s[i] = w / sum
	}
	return s, nil
}

// blank returns a network like n with parameters of its own.
func (n *network) blank() (Network, error) {
	net, err := Model(blankLayers(n.layers), n.loss, WithSeed(n.seed), WithPrecision(n.precision), WithClasses(n.classes...), WithFeatures(n.features...))
	if err != nil {
		return nil, err
	}
	b := net.(networkKind).base()
	b.end = n.copiedEnd()
	b.holdParams()
	*b.pcg = *n.pcg
	return net, nil
}

// blankLayers returns layers of this package with the same descriptions.
func blankLayers(layers []Layer) []Layer {
	blank := make([]Layer, len(layers))
	for i, l := range layers {
		d := l.(Describer).Describe()
		d.Layers = blankLayers(d.Layers)
		blank[i] = kindOf(layerKinds, d.Kind).New(d)
	}
	return blank
}

// fill gives a network what the members have on average.
func (a *averaging) fill(dst *network) error {
	a.fillMetadata(dst)
	done := a.fillBatchNorms(dst)
	params, values := make([][]Param, len(a.networks)), make([][]float64, len(a.networks))
	for i, l := range dst.layers {
		for m, n := range a.networks {
			params[m] = n.layers[i].Params()
		}
		for j, p := range l.Params() {
			if done[p.Value] {
				continue
			}
			for m := range params {
				values[m] = params[m][j].Value.RawMatrix().Data
			}
			if p.State {
				if err := checkSame(paramName(i, p), values); err != nil {
					return err
				}
			}
			a.average(p.Value.RawMatrix().Data, values)
		}
		if err := validate(l); err != nil {
			return fmt.Errorf("layer %d: %w", i, err)
		}
	}
	_, err := dst.tensors() // which are finite
	return err
}

// average stores the means of the members' values in dst.
func (a *averaging) average(dst []float64, values [][]float64) {
	for k, first := range values[0] {
		sum, same := 0.0, true
		for m, v := range values {
			sum += float64(a.shares[m] * v[k])
			same = same && v[k] == first
		}
		if dst[k] = sum; same {
			dst[k] = first
		}
	}
}

// checkSame returns an error for a number that members do not share.
func checkSame(name string, values [][]float64) error {
	for m, v := range values {
		for k, first := range values[0] {
			if v[k] != first {
				return fmt.Errorf("%s, which is not trained, has %g in column %d of member %d and %g in member 0: want the same in all, as from one Adapt", quote.Plain(name), v[k], k, m, first)
			}
		}
	}
	return nil
}

// fillBatchNorms gives the running statistics of dst those of the rows of all
// members, and returns their matrices.
func (a *averaging) fillBatchNorms(dst *network) (done map[*mat.Dense]bool) {
	norms := make([][]*batchNorm, len(a.networks))
	for m, n := range a.networks {
		norms[m] = batchNormsOf(nil, n.layers)
	}
	done = make(map[*mat.Dense]bool)
	means, variances := make([][]float64, len(norms)), make([][]float64, len(norms))
	for i, l := range batchNormsOf(nil, dst.layers) {
		for m := range norms {
			means[m] = norms[m][i].mean.RawRowView(0)
			variances[m] = slices.Clone(norms[m][i].variance.RawRowView(0))
		}
		mean := l.mean.RawRowView(0)
		a.average(mean, means)
		for m, v := range variances {
			for k := range v {
				d := means[m][k] - mean[k]
				v[k] += float64(d * d)
			}
		}
		a.average(l.variance.RawRowView(0), variances)
		done[l.mean], done[l.variance] = true, true
	}
	return done
}

// batchNormsOf appends the BatchNorms, including those inside of other layers.
func batchNormsOf(found []*batchNorm, layers []Layer) []*batchNorm {
	for _, l := range layers {
		if l, ok := l.(*batchNorm); ok {
			found = append(found, l)
		}
		found = batchNormsOf(found, inside(l))
	}
	return found
}

// fillMetadata gives dst the metadata that all members share.
func (a *averaging) fillMetadata(dst *network) {
	dst.metadata = maps.Clone(a.networks[0].metadata)
	maps.DeleteFunc(dst.metadata, func(key, value string) bool {
		return slices.ContainsFunc(a.networks, func(n *network) bool { return n.metadata[key] != value })
	})
}
