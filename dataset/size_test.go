package dataset_test

import (
	"fmt"
	"math"
	"strconv"
	"testing"

	"example.com/mlp/dataset"
)

func TestSplitsOfTooManyRows(t *testing.T) {
	if strconv.IntSize == 32 {
		t.Skip("an int does not hold that many rows")
	}
	for _, rows := range []int{math.MaxInt, math.MaxInt / 8} {
		want := fmt.Sprintf("%d rows, at most 2147483647 are possible", rows)
		_, err := dataset.KFold(rows, dataset.FoldOptions{})
		wantError(t, err, "dataset: KFold: "+want)
		_, err = dataset.Split(rows, dataset.SplitOptions{})
		wantError(t, err, "dataset: Split: "+want)
		_, err = dataset.TimeSeriesSplit(rows, dataset.TimeSeriesOptions{})
		wantError(t, err, "dataset: TimeSeriesSplit: "+want)
	}
}
