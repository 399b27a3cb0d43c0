package mlp

import (
	"math"

	"example.com/mlp/internal/kernel"
)

// activation32 is one pass's use of an activation in single precision.
type activation32 interface {
	// apply stores f(z) in y, which may be z.
	apply(team *kernel.Team, y, z matrix32)

	// backprop turns dy into Jᵀ·dy, for the z of the last apply.
	backprop(team *kernel.Team, dy matrix32)
}

// newActivation32 returns the use of act.
func newActivation32(act Activation) activation32 {
	switch act.(type) {
	case identity:
		return identity32{}
	case relu:
		return &relu32{}
	}
	if f, ok := nativeOf(act); ok {
		return &native32{nativeFunc: f}
	}
	return &wideActivation{work: activationWork{act: act}}
}

type identity32 struct{}

func (identity32) apply(_ *kernel.Team, y, z matrix32) { move32(y, z) }
func (identity32) backprop(*kernel.Team, matrix32)     {}

// move32 stores x in dst, which may be x.
func move32(dst, x matrix32) {
	if len(x.Data) > 0 && &dst.Data[0] != &x.Data[0] {
		copy(dst.Data, x.Data)
	}
}

// relu32 remembers f(z), which has the sign of z where the derivative is not 0.
type relu32 struct {
	y  []float32
	z  []float32 // for apply
	dy []float32 // nil for apply
}

func (a *relu32) apply(team *kernel.Team, y, z matrix32) {
	finite := kernel.AllFinite32(z.Data)
	a.y, a.z, a.dy = y.Data, z.Data, nil
	a.share(team)
	if !finite {
		y.Data[0] = float32(math.NaN()) // see wideActivation
	}
}

func (a *relu32) backprop(team *kernel.Team, dy matrix32) {
	a.dy = dy.Data
	a.share(team)
}

func (a *relu32) share(team *kernel.Team) {
	if len(a.y) < minSharedEntries {
		a.Run(0, len(a.y))
	} else {
		team.Split(len(a.y), 1<<10, a)
	}
}

// Run implements kernel.Work.
func (a *relu32) Run(lo, hi int) {
	if a.dy == nil {
		kernel.ReLU32(a.y[lo:hi], a.z[lo:hi])
	} else {
		kernel.ReLUGrad32(a.dy[lo:hi], a.dy[lo:hi], a.y[lo:hi])
	}
}

// nativeFunc is an activation with its own functions in single precision, the
// second of which turns ∂L/∂y into ∂L/∂z.
type nativeFunc struct {
	f    func(y, z []float32)
	grad func(dz, dy, z []float32)
}

// nativeOf returns the functions of act, and whether there are any.
func nativeOf(act Activation) (f nativeFunc, ok bool) {
	switch act := act.(type) {
	case sigmoid:
		return nativeFunc{kernel.Sigmoid32, kernel.SigmoidGrad32}, true
	case tanh:
		return nativeFunc{kernel.Tanh32, kernel.TanhGrad32}, true
	case silu:
		return nativeFunc{kernel.SiLU32, kernel.SiLUGrad32}, true
	case gelu:
		return nativeFunc{kernel.GELU32, kernel.GELUGrad32}, true
	case mish:
		return nativeFunc{kernel.Mish32, kernel.MishGrad32}, true
	case geluTanh:
		return nativeFunc{kernel.GELUTanh32, kernel.GELUTanhGrad32}, true
	case softplus:
		return nativeFunc{kernel.Softplus32, kernel.SoftplusGrad32}, true
	case softsign:
		return nativeFunc{kernel.Softsign32, kernel.SoftsignGrad32}, true
	case hardSwish:
		return nativeFunc{kernel.HardSwish32, kernel.HardSwishGrad32}, true
	case hardSigmoid:
		return lineBetween(1./6, 0.5, 0, 1)
	case clippedLine:
		return lineBetween(act.alpha, act.beta, 0, 1)
	case relu6:
		return lineBetween(1, 0, 0, 6)
	case hardTanh:
		return lineBetween(1, 0, act.lo, act.hi)
	case leakyReLU:
		return act.native()
	case selu:
		return act.native()
	case elu:
		return act.native()
	}
	return f, false
}

