package mlp_test

import (
	"math/rand/v2"
	"slices"
	"strings"
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
			X         []float64
			Y, Dydx   []float64
			ExactY    []*float64 `json:"exact_y"`
			ExactDydx []*float64 `json:"exact_dydx"`
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

// torchActivations are those of reference_grads.json that PyTorch calls by
// another name or computes with another parameter.
var torchActivations = map[string]mlp.Activation{
	"hardtanh":       mlp.HardTanh,
	"hardsigmoid":    singleSlope{mlp.HardSigmoid},
	"hardswish":      mlp.HardSwish,
	"leaky_relu_0.2": mlp.NewLeakyReLU(0.2),
	"elu_0.5":        mlp.NewELU(0.5),
	"celu_2":         mlp.NewCELU(2),
}

// singleSlope is HardSigmoid as in PyTorch, whose derivative is 1/6 in single
// precision.
type singleSlope struct{ mlp.Activation }

func (a singleSlope) Backprop(dz, dy, z, y []float64) {
	a.Activation.Backprop(dz, dy, z, y)
	for i := range dz {
		dz[i] *= 6 * float64(float32(1)/6)
	}
}

// otherActivations are not in this package.
var otherActivations = []string{"gelu_tanh", "log_sigmoid", "exponential"}

func TestActivationsAgainstPyTorch(t *testing.T) {
	r := readReference(t)
	compared := make(map[string]bool)
	for _, c := range r.Activations {
		if slices.Contains(otherActivations, c.Name) {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			act, ok := torchActivations[c.Name]
			if !ok {
				var err error
				if act, err = mlp.ActivationByName(c.Name); err != nil {
					t.Fatal(err)
				}
			}
			kind, _, _ := strings.Cut(act.Name(), "(")
			compared[kind] = true
			if p := c.Points; p != nil {
				for i, z := range p.X {
					y, dz := []float64{0}, []float64{0}
					act.Apply(y, []float64{z})
					act.Backprop(dz, []float64{1}, []float64{z}, y)
					relative(t, "f", z, y[0], exactOr(p.ExactY, i, p.Y))
					relative(t, "f'", z, dz[0], exactOr(p.ExactDydx, i, p.Dydx))
				}
			}
			r.backprop(t, r.stack(act, mlp.Identity), mlp.MeanSquaredError, r.YRegression.Dense, c.Net.Loss, c.Net.Output, c.Net.Grad)
		})
	}
	for _, act := range mlp.Activations {
		if !compared[act.Name()] {
			t.Errorf("no reference for %s", act.Name())
		}
	}
}

// exactOr returns exact[i], or what PyTorch gives where there is no exact
// value because f is piecewise linear or z is at a kink.
func exactOr(exact []*float64, i int, torch []float64) float64 {
	if exact == nil || exact[i] == nil {
		return torch[i]
	}
	return *exact[i]
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
