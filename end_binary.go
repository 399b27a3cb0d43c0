package mlp

import (
	"context"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// A BinaryClassifier chooses between the classes 0 and 1. Its last layer has
// one unit, the probability of class 1, or with a MarginLoss such as Hinge a
// margin. Its score is accuracy.
//
// Fit, UnmarshalBinary and the methods Set... need it for themselves; all other
// methods, and Save, may be called from many goroutines at once.
type BinaryClassifier struct {
	network
	threshold float64
	margins   bool // the outputs are margins, not probabilities
}

func newBinaryClassifier(loss Loss) *BinaryClassifier {
	if _, ok := loss.(MarginLoss); ok {
		return &BinaryClassifier{margins: true}
	}
	return &BinaryClassifier{threshold: 0.5}
}

func (b *BinaryClassifier) base() *network {
	if b == nil {
		return &network{}
	}
	return &b.network
}

// Fit trains the network; see Network.Fit.
func (b *BinaryClassifier) Fit(ctx context.Context, x, y mat.Matrix, opts FitOptions) (*History, error) {
	return b.base().Fit(ctx, x, y, opts)
}

// FitBatches trains the network; see Network.FitBatches.
func (b *BinaryClassifier) FitBatches(ctx context.Context, batches Batches, opts FitOptions) (*History, error) {
	return b.base().FitBatches(ctx, batches, opts)
}

// Forward returns the n×units outputs of the last layer for the samples x.
func (b *BinaryClassifier) Forward(x mat.Matrix) (*mat.Dense, error) {
	return b.base().forward("Forward", x)
}

// Evaluate returns the mean loss and the accuracy on the samples x with targets
// y.
func (b *BinaryClassifier) Evaluate(x, y mat.Matrix) (Scores, error) { return b.base().Evaluate(x, y) }

// Predict returns n×1 labels for the samples x: 1 where the probability of
// class 1, or the margin, is at least the threshold, else 0.
func (b *BinaryClassifier) Predict(x mat.Matrix) (*mat.Dense, error) {
	dst := &mat.Dense{}
	if err := b.PredictTo(dst, x); err != nil {
		return nil, err
	}
	return dst, nil
}

// PredictTo stores the n×1 labels for the samples x in dst.
func (b *BinaryClassifier) PredictTo(dst *mat.Dense, x mat.Matrix) error {
	if err := b.base().forwardTo("Predict", dst, x); err != nil {
		return err
	}
	rows, _ := dst.Dims()
	for i := range rows {
		b.decide(dst.RawRowView(i))
	}
	return nil
}

// PredictRow stores the label of the sample x in dst, which has length 1.
func (b *BinaryClassifier) PredictRow(dst, x []float64) error {
	if err := b.base().forwardRow("PredictRow", dst, x); err != nil {
		return err
	}
	b.decide(dst)
	return nil
}

func (b *BinaryClassifier) decide(p []float64) {
	for i, v := range p {
		p[i] = 0
		if v >= b.threshold {
			p[i] = 1
		}
	}
}

// Probabilities returns the n×1 probabilities of class 1 for the samples x.
// With a MarginLoss there are none, which is an error.
func (b *BinaryClassifier) Probabilities(x mat.Matrix) (*mat.Dense, error) {
	if err := b.checkProbabilities("Probabilities"); err != nil {
		return nil, err
	}
	return b.base().forward("Probabilities", x)
}

// ProbabilitiesRow stores the probability of class 1 for the sample x in dst,
// which has length 1. It does not allocate. With a MarginLoss there is none,
// which is an error.
func (b *BinaryClassifier) ProbabilitiesRow(dst, x []float64) error {
	if err := b.checkProbabilities("ProbabilitiesRow"); err != nil {
		return err
	}
	return b.base().forwardRow("ProbabilitiesRow", dst, x)
}

// checkProbabilities returns an error unless the outputs are probabilities.
func (b *BinaryClassifier) checkProbabilities(op string) error {
	if err := b.base().checkMade(op); err != nil {
		return err
	}
	if !b.margins {
		return nil
	}
	return fmt.Errorf("mlp: %s: %s trains margins, not probabilities; Forward returns them", op, b.loss.Name())
}

// Threshold returns the probability from which on Predict says 1, 0.5 at
// first, or with a MarginLoss the margin, 0 at first.
func (b *BinaryClassifier) Threshold() float64 {
	if b == nil {
		return 0
	}
	return b.threshold
}

// SetThreshold sets the probability, or the margin, from which on Predict says
// 1. A probability outside [0, 1] is an error, and so is a margin that is not
// finite.
func (b *BinaryClassifier) SetThreshold(p float64) error {
	if err := b.base().checkMade("SetThreshold"); err != nil {
		return err
	}
	switch {
	case b.margins && !finite(p):
		return fmt.Errorf("mlp: SetThreshold: %g is no margin: %w", p, ErrNotFinite)
	case !b.margins && !(p >= 0 && p <= 1):
		return fmt.Errorf("mlp: SetThreshold: %g is not in [0, 1]", p)
	}
	b.threshold = p
	return nil
}

// ClassNames returns the names of the classes 0 and 1, nil if they have none.
func (b *BinaryClassifier) ClassNames() []string { return slices.Clone(b.base().classes) }

// SetClassNames names the classes, as WithClasses does; without names it
// removes those there are. An error changes nothing.
func (b *BinaryClassifier) SetClassNames(names ...string) error { return b.base().setClassNames(names) }

// Labels returns the names of the classes that Predict says for the samples
// x. It is an error if the classes have no names.
func (b *BinaryClassifier) Labels(x mat.Matrix) ([]string, error) {
	return b.base().labels(x, func(p []float64) int {
		b.decide(p)
		return int(p[0])
	})
}

// Layers returns the stack, first layer first. The layers are shared, not
// copied.
func (b *BinaryClassifier) Layers() []Layer { return slices.Clone(b.base().layers) }

// Loss returns the loss given to Model.
func (b *BinaryClassifier) Loss() Loss { return b.base().loss }

// Seed returns the seed that governs initial weights and shuffling.
func (b *BinaryClassifier) Seed() uint64 { return b.base().seed }

// FeatureNames returns the names of the columns of x, nil if they have none.
func (b *BinaryClassifier) FeatureNames() []string { return slices.Clone(b.base().features) }

// SetFeatureNames names the columns of x; see Network.SetFeatureNames.
func (b *BinaryClassifier) SetFeatureNames(names ...string) error {
	return b.base().SetFeatureNames(names...)
}

// Metadata returns a copy of the texts given to SetMetadata.
func (b *BinaryClassifier) Metadata() map[string]string { return b.base().Metadata() }

// SetMetadata keeps a text of the program's own; see Network.SetMetadata.
func (b *BinaryClassifier) SetMetadata(key, value string) error {
	return b.base().SetMetadata(key, value)
}

// String returns a table of the layers with their shapes and numbers of
// parameters.
func (b *BinaryClassifier) String() string { return b.base().String() }

func (b *BinaryClassifier) scorer(y *mat.Dense) scorer {
	return newThresholdScorer(b.threshold)
}

func (b *BinaryClassifier) logitScorer(y *mat.Dense) scorer {
	if b.margins { // the identity changes nothing
		return b.scorer(y)
	}
	return newThresholdScorer(logit(b.threshold))
}
