//go:build !(amd64 || arm64) || noasm

package kernel

// compute computes C[i0:i1, j0:j1].
func (g *product[T]) compute(_ *buffer[T], i0, i1, j0, j1 int) {
	g.computeGeneric(i0, i1, j0, j1)
}

// packed returns nil: the Go code reads B as it is.
func (b *general[T]) packed(dst []T) []T { return nil }

// A buffer is needed only by the assembly of other machines.
type buffer[T float] struct{}

// pause waits briefly in a spin loop.
func pause(n int) {
	for range 16 * n {
	}
}

// smallRow leaves all rows to compute.
func smallRow[T float](c, a, b, bias []T) (done bool) { return false }
