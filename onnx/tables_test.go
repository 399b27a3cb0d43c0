package onnx

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
)

// bent returns a PiecewiseLinear with these edges and two numbers for each column.
func bent(t *testing.T, edges ...[]float64) mlp.Layer {
	t.Helper()
	bins := 1
	for _, column := range edges {
		bins = max(bins, len(column)-1)
	}
	l := mlp.NewPiecewiseLinear(len(edges), bins, 2)
	if err := l.Set(edges); err != nil {
		t.Fatal(err)
	}
	return l
}

// tableLayers returns layers for tables by a name, which take 4 columns.
func tableLayers(t *testing.T) map[string]mlp.Layer {
	t.Helper()
	group := func(l mlp.Layer, columns ...int) mlp.ColumnGroup { return mlp.ColumnGroup{Columns: columns, Layer: l} }
	two := func(inputs int) mlp.Layer {
		return averageOf(t, stackOf(mlp.Dense(inputs, 3, mlp.Softmax)), stackOf(mlp.PReLU(inputs), mlp.MemberHeads(1, inputs, 3)))
	}
	return map[string]mlp.Layer{
		"columns":               mlp.Columns(4, group(mlp.Dense(3, 2, mlp.Tanh), 3, 0, 3), group(mlp.ActivationLayer(3, mlp.Identity), 2, 1, 0)),
		"columns left out":      mlp.Columns(4, mlp.ColumnGroup{Columns: []int{1, 2}, Unused: true}, group(mlp.Scale(2), 3, 0)),
		"columns of noise":      mlp.Columns(4, group(mlp.GaussianNoise(4, 0.1), 0, 1, 2, 3)),
		"columns in columns":    mlp.Columns(4, group(mlp.Columns(2, group(mlp.Scale(1), 1), group(mlp.Scale(1), 0)), 2, 3), group(mlp.PReLU(2), 0, 1)),
		"stack":                 mlp.Stack(mlp.Dense(4, 3, mlp.ReLU), mlp.Stack(mlp.Dropout(3, 0.5), mlp.LayerNorm(3)), mlp.GaussianNoise(3, 1)),
		"stack of noise":        mlp.Stack(mlp.GaussianNoise(4, 0.1)),
		"piecewise linear":      bent(t, []float64{-1, 0, 0.5, 1}, []float64{0}, []float64{-0.5, 2}, []float64{-7, -6.5, 6}),
		"piecewise no bins":     bent(t, []float64{-1}, []float64{0}, []float64{2}, []float64{0.5}),
		"periodic":              mlp.Periodic(4, 3, 2),
		"periodic shared":       mlp.Periodic(4, 3, 2, mlp.WithSharedWeights()),
		"pbld":                  mlp.PBLD(4, 3, 3),
		"pbld shared":           mlp.PBLD(4, 2, 2, mlp.WithSharedWeights()),
		"scale":                 mlp.Scale(4),
		"ntk dense":             mlp.NTKDense(4, 5, mlp.SELU),
		"ntk dense alone":       mlp.NTKDense(4, 3, mlp.Softmax, mlp.WithoutBias()),
		"parametric activation": mlp.ParametricActivation(4, mlp.Mish),
		"parametric clip":       mlp.ParametricActivation(4, mlp.NewHardTanh(-0.5, 2)),
		"member inputs":         mlp.MemberInputs(3, 4, mlp.RandomSigns, nil),
		"member layers":         mlp.MemberLayers(2, mlp.Dense(2, 3, mlp.Softmax), mlp.Dropout(3, 0.1), mlp.BatchNorm(3), mlp.Residual(mlp.PReLU(3))),
		"member layers, noise":  mlp.MemberLayers(2, mlp.GaussianNoise(2, 0.1)),
		"batch ensemble":        mlp.BatchEnsemble(2, 2, 3, mlp.Softmax),
		"batch ensemble alone":  mlp.BatchEnsemble(1, 4, 2, mlp.Identity),
		"member heads":          mlp.MemberHeads(2, 2, 3),
		"member mean":           mlp.MemberMean(2, 2, mlp.Softmax),
		"member mean alone":     mlp.MemberMean(4, 1, mlp.Identity),
		"average":               testkit.EnsembleLayer(t, 4),
		"average of one":        averageOf(t, stackOf(mlp.Dense(4, 3, mlp.Softmax))),
		"average of noise":      averageOf(t, stackOf(mlp.GaussianNoise(4, 0.1)), stackOf(mlp.GaussianNoise(4, 0.2))),
		"average of tables":     averageOf(t, stackOf(mlp.Scale(4), mlp.MemberMean(2, 2, mlp.Tanh)), stackOf(mlp.Dense(4, 2, mlp.Identity)), stackOf(mlp.Periodic(4, 1, 2), mlp.NTKDense(8, 2, mlp.SiLU))),
		"average of averages":   averageOf(t, stackOf(two(4)), stackOf(mlp.Dense(4, 3, mlp.Identity)), stackOf(mlp.Dense(4, 2, mlp.SELU), two(2))),
		"average for members":   mlp.MemberLayers(2, two(2)),
		"average for columns":   mlp.Columns(4, group(two(2), 3, 1), group(mlp.Scale(2), 0, 2)),
	}
}

