package testkit

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// OneOfEach returns a layer of every kind beyond Dense.
func OneOfEach(units int) []mlp.Layer { return append(BasicLayers(units), TableLayers(units)...) }

// BasicLayers returns a layer of every kind beyond Dense that is of use for any
// data.
func BasicLayers(units int) []mlp.Layer {
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

// TableLayers returns a layer of every kind that is for tables.
func TableLayers(units int) []mlp.Layer {
	return []mlp.Layer{
		mlp.NTKDense(units, units, mlp.Mish),
		mlp.ParametricActivation(units, mlp.Tanh),
		mlp.MemberInputs(2, units, mlp.RandomSigns, nil),
		mlp.BatchEnsemble(2, units, 5, mlp.ELU),
		mlp.MemberLayers(2, mlp.PReLU(5), mlp.Dense(5, 4, mlp.Softplus)),
		mlp.MemberHeads(2, 4, units),
		mlp.MemberMean(2, units, mlp.Tanh),
		mlp.Scale(units),
		Columns(units),
		mlp.Stack(mlp.PBLD(units, 3, 2), mlp.Dense(2*units, units, mlp.Identity)),
		mlp.Residual(mlp.Periodic(units, 2, 2, mlp.WithSharedWeights()), mlp.Dense(2*units, units, mlp.Identity)),
	}
}

// TabM returns the layers of a small TabM for the samples of Coded.
func TabM(units int, act mlp.Activation) []mlp.Layer {
	return []mlp.Layer{
		coded(Bent(2)),
		mlp.MemberInputs(3, 6, mlp.RandomSigns, nil),
		mlp.MemberLayers(3, mlp.Dense(6, 7, mlp.ReLU), mlp.Dropout(7, 0.1)),
		mlp.MemberHeads(3, 7, units),
		mlp.MemberMean(3, units, act),
	}
}

// RealMLP returns the layers of a small RealMLP for the samples of Coded.
func RealMLP(units int, act mlp.Activation) []mlp.Layer {
	return []mlp.Layer{
		coded(mlp.PBLD(2, 5, 3)),
		mlp.Scale(10),
		mlp.NTKDense(10, 9, mlp.Identity), mlp.ParametricActivation(9, mlp.SELU), mlp.Dropout(9, 0.1),
		mlp.NTKDense(9, units, act),
	}
}

// coded gives the first two of four columns to a layer and the fourth to an
// Embedding, and passes on the third.
func coded(numbers mlp.Layer) mlp.Layer {
	return mlp.Columns(4,
		mlp.ColumnGroup{Columns: []int{0, 1}, Layer: numbers},
		mlp.ColumnGroup{Columns: []int{2}, Layer: mlp.ActivationLayer(1, mlp.Identity)},
		mlp.ColumnGroup{Columns: []int{3}, Layer: mlp.Embedding(3, 3)})
}

// Coded turns the fourth column of x into codes below 3, and returns x.
func Coded(x *mat.Dense) *mat.Dense {
	for i := range x.RawMatrix().Rows {
		x.Set(i, 3, float64(i%3))
	}
	return x
}

// Columns returns a layer that gives the columns of x, of which there must be
// three or more, to different layers.
func Columns(units int) mlp.Layer {
	all := make([]int, units)
	for j := range all {
		all[j] = j
	}
	return mlp.Columns(units,
		mlp.ColumnGroup{Columns: all[:1], Layer: Bent(1)},
		mlp.ColumnGroup{Columns: all[1:], Layer: mlp.Dense(units-1, units-2, mlp.Tanh)},
		mlp.ColumnGroup{Columns: all[units-1:], Layer: mlp.Stack(mlp.Dense(1, 2, mlp.ReLU), mlp.Dropout(2, 0.1), mlp.Dense(2, 1, mlp.Identity))})
}

// Bent returns a PiecewiseLinear with three bins and a number for each column.
func Bent(units int) *mlp.PiecewiseLinear {
	l := mlp.NewPiecewiseLinear(units, 3, 1)
	edges := make([][]float64, units)
	for j := range edges {
		edges[j] = []float64{-1, -0.2, 0.3, 1}
	}
	if err := l.Set(edges); err != nil {
		panic(err)
	}
	return l
}

// EnsembleLayer returns the layer of an ensemble.
func EnsembleLayer(t testing.TB, units int) mlp.Layer {
	t.Helper()
	member := func(act mlp.Activation) mlp.Network {
		return Model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)},
			mlp.Dense(units, 4, act), mlp.LayerNorm(4), mlp.Dense(4, units, mlp.Identity))
	}
	return Ensemble(t, member(mlp.Tanh), member(mlp.SELU), member(mlp.ReLU)).Layers()[0]
}

// Adapted returns a Normalization adapted to x.
func Adapted(t testing.TB, x mat.Matrix) *mlp.Normalization {
	t.Helper()
	_, cols := x.Dims()
	norm := mlp.NewNormalization(cols)
	if err := norm.Adapt(x); err != nil {
		t.Fatal(err)
	}
	return norm
}

// Infer returns the result of Infer of l for x.
func Infer(l mlp.Layer, x *mat.Dense) *mat.Dense {
	rows, _ := x.Dims()
	_, units := l.Dims()
	y := mat.NewDense(rows, units, nil)
	l.Infer(y, x)
	return y
}

// Varied gives the parameters of l values between 0.5 and 1.5.
func Varied(l mlp.Layer) mlp.Layer {
	for i, p := range l.Params() {
		p.Value.Apply(func(_, j int, _ float64) float64 { return 1 + math.Sin(float64(i+5*j))/2 }, p.Value)
	}
	return l
}
