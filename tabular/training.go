package tabular

import (
	"example.com/mlp"
	"example.com/mlp/dataset"
)

// training describes the training of a network with the first seed, on the rows of
// the first fold that answers.
func (tr *trainer) training(n *network) dataset.Training {
	target, smoothing, precision := tr.recipe.Target, tr.opts.LabelSmoothing, tr.opts.precision()
	f := &tr.folds[tr.answering]
	opts := tr.fitOptions(n, f, tr.epochs(n, f))
	opts.SampleWeights = tr.opts.Weights
	return dataset.Training{
		Recipe: tr.recipe,
		Build: func(train *dataset.Data, seed uint64) (mlp.Network, error) {
			return n.model(train, newTask(target, train, smoothing), seed, mlp.WithPrecision(precision))
		},
		Options:      opts,
		Validation:   tr.opts.Validation,
		Balanced:     tr.opts.Balanced,
		ScaleTargets: tr.task.numbers,
		Seed:         tr.opts.Seed,
	}
}

// fitOptions returns the options of a network for the rows of a fold.
func (tr *trainer) fitOptions(n *network, f *fold, epochs int) mlp.FitOptions {
	opts := n.training(f.train.Rows(), tr.task.numbers)
	opts.Epochs = epochs
	if n.patience > 0 {
		opts.Callbacks = append(opts.Callbacks, &mlp.EarlyStopping{Patience: n.patience, Metric: tr.measure.chooses})
	} else {
		opts.Callbacks = append(opts.Callbacks, &mlp.KeepBest{Metric: tr.measure.chooses})
	}
	return opts
}