func stackOf(layers ...mlp.Layer) []mlp.Layer { return layers }

// averageOf returns the layer of an ensemble whose members have these layers, with
// a seed for each.
func averageOf(t *testing.T, members ...[]mlp.Layer) mlp.Layer {
	t.Helper()
	nets := make([]mlp.Network, len(members))
	for i, layers := range members {
		nets[i] = testkit.Model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(uint64(i))}, layers...)
	}
	return testkit.Ensemble(t, nets...).Layers()[0]
}

// tableNetworks returns networks of layers for tables.
func tableNetworks(t *testing.T) []network {
	t.Helper()
	var all []network
	layers := tableLayers(t)
	for _, name := range sortedKeys(layers) {
		l := layers[name]
		_, units := l.Dims()
		all = append(all,
			varied(t, name, "", l),
			varied(t, name+" inside", "", mlp.Dense(4, 4, mlp.Tanh), mlp.Stack(l), mlp.Dense(units, 2, mlp.Identity)))
	}
	embedding := varied(t, "embedding", "", mlp.Embedding(5, 3))
	for i := range 9 {
		embedding.x.Set(i, 0, float64(i%5))
	}
	all = append(all, embedding, varied(t, "one of each", "", testkit.OneOfEach(4)...))
	for _, end := range []struct {
		loss  mlp.Loss
		act   mlp.Activation
		units int
		opts  []mlp.ModelOption
	}{
		{mlp.CategoricalCrossEntropy, mlp.Softmax, 3, []mlp.ModelOption{mlp.WithClasses("a", "b", "c")}},
		{mlp.BinaryCrossEntropy, mlp.Sigmoid, 1, nil},
		{mlp.BinaryCrossEntropy, mlp.Sigmoid, 3, nil},
		{mlp.Hinge, mlp.Identity, 1, nil},
		{mlp.MeanSquaredError, mlp.Identity, 2, []mlp.ModelOption{mlp.WithTargetScaling(targetScaling(t))}},
		{mlp.MeanSquaredError, mlp.Identity, 1, nil},
		{mlp.Poisson, mlp.Identity, 1, nil},
	} {
		seed := uint64(0)
		model := func(layers ...mlp.Layer) mlp.Network {
			seed++
			return testkit.Model(t, end.loss, append(slices.Clip(end.opts), mlp.WithSeed(seed)), layers...)
		}
		dense := func() mlp.Network { return model(mlp.Dense(6, 8, mlp.ReLU), mlp.Dense(8, end.units, end.act)) }
		nets := map[string]mlp.Network{
			"tabm":           model(tabM(t, end.units, end.act)...),
			"realmlp":        model(realMLP(t, end.units, end.act)...),
			"dense ensemble": testkit.Ensemble(t, dense(), dense(), dense()),
		}
		nets["ensemble"] = testkit.Ensemble(t, nets["tabm"], nets["realmlp"], dense())
		nets["nested ensemble"] = testkit.Ensemble(t, dense(), nets["ensemble"])
		for _, name := range sortedKeys(nets) {
			all = append(all, network{nets[name], fmt.Sprintf("%s %s %d", name, end.loss.Name(), end.units), "", table(50)})
		}
	}
	return all
}

func targetScaling(t *testing.T) *mlp.Normalization {
	t.Helper()
	l := mlp.NewNormalization(2)
	if err := l.Set([]float64{100, -0.25}, []float64{20, 0.5}); err != nil {
		t.Fatal(err)
	}
	return l
}

// table returns n rows of three numbers, a flag and two codes.
func table(n int) *mat.Dense {
	x := samples(n, 6)
	for i := range n {
		x.Set(i, 2, float64(i%2))
		x.Set(i, 3, float64(i%5))
		x.Set(i, 4, float64(3*i%4))
	}
	return x
}

// tableInputs returns a layer for a table, which gives the numbers to the layer
// that numbers makes for them, like those of package tabular.
func tableInputs(numbers mlp.Layer, units int) mlp.Layer {
	return mlp.Columns(6,
		mlp.ColumnGroup{Columns: []int{0, 1, 5}, Layer: numbers},
		mlp.ColumnGroup{Columns: []int{2}, Layer: mlp.ActivationLayer(1, mlp.Identity)},
		mlp.ColumnGroup{Columns: []int{3}, Layer: mlp.Embedding(5, units)},
		mlp.ColumnGroup{Columns: []int{4}, Layer: mlp.Embedding(4, units)})
}

// adapted lets layers start from a table, and the weights that begin as zeros or
// ones have other values.
func adapted(t *testing.T, layers []mlp.Layer) []mlp.Layer {
	t.Helper()
	if err := mlp.Adapt(layers, table(50), 1); err != nil {
		t.Fatal(err)
	}
	for _, l := range layers {
		for _, p := range l.Params() {
			if lo, hi := mat.Min(p.Value), mat.Max(p.Value); lo == hi {
				p.Value.Apply(func(i, j int, v float64) float64 { return v + math.Sin(float64(3*i+j))/3 }, p.Value)
			}
		}
	}
	return layers
}

