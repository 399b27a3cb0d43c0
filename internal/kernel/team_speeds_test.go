package kernel

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

func TestDivide(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 10000 {
		count, grain := 1+rng.IntN(5), 1+rng.IntN(20)
		n := count*grain + rng.IntN(1000)
		speeds := make([]float64, count)
		for i := range speeds {
			speeds[i] = math.Exp(2 * rng.NormFloat64())
		}
		pieces := make([]workPiece, count)
		divide(pieces, speeds, n, grain)
		end := 0
		for i, p := range pieces {
			if p.lo != end || p.hi <= p.lo || p.hi%grain != 0 && i < count-1 {
				t.Fatalf("%d by %d for %v: %v", n, grain, speeds, pieces)
			}
			end = p.hi
			// Both ends are rounded, and every other piece has at least one grain.
			length := float64(n) * speeds[i] / sum(speeds)
			if math.Abs(float64(p.hi-p.lo)-length) > float64(grain*(1+count)) {
				t.Fatalf("%d by %d for %v: piece %d of %v is not about %g long", n, grain, speeds, i, pieces, length)
			}
		}
		if end != n {
			t.Fatalf("%d by %d for %v: %v", n, grain, speeds, pieces)
		}
	}
}

// run lets the pieces take as long as workers need that are so fast.
func run(pieces []workPiece, fast []float64) {
	for i := range pieces {
		p := &pieces[i]
		p.took = time.Duration(1e6 * float64(p.hi-p.lo) / fast[i])
	}
}

// The pieces become as long as the workers are fast.
func TestMeasure(t *testing.T) {
	for _, x := range []struct{ fast, want []float64 }{
		{[]float64{1, 1}, []float64{500, 500}},
		{[]float64{1, 3}, []float64{250, 750}},
		{[]float64{1, 1, 0.5}, []float64{400, 400, 200}},
		{[]float64{4, 1, 3, 2}, []float64{400, 100, 300, 200}},
	} {
		n := len(x.fast)
		speeds, pieces := make([]float64, n), make([]workPiece, n)
		for i := range speeds {
			speeds[i] = 1
		}
		for range 100 {
			divide(pieces, speeds, 1000, 1)
			run(pieces, x.fast)
			measure(speeds, pieces)
		}
		for i, p := range pieces {
			if math.Abs(float64(p.hi-p.lo)-x.want[i]) > 2 {
				t.Errorf("workers of the speeds %v: pieces %v, want the lengths %v", x.fast, pieces, x.want)
				break
			}
		}
	}
}

// A single slow piece changes little, and many of them, now of this worker and now
// of that one, do not add up.
func TestMeasureInterruption(t *testing.T) {
	speeds, pieces := []float64{1, 1, 1}, make([]workPiece, 3)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 10000 {
		divide(pieces, speeds, 900, 1)
		fast := []float64{1, 1, 1}
		if rng.IntN(20) == 0 {
			fast[rng.IntN(3)] = 0.3
		}
		run(pieces, fast)
		before := slices.Clone(speeds)
		measure(speeds, pieces)
		for i, v := range speeds {
			if math.Abs(v-before[i]) > 2*speedStep || math.Abs(v-1) > 4*speedStep {
				t.Fatalf("%v after %v, when the speeds were %v", speeds, before, fast)
			}
		}
	}
	if total := sum(speeds); math.Abs(total-3) > 1e-9 {
		t.Errorf("the speeds %v add up to %g, want 3", speeds, total)
	}
}

// Split divides by the speeds, which large products measure.
func TestSplitBySpeed(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	team := NewTeam(2)
	defer team.Close()
	copy(team.speeds, []float64{0.5, 1.5})
	team.Split(100, 1, &counter{times: make([]atomic.Int32, 100), grain: 1})
	if p := team.pieces; p[0].hi != 25 || p[1].lo != 25 || p[1].hi != 100 {
		t.Errorf("pieces %v, want 25 and 75", p)
	}
	for _, rows := range []int{511, 512} {
		copy(team.speeds, []float64{0.2, 1.8})
		a, b := factors(newRand(), NN, rows, 512, 512, 0)
		c, _ := newMatrix(newRand(), rows, 512, 0)
		team.Mul(NN, c, a, b)
		if changed := team.speeds[0] != 0.2 && team.speeds[1] != 1.8; changed != (rows == 512) {
			t.Errorf("%d rows: the speeds are %v", rows, team.speeds)
		}
	}
}

// The speeds change no result.
func TestUnequalWorkers(t *testing.T) {
	some := setups(t, 3)
	for _, s := range some {
		copy(s.team.speeds, []float64{0.3, 1, 1.7})
	}
	for _, p := range products {
		testProduct(t, some, p, 130, 65, 200, 0)
		testProduct(t, some, p, 300, 65, 90, 3)
		testProduct32(t, some, p, 130, 65, 200, 0)
	}
	testProduct(t, some, NN, 60, 500, 60, 0) // relayed
}
