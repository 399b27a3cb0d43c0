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
	return n.setNames("SetFeatureNames", &n.features, n.checkFeatureNames, names)
}

func (n *network) setClassNames(names []string) error {
	return n.setNames("SetClassNames", &n.classes, n.checkClassNames, names)
}

// setNames stores the names in dst for the call op.
func (n *network) setNames(op string, dst *[]string, check func(op, subject string, names []string) error, names []string) error {
	return n.set(op, func() error {
		if err := check(op, "the list", names); err != nil {
			return err
		}
		*dst = slices.Clone(names)
		return nil
	})
}

// checkClassNames returns an error unless there is a name for each class, or none
// at all.
func (n *network) checkClassNames(op, subject string, names []string) error {
	return checkNames(op, subject, names, "the network has classes:", n.end.names())
}

// checkFeatureNames returns an error unless there is a name for each input, or
// none at all.
func (n *network) checkFeatureNames(op, subject string, names []string) error {
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
	classes, err := n.choices("Labels", x, choose)
	if err != nil {
		return nil, err
	}
	labels := make([]string, len(classes))
	for i, class := range classes {
		labels[i] = n.classes[class]
	}
	return labels, nil
}

// choices returns the classes that choose finds in the answers to the samples
// x, for the call op.
func (n *network) choices(op string, x mat.Matrix, choose func(answer []float64) int) ([]int, error) {
	answers, err := n.predict(op, x)
	if err != nil {
		return nil, err
	}
	rows, _ := answers.Dims()
	classes := make([]int, rows)
	for i := range classes {
		classes[i] = choose(answers.RawRowView(i))
	}
	return classes, nil
}