// tabM returns the layers of TabM, as package tabular has them.
func tabM(t *testing.T, units int, act mlp.Activation) []mlp.Layer {
	t.Helper()
	inputs := adapted(t, []mlp.Layer{tableInputs(mlp.NewPiecewiseLinear(3, 8, 4), 4)})[0]
	_, n := inputs.Dims()
	return []mlp.Layer{
		inputs,
		mlp.MemberInputs(4, n, mlp.Normal(0, 1), nil),
		mlp.MemberLayers(4, mlp.Dense(n, 16, mlp.ReLU), mlp.Dropout(16, 0.1), mlp.Dense(16, 16, mlp.ReLU), mlp.Dropout(16, 0.1)),
		mlp.MemberHeads(4, 16, units),
		mlp.MemberMean(4, units, act),
	}
}

// realMLP returns the layers of RealMLP, as package tabular has them.
func realMLP(t *testing.T, units int, act mlp.Activation) []mlp.Layer {
	t.Helper()
	inputs := tableInputs(mlp.PBLD(3, 16, 4), 8)
	_, n := inputs.Dims()
	layers := []mlp.Layer{inputs, mlp.Scale(n)}
	for range 3 {
		layers = append(layers, mlp.NTKDense(n, 16, mlp.Identity), mlp.ParametricActivation(16, mlp.SELU), mlp.Dropout(16, 0.15))
		n = 16
	}
	return adapted(t, append(layers, mlp.NTKDense(n, units, act)))
}

// A parameter beyond float32 is an error that names it.
func TestTablesBeyondFloat32(t *testing.T) {
	layers := tableLayers(t)
	layers["embedding"] = mlp.Embedding(5, 3)
	tried := 0
	for name, l := range layers {
		net := varied(t, name, "", l)
		for _, p := range l.Params() {
			tried++
			before := p.Value.At(0, 0)
			p.Value.Set(0, 0, -1e300)
			err := Export(io.Discard, net.Network, Float32)
			if want := p.Name + "[0] is -1e+300, too large for float32"; err == nil || !strings.HasSuffix(err.Error(), want) {
				t.Errorf("%s: got %v, want %s", name, err, want)
			}
			p.Value.Set(0, 0, before)
		}
	}
	if tried < 40 {
		t.Errorf("only %d parameters", tried)
	}
}

// smallTabM returns a small network of members. Columns 0 and 3 are codes.
func smallTabM(t *testing.T) []mlp.Layer {
	t.Helper()
	return []mlp.Layer{
		mlp.Columns(4,
			mlp.ColumnGroup{Columns: []int{1, 2}, Layer: bent(t, []float64{-1, 0, 2}, []float64{0.5})},
			mlp.ColumnGroup{Columns: []int{0}, Layer: mlp.Embedding(2, 1)},
			mlp.ColumnGroup{Columns: []int{3}, Layer: mlp.Stack(mlp.Embedding(3, 2), mlp.Dropout(2, 0.5))}),
		mlp.MemberInputs(2, 7, mlp.RandomSigns, nil),
		mlp.MemberLayers(2, mlp.Dense(7, 3, mlp.ReLU), mlp.Dropout(3, 0.25)),
		mlp.BatchEnsemble(2, 3, 3, mlp.SELU),
		mlp.MemberHeads(2, 3, 2),
		mlp.MemberMean(2, 2, mlp.Softmax),
	}
}

// smallRealMLP returns a small network of waves. Columns 0 and 3 are codes.
func smallRealMLP() []mlp.Layer {
	return []mlp.Layer{
		mlp.Columns(4,
			mlp.ColumnGroup{Columns: []int{1, 2}, Layer: mlp.PBLD(2, 3, 2)},
			mlp.ColumnGroup{Columns: []int{2, 1}, Layer: mlp.Periodic(2, 1, 2, mlp.WithSharedWeights())},
			mlp.ColumnGroup{Columns: []int{0}, Layer: mlp.Embedding(2, 1)},
			mlp.ColumnGroup{Columns: []int{3}, Layer: mlp.ActivationLayer(1, mlp.Identity)}),
		mlp.Scale(10),
		mlp.NTKDense(10, 4, mlp.Identity),
		mlp.ParametricActivation(4, mlp.Mish),
		mlp.NTKDense(4, 1, mlp.Identity),
	}
}

// smallEnsemble returns the layer of a small ensemble. Columns 0 and 3 are codes.
func smallEnsemble(t *testing.T) mlp.Layer {
	t.Helper()
	dense := stackOf(mlp.Dense(4, 3, mlp.Tanh), mlp.Dropout(3, 0.25), mlp.Dense(3, 2, mlp.Softmax))
	inner := averageOf(t, stackOf(mlp.LayerNorm(4), mlp.Dense(4, 2, mlp.Softmax)), stackOf(mlp.Residual(mlp.PReLU(4)), mlp.NTKDense(4, 2, mlp.Softmax)))
	return averageOf(t, smallTabM(t), dense, stackOf(inner))
}
