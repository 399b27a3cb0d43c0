package dataset

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// An interval of 95 % has the truth in it in about 95 % of all tables.
func TestIntervalsCover(t *testing.T) {
	if testing.Short() {
		t.Skip("many tables")
	}
	const tables, rows, resamples = 400, 120, 200
	// Two normal distributions one apart, answered by their log-odds.
	auc := math.Erfc(-0.5) / 2 // Φ(1/√2)
	share := math.Erfc(-0.5/math.Sqrt2) / 2
	// A number of variance 1 and an answer that is off by noise of variance 1/4.
	truths := map[string]float64{"accuracy": share, "ROC AUC": auc, "RMSE": 0.5, "MAE": 0.5 * math.Sqrt(2/math.Pi), "R²": 0.75}
	covered := make(map[string]int)
	opts := ReportOptions{Resamples: resamples, Confidence: 0.95}
	rng := rand.New(rand.NewPCG(1, 2))
	for table := range tables {
		opts.Seed = uint64(table)
		y, p := mat.NewDense(rows, 1, nil), mat.NewDense(rows, 1, nil)
		numbers, yhat := mat.NewDense(rows, 1, nil), mat.NewDense(rows, 1, nil)
		for i := range rows {
			class := float64(rng.IntN(2))
			y.Set(i, 0, class)
			p.Set(i, 0, 1/(1+math.Exp(0.5-(class+rng.NormFloat64()))))
			v := rng.NormFloat64()
			numbers.Set(i, 0, v)
			yhat.Set(i, 0, v+0.5*rng.NormFloat64())
		}
		choice := &classJudge{y, []string{"a", "b"}, 10, true}
		for _, c := range []struct {
			judge   judge
			answers answers
		}{{choice, choice.decide(p)}, {&numberJudge{numbers, []string{""}}, answers{scores: yhat}}} {
			ms, err1 := c.judge.measures(c.answers)
			ms = slices.DeleteFunc(ms, func(m measure) bool { return truths[m.name] == 0 })
			intervals, err2 := bootstrap(t.Context(), ms, rows, opts)
			if err := errors.Join(err1, err2); err != nil {
				t.Fatal(err)
			}
			for i, m := range ms {
				if truth := truths[m.name]; intervals[i].low <= truth && truth <= intervals[i].high {
					covered[m.name]++
				}
			}
		}
	}
	for name := range truths {
		// Three standard errors of the share are 3.3 %; the percentiles of 120 rows
		// are a little narrow.
		if got := float64(covered[name]) / tables; !(got > 0.91 && got < 0.985) {
			t.Errorf("%s: %.3f of the intervals have the truth in them", name, got)
		}
	}
}

func TestPercentiles(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	counted := make([]float64, 101)
	for i := range counted {
		counted[i] = float64(100 - i)
	}
	missing := func(n int) []float64 {
		values := append([]float64(nil), counted[:100]...)
		for i := range n {
			values[i*3] = []float64{nan, inf, -inf}[i%3]
		}
		return values
	}
	for _, c := range []struct {
		name       string
		values     []float64
		confidence float64
		want       interval
	}{
		{"nothing", nil, 0.95, interval{nan, nan}},
		{"90 %", counted, 0.9, interval{5, 95}},
		{"50 %", counted, 0.5, interval{25, 75}},
		{"all the same", []float64{1, 1, 1}, 0.9, interval{nan, nan}},
		{"too many without a value", missing(6), 0.9, interval{nan, nan}},
		{"none with a value", []float64{nan, nan}, 0.9, interval{nan, nan}},
	} {
		got := percentiles(append([]float64(nil), c.values...), c.confidence)
		same := func(a, b float64) bool { return math.Abs(a-b) < 1e-9 || math.IsNaN(a) && math.IsNaN(b) }
		if !same(got.low, c.want.low) || !same(got.high, c.want.high) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	if got := percentiles(missing(5), 0.9); !(got.low < got.high) {
		t.Errorf("a twentieth without a value: %v", got)
	}
}

func TestBootstrapIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var calls atomic.Int64
	m := measure{of: func([]float64) float64 {
		if calls.Add(1) == 3 {
			cancel()
		}
		return 0
	}}
	_, err := bootstrap(ctx, []measure{m}, 1, ReportOptions{Resamples: 1 << 19, Confidence: 0.5})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
