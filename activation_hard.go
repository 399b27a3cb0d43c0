package mlp

import (
	"fmt"
	"math"
)

// The hard activations are piecewise polynomials that approximate smooth ones.

type hardSigmoid struct{}

func (hardSigmoid) Name() string { return "hard_sigmoid" }

func (hardSigmoid) Apply(y, z []float64) {
	checkApply(y, z)
	for i, v := range z {
		y[i] = hardGate(v)
	}
}

func (hardSigmoid) Backprop(dz, dy, z, y []float64) {
	checkBackprop(dz, dy, z, y)
	for i, v := range z {
		if v <= -3 || v >= 3 {
			dz[i] = 0
		} else {
			dz[i] = dy[i] / 6
		}
	}
}

// hardGate returns min(max(z+3, 0), 6)/6.
func hardGate(z float64) float64 { return min(max(z+3, 0), 6) / 6 }

// NewHardSigmoid returns the activation f(z) = min(max(alpha·z + beta, 0), 1),
// whose derivative is 0 where f is 0 or 1. Courbariaux et al. (2015), ONNX and
// Keras 2 use alpha 0.2 and beta 0.5. Both must be finite and alpha positive;
// otherwise Model returns an error.
func NewHardSigmoid(alpha, beta float64) Activation {
	if alpha == 1./6 && beta == 0.5 {
		return HardSigmoid
	}
	return clippedLine{alpha, beta}
}

// clippedLine is the hard sigmoid with any slope and offset.
type clippedLine struct{ alpha, beta float64 }

func (a clippedLine) Name() string { return fmt.Sprintf("hard_sigmoid(%v,%v)", a.alpha, a.beta) }

func (a clippedLine) Validate() error {
	if !(a.alpha > 0) || math.IsInf(a.alpha, 1) || !finite(a.beta) {
		return fmt.Errorf("hard_sigmoid: alpha is %g and beta %g, want finite numbers, alpha above 0", a.alpha, a.beta)
	}
	return nil
}

func (a clippedLine) Apply(y, z []float64) {
	checkApply(y, z)
	for i, v := range z {
		y[i] = min(max(float64(a.alpha*v)+a.beta, 0), 1)
	}
}

func (a clippedLine) Backprop(dz, dy, z, y []float64) {
	checkBackprop(dz, dy, z, y)
	for i, v := range y {
		if v <= 0 || v >= 1 {
			dz[i] = 0
		} else {
			dz[i] = dy[i] * a.alpha
		}
	}
}

// NewHardTanh returns the activation f(z) = min(max(z, lo), hi), whose
// derivative is 0 at and beyond the bounds. lo must be below hi; one of them
// may be infinite. Model returns an error for other bounds.
func NewHardTanh(lo, hi float64) Activation { return hardTanh{lo, hi} }

type hardTanh struct{ lo, hi float64 }

func (a hardTanh) Name() string {
	if a.lo == -1 && a.hi == 1 {
		return "hard_tanh"
	}
	return fmt.Sprintf("hard_tanh(%v,%v)", a.lo, a.hi)
}

func (a hardTanh) Validate() error {
	if !(a.lo < a.hi) || math.IsInf(a.lo, 1) || math.IsInf(a.hi, -1) {
		return fmt.Errorf("hard_tanh: bounds are %g and %g, want the first below the second", a.lo, a.hi)
	}
	return nil
}

func (a hardTanh) Apply(y, z []float64) {
	checkApply(y, z)
	for i, v := range z {
		y[i] = min(max(v, a.lo), a.hi)
	}
}

func (a hardTanh) Backprop(dz, dy, z, y []float64) {
	checkBackprop(dz, dy, z, y)
	for i, v := range z {
		d := math.Float64bits(dy[i]) // integers are selected without a branch
		if v <= a.lo {
			d = 0
		}
		if v >= a.hi {
			d = 0
		}
		dz[i] = math.Float64frombits(d)
	}
}

type hardSwish struct{}

func (hardSwish) Name() string { return "hard_swish" }

func (hardSwish) Apply(y, z []float64) {
	checkApply(y, z)
	for i, v := range z {
		y[i] = max(v, -1000) * hardGate(v) // 0·∞ would be NaN
	}
}

func (hardSwish) Backprop(dz, dy, z, y []float64) {
	checkBackprop(dz, dy, z, y)
	for i, v := range z {
		switch {
		case v < -3:
			dz[i] = 0
		case v > 3:
			dz[i] = dy[i]
		default:
			dz[i] = dy[i] * ((2*v + 3) / 6) // 2·v is exact
		}
	}
}
