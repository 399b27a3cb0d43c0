package dataset

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/mat"
)

// checkMatrix returns an error if m, which the caller calls name, is nil or
// empty.
func checkMatrix(name string, m mat.Matrix) error {
	if isNil(m) {
		return fmt.Errorf("%s is nil", name)
	}
	if rows, cols := m.Dims(); rows == 0 || cols == 0 {
		return fmt.Errorf("%s is empty (%d×%d)", name, rows, cols)
	}
	return nil
}

// isNil reports whether v is nil or a nil pointer.
func isNil(v any) bool {
	if v == nil {
		return true
	}
	r := reflect.ValueOf(v)
	return r.Kind() == reflect.Pointer && r.IsNil()
}

// finite reports whether v is neither NaN nor an infinity.
func finite(v float64) bool { return v-v == 0 }

// quoteAll returns the names in quotes, separated by commas.
func quoteAll(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = strconv.Quote(name)
	}
	return strings.Join(quoted, ", ")
}
