package mlp_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
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

// R² and its like are not defined for a single row, however they are asked for,
// and a history with them can be written.
func TestScoresOfOneRow(t *testing.T) {
	for name, metric := range map[string]func() (float64, error){
		"R2 of a hit":       func() (float64, error) { return mlp.R2(columnOf(3), columnOf(3)) },
		"R2 of a miss":      func() (float64, error) { return mlp.R2(columnOf(3), columnOf(3.1)) },
		"ExplainedVariance": func() (float64, error) { return mlp.ExplainedVariance(columnOf(1), columnOf(2)) },
		"several columns":   func() (float64, error) { return mlp.R2(row([]float64{1, 2}), row([]float64{1, 2})) },
		"counts, one row":   func() (float64, error) { return scoreOfOneRow(t, mlp.Poisson) },
		"Evaluate, one row": func() (float64, error) { return scoreOfOneRow(t, mlp.MeanSquaredError) },
		"FitBatch, one row": func() (float64, error) { return scoreOfOneBatch(t) },
	} {
		if v, err := metric(); !math.IsNaN(v) || err != nil {
			t.Errorf("%s: %v, %v, want NaN", name, v, err)
		}
	}
	x, _, _, numbers := samples(1)
	h := fit(t, regressor(t), x, numbers, mlp.FitOptions{Epochs: 1, Validation: &mlp.Dataset{X: x, Y: numbers}})
	text, err := json.Marshal(h)
	if err != nil || strings.Contains(string(text), "score") || !strings.Contains(string(text), `"validation_loss"`) {
		t.Errorf("%s, %v", text, err)
	}
	var csv bytes.Buffer
	if err := h.WriteCSV(&csv); err != nil || strings.Contains(csv.String(), "NaN") {
		t.Errorf("%s, %v", csv.String(), err)
	}
}

func scoreOfOneRow(t *testing.T, loss mlp.Loss) (float64, error) {
	x, _, _, _ := samples(1)
	s, err := model(t, loss, nil, mlp.Dense(4, 1, mlp.Identity)).Evaluate(x, columnOf(2))
	return s.Score, err
}

func scoreOfOneBatch(t *testing.T) (float64, error) {
	x, _, _, numbers := samples(1)
	s, err := trainer(t, regressor(t), mlp.FitOptions{}).FitBatch(x, numbers)
	return s.Score, err
}
