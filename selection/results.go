package selection

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"gonum.org/v1/gonum/stat"
)

// Results are what a search has found out about its candidates. The methods
// only read them and are safe for concurrent use while nobody writes to the
// fields.
type Results[S any] struct {
	Candidates []Result[S] // in the order in which they were given
}

// A Result is what a search has found out about one candidate.
type Result[S any] struct {
	Settings S
	Scores   []float64 // of each fold; NaN where there is none
	Mean     float64   // of Scores; NaN unless every fold has one
	SD       float64   // population standard deviation of Scores, as in scikit-learn; NaN likewise
	Rank     int       // 1 for the highest mean; equal means share a rank; 0 without a mean
	Err      error     // why a trial failed, that of the first fold; nil if none did
}

func newResults[S any](candidates []S, folds int) *Results[S] {
	r := &Results[S]{Candidates: make([]Result[S], len(candidates))}
	for i, settings := range candidates {
		r.Candidates[i] = Result[S]{Settings: settings, Scores: slices.Repeat([]float64{math.NaN()}, folds)}
	}
	return r
}

// finish computes what follows from the scores and the errors of all trials.
func (r *Results[S]) finish(errs []error) {
	for i := range r.Candidates {
		c := &r.Candidates[i]
		c.Mean, c.SD = stat.PopMeanStdDev(c.Scores, nil)
		folds := len(c.Scores)
		c.Err = cmp.Or(errs[i*folds : (i+1)*folds]...)
	}
	order := r.order()
	for place, i := range order {
		c := &r.Candidates[i]
		switch {
		case math.IsNaN(c.Mean):
		case place > 0 && c.Mean == r.Candidates[order[place-1]].Mean:
			c.Rank = r.Candidates[order[place-1]].Rank
		default:
			c.Rank = place + 1
		}
	}
}

// order returns the numbers of the candidates, the best first, those without a
// mean last, and equals in their order.
func (r *Results[S]) order() []int {
	order := make([]int, len(r.Candidates))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		return cmp.Compare(r.Candidates[j].Mean, r.Candidates[i].Mean) // NaN is less than any number
	})
	return order
}

// Best returns the candidate with the highest mean, the first of equals. It is
// an error if none has a mean; it wraps the error of the first that failed.
func (r *Results[S]) Best() (Result[S], error) {
	best, err := r.best()
	if err != nil {
		return best, fmt.Errorf("selection: Best: %w", err)
	}
	return best, nil
}

func (r *Results[S]) best() (Result[S], error) {
	if len(r.Candidates) == 0 {
		return Result[S]{}, errors.New("no candidates")
	}
	if best := r.Candidates[r.order()[0]]; best.Rank > 0 {
		return best, nil
	}
	for i, c := range r.Candidates {
		if c.Err != nil {
			return Result[S]{}, fmt.Errorf("no candidate has a score for every fold; candidate %d, %w", i, c.Err)
		}
	}
	return Result[S]{}, errors.New("no candidate has a score for every fold")
}

// String returns a table of the candidates, the best first, with mean,
// standard deviation, the lowest and the highest score. Candidates without a
// mean have their error instead.
func (r *Results[S]) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "rank\tmean\tsd\tmin\tmax\tsettings")
	for _, i := range r.order() {
		c := &r.Candidates[i]
		switch {
		case c.Rank > 0 && len(c.Scores) > 0:
			fmt.Fprintf(w, "%d\t%.4f\t%.4f\t%.4f\t%.4f\t%+v\n", c.Rank, c.Mean, c.SD, slices.Min(c.Scores), slices.Max(c.Scores), c.Settings)
		case c.Err != nil:
			fmt.Fprintf(w, "-\t-\t-\t-\t-\t%+v: %v\n", c.Settings, c.Err)
		default:
			fmt.Fprintf(w, "-\t-\t-\t-\t-\t%+v: not finished\n", c.Settings)
		}
	}
	w.Flush()
	return b.String()
}
