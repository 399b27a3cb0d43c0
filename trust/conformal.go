package trust

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Sets turns the probabilities of a classifier into sets of classes that
// contain the correct one with a guaranteed probability, the coverage, however
// good the network is: a bad one gets large sets. The guarantee holds on
// average over rows drawn like those of FitLAC or FitAPS (split conformal
// prediction; Vovk et al., Algorithmic Learning in a Random World, 2005).
// Classes is safe for concurrent use as long as the fields are not modified.
type Sets struct {
	Method string `json:"method"` // "LAC" or "APS"

	// Cut determines which classes are members: with LAC those with at least
	// this probability; with APS those for which the more probable classes have
	// at most this probability in total.
	Cut float64 `json:"cut"`

	Columns int `json:"columns"` // of the probabilities
}

// FitLAC returns sets of the classes that have at least a certain probability,
// which are the smallest sets on average (least ambiguous classifier; Sadinle
// et al., 2019). A set may be empty if no class is likely.
//
// The coverage is in (0, 1); y and p are targets and probabilities, n×1 or n×k.
// Too few rows for the coverage are an error: 0.9 needs at least 9 rows, 0.99
// at least 99.
func FitLAC(y, p mat.Matrix, coverage float64) (*Sets, error) {
	return fitSets("LAC", y, p, coverage)
}

// FitAPS returns sets of the most probable classes, more of them where the
// network is less certain, so that easy and hard rows are covered equally well
// (adaptive prediction sets; Romano et al., 2020). Each class is judged by the
// total probability of those that are more probable, so no set is empty.
//
// The arguments are those of FitLAC.
func FitAPS(y, p mat.Matrix, coverage float64) (*Sets, error) {
	return fitSets("APS", y, p, coverage)
}

// strangenesses has, for each method, the function that computes how strange
// each class is, given the probabilities of all classes: members of a set are
// at most as strange as a threshold.
var strangenesses = map[string]func(dst, p []float64){"LAC": improbability, "APS": moreProbable}

// improbability is the strangeness of LAC: minus the probability of each class.
func improbability(dst, p []float64) {
	for j, v := range p {
		dst[j] = -v
	}
}

// moreProbable is the strangeness of APS: the total probability of all classes
// that are more probable, or equally probable with a lower number.
func moreProbable(dst, p []float64) {
	order := make([]int, len(p))
	for j := range order {
		order[j] = j
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[b], p[a]) })
	sum := 0.0
	for _, j := range order {
		dst[j] = sum
		sum += p[j]
	}
}

func fitSets(method string, y, p mat.Matrix, coverage float64) (*Sets, error) {
	op := "Fit" + method
	classes, pd, err := judged(op, y, p)
	if err != nil {
		return nil, err
	}
	all := allClasses(pd)
	_, k := all.Dims()
	row := make([]float64, k)
	scores := make([]float64, len(classes))
	for i, class := range classes {
		strangenesses[method](row, all.RawRowView(i))
		scores[i] = row[class]
	}
	cut, err := conformalQuantile(op, scores, coverage)
	if err != nil {
		return nil, err
	}
	_, cols := pd.Dims()
	return &Sets{Method: method, Cut: math.Abs(cut), Columns: cols}, nil
}

// Classes returns the set of each row of the probabilities p, with its classes
// in ascending order.
func (s *Sets) Classes(p mat.Matrix) ([][]int, error) {
	const op = "Sets.Classes"
	if *s == (Sets{}) {
		return nil, fmt.Errorf("trust: %s: the sets are zero, FitLAC and FitAPS make them", op)
	}
	strangeness := strangenesses[s.Method]
	if strangeness == nil {
		return nil, fmt.Errorf("trust: %s: Method is %q, want LAC or APS", op, s.Method)
	}
	if !(s.Cut >= 0) {
		return nil, fmt.Errorf("trust: %s: Cut is %g, want a number of at least 0", op, s.Cut)
	}
	cut := s.Cut
	if s.Method == "LAC" {
		cut = -cut
	}
	pd, err := probabilities(op, p)
	if err != nil {
		return nil, err
	}
	rows, cols := pd.Dims()
	if cols != s.Columns {
		return nil, fmt.Errorf("trust: %s: p has %d columns, fitted were %d", op, cols, s.Columns)
	}
	all := allClasses(pd)
	_, k := all.Dims()
	strange := make([]float64, k)
	sets := make([][]int, rows)
	for i := range sets {
		strangeness(strange, all.RawRowView(i))
		for class, v := range strange {
			if v <= cut {
				sets[i] = append(sets[i], class)
			}
		}
	}
	return sets, nil
}

