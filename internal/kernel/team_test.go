package kernel

import (
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gonum.org/v1/gonum/blas/blas64"
)

// counter is a task that counts how often each number is done.
type counter struct {
	times []atomic.Int32
	grain int
	bad   atomic.Int32 // pieces that begin or end in the wrong place
	calls atomic.Int32
}

func (c *counter) Run(lo, hi int) {
	c.calls.Add(1)
	if lo%c.grain != 0 || hi%c.grain != 0 && hi != len(c.times) || lo >= hi {
		c.bad.Add(1)
	}
	for i := lo; i < hi; i++ {
		c.times[i].Add(1)
	}
}

func TestSplit(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	for workers := 1; workers <= 4; workers++ {
		team := NewTeam(workers)
		defer team.Close()
		for _, grain := range []int{1, 3, 16} {
			for n := range 100 {
				c := &counter{times: make([]atomic.Int32, n), grain: grain}
				team.Split(n, grain, c)
				for i := range c.times {
					if got := c.times[i].Load(); got != 1 {
						t.Fatalf("%d workers, n = %d, grain %d: did %d %d times", workers, n, grain, i, got)
					}
				}
				if c.bad.Load() != 0 {
					t.Fatalf("%d workers, n = %d, grain %d: a piece is no multiple of the grain", workers, n, grain)
				}
				calls := int(c.calls.Load())
				if n < 2*grain && calls > 1 || calls > workers {
					t.Fatalf("%d workers, n = %d, grain %d: %d pieces", workers, n, grain, calls)
				}
			}
		}
	}
}

// Use limits the pieces, and Shared tells of work for several workers even if
// only one is in use.
func TestUse(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	team := NewTeam(4)
	defer team.Close()
	for _, n := range []int{4, 1, 3, 2, 0, 9, -1} {
		team.Use(n)
		for _, length := range []int{1, 100} {
			c := &counter{times: make([]atomic.Int32, length), grain: 1}
			team.Split(length, 1, c)
			for i := range c.times {
				if got := c.times[i].Load(); got != 1 {
					t.Fatalf("Use(%d): did %d %d times", n, i, got)
				}
			}
			if got, want := int(c.calls.Load()), min(length, max(1, min(n, 4))); got != want {
				t.Errorf("Use(%d): %d pieces of %d, want %d", n, got, length, want)
			}
			if got := team.Shared(); got != (length > 1) {
				t.Errorf("Use(%d): Shared is %v after work of %d", n, got, length)
			}
			if team.Shared() {
				t.Errorf("Use(%d): Shared twice", n)
			}
		}
	}
	one := NewTeam(1)
	one.Split(100, 1, &counter{times: make([]atomic.Int32, 100), grain: 1})
	if one.Shared() {
		t.Error("a team of one shares work")
	}
	team.Close()
	team.Use(4)
	team.Split(100, 1, &counter{times: make([]atomic.Int32, 100), grain: 1})
	if team.Workers() != 1 || team.Shared() {
		t.Error("a closed team is no team of one")
	}
}

// The number of workers in use changes no bit of a product.
func TestUseKeepsBits(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	team := NewTeam(4)
	defer team.Close()
	rng := newRand()
	a, b := factors(rng, NN, 130, 90, 150, 0)
	want, _ := newMatrix(rng, 130, 150, 0)
	NewTeam(1).Mul(NN, want, a, b)
	for _, n := range []int{4, 2, 3, 1, 4} {
		got, _ := newMatrix(rng, 130, 150, 0)
		team.Use(n)
		team.Mul(NN, got, a, b)
		if !slices.Equal(got.Data, want.Data) {
			t.Errorf("%d workers give other bits", n)
		}
	}
}

// sleeper is a task that takes longer than workers spin.
type sleeper struct{}

func (sleeper) Run(lo, hi int) { time.Sleep(2 * spinTime) }

// TestPark checks that parked workers wake up.
func TestPark(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	team := NewTeam(2)
	defer team.Close()
	team.Split(2, 1, sleeper{})
	w := team.workers[0]
	for i := range 20 {
		for deadline := time.Now().Add(10 * time.Second); !w.parked.Load(); {
			if time.Now().After(deadline) {
				t.Fatal("the worker does not park")
			}
			time.Sleep(spinTime)
		}
		c := &counter{times: make([]atomic.Int32, 2), grain: 1}
		team.Split(2, 1, c)
		if c.times[0].Load() != 1 || c.times[1].Load() != 1 {
			t.Fatalf("round %d: not everything was done once", i)
		}
	}
}

