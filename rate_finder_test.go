package mlp_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

func TestFindLearningRate(t *testing.T) {
	x, y := scaledData(t, "iris.csv", dataset.Classes("species"))
	for _, opt := range []mlp.Optimizer{mlp.SGD{}, mlp.SGD{LearningRate: 7}, mlp.Adam{}} {
		net := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(1)}, mlp.Dense(4, 16, mlp.ReLU), mlp.Dense(16, 3, mlp.Softmax))
		c, err := mlp.FindLearningRate(context.Background(), net, x, y, mlp.FitOptions{Optimizer: opt}, mlp.RateSearch{High: 1e4})
		if err != nil {
			t.Fatal(err)
		}
		n := len(c.Rates)
		if n != len(c.Losses) || n < 50 || n == 100 {
			t.Fatalf("%s: %d rates and %d losses", opt.Name(), n, len(c.Losses))
		}
		near(t, "first rate", c.Rates[0], 1e-7, 1e-20)
		for i := 1; i < n; i++ {
			near(t, "factor", c.Rates[i]/c.Rates[i-1], math.Pow(1e11, 1./99), 1e-12)
		}
		smallest := math.Inf(1)
		for _, l := range c.Losses[:n-1] {
			smallest = min(smallest, l)
			if l > 4*smallest {
				t.Errorf("%s: went on after a blow-up", opt.Name())
			}
		}
		// The suggestion trains well; a thousandth of it does not.
		score := func(rate float64) float64 {
			net := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(1)}, mlp.Dense(4, 16, mlp.ReLU), mlp.Dense(16, 3, mlp.Softmax))
			var o mlp.Optimizer = mlp.SGD{LearningRate: rate}
			if opt.Name() == "adam" {
				o = mlp.Adam{LearningRate: rate}
			}
			h, err := net.Fit(context.Background(), x, y, mlp.FitOptions{Optimizer: o, Epochs: 30})
			if err != nil {
				return 0
			}
			return h.Epochs[29].Train.Score
		}
		if best, low := score(c.Suggestion), score(c.Suggestion/1000); best < 0.95 || low > 0.9 {
			t.Errorf("%s: suggestion %g scores %v, a thousandth of it %v", opt.Name(), c.Suggestion, best, low)
		}
	}
}

// A loss that falls below zero, as Poisson may, does not end the search.
func TestFindLearningRateOfNegativeLosses(t *testing.T) {
	x, _, _, numbers := samples(60)
	numbers.Apply(func(_, _ int, v float64) float64 { return math.Round(20 + 5*v) }, numbers)
	net := model(t, mlp.Poisson, []mlp.ModelOption{mlp.WithSeed(1)}, mlp.Dense(4, 2, mlp.Identity))
	c, err := mlp.FindLearningRate(t.Context(), net, x, numbers, mlp.FitOptions{}, mlp.RateSearch{High: 1e3})
	if err != nil {
		t.Fatal(err)
	}
	smallest, last := slices.Min(c.Losses), c.Losses[len(c.Losses)-1]
	if smallest > -1 || last < -2*smallest {
		t.Errorf("the search ends at a loss of %v, the smallest is %v", last, smallest)
	}
}

// Steps of several batches are those of Fit, even if an epoch ends with fewer.
// The rates are too small to change a weight.
func TestFindLearningRateTakesTheStepsOfFit(t *testing.T) {
	x, _, _, numbers := samples(10)
	opts := mlp.FitOptions{BatchSize: 4, AccumulateSteps: 2, KeepOrder: true, Optimizer: mlp.SGD{LearningRate: 1e-300}}
	search := mlp.RateSearch{Low: 1e-300, High: 2e-300, Steps: 6}
	c, err := mlp.FindLearningRate(t.Context(), regressor(t, mlp.WithSeed(1)), x, numbers, opts, search)
	if err != nil {
		t.Fatal(err)
	}
	average, power, step := 0.0, 1.0, 0
	opts.Epochs = 3
	opts.Callbacks = []mlp.Callback{onBatch(func(b *mlp.Batch) error {
		average, power = 0.98*average+0.02*b.Loss, 0.98*power
		near(t, "smoothed loss", c.Losses[step], average/(1-power), 1e-12)
		step++
		return nil
	})}
	fit(t, regressor(t, mlp.WithSeed(1)), x, numbers, opts)
	if step != 6 {
		t.Errorf("Fit takes %d steps, want 6", step)
	}
}

