package mlp_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"example.com/mlp"
)

// oneOfEach returns a layer of every kind beyond Dense.
func oneOfEach(units int) []mlp.Layer {
	return []mlp.Layer{
		mlp.BatchNorm(units),
		mlp.ActivationLayer(units, mlp.Tanh),
		mlp.PReLU(units),
		mlp.GaussianNoise(units, 0.1),
		mlp.LayerNorm(units),
		mlp.ActivationLayer(units, mlp.Softmax),
		mlp.Dropout(units, 0.2),
		mlp.Residual(mlp.Dense(units, units+3, mlp.ReLU), mlp.BatchNorm(units+3), mlp.Dropout(units+3, 0.1), mlp.Dense(units+3, units, mlp.Identity)),
	}
}

// infer returns what l gives for x after training.
func infer(l mlp.Layer, x *mat.Dense) *mat.Dense {
	rows, _ := x.Dims()
	_, units := l.Dims()
	y := mat.NewDense(rows, units, nil)
	l.Infer(y, x)
	return y
}

// allOf returns a matrix whose entries are v.
func allOf(rows, cols int, v float64) *mat.Dense {
	m := mat.NewDense(rows, cols, nil)
	m.Apply(func(i, j int, _ float64) float64 { return v }, m)
	return m
}

// checkMean checks that the mean of n numbers with the given expectation and
// standard deviation is within five standard errors.
func checkMean(t *testing.T, what string, sum, n, want, sd float64) {
	t.Helper()
	if diff, bound := math.Abs(sum/n-want), 5*sd/math.Sqrt(n); !(diff <= bound) {
		t.Errorf("%s: mean %v, want %v ± %v", what, sum/n, want, bound)
	}
}

// Dropout keeps the mean: for x = 1, y is 1/q with probability q = 1 − rate,
// else 0; its variance is (1−q)/q, and that of (y−1)² is
// ((1−q)⁴/q³ + 1−q) − (1−q)²/q².
func TestDropoutMoments(t *testing.T) {
	const rows, units, batches = 50, 40, 100
	for _, rate := range []float64{0, 0.1, 0.5, 0.9, 0.999} {
		pass := mlp.Dropout(units, rate).NewPass(rows, rand.New(rand.NewPCG(1, 2)))
		x, q := allOf(rows, units, 1), 1-rate
		sum, squares, kept := 0.0, 0.0, 0.0
		for range batches {
			y := pass.Forward(x)
			dx := pass.Backward(allOf(rows, units, 3), true)
			for i, v := range y.RawMatrix().Data {
				if v != 0 && v != 1/q {
					t.Fatalf("rate %v: 1 becomes %v", rate, v)
				}
				if d := dx.RawMatrix().Data[i]; d != 3*v {
					t.Fatalf("rate %v: the gradient 3 becomes %v where 1 becomes %v", rate, d, v)
				}
				if v != 0 {
					kept++
				}
				sum += v
				squares += (v - 1) * (v - 1)
			}
		}
		n := float64(rows * units * batches)
		variance := rate / q
		checkMean(t, "kept", kept, n, q, math.Sqrt(rate*q))
		checkMean(t, "y", sum, n, 1, math.Sqrt(variance))
		checkMean(t, "(y−1)²", squares, n, variance, math.Sqrt(math.Pow(rate, 4)/math.Pow(q, 3)+rate-variance*variance))
	}
}

// For rates next to one nearly everything is dropped, and nothing overflows.
func TestDropoutOfNearlyEverything(t *testing.T) {
	rate := math.Nextafter(1, 0)
	pass := mlp.Dropout(100, rate).NewPass(100, rand.New(rand.NewPCG(1, 2)))
	for _, v := range pass.Forward(allOf(100, 100, 1)).RawMatrix().Data {
		if v != 0 && v != 0x1p53 {
			t.Fatalf("1 becomes %v", v)
		}
	}
}

// The masks of a batch, its rows and the next batch differ.
func TestDropoutMasksAreNew(t *testing.T) {
	pass := mlp.Dropout(64, 0.5).NewPass(2, rand.New(rand.NewPCG(1, 2)))
	first := mat.DenseCopyOf(pass.Forward(allOf(2, 64, 1)))
	second := pass.Forward(allOf(2, 64, 1))
	if mat.Equal(first, second) {
		t.Error("two batches have the same mask")
	}
	if mat.Equal(first.RowView(0), first.RowView(1)) {
		t.Error("two rows have the same mask")
	}
}