// Intervals turns the predictions of a regressor into intervals that contain
// the true number with a guaranteed probability, the coverage, on average over
// rows drawn like those of FitIntervals (split conformal prediction; Lei et
// al., 2018). They have the same width everywhere. Bounds is safe for
// concurrent use as long as the field is not modified.
type Intervals struct {
	HalfWidths []float64 `json:"half_widths"` // of each column
}

// FitIntervals returns the intervals that cover the n×k targets y around the
// predictions yhat, each column separately. The coverage is in (0, 1), and
// needs as many rows as in FitLAC. Labels and probabilities of classes are an
// error: use FitLAC or FitAPS for them.
func FitIntervals(y, yhat mat.Matrix, coverage float64) (*Intervals, error) {
	const op = "FitIntervals"
	yd, pd, err := pair(op, "y", y, "yhat", yhat)
	if err != nil {
		return nil, err
	}
	if areLabels(yd) && (areLabels(pd) || areClasses(yd, pd)) {
		return nil, fmt.Errorf("trust: %s: y and yhat are labels and probabilities of classes, which FitLAC and FitAPS are for", op)
	}
	rows, cols := yd.Dims()
	v := &Intervals{HalfWidths: make([]float64, cols)}
	scores := make([]float64, rows)
	for j := range cols {
		for i := range rows {
			scores[i] = math.Abs(yd.At(i, j) - pd.At(i, j))
		}
		if v.HalfWidths[j], err = conformalQuantile(op, scores, coverage); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// Bounds returns the ends of the intervals around the n×k predictions yhat.
func (v *Intervals) Bounds(yhat mat.Matrix) (lo, hi *mat.Dense, err error) {
	const op = "Intervals.Bounds"
	if len(v.HalfWidths) == 0 {
		return nil, nil, fmt.Errorf("trust: %s: the intervals are zero, FitIntervals makes them", op)
	}
	for j, w := range v.HalfWidths {
		if !(w >= 0) {
			return nil, nil, fmt.Errorf("trust: %s: HalfWidths[%d] is %g, want a number of at least 0", op, j, w)
		}
	}
	d, err := toDense(op, "yhat", yhat)
	if err != nil {
		return nil, nil, err
	}
	if _, cols := d.Dims(); cols != len(v.HalfWidths) {
		return nil, nil, fmt.Errorf("trust: %s: yhat has %d columns, fitted were %d", op, cols, len(v.HalfWidths))
	}
	lo, hi = &mat.Dense{}, &mat.Dense{}
	lo.Apply(func(i, j int, y float64) float64 { return y - v.HalfWidths[j] }, d)
	hi.Apply(func(i, j int, y float64) float64 { return y + v.HalfWidths[j] }, d)
	return lo, hi, nil
}

// conformalQuantile returns the ⌈(n+1)·coverage⌉-th smallest of the n scores,
// which it sorts: another score drawn like them is at most this large with
// probability coverage.
func conformalQuantile(op string, scores []float64, coverage float64) (float64, error) {
	if !(coverage > 0 && coverage < 1) {
		return 0, fmt.Errorf("trust: %s: coverage is %g, want a number in (0, 1)", op, coverage)
	}
	const rounding = 1e-9 // in the product, which is often meant to be an integer
	n := len(scores)
	rank := max(1, math.Ceil(float64(n+1)*coverage-rounding))
	if rank > float64(n) {
		least := math.Ceil(coverage/(1-coverage) - rounding)
		return 0, fmt.Errorf("trust: %s: y has %d rows, a coverage of %g takes at least %.0f", op, n, coverage, least)
	}
	slices.Sort(scores)
	return scores[int(rank)-1], nil
}
