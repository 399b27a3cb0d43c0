package mlp_test

import (
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// Single batches train to the same bits as Fit.
func TestFitBatchIsFit(t *testing.T) {
	x, classes, _, numbers := samples(45)
	for _, c := range []struct {
		net  func() mlp.Network
		y    *mat.Dense
		opts mlp.FitOptions
	}{
		{func() mlp.Network { return classifier(t, mlp.WithSeed(1)) }, classes, mlp.FitOptions{}},
		{func() mlp.Network { return classifier(t, mlp.WithSeed(1)) }, classes, mlp.FitOptions{ClassWeights: []float64{1, 2, 3}, AverageDecay: 0.9, ClipValue: 0.1}},
		{func() mlp.Network { return regressor(t, mlp.WithSeed(1)) }, numbers, mlp.FitOptions{Optimizer: mlp.SGD{Momentum: 0.9}, AccumulateSteps: 3}},
		{func() mlp.Network {
			return model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)}, append(oneOfEach(4), mlp.Dense(4, 2, mlp.Identity))...)
		}, numbers, mlp.FitOptions{}},
	} {
		a, b := c.net(), c.net()
		_, cols := c.y.Dims()
		tr := trainer(t, b, c.opts)
		var last mlp.Scores
		for range 2 {
			for lo := 0; lo < 45; lo += 15 {
				var err error
				if last, err = tr.FitBatch(x.Slice(lo, lo+15, 0, 4), c.y.Slice(lo, lo+15, 0, cols)); err != nil {
					t.Fatal(err)
				}
			}
		}
		c.opts.Epochs, c.opts.BatchSize, c.opts.KeepOrder = 2, 15, true
		fit(t, a, x, c.y, c.opts)
		if !sameBits(weights(a), weights(b)) {
			t.Errorf("%T, %+v: other weights", a, c.opts)
		}
		if !(last.Loss > 0) || math.IsNaN(last.Score) {
			t.Errorf("%T: the last batch scores %+v", a, last)
		}
	}
}

// A Trainer keeps nothing of its options that may change later.
func TestTrainerCopiesClassWeights(t *testing.T) {
	x, classes, _, _ := samples(20)
	weights := []float64{1, 2, 3}
	tr := trainer(t, classifier(t), mlp.FitOptions{ClassWeights: weights})
	weights[0] = math.NaN()
	if _, err := tr.FitBatch(x, classes); err != nil {
		t.Error(err)
	}
}

func TestFitBatchScores(t *testing.T) {
	x, classes, _, numbers := samples(45)
	for _, c := range []struct {
		net mlp.Network
		y   *mat.Dense
	}{{classifier(t), classes}, {regressor(t), numbers}} {
		tr := trainer(t, c.net, mlp.FitOptions{})
		for range 3 {
			want, err := c.net.Evaluate(x, c.y)
			if err != nil {
				t.Fatal(err)
			}
			got, err := tr.FitBatch(x, c.y)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "loss", got.Loss, want.Loss, 1e-12)
			near(t, "score", got.Score, want.Score, 1e-12)
		}
	}
}

// A network keeps its weights when a batch is bad, and trains on.
func TestFitBatchAfterErrors(t *testing.T) {
	x, _, _, numbers := samples(20)
	big, steep := scaledBy(numbers, 1e200), scaledBy(numbers, 1e5)
	for name, c := range map[string]struct {
		opts mlp.FitOptions
		x, y mat.Matrix
	}{
		"shape":            {mlp.FitOptions{}, numbers, numbers},
		"NaN":              {mlp.FitOptions{}, with(x, 3, 2, math.NaN()), numbers},
		"nil":              {mlp.FitOptions{}, nil, numbers},
		"overflowing loss": {mlp.FitOptions{AverageDecay: 0.9}, x, big},
		"overflowing step": {mlp.FitOptions{Optimizer: overflowing{}, AverageDecay: 0.5}, x, steep},
	} {
		net := regressor(t, mlp.WithSeed(1))
		tr := trainer(t, net, c.opts)
		if _, err := tr.FitBatch(x, numbers); err != nil {
			t.Fatal(err)
		}
		before := weights(net)
		_, err := tr.FitBatch(c.x, c.y)
		var diverged *mlp.DivergedError
		if strings.HasPrefix(name, "overflowing") && (!errors.As(err, &diverged) || diverged.Step != 2) || err == nil {
			t.Errorf("%s: FitBatch returns %v", name, err)
		}
		if !sameBits(weights(net), before) {
			t.Errorf("%s: the weights have moved", name)
		}
		for range 3 {
			if _, err := tr.FitBatch(x, numbers); err != nil {
				t.Errorf("%s: afterwards FitBatch returns %v", name, err)
			}
		}
		if slices.ContainsFunc(weights(net), notFinite) {
			t.Errorf("%s: weights are not finite", name)
		}
	}
}

