package mlp_test

import (
	"math"
	"slices"
	"testing"

	"example.com/mlp"
)

func TestNoiseIsForTrainingAlone(t *testing.T) {
	x, _, _, _ := samples(20)
	for _, l := range []mlp.Layer{mlp.Dropout(4, 0.5), mlp.GaussianNoise(4, 2)} {
		nearMatrix(t, "Infer", infer(l, x), x, 0)
	}
}

func TestLayersOfEveryKindTrain(t *testing.T) {
	x, classes, _, _ := samples(90)
	layers := append([]mlp.Layer{mlp.Dense(4, 12, mlp.Identity)}, oneOfEach(12)...)
	net := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(1)},
		append(layers, mlp.Dense(12, 3, mlp.Identity), mlp.ActivationLayer(3, mlp.Softmax))...)
	for _, size := range []int{16, 89, 88} { // the second leaves a row out
		fit(t, net, x, classes, mlp.FitOptions{Epochs: 60, BatchSize: size, DropLast: size == 89, Optimizer: mlp.Adam{LearningRate: 0.005}})
		for _, v := range weights(net) {
			if math.IsNaN(v) {
				t.Fatalf("batch size %d: NaN among the weights", size)
			}
		}
		scores, err := net.Evaluate(x, classes)
		if err != nil || scores.Score < 0.95 {
			t.Errorf("batch size %d: %+v, %v", size, scores, err)
		}
	}
}

// The same seed gives the same masks and noise.
func TestLayersOfEveryKindRepeat(t *testing.T) {
	x, classes, _, _ := samples(50)
	var runs [2][]float64
	for i := range runs {
		layers := append([]mlp.Layer{mlp.Dense(4, 5, mlp.Identity)}, oneOfEach(5)...)
		net := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(4)}, append(layers, mlp.Dense(5, 3, mlp.Softmax))...)
		fit(t, net, x, classes, mlp.FitOptions{Epochs: 3})
		runs[i] = weights(net)
	}
	if !sameBits(runs[0], runs[1]) {
		t.Error("two runs with the same seed differ")
	}
}

// The description of a layer is a copy.
func TestDescriptionsShareNoMemory(t *testing.T) {
	for _, l := range []mlp.Layer{mlp.Residual(mlp.Dense(3, 3, mlp.Tanh)), ensembleLayer(t, 3), mlp.Dropout(3, 0.5)} {
		d := l.(mlp.Describer).Describe()
		clear(d.Layers)
		clear(d.Numbers)
		again := l.(mlp.Describer).Describe()
		if slices.Contains(again.Layers, nil) || d.Kind == "dropout" && again.Numbers["rate"] != 0.5 {
			t.Errorf("%s: after a change of the description it is %v", d.Kind, again)
		}
	}
}