// The noise has mean 0, variance sd², whose square has variance 2·sd⁴, and
// fourth moment 3·sd⁴, whose square has variance 96·sd⁸.
func TestGaussianNoiseMoments(t *testing.T) {
	const rows, units, batches = 50, 40, 100
	for _, sd := range []float64{0, 0.3, 10} {
		pass := mlp.GaussianNoise(units, sd).NewPass(rows, rand.New(rand.NewPCG(1, 2)))
		x := mat.NewDense(rows, units, nil)
		sum, squares, fourths := 0.0, 0.0, 0.0
		for range batches {
			for _, v := range pass.Forward(x).RawMatrix().Data {
				sum += v
				squares += v * v
				fourths += v * v * v * v
			}
		}
		n, sd2 := float64(rows*units*batches), sd*sd
		checkMean(t, "noise", sum, n, 0, sd)
		checkMean(t, "squared noise", squares, n, sd2, math.Sqrt2*sd2)
		checkMean(t, "fourth power of the noise", fourths, n, 3*sd2*sd2, math.Sqrt(96)*sd2*sd2)
	}
}

func TestNoiseIsForTrainingAlone(t *testing.T) {
	x, _, _, _ := samples(20)
	for _, l := range []mlp.Layer{mlp.Dropout(4, 0.5), mlp.GaussianNoise(4, 2)} {
		nearMatrix(t, "Infer", infer(l, x), x, 0)
	}
}

// In training, each column comes out with mean b and variance w²·σ²/(σ² + ε).
func TestBatchNormMoments(t *testing.T) {
	l := mlp.BatchNorm(3)
	w, b := []float64{1, -2, 0.5}, []float64{0, 3, -1}
	l.Params()[0].Value.SetRow(0, w)
	l.Params()[1].Value.SetRow(0, b)
	x, _, _, _ := samples(50)
	y := l.NewPass(50, nil).Forward(x.Slice(0, 50, 0, 3).(*mat.Dense))
	for j := range 3 {
		_, variance := stat.PopMeanVariance(mat.Col(nil, j, x), nil)
		mean, got := stat.PopMeanVariance(mat.Col(nil, j, y), nil)
		near(t, "mean", mean, b[j], 1e-14)
		near(t, "variance", got, w[j]*w[j]*variance/(variance+1e-5), 1e-14)
	}
}

func TestBatchNormOfOneRow(t *testing.T) {
	l := mlp.BatchNorm(2)
	params := l.Params()
	params[1].Value.SetRow(0, []float64{5, -6})
	pass := l.NewPass(4, nil)
	nearMatrix(t, "y", pass.Forward(row([]float64{10, 20})), row([]float64{5, -6}), 0)
	nearMatrix(t, "∂L/∂x", pass.Backward(row([]float64{1, 2}), true), row([]float64{0, 0}), 0)
	nearMatrix(t, "∂L/∂weight", pass.Grads()[0], row([]float64{0, 0}), 0)
	nearMatrix(t, "∂L/∂bias", pass.Grads()[1], row([]float64{1, 2}), 0)
	nearMatrix(t, "running mean", params[2].Value, row([]float64{1, 2}), 1e-15)
	nearMatrix(t, "running variance", params[3].Value, row([]float64{1, 1}), 0)
}

func TestBatchNormMomentum(t *testing.T) {
	l := mlp.BatchNorm(1, mlp.WithMomentum(0.25))
	l.NewPass(2, nil).Forward(mat.NewDense(2, 1, []float64{3, 5}))
	nearMatrix(t, "running mean", l.Params()[2].Value, row([]float64{1}), 0)            // 0.75·0 + 0.25·4
	nearMatrix(t, "running variance", l.Params()[3].Value, row([]float64{1.25}), 1e-15) // 0.75·1 + 0.25·2
}

// Numbers of variance 1 become a third with ε = 8.
func TestNormEpsilon(t *testing.T) {
	x := mat.NewDense(2, 2, []float64{-1, 1, 1, -1})
	want := scaledBy(x, 1./3)
	for _, l := range []mlp.Layer{mlp.BatchNorm(2, mlp.WithEpsilon(8)), mlp.LayerNorm(2, mlp.WithEpsilon(8))} {
		nearMatrix(t, "Infer", infer(l, x), want, 1e-15)
		nearMatrix(t, "Forward", l.NewPass(2, nil).Forward(x), want, 1e-15)
	}
	frozen := mlp.BatchNorm(2, mlp.WithEpsilon(8)).(mlp.Freezer).Frozen()
	nearMatrix(t, "Frozen", infer(frozen, x), want, 1e-15)
}

