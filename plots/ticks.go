package plots

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
)

// ticks are four to nine marks at multiples of 1, 2 or 5 times a power of ten,
// but not below least.
type ticks struct{ least float64 }

var wholeTicks = ticks{least: 1}

// Ticks implements plot.Ticker.
func (t ticks) Ticks(lo, hi float64) []plot.Tick {
	const most, slack = 9, 1e-9
	step := roundUp(max((hi-lo)/(most-1), t.least))
	first := math.Ceil(lo/step - slack)
	var all []plot.Tick
	for k := range most {
		v := (first + float64(k)) * step
		if v > hi+slack*step {
			break
		}
		all = append(all, plot.Tick{Value: v, Label: strconv.FormatFloat(v+0, 'g', 6, 64)}) // + 0 against -0
	}
	return all
}

// roundUp returns the next 1, 2 or 5 times a power of ten.
func roundUp(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 5} {
		if m*power >= v {
			return m * power
		}
	}
	return 10 * power
}