// overflowing is momentum that overflows at large gradients.
type overflowing struct{ mlp.SGD }

func (overflowing) Rate() float64 { return 0 }
func (overflowing) Slots() int    { return 1 }

func (overflowing) Step(w, g []float64, slots [][]float64, scale float64, t int) {
	for i, g := range g {
		if math.Abs(g) > 100 {
			g = math.Inf(1)
		}
		slots[0][i] = 0.9*slots[0][i] + g
		w[i] -= 0.001 * slots[0][i]
	}
}

func TestTrainerEndsItsGoroutines(t *testing.T) {
	x, y := mat.NewDense(128, 200, nil), mat.NewDense(128, 100, nil)
	before := runtime.NumGoroutine()
	func() {
		net := model(t, mlp.MeanSquaredError, nil, mlp.Dense(200, 300, mlp.ReLU), mlp.Dense(300, 100, mlp.Identity))
		if _, err := trainer(t, net, mlp.FitOptions{}).FitBatch(x, y); err != nil {
			t.Fatal(err)
		}
	}()
	endGoroutines(t, before)
}

func TestMistakesInNewTrainer(t *testing.T) {
	for _, c := range []struct {
		opts mlp.FitOptions
		want string
	}{
		{mlp.FitOptions{Epochs: 1}, "mlp: NewTrainer: Epochs is for Fit, which knows epochs"},
		{mlp.FitOptions{BatchSize: 1}, "BatchSize"},
		{mlp.FitOptions{Schedule: mlp.StepDecay{Every: 1}}, "Schedule"},
		{mlp.FitOptions{KeepOrder: true}, "KeepOrder"},
		{mlp.FitOptions{Callbacks: []mlp.Callback{&mlp.EarlyStopping{}}}, "Callbacks"},
		{mlp.FitOptions{Validation: &mlp.Dataset{}}, "Validation"},
		{mlp.FitOptions{ValidationSplit: 0.1}, "ValidationSplit"},
		{mlp.FitOptions{SampleWeights: []float64{1}}, "SampleWeights"},
		{mlp.FitOptions{Optimizer: mlp.LBFGS{}}, "LBFGS"},
		{mlp.FitOptions{Resume: &mlp.TrainingState{}}, "Resume"},
		{mlp.FitOptions{AccumulateSteps: -1}, "mlp: NewTrainer: AccumulateSteps is -1"},
		{mlp.FitOptions{ClassWeights: []float64{1}}, "mlp: NewTrainer: ClassWeights has 1 entries, the network has classes: 3"},
	} {
		if _, err := mlp.NewTrainer(classifier(t), c.opts); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	if _, err := mlp.NewTrainer(nil, mlp.FitOptions{}); err == nil {
		t.Error("a nil network is taken")
	}
}

// A Trainer does not train layers that are no longer those of the network.
func TestTrainerOfAReplacedNetwork(t *testing.T) {
	x, _, yes, _ := samples(20)
	net := binaryNet(t)
	tr := trainer(t, net, mlp.FitOptions{})
	if err := net.UnmarshalBinary(saved(t, net)); err != nil {
		t.Fatal(err)
	}
	want := "mlp: FitBatch: UnmarshalBinary has replaced the layers of the network, want a new Trainer"
	if _, err := tr.FitBatch(x, yes); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if _, err := trainer(t, net, mlp.FitOptions{}).FitBatch(x, yes); err != nil {
		t.Error(err)
	}
}

// Scores of batches are those of the threshold that the network has.
func TestTrainerAfterSetThreshold(t *testing.T) {
	x, _, yes, _ := samples(20)
	net := binaryNet(t, mlp.WithSeed(1))
	tr := trainer(t, net, mlp.FitOptions{})
	for _, threshold := range []float64{0.5, 0, 1, 0.5} {
		if err := net.SetThreshold(threshold); err != nil {
			t.Fatal(err)
		}
		want, err1 := net.Evaluate(x, yes)
		got, err2 := tr.FitBatch(x, yes)
		if err1 != nil || err2 != nil || got.Score != want.Score {
			t.Errorf("threshold %g: score %g (%v), want %g (%v)", threshold, got.Score, err2, want.Score, err1)
		}
	}
}
