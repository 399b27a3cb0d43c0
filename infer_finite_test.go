package mlp_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// exploding returns a network whose numbers overflow for a row with a 1 in
// column 0.
func exploding(t *testing.T, loss mlp.Loss, act mlp.Activation, units int, first, second float64, opts ...mlp.ModelOption) mlp.Network {
	t.Helper()
	net := model(t, loss, opts, mlp.Dense(2, 2, mlp.Identity, mlp.WithoutBias()), mlp.Dense(2, units, act, mlp.WithoutBias()))
	w, v := net.Layers()[0].Params()[0].Value, net.Layers()[1].Params()[0].Value
	w.Zero()
	v.Zero()
	w.Set(0, 0, 1e300)
	w.Set(0, 1, 1e300)
	for j := range units {
		v.Set(0, j, first)
		v.Set(1, j, second)
	}
	return net
}

// A value that is not finite is never an answer, wherever it comes from and
// whichever method is called: the error names row and column.
func TestAnswersAreFinite(t *testing.T) {
	const rows, bad = 400, 277
	x := mat.NewDense(rows, 2, nil)
	row := x.RawRowView(bad)
	scale := mlp.NewNormalization(2)
	if err := scale.Set([]float64{0, 0}, []float64{1e10, 1e10}); err != nil {
		t.Fatal(err)
	}
	nan, inf := []float64{1, -1}, []float64{1, 1} // ∞ − ∞ and ∞ + ∞
	member := func() mlp.Network { return exploding(t, mlp.MeanSquaredError, mlp.Identity, 2, nan[0], nan[1]) }
	ensemble, err := mlp.Ensemble(member(), member())
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		net   mlp.Network
		units int
		want  string
		x     float64 // the hidden units have 1e300 times that
	}{
		"nan label":       {exploding(t, mlp.BinaryCrossEntropy, mlp.Sigmoid, 1, nan[0], nan[1], mlp.WithClasses("good", "bad")), 1, "NaN", 1e300},
		"nan labels":      {exploding(t, mlp.BinaryCrossEntropy, mlp.Sigmoid, 3, nan[0], nan[1]), 3, "NaN", 1e300},
		"infinite margin": {exploding(t, mlp.Hinge, mlp.Identity, 1, inf[0], inf[1]), 1, "+Inf", 1e300},
		"classes":         {exploding(t, mlp.CategoricalCrossEntropy, mlp.Softmax, 3, inf[0], inf[1]), 3, "NaN", 1e300},
		"overflow":        {exploding(t, mlp.MeanSquaredError, mlp.Identity, 2, inf[0], inf[1]), 2, "+Inf", 1e300},
		"count":           {exploding(t, mlp.Poisson, mlp.Identity, 2, 1, 1), 2, "+Inf", 1},
		"no count":        {exploding(t, mlp.Poisson, mlp.Identity, 2, -inf[0], -inf[1]), 2, "-Inf", 1e300},
		"scaled back":     {exploding(t, mlp.MeanSquaredError, mlp.Identity, 2, 1, 1, mlp.WithTargetScaling(scale)), 2, "+Inf", 1},
		"ensemble":        {ensemble, 2, "NaN", 1e300},
	} {
		x.Set(bad, 0, c.x)
		dst := make([]float64, c.units)
		calls := map[string]func() error{
			"Predict":    func() error { return second(c.net.Predict(x)) },
			"PredictRow": func() error { return c.net.PredictRow(dst, row) },
		}
		if name != "count" && name != "scaled back" { // whose outputs are finite
			calls["Forward"] = func() error { return second(c.net.Forward(x)) }
		}
		switch net := c.net.(type) {
		case *mlp.BinaryClassifier:
			if net.Loss().Task() == mlp.Binary {
				calls["Probabilities"] = func() error { return second(net.Probabilities(x)) }
				calls["ProbabilitiesRow"] = func() error { return net.ProbabilitiesRow(dst, row) }
			}
			if net.ClassNames() != nil {
				calls["Labels"] = func() error { return second(net.Labels(x)) }
			}
		case *mlp.Classifier:
			calls["Classes"] = func() error { return second(net.Classes(x)) }
		}
		for call, do := range calls {
			want := "mlp: " + call + ": the output for row 277, column 0, is " + c.want + ": not finite"
			if call == "PredictRow" || call == "ProbabilitiesRow" {
				want = "mlp: " + call + ": the output in column 0 is " + c.want + ": not finite"
			}
			if err := do(); err == nil || err.Error() != want || !errors.Is(err, mlp.ErrNotFinite) {
				t.Errorf("%s:\ngot  %v\nwant %s", name, err, want)
			}
		}
		// Without the bad row there are answers.
		x.Set(bad, 0, 0)
		if _, err := c.net.Predict(x); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Bad data is reported before bad answers.
func TestBadDataBeforeBadAnswers(t *testing.T) {
	net := exploding(t, mlp.MeanSquaredError, mlp.Identity, 1, 1, 1)
	x := mat.NewDense(3, 2, []float64{1e300, 0, 0, math.NaN(), 0, 0})
	if _, err := net.Predict(x); err == nil || err.Error() != "mlp: Predict: x[1,1] is NaN: not finite" {
		t.Error(err)
	}
}

// A sample that is not finite is an error, whether its sums are infinite, of which
// the activation makes finite answers, or NaN, because weights are zero; also where
// the weights are packed.
func TestBadDataBehindActivations(t *testing.T) {
	for _, inputs := range []int{1, 3, 40} {
		for _, rows := range []int{1, 7, 200, 2100} {
			for name, weight := range map[string]float64{"negative": -1, "zero": 0} {
				net := model(t, mlp.MeanSquaredError, nil,
					mlp.Dense(inputs, 70, mlp.ReLU, mlp.WithInitializer(mlp.Constant(weight))), mlp.Dense(70, 1, mlp.Identity))
				x := mat.NewDense(rows, inputs, nil)
				for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
					i, j := rows-1-rows/3, inputs/2
					x.Set(i, j, bad)
					want := fmt.Sprintf("mlp: Predict: x[%d,%d] is %g: not finite", i, j, bad)
					if _, err := net.Predict(x); err == nil || err.Error() != want {
						t.Errorf("%s, %d×%d: got %v, want %s", name, rows, inputs, err, want)
					}
					x.Set(i, j, 0)
				}
			}
		}
	}
}

