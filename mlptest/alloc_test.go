//go:build !race

// Under the race detector, sync.Pool drops items at random, so CheckLayer lets
// Infer allocate.

package mlptest_test

import (
	"testing"

	"gonum.org/v1/gonum/mat"
)

func TestCheckLayerFindsAllocations(t *testing.T) {
	f := faultyLayer{infer: func(s *scale, dst, x *mat.Dense) {
		s.Infer(dst, x)
		dst.RawRowView(0)[0] = append(make([]float64, 0, int(dst.At(0, 0))%5+9), dst.RawRowView(0)[0])[0]
	}}
	expect(t, reportsOnLayer(f), "Infer: 1 allocations")
}
