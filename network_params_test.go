package mlp_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// A parameter in another shape, as after Reset, is an error that names it,
// wherever the network is used.
func TestParametersOfOtherShapes(t *testing.T) {
	x, _, _, numbers := samples(20)
	ctx := context.Background()
	ones := mat.NewDense(1, 4, []float64{1, 1, 1, 1})
	for _, c := range []struct {
		layer, param int
		spoil        func(m *mat.Dense)
		want         string
	}{
		{0, 0, (*mat.Dense).Reset, `parameter "layers.0.weight" is 0×0, was 4×5 for Model`},
		{0, 1, (*mat.Dense).Reset, `parameter "layers.0.bias" is 0×0, was 1×5 for Model`},
		{1, 2, (*mat.Dense).Reset, `parameter "layers.1.running_mean" is 0×0, was 1×5 for Model`},
		{2, 0, (*mat.Dense).Reset, `parameter "layers.2.0.weight" is 0×0, was 5×5 for Model`},
		{3, 0, func(m *mat.Dense) { *m = *mat.DenseCopyOf(m.T()) }, `parameter "layers.3.weight" is 2×5, was 5×2 for Model`},
		{3, 1, func(m *mat.Dense) { m.Reset(); m.ReuseAs(1, 1) }, `parameter "layers.3.bias" is 1×1, was 1×2 for Model`},
		{0, 0, func(m *mat.Dense) { m.Reset(); m.CloneFrom(ones) }, `parameter "layers.0.weight" is 1×4, was 4×5 for Model`},
	} {
		build := func() mlp.Network {
			return model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithTargetScaling(mlp.NewNormalization(2))},
				mlp.Dense(4, 5, mlp.Tanh), mlp.BatchNorm(5), mlp.Residual(mlp.Dense(5, 5, mlp.ReLU)), mlp.Dense(5, 2, mlp.Identity))
		}
		net, out := build(), make([]float64, 2)
		trained := build()
		trainer, err := mlp.NewTrainer(trained, mlp.FitOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []mlp.Network{net, trained} {
			c.spoil(n.Layers()[c.layer].Params()[c.param].Value)
		}
		for op, call := range map[string]func() error{
			"Predict":    func() error { return second(net.Predict(x)) },
			"PredictRow": func() error { return net.PredictRow(out, x.RawRowView(0)) },
			"Forward":    func() error { return second(net.Forward(x)) },
			"Evaluate":   func() error { return second(net.Evaluate(x, numbers)) },
			"Fit":        func() error { return second(net.Fit(ctx, x, numbers, mlp.FitOptions{Epochs: 1})) },
			"FitBatch":   func() error { return second(trainer.FitBatch(x, numbers)) },
			"Save":       func() error { return mlp.Save(&bytes.Buffer{}, net) },
		} {
			if err := call(); err == nil || err.Error() != "mlp: "+op+": "+c.want {
				t.Errorf("got %v, want mlp: %s: %s", err, op, c.want)
			}
		}
	}

	net := regressor(t)
	_, err := net.Fit(ctx, x, numbers, mlp.FitOptions{Epochs: 3, Callbacks: []mlp.Callback{mlp.CallbackFunc(func(*mlp.Epoch) error {
		net.Layers()[0].Params()[0].Value.Reset()
		return nil
	})}})
	if want := `mlp: Fit: callback: parameter "layers.0.weight" is 0×0`; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// A dst that is a parameter, or a part of one, would change the network.
func TestPredictToParameters(t *testing.T) {
	scale := mlp.NewNormalization(2)
	net := model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithTargetScaling(scale)},
		mlp.Dense(4, 2, mlp.Tanh), mlp.BatchNorm(2), mlp.Residual(mlp.Dense(2, 2, mlp.ReLU)), mlp.Dense(2, 2, mlp.Identity))
	before := weights(net)
	value := func(layer, param int) *mat.Dense { return net.Layers()[layer].Params()[param].Value }
	whole := value(0, 0)
	for _, c := range []struct {
		want string
		dst  *mat.Dense
	}{
		{"layers.0.weight", whole},
		{"layers.0.weight", whole.Slice(1, 3, 0, 2).(*mat.Dense)},
		{"layers.0.weight", mat.NewDense(1, 2, whole.RawMatrix().Data[1:3])},
		{"layers.0.bias", value(0, 1)},
		{"layers.1.running_var", value(1, 3)},
		{"layers.2.0.weight", value(2, 0)},
		{"layers.3.weight", value(3, 0)},
		{"layers.3.bias", value(3, 1)},
	} {
		rows, _ := c.dst.Dims()
		err := net.PredictTo(c.dst, mat.NewDense(rows, 4, nil))
		if want := "mlp: PredictTo: dst overlaps " + c.want; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if !sameBits(weights(net), before) {
		t.Error("the weights have changed")
	}
	data := make([]float64, 8)
	if err := net.PredictTo(mat.NewDense(2, 2, data[:4]), mat.NewDense(2, 4, nil)); err != nil {
		t.Error(err)
	}
}
