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
func stepAllocs(t *testing.T, opts mlp.FitOptions) float64 {
	t.Helper()
	const few, many = 2, 102
	x, classes, _, _ := samples(8 * many)
	x3, y3 := x.Slice(0, 8*few, 0, 4), classes.Slice(0, 8*few, 0, 3)
	opts.Epochs, opts.BatchSize = 1, 8
	net := model(t, mlp.CategoricalCrossEntropy, nil, mlp.Dense(4, 32, mlp.ReLU), mlp.Dense(32, 3, mlp.Softmax))
	short := testing.AllocsPerRun(10, func() { fit(t, net, x3, y3, opts) })
	long := testing.AllocsPerRun(10, func() { fit(t, net, x, classes, opts) })
	return (long - short) / (many - few)
}

func TestStepsDoNotAllocate(t *testing.T) {
	for name, opts := range map[string]mlp.FitOptions{
		"adam":       {},
		"sgd":        {Optimizer: mlp.SGD{}},
		"nesterov":   {Optimizer: mlp.SGD{Momentum: 0.9, Nesterov: true}},
		"keep order": {KeepOrder: true},
		"adamw":      {Optimizer: mlp.AdamW{}},
		"nadam":      {Optimizer: mlp.NAdam{}},
		"rmsprop":    {Optimizer: mlp.RMSprop{Centered: true, Momentum: 0.9}},
		"rprop":      {Optimizer: mlp.Rprop{}},
	} {
		if n := stepAllocs(t, opts); n > 0.01 {
			t.Errorf("%s: %v allocations a step", name, n)
		}
	}
}

func TestPredictRowDoesNotAllocate(t *testing.T) {
	x, _, _, _ := samples(1)
	for _, net := range []mlp.Network{classifier(t), binaryNet(t), regressor(t)} {
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
	for _, net := range []mlp.Network{classifier(t), binaryNet(t), regressor(t)} {
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
