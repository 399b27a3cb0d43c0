package trust_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/trust"
)

// checkCoverage checks that the mean share of covered rows is the guaranteed
// one, within two standard errors. About one in twenty seeds should fail by
// chance.
func checkCoverage(t *testing.T, shares []float64, want float64) {
	t.Helper()
	n := float64(len(shares))
	mean, variance := 0.0, 0.0
	for _, s := range shares {
		mean += s / n
	}
	for _, s := range shares {
		variance += (s - mean) * (s - mean) / (n - 1)
	}
	if se := math.Sqrt(variance / n); !(math.Abs(mean-want) <= 2*se) {
		t.Errorf("coverage %.4f, want %g ± %.4f", mean, want, 2*se)
	}
}

// The probabilities are those of an overconfident network. With 99 rows to fit,
// coverages of whole percents are exact.
func TestSetsCoverAsPromised(t *testing.T) {
	for name, fit := range map[string]func(y, p mat.Matrix, coverage float64) (*trust.Sets, error){"LAC": trust.FitLAC, "APS": trust.FitAPS} {
		for _, coverage := range []float64{0.8, 0.9, 0.95} {
			t.Run(fmt.Sprint(name, " ", coverage), func(t *testing.T) {
				rng := rand.New(rand.NewPCG(3, 4))
				var shares []float64
				for range 500 {
					y, p := drawn(rng, 99, 5, 2)
					sets, err := fit(y, p, coverage)
					if err != nil {
						t.Fatal(err)
					}
					const rows = 100
					y, p = drawn(rng, rows, 5, 2)
					predicted, err := sets.Classes(p)
					if err != nil {
						t.Fatal(err)
					}
					covered := 0
					for i, set := range predicted {
						if name == "APS" && len(set) == 0 {
							t.Fatal("an empty set")
						}
						for _, class := range set {
							covered += int(y.At(i, class))
						}
					}
					shares = append(shares, float64(covered)/rows)
				}
				checkCoverage(t, shares, coverage)
			})
		}
	}
}

func TestIntervalsCoverAsPromised(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	draw := func(rows int) (y, yhat *mat.Dense) {
		y, yhat = mat.NewDense(rows, 2, nil), mat.NewDense(rows, 2, nil)
		for i := range rows {
			x := rng.NormFloat64()
			yhat.SetRow(i, []float64{x, 10 * x})
			y.SetRow(i, []float64{x + 0.3 + x*rng.NormFloat64(), 10*x + 5*rng.ExpFloat64()})
		}
		return y, yhat
	}
	shares := make([][]float64, 2)
	for range 500 {
		y, yhat := draw(99)
		intervals, err := trust.FitIntervals(y, yhat, 0.9)
		if err != nil {
			t.Fatal(err)
		}
		const rows = 100
		y, yhat = draw(rows)
		lo, hi, err := intervals.Bounds(yhat)
		if err != nil {
			t.Fatal(err)
		}
		for j := range shares {
			covered := 0
			for i := range rows {
				if lo.At(i, j) <= y.At(i, j) && y.At(i, j) <= hi.At(i, j) {
					covered++
				}
			}
			shares[j] = append(shares[j], float64(covered)/rows)
		}
	}
	for j := range shares {
		checkCoverage(t, shares[j], 0.9)
	}
}

func TestSetsByHand(t *testing.T) {
	// The classes of the nine rows have the probabilities 0.1, 0.2, ..., 0.9.
	y, p := mat.NewDense(9, 3, nil), mat.NewDense(9, 3, nil)
	for i := range 9 {
		own := float64(i+1) / 10
		y.Set(i, i%3, 1)
		p.SetRow(i, []float64{(1 - own) / 2, (1 - own) / 2, (1 - own) / 2})
		p.Set(i, i%3, own)
	}
	lac := must[*trust.Sets](t)(trust.FitLAC(y, p, 0.6)) // the 6th largest probability is 0.4
	aps := must[*trust.Sets](t)(trust.FitAPS(y, p, 0.7)) // the scores are six zeros, 0.7, 0.8 and 0.9
	query := mat.NewDense(4, 3, []float64{
		0.4, 0.2, 0.4,
		0.25, 0.35, 0.4,
		0.34, 0.33, 0.33,
		0.05, 0.9, 0.05,
	})
	for _, c := range []struct {
		name string
		sets *trust.Sets
		want [][]int
	}{
		{"LAC", lac, [][]int{{0, 2}, {2}, nil, {1}}},
		{"APS", aps, [][]int{{0, 2}, {1, 2}, {0, 1, 2}, {1}}},
	} {
		got, err := c.sets.Classes(query)
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			if !slices.Equal(got[i], c.want[i]) {
				t.Errorf("%s: row %d is %v, want %v", c.name, i, got[i], c.want[i])
			}
		}
	}
}

