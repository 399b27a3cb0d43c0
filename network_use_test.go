package mlp_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
)

// refusals returns the calls that a network in training rejects, by name.
func refusals(t *testing.T, net *mlp.BinaryClassifier) map[string]func() error {
	x, _, yes, _ := samples(30)
	file := saved(t, net)
	text, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	tr := trainer(t, net, mlp.FitOptions{})
	return map[string]func() error{
		"Fit": func() error { return second(net.Fit(context.Background(), x, yes, mlp.FitOptions{Epochs: 1})) },
		"FitBatches": func() error {
			return second(net.FitBatches(context.Background(), inBatches(x, yes, 30), mlp.FitOptions{Epochs: 1}))
		},
		"FitBatch":   func() error { return second(tr.FitBatch(x, yes)) },
		"NewTrainer": func() error { return second(mlp.NewTrainer(net, mlp.FitOptions{})) },
		"FindLearningRate": func() error {
			return second(mlp.FindLearningRate(context.Background(), net, x, yes, mlp.FitOptions{}, mlp.RateSearch{}))
		},
		"UnmarshalBinary": func() error { return net.UnmarshalBinary(file) },
		"UnmarshalJSON":   func() error { return net.UnmarshalJSON(text) },
		"SetThreshold":    func() error { return net.SetThreshold(0.3) },
		"SetClassNames":   func() error { return net.SetClassNames("no", "yes") },
		"SetFeatureNames": func() error { return net.SetFeatureNames("a", "b", "c", "d") },
		"SetMetadata":     func() error { return net.SetMetadata("key", "value") },
	}
}

func refuse(t *testing.T, where string, calls map[string]func() error) {
	t.Helper()
	for name, call := range calls {
		if err := call(); !errors.Is(err, mlp.ErrInTraining) || !strings.HasPrefix(err.Error(), "mlp: "+name+": ") {
			t.Errorf("%s: %s returns %v", where, name, err)
		}
	}
}

// Callbacks and iterators may use the network, but not train it or set
// anything; the run is the same as without them.
func TestOneTrainingAtATime(t *testing.T) {
	x, _, yes, _ := samples(30)
	want := binaryNet(t, mlp.WithSeed(1))
	fit(t, want, x, yes, mlp.FitOptions{Epochs: 3, BatchSize: 10, KeepOrder: true})

	net := binaryNet(t, mlp.WithSeed(1))
	calls := refusals(t, net)
	use := func(where string) {
		refuse(t, where, calls)
		if _, err := net.Predict(x); err != nil {
			t.Errorf("%s: %v", where, err)
		}
		if _, err := net.Evaluate(x, yes); err != nil {
			t.Errorf("%s: %v", where, err)
		}
		if err := mlp.Save(io.Discard, net); err != nil {
			t.Errorf("%s: %v", where, err)
		}
	}
	callbacks := []mlp.Callback{
		onBatch(func(*mlp.Batch) error { use("BatchEnd"); return nil }),
		mlp.CallbackFunc(func(*mlp.Epoch) error { use("EpochEnd"); return nil }),
	}
	fit(t, net, x, yes, mlp.FitOptions{Epochs: 3, BatchSize: 10, KeepOrder: true, Callbacks: callbacks})
	if !sameBits(weights(net), weights(want)) {
		t.Error("other weights")
	}

	streamed := binaryNet(t, mlp.WithSeed(1))
	net, calls = streamed, refusals(t, streamed)
	_, err := net.FitBatches(context.Background(), func(epoch int) iter.Seq2[mlp.Dataset, error] {
		use("Batches")
		return func(yield func(mlp.Dataset, error) bool) {
			for d, err := range inBatches(x, yes, 10, 10, 10)(epoch) {
				use("an iterator")
				if !yield(d, err) {
					return
				}
			}
			use("the end of an iterator")
		}
	}, mlp.FitOptions{Epochs: 3, Callbacks: callbacks})
	if err != nil || !sameBits(weights(net), weights(want)) {
		t.Errorf("other weights (%v)", err)
	}
	if err := calls["FitBatch"](); err != nil {
		t.Errorf("after the run: FitBatch: %v", err)
	}
	delete(calls, "FitBatch") // UnmarshalBinary replaces the layers of its Trainer
	for name, call := range calls {
		if err := call(); err != nil {
			t.Errorf("after the run: %s: %v", name, err)
		}
	}
}

