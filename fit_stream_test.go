package mlp_test

import (
	"context"
	"errors"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
)

// Batches that come one by one train to the same bits as those of Fit, and
// callbacks see the same.
func TestFitBatchesIsFit(t *testing.T) {
	x, classes, yes, numbers := samples(45)
	for _, c := range []struct {
		net func() mlp.Network
		y   *mat.Dense
		w   []float64
	}{
		{func() mlp.Network { return classifier(t, mlp.WithSeed(1)) }, classes, []float64{1, 2, 3}},
		{func() mlp.Network { return binaryNet(t, mlp.WithSeed(1)) }, yes, []float64{1, 2}},
		{func() mlp.Network { return regressor(t, mlp.WithSeed(1)) }, numbers, nil},
	} {
		opts := mlp.FitOptions{
			Epochs: 4, AccumulateSteps: 2, AverageDecay: 0.9, ClassWeights: c.w, ClipNorm: 1,
			Validation: &mlp.Dataset{X: x, Y: c.y},
		}
		a, b := c.net(), c.net()
		ra, rb := &recorder{}, &recorder{}
		opts.Callbacks = []mlp.Callback{rb}
		hb, err := b.FitBatches(context.Background(), inBatches(x, c.y, 10, 10, 10, 10, 5), opts)
		if err != nil {
			t.Fatal(err)
		}
		opts.BatchSize, opts.KeepOrder, opts.Callbacks = 10, true, []mlp.Callback{ra}
		ha := fit(t, a, x, c.y, opts)
		if !sameBits(weights(a), weights(b)) {
			t.Errorf("%T: other weights", a)
		}
		for i := range ha.Epochs {
			ea, eb := ha.Epochs[i], hb.Epochs[i]
			near(t, "score", eb.Train.Score, ea.Train.Score, 1e-12)
			if ea.Train.Loss != eb.Train.Loss || *ea.Validation != *eb.Validation || ea.LearningRate != eb.LearningRate || ea.GradientNorm != eb.GradientNorm {
				t.Errorf("%T: epoch %d: %+v, Fit has %+v", a, i+1, eb, ea)
			}
		}
		if !slices.Equal(ra.events, rb.events) || ra.rows != rb.rows || rb.run.Rows != 0 || rb.run.Steps != 0 {
			t.Errorf("%T: callbacks see %v and %+v, want %v", a, rb.events, rb.run, ra.events)
		}
	}
}

func TestFitBatchesOfVaryingSizes(t *testing.T) {
	x, _, _, numbers := samples(90)
	net := regressor(t, mlp.WithSeed(1))
	h, err := net.FitBatches(context.Background(), inBatches(x, numbers, 3, 17, 1, 30, 39), mlp.FitOptions{Epochs: 300, Optimizer: mlp.Adam{LearningRate: 0.01}})
	if err != nil {
		t.Fatal(err)
	}
	scores, err := net.Evaluate(x, numbers)
	last := h.Epochs[len(h.Epochs)-1].Train
	if err != nil || scores.Score < 0.9 || math.Abs(scores.Score-last.Score) > 0.02 || math.Abs(scores.Loss-last.Loss) > 0.02 {
		t.Errorf("Evaluate says %+v, the last epoch %+v (%v)", scores, last, err)
	}
}

// From the second epoch on a schedule knows how long an epoch is.
func TestScheduleOfFitBatches(t *testing.T) {
	x, _, _, numbers := samples(20)
	spy := &spySchedule{}
	lengths := [][]int{{10, 10}, {5, 5, 5, 5}, {4, 4, 4, 4, 4}}
	batches := func(epoch int) iter.Seq2[mlp.Dataset, error] {
		return inBatches(x, numbers, lengths[epoch-1]...)(epoch)
	}
	if _, err := regressor(t).FitBatches(context.Background(), batches, mlp.FitOptions{Epochs: 3, Schedule: spy}); err != nil {
		t.Fatal(err)
	}
	want := []float64{0.5, 0.5, 1, 1.5, 2, 2, 2, 2.25, 2.5, 2.75, 3}
	nearAll(t, "times", spy.epochs, want, 0)
}

