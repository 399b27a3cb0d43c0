package mlp

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"gonum.org/v1/gonum/mat"
)

// WithClasses names the classes of a classifier, for its method Labels: as
// many as a Classifier has, and two for a BinaryClassifier, that of 0 first.
// Save keeps them. Model returns an error for another number, and for names
// that are empty or there twice.
func WithClasses(names ...string) ModelOption {
	return func(n *network) { n.classes = slices.Clone(names) }
}

// WithFeatures names the columns of x, for the programs that use the network.
// Save keeps them. Model returns an error unless there is one for each input
// of the first layer, none of them empty or there twice.
func WithFeatures(names ...string) ModelOption {
	return func(n *network) { n.features = slices.Clone(names) }
}

// FeatureNames returns the names given to WithFeatures, nil if there are none.
func (n *network) FeatureNames() []string { return slices.Clone(n.features) }

// checkOptions returns an error if an option given to Model does not suit the
// network.
func (n *network) checkOptions() error {
	if n.classes != nil {
		classes, task := 2, n.loss.Task()
		if task == Regression {
			return fmt.Errorf("mlp: Model: WithClasses for a regression, which has no classes")
		}
		if task == Multiclass {
			_, classes = n.last().Dims()
		}
		if err := checkNames("WithClasses", n.classes, "the network has classes:", classes); err != nil {
			return err
		}
	}
	if n.features != nil {
		inputs, _ := n.layers[0].Dims()
		if err := checkNames("WithFeatures", n.features, "layer 0 takes", inputs); err != nil {
			return err
		}
	}
	return n.checkTargetScaling()
}

// checkNames returns an error unless there are as many names as wanted, all
// different.
func checkNames(option string, names []string, wanting string, want int) error {
	if len(names) != want {
		return &ShapeError{Op: "Model", Subject: option, Got: len(names), Unit: "names", Wanting: wanting, Want: want}
	}
	first := make(map[string]int)
	for i, name := range names {
		if name == "" || !utf8.ValidString(name) {
			return fmt.Errorf("mlp: Model: %s: name %d is %q, want some text in UTF-8", option, i, name)
		}
		if j, ok := first[name]; ok {
			return fmt.Errorf("mlp: Model: %s: %q is name %d and %d", option, name, j, i)
		}
		first[name] = i
	}
	return nil
}

// labels returns the names of the classes that choose finds for the rows of
// outputs.
func (n *network) labels(x mat.Matrix, choose func(outputs []float64) int) ([]string, error) {
	if n.classes == nil {
		return nil, fmt.Errorf("mlp: Labels: the classes have no names, see WithClasses")
	}
	p, err := n.forward("Labels", x)
	if err != nil {
		return nil, err
	}
	rows, _ := p.Dims()
	labels := make([]string, rows)
	for i := range labels {
		labels[i] = n.classes[choose(p.RawRowView(i))]
	}
	return labels, nil
}
