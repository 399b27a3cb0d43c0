package kernel

import (
	"testing"
	"time"
)

// relayed returns the number of the teams that share a product by its steps.
func relayed[T float](setups []setup, m, k, n int) (count int) {
	g := product[T]{k: k, rsa: k, csa: 1, rsb: n, csb: 1}
	for _, s := range setups {
		if g.relays(m, n, s.team.Workers()) {
			count++
		}
	}
	return count
}

// TestRelay tests products that the workers share by their steps, whose number
// they cannot always divide evenly.
func TestRelay(t *testing.T) {
	setups := setups(t, 3)
	for i, x := range [][3]int{{32, 784, 128}, {33, 517, 61}, {47, 200, 130}, {48, 255, 100}, {63, 193, 90}} {
		m, k, n := x[0], x[1], x[2]
		if relayed[float64](setups, m, k, n) == 0 || relayed[float32](setups, m, k, n) == 0 {
			t.Fatalf("%v: no team shares it by steps", x)
		}
		testProduct(t, setups, NN, m, k, n, i%2*3)
		testProduct32(t, setups, NN, m, k, n, i%2*3)
	}
}

// TestRelayAsleep tests workers that are parked when a product begins, and so
// may take their parts in any order, or leave them to the caller.
func TestRelayAsleep(t *testing.T) {
	setups := setups(t, 3)
	for range 20 {
		time.Sleep(2 * spinTime)
		testProduct(t, setups, NN, 48, 192, 110, 0)
	}
}

// TestRelayPanic lets all workers but the first panic, for want of a buffer.
// Nobody may wait for them forever.
func TestRelayPanic(t *testing.T) {
	setups := setups(t, 3)
	team := setups[len(setups)-1].team
	const m, k, n = 48, 192, 110
	j := &job[float64]{m: m, n: n, along: steps, share: k / 3, buffers: team.f64.buffers[:1], handovers: make([]handover, 3)}
	j.product = product[float64]{
		k: k, rsa: k, csa: 1, rsb: n, csb: 1, ldc: n,
		a: make([]float64, m*k), b: make([]float64, k*n), c: make([]float64, m*n),
	}
	defer func() {
		if recover() == nil {
			t.Error("Split does not panic")
		}
	}()
	team.Split(k, 8, j)
}
