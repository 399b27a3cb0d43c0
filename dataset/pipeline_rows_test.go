package dataset_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// Each row has the answer that it would have in a table without the bad rows, or
// the error that it would have alone.
func TestPredictBadRows(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	p := joined(t, dataset.Numbers("y"), "x,y\n1,2\n2,4\n", mlp.Identity, mlp.Poisson, 1) // e to the power of x
	for _, share := range []float64{0, 0.01, 0.5, 1} {
		for _, n := range []int{1, 2, 3, 100} {
			cells, lines := make([]string, n), "x\n"
			for i := range cells {
				cells[i] = fmt.Sprint(rng.NormFloat64())
				if rng.Float64() < share {
					cells[i] = []string{"one", "", "1e300"}[rng.IntN(3)]
				}
				lines += fmt.Sprintf("%q\n", cells[i])
			}
			table := readTable(t, lines)
			answers, err := p.Predict(table)
			var bad *dataset.RowsError
			if errors.As(err, &bad); len(answers) != n || bad != nil && bad.Rows != n || (err == nil) != (bad == nil) {
				t.Fatalf("%q: %v, %v", cells, answers, err)
			}
			failed := 0
			for i, a := range answers {
				want, wantErr := p.PredictRow(cells[i : i+1])
				if wantErr == nil {
					if a.Err != nil || !nearAnswer(a, want) {
						t.Errorf("%q: row %d: %v, want %v", cells, i, a, want)
					}
					continue
				}
				failed++
				one, err := table.Subset([]int{i})
				if err != nil {
					t.Fatal(err)
				}
				_, alone := p.Predict(one)
				message := "dataset: Pipeline.Predict: 1 of 1 rows has no answer: " + fmt.Sprint(a.Err)
				if a.Err == nil || bad.Errors[i] != a.Err || alone.Error() != message || !strings.HasPrefix(a.Err.Error(), fmt.Sprintf("line %d", i+2)) ||
					!math.IsNaN(a.Value) || errors.Is(a.Err, mlp.ErrNotFinite) != (cells[i] == "1e300") {
					t.Errorf("%q: row %d: %v, alone %v", cells, i, a, alone)
				}
			}
			if (bad != nil && len(bad.Errors) != failed) || (bad == nil && failed > 0) {
				t.Errorf("%q: %v, want %d errors", cells, err, failed)
			}
		}
	}
}

// The good rows of a table with several columns have the answers of a table
// without the bad ones, to the bit, and these the error of their first bad cell.
func TestPredictBadCells(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	p := fitPipeline(t, dataset.Recipe{Target: dataset.Numbers("y")}, "a,b,c,y\n1,Genoa,yes,1\n2,Kiel,no,2\n3,Genoa,no,3\n")
	for _, share := range []float64{0.001, 0.1, 0.9} {
		lines, bad, good := "a,b,c\n", map[int]int{}, []int(nil)
		for i := range 1000 {
			cells := []string{fmt.Sprint(rng.NormFloat64()), []string{"Genoa", "Kiel"}[rng.IntN(2)], []string{"yes", "no"}[rng.IntN(2)]}
			for j := len(cells) - 1; j >= 0; j-- {
				if rng.Float64() < share {
					cells[j], bad[i] = "bad", j
				}
			}
			if _, ok := bad[i]; !ok {
				good = append(good, i)
			}
			lines += strings.Join(cells, ",") + "\n"
		}
		table := readTable(t, lines)
		answers, err := p.Predict(table)
		if e, ok := errors.AsType[*dataset.RowsError](err); !ok && len(bad) > 0 || ok && len(e.Errors) != len(bad) {
			t.Fatalf("%v, want %d errors", err, len(bad))
		}
		for i, j := range bad {
			if err := answers[i].Err; err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("line %d, column %d ", i+2, j+1)) {
				t.Errorf("row %d: %v, want an error of column %d", i, err, j+1)
			}
		}
		alone, err := table.Subset(good)
		if err != nil {
			continue // there are none
		}
		want, err := p.Predict(alone)
		if err != nil {
			t.Fatal(err)
		}
		for k, i := range good {
			if answers[i].Err != nil || answers[i].Value != want[k].Value {
				t.Errorf("row %d: %v, want %v", i, answers[i], want[k])
			}
		}
	}
}

// The work for many bad rows grows with their number, not with its square.
func TestPredictOnlyBadRows(t *testing.T) {
	p := fitPipeline(t, dataset.Recipe{Target: dataset.Numbers("y")}, "x,y\nGenoa,1\nKiel,2\n")
	names := make([]string, 4000)
	for i := range names {
		names[i] = fmt.Sprint("port ", i)
	}
	table, err := dataset.NewTableOf(dataset.TextValues("x", names))
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	answers, err := p.Predict(table)
	runtime.ReadMemStats(&after)
	if bad, ok := errors.AsType[*dataset.RowsError](err); !ok || len(bad.Errors) != len(names) || len(answers) != len(names) {
		t.Fatalf("%d answers, %v", len(answers), err)
	}
	const most = 4 << 10 // of a row, for its answer and its error
	if got := (after.TotalAlloc - before.TotalAlloc) / uint64(len(names)); got > most {
		t.Errorf("%d bytes for a row, want at most %d", got, most)
	}
}

func TestPredictSaysWhereAndWhy(t *testing.T) {
	p := fitPipeline(t, dataset.Recipe{Target: dataset.Classes("buys")}, "age,port,buys\n31,Genoa,no\n40,Kiel,yes\n")
	table := readTable(t, "port,age\nKiel,1\nKiel,\nGenoa,2\nOslo,3\n")
	answers, err := p.Predict(table)
	const (
		second = `line 3, column 2 "age": "" is a missing value, and no Impute says what stands in for it`
		fourth = `line 5, column 1 "port": "Oslo" is none of the categories "Genoa", "Kiel"; Categorical.Unknown says what becomes of other names`
	)
	wantError(t, err, "dataset: Pipeline.Predict: 2 of 4 rows have no answer, the first: "+second)
	wantError(t, answers[1].Err, second)
	wantError(t, answers[3].Err, fourth)
	if answers[0].Class == "" || answers[2].Class == "" || answers[0].Err != nil || answers[2].Err != nil {
		t.Errorf("%v", answers)
	}
	bad, ok := errors.AsType[*dataset.RowsError](err)
	if !ok || bad.Rows != 4 || len(bad.Errors) != 2 || bad.Errors[1] != answers[1].Err || bad.Errors[3] != answers[3].Err {
		t.Errorf("%v", bad)
	}
	if errs := bad.Unwrap(); len(errs) != 2 || errs[0] != answers[1].Err || errs[1] != answers[3].Err {
		t.Errorf("%v", errs)
	}

	wantError(t, new(dataset.RowsError), "0 of 0 rows have no answer")

	// What is wrong with all rows is no error of rows.
	for _, table := range []*dataset.Table{nil, readTable(t, "age\nx\n")} {
		answers, err := p.Predict(table)
		if _, ok := errors.AsType[*dataset.RowsError](err); ok || err == nil || answers != nil {
			t.Errorf("%v, %v", answers, err)
		}
	}
}