func TestBatchNormInfer(t *testing.T) {
	const rows, units = 3, 150
	l := varied(mlp.BatchNorm(units))
	x, want := mat.NewDense(rows, units, nil), mat.NewDense(rows, units, nil)
	for i := range rows {
		for j := range units {
			at := func(k int) float64 { return l.Params()[k].Value.At(0, j) }
			v := math.Sin(float64(i*units + j))
			x.Set(i, j, v)
			want.Set(i, j, (v-at(2))/math.Sqrt(at(3)+1e-5)*at(0)+at(1))
		}
	}
	nearMatrix(t, "Infer", infer(l, x), want, 1e-14)
}

// After many equal batches, Infer is the training form but for n/(n−1).
func TestBatchNormRunningStatisticsConverge(t *testing.T) {
	const n = 60
	x, _, _, _ := samples(n)
	l := mlp.BatchNorm(4)
	pass := l.NewPass(n, nil)
	var y *mat.Dense
	for range 400 {
		y = pass.Forward(x)
	}
	nearMatrix(t, "Infer", infer(l, x), scaledBy(y, math.Sqrt((n-1.0)/n)), 1e-5) // ε is not scaled
}

// A column or row without variance becomes zero, not NaN.
func TestNormalisationOfConstants(t *testing.T) {
	x := allOf(3, 4, 7)
	for _, l := range []mlp.Layer{mlp.LayerNorm(4), mlp.BatchNorm(4)} {
		pass := l.NewPass(3, nil)
		nearMatrix(t, "y", pass.Forward(x), mat.NewDense(3, 4, nil), 0)
		for _, v := range pass.Backward(allOf(3, 4, 1), true).RawMatrix().Data {
			if v != 0 {
				t.Errorf("gradient %v", v)
			}
		}
	}
}

func TestLayersOfEveryKindTrain(t *testing.T) {
	x, classes, _, _ := samples(90)
	layers := append([]mlp.Layer{mlp.Dense(4, 12, mlp.Identity)}, oneOfEach(12)...)
	net := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(1)},
		append(layers, mlp.Dense(12, 3, mlp.Identity), mlp.ActivationLayer(3, mlp.Softmax))...)
	for _, size := range []int{16, 89, 1} { // the second leaves a batch of one row
		fit(t, net, x, classes, mlp.FitOptions{Epochs: 60, BatchSize: size, Optimizer: mlp.Adam{LearningRate: 0.005}})
		for _, v := range weights(net) {
			if math.IsNaN(v) {
				t.Fatalf("batch size %d: NaN among the weights", size)
			}
		}
		if size == 1 {
			continue // batch normalisation has nothing to learn from
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

// A loss fuses with an activation in a layer of its own to the bits of Dense.
func TestActivationLayerFuses(t *testing.T) {
	x, classes, _, _ := samples(50)
	var runs [2][]float64
	for i, layers := range [][]mlp.Layer{
		{mlp.Dense(4, 6, mlp.Tanh), mlp.Dense(6, 3, mlp.Softmax)},
		{mlp.Dense(4, 6, mlp.Identity), mlp.ActivationLayer(6, mlp.Tanh), mlp.Dense(6, 3, mlp.Identity), mlp.ActivationLayer(3, mlp.Softmax)},
	} {
		net := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(4)}, layers...)
		fit(t, net, x, classes, mlp.FitOptions{Epochs: 3})
		runs[i] = weights(net)
	}
	if !sameBits(runs[0], runs[1]) {
		t.Error("an activation in a layer of its own trains to other weights")
	}
}

