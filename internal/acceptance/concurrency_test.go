package acceptance_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
)

// Everything that reads a network gives the same result from many goroutines at
// once. The race detector finds what else may go wrong.
func TestNetworksServeManyAtOnce(t *testing.T) {
	const goroutines, rounds = 16, 20
	x, classes, yes, numbers := samples(100)
	c := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithClasses("a", "b", "c")},
		adapted(t, x), mlp.Dense(4, 6, mlp.ReLU), mlp.Residual(mlp.BatchNorm(6), mlp.Dense(6, 6, mlp.Softmax)), mlp.Dense(6, 3, mlp.Softmax)).(*mlp.Classifier)
	b := binaryNet(t, mlp.WithClasses("no", "yes"))
	r := regressor(t, mlp.WithTargetScaling(adapted(t, numbers))).(*mlp.Regressor)
	targets := map[mlp.Network]*mat.Dense{c: classes, b: yes, r: numbers}
	for net, y := range targets {
		wantOut, err1 := net.Forward(x)
		want, err2 := net.Predict(x)
		wantScores, err3 := net.Evaluate(x, y)
		if err1 != nil || err2 != nil || err3 != nil {
			t.Fatal(err1, err2, err3)
		}
		wantFile := saved(t, net)
		_, cols := want.Dims()
		var all sync.WaitGroup
		for g := range goroutines {
			all.Go(func() {
				dst, rows := make([]float64, cols), mat.NewDense(100, cols, nil)
				for i := range rounds {
					n := (g + i) % 100
					out, err1 := net.Forward(x)
					y, err2 := net.Predict(x)
					err3 := net.PredictTo(rows, x)
					err4 := net.PredictRow(dst, x.RawRowView(n))
					if err1 != nil || err2 != nil || err3 != nil || err4 != nil {
						t.Error(err1, err2, err3, err4)
						return
					}
					if !mat.Equal(out, wantOut) || !mat.Equal(y, want) || !mat.Equal(rows, want) || !mat.EqualApprox(row(dst), row(want.RawRowView(n)), 1e-14) {
						t.Errorf("%T predicts something else", net)
					}
				}
				scores, err := net.Evaluate(x, targets[net])
				if err != nil || scores != wantScores {
					t.Errorf("%T: scores %v, want %v (%v)", net, scores, wantScores, err)
				}
				var file bytes.Buffer
				if err := mlp.Save(&file, net); err != nil || !bytes.Equal(file.Bytes(), wantFile) {
					t.Errorf("%T is saved as something else (%v)", net, err)
				}
			})
		}
		all.Wait()
	}

	wantC, err1 := c.Labels(x)
	wantB, err2 := b.Labels(x)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	var all sync.WaitGroup
	for range goroutines {
		all.Go(func() {
			for range rounds {
				labelsC, err1 := c.Labels(x)
				labelsB, err2 := b.Labels(x)
				if err1 != nil || err2 != nil || !slices.Equal(labelsC, wantC) || !slices.Equal(labelsB, wantB) {
					t.Errorf("labels %q and %q, %v, %v", labelsC, labelsB, err1, err2)
				}
				if _, err := b.Probabilities(x); err != nil {
					t.Error(err)
				}
				if _, err := c.Classes(x); err != nil {
					t.Error(err)
				}
				if err := mlp.Save(io.Discard, r); err != nil || r.TargetScaling() == nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

// Networks fitted concurrently, on the same data and with the same options, end
// up the same as networks fitted alone.
func TestNetworksFitAtOnce(t *testing.T) {
	x, classes, _, _ := samples(60)
	opts := mlp.FitOptions{Epochs: 4, BatchSize: 8, Validation: &mlp.Dataset{X: x, Y: classes}, Optimizer: mlp.Adam{}, Schedule: mlp.ExponentialDecay{Factor: 0.9}}
	train := func(seed uint64) []float64 {
		net := classifier(t, mlp.WithSeed(seed))
		if _, err := net.Fit(context.Background(), x, classes, opts); err != nil {
			t.Error(err)
		}
		return weights(net)
	}
	const networks = 8
	var want [networks][]float64
	for i := range want {
		want[i] = train(uint64(i))
	}
	var all sync.WaitGroup
	for i := range networks {
		all.Go(func() {
			if !sameBits(train(uint64(i)), want[i]) {
				t.Errorf("network %d has other weights", i)
			}
		})
	}
	all.Wait()
}

// A run that is cancelled at any moment ends with finite weights and leaves no
// goroutines behind.
func TestCancelAnywhere(t *testing.T) {
	x, classes, _, _ := samples(60)
	const hidden = 300 // wide enough for the steps to use all cores
	wide := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(1)}, mlp.Dense(4, hidden, mlp.ReLU), mlp.Dense(hidden, 3, mlp.Softmax))
	small := classifier(t, mlp.WithSeed(1))
	before := runtime.NumGoroutine()
	rng := rand.New(rand.NewPCG(1, 2))
	cancelled := 0
	for i := range 1000 {
		net := small
		if i%10 == 0 {
			net = wide
		}
		ctx, cancel := context.WithCancel(context.Background())
		timer := time.AfterFunc(time.Duration(rng.IntN(500))*time.Microsecond, cancel)
		opts := mlp.FitOptions{Epochs: 1 << 30, BatchSize: 8}
		if i%3 == 0 {
			opts = mlp.FitOptions{Epochs: 1 << 30, Optimizer: mlp.LBFGS{Tolerance: 1e-300}}
		}
		_, err := net.Fit(ctx, x, classes, opts)
		timer.Stop()
		cancel()
		if errors.Is(err, context.Canceled) {
			cancelled++
		} else if err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(weights(net), notFinite) {
			t.Fatalf("run %d leaves weights that are not finite", i)
		}
	}
	if cancelled < 500 {
		t.Errorf("only %d runs of 1000 were cancelled", cancelled)
	}
	endGoroutines(t, before)
}

// brittle panics in all calls except the first, which takes a while, so that
// some of the others come from other goroutines.
type brittle struct{ calls atomic.Int32 }

func (b *brittle) call() {
	if b.calls.Add(1) > 1 {
		panic("brittle")
	}
	time.Sleep(10 * time.Millisecond)
}

// brittleLayer is a layer of another package.
type brittleLayer struct {
	mlp.Layer
	*brittle
}

func (l brittleLayer) Infer(dst, x *mat.Dense) {
	l.call()
	l.Layer.Infer(dst, x)
}

// brittleOptimizer is an optimizer of another package.
type brittleOptimizer struct {
	mlp.SGD
	*brittle
}

func (o brittleOptimizer) Step(w, g []float64, slots [][]float64, scale float64, t int) {
	o.call()
	o.SGD.Step(w, g, slots, scale, t)
}

// A panic of a layer or an optimizer of another package, on whatever goroutine,
// is passed on to the caller, who can recover.
func TestPanicsOfOtherPackages(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	before := runtime.NumGoroutine()
	x, classes, _, _ := samples(1000)
	hidden := brittleLayer{mlp.ActivationLayer(500, mlp.ReLU), &brittle{}}
	net := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(1)},
		mlp.Dense(4, 500, mlp.ReLU), hidden, mlp.Dense(500, 500, mlp.ReLU), mlp.Dense(500, 3, mlp.Softmax))
	for range 10 {
		for name, call := range map[string]func() error{
			"Predict": func() error { return second(net.Predict(x)) },
			"Fit": func() error {
				return second(net.Fit(context.Background(), x, classes, mlp.FitOptions{Epochs: 1, Optimizer: brittleOptimizer{brittle: &brittle{}}}))
			},
		} {
			hidden.calls.Store(0)
			if err := testkit.Attempt(call); err == nil || err.Error() != "panic: brittle" {
				t.Errorf("%s: %v", name, err)
			}
			if slices.ContainsFunc(weights(net), notFinite) {
				t.Fatalf("%s leaves weights that are not finite", name)
			}
		}
	}
	endGoroutines(t, before)
}
