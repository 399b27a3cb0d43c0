package dataset_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// The scaling of a target is that of Normalization.Adapt up to rounding, and the
// same for any order and split.
func TestTargetScaling(t *testing.T) {
	r := dataset.Recipe{Target: dataset.Numbers("age", "price")}
	rng := rand.New(rand.NewPCG(1, 2))
	var text strings.Builder
	text.WriteString("age,price,x\n")
	for range 500 {
		fmt.Fprintf(&text, "%d,%v,%v\n", rng.IntN(90), 1e6+rng.NormFloat64(), rng.Float64())
	}
	table := readTable(t, text.String())
	p, err := r.Fit(table)
	if err != nil {
		t.Fatal(err)
	}
	d, err := p.Data(table)
	if err != nil {
		t.Fatal(err)
	}
	want := mlp.NewNormalization(2)
	if err := want.Adapt(d.Y); err != nil {
		t.Fatal(err)
	}
	scaling := func(s *dataset.Summary) *mlp.Normalization {
		t.Helper()
		n, err := s.TargetScaling()
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	values := func(n *mlp.Normalization) []float64 {
		params := n.Params()
		return slices.Concat(params[0].Value.RawRowView(0), params[1].Value.RawRowView(0))
	}
	got := values(scaling(summarize(t, r, table, 500)))
	for i, v := range values(want) {
		if math.Abs(got[i]-v) > 1e-13*math.Abs(v) {
			t.Errorf("number %d is %v, want %v", i, got[i], v)
		}
	}
	parts := r.NewSummary()
	order := rand.New(rand.NewPCG(3, 4)).Perm(500)
	for rows := range slices.Chunk(order, 70) {
		part, err := table.Subset(rows)
		if err != nil {
			t.Fatal(err)
		}
		again := r.NewSummary()
		if err := again.UnmarshalBinary(bytesOf(t, summarize(t, r, part, 9))); err != nil {
			t.Fatal(err)
		}
		if err := parts.Merge(again); err != nil {
			t.Fatal(err)
		}
	}
	if split := values(scaling(parts)); !slices.Equal(split, got) {
		t.Errorf("%v in parts, %v at once", split, got)
	}
	extreme := readTable(t, "age,price,x\n1e308,0.1,1\n-1e308,0.1,2\n")
	if v := values(scaling(summarize(t, r, extreme, 1))); !slices.Equal(v, []float64{0, 0.1, 1e308, 1}) {
		t.Errorf("%v of extreme numbers and equal ones", v)
	}
	one := values(scaling(summarize(t, r, readTable(t, "age,price,x\n7,-2,1\n"), 1)))
	if !slices.Equal(one, []float64{7, -2, 1, 1}) {
		t.Errorf("%v of one row", one)
	}

	var none *dataset.Summary
	failed := r.NewSummary()
	if err := failed.Add(readTable(t, "a,b\n1,2\n")); err == nil {
		t.Fatal("a table without the target is summarized")
	}
	for _, c := range []struct {
		summary *dataset.Summary
		want    string
	}{
		{none, "the summary is nil"},
		{&dataset.Summary{}, "the recipe had no target"},
		{r.NewSummary(), "there are no rows"},
		{failed, `no column "age", the columns are "a", "b"`},
		{summarize(t, dataset.Recipe{Target: dataset.Classes("age")}, table, 500), `the target "age" is not one of Numbers`},
	} {
		_, err := c.summary.TargetScaling()
		wantError(t, err, "dataset: Summary.TargetScaling: "+c.want)
	}
}

// AddSource adds what Add adds, table by table.
func TestAddSource(t *testing.T) {
	ctx := context.Background()
	r := mixedRecipe(dataset.Standard, dataset.Mean)
	table := mixedTable(rand.New(rand.NewPCG(5, 6)), 90)
	s := r.NewSummary()
	for range 2 {
		if err := s.AddSource(ctx, table); err != nil {
			t.Fatal(err)
		}
	}
	twice := summarize(t, r, table, 40)
	if err := twice.Add(table); err != nil {
		t.Fatal(err)
	}
	if s.Rows() != 180 || !slices.Equal(bytesOf(t, s), bytesOf(t, twice)) {
		t.Errorf("%d rows, or other bytes", s.Rows())
	}

	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	var none *dataset.Summary
	for _, c := range []struct {
		ctx     context.Context
		summary *dataset.Summary
		source  dataset.Source
		want    string
	}{
		{ctx, none, table, "dataset: Summary.AddSource: the summary is nil"},
		{ctx, r.NewSummary(), nil, "dataset: Summary.AddSource: the source is nil"},
		{cancelled, r.NewSummary(), table, "dataset: Summary.AddSource: context canceled"},
		{ctx, r.NewSummary(), failingSource{}, "the disk is on fire"},
		{ctx, r.NewSummary(), dataset.CSV(strings.NewReader("a\n1\n"), ','), `dataset: Summary.AddSource: no column "class", the columns are "a"`},
	} {
		err := c.summary.AddSource(c.ctx, c.source)
		wantError(t, err, c.want)
		if c.summary == nil {
			continue
		}
		// The summary has a part of the rows, and says so.
		if _, again := c.summary.Preparation(); again == nil || !errors.Is(again, err) {
			t.Errorf("then Preparation returns %v", again)
		}
	}
}

// failingSource fails at once.
type failingSource struct{}

func (failingSource) Tables(int) iter.Seq2[*dataset.Table, error] {
	return func(yield func(*dataset.Table, error) bool) { yield(nil, errors.New("the disk is on fire")) }
}
