package acceptance_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// trajectory is a file of testdata/golden, described there.
type trajectory struct {
	Name   string
	Layers []struct {
		In, Units  int
		Activation string
	}
	Loss              string
	Batch             int
	Alpha             float64
	Epochs            int
	BatchesPerEpoch   int `json:"batches_per_epoch"`
	X, Y              matrix
	InitialWeights    []matrix            `json:"initial_weights"`
	EpochLoss         []float64           `json:"epoch_loss"`
	EpochAccuracy     []float64           `json:"epoch_accuracy"`
	WeightsAfterEpoch map[string][]matrix `json:"weights_after_epoch"`
	Output            matrix
	PredictedLabels   *matrix  `json:"predicted_labels"`
	XTest             *matrix  `json:"x_test"`
	YTest             *matrix  `json:"y_test"`
	OutputTest        *matrix  `json:"output_test"`
	TestAccuracy      *float64 `json:"test_accuracy"`
	TestMSE           *float64 `json:"test_mse"`
}

const goldenTol = 1e-9

func TestGoldenTrajectories(t *testing.T) {
	files, err := filepath.Glob("../../testdata/golden/0*.json")
	if err != nil || len(files) != 14 {
		t.Fatalf("%d trajectories, want 14 (%v)", len(files), err)
	}
	for _, file := range files {
		var g trajectory
		readJSON(t, file, &g)
		t.Run(g.Name, func(t *testing.T) { g.check(t) })
	}
}

// follower compares the network with a trajectory after each epoch.
type follower struct {
	t           *testing.T
	g           *trajectory
	net         mlp.Network
	batchLosses float64
	batches     int
	checked     int
}

func (f *follower) BatchEnd(b *mlp.Batch) error {
	f.batchLosses += b.Loss
	f.batches++
	return nil
}

func (f *follower) EpochEnd(e *mlp.Epoch) error {
	// The files hold the unweighted mean of the batch losses for classifiers
	// and the loss after the epoch for regressors.
	what := fmt.Sprintf("epoch %d", e.Number)
	after, err := f.net.Evaluate(f.g.X, f.g.Y)
	if err != nil {
		return err
	}
	loss := after.Loss
	if f.net.Loss().Task() != mlp.Regression {
		loss = f.batchLosses / float64(f.batches)
		near(f.t, what+": accuracy", after.Score, f.g.EpochAccuracy[e.Number-1], goldenTol)
	}
	near(f.t, what+": loss", loss, f.g.EpochLoss[e.Number-1], goldenTol)
	if weights, ok := f.g.WeightsAfterEpoch[fmt.Sprint(e.Number)]; ok {
		for i, w := range weights {
			nearMatrix(f.t, fmt.Sprintf("%s: weights of layer %d", what, i), f.net.Layers()[i].Params()[0].Value, w, goldenTol)
		}
		f.checked++
	}
	f.batchLosses, f.batches = 0, 0
	return nil
}

func (g *trajectory) network(t *testing.T) mlp.Network {
	t.Helper()
	loss, err := mlp.LossByName(g.Loss)
	if err != nil {
		t.Fatal(err)
	}
	var layers []mlp.Layer
	for _, l := range g.Layers {
		act, err := mlp.ActivationByName(l.Activation)
		if err != nil {
			t.Fatal(err)
		}
		layers = append(layers, mlp.Dense(l.In, l.Units, act, mlp.WithoutBias()))
	}
	net, err := mlp.Model(layers, loss)
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range g.InitialWeights {
		net.Layers()[i].Params()[0].Value.Copy(w)
	}
	return net
}

func (g *trajectory) check(t *testing.T) {
	net := g.network(t)
	f := &follower{t: t, g: g, net: net}
	opts := mlp.FitOptions{
		Epochs:    g.Epochs,
		BatchSize: g.Batch,
		Optimizer: mlp.SGD{LearningRate: g.Alpha * g.rateFactor()},
		KeepOrder: true,
		Callbacks: []mlp.Callback{f},
	}
	x, y := mat.Matrix(g.X.Dense), mat.Matrix(g.Y.Dense)
	rows, cols := g.X.Dims()
	if g.BatchesPerEpoch*g.Batch < rows {
		// This file omits the last rows of the data.
		rows = g.BatchesPerEpoch * g.Batch
		_, units := g.Y.Dims()
		x, y = g.X.Slice(0, rows, 0, cols), g.Y.Slice(0, rows, 0, units)
	}
	if _, err := net.Fit(context.Background(), x, y, opts); err != nil {
		t.Fatal(err)
	}
	if f.checked != len(g.WeightsAfterEpoch) {
		t.Errorf("compared %d sets of weights of %d", f.checked, len(g.WeightsAfterEpoch))
	}

	out, err := net.Forward(g.X)
	if err != nil {
		t.Fatal(err)
	}
	nearMatrix(t, "output", out, g.Output, goldenTol)
	if g.PredictedLabels != nil {
		labels, err := net.Predict(g.X)
		if err != nil {
			t.Fatal(err)
		}
		nearMatrix(t, "labels", labels, g.PredictedLabels, 0)
	}
	if g.XTest != nil {
		g.checkTest(t, net)
	}
}

func (g *trajectory) checkTest(t *testing.T, net mlp.Network) {
	t.Helper()
	out, err := net.Forward(g.XTest)
	if err != nil {
		t.Fatal(err)
	}
	nearMatrix(t, "output for test rows", out, g.OutputTest, goldenTol)
	scores, err := net.Evaluate(g.XTest, g.YTest)
	if err != nil {
		t.Fatal(err)
	}
	if g.TestAccuracy != nil {
		near(t, "test accuracy", scores.Score, *g.TestAccuracy, goldenTol)
	}
	if g.TestMSE != nil {
		near(t, "test loss", scores.Loss, *g.TestMSE, goldenTol)
	}
}

// rateFactor converts the step size: the files descend along ŷ − y where the
// derivative of the mean squared error over k outputs is 2(ŷ − y)/k.
func (g *trajectory) rateFactor() float64 {
	if g.Loss != mlp.MeanSquaredError.Name() {
		return 1
	}
	_, k := g.Y.Dims()
	return float64(k) / 2
}
