package mlp_test

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// doubled is a layer of another package that has the methods of a dense layer,
// but computes something else.
type doubled struct{ *mlp.DefaultDense }

func (l doubled) Infer(dst, x *mat.Dense) {
	l.DefaultDense.Infer(dst, x)
	dst.Scale(2, dst)
}

func TestPredictRowOfADenseLayerInAnother(t *testing.T) {
	x, _, _, _ := samples(3)
	dense := mlp.Dense(4, 6, mlp.ReLU).(*mlp.DefaultDense)
	net := model(t, mlp.CategoricalCrossEntropy, nil, doubled{dense}, mlp.Dense(6, 3, mlp.Softmax))
	want, err := net.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	got := make([]float64, 3)
	if err := net.PredictRow(got, x.RawRowView(1)); err != nil || !sameBits(got, want.RawRowView(1)) {
		t.Errorf("PredictRow gives %v, Predict %v (%v)", got, want.RawRowView(1), err)
	}
}
