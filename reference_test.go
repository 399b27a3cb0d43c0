package mlp_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// reference is testdata/golden/reference_grads.json: values and gradients of
// a 5-7-4-3 network by PyTorch.
type reference struct {
	X           matrix
	Weights     []matrix
	Biases      [][]float64
	YRegression matrix `json:"y_regression"`
	Activations []struct {
		Name   string
		Points *struct {
			X     []float64
			Y     []float64 `json:"exact_y"`
			Dydx  []*float64
			Exact []*float64 `json:"exact_dydx"`
		}
		Net struct {
			Output matrix
			Loss   float64
			Grad   referenceGrads
		}
	}
	Losses []struct {
		Name             string
		OutputActivation string `json:"output_activation"`
		Target           any
		Output           matrix
		Loss             float64
		Grad             referenceGrads
	}
	ExtremeSoftmax []struct {
		Logits, Softmax []float64
		CrossEntropy    float64   `json:"cross_entropy_class_1"`
		Grad            []float64 `json:"grad_class_1"`
	} `json:"extreme_softmax"`
	ExtremeBCE []struct {
		Logit, Target, Sigmoid, Loss, Grad float64
	} `json:"extreme_bce_with_logits"`
	Normalisation []normReference
}

// normReference is one run of a normalisation layer.
type normReference struct {
	Name        string
	X           matrix
	Gamma, Beta []float64
	R           matrix // ∂L/∂y
	Y           matrix
	Grad        struct {
		X           matrix
		Gamma, Beta []float64
	}
	RunningMean []float64 `json:"running_mean"`
	RunningVar  []float64 `json:"running_var"`
}

type referenceGrads struct {
	Weights []matrix
	Biases  [][]float64
	X       matrix
}

const referenceTol = 1e-9

func readReference(t *testing.T) *reference {
	t.Helper()
	var r reference
	readJSON(t, "testdata/golden/reference_grads.json", &r)
	return &r
}

// stack returns the layers of the reference network.
func (r *reference) stack(hidden, output mlp.Activation) []mlp.Layer {
	acts := []mlp.Activation{hidden, hidden, output}
	var layers []mlp.Layer
	for i, w := range r.Weights {
		rows, cols := w.Dims()
		l := mlp.Dense(rows, cols, acts[i])
		l.Params()[0].Value.Copy(w)
		l.Params()[1].Value.SetRow(0, r.Biases[i])
		layers = append(layers, l)
	}
	return layers
}

// backprop runs the layers forward and backward and compares everything.
func (r *reference) backprop(t *testing.T, layers []mlp.Layer, loss mlp.Loss, y *mat.Dense, wantLoss float64, wantOutput matrix, want referenceGrads) {
	t.Helper()
	var passes []mlp.Pass
	out := r.X.Dense
	for _, l := range layers {
		p := l.NewPass(r.X.RawMatrix().Rows, rand.New(rand.NewPCG(1, 1)))
		passes = append(passes, p)
		out = p.Forward(out)
	}
	nearMatrix(t, "output", out, wantOutput, referenceTol)
	rows, cols := out.Dims()
	grad := mat.NewDense(rows, cols, nil)
	near(t, "loss", loss.Eval(grad, out, y), wantLoss, referenceTol)
	for i, p := range slices.Backward(passes) {
		grad = p.Backward(grad, true)
		nearMatrix(t, "∂L/∂W", p.Grads()[0], want.Weights[i], referenceTol)
		nearMatrix(t, "∂L/∂b", p.Grads()[1], mat.NewDense(1, len(want.Biases[i]), want.Biases[i]), referenceTol)
	}
	nearMatrix(t, "∂L/∂x", grad, want.X, referenceTol)
}

func TestActivationsAgainstPyTorch(t *testing.T) {
	r := readReference(t)
	seen := 0
	for _, c := range r.Activations {
		act, err := mlp.ActivationByName(c.Name)
		if err != nil {
			continue // not in this package
		}
		seen++
		t.Run(c.Name, func(t *testing.T) {
			if c.Points != nil {
				for i, z := range c.Points.X {
					y, dz := []float64{0}, []float64{0}
					act.Apply(y, []float64{z})
					act.Backprop(dz, []float64{1}, []float64{z}, y)
					wantY, wantDZ := exactOr(c.Points.Y, i, y[0]), c.Points.Dydx[i]
					if c.Points.Exact != nil && c.Points.Exact[i] != nil {
						wantDZ = c.Points.Exact[i]
					}
					relative(t, "f", z, y[0], wantY)
					relative(t, "f'", z, dz[0], *wantDZ)
				}
			}
			r.backprop(t, r.stack(act, mlp.Identity), mlp.MeanSquaredError, r.YRegression.Dense, c.Net.Loss, c.Net.Output, c.Net.Grad)
		})
	}
	if seen != len(mlp.Activations) {
		t.Errorf("compared %d activations of %d", seen, len(mlp.Activations))
	}
}

