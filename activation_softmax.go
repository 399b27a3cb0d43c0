package mlp

import "example.com/mlp/internal/kernel"

type softmax struct{}

func (softmax) Name() string { return "softmax" }
func (softmax) RowWise()     {}

func (softmax) Apply(y, z []float64) {
	checkApply(y, z)
	if len(z) > 0 {
		kernel.SoftmaxRows(y, z, len(z))
	}
}

// Backprop multiplies by the Jacobian diag(y) − y·yᵀ without forming it:
// dzᵢ = yᵢ(dyᵢ − Σₖ yₖ·dyₖ).
func (softmax) Backprop(dz, dy, z, y []float64) {
	checkBackprop(dz, dy, z, y)
	mean := dot(y, dy)
	for i, v := range y {
		dz[i] = v * (dy[i] - mean)
	}
}

type logSoftmax struct{}

func (logSoftmax) Name() string { return "log_softmax" }
func (logSoftmax) RowWise()     {}

// Apply uses f(z)ᵢ = (zᵢ − m) − log(1 + r), where m = zₜ is the largest entry
// and r = Σₖ exp(zₖ − m) over all k except t: where the maximum dominates,
// f(z)ₜ is small and keeps its digits.
func (logSoftmax) Apply(y, z []float64) {
	checkApply(y, z)
	if len(z) == 0 {
		return
	}
	t := argmax(z)
	m := z[t]
	r := m - m // NaN if m is infinite
	var buf [blockLen]float64
	for lo := 0; lo < len(z); lo += blockLen {
		e := buf[:min(blockLen, len(z)-lo)]
		for i := range e {
			e[i] = z[lo+i] - m
		}
		kernel.Exp(e, e)
		for i, e := range e {
			if lo+i != t {
				r += e
			}
		}
	}
	logSum := kernel.Log1p(r)
	for i, v := range z {
		y[i] = (v - m) - logSum
	}
}

// Backprop multiplies by the transposed Jacobian I − p·1ᵀ, p = exp(y), without
// forming it: dzᵢ = dyᵢ − pᵢ·Σₖ dyₖ.
func (logSoftmax) Backprop(dz, dy, z, y []float64) {
	checkBackprop(dz, dy, z, y)
	sum := sumOf(dy)
	var buf [blockLen]float64
	for len(y) > 0 {
		p := buf[:min(blockLen, len(y))]
		kernel.Exp(p, y[:len(p)])
		for i, p := range p {
			dz[i] = dy[i] - float64(p*sum)
		}
		dz, dy, y = dz[len(p):], dy[len(p):], y[len(p):]
	}
}