// maxParameter32 is above all parameters of an activation that has a nativeFunc.
// Larger ones would overflow where double precision does not.
const maxParameter32 = 0x1p60

// lineBetween returns the functions of min(max(a·z + b, lo), hi).
func lineBetween(a, b, lo, hi float64) (f nativeFunc, ok bool) {
	f.f = func(y, z []float32) { kernel.ClippedLine32(y, z, a, b, lo, hi) }
	f.grad = func(dz, dy, z []float32) { kernel.ClippedLineGrad32(dz, dy, z, a, b, lo, hi) }
	return f, max(a, math.Abs(b)) < maxParameter32
}

func (a leakyReLU) native() (f nativeFunc, ok bool) {
	f.f = func(y, z []float32) { kernel.LeakyReLU32(y, z, a.slope) }
	f.grad = func(dz, dy, z []float32) { kernel.LeakyReLUGrad32(dz, dy, z, a.slope) }
	return f, a.slope < maxParameter32
}

// native returns the functions of u, unless they would overflow or divide by zero
// where double precision does not.
func (u expUnit) native() (f nativeFunc, ok bool) {
	f.f = func(y, z []float32) { kernel.ELU32(y, z, u.slope, u.depth, u.width) }
	f.grad = func(dz, dy, z []float32) { kernel.ELUGrad32(dz, dy, z, u.slope, u.depth, u.width) }
	return f, max(u.depth, u.width) < maxParameter32 && min(u.depth, u.width) > 1./maxParameter32
}

// native32 is one pass's use of a nativeFunc. It has a copy of z.
type native32 struct {
	nativeFunc
	z  buffer32
	y  []float32
	dy []float32 // nil for apply
}

func (a *native32) apply(team *kernel.Team, y, z matrix32) {
	copy(a.z.resize(z.Rows, z.Cols).Data, z.Data)
	finite := kernel.AllFinite32(z.Data)
	a.y, a.dy = y.Data, nil
	a.share(team, len(a.y))
	if !finite {
		y.Data[0] = float32(math.NaN()) // see wideActivation
	}
}

func (a *native32) backprop(team *kernel.Team, dy matrix32) {
	a.dy = dy.Data
	a.share(team, len(a.dy))
}

func (a *native32) share(team *kernel.Team, n int) {
	if n < minSharedEntries {
		a.Run(0, n)
	} else {
		team.Split(n, 1<<10, a)
	}
}

// Run implements kernel.Work.
func (a *native32) Run(lo, hi int) {
	z := a.z.data[lo:hi]
	if a.dy == nil {
		a.f(a.y[lo:hi], z)
	} else {
		a.grad(a.dy[lo:hi], a.dy[lo:hi], z)
	}
}

// wideActivation computes any other activation in double precision.
type wideActivation struct {
	work     activationWork
	z, y, dy buffer
}

func (a *wideActivation) apply(team *kernel.Team, y, z matrix32) {
	wide, wideY := a.z.resize(z.Rows, z.Cols), a.y.resize(z.Rows, z.Cols)
	widenRows(wide, z)
	if !kernel.AllFinite32(z.Data) {
		wide.RawMatrix().Data[0] = math.NaN() // which shows in the loss, unlike infinities with a bounded f
	}
	a.work.applyAll(team, wideY.RawMatrix(), wide.RawMatrix())
	narrowRows(y, wideY) // what is not finite shows in the loss
}

func (a *wideActivation) backprop(team *kernel.Team, dy matrix32) {
	wide := a.dy.resize(dy.Rows, dy.Cols)
	widenRows(wide, dy)
	a.work.backpropAll(team, wide.RawMatrix(), a.z.view.RawMatrix(), a.y.view.RawMatrix())
	narrowRows(dy, wide)
}