// A sum beyond the largest number is no mistake in the sample, if the activation
// makes a number of it.
func TestInfiniteSumsOfGoodData(t *testing.T) {
	net := model(t, mlp.MeanSquaredError, nil, mlp.Dense(1, 1, mlp.Sigmoid), mlp.Dense(1, 1, mlp.Identity))
	for _, l := range net.Layers() {
		l.Params()[0].Value.Set(0, 0, 1e200)
	}
	y, err := net.Predict(mat.NewDense(2, 1, []float64{1e200, -1e200}))
	if err != nil {
		t.Fatal(err)
	}
	if y.At(0, 0) != 1e200 || y.At(1, 0) != 0 {
		t.Errorf("got %v and %v, want 1e200 and 0", y.At(0, 0), y.At(1, 0))
	}
}

// moody is a layer of another package that answers only single rows.
type moody struct{ mlp.Layer }

func (l moody) Infer(dst, x *mat.Dense) {
	l.Layer.Infer(dst, x)
	if rows, _ := x.Dims(); rows > 1 {
		dst.Set(0, 0, math.NaN())
	}
}

// If no single row has a bad output, there is an error nevertheless.
func TestBadAnswersOfBlocksOnly(t *testing.T) {
	net := model(t, mlp.MeanSquaredError, nil, moody{mlp.Dense(4, 2, mlp.Identity)})
	x, _, _, _ := samples(5)
	_, err := net.Predict(x)
	if want := "mlp: Predict: an output is not finite"; err == nil || err.Error() != want || !errors.Is(err, mlp.ErrNotFinite) {
		t.Errorf("got %v, want %s", err, want)
	}
}
