package mlp_test

import (
	"os"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// digits returns the 8×8 digits, scaled to [0, 1], split for training and
// testing.
func digits(t *testing.T) (train, test *dataset.Data) {
	t.Helper()
	f, err := os.Open("testdata/data/digits.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data, err := dataset.ReadCSV(f, dataset.Classes("digit"))
	if err != nil {
		t.Fatal(err)
	}
	data.X.Scale(1./16, data.X)
	train, test, err = data.StratifiedSplit(0.25, 1)
	if err != nil {
		t.Fatal(err)
	}
	return train, test
}

// The settings are those that the doc comments of the optimizers name.
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
	for _, opt := range mlp.Optimizers {
		if _, ok := options[opt.Name()]; !ok {
			t.Errorf("no settings for %s", opt.Name())
		}
	}
	options["lbfgs"] = mlp.FitOptions{LBFGS: &mlp.LBFGS{}, Epochs: 60}
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

// The gradient is that of the mean: the same rows several times over make the
// same step.
func TestLearningRateDoesNotDependOnBatchSize(t *testing.T) {
	x, classes, yes, numbers := samples(5)
	for _, c := range []struct {
		net func() mlp.Network
		y   *mat.Dense
	}{
		{func() mlp.Network { return classifier(t, mlp.WithSeed(1)) }, classes},
		{func() mlp.Network { return binaryNet(t, mlp.WithSeed(1)) }, yes},
		{func() mlp.Network { return regressor(t, mlp.WithSeed(1)) }, numbers},
	} {
		var x3, y3 mat.Dense
		x3.Stack(x, mat.NewDense(10, 4, append(slices.Clone(x.RawMatrix().Data), x.RawMatrix().Data...)))
		_, units := c.y.Dims()
		y3.Stack(c.y, mat.NewDense(10, units, append(slices.Clone(c.y.RawMatrix().Data), c.y.RawMatrix().Data...)))
		_, one := gradientByFit(t, c.net(), x, c.y, mlp.FitOptions{})
		_, three := gradientByFit(t, c.net(), &x3, &y3, mlp.FitOptions{})
		for i := range one {
			near(t, "gradient", three[i], one[i], 1e-12)
		}
	}
}
