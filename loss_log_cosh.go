package mlp

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// LogCosh is Σ log cosh(ŷ−y)/(n·k), with gradient tanh(ŷ−y)/(n·k). It is
// approximately (ŷ−y)²/2 for small differences and |ŷ−y| − log 2 for large
// ones: a smooth Huber loss (as in Keras). It fuses with Identity.
var LogCosh LogitLoss = logCosh{}

type logCosh struct{ regression }

func (logCosh) Name() string { return "log_cosh" }

// Eval uses log cosh d = |d| − log(1 + tanh |d|), which neither overflows nor
// loses digits where d is small.
func (logCosh) Eval(grad, yhat, y *mat.Dense) float64 {
	n, k := checkEval(grad, yhat, y)
	if grad == nil {
		grad = mat.NewDense(n, k, nil)
	}
	grad.Sub(yhat, y)
	applyActivation(Tanh, grad)
	scale := 1 / float64(n*k)
	sum := 0.0
	for i := range n {
		g, t := grad.RawRowView(i), y.RawRowView(i)
		for j, v := range yhat.RawRowView(i) {
			sum += math.Abs(v-t[j]) - kernel.Log1p(math.Abs(g[j]))
			g[j] *= scale
		}
	}
	return sum * scale
}

func (l logCosh) EvalLogits(dz, z, y *mat.Dense) float64 { return l.Eval(dz, z, y) }
