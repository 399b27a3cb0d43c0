package kernel

import (
	"math"
	"sync/atomic"
)

const (
	// relayRows is the number of rows of C that a worker hands over at once.
	relayRows = 8

	// From relayMin rows of C per worker on, waiting for each other takes less
	// time than it saves. From relayMax rows on, computing all of them at once
	// saves more.
	relayMin = 2 * relayRows
	relayMax = 64

	// cachedBytes is the size of weights that stay in the level 2 caches of a few
	// workers from one training step to the next.
	cachedBytes = 2 << 20
)

// relays reports whether the workers should pass the sums of C on to each other.
//
// In training, B holds weights, which the workers update by rows after each
// step. If each multiplies by the rows that it has updated, they never leave its
// cache. In a small batch, which gives C few rows, fetching the others' rows
// would take longer than multiplying by them.
func (g *product[T]) relays(m, n, workers int) bool {
	return workers > 1 && m >= relayMin*workers && m < relayMax && g.csa == 1 && g.csb == 1 &&
		g.k >= 64*workers && g.k*n*sizeOf[T]() <= cachedBytes
}

// hasCachedGradient reports whether C is the gradient of such weights: a TN
// product with enough rows for the workers.
func (g *product[T]) hasCachedGradient(m, n int) bool {
	return g.rsa == 1 && g.csa != 1 && m >= 128 && m*n*sizeOf[T]() <= cachedBytes
}

// A handover counts the rows of C to which a worker has added its steps.
type handover struct {
	rows atomic.Int64
	_    [7]uint64 // keeps it alone on a cache line
}

// relay adds the steps from lo to hi to all of C, a few rows at a time, each time
// after the piece before.
func (j *job[T]) relay(piece, lo, hi int) {
	mine := &j.handovers[piece].rows
	defer mine.Store(math.MaxInt64) // even if it panics, nobody waits forever
	g := j.product
	g.k = hi - lo
	g.a, g.b = g.a[lo:], g.b[lo*g.rsb:]
	if piece > 0 { // continue the chains
		g.d, g.ldd = g.c, g.ldc
	}
	for i := 0; i < j.m; i += relayRows {
		end := min(i+relayRows, j.m)
		if piece > 0 {
			before := &j.handovers[piece-1].rows
			for n := 1; before.Load() < int64(end); n++ {
				spin(n)
			}
		}
		g.compute(&j.buffers[piece], i, end, 0, j.n)
		mine.Store(int64(end))
	}
}
