package dataset

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// parseNumber returns the finite decimal number that the cell holds.
func parseNumber(cell string) (float64, error) {
	// ParseFloat also reads hexadecimal numbers and underscores between digits.
	if strings.ContainsAny(cell, "xX_") {
		return 0, fmt.Errorf("%q is not a number", cell)
	}
	v, err := strconv.ParseFloat(cell, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, fmt.Errorf("%q is too large", cell)
	case err != nil:
		return 0, fmt.Errorf("%q is not a number", cell)
	case !finite(v):
		return 0, fmt.Errorf("%q is not a finite number", cell)
	}
	return v, nil
}