func TestMistakesInLayers(t *testing.T) {
	dense := func(inputs, units int) mlp.Layer { return mlp.Dense(inputs, units, mlp.ReLU) }
	shared := dense(3, 3)
	for want, layers := range map[string][]mlp.Layer{
		"mlp: Model: layer 0: 0 units, want at least 1":                                                    {mlp.Dropout(0, 0.5)},
		"mlp: Model: layer 0: -1 units, want at least 1":                                                   {mlp.GaussianNoise(-1, 0.5)},
		"mlp: Model: layer 0: -2 units, want at least 1":                                                   {mlp.ActivationLayer(-2, mlp.ReLU)},
		"mlp: Model: layer 0: -3 units, want at least 1":                                                   {mlp.LayerNorm(-3)},
		"mlp: Model: layer 0: -5 units, want at least 1":                                                   {mlp.PReLU(-5)},
		"mlp: Model: layer 0: -4 units, want at least 1":                                                   {mlp.BatchNorm(-4)},
		"mlp: Model: layer 0: dropout rate is 1, want a number in [0, 1)":                                  {mlp.Dropout(3, 1)},
		"mlp: Model: layer 0: dropout rate is -0.1, want a number in [0, 1)":                               {mlp.Dropout(3, -0.1)},
		"mlp: Model: layer 0: dropout rate is NaN, want a number in [0, 1)":                                {mlp.Dropout(3, nan)},
		"mlp: Model: layer 0: standard deviation of the noise is -1, want a finite number of at least 0":   {mlp.GaussianNoise(3, -1)},
		"mlp: Model: layer 0: standard deviation of the noise is NaN, want a finite number of at least 0":  {mlp.GaussianNoise(3, nan)},
		"mlp: Model: layer 0: standard deviation of the noise is +Inf, want a finite number of at least 0": {mlp.GaussianNoise(3, math.Inf(1))},
		"mlp: Model: layer 0: epsilon is 0, want a finite number above 0":                                  {mlp.BatchNorm(3, mlp.WithEpsilon(0))},
		"mlp: Model: layer 0: epsilon is NaN, want a finite number above 0":                                {mlp.LayerNorm(3, mlp.WithEpsilon(nan))},
		"mlp: Model: layer 0: epsilon is +Inf, want a finite number above 0":                               {mlp.LayerNorm(3, mlp.WithEpsilon(math.Inf(1)))},
		"mlp: Model: layer 0: momentum is 0, want a number in (0, 1]":                                      {mlp.BatchNorm(3, mlp.WithMomentum(0))},
		"mlp: Model: layer 0: momentum is 1.5, want a number in (0, 1]":                                    {mlp.BatchNorm(3, mlp.WithMomentum(1.5), mlp.WithEpsilon(1))},
		"mlp: Model: layer 0: momentum for a layer without running statistics":                             {mlp.LayerNorm(3, mlp.WithMomentum(0.5))},
		"mlp: Model: layer 0: option 1 is nil":                                                             {mlp.BatchNorm(3, mlp.WithEpsilon(1), nil)},
		"mlp: Model: layer 0: nil activation":                                                              {mlp.ActivationLayer(3, nil)},
		"mlp: Model: layer 1 has 4 inputs, layer 0 gives 3":                                                {dense(2, 3), mlp.Dropout(4, 0.5)},
		"mlp: Model: layer 1 has 3 inputs, layer 0 gives 4":                                                {mlp.LayerNorm(4), dense(3, 2)},
		"mlp: Model: layer 1 has 5 inputs, layer 0 gives 3":                                                {mlp.Residual(shared), mlp.BatchNorm(5)},
		"mlp: Model: layer 0: residual block: no layers":                                                   {mlp.Residual()},
		"mlp: Model: layer 0: residual block: layer 1 is nil":                                              {mlp.Residual(shared, nil)},
		"mlp: Model: layer 0: residual block: layer 0: 0 units, want at least 1":                           {mlp.Residual(dense(3, 0))},
		"mlp: Model: layer 0: residual block: layer 1 has 4 inputs, layer 0 gives 2":                       {mlp.Residual(dense(3, 2), dense(4, 3))},
		"mlp: Model: layer 0: residual block takes 3 columns and gives 4, want the same":                   {mlp.Residual(dense(3, 2), dense(2, 4))},
		`mlp: Model: layer 0: parameter "1.weight" belongs to layer 0 already`:                             {mlp.Residual(shared, shared)},
		`mlp: Model: layer 1: parameter "weight" belongs to layer 0 already`:                               {mlp.Residual(shared), shared},
	} {
		net, err := mlp.Model(layers, mlp.MeanSquaredError)
		if net != nil || err == nil || err.Error() != want {
			t.Errorf("got %v, %v\nwant the error %s", net, err, want)
		}
	}
	if units := math.MaxInt32; units < math.MaxInt {
		units++
		_, err := mlp.Model([]mlp.Layer{mlp.BatchNorm(units)}, mlp.MeanSquaredError)
		want := "mlp: Model: layer 0: 2147483648 units, at most 2147483647 are possible"
		if err == nil || err.Error() != want {
			t.Errorf("got %v\nwant the error %s", err, want)
		}
	}
	_, err := mlp.Model([]mlp.Layer{mlp.Dense(2, 1, mlp.Identity), mlp.ActivationLayer(1, mlp.Tanh)}, mlp.BinaryCrossEntropy)
	want := "mlp: Model: layer 1: binary_cross_entropy takes probabilities, tanh(-100) is -1: use sigmoid"
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant the error %s", err, want)
	}
}
