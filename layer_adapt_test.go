package mlp_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// adaptable returns layers that learn from data, the first NTKDense at 1.
func adaptable() []mlp.Layer {
	return []mlp.Layer{
		mlp.NewNormalization(4),
		mlp.NTKDense(4, 12, mlp.SELU),
		mlp.Dropout(12, 0.5),
		mlp.NTKDense(12, 12, mlp.Mish),
		mlp.Residual(mlp.NewNormalization(12), mlp.NTKDense(12, 12, mlp.Tanh)),
		mlp.Dense(12, 6, mlp.ReLU),
		mlp.MemberLayers(2, mlp.NTKDense(3, 5, mlp.ReLU)),
		mlp.NTKDense(10, 3, mlp.Softmax),
	}
}

// Before the bias, units have deviation 1 over the rows, and −b lies within
// their range.
func TestAdaptLayers(t *testing.T) {
	x, _, _, _ := scaledSamples(90)
	layers := adaptable()
	if err := mlp.Adapt(layers, x, 7); err != nil {
		t.Fatal(err)
	}
	net := model(t, mlp.CategoricalCrossEntropy, nil, layers...)
	inputs := x
	for i, l := range net.Layers() {
		if params := l.Params(); i == 1 || i == 3 || i == 7 {
			columns, units := l.Dims()
			var z mat.Dense
			z.Mul(inputs, params[0].Value)
			z.Scale(1/math.Sqrt(float64(columns)), &z)
			for j := range units {
				column := mat.Col(nil, j, &z)
				lo, hi, sum, squares := math.Inf(1), math.Inf(-1), 0.0, 0.0
				for _, v := range column {
					lo, hi, sum = min(lo, v), max(hi, v), sum+v
				}
				for _, v := range column {
					squares += (v - sum/90) * (v - sum/90)
				}
				near(t, "deviation", math.Sqrt(squares/90), 1, 1e-12)
				if b := params[1].Value.At(0, j); !(-b > lo && -b < hi) {
					t.Errorf("layer %d, unit %d: bias %v for sums from %v to %v", i, j, b, lo, hi)
				}
			}
		}
		inputs = infer(l, inputs)
	}
	nearMatrix(t, "mean", layers[0].Params()[0].Value, adapted(t, x).Params()[0].Value, 0)

	// The seed alone decides.
	again, other := adaptable(), adaptable()
	if err := mlp.Adapt(again, x, 7); err != nil {
		t.Fatal(err)
	}
	if err := mlp.Adapt(other, x, 8); err != nil {
		t.Fatal(err)
	}
	before := weights(net)
	if !sameBits(weights(model(t, mlp.CategoricalCrossEntropy, nil, again...)), before) {
		t.Error("the same seed starts with other weights")
	}
	if sameBits(weights(model(t, mlp.CategoricalCrossEntropy, nil, other...)), before) {
		t.Error("another seed starts with the same weights")
	}
}

// A unit that is the same for all samples is not divided by its deviation.
func TestAdaptToConstants(t *testing.T) {
	for _, rows := range []int{1, 5} {
		layers := []mlp.Layer{mlp.NewNormalization(3), mlp.NTKDense(3, 4, mlp.ReLU), mlp.NTKDense(4, 2, mlp.Identity, mlp.WithoutBias())}
		if err := mlp.Adapt(layers, allOf(rows, 3, 2), 1); err != nil {
			t.Fatal(err)
		}
		for _, v := range weights(model(t, mlp.MeanSquaredError, nil, layers...)) {
			if notFinite(v) {
				t.Errorf("%d rows: a weight is %v", rows, v)
			}
		}
	}
}

func TestAdaptLayersErrors(t *testing.T) {
	x, classes, _, _ := samples(20)
	layers := adaptable()
	net := model(t, mlp.CategoricalCrossEntropy, nil, layers...)
	var inTraining error
	fit(t, net, x, classes, mlp.FitOptions{Epochs: 1, Callbacks: []mlp.Callback{onBatch(func(*mlp.Batch) error {
		inTraining = mlp.Adapt(layers[1:2], x, 1)
		return nil
	})}})
	positions := []mlp.Layer{newLookup(3, 4, 3)}
	for want, err := range map[string]error{
		"mlp: Adapt: layer 0: the layer is in training already":         inTraining,
		"mlp: Adapt: no layers":                                         mlp.Adapt(nil, x, 1),
		"mlp: Adapt: layer 1 has 3 inputs, layer 0 gives 4":             mlp.Adapt([]mlp.Layer{mlp.PReLU(4), mlp.PReLU(3)}, x, 1),
		"mlp: Adapt: x has 4 columns, layer 0 takes 5":                  mlp.Adapt([]mlp.Layer{mlp.PReLU(5)}, x, 1),
		"mlp: Adapt: x[2,1] is NaN: not finite":                         mlp.Adapt(layers, with(x, 2, 1, math.NaN()), 1),
		"mlp: Adapt: layer 0: x·W is not finite":                        mlp.Adapt([]mlp.Layer{mlp.NTKDense(2, 9, mlp.ReLU)}, allOf(3, 2, math.MaxFloat64), 1),
		"mlp: Adapt: layer 0: its outputs are not finite":               mlp.Adapt([]mlp.Layer{mlp.Dense(2, 2, mlp.Identity, mlp.WithInitializer(mlp.Constant(9))), mlp.PReLU(2)}, allOf(3, 2, math.MaxFloat64), 1),
		"mlp: Adapt: x row 0 has 0.5 in column 0, the table has 4 rows": mlp.Adapt(positions, allOf(1, 3, 0.5), 1),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

// Layers for some of the columns learn from these.
func TestAdaptColumns(t *testing.T) {
	x, _, _, _ := scaledSamples(90)
	bins, norm := mlp.NewPiecewiseLinear(2, 4, 3), mlp.NewNormalization(2)
	layers := []mlp.Layer{mlp.Columns(4,
		mlp.ColumnGroup{Columns: []int{3, 1}, Layer: bins},
		mlp.ColumnGroup{Columns: []int{0, 2}, Layer: mlp.Stack(norm, mlp.NTKDense(2, 5, mlp.ReLU))})}
	if err := mlp.Adapt(layers, x, 7); err != nil {
		t.Fatal(err)
	}
	columns := func(a, b int) *mat.Dense {
		part := mat.NewDense(90, 2, nil)
		part.SetCol(0, mat.Col(nil, a, x))
		part.SetCol(1, mat.Col(nil, b, x))
		return part
	}
	alone := mlp.NewPiecewiseLinear(2, 4, 3)
	if err := alone.Adapt(columns(3, 1)); err != nil {
		t.Fatal(err)
	}
	nearMatrix(t, "edges", bins.Params()[0].Value, alone.Params()[0].Value, 0)
	nearMatrix(t, "mean", norm.Params()[0].Value, adapted(t, columns(0, 2)).Params()[0].Value, 0)
}
