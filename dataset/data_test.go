package dataset_test

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/dataset"
)

func TestRows(t *testing.T) {
	for _, test := range []struct {
		data *dataset.Data
		want int
	}{
		{nil, 0},
		{new(dataset.Data), 0},
		{&dataset.Data{X: new(mat.Dense)}, 0},
		{numbered(7), 7},
	} {
		if got := test.data.Rows(); got != test.want {
			t.Errorf("Rows of %+v = %d, want %d", test.data, got, test.want)
		}
	}
}

func TestSubset(t *testing.T) {
	d := read(t, "x,y,kind\n1,10,p\n2,20,q\n3,30,r\n", dataset.Classes("kind"))
	s, err := d.Subset([]int{2, 0, 2})
	if err != nil {
		t.Fatal(err)
	}
	wantMatrix(t, "X", s.X, []float64{3, 30}, []float64{1, 10}, []float64{3, 30})
	wantMatrix(t, "Y", s.Y, []float64{0, 0, 1}, []float64{1, 0, 0}, []float64{0, 0, 1})
	if s.Target != "kind" || len(s.Features) != 2 || len(s.Classes) != 3 {
		t.Errorf("Target %q, Features %q, Classes %q", s.Target, s.Features, s.Classes)
	}

	s.X.Set(0, 0, -1)
	s.Y.Set(0, 0, -1)
	s.Features[0], s.Classes[0] = "changed", "changed"
	wantMatrix(t, "X of the original", d.X, []float64{1, 10}, []float64{2, 20}, []float64{3, 30})
	if d.Y.At(2, 0) != 0 || d.Features[0] != "x" || d.Classes[0] != "p" {
		t.Error("the copy shares memory with the original")
	}
}

// X and Y may be views of larger matrices.
func TestSubsetOfView(t *testing.T) {
	all := mat.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 6})
	d := &dataset.Data{
		X: all.Slice(0, 2, 0, 2).(*mat.Dense),
		Y: all.Slice(0, 2, 2, 3).(*mat.Dense),
	}
	s, err := d.Subset([]int{1, 0})
	if err != nil {
		t.Fatal(err)
	}
	wantMatrix(t, "X", s.X, []float64{4, 5}, []float64{1, 2})
	wantMatrix(t, "Y", s.Y, []float64{6}, []float64{3})
}

func TestLabels(t *testing.T) {
	const text = "x,y\n1,p\n2,q\n3,p\n"
	for _, test := range []struct {
		target dataset.Target
		want   []int
	}{
		{dataset.Classes("y", "q", "r", "p"), []int{2, 0, 2}},
		{dataset.Binary("y", "p"), []int{1, 0, 1}},
	} {
		labels, err := read(t, text, test.target).Labels()
		if err != nil || !slices.Equal(labels, test.want) {
			t.Errorf("Labels = %v, %v, want %v", labels, err, test.want)
		}
	}
	_, err := numbered(3).Labels()
	wantError(t, err, "dataset: Data.Labels: the target has no classes")
}

func TestSubsetErrors(t *testing.T) {
	good := numbered(3)
	tests := []struct {
		name    string
		data    *dataset.Data
		rows    []int
		message string
	}{
		{"no rows", good, nil, "no rows are asked for"},
		{"negative row", good, []int{0, -1}, "rows[1] is -1, the data have rows 0 to 2"},
		{"row after the last", good, []int{3}, "rows[0] is 3, the data have rows 0 to 2"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, err := test.data.Subset(test.rows)
			wantError(t, err, "dataset: Data.Subset: "+test.message)
			if s != nil {
				t.Errorf("data %+v beside an error", s)
			}
		})
	}
}

// Data that every method refuses.
var brokenData = []struct {
	name    string
	data    *dataset.Data
	message string
}{
	{"nil", nil, "the data are nil"},
	{"zero", new(dataset.Data), "X is nil"},
	{"empty X", &dataset.Data{X: new(mat.Dense), Y: mat.NewDense(1, 1, nil)}, "X is empty (0×0)"},
	{"nil Y", &dataset.Data{X: mat.NewDense(1, 1, nil)}, "Y is nil"},
	{"empty Y", &dataset.Data{X: mat.NewDense(1, 1, nil), Y: new(mat.Dense)}, "Y is empty (0×0)"},
	{"X and Y differ", &dataset.Data{X: mat.NewDense(3, 1, nil), Y: mat.NewDense(2, 1, nil)},
		"the data have 3 rows in X and 2 in Y"},
}

func TestBrokenData(t *testing.T) {
	for _, test := range brokenData {
		t.Run(test.name, func(t *testing.T) {
			_, err := test.data.Subset([]int{0})
			wantError(t, err, "dataset: Data.Subset: "+test.message)
			_, err = test.data.Labels()
			wantError(t, err, "dataset: Data.Labels: "+test.message)
			_, _, err = test.data.Split(dataset.SplitOptions{Test: 0.5, Seed: 1})
			wantError(t, err, "dataset: Data.Split: "+test.message)
			_, _, err = test.data.StratifiedSplit(dataset.SplitOptions{Test: 0.5, Seed: 1})
			wantError(t, err, "dataset: Data.StratifiedSplit: "+test.message)
		})
	}
}
