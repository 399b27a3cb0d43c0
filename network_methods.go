package mlp

import (
	"context"

	"gonum.org/v1/gonum/mat"
)

// The methods that all kinds of network share. They are written out because a
// method that is promoted from an embedded struct panics for a nil pointer
// before it can look. For nil, base returns an empty network, which refuses to
// work.

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
func (b *BinaryClassifier) Forward(x mat.Matrix) (*mat.Dense, error) { return b.base().Forward(x) }

// Evaluate returns the mean loss and the accuracy on the samples x with targets
// y.
func (b *BinaryClassifier) Evaluate(x, y mat.Matrix) (Scores, error) { return b.base().Evaluate(x, y) }

// Layers returns the stack, first layer first. The layers are shared, not
// copied.
func (b *BinaryClassifier) Layers() []Layer { return b.base().Layers() }

// Loss returns the loss given to Model.
func (b *BinaryClassifier) Loss() Loss { return b.base().Loss() }

// Seed returns the seed that governs initial weights and shuffling.
func (b *BinaryClassifier) Seed() uint64 { return b.base().Seed() }

// FeatureNames returns the names of the columns of x, nil if they have none.
func (b *BinaryClassifier) FeatureNames() []string { return b.base().FeatureNames() }

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
func (c *Classifier) Forward(x mat.Matrix) (*mat.Dense, error) { return c.base().Forward(x) }

// Evaluate returns the mean loss and the accuracy on the samples x with targets
// y.
func (c *Classifier) Evaluate(x, y mat.Matrix) (Scores, error) { return c.base().Evaluate(x, y) }

// Layers returns the stack, first layer first. The layers are shared, not
// copied.
func (c *Classifier) Layers() []Layer { return c.base().Layers() }

// Loss returns the loss given to Model.
func (c *Classifier) Loss() Loss { return c.base().Loss() }

// Seed returns the seed that governs initial weights and shuffling.
func (c *Classifier) Seed() uint64 { return c.base().Seed() }

// FeatureNames returns the names of the columns of x, nil if they have none.
func (c *Classifier) FeatureNames() []string { return c.base().FeatureNames() }

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

func (r *Regressor) base() *network {
	if r == nil {
		return &network{}
	}
	return &r.network
}

// Fit trains the network; see Network.Fit.
func (r *Regressor) Fit(ctx context.Context, x, y mat.Matrix, opts FitOptions) (*History, error) {
	return r.base().Fit(ctx, x, y, opts)
}

// FitBatches trains the network; see Network.FitBatches.
func (r *Regressor) FitBatches(ctx context.Context, batches Batches, opts FitOptions) (*History, error) {
	return r.base().FitBatches(ctx, batches, opts)
}

// Forward returns the n×units outputs of the last layer for the samples x.
func (r *Regressor) Forward(x mat.Matrix) (*mat.Dense, error) { return r.base().Forward(x) }

// Evaluate returns the mean loss and the R² on the samples x with targets y.
func (r *Regressor) Evaluate(x, y mat.Matrix) (Scores, error) { return r.base().Evaluate(x, y) }

// Layers returns the stack, first layer first. The layers are shared, not
// copied.
func (r *Regressor) Layers() []Layer { return r.base().Layers() }

// Loss returns the loss given to Model.
func (r *Regressor) Loss() Loss { return r.base().Loss() }

// Seed returns the seed that governs initial weights and shuffling.
func (r *Regressor) Seed() uint64 { return r.base().Seed() }

// FeatureNames returns the names of the columns of x, nil if they have none.
func (r *Regressor) FeatureNames() []string { return r.base().FeatureNames() }

// SetFeatureNames names the columns of x; see Network.SetFeatureNames.
func (r *Regressor) SetFeatureNames(names ...string) error { return r.base().SetFeatureNames(names...) }

// Metadata returns a copy of the texts given to SetMetadata.
func (r *Regressor) Metadata() map[string]string { return r.base().Metadata() }

// SetMetadata keeps a text of the program's own; see Network.SetMetadata.
func (r *Regressor) SetMetadata(key, value string) error { return r.base().SetMetadata(key, value) }

// String returns a table of the layers with their shapes and numbers of
// parameters.
func (r *Regressor) String() string { return r.base().String() }