// Probabilities of class 1 give the sets of the same probabilities in two
// columns.
func TestSetsOfOneColumn(t *testing.T) {
	y, p := drawn(rand.New(rand.NewPCG(1, 2)), 50, 2, 1)
	y1, p1 := mat.DenseCopyOf(y.ColView(1)), mat.DenseCopyOf(p.ColView(1))
	for i := range 50 {
		p.Set(i, 0, 1-p.At(i, 1))
	}
	two := must[[][]int](t)(must[*trust.Sets](t)(trust.FitLAC(y, p, 0.8)).Classes(p))
	one := must[[][]int](t)(must[*trust.Sets](t)(trust.FitLAC(y1, p1, 0.8)).Classes(p1))
	for i := range two {
		if !slices.Equal(one[i], two[i]) {
			t.Errorf("row %d: %v in one column, %v in two", i, one[i], two[i])
		}
	}
}

func TestIntervalsByHand(t *testing.T) {
	y := column(1, 2, 3, 4, 5, 6, 7, 8, 9)
	v := must[*trust.Intervals](t)(trust.FitIntervals(y, column(0, 0, 0, 0, 0, 0, 0, 0, 0), 0.7))
	if !slices.Equal(v.HalfWidths, []float64{7}) {
		t.Errorf("half widths %v, want 7", v.HalfWidths)
	}
	lo, hi, err := v.Bounds(column(100))
	if err != nil || lo.At(0, 0) != 93 || hi.At(0, 0) != 107 {
		t.Errorf("[%v, %v], %v, want [93, 107]", lo.At(0, 0), hi.At(0, 0), err)
	}
}

// Fitted values written as JSON are the same when read again.
func TestFittedJSON(t *testing.T) {
	y, p := drawn(rand.New(rand.NewPCG(1, 2)), 50, 3, 1)
	lac, aps := must[*trust.Sets](t)(trust.FitLAC(y, p, 0.8)), must[*trust.Sets](t)(trust.FitAPS(y, p, 0.8))
	intervals := must[*trust.Intervals](t)(trust.FitIntervals(column(1, 2, 4), column(1, 1, 1), 0.7))
	temperature, platt := trust.Temperature(1.5), trust.Platt{Slope: 0.5, Offset: -2}
	for _, c := range []struct {
		value, into any
		want        string
	}{
		{lac, new(trust.Sets), ""},
		{aps, new(trust.Sets), ""},
		{&trust.Sets{Method: "LAC", Cut: 0.25, Columns: 3}, new(trust.Sets), `{"method":"LAC","cut":0.25,"columns":3}`},
		{intervals, new(trust.Intervals), `{"half_widths":[3]}`},
		{&temperature, new(trust.Temperature), `1.5`},
		{&platt, new(trust.Platt), `{"slope":0.5,"offset":-2}`},
	} {
		text, err := json.Marshal(c.value)
		if err != nil || c.want != "" && string(text) != c.want {
			t.Errorf("%s, %v, want %s", text, err, c.want)
		}
		if err := json.Unmarshal(text, c.into); err != nil || !reflect.DeepEqual(c.into, c.value) {
			t.Errorf("%s is read as %+v, want %+v (%v)", text, c.into, c.value, err)
		}
	}
	var again trust.Sets
	if err := json.Unmarshal(must[[]byte](t)(json.Marshal(lac)), &again); err != nil {
		t.Fatal(err)
	}
	if got, want := must[[][]int](t)(again.Classes(p)), must[[][]int](t)(lac.Classes(p)); !reflect.DeepEqual(got, want) {
		t.Errorf("sets %v, want %v", got, want)
	}
}

