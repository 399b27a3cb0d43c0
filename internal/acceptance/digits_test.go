package acceptance_test

import (
	"os"
	"testing"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/internal/testkit"
)

// digits returns the 8×8 digits, scaled to [0, 1], split for training and
// testing.
func digits(t *testing.T) (train, test *dataset.Data) {
	t.Helper()
	f, err := os.Open("../../testdata/data/digits.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data, err := dataset.ReadCSV(f, dataset.Classes("digit"))
	if err != nil {
		t.Fatal(err)
	}
	data.X.Scale(1./16, data.X)
	train, test, err = data.StratifiedSplit(dataset.SplitOptions{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return train, test
}

// The settings are those named in the doc comments of the optimizers.
func TestOptimizersLearnDigits(t *testing.T) {
	train, test := digits(t)
	all := train.Rows()
	options := map[string]mlp.FitOptions{
		"sgd":      {Optimizer: mlp.SGD{LearningRate: 0.1, Momentum: 0.9}, Epochs: 20},
		"adam":     {Optimizer: mlp.Adam{}, Epochs: 30},
		"adamw":    {Optimizer: mlp.AdamW{}, Epochs: 30},
		"nadam":    {Optimizer: mlp.NAdam{}, Epochs: 20},
		"radam":    {Optimizer: mlp.RAdam{LearningRate: 0.003}, Epochs: 30},
		"adamax":   {Optimizer: mlp.Adamax{LearningRate: 0.005}, Epochs: 30},
		"rmsprop":  {Optimizer: mlp.RMSprop{}, Epochs: 20},
		"adagrad":  {Optimizer: mlp.Adagrad{LearningRate: 0.05}, Epochs: 20},
		"adadelta": {Optimizer: mlp.Adadelta{}, Epochs: 20},
		"lion":     {Optimizer: mlp.Lion{LearningRate: 1e-3}, Epochs: 20},
		"rprop":    {Optimizer: mlp.Rprop{}, Epochs: 60, BatchSize: all},
	}
	for _, opt := range testkit.Rules {
		if _, ok := options[opt.Name()]; !ok {
			t.Errorf("no settings for %s", opt.Name())
		}
	}
	options["lbfgs"] = mlp.FitOptions{Optimizer: mlp.LBFGS{}, Epochs: 60}
	options["average"] = mlp.FitOptions{AverageDecay: 0.99, Epochs: 20}
	for name, opts := range options {
		t.Run(name, func(t *testing.T) {
			net := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(1)},
				mlp.Dense(64, 64, mlp.ReLU), mlp.Dense(64, 10, mlp.Softmax))
			fit(t, net, train.X, train.Y, opts)
			scores, err := net.Evaluate(test.X, test.Y)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("test accuracy %.4f", scores.Score)
			if scores.Score < 0.95 {
				t.Errorf("test accuracy %.4f, want at least 0.95", scores.Score)
			}
		})
	}
}
