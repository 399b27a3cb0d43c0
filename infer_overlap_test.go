package mlp_test

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// Overlap finds an entry in common, and only that, for any views of a matrix.
func TestOverlap(t *testing.T) {
	const size = 5
	whole := mat.NewDense(size, size, nil)
	type view struct{ i, k, j, l int }
	var views []view
	for i := range size {
		for k := i + 1; k <= size; k++ {
			for j := range size {
				for l := j + 1; l <= size; l++ {
					views = append(views, view{i, k, j, l})
				}
			}
		}
	}
	for _, a := range views {
		for _, b := range views {
			am := whole.Slice(a.i, a.k, a.j, a.l).(*mat.Dense)
			bm := whole.Slice(b.i, b.k, b.j, b.l).(*mat.Dense)
			want := a.i < b.k && b.i < a.k && a.j < b.l && b.j < a.l
			if got := mlp.Overlap(am.RawMatrix(), bm.RawMatrix()); got != want {
				t.Fatalf("%v and %v: %v, want %v", a, b, got, want)
			}
		}
	}
	if other := mat.NewDense(size, size, nil); mlp.Overlap(whole.RawMatrix(), other.RawMatrix()) {
		t.Error("two matrices overlap")
	}
}