// workerGoroutines returns the number of goroutines of teams.
func workerGoroutines() int {
	buf := make([]byte, 1<<20)
	return strings.Count(string(buf[:runtime.Stack(buf, true)]), "internal/kernel.(*Team).Split in goroutine")
}

// awaitNoWorkers returns when the last worker has ended.
func awaitNoWorkers(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); workerGoroutines() != 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d workers after Close", workerGoroutines())
		}
	}
}

func TestClose(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	const n = 200
	rng := newRand()
	a, b := factors(rng, NN, n, n, n, 0)
	c, _ := newMatrix(rng, n, n, 0)
	for _, wait := range []time.Duration{0, 4 * spinTime} {
		awaitNoWorkers(t) // those of other tests may still be ending
		team := NewTeam(4)
		if got := workerGoroutines(); got != 0 {
			t.Errorf("NewTeam started %d goroutines", got)
		}
		team.Mul(NN, c, a, b)
		if workerGoroutines() == 0 {
			t.Error("a large product started no goroutines")
		}
		time.Sleep(wait) // the workers spin, or are parked
		team.Close()
		team.Close()
		awaitNoWorkers(t)
		team.Mul(NN, c, a, b) // still works
		if workerGoroutines() != 0 {
			t.Error("a closed team started goroutines")
		}
	}
}

func TestNewTeamLimit(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if got := len(NewTeam(8).workers); got != 0 {
		t.Errorf("%d workers on one processor, want none", got)
	}
	runtime.GOMAXPROCS(3)
	for workers, want := range map[int]int{-1: 0, 0: 0, 1: 0, 2: 1, 3: 2, 8: 2} {
		if got := len(NewTeam(workers).workers); got != want {
			t.Errorf("NewTeam(%d) has %d workers beside the caller, want %d", workers, got, want)
		}
	}
}

// TestManyTeams lets more teams compute at once than there are CPUs.
func TestManyTeams(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			team := NewTeam(3)
			defer team.Close()
			rng := newRand()
			a, b := factors(rng, NN, 60, 200, 140, 0)
			got, _ := newMatrix(rng, 60, 140, 0)
			want := blas64.General{Rows: 60, Cols: 140, Stride: 140, Data: make([]float64, 60*140)}
			reference(NN, want, a, b, nil, 0)
			for i := range 50 {
				clear(got.Data)
				team.Mul(NN, got, a, b)
				for j, w := range want.Data {
					if got.Data[j] != w {
						t.Errorf("round %d: element %d is %v, want %v", i, j, got.Data[j], w)
						return
					}
				}
				if i%10 == 9 {
					time.Sleep(2 * spinTime) // so that workers park
				}
			}
		})
	}
	wg.Wait()
}

func TestSplitAllocs(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	team := NewTeam(2)
	defer team.Close()
	c := &counter{times: make([]atomic.Int32, 100), grain: 1}
	if n := testing.AllocsPerRun(100, func() { team.Split(100, 1, c) }); n != 0 {
		t.Errorf("Split allocates %v times", n)
	}
}

// nothing is a task that does nothing.
type nothing struct{}

func (*nothing) Run(lo, hi int) {}

// BenchmarkSplit measures the cost of giving work to a worker that is awake.
func BenchmarkSplit(b *testing.B) {
	team := NewTeam(2)
	defer team.Close()
	for b.Loop() {
		team.Split(2, 1, new(nothing))
	}
}

// failing panics in one of two pieces, after the other has begun, which takes
// a while.
type failing struct {
	piece int // the one that panics
	begun chan struct{}
	ended atomic.Bool
}

func (f *failing) Run(lo, hi int) {
	if lo == f.piece {
		<-f.begun
		panic("piece")
	}
	close(f.begun)
	time.Sleep(10 * time.Millisecond)
	f.ended.Store(true)
}

// If a piece panics, wherever it runs, Split panics in the caller once the
// other piece is done. The team remains usable, and its goroutine ends.
func TestSplitPanics(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	before := runtime.NumGoroutine()
	team := NewTeam(2)
	for round := range 20 {
		f := &failing{piece: round % 2, begun: make(chan struct{})}
		func() {
			defer func() {
				if v := recover(); v != "piece" || !f.ended.Load() {
					t.Fatalf("panicked with %v, the other piece done: %v", v, f.ended.Load())
				}
			}()
			team.Split(2, 1, f)
		}()
		c := &counter{times: make([]atomic.Int32, 8), grain: 1}
		team.Split(8, 1, c)
		for i := range c.times {
			if c.times[i].Load() != 1 {
				t.Fatal("a piece was lost")
			}
		}
	}
	team.Close()
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; {
		if time.Now().After(deadline) {
			t.Fatal("a goroutine lives on")
		}
		time.Sleep(time.Millisecond)
	}
}