// While the weights change, nothing else can read them.
func TestNothingReadsMovingWeights(t *testing.T) {
	x, _, yes, _ := samples(30)
	net := binaryNet(t, mlp.WithSeed(1))
	calls := refusals(t, net)
	for name, call := range map[string]func() error{
		"Predict":          func() error { return second(net.Predict(x)) },
		"PredictRow":       func() error { return net.PredictRow(make([]float64, 1), x.RawRowView(0)) },
		"Forward":          func() error { return second(net.Forward(x)) },
		"Probabilities":    func() error { return second(net.Probabilities(x)) },
		"ProbabilitiesRow": func() error { return net.ProbabilitiesRow(make([]float64, 1), x.RawRowView(0)) },
		"Evaluate":         func() error { return second(net.Evaluate(x, yes)) },
		"Save":             func() error { return mlp.Save(io.Discard, net) },
		"MarshalBinary":    func() error { return second(net.MarshalBinary()) },
		"MarshalJSON":      func() error { return second(net.MarshalJSON()) },
		"SaveFile":         func() error { return mlp.SaveFile(filepath.Join(t.TempDir(), "net"), net) },
	} {
		calls[name] = call
	}
	tried := false
	opts := mlp.FitOptions{Epochs: 1, Optimizer: within{mlp.SGD{}, func() {
		if !tried {
			tried = true
			refuse(t, "a step", calls)
		}
	}}}
	fit(t, net, x, yes, opts)
	tried = false
	if _, err := trainer(t, net, mlp.FitOptions{Optimizer: opts.Optimizer}).FitBatch(x, yes); err != nil || !tried {
		t.Error(err)
	}
}

// within is a rule that calls a function in each step.
type within struct {
	mlp.Rule
	call func()
}

func (w within) Step(weights, g []float64, slots [][]float64, scale float64, t int) {
	w.call()
	w.Rule.Step(weights, g, slots, scale, t)
}

