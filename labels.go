package mlp

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/quote"
)

// WithClasses names the classes of a classifier, for its method Labels: as
// many as a Classifier has, and two for a BinaryClassifier with one unit, that
// of 0 first. With several units, a BinaryClassifier takes a name for each, for
// its method LabelSets. Save keeps them. Model returns an error for another
// number, and for names that are empty or there twice.
func WithClasses(names ...string) ModelOption {
	return func(s *settings) { s.classes = slices.Clone(names) }
}

// WithFeatures names the columns of x, for the programs that use the network.
// Save keeps them. Model returns an error unless there is one for each input
// of the first layer, none of them empty or there twice.
func WithFeatures(names ...string) ModelOption {
	return func(s *settings) { s.features = slices.Clone(names) }
}

// FeatureNames returns the names of the columns of x, nil if they have none.
func (n *network) FeatureNames() []string { return slices.Clone(n.features) }

// SetFeatureNames names the columns of x, as WithFeatures does; without names
// it removes those there are. An error changes nothing.
func (n *network) SetFeatureNames(names ...string) error {
	if err := n.checkMade("SetFeatureNames"); err != nil {
		return err
	}
	if err := n.hold("SetFeatureNames"); err != nil {
		return err
	}
	defer n.use.release()
	if err := n.checkFeatures("SetFeatureNames", "the list", names); err != nil {
		return err
	}
	n.features = slices.Clone(names)
	return nil
}

func (n *network) setClassNames(names []string) error {
	if err := n.checkMade("SetClassNames"); err != nil {
		return err
	}
	if err := n.hold("SetClassNames"); err != nil {
		return err
	}
	defer n.use.release()
	if err := n.checkClasses("SetClassNames", "the list", names); err != nil {
		return err
	}
	n.classes = slices.Clone(names)
	return nil
}

// checkClasses returns an error unless there is a name for each class, or none
// at all.
func (n *network) checkClasses(op, subject string, names []string) error {
	return checkNames(op, subject, names, "the network has classes:", n.end.names())
}

// checkFeatures returns an error unless there is a name for each input, or
// none at all.
func (n *network) checkFeatures(op, subject string, names []string) error {
	inputs, _ := n.layers[0].Dims()
	return checkNames(op, subject, names, "layer 0 takes", inputs)
}

// checkNames returns an error unless there are as many names as wanted, all
// different, or none at all.
func checkNames(op, subject string, names []string, wanting string, want int) error {
	if names == nil {
		return nil
	}
	if len(names) != want {
		return &ShapeError{Op: op, Subject: subject, Got: len(names), Unit: "names", Wanting: wanting, Want: want}
	}
	first := make(map[string]int)
	for i, name := range names {
		if name == "" || !utf8.ValidString(name) {
			return fmt.Errorf("mlp: %s: %s: name %d is %s, want some text in UTF-8", op, subject, i, quote.Text(name))
		}
		if j, ok := first[name]; ok {
			return fmt.Errorf("mlp: %s: %s: %s is name %d and %d", op, subject, quote.Text(name), j, i)
		}
		first[name] = i
	}
	return nil
}

// checkNamed returns an error of the call op unless the classes have names.
func (n *network) checkNamed(op string) error {
	if err := n.checkMade(op); err != nil {
		return err
	}
	if n.classes == nil {
		return fmt.Errorf("mlp: %s: the classes have no names, see WithClasses", op)
	}
	return nil
}

// labels returns the names of the classes that choose finds in the answers to
// the samples x.
func (n *network) labels(x mat.Matrix, choose func(answer []float64) int) ([]string, error) {
	answers, err := n.predict("Labels", x)
	if err != nil {
		return nil, err
	}
	rows, _ := answers.Dims()
	labels := make([]string, rows)
	for i := range labels {
		labels[i] = n.classes[choose(answers.RawRowView(i))]
	}
	return labels, nil
}
