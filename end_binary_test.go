package mlp_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// labels returns n×3 labels computed from the x of samples; a row may have none
// or several.
func labels(x *mat.Dense) *mat.Dense {
	rows, _ := x.Dims()
	y := mat.NewDense(rows, 3, nil)
	for i := range rows {
		for j := range 3 {
			if x.At(i, j)+x.At(i, 3)/2 > 0.2*float64(j) {
				y.Set(i, j, 1)
			}
		}
	}
	return y
}

var labelLosses = []mlp.Loss{
	mlp.BinaryCrossEntropy, mlp.LabelSmoothing(mlp.BinaryCrossEntropy, 0.05), mlp.Focal(1), mlp.Hinge, mlp.SquaredHinge,
}

// A network learns several labels at once, and its score is the share of
// correct labels.
func TestSeveralLabels(t *testing.T) {
	x, _, _, _ := samples(90)
	y := labels(x)
	for _, loss := range labelLosses {
		t.Run(loss.Name(), func(t *testing.T) {
			net := labeller(t, loss)
			h := fit(t, net, x, y, mlp.FitOptions{Epochs: 200, Optimizer: mlp.Adam{LearningRate: 0.02}, ValidationSplit: 0.1})
			scores, err := net.Evaluate(x, y)
			if err != nil || scores.Score < 0.95 || h.Epochs[199].Train.Score < 0.95 {
				t.Errorf("%+v in the last epoch, Evaluate %+v (%v)", h.Epochs[199].Train, scores, err)
			}
			for _, threshold := range []float64{net.Threshold(), 0.75} {
				if err := net.SetThreshold(threshold); err != nil {
					t.Fatal(err)
				}
				out, err1 := net.Forward(x)
				got, err2 := net.Predict(x)
				scores, err3 := net.Evaluate(x, y)
				if err1 != nil || err2 != nil || err3 != nil {
					t.Fatal(err1, err2, err3)
				}
				right, row := 0, make([]float64, 3)
				for i := range 90 {
					if err := net.PredictRow(row, x.RawRowView(i)); err != nil || !slices.Equal(row, got.RawRowView(i)) {
						t.Errorf("PredictRow %v, Predict %v (%v)", row, got.RawRowView(i), err)
					}
					for j, v := range out.RawRowView(i) {
						if (got.At(i, j) == 1) != (v >= threshold) || got.At(i, j) != 0 && got.At(i, j) != 1 {
							t.Errorf("threshold %v, output %v: label %v", threshold, v, got.At(i, j))
						}
						if got.At(i, j) == y.At(i, j) {
							right++
						}
					}
				}
				if want := float64(right) / 270; scores.Score != want {
					t.Errorf("threshold %v: score %v, want %v", threshold, scores.Score, want)
				}
				if r, err := mlp.NewLabelReport(y, got); err != nil || r.Accuracy != scores.Score {
					t.Errorf("the report has the accuracy %v (%v), want %v", r.Accuracy, err, scores.Score)
				}
			}
			again := reloaded(t, net).(*mlp.BinaryClassifier)
			sameNetworks(t, again, net, x)
			if again.Threshold() != 0.75 {
				t.Errorf("loaded with threshold %v", again.Threshold())
			}
		})
	}
}

// A step of gradient descent goes along the derivative of the loss that Evaluate
// reports.
func TestGradientsOfSeveralLabels(t *testing.T) {
	x, _, _, _ := samples(12)
	y := labels(x)
	for _, loss := range labelLosses {
		net := labeller(t, loss)
		before := weights(net)
		const h = 1e-6
		var numeric []float64
		for _, l := range net.Layers() {
			for _, p := range l.Params() {
				for i, v := range p.Value.RawMatrix().Data {
					at := func(v float64) float64 {
						p.Value.RawMatrix().Data[i] = v
						s, err := net.Evaluate(x, y)
						if err != nil {
							t.Fatal(err)
						}
						return s.Loss
					}
					numeric = append(numeric, (at(v+h)-at(v-h))/(2*h))
					at(v)
				}
			}
		}
		fit(t, net, x, y, mlp.FitOptions{Epochs: 1, BatchSize: 12, Optimizer: mlp.SGD{LearningRate: 1}})
		for i, after := range weights(net) {
			near(t, fmt.Sprintf("%s: derivative by weight %d", loss.Name(), i), before[i]-after, numeric[i], 1e-7)
		}
	}
}

