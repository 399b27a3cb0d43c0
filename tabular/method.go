package tabular

import "fmt"

// A Method says which networks Fit trains.
type Method int

const (
	// Auto trains TabMMini, TabM, RealMLP on numbers prepared in two ways (in
	// reports RealMLP, with the scaling SmoothClip, and RealMLP-N, with Normal), Plain
	// in two ways (plain, and plain-tanh, with Tanh in four layers) and Linear, and
	// answers with the mean of those that are best together on the rows held out. The
	// networks err in different places, so that their mean is usually better than any
	// one of them. With at most 5000 rows to train with, those of RealMLP and Plain are
	// each the mean of three trainings, see Options.Seeds.
	Auto Method = iota

	// TabMMini is TabM-mini (Gorishniy, Kotelnikov, Babenko, TabM: Advancing
	// Tabular Deep Learning with Parameter-Efficient Ensembling, 2025) at a size
	// for a CPU: 16 networks in one, which share two layers of 128 units, with
	// numbers by PiecewiseLinear. It stops when 16 epochs were no better than the
	// best one. Only Plain and Linear are faster.
	TabMMini

	// TabM is TabMMini with scales of its own for each of its networks in every
	// layer, not only at the inputs.
	TabM

	// RealMLP is RealMLP-TD without label smoothing (Holzmüller, Grinsztajn,
	// Steinwart, Better by Default, 2024): three layers of 256 units, with numbers
	// by PBLD. It takes all its epochs, because its learning rate follows a schedule
	// of that length. These are 256, as published; with more than about 3000 rows to
	// train with, they are as many as make about 6000 steps, but at least 16.
	RealMLP

	// RealMLPSimple is RealMLP-TD-S without label smoothing, of the same authors:
	// three layers of 256 units, with numbers as they are. It takes as many epochs as
	// RealMLP.
	RealMLPSimple

	// Plain is a network of two layers of 128 units with ReLU, trained by Adam. It
	// stops as TabMMini does.
	Plain

	// Linear is one dense layer: linear or logistic regression, trained by LBFGS
	// with the default penalties of scikit-learn's Ridge and LogisticRegression. It
	// stops as TabMMini does.
	Linear
)

// A plan is what stands behind a Method.
type plan struct {
	name     string
	encoding encoding
	networks []func(Size) *network // of which the best are averaged
}

// of returns the networks of a size.
func (p plan) of(size Size) []*network {
	networks := make([]*network, len(p.networks))
	for i, sized := range p.networks {
		networks[i] = sized(size)
	}
	return networks
}

var plans = [...]plan{
	Auto:          {"Auto", both, []func(Size) *network{tabMMini, tabM, threeTimes(realMLP), threeTimes(realMLPNormal), threeTimes(plain), threeTimes(plainTanh), linearOf}},
	TabMMini:      {"TabMMini", quantiles, []func(Size) *network{tabMMini}},
	TabM:          {"TabM", quantiles, []func(Size) *network{tabM}},
	RealMLP:       {"RealMLP", robust, []func(Size) *network{realMLP}},
	RealMLPSimple: {"RealMLPSimple", robustOneHot, []func(Size) *network{realMLPSimple}},
	Plain:         {"Plain", robustOneHot, []func(Size) *network{plain}},
	Linear:        {"Linear", robustOneHot, []func(Size) *network{linearOf}},
}

// String returns a name such as "TabM".
func (m Method) String() string {
	if m.check() != nil {
		return fmt.Sprintf("Method(%d)", int(m))
	}
	return plans[m].name
}

func (m Method) check() error {
	if m >= 0 && int(m) < len(plans) {
		return nil
	}
	var names []string
	for _, p := range plans {
		names = append(names, p.name)
	}
	return fmt.Errorf("Options.Method is %d, want one of %v", int(m), names)
}
