// Package parallel shares work among the cores.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// For calls do with the numbers from 0 up to n, on as many goroutines as
// GOMAXPROCS says, and returns when all calls have.
func For(n int, do func(i int)) {
	var next atomic.Int64
	var working sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		working.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	working.Wait()
}
