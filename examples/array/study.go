package main

import (
	"path/filepath"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/selection"
)

// What is learned, and how. All indexes must agree on it, so it follows from the
// program and its files alone.

// settings are what the search varies.
type settings struct {
	Hidden int
	Rate   float64
}

// candidates are those of a grid.
func candidates() []settings {
	var all []settings
	for _, hidden := range []int{8, 16, 32, 64} {
		for _, rate := range []float64{0.001, 0.003, 0.01, 0.03, 0.1} {
			all = append(all, settings{hidden, rate})
		}
	}
	return all
}

const folds = 5

// recipe says how the columns of the table become numbers.
func recipe() dataset.Recipe {
	return dataset.Recipe{Target: dataset.Classes("grade", "low", "mid", "high")}
}

// network makes a network for prepared rows.
func network(s settings, train *dataset.Data, seed uint64) (mlp.Network, error) {
	return mlp.Model([]mlp.Layer{
		mlp.Dense(len(train.Features), s.Hidden, mlp.ReLU),
		mlp.Dense(s.Hidden, s.Hidden/2, mlp.ReLU),
		mlp.Dense(s.Hidden/2, len(train.Classes), mlp.Softmax),
	}, mlp.CategoricalCrossEntropy, mlp.WithSeed(seed))
}

// training is what a trial of the search does.
func training(s settings) dataset.Training {
	return dataset.Training{
		Recipe:  recipe(),
		Build:   func(train *dataset.Data, seed uint64) (mlp.Network, error) { return network(s, train, seed) },
		Options: mlp.FitOptions{Epochs: 10, Optimizer: mlp.Adam{LearningRate: s.Rate}},
	}
}

// study returns the rows to train with, and the search on them.
func study(dir string) (*dataset.Table, selection.Search[settings], error) {
	none := selection.Search[settings]{}
	table, err := dataset.ReadTableFile(filepath.Join(dir, "train.csv"), ',')
	if err != nil {
		return nil, none, err
	}
	dealt, err := table.StratifiedKFold("grade", dataset.FoldOptions{Folds: folds, Seed: 1})
	if err != nil {
		return nil, none, err
	}
	return table, selection.Search[settings]{Trial: selection.OnTraining(table, training, nil), Folds: dealt, Seed: 1}, nil
}
