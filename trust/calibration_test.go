package trust_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/trust"
)

// Both kinds of calibration improve an overconfident network on rows that
// neither has seen.
func TestCalibrationImprovesTheLogLoss(t *testing.T) {
	improves := func(t *testing.T, y, p *mat.Dense, calibrate func(y, p *mat.Dense) (apply func(mat.Matrix) (*mat.Dense, error), err error)) {
		fitY, testY := halves(y)
		fitP, testP := halves(p)
		apply, err := calibrate(fitY, fitP)
		if err != nil {
			t.Fatal(err)
		}
		before := must[float64](t)(mlp.LogLoss(testY, testP))
		calibrated := must[*mat.Dense](t)(apply(testP))
		after := must[float64](t)(mlp.LogLoss(testY, calibrated))
		if !(after < 0.9*before) {
			t.Errorf("log loss %.4f before and %.4f after", before, after)
		}
		errBefore := must[float64](t)(trust.CalibrationError(testY, testP, 10))
		errAfter := must[float64](t)(trust.CalibrationError(testY, calibrated, 10))
		if !(errAfter < 0.7*errBefore) {
			t.Errorf("calibration error %.4f before and %.4f after", errBefore, errAfter)
		}
	}
	temperature := func(y, p *mat.Dense) (func(mat.Matrix) (*mat.Dense, error), error) {
		c, err := trust.FitTemperature(y, p)
		return c.Apply, err
	}
	platt := func(y, p *mat.Dense) (func(mat.Matrix) (*mat.Dense, error), error) {
		c, err := trust.FitPlatt(y, p)
		return c.Apply, err
	}
	t.Run("three classes", func(t *testing.T) {
		net, x, y := overfitted(t, mlp.Dense(32, 3, mlp.Softmax), mlp.CategoricalCrossEntropy)
		improves(t, y, must[*mat.Dense](t)(net.Predict(x)), temperature)
	})
	t.Run("two classes", func(t *testing.T) {
		net, x, y := overfitted(t, mlp.Dense(32, 1, mlp.Sigmoid), mlp.BinaryCrossEntropy)
		p := must[*mat.Dense](t)(net.(*mlp.BinaryClassifier).Probabilities(x))
		improves(t, y, p, temperature)
		improves(t, y, p, platt)
	})
}

func TestCalibrationErrors(t *testing.T) {
	y, p := column(0, 1, 1), column(0.2, 0.4, 0.9)
	for _, c := range []struct {
		y, p mat.Matrix
		want string
	}{
		{nil, p, "trust: FitPlatt: y is nil"},
		{(*mat.Dense)(nil), p, "trust: FitPlatt: y is nil"},
		{y, &mat.Dense{}, "trust: FitPlatt: p is empty (0×0)"},
		{y, column(0.1), "trust: FitPlatt: p has 1 rows, y has 3"},
		{y, oneHot(2, 0, 1, 0), "trust: FitPlatt: p has 2 columns, y has 1"},
		{y, column(0.1, 1.5, 0.2), "trust: FitPlatt: p[1,0] is 1.5, want a probability"},
		{y, column(0.1, math.NaN(), 0.2), "trust: FitPlatt: p[1,0] is NaN: not finite"},
		{column(0, 2, 1), p, "trust: FitPlatt: y row 1 has 2 in column 0, want 0 or 1"},
		{column(0, 0, 0), p, "trust: FitPlatt: y has 3 rows of class 0 and 0 of class 1, want both"},
		{y, column(0.5, 0.5, 0.5), "trust: FitPlatt: p is 0.5 in all rows, want different ones"},
		{oneHot(2, 0, 1), sure(2, 0, 1), "trust: FitPlatt: p has 2 columns, want 1"},
		{y, column(0, 1, 1), "trust: FitPlatt: p is 0 or 1 everywhere, which are labels, want probabilities"},
		{p, y, "trust: FitPlatt: y row 0 has 0.2 in column 0, want 0 or 1"},
	} {
		_, err := trust.FitPlatt(c.y, c.p)
		wantError(t, err, c.want)
	}
	for _, c := range []struct {
		y, p mat.Matrix
		want string
	}{
		{oneHot(3, 0), mat.NewDense(1, 3, nil), "trust: FitTemperature: p row 0 sums to 0, want 1"},
		{mat.NewDense(1, 2, []float64{1, 1}), oneHot(2, 0), "trust: FitTemperature: y row 0 has 2 ones, want 1"},
		{oneHot(3, 0, 1), sure(3, 0, 1), "trust: FitTemperature: all 2 rows are predicted right, want some that are not"},
		{oneHot(2, 0, 1), mat.NewDense(2, 2, []float64{0.2, 0.8, 0.8, 0.2}), "trust: FitTemperature: p is no better than equal probabilities for all classes"},
	} {
		_, err := trust.FitTemperature(c.y, c.p)
		wantError(t, err, c.want)
	}
	for _, temperature := range []trust.Temperature{0, -1, trust.Temperature(math.NaN()), trust.Temperature(math.Inf(1))} {
		_, err := temperature.Apply(p)
		wantError(t, err, fmt.Sprintf("trust: Temperature.Apply: the temperature is %g, want a finite number above 0", float64(temperature)))
	}
	_, err := trust.Temperature(1).Apply(nil)
	wantError(t, err, "trust: Temperature.Apply: p is nil")
	_, err = trust.Platt{Slope: math.Inf(1)}.Apply(p)
	wantError(t, err, "trust: Platt.Apply: Slope is +Inf and Offset 0, want finite numbers")
	_, err = trust.Platt{Slope: 1}.Apply(column(2))
	wantError(t, err, "trust: Platt.Apply: p[0,0] is 2, want a probability")
	_, err = trust.Platt{Slope: 1}.Apply(oneHot(2, 0))
	wantError(t, err, "trust: Platt.Apply: p has 2 columns, want 1")
	for _, bins := range []int{0, math.MaxInt32} {
		_, err = trust.Reliability(y, p, bins)
		wantError(t, err, fmt.Sprintf("trust: Reliability: %d bins, want a number in [1, 1048576]", bins))
	}
	_, err = trust.CalibrationError(y, column(0.1), 10)
	wantError(t, err, "trust: CalibrationError: p has 1 rows, y has 3")
}
