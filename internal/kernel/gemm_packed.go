package kernel

import "gonum.org/v1/gonum/blas/blas64"

// A Packed is the factor B of many products A·B, along with a copy in the order in
// which these read it, where that saves time. The zero value is empty.
type Packed struct {
	b      blas64.General
	panels []float64
}

// Pack copies b, which must stay as it is while x is in use. It panics if b is not
// inside its data.
func (x *Packed) Pack(b blas64.General) {
	checkData("Pack", "b", g64(&b))
	x.b, x.panels = b, g64(&b).packed(x.panels)
}

// MulBiasPacked is [MulBiasAhead] for a B that has been packed, from which many
// goroutines may read. It computes the same bits. If B is large, it fetches B in
// the place of what is ahead.
func MulBiasPacked(c, a blas64.General, b *Packed, bias, ahead []float64) {
	t := teamsOfOne.Get().(*Team)
	t.f64.panels, t.f64.ahead = b.panels, ahead
	t.f64.multiplyBias(NN, g64(&c), g64(&a), g64(&b.b), bias)
	t.f64.panels, t.f64.ahead = nil, nil
	teamsOfOne.Put(t)
}
