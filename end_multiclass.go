package mlp

import (
	"slices"

	"gonum.org/v1/gonum/mat"
)

// A Classifier chooses between several classes. Its last layer has one unit per
// class, which returns its probability, and targets are n×k, one-hot or
// probabilities.
//
// Predict and Probabilities return the n×k probabilities of the classes, Classes
// the most probable ones. The score is accuracy: the share of rows whose class is right.
//
// Fit, UnmarshalBinary and the methods Set... need exclusive access; all other
// methods, and Save, may be called from many goroutines at once.
type Classifier struct{ network }

// Probabilities returns the n×k probabilities of the classes for the samples x,
// as Predict does, and BinaryClassifier.Probabilities for its classes.
func (c *Classifier) Probabilities(x mat.Matrix) (*mat.Dense, error) {
	return c.predict("Probabilities", x)
}

// ProbabilitiesRow stores the probabilities of the classes for the sample x in
// dst, which has one entry a class. It does not allocate.
func (c *Classifier) ProbabilitiesRow(dst, x []float64) error {
	return c.forwardRow("ProbabilitiesRow", dst, x)
}

// Classes returns the most probable class of each sample of x, the first of
// them where several are equally probable.
func (c *Classifier) Classes(x mat.Matrix) ([]int, error) {
	return c.choices("Classes", x, argmax)
}

// ClassNames returns the names of the classes, or nil if they have none.
func (c *Classifier) ClassNames() []string { return slices.Clone(c.classes) }

// SetClassNames names the classes, as WithClasses does; without arguments it
// removes the names. An error changes nothing.
func (c *Classifier) SetClassNames(names ...string) error { return c.setClassNames(names) }

// Labels returns the names of the classes that Classes returns. It is an error
// if the classes have no names.
func (c *Classifier) Labels(x mat.Matrix) ([]string, error) {
	if err := c.checkNamed("Labels"); err != nil {
		return nil, err
	}
	return c.labels(x, argmax)
}

// UnmarshalBinary replaces c with the network in data, which it reads as Load
// does. Networks of another type and layers from other packages are errors,
// which leave c unchanged. It needs exclusive access to c.
func (c *Classifier) UnmarshalBinary(data []byte) error {
	return unmarshal("UnmarshalBinary", c, data)
}

// UnmarshalJSON replaces c with the network in text, which MarshalJSON has
// returned, as UnmarshalBinary does.
func (c *Classifier) UnmarshalJSON(text []byte) error { return unmarshalJSON(c, text) }

// multiclassEnd answers with the probabilities of the classes.
type multiclassEnd struct{ plainEnd }

func (e multiclassEnd) names() int   { return e.units }
func (e multiclassEnd) classes() int { return e.units }

func (multiclassEnd) checkTargets(op, taker string, y *mat.Dense) error {
	return checkOneHot(op, taker, y)
}

func (multiclassEnd) scorer(act Activation, _ *mat.Dense) scorer {
	if act == Softmax { // which keeps the order of its arguments
		act = nil
	}
	return scoreAfter(act, newArgmaxScorer())
}

func (e multiclassEnd) load(map[string]string) (end, error) { return e, nil }
