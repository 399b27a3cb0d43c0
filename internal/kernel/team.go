package kernel

import (
	"runtime"
	"sync/atomic"
	"time"
)

// A Team computes for one caller, on one goroutine or, where the work is long
// enough, on several. It holds their buffers. No more than one goroutine may
// use a Team at a time; different Teams do not know of each other.
//
// The goroutines begin with the first Work that needs them. Between one and the
// next they wait: spinning at first, since work that follows soon must find
// them awake, and parked after half a millisecond.
type Team struct {
	workers []*worker
	buffers []buffer // one for each piece of a product
	job     job
}

// NewTeam returns a Team of the given number of workers, the caller included,
// but no more than GOMAXPROCS. A Team of one starts no goroutines. Others need
// a Close.
func NewTeam(workers int) *Team {
	workers = max(1, min(workers, runtime.GOMAXPROCS(0)))
	t := &Team{
		workers: make([]*worker, workers-1),
		buffers: make([]buffer, workers),
	}
	for i := range t.workers {
		t.workers[i] = &worker{wake: make(chan struct{}, 1)}
	}
	return t
}

// Close ends the goroutines of the team. The team remains usable, as a team of
// one. Closing it again does nothing.
func (t *Team) Close() {
	for _, w := range t.workers {
		if w.started {
			w.post(closed)
		}
	}
	t.workers = nil
}

// Work is done on a range of integers, whose parts can be done in any order and
// at the same time.
type Work interface {
	Run(lo, hi int) // does the part lo ≤ i < hi
}

// Split runs the work over [0, n), in pieces of several times grain (only the
// last may end elsewhere), one for each worker. It returns when all is done.
// With less than twice grain to do, the caller does it alone. A piece that
// panics does so in the caller, when the others are done.
func (t *Team) Split(n, grain int, work Work) {
	share := t.share(n, grain)
	used := 0
	for lo := share; lo < n; lo += share {
		w := t.workers[used]
		used++
		w.work, w.lo, w.hi = work, lo, min(lo+share, n)
		if !w.started {
			w.started = true
			go w.loop()
		}
		w.post(posted)
	}
	defer t.finish(used)
	if n > 0 {
		work.Run(0, min(share, n))
	}
}

// finish waits for so many workers.
func (t *Team) finish(used int) {
	var failure any
	for _, w := range t.workers[:used] {
		w.finish()
		if w.failure != nil {
			failure, w.failure = w.failure, nil
		}
	}
	if failure != nil {
		panic(failure)
	}
}

// share returns the length of the pieces into which Split divides n.
func (t *Team) share(n, grain int) int {
	pieces := min(len(t.workers)+1, n/grain)
	if pieces < 2 {
		return max(n, 1)
	}
	grains := (n + grain - 1) / grain
	return (grains + pieces - 1) / pieces * grain
}

// The states of a worker. The caller posts, and takes back what has not been
// claimed; the worker claims, and says when it is done.
const (
	idle uint32 = iota
	posted
	claimed
	done
	closed
)

// A worker runs pieces of work on a goroutine of its own.
type worker struct {
	work    Work
	lo, hi  int
	started bool
	failure any // what the piece has panicked with

	state  atomic.Uint32
	parked atomic.Bool   // the goroutine sleeps until it gets a wake
	wake   chan struct{} // has room for one
}

// post changes the state and sees to it that the goroutine notices.
func (w *worker) post(state uint32) {
	w.state.Store(state)
	if w.parked.CompareAndSwap(true, false) {
		w.wake <- struct{}{}
	}
}

// finish returns when the posted piece is done. If the goroutine has not come
// to it, because it slept or had no CPU, the caller does it: help that comes
// late costs nothing.
func (w *worker) finish() {
	if w.state.CompareAndSwap(posted, idle) {
		w.run()
	} else {
		for n := 1; w.state.Load() != done; n++ {
			pause(pauses)
			if n%1024 == 0 {
				runtime.Gosched()
			}
		}
		w.state.Store(idle)
	}
	w.work = nil
}

const (
	pauses   = 4                      // between two looks at the state
	spinTime = 500 * time.Microsecond // before the goroutine parks
)

// loop is the goroutine of a worker.
func (w *worker) loop() {
	for {
		switch w.await() {
		case closed:
			return
		case posted:
			if w.state.CompareAndSwap(posted, claimed) {
				w.run()
				w.state.Store(done)
			}
		}
	}
}

// run runs the piece. Its panic is for the caller, who can recover.
func (w *worker) run() {
	defer func() { w.failure = recover() }()
	w.work.Run(w.lo, w.hi)
}

// await returns the state when it is posted or closed.
func (w *worker) await() uint32 {
	var begin time.Time
	for n := 1; ; n++ {
		if s := w.state.Load(); s == posted || s == closed {
			return s
		}
		pause(pauses)
		if n%64 != 0 {
			continue
		}
		if begin.IsZero() {
			begin = time.Now()
			continue
		}
		if time.Since(begin) < spinTime {
			continue
		}
		w.parked.Store(true)
		// Whoever posts from now on sees that the goroutine is parked. For
		// what was posted before, there will be no wake.
		if s := w.state.Load(); s != posted && s != closed || !w.parked.CompareAndSwap(true, false) {
			<-w.wake
		}
		begin = time.Time{}
	}
}
