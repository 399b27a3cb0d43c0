package selection

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// each calls do with the numbers from 0 up to n in ascending order, on so many
// goroutines, 0 for GOMAXPROCS, until do returns false or ctx is canceled. It
// returns when all calls have.
func each(ctx context.Context, n, workers int, do func(i int) (more bool)) {
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var next atomic.Int64
	var ended atomic.Bool
	var wg sync.WaitGroup
	for range min(workers, n) {
		wg.Go(func() {
			for ctx.Err() == nil && !ended.Load() {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if !do(i) {
					ended.Store(true)
				}
			}
		})
	}
	wg.Wait()
}
