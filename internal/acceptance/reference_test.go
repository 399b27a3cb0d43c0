package acceptance_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
)

// reference is testdata/golden/reference_grads.json: values and gradients of a
// 5-7-4-3 network computed with PyTorch.
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
	Normalisation []normReference
}

// normReference is one run of a normalization layer.
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
	readJSON(t, "../../testdata/golden/reference_grads.json", &r)
	return &r
}

// stack returns the layers of the reference network.
func (r *reference) stack(hidden, output mlp.Activation, opts ...mlp.DenseOption) []mlp.Layer {
	acts := []mlp.Activation{hidden, hidden, output}
	var layers []mlp.Layer
	for i, w := range r.Weights {
		rows, cols := w.Dims()
		layers = append(layers, mlp.Dense(rows, cols, acts[i], opts...))
	}
	r.setWeights(layers)
	return layers
}

// setWeights gives the layers the weights of the reference network.
func (r *reference) setWeights(layers []mlp.Layer) {
	for i, l := range layers {
		l.Params()[0].Value.Copy(r.Weights[i])
		l.Params()[1].Value.SetRow(0, r.Biases[i])
	}
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

// torchActivations are those in reference_grads.json that PyTorch gives another
// name or computes with another parameter.
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
var otherActivations = []string{"log_sigmoid", "exponential"}

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
					if c.Name == "gelu_tanh" && z == -20.5 {
						continue // the reference has too few digits; see TestActivationsInTheTails
					}
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
	for _, act := range testkit.Activations {
		if !compared[act.Name()] {
			t.Errorf("no reference for %s", act.Name())
		}
	}
}

// exactOr returns exact[i], or the value of PyTorch if there is no exact one
// because f is piecewise linear or z is at a kink.
func exactOr(exact []*float64, i int, torch []float64) float64 {
	if exact == nil || exact[i] == nil {
		return torch[i]
	}
	return *exact[i]
}

func TestLossesAgainstPyTorch(t *testing.T) {
	r := readReference(t)
	losses := map[string]mlp.Loss{
		"mse":               mlp.MeanSquaredError,
		"mae":               mlp.MeanAbsoluteError,
		"huber_1":           mlp.Huber(1),
		"huber_0.5":         mlp.Huber(0.5),
		"log_cosh":          mlp.LogCosh,
		"poisson_log_input": mlp.Poisson,
		"bce":               mlp.BinaryCrossEntropy,
		"bce_soft":          mlp.BinaryCrossEntropy,
		"bce_logits":        onLogits{mlp.BinaryCrossEntropy},
		"cce":               mlp.CategoricalCrossEntropy,
		"cce_soft":          mlp.CategoricalCrossEntropy,
		"softmax_ce_logits": onLogits{mlp.CategoricalCrossEntropy},
		"kl":                mlp.KLDivergence,
		"mse_on_sigmoid":    mlp.MeanSquaredError,
		"mse_on_softmax":    mlp.MeanSquaredError,
		"bce_on_softmax":    mlp.BinaryCrossEntropy,

		"nll":           mlp.CategoricalCrossEntropy,
		"hinge":         mlp.Hinge,
		"squared_hinge": mlp.SquaredHinge,

		"softmax_ce_logits_class_index":  onLogits{mlp.CategoricalCrossEntropy},
		"softmax_ce_label_smoothing_0.1": onLogits{mlp.LabelSmoothing(mlp.CategoricalCrossEntropy, 0.1)},
	}
	for _, c := range r.Losses {
		loss, ok := losses[c.Name]
		if !ok {
			continue // not in this package
		}
		delete(losses, c.Name)
		t.Run(c.Name, func(t *testing.T) {
			if c.OutputActivation == "log_softmax" { // the same loss by its arguments
				c.OutputActivation = "softmax"
				c.Output.Apply(func(i, j int, v float64) float64 { return math.Exp(v) }, c.Output.Dense)
			}
			act, err := mlp.ActivationByName(c.OutputActivation)
			if err != nil {
				t.Fatal(err)
			}
			_, units := c.Output.Dims()
			y := denseOf(c.Target, units)
			if loss.Task() == mlp.Margin { // -1 is called 0 here
				y.Apply(func(i, j int, v float64) float64 { return max(v, 0) }, y)
			}
			r.backprop(t, r.stack(mlp.Tanh, act), loss, y, c.Loss, c.Output, c.Grad)
		})
	}
	for name := range losses {
		t.Errorf("no reference for %s", name)
	}
}

