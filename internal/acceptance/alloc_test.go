//go:build !race

// Under the race detector, sync.Pool drops items at random, so functions that
// use one allocate.

package acceptance_test

import (
	"iter"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
)

// stepAllocs returns the allocations of one training step: the difference
// between a run of many steps and a run of few.
func stepAllocs(t *testing.T, sizes []int, batch int, opts mlp.FitOptions) float64 {
	t.Helper()
	var layers []mlp.Layer
	for i := range len(sizes) - 1 {
		layers = append(layers, mlp.Dense(sizes[i], sizes[i+1], mlp.ReLU))
	}
	return stackAllocs(t, layers, batch, opts)
}

// stackAllocs is stepAllocs for any layers.
func stackAllocs(t *testing.T, layers []mlp.Layer, batch int, opts mlp.FitOptions, with ...mlp.ModelOption) float64 {
	t.Helper()
	const few, many = 2, 22
	net := model(t, mlp.MeanSquaredError, with, layers...)
	inputs, _ := layers[0].Dims()
	_, units := layers[len(layers)-1].Dims()
	x, y := mat.NewDense(batch*many, inputs, nil), mat.NewDense(batch*many, units, nil)
	opts.Epochs, opts.BatchSize = 1, batch
	short := testing.AllocsPerRun(5, func() {
		fit(t, net, x.Slice(0, batch*few, 0, inputs), y.Slice(0, batch*few, 0, units), opts)
	})
	long := testing.AllocsPerRun(5, func() { fit(t, net, x, y, opts) })
	return (long - short) / (many - few)
}

func TestStepsDoNotAllocate(t *testing.T) {
	small, large := []int{4, 32, 3}, []int{260, 260, 100} // the large one on all cores
	for _, opt := range append(testkit.Rules,
		mlp.SGD{Momentum: 0.9, Nesterov: true}, mlp.Adam{AMSGrad: true}, mlp.RMSprop{Centered: true, Momentum: 0.9}) {
		if n := stepAllocs(t, small, 8, mlp.FitOptions{Optimizer: opt}); n > 0.01 {
			t.Errorf("%s: %v allocations a step", opt.Name(), n)
		}
	}
	for _, c := range []struct {
		name  string
		sizes []int
		batch int
		opts  mlp.FitOptions
	}{
		{"clipping", small, 8, mlp.FitOptions{ClipNorm: 0.1, ClipValue: 0.1}},
		{"KeepOrder", small, 8, mlp.FitOptions{KeepOrder: true}},
		{"schedule", small, 8, mlp.FitOptions{Schedule: mlp.OneCycle{Epochs: 1}}},
		{"accumulation and average", small, 8, mlp.FitOptions{AccumulateSteps: 2, AverageDecay: 0.9}},
		{"large, Adam", large, 32, mlp.FitOptions{}},
		{"large, SGD", large, 32, mlp.FitOptions{Optimizer: mlp.SGD{}}},
		{"large, accumulation and average", large, 32, mlp.FitOptions{AccumulateSteps: 2, AverageDecay: 0.9}},
	} {
		if n := stepAllocs(t, c.sizes, c.batch, c.opts); n > 0.01 {
			t.Errorf("%s: %v allocations a step", c.name, n)
		}
	}
}

func TestFitBatchDoesNotAllocate(t *testing.T) {
	x, classes, _, numbers := samples(64)
	mixed := model(t, mlp.MeanSquaredError, nil, append(oneOfEach(4), mlp.Dense(4, 2, mlp.Identity))...)
	together := func(opts ...mlp.ModelOption) mlp.Network {
		return model(t, mlp.CategoricalCrossEntropy, opts,
			mlp.MemberInputs(3, 4, mlp.RandomSigns, nil), mlp.BatchEnsemble(3, 4, 5, mlp.ReLU), mlp.MemberHeads(3, 5, 3), mlp.MemberMean(3, 3, mlp.Softmax))
	}
	for _, c := range []struct {
		net  mlp.Network
		y    *mat.Dense
		opts mlp.FitOptions
	}{
		{classifier(t), classes, mlp.FitOptions{}},
		{classifier(t), classes, mlp.FitOptions{ClassWeights: []float64{1, 2, 3}, ClipNorm: 1}},
		{mixed, numbers, mlp.FitOptions{AccumulateSteps: 2}},
		{together(), classes, mlp.FitOptions{}},
		{together(mlp.WithPrecision(mlp.Float32)), classes, mlp.FitOptions{}},
		{together(), classes, mlp.FitOptions{ClassWeights: []float64{1, 2, 3}}},
		{regressor(t), numbers, mlp.FitOptions{AccumulateSteps: 2, AverageDecay: 0.9}},
		{regressor(t, mlp.WithTargetScaling(adapted(t, numbers))), numbers, mlp.FitOptions{}},
	} {
		tr := trainer(t, c.net, c.opts)
		_, cols := c.y.Dims()
		few, fewY := x.Slice(0, 7, 0, 4), c.y.Slice(0, 7, 0, cols)
		if n := testing.AllocsPerRun(20, func() {
			if _, err := tr.FitBatch(x, c.y); err != nil {
				t.Fatal(err)
			}
			if _, err := tr.FitBatch(few, fewY); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%T: %v allocations", c.net, n)
		}
	}
}

// A batch that is not larger than those before allocates no memory.
func TestFitBatchesDoesNotAllocate(t *testing.T) {
	x, classes, _, _ := samples(64)
	allocs := func(batches int) float64 {
		endless := func(int) iter.Seq2[mlp.Dataset, error] {
			return func(yield func(mlp.Dataset, error) bool) {
				for range batches {
					if !yield(mlp.Dataset{X: x, Y: classes}, nil) {
						return
					}
				}
			}
		}
		return testing.AllocsPerRun(5, func() {
			if _, err := classifier(t).FitBatches(t.Context(), endless, mlp.FitOptions{Epochs: 1, AccumulateSteps: 3}); err != nil {
				t.Fatal(err)
			}
		})
	}
	if few, many := allocs(2), allocs(22); many > few {
		t.Errorf("%v allocations with 22 batches, %v with 2", many, few)
	}
}

func TestLayersOfEveryKindDoNotAllocate(t *testing.T) {
	for _, p := range []mlp.Precision{mlp.Float64, mlp.Float32} {
		for _, units := range []int{5, 300} {
			layers := append(oneOfEach(units), mlp.NewNormalization(units), ensembleLayer(t, units))
			if n := stackAllocs(t, layers, 64, mlp.FitOptions{}, mlp.WithPrecision(p)); n > 0.01 {
				t.Errorf("%v, %d units: %v allocations a step", p, units, n)
			}
		}
		x, _, _, _ := samples(1)
		net := model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithPrecision(p)}, append(oneOfEach(4), mlp.NewNormalization(4), ensembleLayer(t, 4))...)
		rowsDoNotAllocate(t, net, x.RawRowView(0))
	}
}

