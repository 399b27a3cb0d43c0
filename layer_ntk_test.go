package mlp_test

import (
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// The layer is a dense layer whose weights are divided by √inputs.
func TestNTKDense(t *testing.T) {
	x, classes, _, _ := samples(50)
	for name, p := range precisions {
		net := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{mlp.WithSeed(1), p.option}, mlp.NTKDense(4, 9, mlp.Mish), mlp.NTKDense(9, 3, mlp.Softmax))
		plain := model(t, mlp.CategoricalCrossEntropy, []mlp.ModelOption{p.option}, mlp.Dense(4, 9, mlp.Mish), mlp.Dense(9, 3, mlp.Softmax))
		fit(t, net, x, classes, mlp.FitOptions{Epochs: 2, Optimizer: mlp.Adam{LearningRate: 0.05}})
		for i, inputs := range []float64{4, 9} {
			from, to := net.Layers()[i].Params(), plain.Layers()[i].Params()
			to[0].Value.Scale(1/math.Sqrt(inputs), from[0].Value)
			to[1].Value.Copy(from[1].Value)
		}
		got, err1 := net.Predict(x)
		want, err2 := plain.Predict(x)
		folded, err3 := frozen(t, net).Predict(x)
		if err := errors.Join(err1, err2, err3); err != nil {
			t.Fatal(err)
		}
		nearMatrix(t, name, got, want, 100*p.roundoff)
		nearMatrix(t, name+": frozen", folded, want, 100*p.roundoff)
		row := make([]float64, 3)
		for i := range 50 {
			if err := net.PredictRow(row, x.RawRowView(i)); err != nil || !sameBits(row, got.RawRowView(i)) {
				t.Errorf("%s: row %d alone: %v, among all %v (%v)", name, i, row, got.RawRowView(i), err)
			}
		}
		sameNetworks(t, reloaded(t, net), net, x)
	}
}

func TestNTKDenseStart(t *testing.T) {
	net := model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)}, mlp.NTKDense(30, 40, mlp.ReLU), mlp.NTKDense(40, 2, mlp.Identity, mlp.WithInitializer(mlp.Zeros)))
	for _, p := range net.Layers()[0].Params() {
		rows, cols := p.Value.Dims()
		sum, squares, n := 0.0, 0.0, float64(rows*cols)
		for _, v := range p.Value.RawMatrix().Data {
			sum += v
			squares += v * v
		}
		if math.Abs(sum/n) > 4/math.Sqrt(n) || math.Abs(squares/n-1) > 4*math.Sqrt(2/n) {
			t.Errorf("%s: mean %v and mean square %v of %v numbers, want those of N(0, 1)", p.Name, sum/n, squares/n, n)
		}
	}
	for _, p := range net.Layers()[1].Params() {
		if mat.Max(p.Value) != 0 || mat.Min(p.Value) != 0 {
			t.Errorf("%s is not 0", p.Name)
		}
	}
}
