package dataset

import (
	"errors"
	"fmt"
)

// finite reports whether v is neither NaN nor an infinity.
func finite(v float64) bool { return v-v == 0 }

// checkRows returns an error unless rows names some of n rows, which has has.
func checkRows(rows []int, n int, has string) error {
	if len(rows) == 0 {
		return errors.New("no rows are asked for")
	}
	for i, row := range rows {
		if row < 0 || row >= n {
			return fmt.Errorf("rows[%d] is %d, %s rows 0 to %d", i, row, has, n-1)
		}
	}
	return nil
}