// exactOr returns exact[i], or v where there are no exact values because f is
// piecewise linear.
func exactOr(exact []float64, i int, v float64) float64 {
	if exact == nil {
		return v
	}
	return exact[i]
}

// relative compares in relative terms, however small want is.
func relative(t *testing.T, what string, z, got, want float64) {
	t.Helper()
	scale := want
	if scale == 0 {
		scale = 1e-300
	}
	if r := (got - want) / scale; !(r <= referenceTol && r >= -referenceTol) {
		t.Errorf("%s(%v) = %v, want %v", what, z, got, want)
	}
}

func TestLossesAgainstPyTorch(t *testing.T) {
	r := readReference(t)
	losses := map[string]mlp.Loss{
		"mse":            mlp.MeanSquaredError,
		"bce":            mlp.BinaryCrossEntropy,
		"bce_soft":       mlp.BinaryCrossEntropy,
		"cce":            mlp.CategoricalCrossEntropy,
		"cce_soft":       mlp.CategoricalCrossEntropy,
		"mse_on_sigmoid": mlp.MeanSquaredError,
		"mse_on_softmax": mlp.MeanSquaredError,
		"bce_on_softmax": mlp.BinaryCrossEntropy,
	}
	for _, c := range r.Losses {
		loss, ok := losses[c.Name]
		if !ok {
			continue // not in this package
		}
		delete(losses, c.Name)
		t.Run(c.Name, func(t *testing.T) {
			act, err := mlp.ActivationByName(c.OutputActivation)
			if err != nil {
				t.Fatal(err)
			}
			y := denseOf(c.Target)
			r.backprop(t, r.stack(mlp.Tanh, act), loss, y, c.Loss, c.Output, c.Grad)
		})
	}
	for name := range losses {
		t.Errorf("no reference for %s", name)
	}
}

// denseOf returns a matrix from decoded JSON.
func denseOf(v any) *mat.Dense {
	rows := v.([]any)
	m := mat.NewDense(len(rows), len(rows[0].([]any)), nil)
	for i, row := range rows {
		for j, v := range row.([]any) {
			m.Set(i, j, v.(float64))
		}
	}
	return m
}

func TestExtremeLogitsAgainstPyTorch(t *testing.T) {
	r := readReference(t)
	for _, c := range r.ExtremeSoftmax {
		k := len(c.Logits)
		p, dz := make([]float64, k), mat.NewDense(1, k, nil)
		mlp.Softmax.Apply(p, c.Logits)
		y := mat.NewDense(1, k, nil)
		y.Set(0, 1, 1)
		loss := mlp.CategoricalCrossEntropy.EvalLogits(dz, mat.NewDense(1, k, c.Logits), y)
		near(t, "cross-entropy", loss, c.CrossEntropy, referenceTol)
		for j := range k {
			near(t, "softmax", p[j], c.Softmax[j], referenceTol)
			near(t, "gradient", dz.At(0, j), c.Grad[j], referenceTol)
		}
	}
	for _, c := range r.ExtremeBCE {
		p, dz := make([]float64, 1), mat.NewDense(1, 1, nil)
		mlp.Sigmoid.Apply(p, []float64{c.Logit})
		loss := mlp.BinaryCrossEntropy.EvalLogits(dz, mat.NewDense(1, 1, []float64{c.Logit}), mat.NewDense(1, 1, []float64{c.Target}))
		near(t, "sigmoid", p[0], c.Sigmoid, referenceTol)
		near(t, "cross-entropy", loss, c.Loss, referenceTol)
		near(t, "gradient", dz.At(0, 0), c.Grad, referenceTol)
	}
	if len(r.ExtremeSoftmax) == 0 || len(r.ExtremeBCE) == 0 {
		t.Error("no extreme logits in the file")
	}
}

