package mlptest

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/matrix"
)

// notNil ends the check if v is nil.
func notNil(t testing.TB, what string, v any) {
	t.Helper()
	if matrix.IsNil(v) {
		t.Fatalf("%s is nil", what)
	}
}

// hasShape ends the check unless m has the given numbers of rows and columns.
func hasShape(t testing.TB, what string, m *mat.Dense, rows, cols int) {
	t.Helper()
	notNil(t, what, m)
	if r, c := m.Dims(); r != rows || c != cols {
		t.Fatalf("%s is %d×%d, want %d×%d", what, r, c, rows, cols)
	}
}
