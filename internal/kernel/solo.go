package kernel

import (
	"sync"

	"gonum.org/v1/gonum/blas/blas64"
)

// solo keeps teams of one, for callers that have none.
var solo = sync.Pool{New: func() any { return NewTeam(1) }}

// MulBias is [Team.MulBias] on the calling goroutine. It is safe for
// concurrent use.
func MulBias(p Product, c, a, b blas64.General, bias []float64) {
	t := solo.Get().(*Team)
	t.MulBias(p, c, a, b, bias)
	solo.Put(t)
}
