package mlp_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// The score of batches that come one by one is that of Evaluate, whatever the
// unit of the targets is and whichever of them come first.
func TestScoreOfBatchesOfAnySize(t *testing.T) {
	x, _, _, numbers := samples(30)
	for _, exp := range []int{-1050, -600, 0, 600, 1010} {
		y := scaledBy(numbers, math.Ldexp(1, exp))
		net := model(t, mlp.MeanAbsoluteError, nil, mlp.Dense(4, 2, mlp.Identity, mlp.WithInitializer(mlp.Zeros)))
		want, err := net.Evaluate(x, y)
		if err != nil {
			t.Fatal(err)
		}
		got, err := trainer(t, net, mlp.FitOptions{}).FitBatch(x, y)
		if err != nil {
			t.Fatal(err)
		}
		near(t, fmt.Sprintf("score of targets times 2^%d", exp), got.Score, want.Score, 1e-12)
	}

	// Targets of 0 say nothing about the size of the others.
	y := mat.DenseCopyOf(numbers)
	for i := range 10 {
		y.SetRow(i, []float64{0, 0})
	}
	a, b := regressor(t, mlp.WithSeed(1)), regressor(t, mlp.WithSeed(1))
	want := fit(t, a, x, y, mlp.FitOptions{Epochs: 1, BatchSize: 10, KeepOrder: true})
	got, err := b.FitBatches(t.Context(), inBatches(x, y, 10, 10, 10), mlp.FitOptions{Epochs: 1})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "score with zeros first", got.Epochs[0].Train.Score, want.Epochs[0].Train.Score, 1e-12)

	rows, cols := numbers.Dims()
	falling, rising := mat.NewDense(rows, cols, nil), mat.NewDense(rows, cols, nil)
	for i := range rows {
		for j := range cols {
			rising.Set(i, j, math.Ldexp(numbers.At(i, j), 60*i-900))
			falling.Set(rows-1-i, j, rising.At(i, j))
		}
	}
	for _, y := range []*mat.Dense{rising, falling} {
		net := model(t, mlp.MeanAbsoluteError, nil, mlp.Dense(4, 2, mlp.Identity))
		h, err := net.FitBatches(t.Context(), inBatches(x, y, 10, 1, 19), mlp.FitOptions{Epochs: 1})
		if err != nil {
			t.Fatal(err)
		}
		if score := h.Epochs[0].Train.Score; !(score <= 1) {
			t.Errorf("R² is %v", score)
		}
		if _, err := json.Marshal(h); err != nil {
			t.Error(err)
		}
	}
}
