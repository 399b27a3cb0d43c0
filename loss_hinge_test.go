package mlp_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

func TestHinge(t *testing.T) {
	yhat, y := mat.NewDense(5, 1, []float64{-2, -0.5, 0, 0.5, 3}), mat.NewDense(5, 1, []float64{0, 0, 1, 1, 0})
	grad := mat.NewDense(5, 1, nil)
	near(t, "hinge", mlp.Hinge.Eval(grad, yhat, y), (0+0.5+1+0.5+4)/5, 1e-15)
	nearMatrix(t, "gradient of hinge", grad, mat.NewDense(5, 1, []float64{0, 0.2, -0.2, -0.2, 0.2}), 1e-15)
	near(t, "squared hinge", mlp.SquaredHinge.Eval(grad, yhat, y), (0+0.25+1+0.25+16)/5, 1e-15)
	nearMatrix(t, "gradient of squared hinge", grad, mat.NewDense(5, 1, []float64{0, 0.2, -0.4, -0.2, 1.6}), 1e-15)
	if loss := mlp.Hinge.Eval(nil, mat.NewDense(1, 1, []float64{math.NaN()}), mat.NewDense(1, 1, nil)); !math.IsNaN(loss) {
		t.Errorf("the hinge loss of NaN is %v", loss)
	}
}

func TestMargins(t *testing.T) {
	x, _, yes, _ := samples(90)
	for _, loss := range []mlp.Loss{mlp.Hinge, mlp.SquaredHinge} {
		net := model(t, loss, []mlp.ModelOption{mlp.WithSeed(1)}, mlp.Dense(4, 8, mlp.Tanh), mlp.Dense(8, 1, mlp.Identity)).(*mlp.BinaryClassifier)
		if net.Threshold() != 0 {
			t.Errorf("threshold %v", net.Threshold())
		}
		h := fit(t, net, x, yes, mlp.FitOptions{Epochs: 200, Optimizer: mlp.Adam{LearningRate: 0.01}})
		last := h.Epochs[199].Train
		scores, err := net.Evaluate(x, yes)
		if err != nil || scores.Score < 0.99 || math.Abs(last.Score-scores.Score) > 0.02 {
			t.Errorf("%s: %+v at the end, Evaluate %+v (%v)", loss.Name(), last, scores, err)
		}
		margins, err := net.Forward(x)
		if err != nil {
			t.Fatal(err)
		}
		for _, threshold := range []float64{0, -1.5, 2} {
			if err := net.SetThreshold(threshold); err != nil {
				t.Error(err)
			}
			labels, err := net.Predict(x)
			if err != nil {
				t.Fatal(err)
			}
			for i := range 90 {
				if (labels.At(i, 0) == 1) != (margins.At(i, 0) >= threshold) {
					t.Errorf("threshold %v: margin %v gives %v", threshold, margins.At(i, 0), labels.At(i, 0))
				}
			}
		}
		for _, threshold := range []float64{math.NaN(), math.Inf(1)} {
			if err := net.SetThreshold(threshold); err == nil || net.Threshold() != 2 {
				t.Errorf("threshold %v is taken", threshold)
			}
		}
		want := "mlp: Probabilities: " + loss.Name() + " trains margins, not probabilities; Forward returns them"
		if _, err := net.Probabilities(x); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
		for _, act := range []mlp.Activation{mlp.Sigmoid, mlp.ReLU, mlp.Softmax} {
			if _, err := mlp.Model([]mlp.Layer{mlp.Dense(4, 1, act)}, loss); err == nil {
				t.Errorf("%s on %s is taken", loss.Name(), act.Name())
			}
		}
		if _, err := mlp.Model([]mlp.Layer{mlp.Dense(4, 1, mlp.Tanh)}, loss); err != nil {
			t.Error(err)
		}
	}
}