// With EpochSteps, schedules move within the first epoch as those of Fit do, to the
// same bits, and a run that is resumed within it, too.
func TestEpochSteps(t *testing.T) {
	x, _, _, numbers := samples(45)
	for _, c := range []struct{ epochs, accumulate, steps int }{{1, 1, 5}, {1, 2, 3}, {2, 3, 2}} {
		opts := mlp.FitOptions{Epochs: c.epochs, AccumulateSteps: c.accumulate, Schedule: mlp.Warmup{Epochs: 0.5, Then: mlp.CosineDecay{}}}
		inMemory := opts
		inMemory.BatchSize, inMemory.KeepOrder = 10, true
		want := regressor(t, mlp.WithSeed(1))
		fit(t, want, x, numbers, inMemory)
		opts.EpochSteps = c.steps
		var net mlp.Network
		train := func(resume *mlp.TrainingState, callbacks ...mlp.Callback) {
			net = regressor(t, mlp.WithSeed(1))
			opts := opts
			opts.Resume, opts.Callbacks = resume, callbacks
			if _, err := net.FitBatches(context.Background(), inBatches(x, numbers, 10, 10, 10, 10, 5), opts); err != nil {
				t.Fatal(err)
			}
			if !sameBits(weights(net), weights(want)) {
				t.Errorf("%+v: other weights than those of Fit, resumed: %t", c, resume != nil)
			}
		}
		seen, states := &recorder{}, &stepCheckpoints{net: func() mlp.Network { return net }}
		train(nil, seen, states)
		if seen.run.Steps != c.steps {
			t.Errorf("%+v: the run has %d steps", c, seen.run.Steps)
		}
		for _, s := range states.states {
			train(s)
		}
	}
}

