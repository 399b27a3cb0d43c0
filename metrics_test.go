package mlp_test

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

func TestErrorRates(t *testing.T) {
	col := func(v ...float64) *mat.Dense { return mat.NewDense(len(v), 1, v) }
	for _, c := range []struct {
		name    string
		y, yhat *mat.Dense
		want    float64
	}{
		{"all right", col(0, 1, 1), col(0, 1, 1), 0},
		{"one of four wrong", col(0, 1, 1, 0), col(0, 1, 0, 0), 0.25},
		{"all wrong", col(0, 1), col(1, 0), 1},
		{"probabilities are not labels", col(1), col(0.9), 1},
		{"largest entries", mat.NewDense(2, 3, []float64{0, 1, 0, 1, 0, 0}), mat.NewDense(2, 3, []float64{0.3, 0.4, 0.3, 0.1, 0.2, 0.7}), 0.5},
		{"the first of equals", mat.NewDense(1, 2, []float64{1, 0}), mat.NewDense(1, 2, []float64{0.5, 0.5}), 0},
	} {
		rate, err := mlp.ErrorRate(c.y, c.yhat)
		if err != nil || rate != c.want {
			t.Errorf("%s: ErrorRate %v, %v, want %v", c.name, rate, err, c.want)
		}
		accuracy, err := mlp.Accuracy(c.y, c.yhat)
		if err != nil || accuracy != 1-c.want {
			t.Errorf("%s: Accuracy %v, %v, want %v", c.name, accuracy, err, 1-c.want)
		}
		if _, k := c.y.Dims(); k > 1 {
			rate, err := mlp.OneHotErrorRate(c.y, c.yhat)
			if err != nil || rate != c.want {
				t.Errorf("%s: OneHotErrorRate %v, %v, want %v", c.name, rate, err, c.want)
			}
		}
	}
}

// Values from the documentation of scikit-learn's r2_score.
func TestR2(t *testing.T) {
	col := func(v ...float64) *mat.Dense { return mat.NewDense(len(v), 1, v) }
	for _, c := range []struct {
		y, yhat *mat.Dense
		want    float64
	}{
		{col(3, -0.5, 2, 7), col(2.5, 0, 2, 8), 0.9486081370449679},
		{mat.NewDense(3, 2, []float64{0.5, 1, -1, 1, 7, -6}), mat.NewDense(3, 2, []float64{0, 2, -1, 2, 8, -5}), 0.9368005266622779},
		{col(1, 2, 3), col(1, 2, 3), 1},
		{col(1, 2, 3), col(2, 2, 2), 0},
		{col(1, 2, 3), col(3, 2, 1), -3},
		{col(-2, -2, -2), col(-2, -2, -2), 1},
		{col(-2, -2, -2), col(-2, -2, -2+1e-8), 0},
		{col(0.1, 0.1, 0.1), col(0.1, 0.1, 0.1), 1},
	} {
		got, err := mlp.R2(c.y, c.yhat)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "R2", got, c.want, 1e-15)
	}
}
