package dataset_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// Inverse undoes Transform for every scaler, and Transform does not write to
// its argument.
func TestScalersRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	x := mat.NewDense(1500, 4, nil)
	x.Apply(func(_, j int, _ float64) float64 { return math.Exp(rng.NormFloat64()*float64(j)) - 3 }, x)
	before := mat.DenseCopyOf(x)
	for _, kind := range []string{"standard", "min_max", "robust", "quantile"} {
		t.Run(kind, func(t *testing.T) {
			s := fitScaler(t, kind, x)
			z, err := s.Transform(x)
			if err != nil {
				t.Fatal(err)
			}
			back, err := s.Inverse(z)
			if err != nil {
				t.Fatal(err)
			}
			if !mat.Equal(x, before) {
				t.Error("Transform wrote to x")
			}
			back.Sub(back, x)
			back.DivElem(back, mat.NewDense(1500, 4, slices.Repeat([]float64{1, 10, 100, 1e4}, 1500)))
			// The scale of 1e4 stands for the range of the last column.
			if worst := mat.Max(back) - mat.Min(back); worst > 1e-12 {
				t.Errorf("the round trip is off by %g", worst)
			}
		})
	}
}

func TestScalerErrors(t *testing.T) {
	wide := mat.NewDense(4, 1, []float64{-math.MaxFloat64, -math.MaxFloat64, math.MaxFloat64, math.MaxFloat64})
	_, err := dataset.FitMinMaxScaler(wide)
	wantError(t, err, "dataset: FitMinMaxScaler: column 0 of x: its range overflows")
	_, err = dataset.FitRobustScaler(wide)
	wantError(t, err, "dataset: FitRobustScaler: column 0 of x: its range overflows")
	_, err = dataset.FitQuantileScaler(mat.NewDense(1, 2, []float64{1, math.NaN()}))
	wantError(t, err, "dataset: FitQuantileScaler: x[0,1] is NaN: not finite")
	if !errors.Is(err, mlp.ErrNotFinite) {
		t.Errorf("%v does not wrap mlp.ErrNotFinite", err)
	}

	one := mat.NewDense(1, 1, nil)
	for _, test := range []struct {
		name    string
		scaler  dataset.Scaler
		x       *mat.Dense
		message string
	}{
		{"zero min-max", &dataset.MinMaxScaler{}, one, "the scaler is empty"},
		{"nil robust", (*dataset.RobustScaler)(nil), one, "the scaler is empty"},
		{"nil quantile", (*dataset.QuantileScaler)(nil), one, "the scaler is empty"},
		{"range of 0", &dataset.MinMaxScaler{Min: []float64{1}, Range: []float64{0}}, one, "the scaler has Range[0] = 0, want a finite number above 0"},
		{"median is NaN", &dataset.RobustScaler{Median: []float64{math.NaN()}, Scale: []float64{1}}, one, "the scaler has Median[0] = NaN"},
		{"no quantiles", &dataset.QuantileScaler{Quantiles: [][]float64{{}}}, one, "the scaler has in column 0 no quantiles"},
		{"quantiles descend", &dataset.QuantileScaler{Quantiles: [][]float64{{2, 1}}}, one, "the scaler has in column 0 quantile 1 = 1 below quantile 0 = 2"},
		{"quantile is infinite", &dataset.QuantileScaler{Quantiles: [][]float64{{1, math.Inf(1)}}}, one, "the scaler has in column 0 quantile 1 = +Inf"},
	} {
		t.Run(test.name, func(t *testing.T) {
			prefix := "dataset: " + reflect.TypeOf(test.scaler).Elem().Name()
			z, err := test.scaler.Transform(test.x)
			wantError(t, err, prefix+".Transform: "+test.message)
			x, err := test.scaler.Inverse(test.x)
			wantError(t, err, prefix+".Inverse: "+test.message)
			if x != nil || z != nil {
				t.Error("a matrix beside an error")
			}
		})
	}
	quantile := &dataset.QuantileScaler{Quantiles: [][]float64{{1, 2}}}
	_, err = quantile.Transform(mat.NewDense(1, 2, nil))
	wantError(t, err, "dataset: QuantileScaler.Transform: x has 2 columns, the scaler has 1")
}
