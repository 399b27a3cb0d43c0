package matrix

import "fmt"

// ClassOf returns the class that a row of targets represents: for a single
// entry, its value, 0 or 1; for several, the index of the 1 among zeros. The
// text of its error continues after "y row 7".
func ClassOf(row []float64) (int, error) {
	class, ones := 0, 0
	for j, v := range row {
		if v != 0 && v != 1 {
			return 0, fmt.Errorf("has %g in column %d, want 0 or 1", v, j)
		}
		if v == 1 {
			class, ones = j, ones+1
		}
	}
	switch {
	case len(row) == 1:
		return ones, nil
	case ones != 1:
		return 0, fmt.Errorf("has %d ones, want 1", ones)
	}
	return class, nil
}
