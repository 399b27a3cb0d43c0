package mlp

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Hinge is Σ max(0, 1 − s·ŷ)/(n·k), the loss of support vector machines
// (Cortes and Vapnik, 1995), where s is 1 for the target 1 and −1 for the
// target 0, as in Keras. It fuses with Identity.
//
// The outputs are margins: numbers of any size, of which those of at least 0
// mean class 1. They are not probabilities; see Margin.
var Hinge LogitLoss = hinge{}

// SquaredHinge is Σ max(0, 1 − s·ŷ)²/(n·k), with s as in Hinge. It fuses with
// Identity. Its outputs are margins too.
var SquaredHinge LogitLoss = squaredHinge{}

// margins has what the losses of margins have in common.
type margins struct{}

func (margins) Task() Task                  { return Margin }
func (margins) Fuses(act Activation) bool   { return act == Identity }
func (margins) CheckTarget([]float64) error { return nil }

// CheckOutput returns an error for an activation that cannot express class 0.
func (margins) CheckOutput(act Activation) error {
	if act == nil {
		return nil
	}
	y := []float64{0}
	act.Apply(y, []float64{-1})
	if _, ok := act.(RowActivation); ok || y[0] >= 0 {
		return fmt.Errorf("the loss takes margins, which are below 0 for class 0, %s(-1) is %g: use identity", act.Name(), y[0])
	}
	return nil
}

type hinge struct{ margins }

func (hinge) Name() string { return "hinge" }

func (hinge) Eval(grad, yhat, y *mat.Dense) float64 {
	return meanOverEntries(grad, yhat, y, func(yhat, y float64) (loss, slope float64) {
		s, gap := shortfall(yhat, y)
		if gap > 0 {
			slope = -s
		}
		return gap, slope
	})
}

func (l hinge) EvalLogits(dz, z, y *mat.Dense) float64 { return l.Eval(dz, z, y) }

type squaredHinge struct{ margins }

func (squaredHinge) Name() string { return "squared_hinge" }

func (squaredHinge) Eval(grad, yhat, y *mat.Dense) float64 {
	return meanOverEntries(grad, yhat, y, func(yhat, y float64) (loss, slope float64) {
		s, gap := shortfall(yhat, y)
		return float64(gap * gap), -2 * s * gap
	})
}

func (l squaredHinge) EvalLogits(dz, z, y *mat.Dense) float64 { return l.Eval(dz, z, y) }

// shortfall returns s and max(0, 1 − s·ŷ), or NaN for NaN.
func shortfall(yhat, y float64) (s, gap float64) {
	s = -1
	if y == 1 {
		s = 1
	}
	return s, max(0, 1-float64(s*yhat))
}
