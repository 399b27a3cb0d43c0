package kernel

import (
	"runtime"
	"sync/atomic"
	"time"
)

// A Team computes for one caller, on one goroutine or, if there is enough work,
// on several. It holds their buffers. Only one goroutine may use a Team at a
// time; different Teams are independent of each other.
//
// The goroutines start with the first Work that needs them. Between one Work
// and the next they wait: spinning at first, because work that follows soon
// must find them awake, and parked after half a millisecond.
type Team struct {
	workers []*worker
	using   int         // workers that share the work, including the caller
	shared  bool        // whether there was work to share since the last Shared
	pieces  []workPiece // of the last Work: the caller's, then those of the workers
	speeds  []float64   // of the caller and the workers; see measure
	f64     multiplier[float64]
	f32     multiplier[float32]

	handovers []handover // one for each piece of a relay
}

// NewTeam returns a Team with the given number of workers, including the
// caller, but no more than GOMAXPROCS. A Team of one starts no goroutines.
// Other Teams must be closed.
func NewTeam(workers int) *Team {
	workers = max(1, min(workers, runtime.GOMAXPROCS(0)))
	t := &Team{
		workers:   make([]*worker, workers-1),
		using:     workers,
		pieces:    make([]workPiece, 0, workers),
		speeds:    make([]float64, workers),
		handovers: make([]handover, workers),
	}
	t.f64 = multiplier[float64]{team: t, buffers: make([]buffer[float64], workers)}
	t.f32 = multiplier[float32]{team: t, buffers: make([]buffer[float32], workers)}
	for i := range t.speeds {
		t.speeds[i] = 1
	}
	for i := range t.workers {
		t.workers[i] = &worker{wake: make(chan struct{}, 1)}
	}
	return t
}

// Close ends the goroutines of the team. The team remains usable as a team of
// one. Closing it again does nothing.
func (t *Team) Close() {
	for _, w := range t.workers {
		if w.started {
			w.post(closed)
		}
	}
	t.workers, t.using = nil, 1
}

// Workers returns the number of workers of the team, including the caller.
func (t *Team) Workers() int { return len(t.workers) + 1 }

// Use makes n of the workers, including the caller, do all Work to come. The
// others rest. It changes no result.
func (t *Team) Use(n int) { t.using = max(1, min(n, t.Workers())) }

// Shared reports whether, since the last call, there was Work for several
// workers, whether or not several were in use.
func (t *Team) Shared() bool {
	shared := t.shared
	t.shared = false
	return shared
}

// Work is done on a range of integers, whose parts can be done in any order and
// concurrently.
type Work interface {
	Run(lo, hi int) // does the part lo ≤ i < hi
}

// Split runs the work over [0, n), in pieces that begin at multiples of grain, one
// for each worker in use, and longer for faster ones. It returns when all pieces
// are done. If n is less than twice grain, the caller does the work alone. If a
// piece panics, Split panics in the caller once the others are done.
func (t *Team) Split(n, grain int, work Work) {
	t.shared = t.shared || len(t.workers) > 0 && n/grain >= 2
	count := max(1, min(t.using, n/grain))
	t.pieces = t.pieces[:count]
	divide(t.pieces, t.speeds[:count], n, grain)
	for i, w := range t.workers[:count-1] {
		p := t.pieces[i+1]
		w.work, w.lo, w.hi = work, p.lo, p.hi
		if !w.started {
			w.started = true
			go w.loop()
		}
		w.post(posted)
	}
	defer t.finish(count - 1)
	if n > 0 {
		work.Run(0, t.pieces[0].hi)
	}
}

// finish waits for the first used workers.
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

// pieceAt returns the index of the piece that begins at lo.
func (t *Team) pieceAt(lo int) int {
	i := 0
	for t.pieces[i].lo != lo {
		i++
	}
	return i
}

// The states of a worker. The caller posts a piece, and takes it back if it has
// not been claimed; the worker claims it, and reports when it is done.
const (
	idle uint32 = iota
	posted
	claimed
	done
	closed
)

// A worker runs pieces of work on its own goroutine.
type worker struct {
	work    Work
	lo, hi  int
	started bool
	failure any // the value that the piece panicked with

	state  atomic.Uint32
	parked atomic.Bool   // the goroutine sleeps until it receives from wake
	wake   chan struct{} // has room for one
}

// post changes the state and makes sure that the goroutine notices.
func (w *worker) post(state uint32) {
	w.state.Store(state)
	if w.parked.CompareAndSwap(true, false) {
		w.wake <- struct{}{}
	}
}

// finish returns when the posted piece is done. If the goroutine has not
// claimed it yet, because it was asleep or had no CPU, the caller runs it, so a
// late worker costs nothing.
func (w *worker) finish() {
	if w.state.CompareAndSwap(posted, idle) {
		w.run()
	} else {
		for n := 1; w.state.Load() != done; n++ {
			spin(n)
		}
		w.state.Store(idle)
	}
	w.work = nil
}

// spin is the nth short wait in a loop. Now and then it yields.
func spin(n int) {
	pause(pauses)
	if n%1024 == 0 {
		runtime.Gosched()
	}
}

const (
	pauses   = 4                      // between two checks of the state
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

// run runs the piece. It passes a panic on to the caller, who can recover.
func (w *worker) run() {
	defer func() { w.failure = recover() }()
	w.work.Run(w.lo, w.hi)
}

// await returns the state once it is posted or closed.
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
		// Whoever posts from now on sees that the goroutine is parked. There
		// will be no wake for anything posted before.
		if s := w.state.Load(); s != posted && s != closed || !w.parked.CompareAndSwap(true, false) {
			<-w.wake
		}
		begin = time.Time{}
	}
}