func TestNormalisationAgainstPyTorch(t *testing.T) {
	batchNorm, layerNorm := mlp.BatchNorm(5), mlp.LayerNorm(5)
	batchPass, layerPass := batchNorm.NewPass(6, nil), layerNorm.NewPass(6, nil)
	entries := map[string]normReference{}
	for _, c := range readReference(t).Normalisation {
		entries[c.Name] = c
	}
	for _, s := range []struct { // in this order: batch normalisation has memory
		name  string
		layer mlp.Layer
		pass  mlp.Pass // nil for none
		infer bool
	}{
		{"batch_norm_train_step_1", batchNorm, batchPass, false},
		{"batch_norm_train_step_2", batchNorm, batchPass, false},
		{"batch_norm_eval", batchNorm, nil, true},
		{"layer_norm", layerNorm, layerPass, true},
	} {
		c, ok := entries[s.name]
		if !ok {
			t.Fatalf("no reference for %s", s.name)
		}
		delete(entries, s.name)
		params := s.layer.Params()
		params[0].Value.SetRow(0, c.Gamma)
		params[1].Value.SetRow(0, c.Beta)
		if s.pass != nil {
			nearMatrix(t, s.name+": y", s.pass.Forward(c.X.Dense), c.Y, referenceTol)
			nearMatrix(t, s.name+": ∂L/∂x", s.pass.Backward(c.R.Dense, true), c.Grad.X, referenceTol)
			nearMatrix(t, s.name+": ∂L/∂weight", s.pass.Grads()[0], row(c.Grad.Gamma), referenceTol)
			nearMatrix(t, s.name+": ∂L/∂bias", s.pass.Grads()[1], row(c.Grad.Beta), referenceTol)
		}
		if s.infer {
			nearMatrix(t, s.name+": Infer", infer(s.layer, c.X.Dense), c.Y, referenceTol)
		}
		if s.layer == batchNorm {
			nearMatrix(t, s.name+": running mean", params[2].Value, row(c.RunningMean), referenceTol)
			nearMatrix(t, s.name+": running variance", params[3].Value, row(c.RunningVar), referenceTol)
		}
	}
	for name := range entries {
		t.Errorf("no layer for %s", name)
	}
}

// row returns a matrix of one row.
func row(v []float64) *mat.Dense { return mat.NewDense(1, len(v), v) }

// optimReference is testdata/golden/reference_optim.json: steps of PyTorch's
// optimizers on ½wᵀAw − bᵀw and on the network of reference.
type optimReference struct {
	Quadratic struct {
		A  matrix
		B  []float64
		W0 []float64
	}
	Optimisers []struct {
		Name      string
		Quadratic []([]float64) `json:"quadratic_w_after_step"`
	}
}

func TestOptimizersAgainstPyTorch(t *testing.T) {
	var r optimReference
	readJSON(t, "testdata/golden/reference_optim.json", &r)
	optimizers := map[string]mlp.Optimizer{
		"sgd":        mlp.SGD{LearningRate: 0.05},
		"momentum":   mlp.SGD{LearningRate: 0.05, Momentum: 0.9},
		"nesterov":   mlp.SGD{LearningRate: 0.05, Momentum: 0.9, Nesterov: true},
		"adam":       mlp.Adam{},
		"adam_lr0.1": mlp.Adam{LearningRate: 0.1, Beta1: 0.8, Beta2: 0.95, Epsilon: 1e-6},
	}
	for _, c := range r.Optimisers {
		opt, ok := optimizers[c.Name]
		if !ok {
			continue // not in this package
		}
		delete(optimizers, c.Name)
		w := mat.NewVecDense(len(r.Quadratic.W0), slices.Clone(r.Quadratic.W0))
		g := mat.NewVecDense(w.Len(), nil)
		slots := make([][]float64, opt.Slots())
		for i := range slots {
			slots[i] = make([]float64, w.Len())
		}
		for i, want := range c.Quadratic {
			g.MulVec(r.Quadratic.A, w)
			g.SubVec(g, mat.NewVecDense(w.Len(), r.Quadratic.B))
			opt.Step(w.RawVector().Data, g.RawVector().Data, slots, 1, i+1)
			nearMatrix(t, c.Name, w.T(), mat.NewDense(1, len(want), want), referenceTol)
		}
	}
	for name := range optimizers {
		t.Errorf("no reference for %s", name)
	}
}
