package acceptance_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
)

// trainedHash is the SHA-256 of the results of trainEverything in each
// precision, on every processor with a fused multiply-add, with and without
// assembly.
var trainedHash = map[mlp.Precision]string{
	mlp.Float64: "054038e20d3432b8107c94cc45b84866ea105373d9bff424254fb3a9f4639302",
	mlp.Float32: "05daa6d3d9f94c97f6fbd2baa8efd45225de402bdb9f9c9ca6a29b40d8965edc",
}

// exactSamples returns samples and one-hot targets that are the same on every
// processor.
func exactSamples(rows, inputs, classes int) (x, y *mat.Dense) {
	x, y = mat.NewDense(rows, inputs, nil), mat.NewDense(rows, classes, nil)
	for i := range rows {
		for j := range inputs {
			x.Set(i, j, float64((i*i+7*i*j+3*j)%23)/11-1)
		}
		y.Set(i, (i*i/3)%classes, 1)
	}
	return x, y
}

// tablesHash is that of trainTables.
var tablesHash = map[mlp.Precision]string{
	mlp.Float64: "b0c39739642c9ba13df2bd6d794027d09183c031cfba2f3e06b848cfd2767e32",
	mlp.Float32: "91c1c725c49426c0074fee309f614ee0f97d772d7a466aeb3cf84950d6cf86ad",
}

// trainTables trains a network of the layers for tables and returns the hash of
// its weights, losses and predictions.
func trainTables(t *testing.T, p mlp.Precision) string {
	t.Helper()
	const width = 19
	x, classes := exactSamples(150, 7, 3)
	layers := append([]mlp.Layer{mlp.Dense(7, width, mlp.Tanh)}, testkit.TableLayers(width)...)
	layers = append(layers, mlp.MemberInputs(3, width, mlp.RandomSigns, nil), mlp.BatchEnsemble(3, width, 7, mlp.ReLU), mlp.MemberHeads(3, 7, 3), mlp.MemberMean(3, 3, mlp.Softmax))
	if err := mlp.Adapt(layers, x, 5); err != nil {
		t.Fatal(err)
	}
	net := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(11), mlp.WithPrecision(p)}, layers...)
	var numbers []float64
	for _, opt := range []mlp.Rule{mlp.SGD{}, mlp.AdamW{}} {
		for _, e := range fit(t, net, x, classes, mlp.FitOptions{Epochs: 3, BatchSize: 16, Optimizer: opt}).Epochs {
			numbers = append(numbers, e.Train.Loss, e.Train.Score)
		}
	}
	out, err := net.Forward(x)
	if err != nil {
		t.Fatal(err)
	}
	numbers = append(append(numbers, weights(net)...), out.RawMatrix().Data...)
	hash := sha256.New()
	if err := binary.Write(hash, binary.LittleEndian, numbers); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", hash.Sum(nil))
}

// ofLogarithms is a loss whose score is computed from the outputs.
type ofLogarithms struct{ mlp.LogitLoss }

func (ofLogarithms) Task() mlp.Task { return mlp.Regression }