func TestLabelNames(t *testing.T) {
	x, _, yes, _ := samples(90)
	y := labels(x)
	net := labeller(t, mlp.BinaryCrossEntropy, mlp.WithClasses("red", "green", "blue"))
	fit(t, net, x, y, mlp.FitOptions{Epochs: 20, Optimizer: mlp.Adam{LearningRate: 0.02}})
	predicted, err1 := net.Predict(x)
	sets, err2 := net.LabelSets(x)
	if err1 != nil || err2 != nil || len(sets) != 90 {
		t.Fatal(len(sets), err1, err2)
	}
	for i, set := range sets {
		var want []string
		for j, name := range net.ClassNames() {
			if predicted.At(i, j) == 1 {
				want = append(want, name)
			}
		}
		if !slices.Equal(set, want) {
			t.Errorf("row %d: %q, want %q", i, set, want)
		}
	}
	again := reloaded(t, net).(*mlp.BinaryClassifier)
	if got := again.ClassNames(); !slices.Equal(got, net.ClassNames()) {
		t.Errorf("loaded with the names %q", got)
	}
	data, err := net.MarshalBinary()
	var into mlp.BinaryClassifier
	if err != nil || into.UnmarshalBinary(data) != nil {
		t.Fatal(err, into.UnmarshalBinary(data))
	}
	sameNetworks(t, &into, net, x)

	other := labeller(t, mlp.BinaryCrossEntropy, mlp.WithClasses("red", "green", "blue"), mlp.WithSeed(2))
	both, err := mlp.Ensemble(net, other)
	if err != nil {
		t.Fatal(err)
	}
	if names := both.(*mlp.BinaryClassifier).ClassNames(); !slices.Equal(names, net.ClassNames()) {
		t.Errorf("the ensemble has the names %q", names)
	}
	if scores, err := both.Evaluate(x, y); err != nil || !(scores.Score > 0.5) {
		t.Errorf("the ensemble: %+v, %v", scores, err)
	}

	one := binaryNet(t, mlp.WithClasses("no", "yes"))
	ctx := context.Background()
	bare := labeller(t, mlp.BinaryCrossEntropy)
	weights := mlp.FitOptions{ClassWeights: []float64{1, 2, 3}}
	checkMisuses(t, savedAll(t, net, one, bare), []misuse{
		{"labels of labels", func() error { return second(net.Labels(x)) }, "mlp: Labels: a sample may have several of the 3 labels, LabelSets returns them"},
		{"sets of a choice", func() error { return second(one.LabelSets(x)) }, "mlp: LabelSets: a sample has one of 2 classes, Labels returns it"},
		{"sets without names", func() error { return second(bare.LabelSets(x)) }, "mlp: LabelSets: the classes have no names, see WithClasses"},
		{"sets of NaN", func() error { return second(net.LabelSets(with(x, 0, 0, nan))) }, "mlp: LabelSets: x[0,0] is NaN: not finite"},
		{"names of two classes", func() error { return net.SetClassNames("no", "yes") }, "mlp: SetClassNames: the list has 2 names, the network has classes: 3"},
		{"targets of one", func() error { return second(net.Fit(ctx, x, yes, mlp.FitOptions{})) }, "mlp: Fit: y has 1 columns, layer 1 gives 3"},
		{"probabilities as targets", func() error { return second(net.Fit(ctx, x, with(y, 2, 1, 0.5), mlp.FitOptions{})) }, "mlp: Fit: y[2,1] is 0.5, binary_cross_entropy takes 0 or 1"},
		{"class weights", func() error { return second(net.Fit(ctx, x, y, weights)) }, "mlp: Fit: ClassWeights for 3 labels, of which a row may have several: SampleWeights say how much a row counts"},
		{"class weights of a Trainer", func() error { return second(mlp.NewTrainer(net, weights)) }, "mlp: NewTrainer: ClassWeights for 3 labels, of which a row may have several: SampleWeights say how much a row counts"},
		{"short dst", func() error { return net.ProbabilitiesRow(make([]float64, 1), x.RawRowView(0)) }, "mlp: ProbabilitiesRow: dst has 1 entries, layer 1 gives 3"},
		{"other units", func() error { return second(mlp.Ensemble(net, one)) }, "mlp: Ensemble: member 1 has 1 outputs, member 0 has 3"},
	})
	w := slices.Repeat([]float64{1, 0, 2}, 30)
	fit(t, net, x, y, mlp.FitOptions{Epochs: 1, SampleWeights: w})
}

