// Package matrix checks the matrices that callers of the module pass.
package matrix

import (
	"fmt"
	"reflect"

	"gonum.org/v1/gonum/mat"
)

// IsNil reports whether v is nil, a nil pointer or a nil function.
func IsNil(v any) bool {
	if v == nil {
		return true
	}
	r := reflect.ValueOf(v)
	return (r.Kind() == reflect.Pointer || r.Kind() == reflect.Func) && r.IsNil()
}

// Dense returns the matrix m, which the function op of package pkg calls name,
// without copying it where it is a *mat.Dense. It refuses nil and empty
// matrices.
func Dense(pkg, op, name string, m mat.Matrix) (*mat.Dense, error) {
	if IsNil(m) {
		return nil, fmt.Errorf("%s: %s: %s is nil", pkg, op, name)
	}
	if rows, cols := m.Dims(); rows == 0 || cols == 0 {
		return nil, fmt.Errorf("%s: %s: %s is empty (%d×%d)", pkg, op, name, rows, cols)
	}
	if d, ok := m.(*mat.Dense); ok {
		return d, nil
	}
	return mat.DenseCopyOf(m), nil
}
