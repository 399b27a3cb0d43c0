package dataset

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// resampled returns the drawn rows of m.
func resampled(m *mat.Dense, times []float64) *mat.Dense {
	_, cols := m.Dims()
	rows := mat.NewDense(len(times), cols, nil)
	i := 0
	for row, n := range times {
		for range int(n) {
			rows.SetRow(i, m.RawRowView(row))
			i++
		}
	}
	return rows
}

// drawnAnswers returns targets and answers, with ties, for each kind of judge.
func drawnAnswers(rng *rand.Rand, rows int) map[string]struct {
	y       *mat.Dense
	answers answers
	judge   func(y *mat.Dense) judge
} {
	const classes = 3
	onehot, shares := mat.NewDense(rows, classes, nil), mat.NewDense(rows, classes, nil)
	one, p := mat.NewDense(rows, 1, nil), mat.NewDense(rows, 1, nil)
	labels, ps := mat.NewDense(rows, classes, nil), mat.NewDense(rows, classes, nil)
	numbers, yhat := mat.NewDense(rows, 2, nil), mat.NewDense(rows, 2, nil)
	for i := range rows {
		a, b := float64(rng.IntN(5)), float64(rng.IntN(4))
		shares.SetRow(i, []float64{a / 10, b / 10, 1 - (a+b)/10})
		onehot.Set(i, rng.IntN(classes), 1)
		p.Set(i, 0, float64(1+rng.IntN(8))/9)
		one.Set(i, 0, float64(rng.IntN(2)))
		for k := range classes {
			ps.Set(i, k, float64(rng.IntN(8))/7)
			labels.Set(i, k, float64(rng.IntN(2)))
		}
		for k := range 2 {
			numbers.Set(i, k, 100+rng.NormFloat64())
			yhat.Set(i, k, numbers.At(i, k)+rng.NormFloat64())
		}
	}
	names := []string{"a", "b", "c"}
	const bins = 10
	return map[string]struct {
		y       *mat.Dense
		answers answers
		judge   func(y *mat.Dense) judge
	}{
		"classes": {onehot, answers{shares, shares}, func(y *mat.Dense) judge { return &classJudge{y, names, bins, true} }},
		"binary":  {one, answers{p, atLeast(0.5, p)}, func(y *mat.Dense) judge { return &classJudge{y, names[:2], bins, true} }},
		"labels":  {labels, answers{ps, atLeast(0.5, ps)}, func(y *mat.Dense) judge { return &labelJudge{y, names, bins, true} }},
		"numbers": {numbers, answers{scores: yhat}, func(y *mat.Dense) judge { return &numberJudge{y, []string{"v", "w"}} }},
	}
}

// A measure of drawn rows is the metric of these rows.
func TestStatisticsAreTheMetrics(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, rows := range []int{12, 60} { // of few rows some classes are not drawn
		for kind, c := range drawnAnswers(rng, rows) {
			all, err := c.judge(c.y).measures(c.answers)
			if err != nil {
				t.Fatal(err)
			}
			times := make([]float64, rows)
			for b := range 40 {
				resample(times, 3, b)
				drawn := answers{scores: resampled(c.answers.scores, times)}
				if c.answers.decided != nil {
					drawn.decided = resampled(c.answers.decided, times)
				}
				want, err := c.judge(resampled(c.y, times)).measures(drawn)
				if err != nil {
					t.Fatal(err)
				}
				for i, m := range all {
					if m.of == nil {
						continue
					}
					got := m.of(times)
					if near := math.Abs(got-want[i].value) <= 1e-12*max(1, math.Abs(got)); !near && !(math.IsNaN(got) && math.IsNaN(want[i].value)) {
						t.Errorf("%s, %d rows, resample %d: %s is %.17g, of the drawn rows %.17g", kind, rows, b, m.name, got, want[i].value)
					}
				}
			}
		}
	}
}

// R² is not defined where all drawn targets are the same.
func TestR2OfEqualTargets(t *testing.T) {
	of := r2In([]float64{1e6 + 0.1, 2, 2, 2}, []float64{0, 1, 0, 1})
	if got := of([]float64{0, 2, 1, 1}); !math.IsNaN(got) {
		t.Errorf("R² is %g", got)
	}
	if got := of([]float64{1, 1, 1, 1}); !(got > 0 && got < 1) {
		t.Errorf("R² is %g", got)
	}
}

// Each row is drawn as often as any other, and resamples differ.
func TestResample(t *testing.T) {
	const rows, resamples = 20, 2000
	var total [rows]float64
	seen := make(map[string]bool)
	times := make([]float64, rows)
	for b := range resamples {
		resample(times, 9, b)
		sum := 0.0
		for i, n := range times {
			sum += n
			total[i] += n
		}
		if sum != rows {
			t.Fatalf("%g rows drawn of %d", sum, rows)
		}
		seen[fmt.Sprint(times)] = true
	}
	if len(seen) != resamples {
		t.Errorf("%d different resamples of %d", len(seen), resamples)
	}
	for i, n := range total {
		if math.Abs(n-resamples) > 5*math.Sqrt(resamples) {
			t.Errorf("row %d drawn %g times, want about %d", i, n, resamples)
		}
	}
}
