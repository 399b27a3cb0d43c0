package mlp

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/quote"
)

// A BinaryClassifier answers yes-or-no questions: a single one, which is the
// choice between the classes 0 and 1, or several about the same sample, which
// are labels that it may have. Its last layer has one unit per question, which
// returns the probability of 1 or, with a loss such as Hinge, whose task is
// Margin, a margin. Targets are n×k of 0 and 1, for k units.
//
// Predict returns n×k labels: 1 where the probability, or the margin, is at
// least the threshold, else 0. The score is the share of correct labels, which
// for one unit is the accuracy.
//
// Fit, UnmarshalBinary and the methods Set... need exclusive access; all other
// methods, and Save, may be called from many goroutines at once.
type BinaryClassifier struct{ network }

// Probabilities returns the n×k probabilities of 1 for the samples x. It is an
// error if the outputs are margins.
func (b *BinaryClassifier) Probabilities(x mat.Matrix) (*mat.Dense, error) {
	if err := b.checkProbabilities("Probabilities"); err != nil {
		return nil, err
	}
	return b.forward("Probabilities", x)
}

// ProbabilitiesRow stores the probabilities of 1 for the sample x in dst, which
// has one entry per unit. It does not allocate. It is an error if the outputs
// are margins.
func (b *BinaryClassifier) ProbabilitiesRow(dst, x []float64) error {
	if err := b.checkProbabilities("ProbabilitiesRow"); err != nil {
		return err
	}
	return b.forwardRow("ProbabilitiesRow", dst, x)
}

// checkProbabilities returns an error unless the outputs are probabilities.
func (b *BinaryClassifier) checkProbabilities(op string) error {
	if err := b.checkMade(op); err != nil {
		return err
	}
	if b.binary().margins {
		return fmt.Errorf("mlp: %s: %s trains margins, not probabilities; Forward returns them", op, b.loss.Name())
	}
	return nil
}

// Threshold returns the lowest probability for which Predict returns 1,
// initially 0.5, or the lowest such margin, initially 0. It is the same for all
// units.
func (b *BinaryClassifier) Threshold() float64 { return b.binary().threshold }

// SetThreshold sets the lowest probability, or the lowest margin, for which
// Predict returns 1. A probability outside [0, 1] is an error, and so is a
// margin that is not finite.
func (b *BinaryClassifier) SetThreshold(p float64) error {
	return b.set("SetThreshold", func() error {
		e, err := b.binary().withThreshold(p)
		if err != nil {
			return err
		}
		b.end = e
		return nil
	})
}

// ClassNames returns the names of the classes 0 and 1 or, with several units,
// those of the labels, or nil if they have none.
func (b *BinaryClassifier) ClassNames() []string { return slices.Clone(b.classes) }

// SetClassNames names the classes or labels, as WithClasses does; without
// arguments it removes the names. An error changes nothing.
func (b *BinaryClassifier) SetClassNames(names ...string) error { return b.setClassNames(names) }

// Labels returns the names of the classes that Predict returns for the samples
// x. It is an error if the classes have no names, or if there are several
// units; see LabelSets.
func (b *BinaryClassifier) Labels(x mat.Matrix) ([]string, error) {
	if err := b.checkNamed("Labels"); err != nil {
		return nil, err
	}
	if b.units() > 1 {
		return nil, fmt.Errorf("mlp: Labels: a sample may have several of the %d labels, LabelSets returns them", b.units())
	}
	return b.labels(x, func(answer []float64) int { return int(answer[0]) })
}

// LabelSets returns, for each of the samples x, the names of the labels for
// which Predict returns 1, in their order. It is an error if the labels have no
// names, or if there is one unit; see Labels.
func (b *BinaryClassifier) LabelSets(x mat.Matrix) ([][]string, error) {
	const op = "LabelSets"
	if err := b.checkNamed(op); err != nil {
		return nil, err
	}
	if b.units() == 1 {
		return nil, fmt.Errorf("mlp: %s: a sample has one of 2 classes, Labels returns it", op)
	}
	answers, err := b.predict(op, x)
	if err != nil {
		return nil, err
	}
	rows, _ := answers.Dims()
	sets := make([][]string, rows)
	for i := range sets {
		for j, v := range answers.RawRowView(i) {
			if v == 1 {
				sets[i] = append(sets[i], b.classes[j])
			}
		}
	}
	return sets, nil
}

// UnmarshalBinary replaces b with the network in data, which it reads as Load
// does. Networks of another type and layers from other packages are errors,
// which leave b unchanged. It needs exclusive access to b.
func (b *BinaryClassifier) UnmarshalBinary(data []byte) error {
	return unmarshal("UnmarshalBinary", b, data)
}

// UnmarshalJSON replaces b with the network in text, which MarshalJSON has
// returned, as UnmarshalBinary does.
func (b *BinaryClassifier) UnmarshalJSON(text []byte) error { return unmarshalJSON(b, text) }

// binary returns the end of the network.
func (b *BinaryClassifier) binary() binaryEnd {
	e, _ := b.end.(binaryEnd) // a zero value has none
	return e
}

// binaryEnd answers with labels 0 and 1.
type binaryEnd struct {
	plainEnd
	threshold float64
	margins   bool // the outputs are margins, not probabilities
}

func (e binaryEnd) withThreshold(p float64) (binaryEnd, error) {
	switch {
	case e.margins && !finite(p):
		return e, fmt.Errorf("mlp: SetThreshold: %g is no margin: %w", p, ErrNotFinite)
	case !e.margins && !(p >= 0 && p <= 1):
		return e, fmt.Errorf("mlp: SetThreshold: %g is not in [0, 1]", p)
	}
	e.threshold = p
	return e, nil
}

func (e binaryEnd) names() int { return max(2, e.units) }

func (e binaryEnd) classes() int {
	if e.units > 1 {
		return 0
	}
	return 2
}

func (binaryEnd) checkTargets(op, taker string, y *mat.Dense) error {
	return checkLabels(op, "y", taker, y)
}

func (e binaryEnd) answer(rows []float64) (ok bool) {
	ok = true
	for i, v := range rows {
		switch {
		case !finite(v):
			ok = false
		case v >= e.threshold:
			rows[i] = 1
		default:
			rows[i] = 0
		}
	}
	return ok
}

func (e binaryEnd) scorer(act Activation, _ *mat.Dense) scorer {
	if act == Sigmoid { // whose inverse is the logit
		return newThresholdScorer(math.Log(e.threshold) - math.Log1p(-e.threshold))
	}
	return scoreAfter(act, newThresholdScorer(e.threshold))
}

func (e binaryEnd) agree(other end) error {
	if o := other.(binaryEnd); o.threshold != e.threshold {
		return fmt.Errorf("threshold %g, member 0 has %g", o.threshold, e.threshold)
	}
	return nil
}

func (e binaryEnd) save(metadata map[string]string) {
	metadata[metaThresh] = strconv.FormatFloat(e.threshold, 'g', -1, 64)
}

func (e binaryEnd) load(metadata map[string]string) (end, error) {
	p, err := strconv.ParseFloat(metadata[metaThresh], 64)
	if err != nil { // which quotes all of the text
		return nil, fmt.Errorf("metadata %s is %s, want a number", metaThresh, quote.Text(metadata[metaThresh]))
	}
	if e, err = e.withThreshold(p); err != nil {
		return nil, fmt.Errorf("metadata %s: %w", metaThresh, err)
	}
	return e, nil
}