// A run with labels continues from its checkpoint to the same bits.
func TestResumeWithLabels(t *testing.T) {
	x, _, _, _ := samples(30)
	y := labels(x)
	path := t.TempDir() + "/run"
	whole := labeller(t, mlp.BinaryCrossEntropy)
	fit(t, whole, x, y, mlp.FitOptions{Epochs: 6})
	fit(t, labeller(t, mlp.BinaryCrossEntropy), x, y, mlp.FitOptions{Epochs: 3, Callbacks: []mlp.Callback{&mlp.Checkpoint{Path: path}}})
	net, state, err := mlp.LoadCheckpoint(path)
	if err != nil {
		t.Fatal(err)
	}
	fit(t, net, x, y, mlp.FitOptions{Epochs: 6, Resume: state})
	if !bytes.Equal(saved(t, net), saved(t, whole)) {
		t.Error("the run ends with other bits")
	}
}

// For each task, a loss of another package is fused with its activation: the
// score in training is that of the answers.
func TestScoresOfOtherFusions(t *testing.T) {
	x, _, yes, numbers := samples(30)
	for _, c := range []struct {
		name string
		net  mlp.Network
		y    *mat.Dense
	}{
		{"binary", model(t, onActivation{mlp.BinaryCrossEntropy, mlp.HardSigmoid}, nil, mlp.Dense(4, 1, mlp.HardSigmoid)), yes},
		{"regression", model(t, onActivation{mlp.MeanSquaredError, mlp.Softplus}, nil, mlp.Dense(4, 2, mlp.Softplus)), numbers},
	} {
		want, err := c.net.Evaluate(x, c.y)
		if err != nil {
			t.Fatal(err)
		}
		h := fit(t, c.net, x, c.y, mlp.FitOptions{Epochs: 1, BatchSize: 30, KeepOrder: true})
		near(t, c.name, h.Epochs[0].Train.Score, want.Score, 1e-12)
	}
}

// onActivation is a loss that fuses with an activation in the simplest way.
type onActivation struct {
	mlp.Loss
	act mlp.Activation
}

func (l onActivation) Fuses(act mlp.Activation) bool { return act == l.act }

func (l onActivation) EvalLogits(dz, z, y *mat.Dense) float64 {
	rows, cols := z.Dims()
	yhat, grad := mat.NewDense(rows, cols, nil), mat.NewDense(rows, cols, nil)
	for i := range rows {
		l.act.Apply(yhat.RawRowView(i), z.RawRowView(i))
	}
	loss := l.Eval(grad, yhat, y)
	for i := range rows {
		if dz != nil {
			l.act.Backprop(dz.RawRowView(i), grad.RawRowView(i), z.RawRowView(i), yhat.RawRowView(i))
		}
	}
	return loss
}
