package kernel

import (
	"sync"

	"gonum.org/v1/gonum/blas/blas64"
)

// MulBias is [Team.MulBias] on the calling goroutine. It is safe for
// concurrent use.
func MulBias(p Product, c, a, b blas64.General, bias []float64) {
	if p == NN && c.Rows == 1 {
		bare.MulBias(p, c, a, b, bias)
		return
	}
	t := solo.Get().(*Team)
	t.MulBias(p, c, a, b, bias)
	solo.Put(t)
}

// solo keeps teams of one, for callers that have none.
var solo = sync.Pool{New: func() any { return NewTeam(1) }}

// bare is a team of one for products that need no buffers. Those change
// nothing in it, so that all goroutines can share it.
var bare = NewTeam(1)
