package mlp

import "example.com/mlp/internal/kernel"

// minSharedEntries is the number of entries from which it pays to apply an
// activation on several cores.
const minSharedEntries = 1 << 15

// activationWork is the kernel.Work of an element-wise activation, forward if
// dy is nil.
type activationWork struct {
	act          Activation
	dz, dy, z, y []float64
}

// apply stores f(z) in y.
func (t *activationWork) apply(team *kernel.Team, y, z []float64) {
	if len(z) < minSharedEntries {
		t.act.Apply(y, z)
		return
	}
	t.y, t.z = y, z
	t.share(team)
}

// backprop stores Jᵀ·dy in dz.
func (t *activationWork) backprop(team *kernel.Team, dz, dy, z, y []float64) {
	if len(z) < minSharedEntries {
		t.act.Backprop(dz, dy, z, y)
		return
	}
	t.dz, t.dy, t.z, t.y = dz, dy, z, y
	t.share(team)
}

func (t *activationWork) share(team *kernel.Team) {
	const grain = 1 << 10
	team.Split(len(t.z), grain, t)
	t.dz, t.dy, t.z, t.y = nil, nil, nil, nil
}

// Run implements kernel.Work.
func (t *activationWork) Run(lo, hi int) {
	if t.dy == nil {
		t.act.Apply(t.y[lo:hi], t.z[lo:hi])
	} else {
		t.act.Backprop(t.dz[lo:hi], t.dy[lo:hi], t.z[lo:hi], t.y[lo:hi])
	}
}