// A deep stack of residual blocks learns what needs all of its inputs.
func TestResidualLearns(t *testing.T) {
	x, classes, _, numbers := samples(90)
	block := func() mlp.Layer {
		return mlp.Residual(mlp.LayerNorm(8), mlp.Dense(8, 8, mlp.ReLU), mlp.Dense(8, 8, mlp.Identity))
	}
	stack := func(output mlp.Layer) []mlp.Layer {
		return []mlp.Layer{mlp.Dense(4, 8, mlp.Identity), block(), block(), block(), block(), block(), block(), output}
	}
	for _, c := range []struct {
		net  mlp.Network
		y    *mat.Dense
		goal float64
	}{
		{model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(1)}, stack(mlp.Dense(8, 3, mlp.Softmax))...), classes, 0.99},
		{model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)}, stack(mlp.Dense(8, 2, mlp.Identity))...), numbers, 0.95},
	} {
		fit(t, c.net, x, c.y, mlp.FitOptions{Epochs: 200, Optimizer: mlp.Adam{LearningRate: 0.005}})
		scores, err := c.net.Evaluate(x, c.y)
		if err != nil || scores.Score < c.goal {
			t.Errorf("%T: %+v, %v", c.net, scores, err)
		}
	}
}

func TestResidualParameters(t *testing.T) {
	l := mlp.Residual(mlp.Dense(3, 2, mlp.Tanh), mlp.Residual(mlp.BatchNorm(2)), mlp.Dense(2, 3, mlp.Identity, mlp.WithoutBias()))
	want := []string{"0.weight", "0.bias", "1.0.weight", "1.0.bias", "1.0.running_mean", "1.0.running_var", "2.weight"}
	params, grads := l.Params(), l.NewPass(1, nil).Grads()
	if len(params) != len(want) || len(grads) != len(want) {
		t.Fatalf("%d parameters and %d gradients, want %d", len(params), len(grads), len(want))
	}
	for i, p := range params {
		if p.Name != want[i] {
			t.Errorf("parameter %d is %q, want %q", i, p.Name, want[i])
		}
		if state := i == 4 || i == 5; state != (grads[i] == nil) {
			t.Errorf("gradient of %q: %v", p.Name, grads[i])
		}
	}
}

// y = x + x·W
func TestResidualByHand(t *testing.T) {
	dense := mlp.Dense(2, 2, mlp.Identity)
	l := mlp.Residual(dense)
	dense.Params()[0].Value.Copy(mat.NewDense(2, 2, []float64{1, 2, 3, 4}))
	x, want := row([]float64{10, 20}), row([]float64{10 + 70, 20 + 100})
	nearMatrix(t, "Infer", infer(l, x), want, 0)
	pass := l.NewPass(1, nil)
	nearMatrix(t, "Forward", pass.Forward(x), want, 0)
	nearMatrix(t, "Backward", pass.Backward(row([]float64{1, -1}), true), row([]float64{0, -2}), 0) // dy + dy·Wᵀ
}

// A run that fails goes back to the running statistics of the last whole
// epoch, as it does to the weights.
func TestRunningStatisticsAreRestored(t *testing.T) {
	x, _, _, numbers := samples(32)
	l := mlp.BatchNorm(4)
	net := model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)}, l, mlp.Dense(4, 2, mlp.Identity))
	fit(t, net, x, numbers, mlp.FitOptions{Epochs: 2})
	before := weights(net)
	far := scaledBy(x, 1e200) // whose variance overflows
	_, err := net.Fit(t.Context(), far, numbers, mlp.FitOptions{})
	var diverged *mlp.DivergedError
	if !errors.As(err, &diverged) || diverged.Layer != 0 {
		t.Errorf("got %v, want a *DivergedError in layer 0", err)
	}
	if !sameBits(weights(net), before) {
		t.Error("the weights or running statistics have changed")
	}
}

// bystander is an optimizer that counts the numbers it updates.
type bystander struct {
	mlp.SGD
	seen *int
}

func (b bystander) Slots() int { return 1 }

func (b bystander) Step(w, g []float64, slots [][]float64, scale float64, t int) {
	*b.seen += len(g)
}

func TestOptimizersDoNotSeeState(t *testing.T) {
	x, _, _, numbers := samples(10)
	l, seen := mlp.BatchNorm(4), 0
	net := model(t, mlp.MeanSquaredError, nil, l, mlp.Dense(4, 2, mlp.Identity))
	fit(t, net, x, numbers, mlp.FitOptions{Epochs: 1, Optimizer: bystander{seen: &seen}})
	if want := 4 + 4 + 4*2 + 2; seen != want {
		t.Errorf("the optimizer sees %d numbers, want %d", seen, want)
	}
	if l.Params()[2].Value.At(0, 0) == 0 {
		t.Error("Fit does not move the running mean")
	}
}

