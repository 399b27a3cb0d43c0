package kernel

import (
	"testing"
	"time"
)

// relaying returns the setups whose workers relay a product.
func relaying[T float](setups []setup, m, k, n int) (some []setup) {
	defer func(old ISA) { isa = old }(isa)
	g := product[T]{k: k, rsa: k, csa: 1, rsb: n, csb: 1}
	for _, s := range setups {
		isa = s.isa
		if g.relays(m, n, s.team.Workers()) {
			some = append(some, s)
		}
	}
	return some
}

// hasRelay reports whether this machine can relay at all.
func hasRelay() bool { return len(ISAs()) > 1 }

// TestRelay tests products that the workers share by their steps, whose number
// they cannot always divide evenly.
func TestRelay(t *testing.T) {
	setups := setups(t, 3)
	for i, x := range [][3]int{{32, 527, 61}, {47, 200, 130}, {63, 193, 90}} {
		m, k, n := x[0], x[1], x[2]
		if hasRelay() && (relaying[float64](setups, m, k, n) == nil || relaying[float32](setups, m, k, n) == nil) {
			t.Fatalf("%v: no workers relay", x)
		}
		testProduct(t, setups, NN, m, k, n, i%2*3)
		testProduct32(t, setups, NN, m, k, n, i%2*3)
	}
}

// TestRelayAsleep tests workers that are parked when a product begins, and so
// may leave their pieces to the caller.
func TestRelayAsleep(t *testing.T) {
	const m, k, n = 48, 192, 110
	if !hasRelay() {
		t.Skip("products in Go are not shared by steps")
	}
	for _, s := range relaying[float64](setups(t, 3), m, k, n) {
		for range 3 {
			time.Sleep(2 * spinTime)
			testProduct(t, []setup{s}, NN, m, k, n, 0)
		}
	}
}

// TestRelayImpatient tests workers that run out of patience: their pieces stay
// where they are, and go on from there.
func TestRelayImpatient(t *testing.T) {
	const m, k, n = 48, 192, 110
	defer func(old ISA) { isa = old }(isa)
	for _, s := range setups(t, 2) {
		if s.team.Workers() == 1 {
			continue
		}
		isa = s.isa
		rng := newRand()
		a, b := factors(rng, NN, m, k, n, 0)
		got, _ := newMatrix(rng, m, n, 0)
		want, _ := newMatrix(rng, m, n, 0)
		NewTeam(1).Mul(NN, want, a, b)
		half := k / 2
		s.team.pieces = []workPiece{{hi: half}, {lo: half, hi: k}}
		s.team.handovers = make([]handover, 2)
		j := &job[float64]{team: s.team, m: m, n: n, along: bySteps, buffers: s.team.f64.buffers}
		j.product = product[float64]{k: k, a: a.Data, rsa: k, csa: 1, b: b.Data, rsb: n, csb: 1, c: got.Data, ldc: n}
		j.Run(half, k)
		if done := s.team.handovers[1].done.Load(); done != 0 {
			t.Fatalf("%v: the second piece has done %d rows before the first has begun", s.isa, done)
		}
		j.m = 20 // the first piece gets that far
		j.Run(0, half)
		j.m = m
		j.Run(half, k)
		if done := s.team.handovers[1].done.Load(); done != 16 {
			t.Fatalf("%v: the second piece has done %d rows, want the 16 of whole groups", s.isa, done)
		}
		s.team.handovers[0].done.Store(16)
		j.Run(0, half)
		j.Run(half, k)
		j.Run(half, k) // has nothing left to do
		for i, v := range want.Data {
			if got.Data[i] != v {
				t.Fatalf("%v: number %d is %v, want %v", s.isa, i, got.Data[i], v)
			}
		}
	}
}

// A TN product is split by the rows of a small C, and by the columns of a large
// one.
func TestCachedGradient(t *testing.T) {
	for _, x := range []struct {
		m, n int
		want bool
	}{{784, 128, true}, {128, 256, true}, {127, 256, false}, {1024, 1024, false}} {
		g := product[float64]{rsa: 1, csa: x.m}
		if got := g.hasCachedGradient(x.m, x.n); got != x.want {
			t.Errorf("%d×%d: %v, want %v", x.m, x.n, got, x.want)
		}
	}
}