// rowsDoNotAllocate checks the answers for the single sample x, frozen too.
func rowsDoNotAllocate(t *testing.T, net mlp.Network, x []float64) {
	t.Helper()
	frozen, err := mlp.Freeze(net)
	if err != nil {
		t.Fatal(err)
	}
	_, units := frozen.Dims()
	dst, dst32, x32 := make([]float64, units), make([]float32, units), make([]float32, len(x))
	for j, v := range x {
		x32[j] = float32(v)
	}
	for name, predict := range map[string]func() error{
		"PredictRow":           func() error { return net.PredictRow(dst, x) },
		"PredictRow, frozen":   func() error { return frozen.PredictRow(dst, x) },
		"PredictRow32, frozen": func() error { return frozen.PredictRow32(dst32, x32) },
	} {
		if n := testing.AllocsPerRun(100, func() {
			if err := predict(); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s, %v: %v allocations", name, frozen.Precision(), n)
		}
	}
}

func TestNetworksForTablesDoNotAllocate(t *testing.T) {
	for _, p := range []mlp.Precision{mlp.Float64, mlp.Float32} {
		for _, layers := range []func(int, mlp.Activation) []mlp.Layer{testkit.TabM, testkit.RealMLP} {
			for _, opts := range []mlp.FitOptions{{}, {ClipNorm: 1, WeightDecay: 0.1}} {
				if n := stackAllocs(t, layers(2, mlp.Identity), 64, opts, mlp.WithPrecision(p)); n > 0.01 {
					t.Errorf("%v: %v allocations a step", p, n)
				}
			}
			x, _, _, _ := samples(1)
			rowsDoNotAllocate(t, model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithPrecision(p)}, layers(2, mlp.Identity)...), testkit.Coded(x).RawRowView(0))
		}
	}
}

func TestPredictRowDoesNotAllocate(t *testing.T) {
	x, _, _, _ := samples(1)
	for _, net := range []mlp.Network{classifier(t), binaryNet(t), labeller(t, mlp.BinaryCrossEntropy), regressor(t), regressor(t, mlp.WithTargetScaling(mlp.NewNormalization(2))), counter(t)} {
		_, units := net.Layers()[1].Dims()
		dst := make([]float64, units)
		if n := testing.AllocsPerRun(100, func() {
			if err := net.PredictRow(dst, x.RawRowView(0)); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%T: %v allocations", net, n)
		}
	}
}

func TestProbabilitiesRowDoesNotAllocate(t *testing.T) {
	x, _, _, _ := samples(1)
	b := binaryNet(t)
	dst := make([]float64, 1)
	if n := testing.AllocsPerRun(100, func() {
		if err := b.ProbabilitiesRow(dst, x.RawRowView(0)); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	want, err := b.Probabilities(x)
	if err != nil || math.Abs(dst[0]-want.At(0, 0)) > 1e-14 {
		t.Errorf("got %v, want %v, %v", dst, want, err)
	}
}

func TestPredictToDoesNotAllocate(t *testing.T) {
	small, _, _, _ := samples(3)
	large, _, _, _ := samples(1 << 16) // runs on all cores
	inputs := small.RawMatrix().Cols
	wide := model(t, mlp.MeanSquaredError, nil, mlp.Dense(inputs, 256, mlp.ReLU), mlp.Dense(256, 1, mlp.Identity))
	for _, net := range []mlp.Network{wide, classifier(t), binaryNet(t), labeller(t, mlp.BinaryCrossEntropy), regressor(t), regressor(t, mlp.WithTargetScaling(mlp.NewNormalization(2))), counter(t)} {
		_, units := net.Layers()[1].Dims()
		for _, x := range []*mat.Dense{small, large} {
			rows, _ := x.Dims()
			dst := mat.NewDense(rows, units, nil)
			if n := testing.AllocsPerRun(20, func() {
				if err := net.PredictTo(dst, x); err != nil {
					t.Fatal(err)
				}
			}); n != 0 {
				t.Errorf("%T, %d rows: %v allocations", net, rows, n)
			}
		}
	}
}