// trainEverything trains networks that have every activation, kind of layer,
// loss and update rule and returns the hash of their weights, losses and
// predictions, and of the activations and schedules by themselves.
func trainEverything(t *testing.T, p mlp.Precision) string {
	t.Helper()
	const rows, inputs, classes, width = 150, 7, 3, 19
	x, y := exactSamples(rows, inputs, classes)
	yes := y.Slice(0, rows, 1, 2)
	var bytes []byte
	add := func(values ...float64) {
		for _, v := range values {
			bytes = binary.LittleEndian.AppendUint64(bytes, math.Float64bits(v))
		}
	}
	for _, act := range testkit.Activations {
		y, dz := grid(act)
		add(y...)
		add(dz...)
	}
	optimizers := append(testkit.Rules,
		mlp.SGD{Momentum: 0.9},
		mlp.SGD{Momentum: 0.9, Nesterov: true},
		mlp.Adam{AMSGrad: true},
		mlp.RMSprop{Momentum: 0.9, Centered: true},
	)
	for _, c := range []struct {
		loss   mlp.Loss
		output mlp.Layer
		y      mat.Matrix
	}{
		{mlp.CategoricalCrossEntropy, mlp.Dense(width, classes, mlp.Softmax), y},
		{mlp.BinaryCrossEntropy, mlp.Dense(width, 1, mlp.Sigmoid), yes},
		{mlp.LabelSmoothing(mlp.CategoricalCrossEntropy, 0.1), mlp.Dense(width, classes, mlp.Softmax), y},
		{mlp.KLDivergence, mlp.Dense(width, classes, mlp.Softmax), y},
		{mlp.Focal(2), mlp.Dense(width, 1, mlp.Sigmoid), yes},
		{mlp.MeanSquaredError, mlp.Dense(width, classes, mlp.Sigmoid), y},
		{mlp.MeanAbsoluteError, mlp.Dense(width, classes, mlp.Identity), y},
		{mlp.Huber(0.3), mlp.Dense(width, classes, mlp.Identity), y},
		{mlp.LogCosh, mlp.Dense(width, classes, mlp.Identity), y},
		{mlp.Quantile(0.3), mlp.Dense(width, classes, mlp.Identity), y},
		{ofLogarithms{mlp.Poisson}, mlp.Dense(width, classes, mlp.Identity), y},
		{mlp.Hinge, mlp.Dense(width, 1, mlp.Identity), yes},
		{mlp.SquaredHinge, mlp.Dense(width, 1, mlp.Identity), yes},
	} {
		layers := []mlp.Layer{mlp.Dense(inputs, width, mlp.Tanh, mlp.WithInitializer(mlp.Orthogonal))}
		for _, act := range testkit.Activations {
			layers = append(layers, mlp.Dense(width, width, act))
		}
		layers = append(layers, testkit.BasicLayers(width)...)
		net := model(t, c.loss, []mlp.ModelOption{mlp.WithSeed(11), mlp.WithPrecision(p)}, append(layers, c.output)...)
		for _, opt := range optimizers {
			for _, e := range fit(t, net, x, c.y, mlp.FitOptions{Epochs: 3, BatchSize: 16, Optimizer: opt}).Epochs {
				add(e.Train.Loss, e.Train.Score)
			}
		}
		add(weights(net)...)
		out, err := net.Forward(x)
		if err != nil {
			t.Fatal(err)
		}
		add(out.RawMatrix().Data...)
		optimizers = optimizers[:2] // once all of them is enough
	}
	small := func(seed uint64) mlp.Network {
		return model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(seed), mlp.WithPrecision(p)},
			mlp.Dense(inputs, width, mlp.Tanh, mlp.WithL2(1e-3)), mlp.Dense(width, classes, mlp.Softmax))
	}
	net := small(11)
	curve, err := mlp.FindLearningRate(t.Context(), net, x, y, mlp.FitOptions{}, mlp.RateSearch{})
	if err != nil {
		t.Fatal(err)
	}
	add(curve.Rates...)
	add(curve.Losses...)
	for _, opts := range []mlp.FitOptions{
		{AccumulateSteps: 3, AverageDecay: 0.9, ClipNorm: 0.1, ValidationSplit: 31. / rows},
		{Optimizer: mlp.LBFGS{}, Epochs: 30},
	} {
		for _, e := range fit(t, net, x, y, opts).Epochs {
			add(e.Train.Loss, e.Train.Score, e.GradientNorm)
		}
		add(weights(net)...)
	}
	ensemble, err := mlp.Ensemble(net, small(12), small(13))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range fit(t, ensemble, x, y, mlp.FitOptions{Epochs: 3}).Epochs {
		add(e.Train.Loss, e.Train.Score)
	}
	add(weights(ensemble)...)
	out, err := ensemble.Forward(x)
	if err != nil {
		t.Fatal(err)
	}
	add(out.RawMatrix().Data...)
	for _, s := range []mlp.Schedule{
		mlp.StepDecay{Every: 0.3, Factor: 0.7},
		mlp.MultiStepDecay{Milestones: []float64{1, 2.5}},
		mlp.ExponentialDecay{Factor: 0.9},
		mlp.InverseTimeDecay{Rate: 0.3},
		mlp.PolynomialDecay{Epochs: 5, Power: 1.7, End: 0.1},
		mlp.CosineDecay{Epochs: 5, End: 0.1},
		mlp.CosineRestarts{Period: 0.7, Growth: 2, End: 0.1},
		mlp.Warmup{Epochs: 3.3, Start: 0.1},
		mlp.OneCycle{Epochs: 5},
	} {
		for i := range 600 {
			add(s.Scale(float64(i) / 100))
		}
	}
	return fmt.Sprintf("%x", sha256.Sum256(bytes))
}

// grid returns the values and the derivatives of act at small and large
// arguments. A deep network hides the derivatives of its first layers.
func grid(act mlp.Activation) (y, dz []float64) {
	const n = 1000
	z, dy := make([]float64, n), make([]float64, n)
	for i := range n {
		z[i] = float64(i-n/2) / 83
		if i%5 == 0 {
			z[i] *= 100
		}
		dy[i] = 1 + float64(i%7)/3
	}
	y, dz = make([]float64, n), make([]float64, n)
	act.Apply(y, z)
	act.Backprop(dz, dy, z, y)
	return y, dz
}

func TestSameBitsOnEveryArchitecture(t *testing.T) {
	needFMA(t)
	for p, want := range trainedHash {
		if got := trainEverything(t, p); got != want {
			t.Errorf("%v: hash %s, want %s", p, got, want)
		}
		if got, want := trainTables(t, p), tablesHash[p]; got != want {
			t.Errorf("%v: hash of tables %s, want %s", p, got, want)
		}
	}
}
