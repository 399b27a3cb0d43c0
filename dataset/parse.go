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

// looksLikeNumber reports whether the cell is a number, be it one that
// parseNumber refuses because it is not finite.
func looksLikeNumber(cell string) bool {
	if cell == "" || !strings.Contains("+-.0123456789iInN", cell[:1]) {
		return false
	}
	_, err := strconv.ParseFloat(cell, 64)
	return (err == nil || errors.Is(err, strconv.ErrRange)) && !strings.ContainsAny(cell, "xX_")
}

// formatNumber returns the shortest text that reads back to v.
func formatNumber(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// parseBoolean returns 1 for yes and 0 for no.
func parseBoolean(cell string) (float64, error) {
	v, ok := truth(cell)
	if !ok {
		return 0, fmt.Errorf("%q is neither true nor false", cell)
	}
	return v, nil
}

func truth(cell string) (v float64, ok bool) {
	switch strings.ToLower(cell) {
	case "true", "yes", "t", "y", "1":
		return 1, true
	case "false", "no", "f", "n", "0":
		return 0, true
	}
	return 0, false
}

// looksLikeTruth reports whether the cell is one of true, false, yes and no.
// A single letter may as well be a name.
func looksLikeTruth(cell string) bool {
	_, ok := truth(cell)
	return ok && len(cell) > 1
}