// That includes the weights in layers that it shares with the network in
// training, as an ensemble does with its members.
func TestNothingReadsMovingSharedWeights(t *testing.T) {
	x, _, yes, _ := samples(30)
	net := binaryNet(t, mlp.WithSeed(1))
	whole, err := mlp.Ensemble(net, binaryNet(t, mlp.WithSeed(2)))
	if err != nil {
		t.Fatal(err)
	}
	calls := map[string]func() error{
		"Predict":    func() error { return second(whole.Predict(x)) },
		"PredictRow": func() error { return whole.PredictRow(make([]float64, 1), x.RawRowView(0)) },
		"Evaluate":   func() error { return second(whole.Evaluate(x, yes)) },
		"Save":       func() error { return mlp.Save(io.Discard, whole) },
	}
	use := func() {
		for name, call := range calls {
			if err := call(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	fit(t, net, x, yes, mlp.FitOptions{
		Epochs:    2,
		Optimizer: within{mlp.SGD{}, func() { refuse(t, "a step", calls) }},
		Callbacks: []mlp.Callback{
			onBatch(func(*mlp.Batch) error { use(); return nil }),
			mlp.CallbackFunc(func(*mlp.Epoch) error { use(); return nil }),
		},
	})
	use()
}

// A layer that two networks share is trained by one of them at a time.
func TestSharedLayersAreTrainedOnce(t *testing.T) {
	x, _, yes, numbers := samples(30)
	for name, shared := range map[string]mlp.Layer{
		"dense":         mlp.Dense(4, 4, mlp.ReLU),
		"softmax":       mlp.Dense(4, 4, mlp.Softmax),
		"batch norm":    mlp.BatchNorm(4),
		"layer norm":    mlp.LayerNorm(4),
		"prelu":         mlp.PReLU(4),
		"normalization": mlp.NewNormalization(4),
		"scale":         mlp.Scale(4),
		"piecewise":     mlp.NewPiecewiseLinear(4, 3, 1),
		"periodic":      mlp.Periodic(4, 2, 1),
		"inside":        mlp.Residual(mlp.Dense(4, 4, mlp.ReLU), mlp.Dropout(4, 0.1)),
		"columns":       testkit.Columns(4),
	} {
		a := model(t, mlp.BinaryCrossEntropy, nil, shared, mlp.Dense(4, 1, mlp.Sigmoid))
		b := model(t, mlp.MeanSquaredError, nil, mlp.Dense(4, 4, mlp.Tanh), shared, mlp.Dense(4, 2, mlp.Identity))
		_, err := a.Fit(context.Background(), x, yes, mlp.FitOptions{Epochs: 1, Callbacks: []mlp.Callback{mlp.CallbackFunc(func(*mlp.Epoch) error {
			if _, err := b.Fit(context.Background(), x, numbers, mlp.FitOptions{Epochs: 1}); !errors.Is(err, mlp.ErrInTraining) {
				t.Errorf("%s: the second training returns %v", name, err)
			}
			if l, ok := shared.(interface{ Adapt(x mat.Matrix) error }); ok {
				if err := l.Adapt(x); !errors.Is(err, mlp.ErrInTraining) {
					t.Errorf("Adapt returns %v", err)
				}
			}
			return nil
		})}})
		if err != nil {
			t.Error(err)
		}
		if _, err := b.Fit(context.Background(), x, numbers, mlp.FitOptions{Epochs: 1}); err != nil {
			t.Errorf("%s: afterwards: %v", name, err)
		}
	}
}

// Of many concurrent calls, one trains and the others return an error. A panic
// releases the network.
func TestTrainingsAtOnce(t *testing.T) {
	x, _, _, numbers := samples(300)
	net := regressor(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := net.Fit(context.Background(), x, numbers, mlp.FitOptions{Epochs: 20}); err != nil && !errors.Is(err, mlp.ErrInTraining) {
				t.Error(err)
			}
		})
		wg.Go(func() {
			if _, err := net.Predict(x); err != nil && !errors.Is(err, mlp.ErrInTraining) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	func() {
		defer func() { _ = recover() }()
		_, _ = net.Fit(context.Background(), x, numbers, mlp.FitOptions{Callbacks: []mlp.Callback{onBatch(func(*mlp.Batch) error { panic("boom") })}})
	}()
	fit(t, net, x, numbers, mlp.FitOptions{Epochs: 1})
}

// A callback with a state serves one run at a time, and is free again when that
// has ended.
func TestCallbacksServeOneRun(t *testing.T) {
	x, classes, _, _ := samples(30)
	plateau := &mlp.ReduceOnPlateau{}
	for name, opts := range map[string]mlp.FitOptions{
		"EarlyStopping":   {Callbacks: []mlp.Callback{&mlp.EarlyStopping{}}},
		"KeepBest":        {Callbacks: []mlp.Callback{&mlp.KeepBest{}}},
		"Checkpoint":      {Callbacks: []mlp.Callback{&mlp.Checkpoint{Path: filepath.Join(t.TempDir(), "run")}}},
		"TimeLimit":       {Callbacks: []mlp.Callback{mlp.TimeLimit(time.Hour)}},
		"ReduceOnPlateau": {Schedule: plateau},
	} {
		opts.Epochs = 2
		outer, runs := opts, 0
		outer.ValidationSplit = 0.3
		opts.ValidationSplit = 0.3
		outer.Callbacks = append(outer.Callbacks, mlp.CallbackFunc(func(*mlp.Epoch) error {
			runs++
			_, err := classifier(t).Fit(context.Background(), x, classes, opts)
			if want := "mlp: Fit: callback: " + name + ": it serves a run already, want one for each"; err == nil || err.Error() != want {
				t.Errorf("got %v, want %s", err, want)
			}
			return nil
		}))
		h := fit(t, classifier(t), x, classes, outer)
		if runs != 2 || len(h.Epochs) != 2 {
			t.Errorf("%s: %d inner runs, %d epochs", name, runs, len(h.Epochs))
		}
		fit(t, classifier(t), x, classes, opts)
		// The same one twice in a list.
		if len(opts.Callbacks) > 0 {
			opts.Callbacks = append(opts.Callbacks, opts.Callbacks[0])
			if _, err := classifier(t).Fit(context.Background(), x, classes, opts); err == nil {
				t.Errorf("%s: twice in a list", name)
			}
			opts.Callbacks = opts.Callbacks[:1]
			fit(t, classifier(t), x, classes, opts)
		}
	}
}
