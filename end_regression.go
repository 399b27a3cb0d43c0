package mlp

import (
	"context"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// A Regressor predicts numbers, one for each unit of its last layer. Its score
// is R².
//
// Fit, UnmarshalBinary and the methods Set... need it for themselves; all other
// methods, and Save, may be called from many goroutines at once.
type Regressor struct{ network }

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
func (r *Regressor) Forward(x mat.Matrix) (*mat.Dense, error) { return r.base().forward("Forward", x) }

// Evaluate returns the mean loss and the R² on the samples x with targets y.
func (r *Regressor) Evaluate(x, y mat.Matrix) (Scores, error) { return r.base().Evaluate(x, y) }

// Predict returns the n×k predicted values for the samples x.
func (r *Regressor) Predict(x mat.Matrix) (*mat.Dense, error) {
	dst := &mat.Dense{}
	if err := r.PredictTo(dst, x); err != nil {
		return nil, err
	}
	return dst, nil
}

// PredictTo stores the n×k predicted values for the samples x in dst.
func (r *Regressor) PredictTo(dst *mat.Dense, x mat.Matrix) error {
	if err := r.base().forwardTo("Predict", dst, x); err != nil {
		return err
	}
	if r.targets != nil {
		rows, _ := dst.Dims()
		for i := range rows {
			r.targets.undo(dst.RawRowView(i))
		}
	}
	return nil
}

// PredictRow stores the predicted values for the sample x in dst, which has
// one entry a unit of the last layer.
func (r *Regressor) PredictRow(dst, x []float64) error {
	if err := r.base().forwardRow("PredictRow", dst, x); err != nil {
		return err
	}
	if r.targets != nil {
		r.targets.undo(dst)
	}
	return nil
}

// Layers returns the stack, first layer first. The layers are shared, not
// copied.
func (r *Regressor) Layers() []Layer { return slices.Clone(r.base().layers) }

// Loss returns the loss given to Model.
func (r *Regressor) Loss() Loss { return r.base().loss }

// Seed returns the seed that governs initial weights and shuffling.
func (r *Regressor) Seed() uint64 { return r.base().seed }

// FeatureNames returns the names of the columns of x, nil if they have none.
func (r *Regressor) FeatureNames() []string { return slices.Clone(r.base().features) }

// SetFeatureNames names the columns of x; see Network.SetFeatureNames.
func (r *Regressor) SetFeatureNames(names ...string) error { return r.base().SetFeatureNames(names...) }

// Metadata returns a copy of the texts given to SetMetadata.
func (r *Regressor) Metadata() map[string]string { return r.base().Metadata() }

// SetMetadata keeps a text of the program's own; see Network.SetMetadata.
func (r *Regressor) SetMetadata(key, value string) error { return r.base().SetMetadata(key, value) }

// String returns a table of the layers with their shapes and numbers of
// parameters.
func (r *Regressor) String() string { return r.base().String() }

func (r *Regressor) scorer(y *mat.Dense) scorer {
	if y == nil {
		return newRunningR2Scorer(r.units())
	}
	return newR2Scorer(y)
}

// logitScorer is scorer because the identity changes nothing.
func (r *Regressor) logitScorer(y *mat.Dense) scorer { return r.scorer(y) }
