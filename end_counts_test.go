package mlp_test

import (
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// counts returns n×2 nonnegative numbers computed from the x of samples.
func counts(x *mat.Dense) *mat.Dense {
	rows, _ := x.Dims()
	y := mat.NewDense(rows, 2, nil)
	for i := range rows {
		y.Set(i, 0, math.Round(math.Exp(2*x.At(i, 0))))
		y.Set(i, 1, math.Round(math.Exp(x.At(i, 1)+x.At(i, 2))))
	}
	return y
}

// With Poisson, Predict returns counts, Forward their logarithms, and the score
// is R² of the counts.
func TestCounts(t *testing.T) {
	x, _, _, _ := samples(60)
	y := counts(x)
	net := counter(t)
	h := fit(t, net, x, y, mlp.FitOptions{Epochs: 500, BatchSize: 60, Optimizer: mlp.Adam{LearningRate: 0.02}})
	logs, err1 := net.Forward(x)
	got, err2 := net.Predict(x)
	scores, err3 := net.Evaluate(x, y)
	if err1 != nil || err2 != nil || err3 != nil {
		t.Fatal(err1, err2, err3)
	}
	var want mat.Dense
	want.Apply(func(_, _ int, v float64) float64 { return math.Exp(v) }, logs)
	nearMatrix(t, "Predict", got, &want, 1e-14)
	row := make([]float64, 2)
	for i := range 60 {
		if err := net.PredictRow(row, x.RawRowView(i)); err != nil {
			t.Fatal(err)
		}
		nearMatrix(t, "PredictRow", mat.NewDense(1, 2, row), got.Slice(i, i+1, 0, 2).(*mat.Dense), 1e-13)
	}
	view := mat.NewDense(60, 5, nil).Slice(0, 60, 2, 4).(*mat.Dense)
	if err := net.PredictTo(view, x); err != nil || !mat.Equal(view, got) {
		t.Errorf("PredictTo a part of a matrix differs (%v)", err)
	}
	r2, err := mlp.R2(y, got)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "score", scores.Score, r2, 1e-14)
	if scores.Score < 0.95 || math.Abs(h.Epochs[499].Train.Score-scores.Score) > 0.01 {
		t.Errorf("R² %v, in the last epoch %v", scores.Score, h.Epochs[499].Train.Score)
	}
	sameNetworks(t, reloaded(t, net), net, x)

	// Also for counts that are not known from the start.
	other := counter(t)
	before, err := other.Evaluate(x, y)
	if err != nil {
		t.Fatal(err)
	}
	s, err := trainer(t, other, mlp.FitOptions{}).FitBatch(x, y)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "score of a batch", s.Score, before.Score, 1e-12)
}

// A count that is too large for a float64 is an error, not an infinity.
func TestCountsThatOverflow(t *testing.T) {
	net := counter(t)
	bias := net.Layers()[1].Params()[1].Value
	bias.Set(0, 1, 1e3)
	x, _, _, _ := samples(5)
	checkMisuses(t, savedAll(t, net), []misuse{
		{"Predict", func() error { return second(net.Predict(x)) }, "mlp: Predict: the output for row 0, column 1, is +Inf: not finite"},
		{"PredictTo", func() error { return net.PredictTo(mat.NewDense(5, 2, nil), x) }, "mlp: PredictTo: the output for row 0, column 1, is +Inf: not finite"},
		{"PredictRow", func() error { return net.PredictRow(make([]float64, 2), x.RawRowView(3)) }, "mlp: PredictRow: the output in column 1 is +Inf: not finite"},
	})
	if _, err := net.Forward(x); err != nil {
		t.Errorf("Forward: %v", err)
	}
	bias.Set(0, 1, -1e6)
	if y, err := net.Predict(x); err != nil || y.At(0, 1) != 0 {
		t.Errorf("the smallest count: %v, %v", y, err)
	}
	if s, err := net.Evaluate(x, counts(x)); err != nil || math.IsNaN(s.Score) || math.IsInf(s.Score, 0) {
		t.Errorf("%+v, %v", s, err)
	}
	bias.Set(0, 1, 1e3)
	if _, err := net.Evaluate(x, counts(x)); !errors.Is(err, mlp.ErrNotFinite) {
		t.Errorf("Evaluate: %v", err)
	}
}

// gammaLoss is a loss of another package that accepts only targets above 0.
type gammaLoss struct{ mlp.Loss }

func (gammaLoss) Name() string                     { return "gamma" }
func (gammaLoss) CheckOutput(mlp.Activation) error { return nil }
func (gammaLoss) CheckTarget(row []float64) error {
	for _, v := range row {
		if v <= 0 {
			return errors.New("has a number that is not above 0")
		}
	}
	return nil
}

// A loss checks targets in the units in which it takes them.
func TestCheckedTargets(t *testing.T) {
	x, _, _, _ := samples(5)
	y := mat.NewDense(5, 1, []float64{1, 2, 3, 4, 5})
	scale := mlp.NewNormalization(1)
	if err := scale.Adapt(y); err != nil {
		t.Fatal(err)
	}
	loss := gammaLoss{mlp.MeanSquaredError}
	plain := model(t, loss, nil, mlp.Dense(4, 1, mlp.Identity))
	scaled := model(t, loss, []mlp.ModelOption{mlp.WithTargetScaling(scale)}, mlp.Dense(4, 1, mlp.Identity))
	if _, err := plain.Evaluate(x, y); err != nil {
		t.Error(err)
	}
	for want, c := range map[string]struct {
		net mlp.Network
		y   *mat.Dense
	}{
		"mlp: Evaluate: y row 2 has a number that is not above 0":        {plain, with(y, 2, 0, 0)},
		"mlp: Evaluate: scaled y row 0 has a number that is not above 0": {scaled, y},
	} {
		if _, err := c.net.Evaluate(x, c.y); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}
