package mlp_test

import (
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/mlptest"
)

func TestNormalization(t *testing.T) {
	x, _, _, _ := samples(20)
	mlptest.CheckLayer(t, func() mlp.Layer { return mlp.NewNormalization(3) })
	mlptest.CheckLayer(t, func() mlp.Layer { return adapted(t, x) })
	mlptest.CheckLayer(t, func() mlp.Layer { return mlp.Residual(mlp.Dense(4, 4, mlp.Tanh), adapted(t, x)) })
}

// The second column is constant, the third has a variance beyond the range of
// float64, the last one an ordinary variance.
func TestAdapt(t *testing.T) {
	x := mat.NewDense(4, 4, []float64{
		1, 7, 1e200, -3,
		3, 7, -1e200, -3,
		1, 7, 1e200, 5,
		3, 7, -1e200, -3,
	})
	norm := adapted(t, x)
	nearMatrix(t, "mean", norm.Params()[0].Value, row([]float64{2, 7, 0, -1}), 0)
	nearMatrix(t, "std", norm.Params()[1].Value, row([]float64{1, 1, 1e200, math.Sqrt(12)}), 1e-15)
	nearMatrix(t, "y", infer(norm, x.Slice(1, 2, 0, 4).(*mat.Dense)), row([]float64{1, 0, -1, -2 / math.Sqrt(12)}), 1e-15)
}

func TestNormalizationMistakes(t *testing.T) {
	for want, err := range map[string]error{
		"mlp: Adapt: x is nil":                                   mlp.NewNormalization(2).Adapt(nil),
		"mlp: Adapt: x has 1 columns, the layer takes 2":         mlp.NewNormalization(2).Adapt(row([]float64{1})),
		"mlp: Adapt: x[0,1] is NaN: not finite":                  mlp.NewNormalization(2).Adapt(row([]float64{1, math.NaN()})),
		"mlp: Adapt: 0 units, want at least 1":                   mlp.NewNormalization(0).Adapt(row([]float64{1})),
		"mlp: Set: 0 units, want at least 1":                     mlp.NewNormalization(0).Set(nil, nil),
		"mlp: Set: mean has 1 entries, the layer takes 2":        mlp.NewNormalization(2).Set([]float64{1}, []float64{1, 1}),
		"mlp: Set: std has 3 entries, the layer takes 2":         mlp.NewNormalization(2).Set([]float64{1, 1}, []float64{1, 1, 1}),
		"mlp: Set: mean[1] is +Inf: not finite":                  mlp.NewNormalization(2).Set([]float64{1, math.Inf(1)}, []float64{1, 1}),
		"mlp: Set: std[0] is 0, want a finite number above 0":    mlp.NewNormalization(2).Set([]float64{1, 1}, []float64{0, 1}),
		"mlp: Set: std[1] is +Inf, want a finite number above 0": mlp.NewNormalization(2).Set([]float64{1, 1}, []float64{1, math.Inf(1)}),
		"mlp: Set: std[1] is NaN, want a finite number above 0":  mlp.NewNormalization(2).Set([]float64{1, 1}, []float64{1, math.NaN()}),
		"mlp: Model: layer 0: -1 units, want at least 1":         modelError(mlp.NewNormalization(-1)),
		"mlp: Model: layer 0: 0 units, want at least 1":          modelError(&mlp.Normalization{}),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	norm := adapted(t, mat.NewDense(2, 2, []float64{1, 2, 3, 6}))
	if err := norm.Adapt(mat.NewDense(2, 2, []float64{5, 6, 7, math.Inf(1)})); !errors.Is(err, mlp.ErrNotFinite) {
		t.Errorf("got %v", err)
	}
	nearMatrix(t, "mean after an error", norm.Params()[0].Value, row([]float64{2, 4}), 0)
	nearMatrix(t, "std after an error", norm.Params()[1].Value, row([]float64{1, 2}), 0)
}

func modelError(layers ...mlp.Layer) error {
	_, err := mlp.Model(layers, mlp.MeanSquaredError)
	return err
}

// A network with a Normalization, trained on raw data, gets the same bits as
// one without on scaled data, and leaves mean and std unchanged.
func TestNormalizationInside(t *testing.T) {
	x, classes, _, _ := samples(50)
	raw := mat.NewDense(50, 4, nil)
	raw.Apply(func(_, j int, v float64) float64 { return 100*float64(j) + 30*v }, x)
	norm := adapted(t, raw)
	mean := mat.DenseCopyOf(norm.Params()[0].Value)
	stack := func() []mlp.Layer { return []mlp.Layer{mlp.Dense(4, 6, mlp.Tanh), mlp.Dense(6, 3, mlp.Softmax)} }
	opts := []mlp.ModelOption{mlp.WithSeed(4)}
	inside := model(t, mlp.CategoricalCrossEntropy, opts, append([]mlp.Layer{norm}, stack()...)...)
	outside := model(t, mlp.CategoricalCrossEntropy, opts, stack()...)
	fit(t, inside, raw, classes, mlp.FitOptions{Epochs: 3})
	fit(t, outside, infer(norm, raw), classes, mlp.FitOptions{Epochs: 3})
	if !sameBits(weights(inside)[8:], weights(outside)) {
		t.Error("the weights differ")
	}
	nearMatrix(t, "mean", norm.Params()[0].Value, mean, 0)
}
