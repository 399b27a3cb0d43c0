package mlp

import (
	"context"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// A Classifier chooses between several classes. Its last layer has one unit a
// class, their probabilities. Its score is accuracy.
//
// Fit, UnmarshalBinary and the methods Set... need it for themselves; all other
// methods, and Save, may be called from many goroutines at once.
type Classifier struct{ network }

func (c *Classifier) base() *network {
	if c == nil {
		return &network{}
	}
	return &c.network
}

// Fit trains the network; see Network.Fit.
func (c *Classifier) Fit(ctx context.Context, x, y mat.Matrix, opts FitOptions) (*History, error) {
	return c.base().Fit(ctx, x, y, opts)
}

// FitBatches trains the network; see Network.FitBatches.
func (c *Classifier) FitBatches(ctx context.Context, batches Batches, opts FitOptions) (*History, error) {
	return c.base().FitBatches(ctx, batches, opts)
}

// Forward returns the n×units outputs of the last layer for the samples x.
func (c *Classifier) Forward(x mat.Matrix) (*mat.Dense, error) { return c.base().forward("Forward", x) }

// Evaluate returns the mean loss and the accuracy on the samples x with targets
// y.
func (c *Classifier) Evaluate(x, y mat.Matrix) (Scores, error) { return c.base().Evaluate(x, y) }

// Predict returns the n×k probabilities of the classes for the samples x.
func (c *Classifier) Predict(x mat.Matrix) (*mat.Dense, error) { return c.base().forward("Predict", x) }

// PredictTo stores the n×k probabilities of the classes for the samples x in
// dst.
func (c *Classifier) PredictTo(dst *mat.Dense, x mat.Matrix) error {
	return c.base().forwardTo("Predict", dst, x)
}

// PredictRow stores the probabilities of the classes for the sample x in dst,
// which has one entry a class.
func (c *Classifier) PredictRow(dst, x []float64) error {
	return c.base().forwardRow("PredictRow", dst, x)
}

// Classes returns the most probable class of each sample of x, the first of
// them where several are equally probable.
func (c *Classifier) Classes(x mat.Matrix) ([]int, error) {
	p, err := c.base().forward("Classes", x)
	if err != nil {
		return nil, err
	}
	rows, _ := p.Dims()
	classes := make([]int, rows)
	for i := range classes {
		classes[i] = argmax(p.RawRowView(i))
	}
	return classes, nil
}

// ClassNames returns the names of the classes, nil if they have none.
func (c *Classifier) ClassNames() []string { return slices.Clone(c.base().classes) }

// SetClassNames names the classes, as WithClasses does; without names it
// removes those there are. An error changes nothing.
func (c *Classifier) SetClassNames(names ...string) error { return c.base().setClassNames(names) }

// Labels returns the names of the classes that Classes returns. It is an error
// if the classes have no names.
func (c *Classifier) Labels(x mat.Matrix) ([]string, error) { return c.base().labels(x, argmax) }

// Layers returns the stack, first layer first. The layers are shared, not
// copied.
func (c *Classifier) Layers() []Layer { return slices.Clone(c.base().layers) }

// Loss returns the loss given to Model.
func (c *Classifier) Loss() Loss { return c.base().loss }

// Seed returns the seed that governs initial weights and shuffling.
func (c *Classifier) Seed() uint64 { return c.base().seed }

// FeatureNames returns the names of the columns of x, nil if they have none.
func (c *Classifier) FeatureNames() []string { return slices.Clone(c.base().features) }

// SetFeatureNames names the columns of x; see Network.SetFeatureNames.
func (c *Classifier) SetFeatureNames(names ...string) error {
	return c.base().SetFeatureNames(names...)
}

// Metadata returns a copy of the texts given to SetMetadata.
func (c *Classifier) Metadata() map[string]string { return c.base().Metadata() }

// SetMetadata keeps a text of the program's own; see Network.SetMetadata.
func (c *Classifier) SetMetadata(key, value string) error { return c.base().SetMetadata(key, value) }

// String returns a table of the layers with their shapes and numbers of
// parameters.
func (c *Classifier) String() string { return c.base().String() }

func (c *Classifier) scorer(y *mat.Dense) scorer { return newArgmaxScorer() }

// logitScorer is scorer because softmax keeps the order of its arguments.
func (c *Classifier) logitScorer(y *mat.Dense) scorer { return c.scorer(y) }
