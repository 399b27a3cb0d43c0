package trust_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/trust"
)

// second returns the error of a call that returns a value as well.
func second[T any](_ T, err error) error { return err }

// attempt returns the error of a call, or an error for its panic.
func attempt(call func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	return call()
}

// Calls that are mistakes return an error and do not panic.
func TestMisuse(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	y, p, x := column(0, 1, 0), column(0.2, 0.7, 0.4), column(1, 2, 3)
	score := func(x, y mat.Matrix) (float64, error) { return 0, nil }
	third := func(_, _ any, err error) error { return err }
	for _, m := range []struct {
		name string
		call func() error
		want string
	}{
		{"InputGradients of a zero network", func() error { return second(trust.InputGradients(&mlp.Regressor{}, x, 0)) }, "trust: InputGradients: mlp: Forward: want a network that Model has made"},
		{"InputGradients of a nil pointer", func() error { return second(trust.InputGradients((*mlp.Regressor)(nil), x, 0)) }, "trust: InputGradients: net is nil"},
		{"PermutationImportance NaN", func() error {
			return second(trust.PermutationImportance(score, column(1, nan, 2), y, trust.PermutationOptions{}))
		}, "trust: PermutationImportance: x[1,0] is NaN: not finite"},
		{"PermutationImportance nil y", func() error { return second(trust.PermutationImportance(mlp.MSE, x, nil, trust.PermutationOptions{})) }, "trust: PermutationImportance: mlp: MSE: yhat is nil"},
		{"PermutationImportance workers", func() error {
			return second(trust.PermutationImportance(score, x, y, trust.PermutationOptions{Workers: -1}))
		}, "trust: PermutationImportance: Repeats is 0 and Workers -1, want neither below 0"},
		{"PartialDependence of nothing", func() error {
			return second(trust.PartialDependence(func(mat.Matrix) (*mat.Dense, error) { return nil, nil }, x, 0, []float64{1}))
		}, "trust: PartialDependence: grid[0] = 1: predict returns nil"},
		{"PartialDependence of other widths", func() error {
			calls := 0
			return second(trust.PartialDependence(func(mat.Matrix) (*mat.Dense, error) { calls++; return mat.NewDense(3, calls, nil), nil }, x, 0, []float64{1, 2}))
		}, "trust: PartialDependence: grid[1] = 2: predict returns 2 columns, before 1"},
		{"Grid nil", func() error { return second(trust.Grid(nil, 0, 5)) }, "trust: Grid: x is nil"},
		{"Grid column", func() error { return second(trust.Grid(x, math.MaxInt32, 5)) }, "trust: Grid: column 2147483647, x has 1"},
		{"FitTemperature nil", func() error { return second(trust.FitTemperature(nil, nil)) }, "trust: FitTemperature: y is nil"},
		{"Temperature NaN", func() error { return second(trust.Temperature(nan).Apply(p)) }, "trust: Temperature.Apply: the temperature is NaN, want a number above 0"},
		{"Temperature infinite", func() error { return second(trust.Temperature(inf).Apply(p)) }, "trust: Temperature.Apply: the temperature is +Inf, want a number above 0"},
		{"Temperature nil", func() error { return second(trust.Temperature(1).Apply(nil)) }, "trust: Temperature.Apply: p is nil"},
		{"zero Platt", func() error { return second(trust.Platt{Slope: nan}.Apply(p)) }, "trust: Platt.Apply: Slope is NaN and Offset 0, want finite numbers"},
		{"Platt of no probability", func() error { return second(trust.Platt{Slope: 1}.Apply(column(2))) }, "trust: Platt.Apply: p[0,0] is 2, want a probability"},
		{"zero Sets", func() error { return second((&trust.Sets{}).Predict(p)) }, "trust: Sets.Predict: p has 1 columns, fitted were 0"},
		{"Sets nil", func() error { return second((&trust.Sets{}).Predict(nil)) }, "trust: Sets.Predict: p is nil"},
		{"zero Intervals", func() error { return third((&trust.Intervals{}).Predict(p)) }, "trust: Intervals.Predict: yhat has 1 columns, fitted were 0"},
		{"FitAPS nil", func() error { return second(trust.FitAPS(y, nil, 0.5)) }, "trust: FitAPS: p is nil"},
		{"FitAPS coverage", func() error { return second(trust.FitAPS(y, p, inf)) }, "trust: FitAPS: coverage is +Inf, want a number in (0, 1)"},
		{"FitIntervals coverage", func() error { return second(trust.FitIntervals(y, p, -1)) }, "trust: FitIntervals: coverage is -1, want a number in (0, 1)"},
		{"Reliability bins", func() error { return second(trust.Reliability(y, p, math.MaxInt32)) }, "trust: Reliability: 2147483647 bins, want a number in [1, 1048576]"},
		{"CalibrationError nil", func() error { return second(trust.CalibrationError(nil, p, 5)) }, "trust: CalibrationError: y is nil"},
	} {
		if err := attempt(m.call); err == nil || err.Error() != m.want {
			t.Errorf("%s:\ngot  %v\nwant %s", m.name, err, m.want)
		}
	}
}
