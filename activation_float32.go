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
	a.y, a.z, a.dy = y.Data, z.Data, nil
	a.share(team)
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
	if a.rowWise() {
		wideY.Copy(wide)
		applyActivation(a.work.act, wideY)
	} else {
		a.work.apply(team, wideY.RawMatrix().Data, wide.RawMatrix().Data)
	}
	narrowRows(y, wideY) // what is not finite shows in the loss
}

func (a *wideActivation) backprop(team *kernel.Team, dy matrix32) {
	wide := a.dy.resize(dy.Rows, dy.Cols)
	widenRows(wide, dy)
	if a.rowWise() {
		backpropRows(a.work.act, wide, &a.z.view, &a.y.view)
	} else {
		d := wide.RawMatrix().Data
		a.work.backprop(team, d, d, a.z.view.RawMatrix().Data, a.y.view.RawMatrix().Data)
	}
	narrowRows(dy, wide)
}

func (a *wideActivation) rowWise() bool {
	_, ok := a.work.act.(RowActivation)
	return ok
}