// onLogits is a loss evaluated at logits, for networks without a last
// activation.
type onLogits struct{ mlp.LogitLoss }

func (l onLogits) Eval(grad, yhat, y *mat.Dense) float64 { return l.EvalLogits(grad, yhat, y) }

// denseOf returns a matrix from decoded JSON, which holds rows of numbers or
// the class of each row.
func denseOf(v any, cols int) *mat.Dense {
	rows := v.([]any)
	m := mat.NewDense(len(rows), cols, nil)
	for i, row := range rows {
		switch row := row.(type) {
		case float64:
			m.Set(i, int(row), 1)
		case []any:
			for j, v := range row {
				m.Set(i, j, v.(float64))
			}
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
	for _, s := range []struct { // in this order: batch normalization has memory
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

// The weighted and the penalized losses of PyTorch.
func TestWeightsAndPenaltiesAgainstPyTorch(t *testing.T) {
	r := readReference(t)
	classes := mat.NewDense(6, 3, nil)
	for i, class := range []int{0, 2, 1, 1, 0, 2} {
		classes.Set(i, class, 1)
	}
	cases := map[string]struct {
		output mlp.Activation
		loss   mlp.Loss
		y      *mat.Dense
		opts   mlp.FitOptions
		layer  []mlp.DenseOption
	}{
		"mse_row_weights":          {mlp.Identity, mlp.MeanSquaredError, r.YRegression.Dense, mlp.FitOptions{SampleWeights: []float64{1, 2, .5, 0, 3, 1}}, nil},
		"softmax_ce_class_weights": {mlp.Softmax, mlp.CategoricalCrossEntropy, classes, mlp.FitOptions{ClassWeights: []float64{0.5, 2, 1.5}}, nil},
		"mse_l2_0.01":              {mlp.Identity, mlp.MeanSquaredError, r.YRegression.Dense, mlp.FitOptions{}, []mlp.DenseOption{mlp.WithL2(0.01)}},
		"mse_l1_0.01":              {mlp.Identity, mlp.MeanSquaredError, r.YRegression.Dense, mlp.FitOptions{}, []mlp.DenseOption{mlp.WithL1(0.01)}},
	}
	for _, c := range r.Losses {
		want, ok := cases[c.Name]
		if !ok {
			continue
		}
		delete(cases, c.Name)
		net := model(t, want.loss, nil, r.stack(mlp.Tanh, want.output, want.layer...)...)
		r.setWeights(net.Layers())
		loss, grad := gradientByFit(t, net, r.X, want.y, want.opts)
		near(t, c.Name+": loss", loss, c.Loss, referenceTol)
		var wantGrad []float64
		for i, w := range c.Grad.Weights {
			wantGrad = append(append(wantGrad, w.RawMatrix().Data...), c.Grad.Biases[i]...)
		}
		for i := range wantGrad {
			near(t, c.Name+": gradient", grad[i], wantGrad[i], referenceTol)
		}
	}
	for name := range cases {
		t.Errorf("no reference for %s", name)
	}
}

// optimReference is testdata/golden/reference_optim.json: ten steps of
// PyTorch's optimizers on ½wᵀAw − bᵀw and on a network, and its schedules.
type optimReference struct {
	Quadratic struct {
		A  matrix
		B  []float64
		W0 []float64
	}
	Network struct {
		X, Y    matrix
		Weights []matrix
		Biases  [][]float64
	} `json:"mlp"`
	Optimisers []struct {
		Name      string
		Quadratic [][]float64 `json:"quadratic_w_after_step"`
		Losses    []float64   `json:"mlp_loss_before_step"`
		LossAfter *float64    `json:"mlp_loss_after_10"`
		Weights   []matrix    `json:"mlp_weights_after_10"`
		Biases    [][]float64 `json:"mlp_biases_after_10"`
	}
	Schedules []struct {
		Name     string
		BaseRate float64   `json:"base_lr"`
		Rates    []float64 `json:"lr_at_epoch"`
	}
}

func readOptimReference(t *testing.T) *optimReference {
	t.Helper()
	var r optimReference
	readJSON(t, "../../testdata/golden/reference_optim.json", &r)
	return &r
}

// followed is an optimizer with a schedule whose unit of time is the step.
type followed struct {
	mlp.Rule
	mlp.Schedule
}

func (f followed) Step(w, g []float64, slots [][]float64, scale float64, t int) {
	f.Rule.Step(w, g, slots, scale*f.Scale(float64(t-1)), t)
}

// withDecay is an optimizer with PyTorch's weight_decay, a term of the gradient
// of all parameters.
type withDecay struct {
	mlp.Rule
	lambda float64
}

func (o withDecay) Step(w, g []float64, slots [][]float64, scale float64, t int) {
	g = slices.Clone(g)
	for i := range g {
		g[i] += o.lambda * w[i]
	}
	o.Rule.Step(w, g, slots, scale, t)
}

// pyTorchOptimizers are the entries of the file that have the definition of an
// optimizer of this package. PyTorch's Adagrad has its own schedule.
var pyTorchOptimizers = map[string]mlp.Rule{
	"sgd":              mlp.SGD{LearningRate: 0.05},
	"momentum":         mlp.SGD{LearningRate: 0.05, Momentum: 0.9},
	"nesterov":         mlp.SGD{LearningRate: 0.05, Momentum: 0.9, Nesterov: true},
	"adagrad":          mlp.Adagrad{},
	"adagrad_lr_decay": followed{mlp.Adagrad{LearningRate: 0.1, InitialAccumulator: 0.1}, mlp.InverseTimeDecay{Rate: 0.1}},
	"adadelta":         mlp.Adadelta{},
	"rmsprop":          mlp.RMSprop{LearningRate: 0.01, Rho: 0.99},
	"rmsprop_momentum": mlp.RMSprop{LearningRate: 0.01, Rho: 0.99, Momentum: 0.9},
	"rmsprop_centered": mlp.RMSprop{LearningRate: 0.01, Rho: 0.99, Centered: true},
	"adam":             mlp.Adam{},
	"adam_lr0.1":       mlp.Adam{LearningRate: 0.1, Beta1: 0.8, Beta2: 0.95, Epsilon: 1e-6},
	"amsgrad":          mlp.Adam{LearningRate: 0.1, AMSGrad: true},
	"adamw":            mlp.AdamW{},
	"adamw_0.1":        mlp.AdamW{LearningRate: 0.1, WeightDecay: 0.1},
	"nadam":            testkit.NAdamByFormula{PyTorch1: true}, // with its error
	"radam":            mlp.RAdam{},
	"adamax":           mlp.Adamax{},
	"rprop":            mlp.Rprop{},

	"sgd_l2":      withDecay{mlp.SGD{LearningRate: 0.05}, 0.1},
	"momentum_l2": withDecay{mlp.SGD{LearningRate: 0.05, Momentum: 0.9}, 0.1},
	"nesterov_l2": withDecay{mlp.SGD{LearningRate: 0.05, Momentum: 0.9, Nesterov: true}, 0.1},
	"adagrad_l2":  withDecay{mlp.Adagrad{}, 0.1},
	"rmsprop_l2":  withDecay{mlp.RMSprop{LearningRate: 0.01, Rho: 0.99}, 0.1},
	"adam_l2":     withDecay{mlp.Adam{}, 0.1},
	"nadam_l2":    withDecay{testkit.NAdamByFormula{PyTorch1: true}, 0.1},
	"adamax_l2":   withDecay{mlp.Adamax{}, 0.1},
}

func TestOptimizersAgainstPyTorch(t *testing.T) {
	r := readOptimReference(t)
	others := []string{"momentum_dampening", "sgd_clip_global_norm_0.1"} // see the README beside the file
	for _, c := range r.Optimisers {
		t.Run(c.Name, func(t *testing.T) {
			rule := pyTorchOptimizers[c.Name]
			opts := mlp.FitOptions{Optimizer: rule}
			switch {
			case slices.Contains(others, c.Name):
				return
			case c.Name == "sgd_clip_value_0.02":
				rule = mlp.SGD{LearningRate: 0.5}
				opts = mlp.FitOptions{Optimizer: rule, ClipValue: 0.02}
			case rule == nil:
				t.Fatal("no optimizer for this entry")
			}
			r.descend(t, rule, c.Quadratic)
			net := r.train(t, opts, c.Losses)
			for i, l := range net.Layers() {
				nearMatrix(t, "weights", l.Params()[0].Value, c.Weights[i], referenceTol)
				nearMatrix(t, "biases", l.Params()[1].Value, mat.NewDense(1, len(c.Biases[i]), c.Biases[i]), referenceTol)
			}
			if c.LossAfter == nil {
				return
			}
			after, err := net.Evaluate(r.Network.X, r.Network.Y)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "loss after all steps", after.Loss, *c.LossAfter, referenceTol)
		})
	}
}

// descend takes steps on the quadratic function.
func (r *optimReference) descend(t *testing.T, opt mlp.Rule, want [][]float64) {
	t.Helper()
	n := len(r.Quadratic.W0)
	w := mat.NewVecDense(n, slices.Clone(r.Quadratic.W0))
	g := mat.NewVecDense(n, nil)
	slots := newSlots(opt, n)
	for i, want := range want {
		g.MulVec(r.Quadratic.A, w)
		g.SubVec(g, mat.NewVecDense(n, r.Quadratic.B))
		opt.Step(w.RawVector().Data, g.RawVector().Data, slots, 1, i+1)
		nearMatrix(t, "quadratic", w.T(), mat.NewDense(1, n, want), referenceTol)
	}
}

// train fits the network, with one step per epoch.
func (r *optimReference) train(t *testing.T, opts mlp.FitOptions, losses []float64) mlp.Network {
	t.Helper()
	last := len(r.Network.Weights) - 1
	var layers []mlp.Layer
	for i, w := range r.Network.Weights {
		act := mlp.Tanh
		if i == last {
			act = mlp.Identity
		}
		inputs, units := w.Dims()
		layers = append(layers, mlp.Dense(inputs, units, act))
	}
	net := model(t, mlp.MeanSquaredError, nil, layers...)
	for i, l := range net.Layers() {
		l.Params()[0].Value.Copy(r.Network.Weights[i])
		l.Params()[1].Value.SetRow(0, r.Network.Biases[i])
	}
	rows, _ := r.Network.X.Dims()
	opts.Epochs, opts.BatchSize = len(losses), rows
	h := fit(t, net, r.Network.X, r.Network.Y, opts)
	for i, e := range h.Epochs {
		near(t, "loss before a step", e.Train.Loss, losses[i], referenceTol)
	}
	return net
}

func TestSchedulesAgainstPyTorch(t *testing.T) {
	schedules := map[string]struct {
		mlp.Schedule
		until float64 // epoch up to which the definition is the same
	}{
		"step":                 {mlp.StepDecay{Every: 3, Factor: 0.5}, 12},
		"multi_step":           {mlp.MultiStepDecay{Milestones: []float64{2, 5, 6}}, 12},
		"exponential":          {mlp.ExponentialDecay{Factor: 0.9}, 12},
		"cosine":               {mlp.CosineDecay{Epochs: 10, End: 0.1}, 10},
		"cosine_warm_restarts": {mlp.CosineRestarts{Period: 4, Growth: 2}, 12},
		"linear":               {mlp.Warmup{Epochs: 4, Start: 0.25}, 12},
		"polynomial":           {mlp.PolynomialDecay{Epochs: 8, Power: 2}, 12},
		// PyTorch includes the last of 13 steps, so that the peak is at 0.3·13
		// − 1 of 12 intervals.
		"one_cycle": {mlp.OneCycle{Epochs: 12, PeakAt: 2.9 / 12}, 12},
	}
	for _, c := range readOptimReference(t).Schedules {
		s, ok := schedules[c.Name]
		if !ok {
			t.Errorf("no schedule for %s", c.Name)
			continue
		}
		delete(schedules, c.Name)
		for epoch, rate := range c.Rates {
			if e := float64(epoch); e <= s.until {
				relative(t, c.Name, e, s.Scale(e), rate/c.BaseRate)
			}
		}
	}
	for name := range schedules {
		t.Errorf("no reference for %s", name)
	}
}
