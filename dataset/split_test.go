package dataset_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/dataset"
)

type splitFunc func(d *dataset.Data, opts dataset.SplitOptions) (train, test *dataset.Data, err error)

var splits = []struct {
	name  string
	split splitFunc
}{
	{"Split", (*dataset.Data).Split},
	{"StratifiedSplit", (*dataset.Data).StratifiedSplit},
}

// rowsOf splits d, checks that the rows of X and Y stay together, and returns
// the rows of d that make up the two parts.
func rowsOf(t *testing.T, split splitFunc, d *dataset.Data, fraction float64, seed uint64) (train, test []int) {
	t.Helper()
	trainData, testData, err := split(d, dataset.SplitOptions{Test: fraction, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []*dataset.Data{trainData, testData} {
		for i, row := range column(part.X, 0) {
			if !slices.Equal(part.X.RawRowView(i), d.X.RawRowView(row)) ||
				!slices.Equal(part.Y.RawRowView(i), d.Y.RawRowView(row)) {
				t.Fatalf("row %d was torn apart", row)
			}
		}
		if part.Target != d.Target || !slices.Equal(part.Features, d.Features) || !slices.Equal(part.Classes, d.Classes) {
			t.Fatal("the names were lost")
		}
	}
	return column(trainData.X, 0), column(testData.X, 0)
}

// Every row is in one of the parts, and test has the rows it should have.
func TestSplitIsPartition(t *testing.T) {
	for _, s := range splits {
		t.Run(s.name, func(t *testing.T) {
			for _, rows := range []int{4, 5, 10, 33, 150} {
				d := classed(rows/2, rows-rows/2)
				for _, fraction := range []float64{1e-300, 0.1, 0.25, 1. / 3, 0.5, 0.75} {
					train, test := rowsOf(t, s.split, d, fraction, 7)
					if want := int(math.Ceil(fraction * float64(rows))); len(test) != want {
						t.Errorf("%g of %d rows: test has %d, want %d", fraction, rows, len(test), want)
					}
					all := slices.Sorted(slices.Values(slices.Concat(train, test)))
					for i, row := range all {
						if row != i || len(all) != rows {
							t.Fatalf("%g of %d rows: the parts are\n%v\n%v", fraction, rows, train, test)
						}
					}
				}
			}
		})
	}
}

func TestSplitFollowsSeed(t *testing.T) {
	for _, s := range splits {
		t.Run(s.name, func(t *testing.T) {
			d := classed(20, 20)
			train, test := rowsOf(t, s.split, d, 0.25, 1)
			trainAgain, testAgain := rowsOf(t, s.split, d, 0.25, 1)
			if !slices.Equal(train, trainAgain) || !slices.Equal(test, testAgain) {
				t.Error("the same seed gives another split")
			}
			_, other := rowsOf(t, s.split, d, 0.25, 2)
			if slices.Equal(test, other) {
				t.Error("another seed gives the same split")
			}
		})
	}
}

// The rows that a seed selects are a promise: they must never change.
func TestSplitIsFixed(t *testing.T) {
	d := classed(4, 6)
	want := [][2][]int{
		{{5, 7, 0, 1, 3, 9, 4}, {8, 2, 6}},
		{{4, 9, 0, 5, 1, 7, 3}, {2, 6, 8}},
	}
	for i, s := range splits {
		train, test := rowsOf(t, s.split, d, 0.3, 42)
		if !slices.Equal(train, want[i][0]) || !slices.Equal(test, want[i][1]) {
			t.Errorf("%s: %v, %v, want %v", s.name, train, test, want[i])
		}
	}
}

// Over many seeds every row is equally often the first, and in test, whatever
// its class.
func TestSplitIsUniform(t *testing.T) {
	const seeds = 4000
	for _, s := range splits {
		t.Run(s.name, func(t *testing.T) {
			d := classed(2, 6)
			var first, inTest [8]int
			for seed := range uint64(seeds) {
				train, test := rowsOf(t, s.split, d, 0.5, seed)
				first[train[0]]++
				for _, row := range test {
					inTest[row]++
				}
			}
			for row := range first {
				if got, want := float64(first[row]), seeds/8.; math.Abs(got-want) > 0.2*want {
					t.Errorf("row %d is first in train %g times, want about %g", row, got, want)
				}
				if got, want := float64(inTest[row]), seeds/2.; math.Abs(got-want) > 0.1*want {
					t.Errorf("row %d is in test %g times, want about %g", row, got, want)
				}
			}
		})
	}
}

func TestStratifiedSplitKeepsProportions(t *testing.T) {
	for _, counts := range [][]int{{50, 50, 50}, {212, 357}, {2, 2}, {2, 98}, {3, 5, 7, 11}, {0, 4, 6}} {
		d := classed(counts...)
		for _, fraction := range []float64{0.01, 0.2, 0.25, 0.3, 0.5, 0.74} {
			for seed := range uint64(5) {
				_, test := rowsOf(t, (*dataset.Data).StratifiedSplit, d, fraction, seed)
				got := make([]int, len(counts))
				for _, row := range test {
					got[slices.Index(d.Y.RawRowView(row), 1)]++
				}
				for c, count := range counts {
					want := float64(len(test)) * float64(count) / float64(d.Rows())
					if math.Abs(float64(got[c])-want) >= 1 {
						t.Errorf("%g of %v: test has %v", fraction, counts, got)
					}
				}
			}
		}
	}
}

func TestStratifiedSplitLargestRemainder(t *testing.T) {
	tests := []struct {
		counts   []int
		fraction float64
		want     []float64 // rows of each class in test
	}{
		{[]int{50, 50, 50}, 0.2, []float64{10, 10, 10}},
		{[]int{10, 20, 70}, 0.15, []float64{2, 3, 10}},    // 1.5, 3, 10.5: the first of equal remainders
		{[]int{3, 5, 12}, 0.25, []float64{1, 1, 3}},       // 0.75, 1.25, 3
		{[]int{2, 98}, 0.2, []float64{0, 20}},             // 0.4, 19.6
		{[]int{4, 4, 4, 4}, 0.125, []float64{1, 1, 0, 0}}, // 0.5 each
	}
	for _, test := range tests {
		_, part, err := classed(test.counts...).StratifiedSplit(dataset.SplitOptions{Test: test.fraction, Seed: 3})
		if err != nil {
			t.Fatal(err)
		}
		for c, want := range test.want {
			if got := mat.Sum(part.Y.ColView(c)); got != want {
				t.Errorf("%g of %v: test has %g rows of class %d, want %g", test.fraction, test.counts, got, c, want)
			}
		}
	}
}

func TestStratifiedSplitBinary(t *testing.T) {
	d := read(t, "x,y\n0,n\n1,p\n2,n\n3,p\n4,n\n5,n\n6,n\n7,n\n", dataset.Binary("y", "p"))
	train, test, err := d.StratifiedSplit(dataset.SplitOptions{Test: 0.5, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if mat.Sum(train.Y) != 1 || mat.Sum(test.Y) != 1 {
		t.Errorf("positives: %g in train, %g in test", mat.Sum(train.Y), mat.Sum(test.Y))
	}
}

func TestSplitErrors(t *testing.T) {
	d := classed(2, 3)
	tests := []struct {
		name     string
		fraction float64
		message  string
	}{
		{"one", 1, "test fraction is 1, want a number in (0, 1)"},
		{"negative", -0.1, "test fraction is -0.1, want a number in (0, 1)"},
		{"above one", 20, "test fraction is 20, want a number in (0, 1)"},
		{"NaN", math.NaN(), "test fraction is NaN, want a number in (0, 1)"},
		{"infinite", math.Inf(1), "test fraction is +Inf, want a number in (0, 1)"},
		{"nothing left", 0.9, "a test fraction of 0.9 takes all 5 rows, none is left to train"},
	}
	for _, s := range splits {
		for _, test := range tests {
			t.Run(s.name+"/"+test.name, func(t *testing.T) {
				train, part, err := s.split(d, dataset.SplitOptions{Test: test.fraction, Seed: 1})
				wantError(t, err, "dataset: Data."+s.name+": "+test.message)
				if train != nil || part != nil {
					t.Error("data beside an error")
				}
			})
		}
	}
	for _, s := range splits {
		_, _, err := s.split(d, dataset.SplitOptions{Validation: 0.2})
		wantError(t, err, "dataset: Data."+s.name+": there are two parts, none for a Validation of 0.2: the function Split makes three, and Table.Parts tables of them")
	}
	_, _, err := numbered(1).Split(dataset.SplitOptions{Test: 0.5, Seed: 1})
	wantError(t, err, "dataset: Data.Split: a test fraction of 0.5 takes all 1 rows, none is left to train")
}

func TestStratifiedSplitErrors(t *testing.T) {
	withY := func(y ...float64) *dataset.Data {
		d := classed(2, 2)
		d.Y = mat.NewDense(4, len(y)/4, y)
		return d
	}
	tests := []struct {
		name    string
		data    *dataset.Data
		message string
	}{
		{"numbers", numbered(4), "the target has no classes"},
		{"single row", classed(2, 1, 2), `class "b" has a single row, want at least 2`},
		{"too many columns", withY(make([]float64, 12)...), "the data have 3 columns in Y and 2 classes"},
		{"not binary", withY(0, 1, 2, 1), "row 2 of Y has 2 in column 0, want 0 or 1"},
		{"binary NaN", withY(0, 1, 0, math.NaN()), "row 3 of Y has NaN in column 0, want 0 or 1"},
		{"no class", withY(0, 1, 0, 0, 1, 0, 1, 0), "row 1 of Y has 0 ones, want 1"},
		{"two classes", withY(1, 1, 0, 1, 1, 0, 1, 0), "row 0 of Y has 2 ones, want 1"},
		{"probabilities", withY(1, 0, 0, 1, 0.5, 0.5, 1, 0), "row 2 of Y has 0.5 in column 0, want 0 or 1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			train, part, err := test.data.StratifiedSplit(dataset.SplitOptions{Test: 0.5, Seed: 1})
			wantError(t, err, "dataset: Data.StratifiedSplit: "+test.message)
			if train != nil || part != nil {
				t.Error("data beside an error")
			}
		})
	}
}
