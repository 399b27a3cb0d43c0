// Package matrix checks the matrices that callers of the module pass, and takes
// parts of them.
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

// Check returns an error if m, which the caller calls name, is nil or empty.
func Check(name string, m mat.Matrix) error {
	if IsNil(m) {
		return fmt.Errorf("%s is nil", name)
	}
	if rows, cols := m.Dims(); rows == 0 || cols == 0 {
		return fmt.Errorf("%s is empty (%d×%d)", name, rows, cols)
	}
	return nil
}

// Dense returns the matrix m, which the function op of package pkg calls name,
// without copying it where it is a *mat.Dense. Its errors are those of Check.
func Dense(pkg, op, name string, m mat.Matrix) (*mat.Dense, error) {
	if err := Check(name, m); err != nil {
		return nil, fmt.Errorf("%s: %s: %w", pkg, op, err)
	}
	if d, ok := m.(*mat.Dense); ok {
		return d, nil
	}
	return mat.DenseCopyOf(m), nil
}