// A search leaves no trace, neither in the weights nor in the random numbers.
func TestFindLearningRateChangesNothing(t *testing.T) {
	x, _, _, numbers := samples(50)
	build := func() mlp.Network {
		return model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(3)},
			drawing{mlp.BatchNorm(4)}, mlp.Dense(4, 8, mlp.ReLU), mlp.Dropout(8, 0.3), mlp.Dense(8, 2, mlp.Identity))
	}
	opts := mlp.FitOptions{Epochs: 3, BatchSize: 7}
	want := build()
	fit(t, want, x, numbers, opts)
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		opts mlp.FitOptions
		err  error
	}{
		"to the end":   {context.Background(), mlp.FitOptions{BatchSize: 7, AverageDecay: 0.9, AccumulateSteps: 2, ClipNorm: 1}, nil},
		"blow-up":      {context.Background(), mlp.FitOptions{Optimizer: mlp.SGD{}}, nil},
		"cancelled":    {cancelled, mlp.FitOptions{}, context.Canceled},
		"cancelled 20": {&countdown{context.Background(), 20}, mlp.FitOptions{}, context.Canceled},
	} {
		net := build()
		before := weights(net)
		curve, err := mlp.FindLearningRate(c.ctx, net, x, numbers, c.opts, mlp.RateSearch{High: 1e6})
		if !errors.Is(err, c.err) || (curve == nil) != (c.err != nil) {
			t.Errorf("%s: %v, %v", name, curve, err)
		}
		if !sameBits(weights(net), before) {
			t.Errorf("%s: other weights", name)
		}
		fit(t, net, x, numbers, opts)
		if !sameBits(weights(net), weights(want)) {
			t.Errorf("%s: the training afterwards is another", name)
		}
	}
}

// drawing is a layer whose passes draw a random number when they are made.
type drawing struct{ mlp.Layer }

func (l drawing) NewPass(rows int, rng *rand.Rand) mlp.Pass {
	rng.Uint64()
	return l.Layer.NewPass(rows, rng)
}

func TestMistakesInFindLearningRate(t *testing.T) {
	x, _, _, numbers := samples(20)
	big := scaledBy(numbers, 1e200)
	for _, c := range []struct {
		y      mat.Matrix
		opts   mlp.FitOptions
		search mlp.RateSearch
		want   string
	}{
		{numbers, mlp.FitOptions{Epochs: 3}, mlp.RateSearch{}, "mlp: FindLearningRate: Epochs is for Fit"},
		{numbers, mlp.FitOptions{Optimizer: mlp.LBFGS{}}, mlp.RateSearch{}, "mlp: FindLearningRate: LBFGS is for Fit"},
		{numbers, mlp.FitOptions{Optimizer: stepRecorder{}}, mlp.RateSearch{Low: 1, High: 0.5}, "mlp: FindLearningRate: rates from 1 to 0.5, want ascending numbers above 0"},
		{numbers, mlp.FitOptions{}, mlp.RateSearch{Low: -1}, "mlp: FindLearningRate: rates from -1 to 10, want ascending numbers above 0"},
		{numbers, mlp.FitOptions{}, mlp.RateSearch{Steps: 1}, "mlp: FindLearningRate: Steps is 1, want at least 2 (or 0 for the default)"},
		{numbers, mlp.FitOptions{Optimizer: unrated{mlp.SGD{}}}, mlp.RateSearch{}, `mlp: FindLearningRate: optimizer "sgd" has no learning rate`},
		{numbers, mlp.FitOptions{BatchSize: -1}, mlp.RateSearch{}, "mlp: FindLearningRate: BatchSize is -1, want at least 1 (or 0 for the default)"},
		{numbers, mlp.FitOptions{SampleWeights: []float64{1}}, mlp.RateSearch{}, "mlp: FindLearningRate: SampleWeights has 1 entries, x has rows: 20"},
		{x, mlp.FitOptions{}, mlp.RateSearch{}, "mlp: FindLearningRate: y has 4 columns, layer 1 gives 2"},
	} {
		_, err := mlp.FindLearningRate(context.Background(), regressor(t), x, c.y, c.opts, c.search)
		if err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	var diverged *mlp.DivergedError
	if _, err := mlp.FindLearningRate(context.Background(), regressor(t), x, big, mlp.FitOptions{}, mlp.RateSearch{}); !errors.As(err, &diverged) {
		t.Errorf("an overflowing loss gives %v", err)
	}
}

// unrated is a rule without a learning rate.
type unrated struct{ mlp.Rule }

func (unrated) Rate() float64 { return 0 }
