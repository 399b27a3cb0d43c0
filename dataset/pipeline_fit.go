package dataset

import (
	"context"
	"fmt"

	"example.com/mlp"
)

// FitPipeline learns a preparation from the rows of the table, which should be
// training rows only, and trains the network that build makes for them. It is the
// short form of [Training.Fit]:
//
//	build := func(train *dataset.Data) (mlp.Network, error) {
//		return mlp.Model([]mlp.Layer{
//			mlp.Dense(len(train.Features), 16, mlp.Tanh),
//			mlp.Dense(16, len(train.Classes), mlp.Softmax),
//		}, mlp.CategoricalCrossEntropy)
//	}
//
// With ValidationSplit, the rows for validation are set aside before anything is
// learned: neither the preparation nor build sees them. A name in them that the
// other rows do not have is what the recipe says of unknown names. They are
// drawn at random by FitOptions.Seed, with Classes and Binary as by
// [StratifiedSplit].
//
// Errors are those of Fit, of build, of NewPipeline and of the training, after
// which there is no pipeline but the history so far.
func (r Recipe) FitPipeline(ctx context.Context, train *Table, build func(train *Data) (mlp.Network, error), opts mlp.FitOptions) (*Pipeline, *mlp.History, error) {
	t := Training{Recipe: r, Options: opts}
	if build != nil {
		t.Build = func(train *Data, _ uint64) (mlp.Network, error) { return build(train) }
	}
	p, history, err := t.fit(ctx, train, nil)
	if err != nil {
		return nil, history, fmt.Errorf("dataset: Recipe.FitPipeline: %w", err)
	}
	return p, history, nil
}
