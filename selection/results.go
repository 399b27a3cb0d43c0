package selection

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"example.com/mlp/internal/moments"
)

// Results are the results of a search for all candidates. The methods only read
// them and are safe for concurrent use as long as the fields are not modified.
type Results[S any] struct {
	Candidates []Result[S] `json:"candidates"` // in the order in which they were given
}

// A Result is the result of a search for one candidate.
type Result[S any] struct {
	Settings S
	Scores   []float64 // of each fold; NaN if there is none
	Mean     float64   // of Scores; NaN unless every fold has one
	SD       float64   // population standard deviation of Scores, as in scikit-learn; NaN likewise
	Rank     int       // 1 for the highest mean; means that are equal up to rounding share a rank; 0 without a mean
	Err      error     // error of the first fold whose trial failed; nil if none did
}

// newResults returns the results for the outcomes, which are in the order of the
// folds for each candidate. A trial may have none.
func newResults[S any](candidates []S, folds int, outcomes []Outcome) *Results[S] {
	r := &Results[S]{Candidates: make([]Result[S], len(candidates))}
	for i, settings := range candidates {
		r.Candidates[i] = Result[S]{Settings: settings, Scores: slices.Repeat([]float64{math.NaN()}, folds), Mean: math.NaN(), SD: math.NaN()}
	}
	for _, o := range outcomes {
		c := &r.Candidates[o.Candidate]
		switch {
		case o.Err == nil:
			c.Scores[o.Fold] = o.Score
		case c.Err == nil:
			c.Err = fmt.Errorf("fold %d: %w", o.Fold, o.Err)
		}
	}
	for i := range r.Candidates {
		c := &r.Candidates[i]
		if !slices.ContainsFunc(c.Scores, math.IsNaN) {
			c.Mean, c.SD = moments.MeanAndDeviation(slices.Clone(c.Scores))
		}
	}
	order, ranks := r.order()
	for place, i := range order {
		r.Candidates[i].Rank = ranks[place]
	}
	return r
}

// order returns the numbers of the candidates, the best first, those without a
// mean last, and equal ones in their order; and the rank of each of them.
func (r *Results[S]) order() (order, ranks []int) {
	order, ranks = make([]int, len(r.Candidates)), make([]int, len(r.Candidates))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		return cmp.Compare(r.Candidates[j].Mean, r.Candidates[i].Mean) // NaN is less than any number
	})
	for lo, hi := 0, 0; lo < len(order) && !math.IsNaN(r.Candidates[order[lo]].Mean); lo = hi {
		best := &r.Candidates[order[lo]]
		for hi = lo; hi < len(order) && best.equals(&r.Candidates[order[hi]]); hi++ {
			ranks[hi] = lo + 1
		}
		slices.Sort(order[lo:hi])
	}
	return order, ranks
}

// equals reports whether the means of two candidates are equal up to rounding,
// which means that they differ by at most 1e-14 of the largest of their scores.
func (c *Result[S]) equals(d *Result[S]) bool {
	const rounding = 1e-14
	size := max(math.Abs(c.Mean), math.Abs(d.Mean))
	for _, scores := range [][]float64{c.Scores, d.Scores} {
		for _, s := range scores {
			size = max(size, math.Abs(s))
		}
	}
	return c.Mean == d.Mean || math.Abs(c.Mean-d.Mean)/size <= rounding
}

// Best returns the candidate with the highest mean, or the first of several
// equal ones. If none has a mean, it returns an error, which wraps the error of
// the first candidate that failed.
func (r *Results[S]) Best() (Result[S], error) {
	best, err := r.best()
	if err != nil {
		return best, fmt.Errorf("selection: Results.Best: %w", err)
	}
	return best, nil
}

func (r *Results[S]) best() (Result[S], error) {
	if len(r.Candidates) == 0 {
		return Result[S]{}, errors.New("no candidates")
	}
	order, _ := r.order()
	if best := r.Candidates[order[0]]; best.Rank > 0 {
		return best, nil
	}
	for i, c := range r.Candidates {
		if c.Err != nil {
			return Result[S]{}, fmt.Errorf("no candidate has a score for every fold; candidate %d, %w", i, c.Err)
		}
	}
	return Result[S]{}, errors.New("no candidate has a score for every fold")
}

// String returns a table of the candidates, the best first, with mean, standard
// deviation, the lowest and the highest score. Candidates without a mean have
// their error instead. Each candidate is on one line, even if its settings or
// its error have several.
func (r *Results[S]) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "rank\tmean\tsd\tmin\tmax\tsettings")
	order, _ := r.order()
	for _, i := range order {
		c := &r.Candidates[i]
		settings := oneLine(fmt.Sprintf("%+v", c.Settings))
		switch {
		case c.Rank > 0 && len(c.Scores) > 0:
			fmt.Fprintf(w, "%d\t%.4f\t%.4f\t%.4f\t%.4f\t%s\n", c.Rank, c.Mean, c.SD, slices.Min(c.Scores), slices.Max(c.Scores), settings)
		case c.Err != nil:
			fmt.Fprintf(w, "-\t-\t-\t-\t-\t%s: %s\n", settings, oneLine(c.Err.Error()))
		default:
			fmt.Fprintf(w, "-\t-\t-\t-\t-\t%s: not finished\n", settings)
		}
	}
	w.Flush()
	return b.String()
}

// oneLine returns a text with its lines joined and without tabs.
func oneLine(text string) string {
	lines := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("\n\v\f\r\u0085\u2028\u2029", r) })
	for i, line := range lines {
		lines[i] = strings.TrimSpace(strings.ReplaceAll(line, "\t", " "))
	}
	lines = slices.DeleteFunc(lines, func(line string) bool { return line == "" })
	return strings.Join(lines, "; ")
}
