package mlp_test

import (
	"bytes"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// money returns targets far from zero, with columns of very different sizes.
func money(numbers *mat.Dense) *mat.Dense {
	var y mat.Dense
	y.Apply(func(_, j int, v float64) float64 { return []float64{5e6 + 1e5*v, -3 + 0.001*v}[j] }, numbers)
	return &y
}

// Training on the targets is training on scaled targets, and predictions come
// scaled back.
func TestTargetScaling(t *testing.T) {
	x, _, _, numbers := samples(40)
	y := money(numbers)
	scale := adapted(t, y)
	z := infer(scale, y)
	opts := mlp.FitOptions{Epochs: 20, Optimizer: mlp.SGD{LearningRate: 0.1}, Validation: &mlp.Dataset{X: x, Y: y}}
	inside := regressor(t, mlp.WithSeed(1), mlp.WithTargetScaling(scale)).(*mlp.Regressor)
	if err := scale.Set([]float64{1, 1}, []float64{2, 2}); err != nil { // no longer has any effect
		t.Fatal(err)
	}
	history := fit(t, inside, x, y, opts)
	outside := regressor(t, mlp.WithSeed(1))
	opts.Validation.Y = z
	want := fit(t, outside, x, z, opts)
	if !sameBits(weights(inside), weights(outside)) {
		t.Error("the weights differ")
	}
	for i, e := range history.Epochs {
		w := want.Epochs[i]
		if e.Train != w.Train || *e.Validation != *w.Validation {
			t.Errorf("epoch %d: %v and %v, want %v and %v", i, e.Train, *e.Validation, w.Train, *w.Validation)
		}
	}
	if s := history.Epochs[19].Train.Score; s < 0.5 {
		t.Errorf("R² %v", s)
	}

	scaled, err := outside.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	params := adapted(t, y).Params()
	var back mat.Dense
	back.Apply(func(_, j int, v float64) float64 { return v*params[1].Value.At(0, j) + params[0].Value.At(0, j) }, scaled)
	predicted, err := inside.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	nearMatrix(t, "Predict", predicted, &back, 1e-15)
	outputs, err := inside.Forward(x)
	if err != nil {
		t.Fatal(err)
	}
	nearMatrix(t, "Forward", outputs, scaled, 0)
	dst := make([]float64, 2)
	if err := inside.PredictRow(dst, x.RawRowView(3)); err != nil {
		t.Fatal(err)
	}
	nearMatrix(t, "PredictRow", row(dst), predicted.Slice(3, 4, 0, 2), 1e-14)

	r := reloaded(t, inside).(*mlp.Regressor)
	if s := r.TargetScaling(); s == nil || !mat.Equal(s.Params()[0].Value, params[0].Value) || !mat.Equal(s.Params()[1].Value, params[1].Value) {
		t.Errorf("loaded with the scaling %v", s)
	}
}

func TestTargetScalingMistakes(t *testing.T) {
	for want, c := range map[string]struct {
		loss  mlp.Loss
		act   mlp.Activation
		scale *mlp.Normalization
	}{
		"mlp: Model: WithTargetScaling: scale has 2 columns, layer 0 gives 1":            {mlp.MeanSquaredError, mlp.Identity, mlp.NewNormalization(2)},
		"mlp: Model: WithTargetScaling: 0 units, want at least 1":                        {mlp.MeanSquaredError, mlp.Identity, mlp.NewNormalization(0)},
		"mlp: Model: WithTargetScaling: poisson takes targets of a certain range only":   {mlp.Poisson, mlp.Identity, mlp.NewNormalization(1)},
		"mlp: Model: WithTargetScaling: binary_cross_entropy is no loss of a regression": {mlp.BinaryCrossEntropy, mlp.Sigmoid, mlp.NewNormalization(1)},
	} {
		_, err := mlp.Model([]mlp.Layer{mlp.Dense(2, 1, c.act)}, c.loss, mlp.WithTargetScaling(c.scale))
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if r := regressor(t, mlp.WithTargetScaling(nil)).(*mlp.Regressor); r.TargetScaling() != nil {
		t.Error("scaling from nowhere")
	}
}

// A scaling that is set later is one that was given to Model.
func TestSetTargetScaling(t *testing.T) {
	x, _, _, numbers := samples(40)
	y := money(numbers)
	scale := adapted(t, y)
	given := regressor(t, mlp.WithSeed(1), mlp.WithTargetScaling(scale)).(*mlp.Regressor)
	later := regressor(t, mlp.WithSeed(1)).(*mlp.Regressor)
	if err := later.SetTargetScaling(scale); err != nil {
		t.Fatal(err)
	}
	for _, net := range []mlp.Network{given, later} {
		fit(t, net, x, y, mlp.FitOptions{Epochs: 3, Optimizer: mlp.SGD{LearningRate: 0.1}})
	}
	if !bytes.Equal(saved(t, given), saved(t, later)) {
		t.Error("the files differ")
	}
	if err := later.SetTargetScaling(nil); err != nil || later.TargetScaling() != nil {
		t.Errorf("%v, %v", later.TargetScaling(), err)
	}
	want, err1 := given.Forward(x)
	got, err2 := later.Predict(x)
	if err1 != nil || err2 != nil || !mat.Equal(got, want) {
		t.Errorf("without the scaling it predicts other numbers than the outputs (%v, %v)", err1, err2)
	}
	before := saved(t, later)
	for want, c := range map[string]struct {
		net   *mlp.Regressor
		scale *mlp.Normalization
	}{
		"mlp: SetTargetScaling: scale has 1 columns, layer 1 gives 2":          {later, mlp.NewNormalization(1)},
		"mlp: SetTargetScaling: poisson takes targets of a certain range only": {counter(t), scale},
		"mlp: SetTargetScaling: want a network that Model has made":            {&mlp.Regressor{}, scale},
	} {
		if err := c.net.SetTargetScaling(c.scale); err == nil || err.Error() != want {
			t.Errorf("error %v\nwant  %s", err, want)
		}
	}
	if !bytes.Equal(saved(t, later), before) {
		t.Error("an error has changed the network")
	}
}