func TestMistakesInEpochSteps(t *testing.T) {
	x, _, _, numbers := samples(45)
	for _, c := range []struct {
		opts mlp.FitOptions
		want string
	}{
		{mlp.FitOptions{Epochs: 1, Schedule: mlp.CosineDecay{}}, "mlp: FitBatches: Schedule would not move in the only epoch, of which the steps are not known: set EpochSteps"},
		{mlp.FitOptions{Epochs: 1, WeightDecay: 1e-3, DecaySchedule: mlp.CosineDecay{}}, "mlp: FitBatches: DecaySchedule would not move in the only epoch, of which the steps are not known: set EpochSteps"},
		{mlp.FitOptions{EpochSteps: -1}, "mlp: FitBatches: EpochSteps is -1, want at least 1 (or 0 for the default)"},
		{mlp.FitOptions{EpochSteps: 4}, "mlp: FitBatches: epoch 1 has more steps than 4, which EpochSteps is"},
		{mlp.FitOptions{EpochSteps: 6}, "mlp: FitBatches: epoch 1 has 5 steps, EpochSteps is 6"},
		{mlp.FitOptions{EpochSteps: 5, AccumulateSteps: 2}, "mlp: FitBatches: epoch 1 has 3 steps, EpochSteps is 5"},
	} {
		net := regressor(t)
		if _, err := net.FitBatches(context.Background(), inBatches(x, numbers, 10, 10, 10, 10, 5), c.opts); err == nil || err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
		if _, err := net.Predict(x); err != nil {
			t.Error(err)
		}
	}
	want := "mlp: Fit: EpochSteps is for FitBatches, Fit counts the steps"
	if _, err := regressor(t).Fit(context.Background(), x, numbers, mlp.FitOptions{EpochSteps: 5}); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestErrorsOfBatches(t *testing.T) {
	x, _, _, numbers := samples(60)
	full := errors.New("disk on fire")
	nan := with(x, 2, 1, math.NaN())
	bad := func(d mlp.Dataset, err error) mlp.Batches {
		return func(epoch int) iter.Seq2[mlp.Dataset, error] {
			return func(yield func(mlp.Dataset, error) bool) {
				for range 4 {
					if !yield(mlp.Dataset{X: x, Y: numbers}, nil) {
						return
					}
				}
				if epoch == 2 && yield(d, err) {
					t.Error("batches after an error are taken")
				}
			}
		}
	}
	none := func(int) iter.Seq2[mlp.Dataset, error] { return func(func(mlp.Dataset, error) bool) {} }
	for _, c := range []struct {
		batches mlp.Batches
		epochs  int
		is      error
		want    string
	}{
		{bad(mlp.Dataset{X: nan, Y: numbers}, nil), 1, mlp.ErrNotFinite, "mlp: FitBatches: epoch 2, batch 5: x[2,1] is NaN: not finite"},
		{bad(mlp.Dataset{X: numbers, Y: numbers}, nil), 1, nil, "mlp: FitBatches: epoch 2, batch 5: x has 2 columns, layer 0 takes 4"},
		{bad(mlp.Dataset{X: x}, nil), 1, nil, "mlp: FitBatches: epoch 2, batch 5: y is nil"},
		{bad(mlp.Dataset{}, full), 1, full, "mlp: FitBatches: epoch 2, batch 5: disk on fire"},
		{none, 0, nil, "mlp: FitBatches: epoch 1 has no batches"},
	} {
		net := regressor(t)
		h, err := net.FitBatches(context.Background(), c.batches, mlp.FitOptions{Epochs: 3})
		if err == nil || err.Error() != c.want || c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
		if len(h.Epochs) != c.epochs {
			t.Errorf("%d epochs, want %d", len(h.Epochs), c.epochs)
		}
		if _, err := net.Predict(x); err != nil {
			t.Error(err)
		}
	}
}

func TestFitBatchesIsCancelledAndDiverges(t *testing.T) {
	x, _, _, numbers := samples(60)
	endless := func(int) iter.Seq2[mlp.Dataset, error] {
		return func(yield func(mlp.Dataset, error) bool) {
			for yield(mlp.Dataset{X: x, Y: numbers}, nil) {
			}
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	net := regressor(t)
	if _, err := net.FitBatches(ctx, endless, mlp.FitOptions{Callbacks: []mlp.Callback{cancelAt(1, 100, cancel)}}); !errors.Is(err, context.Canceled) {
		t.Errorf("FitBatches returns %v", err)
	}
	before := weights(net)
	var diverged *mlp.DivergedError
	if _, err := net.FitBatches(context.Background(), endless, mlp.FitOptions{Optimizer: mlp.SGD{LearningRate: 1e9}}); !errors.As(err, &diverged) || !sameBits(before, weights(net)) {
		t.Errorf("FitBatches returns %v", err)
	}
}

// An error in a run names the call that started the run.
func TestErrorsNameTheCall(t *testing.T) {
	x, _, _, numbers := samples(9)
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	net := func() mlp.Network { return regressor(t, mlp.WithSeed(1)) }
	batches := func(ctx context.Context, y *mat.Dense, opts mlp.FitOptions) func() error {
		return func() error { return second(net().FitBatches(ctx, inBatches(x, y, 9), opts)) }
	}
	callback := func(c mlp.Callback) func() error {
		return batches(context.Background(), numbers, mlp.FitOptions{Callbacks: []mlp.Callback{c}})
	}
	resume := func(change func(s *mlp.TrainingState)) func() error {
		k := &checkpoints{}
		_, err := net().FitBatches(context.Background(), inBatches(x, numbers, 9), mlp.FitOptions{Epochs: 1, Callbacks: []mlp.Callback{k, &mlp.EarlyStopping{Monitor: script(1)}}})
		if err != nil {
			t.Fatal(err)
		}
		change(k.states[0])
		return batches(context.Background(), numbers, mlp.FitOptions{Resume: k.states[0], Callbacks: []mlp.Callback{k, &mlp.EarlyStopping{Monitor: script(1)}}})
	}
	failing := func(at string) func() error { return callback(&recorder{failAt: at, err: testkit.ErrFull}) }
	dense := mlp.Dense(4, 2, mlp.Identity)
	strange := model(t, mlp.MeanSquaredError, nil, oddLogits{dense.(mlp.LogitLayer), func(mlp.Pass) mlp.Pass { return mlp.ActivationLayer(4, mlp.ReLU).NewPass(9, nil) }})
	steep := scaledBy(numbers, 1e300)
	const diverged = "diverged in epoch 1, step 1, in the loss alone (loss +Inf): try a smaller learning rate or scaled data"
	for _, c := range []misuse{
		{"begin", failing("begin"), "mlp: FitBatches: callback: full"},
		{"batch", failing("batch 1.1"), "mlp: FitBatches: callback: full"},
		{"epoch", failing("epoch 1"), "mlp: FitBatches: callback: full"},
		{"checkpoint", callback(onCheckpoint(func(int, func() (*mlp.TrainingState, error)) error { return testkit.ErrFull })), "mlp: FitBatches: callback: full"},
		{"weights", func() error {
			n := net()
			spoil := []mlp.Callback{spoiler{n, "EpochEnd", 1}}
			return second(n.FitBatches(context.Background(), inBatches(x, numbers, 9), mlp.FitOptions{Callbacks: spoil}))
		}, "mlp: FitBatches: callback: it left layer 0 with parameters that are not finite"},
		{"seed", resume(func(s *mlp.TrainingState) { s.Seed = 7 }), "mlp: FitBatches: Resume is of a network with seed 7, this one has 1"},
		{"generator", resume(func(s *mlp.TrainingState) { s.Generator = nil }), "mlp: FitBatches: Resume: invalid PCG encoding"},
		{"state", resume(func(s *mlp.TrainingState) { s.Params[0].Value[1] = nan }), `mlp: FitBatches: Resume: "layers.0.weight" has NaN in place 1: not finite`},
		{"state of a callback", resume(func(s *mlp.TrainingState) { s.Callbacks[0] = []byte{1} }), "mlp: FitBatches: Resume: state of *mlp.EarlyStopping: 1 bytes, want a multiple of 8"},
		{"divergence", batches(context.Background(), steep, mlp.FitOptions{}), "mlp: FitBatches: " + diverged},
		{"cancelled", batches(cancelled, numbers, mlp.FitOptions{}), "mlp: FitBatches: epoch 1: context canceled"},
		{"passes", func() error {
			return second(strange.FitBatches(context.Background(), inBatches(x, numbers, 9), mlp.FitOptions{}))
		}, "mlp: FitBatches: the pass of layer 0 has 0 gradients, the layer has parameters: 2"},
		{"passes of a Trainer", func() error { return second(mlp.NewTrainer(strange, mlp.FitOptions{})) }, "mlp: NewTrainer: the pass of layer 0 has 0 gradients, the layer has parameters: 2"},
		{"divergence of a Trainer", func() error { return second(trainer(t, net(), mlp.FitOptions{}).FitBatch(x, steep)) }, "mlp: FitBatch: " + diverged},
		{"divergence of a search", func() error {
			return second(mlp.FindLearningRate(context.Background(), net(), x, steep, mlp.FitOptions{}, mlp.RateSearch{}))
		}, "mlp: FindLearningRate: " + diverged},
		{"divergence of Fit", func() error { return second(net().Fit(context.Background(), x, steep, mlp.FitOptions{})) }, "mlp: Fit: " + diverged},
	} {
		if err := testkit.Attempt(c.Call); err == nil || err.Error() != c.Want {
			t.Errorf("%s:\ngot  %v\nwant %s", c.Name, err, c.Want)
		}
	}
}

func TestMistakesInFitBatches(t *testing.T) {
	x, classes, _, _ := samples(9)
	batches := inBatches(x, classes, 9)
	for _, c := range []struct {
		batches mlp.Batches
		opts    mlp.FitOptions
		want    string
	}{
		{nil, mlp.FitOptions{}, "mlp: FitBatches: nil batches"},
		{batches, mlp.FitOptions{BatchSize: 3}, "mlp: FitBatches: BatchSize is for Fit, which has all rows"},
		{batches, mlp.FitOptions{KeepOrder: true}, "KeepOrder is for Fit"},
		{batches, mlp.FitOptions{ValidationSplit: 0.5}, "ValidationSplit is for Fit"},
		{batches, mlp.FitOptions{SampleWeights: make([]float64, 9)}, "SampleWeights is for Fit"},
		{batches, mlp.FitOptions{Optimizer: mlp.LBFGS{}}, "LBFGS is for Fit"},
		{batches, mlp.FitOptions{ClassWeights: []float64{1}}, "mlp: FitBatches: ClassWeights has 1 entries, the network has classes: 3"},
		{batches, mlp.FitOptions{Epochs: -1}, "mlp: FitBatches: Epochs is -1"},
	} {
		if _, err := classifier(t).FitBatches(context.Background(), c.batches, c.opts); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	//lint:ignore SA1012 the error for it is what is tested
	if _, err := classifier(t).FitBatches(nil, batches, mlp.FitOptions{}); err == nil {
		t.Error("a nil context is taken")
	}
}
