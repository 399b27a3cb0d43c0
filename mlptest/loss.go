package mlptest

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// CheckLoss checks that Eval returns a mean over the rows and stores its
// derivative, by finite differences; that it writes only grad, which may be nil
// or a view of a larger matrix; and that it does not allocate. For a
// mlp.LogitLoss it also checks, with every activation of package mlp that the
// loss fuses with, that EvalLogits equals the activation followed by Eval, has
// the corresponding derivative, and does not give NaN for large logits.
func CheckLoss(t testing.TB, loss mlp.Loss) {
	t.Helper()
	notNil(t, "the loss", loss)
	checkName(t, loss)
	yhat, y := outputs(t, loss.Task())
	checkEval(t, loss.Name()+": Eval", loss.Eval, yhat, y)
	fused, ok := loss.(mlp.LogitLoss)
	if !ok {
		return
	}
	partners := 0
	for _, act := range activations {
		if fused.Fuses(act) {
			partners++
			checkFusion(t, fused, act, y)
		}
	}
	if partners == 0 {
		t.Errorf("%s: a LogitLoss that fuses with no activation of package mlp", loss.Name())
	}
}

// activations lists the activations of package mlp.
var activations = []mlp.Activation{
	mlp.Identity, mlp.ReLU, mlp.LeakyReLU, mlp.ReLU6, mlp.ELU, mlp.SELU, mlp.CELU, mlp.GELU, mlp.GELUTanh, mlp.SiLU, mlp.Mish,
	mlp.Softplus, mlp.Softsign, mlp.Tanh, mlp.Sigmoid, mlp.HardTanh, mlp.HardSigmoid, mlp.HardSwish, mlp.Softmax, mlp.LogSoftmax,
}

// outputs returns network outputs and targets for a task.
func outputs(t testing.TB, task mlp.Task) (yhat, y *mat.Dense) {
	t.Helper()
	rng := newRand()
	switch task {
	case mlp.Binary:
		y = mat.NewDense(batchRows, 2, []float64{1, 0, 0, 0, 0, 1, 1, 1, 1, 0})
		yhat = apply(mlp.Sigmoid, normal(rng, batchRows, 2))
	case mlp.Margin:
		y = mat.NewDense(batchRows, 2, []float64{1, 0, 0, 0, 0, 1, 1, 1, 1, 0})
		yhat = normal(rng, batchRows, 2)
	case mlp.Multiclass:
		y = mat.NewDense(batchRows, 3, []float64{1, 0, 0, 0, 0, 1, 0, 1, 0, 0.2, 0.3, 0.5, 0, 0, 1})
		yhat = apply(mlp.Softmax, normal(rng, batchRows, 3))
	case mlp.Regression:
		yhat, y = normal(rng, batchRows, 3), normal(rng, batchRows, 3) // checkFusion draws z like yhat, so y must differ
	case mlp.Counting:
		yhat, y = normal(rng, batchRows, 3), apply(mlp.Softplus, normal(rng, batchRows, 3))
	default:
		t.Fatalf("unknown task %v", task)
	}
	return yhat, y
}

// checkEval checks Eval or EvalLogits.
func checkEval(t testing.TB, what string, eval func(grad, yhat, y *mat.Dense) float64, yhat, y *mat.Dense) {
	t.Helper()
	rows, cols := yhat.Dims()
	yhatBefore, yBefore := mat.DenseCopyOf(yhat), mat.DenseCopyOf(y)
	grad := mat.NewDense(rows, cols, nil)
	value := eval(grad, yhat, y)
	sameMatrix(t, what+": outputs afterwards", yhat, yhatBefore, 0)
	sameMatrix(t, what+": targets afterwards", y, yBefore, 0)

	moving := mat.DenseCopyOf(yhat)
	numeric := gradient(func() float64 { return eval(nil, moving, y) }, moving.RawMatrix().Data)
	same(t, what+": gradient against finite differences", grad.RawMatrix().Data, numeric, numericTol)
	same(t, what+": value without a gradient", []float64{eval(nil, yhat, y)}, []float64{value}, 0)

	gradView, intact := strided(grad)
	gradView.Zero()
	yhatView, _ := strided(yhat)
	yView, _ := strided(y)
	same(t, what+": value on views", []float64{eval(gradView, yhatView, yView)}, []float64{value}, rounding)
	sameMatrix(t, what+": gradient on views", gradView, grad, rounding)
	if !intact() {
		t.Errorf("%s: writes outside grad", what)
	}

	var yhat2, y2 mat.Dense
	yhat2.Stack(yhat, yhat)
	y2.Stack(y, y)
	same(t, what+": mean of the same rows twice", []float64{eval(nil, &yhat2, &y2)}, []float64{value}, rounding)
	noAllocs(t, what, func() { eval(grad, yhat, y) })
}

// checkFusion checks EvalLogits for an activation that the loss fuses with.
func checkFusion(t testing.TB, loss mlp.LogitLoss, act mlp.Activation, y *mat.Dense) {
	t.Helper()
	what := loss.Name() + " with " + act.Name()
	rows, cols := y.Dims()
	z := normal(newRand(), rows, cols)
	checkEval(t, what+": EvalLogits", loss.EvalLogits, z, y)

	yhat, dy, dz := apply(act, z), mat.NewDense(rows, cols, nil), mat.NewDense(rows, cols, nil)
	same(t, what+": value fused and not", []float64{loss.EvalLogits(dz, z, y)}, []float64{loss.Eval(dy, yhat, y)}, rounding)
	sameMatrix(t, what+": gradient fused and not", dz, backprop(act, dy, z, yhat), rounding)

	z.Apply(func(i, j int, v float64) float64 { return 1000 * math.Pow(-1, float64(i+j)) }, z)
	value := loss.EvalLogits(dz, z, y)
	noNaN(t, what+": large logits", append([]float64{value}, dz.RawMatrix().Data...))
}
