package dataset

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"example.com/mlp/internal/order"
)

// An interval has NaN for ends where there is none.
type interval struct{ low, high float64 }

// bootstrap returns the intervals of the measures, by the percentiles of what
// they are in resamples of the rows (Efron, 1979).
func bootstrap(ctx context.Context, measures []measure, rows int, opts ReportOptions) ([]interval, error) {
	values := make([][]float64, len(measures)) // by measure and resample
	for i, m := range measures {
		if m.of != nil {
			values[i] = make([]float64, opts.Resamples)
		}
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), opts.Resamples) {
		wg.Go(func() {
			times := make([]float64, rows)
			for ctx.Err() == nil {
				b := int(next.Add(1)) - 1
				if b >= opts.Resamples {
					return
				}
				resample(times, opts.Seed, b)
				for i, m := range measures {
					if m.of != nil {
						values[i][b] = m.of(times)
					}
				}
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	intervals := make([]interval, len(measures))
	for i := range intervals {
		intervals[i] = percentiles(values[i], opts.Confidence)
	}
	return intervals, nil
}

// resample draws as many rows as there are and stores how many times each was
// drawn. Resample b is the same whoever draws it.
func resample(times []float64, seed uint64, b int) {
	rng := rand.New(rand.NewPCG(seed, uint64(b)))
	clear(times)
	for range times {
		times[rng.IntN(len(times))]++
	}
}

// percentiles returns the interval between the percentiles of values, in which
// the share confidence of them is. It changes their order. There is no interval
// if all are the same, or if more than a twentieth is not finite.
func percentiles(values []float64, confidence float64) interval {
	none := interval{math.NaN(), math.NaN()}
	const most = 0.05
	defined := slices.DeleteFunc(values, func(v float64) bool { return !finite(v) })
	if len(defined) == 0 || float64(len(defined)) < (1-most)*float64(len(values)) {
		return none
	}
	slices.Sort(defined)
	if defined[0] == defined[len(defined)-1] {
		return none
	}
	tail := (1 - confidence) / 2
	return interval{order.Quantile(defined, tail), order.Quantile(defined, 1-tail)}
}
