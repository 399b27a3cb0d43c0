package mlp

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Huber returns the mean over all n·k entries of
//
//	(ŷ−y)²/2         where |ŷ−y| ≤ δ
//	δ·(|ŷ−y| − δ/2)  elsewhere
//
// which is quadratic for small differences and linear for outliers (Huber,
// 1964). δ = delta is above 0; the name is "huber" for δ = 1. Model returns
// an error for δ out of range. It fuses with Identity.
func Huber(delta float64) LogitLoss { return huber{delta: delta} }

type huber struct {
	regression
	delta float64
}

func (l huber) Name() string {
	if l.delta == 1 {
		return "huber"
	}
	return fmt.Sprintf("huber(%g)", l.delta)
}

// Validate returns an error unless δ is a number above 0.
func (l huber) Validate() error { return checkPositive("delta", l.delta) }

// Eval uses c·(d − c/2), where d = ŷ−y and c is d limited to [−δ, δ]: it equals
// each formula in its own range, and c is the derivative of both.
func (l huber) Eval(grad, yhat, y *mat.Dense) float64 {
	return meanOverEntries(grad, yhat, y, func(yhat, y float64) (loss, slope float64) {
		d := yhat - y
		c := min(max(d, -l.delta), l.delta)
		return float64(c * (d - float64(c/2))), c
	})
}

func (l huber) EvalLogits(dz, z, y *mat.Dense) float64 { return l.Eval(dz, z, y) }
