//go:build !race

// Under the race detector sync.Pool drops items at random, and what takes its
// memory from one allocates.

package mlp_test

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// stepAllocs returns the allocations of one training step: how many more a
// run of many steps has than a run of few.
func stepAllocs(t *testing.T, sizes []int, batch int, opts mlp.FitOptions) float64 {
	t.Helper()
	var layers []mlp.Layer
	for i := range len(sizes) - 1 {
		layers = append(layers, mlp.Dense(sizes[i], sizes[i+1], mlp.ReLU))
	}
	return stackAllocs(t, layers, batch, opts)
}

// stackAllocs is stepAllocs for any layers.
func stackAllocs(t *testing.T, layers []mlp.Layer, batch int, opts mlp.FitOptions) float64 {
	t.Helper()
	const few, many = 2, 22
	net := model(t, mlp.MeanSquaredError, nil, layers...)
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
	for _, c := range []struct {
		name  string
		sizes []int
		batch int
		opts  mlp.FitOptions
	}{
		{"Adam", small, 8, mlp.FitOptions{}},
		{"SGD", small, 8, mlp.FitOptions{Optimizer: mlp.SGD{}}},
		{"Nesterov", small, 8, mlp.FitOptions{Optimizer: mlp.SGD{Momentum: 0.9, Nesterov: true}}},
		{"AdamW", small, 8, mlp.FitOptions{Optimizer: mlp.AdamW{}}},
		{"NAdam", small, 8, mlp.FitOptions{Optimizer: mlp.NAdam{}}},
		{"RMSprop", small, 8, mlp.FitOptions{Optimizer: mlp.RMSprop{Centered: true, Momentum: 0.9}}},
		{"Rprop", small, 8, mlp.FitOptions{Optimizer: mlp.Rprop{}}},
		{"clipping", small, 8, mlp.FitOptions{ClipNorm: 0.1, ClipValue: 0.1}},
		{"KeepOrder", small, 8, mlp.FitOptions{KeepOrder: true}},
		{"large, Adam", large, 32, mlp.FitOptions{}},
		{"large, SGD", large, 32, mlp.FitOptions{Optimizer: mlp.SGD{}}},
	} {
		if n := stepAllocs(t, c.sizes, c.batch, c.opts); n > 0.01 {
			t.Errorf("%s: %v allocations a step", c.name, n)
		}
	}
}

func TestLayersOfEveryKindDoNotAllocate(t *testing.T) {
	for _, units := range []int{5, 300} {
		layers := append(oneOfEach(units), mlp.NewNormalization(units), ensembleLayer(t, units))
		if n := stackAllocs(t, layers, 64, mlp.FitOptions{}); n > 0.01 {
			t.Errorf("%d units: %v allocations a step", units, n)
		}
	}
	x, _, _, _ := samples(1)
	net := model(t, mlp.MeanSquaredError, nil, append(oneOfEach(4), mlp.NewNormalization(4), ensembleLayer(t, 4))...)
	dst := make([]float64, 4)
	if n := testing.AllocsPerRun(100, func() {
		if err := net.PredictRow(dst, x.RawRowView(0)); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("PredictRow: %v allocations", n)
	}
}

func TestPredictRowDoesNotAllocate(t *testing.T) {
	x, _, _, _ := samples(1)
	for _, net := range []mlp.Network{classifier(t), binaryNet(t), regressor(t), regressor(t, mlp.WithTargetScaling(mlp.NewNormalization(2)))} {
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

func TestPredictToDoesNotAllocate(t *testing.T) {
	small, _, _, _ := samples(3)
	large, _, _, _ := samples(1 << 16) // runs on all cores
	for _, net := range []mlp.Network{classifier(t), binaryNet(t), regressor(t), regressor(t, mlp.WithTargetScaling(mlp.NewNormalization(2)))} {
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
