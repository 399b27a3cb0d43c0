package kernel

import (
	"sync/atomic"
	"time"

	"golang.org/x/sys/cpu"
)

const (
	// relayRows is the number of rows of C that a worker hands over at once.
	relayRows = 8

	// From relayMin rows of C per worker on, waiting for each other takes less
	// time than it saves: up to three workers relay. From relayMax rows on,
	// copying B first saves more.
	relayMin = 2 * relayRows
	relayMax = 64

	// cachedBytes is the size of weights that stay in the level 2 caches of a few
	// workers from one training step to the next.
	cachedBytes = 2 << 20

	// patience is the time for which a worker waits for another one, which may
	// have no CPU.
	patience = 100 * time.Microsecond
)

// relays reports whether the workers should hand the sums of C on to each other.
//
// In training, B holds weights, which the workers update by rows after each
// step. If each multiplies by the rows that it has updated, they never leave its
// cache. In a small batch, which gives C few rows, fetching the others' rows
// would take longer than multiplying by them, except in Go.
func (g *product[T]) relays(m, n, workers int) bool {
	return isa != Generic && workers > 1 && m >= relayMin*workers && m < relayMax &&
		g.csa == 1 && g.csb == 1 && g.k >= 64*workers && g.k*n*sizeOf[T]() <= cachedBytes
}

// hasCachedGradient reports whether C is the gradient of such weights: a TN
// product with enough rows for the workers.
func (g *product[T]) hasCachedGradient(m, n int) bool {
	return g.rsa == 1 && g.csa != 1 && m >= 128 && m*n*sizeOf[T]() <= cachedBytes
}

// A handover counts the rows of C to which a worker has added its steps.
type handover struct {
	done atomic.Int64
	_    cpu.CacheLinePad
}

// await waits until so many rows are done, and reports whether they are.
func (h *handover) await(rows int) bool {
	var begin time.Time
	for n := 1; h.done.Load() < int64(rows); n++ {
		spin(n)
		if n%64 != 0 {
			continue
		}
		if begin.IsZero() {
			begin = time.Now()
		} else if time.Since(begin) > patience {
			return false
		}
	}
	return true
}

// relay adds the steps from lo to hi to C, a few rows at a time, each time after
// the piece before. If that takes too long, it returns, and the next call
// continues.
func (j *job[T]) relay(buf *buffer[T], piece, lo, hi int) {
	g := j.product
	g.k = hi - lo
	g.a, g.b = g.a[lo:], g.b[lo*g.rsb:]
	if piece > 0 { // continue the chains
		g.d, g.ldd = g.c, g.ldc
	}
	mine := &j.team.handovers[piece]
	for i := int(mine.done.Load()); i < j.m; i += relayRows {
		end := min(i+relayRows, j.m)
		if piece > 0 && !j.team.handovers[piece-1].await(end) {
			return
		}
		g.compute(buf, i, end, 0, j.n)
		mine.done.Store(int64(end))
	}
}