func TestMistakesInLayers(t *testing.T) {
	nan := math.NaN()
	dense := func(inputs, units int) mlp.Layer { return mlp.Dense(inputs, units, mlp.ReLU) }
	shared := dense(3, 3)
	for want, layers := range map[string][]mlp.Layer{
		"mlp: Model: layer 0: 0 units, want at least 1":                                             {mlp.Dropout(0, 0.5)},
		"mlp: Model: layer 0: -1 units, want at least 1":                                            {mlp.GaussianNoise(-1, 0.5)},
		"mlp: Model: layer 0: -2 units, want at least 1":                                            {mlp.ActivationLayer(-2, mlp.ReLU)},
		"mlp: Model: layer 0: -3 units, want at least 1":                                            {mlp.LayerNorm(-3)},
		"mlp: Model: layer 0: -5 units, want at least 1":                                            {mlp.PReLU(-5)},
		"mlp: Model: layer 0: -4 units, want at least 1":                                            {mlp.BatchNorm(-4)},
		"mlp: Model: layer 0: dropout rate is 1, want a number in [0, 1)":                           {mlp.Dropout(3, 1)},
		"mlp: Model: layer 0: dropout rate is -0.1, want a number in [0, 1)":                        {mlp.Dropout(3, -0.1)},
		"mlp: Model: layer 0: dropout rate is NaN, want a number in [0, 1)":                         {mlp.Dropout(3, nan)},
		"mlp: Model: layer 0: standard deviation of the noise is -1, want a number of at least 0":   {mlp.GaussianNoise(3, -1)},
		"mlp: Model: layer 0: standard deviation of the noise is NaN, want a number of at least 0":  {mlp.GaussianNoise(3, nan)},
		"mlp: Model: layer 0: standard deviation of the noise is +Inf, want a number of at least 0": {mlp.GaussianNoise(3, math.Inf(1))},
		"mlp: Model: layer 0: epsilon is 0, want a finite number above 0":                           {mlp.BatchNorm(3, mlp.WithEpsilon(0))},
		"mlp: Model: layer 0: epsilon is NaN, want a finite number above 0":                         {mlp.LayerNorm(3, mlp.WithEpsilon(nan))},
		"mlp: Model: layer 0: epsilon is +Inf, want a finite number above 0":                        {mlp.LayerNorm(3, mlp.WithEpsilon(math.Inf(1)))},
		"mlp: Model: layer 0: momentum is 0, want a number in (0, 1]":                               {mlp.BatchNorm(3, mlp.WithMomentum(0))},
		"mlp: Model: layer 0: momentum is 1.5, want a number in (0, 1]":                             {mlp.BatchNorm(3, mlp.WithMomentum(1.5), mlp.WithEpsilon(1))},
		"mlp: Model: layer 0: momentum for a layer without running statistics":                      {mlp.LayerNorm(3, mlp.WithMomentum(0.5))},
		"mlp: Model: layer 0: option 1 is nil":                                                      {mlp.BatchNorm(3, mlp.WithEpsilon(1), nil)},
		"mlp: Model: layer 0: nil activation":                                                       {mlp.ActivationLayer(3, nil)},
		"mlp: Model: layer 1 has 4 inputs, layer 0 gives 3":                                         {dense(2, 3), mlp.Dropout(4, 0.5)},
		"mlp: Model: layer 1 has 3 inputs, layer 0 gives 4":                                         {mlp.LayerNorm(4), dense(3, 2)},
		"mlp: Model: layer 1 has 5 inputs, layer 0 gives 3":                                         {mlp.Residual(shared), mlp.BatchNorm(5)},
		"mlp: Model: layer 0: residual block: no layers":                                            {mlp.Residual()},
		"mlp: Model: layer 0: residual block: layer 1 is nil":                                       {mlp.Residual(shared, nil)},
		"mlp: Model: layer 0: residual block: layer 0: 0 units, want at least 1":                    {mlp.Residual(dense(3, 0))},
		"mlp: Model: layer 0: residual block: layer 1 has 4 inputs, layer 0 gives 2":                {mlp.Residual(dense(3, 2), dense(4, 3))},
		"mlp: Model: layer 0: residual block takes 3 columns and gives 4, want the same":            {mlp.Residual(dense(3, 2), dense(2, 4))},
		`mlp: Model: layer 0: parameter "1.weight" belongs to layer 0 already`:                      {mlp.Residual(shared, shared)},
		`mlp: Model: layer 1: parameter "weight" belongs to layer 0 already`:                        {mlp.Residual(shared), shared},
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