func TestConformalErrors(t *testing.T) {
	y, p := oneHot(2, 0, 1, 0, 1, 0, 1, 0, 1), sure(2, 0, 1, 0, 1, 0, 1, 0, 1)
	for _, c := range []struct {
		y, p     mat.Matrix
		coverage float64
		want     string
	}{
		{y, p, 0, "trust: FitLAC: coverage is 0, want a number in (0, 1)"},
		{y, p, 1, "trust: FitLAC: coverage is 1, want a number in (0, 1)"},
		{y, p, math.NaN(), "trust: FitLAC: coverage is NaN, want a number in (0, 1)"},
		{y, p, 0.9, "trust: FitLAC: y has 8 rows, a coverage of 0.9 takes at least 9"},
		{y, p, 0.99, "trust: FitLAC: y has 8 rows, a coverage of 0.99 takes at least 99"},
		{y, oneHot(2, 0), 0.5, "trust: FitLAC: p has 1 rows, y has 8"},
	} {
		_, err := trust.FitLAC(c.y, c.p, c.coverage)
		wantError(t, err, c.want)
	}
	_, err := (&trust.Sets{}).Classes(p)
	wantError(t, err, "trust: Sets.Classes: the sets are zero, FitLAC and FitAPS make them")
	_, err = (&trust.Sets{Method: "lac", Cut: 0.5, Columns: 2}).Classes(p)
	wantError(t, err, `trust: Sets.Classes: Method is "lac", want LAC or APS`)
	_, err = (&trust.Sets{Method: "LAC", Cut: math.NaN(), Columns: 2}).Classes(p)
	wantError(t, err, "trust: Sets.Classes: Cut is NaN, want a number of at least 0")
	_, err = trust.FitAPS(y, y, 0.5)
	wantError(t, err, "trust: FitAPS: p is 0 or 1 everywhere, which are labels, want probabilities")
	_, err = trust.FitLAC(column(0, 1, 1), column(1, 0, 1), 0.5)
	wantError(t, err, "trust: FitLAC: p is 0 or 1 everywhere, which are labels, want probabilities")
	_, err = trust.FitLAC(p, y, 0.5)
	wantError(t, err, "trust: FitLAC: y row 0 has 0.9500000000000001 in column 0, want 0 or 1")
	_, err = trust.FitIntervals(y, p, 0.5)
	wantError(t, err, "trust: FitIntervals: y and yhat are labels and probabilities of classes, which FitLAC and FitAPS are for")
	_, err = trust.FitIntervals(column(0, 1, 1), column(0, 0, 1), 0.5)
	wantError(t, err, "trust: FitIntervals: y and yhat are labels and probabilities of classes, which FitLAC and FitAPS are for")
	if _, err := trust.FitIntervals(column(0, 1, 1), column(0.1, 0.7, 0.4), 0.5); err != nil { // counts and their means
		t.Error(err)
	}
	sets := must[*trust.Sets](t)(trust.FitLAC(y, p, 0.8))
	_, err = sets.Classes(oneHot(3, 0))
	wantError(t, err, "trust: Sets.Classes: p has 3 columns, fitted were 2")
	_, err = sets.Classes(nil)
	wantError(t, err, "trust: Sets.Classes: p is nil")
	_, err = trust.FitIntervals(column(1, 2), column(1, math.Inf(1)), 0.5)
	wantError(t, err, "trust: FitIntervals: yhat[1,0] is +Inf: not finite")
	_, err = trust.FitIntervals(column(1, 2), column(1, 2), 0.9)
	wantError(t, err, "trust: FitIntervals: y has 2 rows, a coverage of 0.9 takes at least 9")
	_, _, err = (&trust.Intervals{}).Bounds(p)
	wantError(t, err, "trust: Intervals.Bounds: the intervals are zero, FitIntervals makes them")
	_, _, err = (&trust.Intervals{HalfWidths: []float64{1, math.NaN()}}).Bounds(p)
	wantError(t, err, "trust: Intervals.Bounds: HalfWidths[1] is NaN, want a number of at least 0")
	v := must[*trust.Intervals](t)(trust.FitIntervals(column(1, 2), column(1, 2), 0.5))
	_, _, err = v.Bounds(oneHot(2, 0))
	wantError(t, err, "trust: Intervals.Bounds: yhat has 2 columns, fitted were 1")
	_, _, err = v.Bounds(nil)
	wantError(t, err, "trust: Intervals.Bounds: yhat is nil")
}
