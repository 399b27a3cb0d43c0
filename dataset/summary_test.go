package dataset_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"example.com/mlp/dataset"
)

// mixedTable has columns of all kinds, with gaps, in rows that differ.
func mixedTable(rng *rand.Rand, rows int) *dataset.Table {
	header := []string{"age", "income", "member", "city", "size", "day", "euro", "id", "class", "won", "price"}
	pick := func(texts ...string) string { return texts[rng.IntN(len(texts))] }
	records := make([][]string, rows)
	for i := range records {
		income := fmt.Sprint(rng.ExpFloat64() * 1000)
		if rng.IntN(10) == 0 {
			income = pick("", "NA", "?")
		}
		records[i] = []string{
			fmt.Sprint(rng.IntN(90)), income, pick("yes", "No", "t", "F", ""), pick("Genoa", "Rome", "Bari", "Turin", "NA"), pick("s", "m", "l"),
			pick("2024-01-31", "2023-07-01 12:30", "2021-12-24", ""), pick("1.234,5", "-7", "0,25"), fmt.Sprint("id ", rng.Uint32()), pick("a", "b", "c"), pick("won", "lost"), fmt.Sprint(rng.IntN(1000)),
		}
	}
	table, err := dataset.NewTable(header, records)
	if err != nil {
		panic(err)
	}
	return table
}

// mixedRecipe treats all columns of mixedTable.
func mixedRecipe(scaling dataset.Scaling, impute dataset.Imputation) dataset.Recipe {
	return dataset.Recipe{
		Target:      dataset.Classes("class"),
		Numeric:     dataset.Numeric{Scaling: scaling, Impute: impute, Indicator: true},
		Boolean:     dataset.Boolean{Impute: dataset.MostFrequent, Indicator: true},
		Categorical: dataset.Categorical{Unknown: dataset.UnknownShares, Impute: dataset.AsUnknown},
		SmoothFlags: true,
		Columns: []dataset.Column{
			dataset.Ordinal{Column: "size", Order: []string{"s", "m", "l"}, Scaling: scaling, Impute: dataset.MostFrequent},
			dataset.Date{Column: "day", Scaling: scaling, Impute: dataset.MostFrequent},
			dataset.Numeric{Column: "euro", Decimal: ',', Grouping: '.', Scaling: scaling},
			dataset.Drop{Column: "id"},
		},
	}
}

// summarize returns the summary of all rows of a source, in tables of so many.
func summarize(t *testing.T, r dataset.Recipe, source dataset.Source, rows int) *dataset.Summary {
	t.Helper()
	s := r.NewSummary()
	for table, err := range source.Tables(rows) {
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Add(table); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func bytesOf(t *testing.T, s *dataset.Summary) []byte {
	t.Helper()
	b, err := s.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// everyMixedTarget has targets of all kinds for mixedTable.
var everyMixedTarget = []dataset.Target{
	{}, dataset.Classes("class"), dataset.Classes("class", "c", "b", "a", "z"), dataset.Numbers("age", "price"), dataset.Binary("won", "won"),
	dataset.LabelSets("class", "|"), dataset.LabelSets("class", "|", "a", "b", "c"),
}

// A summary prepares as Fit does, to the bit.
func TestSummaryIsFit(t *testing.T) {
	table := mixedTable(rand.New(rand.NewPCG(1, 2)), 300)
	check := func(r dataset.Recipe) {
		t.Helper()
		want, err := r.Fit(table)
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.FitSource(context.Background(), table)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := asJSON(t, got), asJSON(t, want); got != want {
			t.Errorf("%v:\n%s\nwant\n%s", r, got, want)
		}
	}
	for _, scaling := range []dataset.Scaling{
		dataset.Standard, dataset.MinMax, dataset.Robust, dataset.Quantile, dataset.Unscaled, dataset.SmoothClip, dataset.Normal,
	} {
		check(mixedRecipe(scaling, dataset.Mean))
	}
	all := mixedRecipe(dataset.Standard, dataset.NoImputation) // of its kinds
	all.Impute = dataset.Median
	all.Numeric.Indicator, all.Boolean, all.Categorical = false, dataset.Boolean{}, dataset.Categorical{}
	check(all)
	for _, impute := range []dataset.Imputation{dataset.Median, dataset.MostFrequent, dataset.Constant} {
		check(mixedRecipe(dataset.Standard, impute))
	}
	for _, target := range everyMixedTarget {
		r := mixedRecipe(dataset.Standard, dataset.Mean)
		r.Target = target
		check(r)
	}
	for _, unknown := range []dataset.Unknown{dataset.UnknownZeros, dataset.UnknownFeature, dataset.UnknownShares} {
		for _, impute := range []dataset.Imputation{dataset.MostFrequent, dataset.Constant, dataset.AsUnknown} {
			r := mixedRecipe(dataset.Standard, dataset.Mean)
			r.Columns = append(r.Columns, dataset.Categorical{Column: "city", Categories: []string{"Rome", "Oslo"}, Unknown: unknown, Impute: impute, Fill: "Bari", Indicator: true})
			check(r)
		}
	}
}

// Rows in any order, split and merged in any way, give the same bytes.
func TestSummaryMerge(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	table := mixedTable(rng, 400)
	for _, target := range everyMixedTarget {
		r := mixedRecipe(dataset.Robust, dataset.Median)
		r.Target = target
		want := bytesOf(t, summarize(t, r, table, 1000))
		for range 3 {
			rows := rng.Perm(table.Rows())
			whole := r.NewSummary()
			for len(rows) > 0 {
				n := 1 + rng.IntN(len(rows))
				part, err := table.Subset(rows[:n])
				if err != nil {
					t.Fatal(err)
				}
				rows = rows[n:]
				s := r.NewSummary()
				if err := s.UnmarshalBinary(bytesOf(t, summarize(t, r, part, 1+rng.IntN(100)))); err != nil {
					t.Fatal(err)
				}
				if err := whole.Merge(s); err != nil {
					t.Fatal(err)
				}
			}
			if whole.Rows() != table.Rows() || !bytes.Equal(bytesOf(t, whole), want) {
				t.Fatalf("other bytes for %d rows in another order", whole.Rows())
			}
		}
	}
}

// Asking for the preparation changes nothing, and merging with itself is twice
// the rows.
func TestSummaryGoesOn(t *testing.T) {
	table := mixedTable(rand.New(rand.NewPCG(5, 6)), 200)
	r := mixedRecipe(dataset.Quantile, dataset.Median)
	s, twice := summarize(t, r, table, 30), summarize(t, r, table, 200)
	if err := twice.Add(table); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Preparation(); err != nil {
		t.Fatal(err)
	}
	if err := s.Merge(s); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytesOf(t, s), bytesOf(t, twice)) {
		t.Error("other bytes")
	}
}

func TestSummaryOfNothing(t *testing.T) {
	var zero dataset.Summary
	none := dataset.Recipe{}.NewSummary()
	if err := none.Merge(&zero); err != nil {
		t.Error(err)
	}
	if err := zero.UnmarshalBinary(bytesOf(t, none)); err != nil || zero.Rows() != 0 {
		t.Errorf("%d rows: %v", zero.Rows(), err)
	}
	_, err := zero.Preparation()
	wantError(t, err, "dataset: Summary.Preparation: there are no rows")
	table := readTable(t, "x\n1\n2\n")
	if err := zero.Add(table); err != nil {
		t.Error(err)
	}
	before := bytesOf(t, &zero)
	if err := zero.Merge(none); err != nil || !bytes.Equal(bytesOf(t, &zero), before) {
		t.Errorf("nothing changes a summary: %v", err)
	}
}

// What Fit takes for ambiguous is ambiguous in parts, too, and what it takes is
// taken.
func TestSummaryInfers(t *testing.T) {
	many := func(format string, n int) []string {
		cells := make([]string, n)
		for i := range cells {
			cells[i] = fmt.Sprintf(format, i)
		}
		return cells
	}
	for _, cells := range [][]string{
		{"1", "2", "3"}, {"true", "no", "yes"}, {"a", "b", "a"}, {"1", "2", "x"}, {"1", "y", "x"}, {"1", "true", "2"}, {"a", "true", "b"},
		{"1,5", "2,5"}, {"$1", "$2"}, {"10%", "x"}, {"02134", "12345"}, {"007", "x", "y"}, {"2024-01-31", "2024-02-01"}, {"2024-01-31", "x"},
		{"1/2/2024", "3/2/2024"}, {"0x1F", "0x20"}, {"NA", "?", ""}, {"9007199254740993", "1"}, {"1e999", "1"}, {"NaN", "1", "2"}, {"a", "", "b"},
		{"yes", "NA"}, {"1", "1", "1"}, {"1", "0", "1"}, {"-0", "0"}, {"1.0", "1", "01"}, {"1.5", "1,5", "1.25"}, {"x"},
		many("name %d", 25), many("name %d", 15), append(many("name %d", 40), many("name %d", 10)...), append(many("%d.5", 40), "x"),
		many("1.1.20%02d", 30), append(many("1.1.20%02d", 30), "x"), append(many("%d,5", 30), "x"), append(many("%d,5", 30), "7"),
	} {
		records := make([][]string, len(cells))
		for i, cell := range cells {
			records[i] = []string{cell}
		}
		table, err := dataset.NewTable([]string{"c"}, records)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []dataset.Recipe{
			{}, {Numeric: dataset.Numeric{Impute: dataset.Median}, Boolean: dataset.Boolean{Impute: dataset.MostFrequent}},
			{Numeric: dataset.Numeric{Decimal: ',', Impute: dataset.Mean}, Missing: []string{"1.5", "1,5", "2"}},
			{Categorical: dataset.Categorical{Impute: dataset.MostFrequent}, Missing: []string{"x", "1"}},
		} {
			want, fitErr := r.Fit(table)
			whole := r.NewSummary()
			for part := range table.Tables(1) {
				s := r.NewSummary()
				err = errors.Join(err, s.Add(part))
				err = errors.Join(err, whole.Merge(s))
			}
			got, last := whole.Preparation()
			err = errors.Join(err, last)
			if (err == nil) != (fitErr == nil) {
				t.Fatalf("%q: error %v, of Fit %v", cells, err, fitErr)
			}
			if err == nil && asJSON(t, got) != asJSON(t, want) {
				t.Errorf("%q:\n%s\nwant\n%s", cells, asJSON(t, got), asJSON(t, want))
			}
			err = nil
		}
	}
}

func TestSummaryErrors(t *testing.T) {
	for _, test := range []struct {
		recipe dataset.Recipe
		text   string
		want   string
	}{
		{dataset.Recipe{}, "x,c\n1,2\n2,u\n3,3\n", `column 2 "c": "u" is not a number, but other cells of the column are: if it is no mistake, name the column in Recipe.Columns or the cell in Recipe.Missing`},
		{dataset.Recipe{}, "x,c\n1,u\n2,v\n3,3\n", `column 2 "c": "3" is a number, but most other cells of the column are not: if it is no mistake, name the column in Recipe.Columns or the cell in Recipe.Missing`},
		{dataset.Recipe{}, "x,c\n1,07\n2,11\n3,06\n", `column 2 "c": "06" begins with 0 like a code: name the column in Recipe.Columns, as Categorical if it is a name or as Numeric if it is a number`},
		{dataset.Recipe{}, "x,c\n1,2\n2,\n", `t.csv: line 3, column 2 "c": "" is a missing value, and no Impute says what stands in for it`},
		{dataset.Recipe{Columns: []dataset.Column{dataset.Numeric{Column: "c"}}}, "x,c\n1,2\n2,u\n", `t.csv: line 3, column 2 "c": "u" is not a number`},
		{dataset.Recipe{Columns: []dataset.Column{dataset.Drop{Column: "d"}}}, "x,c\n1,2\n", `t.csv: in Recipe.Columns[0]: no column "d", the columns are "x", "c"`},
		{dataset.Recipe{Target: dataset.Classes("c")}, "x,c\n1,u\n2,u\n", `column 2 "c": "u" is the only class, want at least 2`},
		{dataset.Recipe{Target: dataset.Binary("c", "u")}, "x,c\n1,u\n2,v\n3,w\n", `t.csv: line 4, column 2 "c": more than 2 different names`},
		{dataset.Recipe{Target: dataset.Binary("c", "w")}, "x,c\n1,u\n2,v\n", `column 2 "c": the classes are "u", "v", none is the positive "w"`},
		{dataset.Recipe{Target: dataset.Numbers("c")}, "x,c\n1,2\n2,2\n", `column 2 "c": the target is the same in every row, which leaves nothing to learn`},
		{dataset.Recipe{Target: dataset.Numbers("c")}, "x,c\n1,2\n2,NA\n", `t.csv: line 3, column 2 "c": "NA" means a missing value, and a target must not be missing: Table.DropMissing leaves such rows out`},
		{dataset.Recipe{Target: dataset.LabelSets("c", "|")}, "x,c\n1,a|b\n2,b|a|a\n", `column 2 "c": the target is "a", "b" in every row, which leaves nothing to learn`},
		{dataset.Recipe{}, "x,c\n", "there are no rows"},
	} {
		source := dataset.CSVFS(fstest.MapFS{"t.csv": {Data: []byte(test.text)}}, "t.csv", ',')
		_, err := test.recipe.FitSource(context.Background(), source)
		wantError(t, err, "dataset: Recipe.FitSource: "+test.want)
	}
}

// After an error a summary is of no more use.
func TestSummaryKeepsError(t *testing.T) {
	s := dataset.Recipe{}.NewSummary()
	if err := s.Add(readTable(t, "x\n1\n2\n")); err != nil {
		t.Fatal(err)
	}
	want := `the columns are "y", those of the rows before "x"`
	wantError(t, s.Add(readTable(t, "y\n1\n")), "dataset: Summary.Add: "+want)
	wantError(t, s.Add(readTable(t, "x\n1\n")), "dataset: Summary.Add: "+want)
	wantError(t, s.Merge(dataset.Recipe{}.NewSummary()), "dataset: Summary.Merge: "+want)
	_, err := s.Preparation()
	wantError(t, err, "dataset: Summary.Preparation: "+want)
	_, err = s.MarshalBinary()
	wantError(t, err, "dataset: Summary.MarshalBinary: "+want)
	wantError(t, dataset.Recipe{}.NewSummary().Merge(s), "dataset: Summary.Merge: the other summary: "+want)
}

func TestSummaryOfAnotherRecipe(t *testing.T) {
	s := summarize(t, dataset.Recipe{}, readTable(t, "x\n1\n2\n"), 10)
	pointer := dataset.Numeric{Column: "x"}
	same := dataset.Recipe{Columns: []dataset.Column{&pointer}}.NewSummary()
	if err := same.Merge(dataset.Recipe{Columns: []dataset.Column{dataset.Numeric{Column: "x"}}}.NewSummary()); err != nil {
		t.Error(err)
	}
	for _, r := range []dataset.Recipe{
		{Target: dataset.Numbers("x")}, {Columns: []dataset.Column{dataset.Numeric{Column: "x"}}}, {Missing: []string{}}, {SmoothFlags: true},
		{Numeric: dataset.Numeric{Scaling: dataset.Robust}},
	} {
		wantError(t, r.NewSummary().Merge(s), "dataset: Summary.Merge: it is the summary of another recipe")
		wantError(t, r.NewSummary().UnmarshalBinary(bytesOf(t, s)), "dataset: Summary.UnmarshalBinary: it is the summary of another recipe")
	}
}

// A summary knows its recipe by what that says, not by where it is in memory, which
// differs between processes.
func TestSummaryOfTheSameRecipe(t *testing.T) {
	recipe := func(unit string) dataset.Recipe {
		n := dataset.Notation{Decimal: ',', Units: []string{unit}}
		return dataset.Recipe{
			Target:  dataset.NumbersIn(n, "y"),
			Columns: []dataset.Column{&dataset.Numeric{Column: "x", Decimal: ',', Units: []string{unit}, Also: []dataset.Scaling{dataset.Robust}}, &dataset.Date{Column: "day", Fields: []dataset.DateField{dataset.DateHour}}},
		}
	}
	s := summarize(t, recipe("€"), readTable(t, "x,y,day\n\"1,5 €\",2 €,2024-03-31\n2,3,2024-04-01\n"), 10)
	again := recipe("€").NewSummary()
	if err := again.UnmarshalBinary(bytesOf(t, s)); err != nil {
		t.Fatal(err)
	}
	if err := again.Merge(s); err != nil || again.Rows() != 4 {
		t.Errorf("%d rows, %v", again.Rows(), err)
	}
	other := recipe("€")
	other.Target = dataset.NumbersIn(dataset.Notation{Decimal: ',', Units: []string{"$"}}, "y")
	wantError(t, other.NewSummary().Merge(s), "dataset: Summary.Merge: it is the summary of another recipe")
}

// Summaries stay small, say that they are not exact, and refuse what they cannot
// know.
func TestSummaryBounds(t *testing.T) {
	const rows = 40_000
	rng := rand.New(rand.NewPCG(7, 8))
	x, y := make([]float64, rows), make([]float64, rows)
	for i := range x {
		x[i], y[i] = rng.NormFloat64(), rng.NormFloat64()
	}
	table, err := dataset.NewTableOf(dataset.NumberValues("x", x), dataset.NumberValues("y", y))
	if err != nil {
		t.Fatal(err)
	}
	r := dataset.Recipe{Columns: []dataset.Column{dataset.Numeric{Column: "x", Scaling: dataset.Robust}}}
	s := summarize(t, r, table, 7000)
	off := s.Inexact()
	if keys := slices.Collect(maps.Keys(off)); !slices.Equal(keys, []string{"x"}) || off["x"] > 0.001 {
		t.Errorf("inexact: %v", off)
	}
	if size := len(bytesOf(t, s)); size > 200_000 {
		t.Errorf("%d bytes", size)
	}
	r = dataset.Recipe{Numeric: dataset.Numeric{Impute: dataset.MostFrequent}}
	_, err = r.FitSource(context.Background(), table)
	const inexact = `there are more than 16384 different numbers, and a Summary does not know which one is the most frequent: Impute can be Mean, Median or Constant`
	wantError(t, err, `dataset: Recipe.FitSource: column 1 "x": `+inexact+"\n"+`column 2 "y": `+inexact)
}

// More names than a summary takes are an error, whether or not a part has them.
func TestSummaryNames(t *testing.T) {
	const most = 100_000
	names := make([]string, most+1)
	for i := range names {
		names[i] = fmt.Sprint("n", i)
	}
	r := dataset.Recipe{Columns: []dataset.Column{dataset.Categorical{Column: "c", CodesFrom: 1}}}
	summaries := make([]*dataset.Summary, 2)
	for k, part := range [][]string{names[:most], names[1:]} {
		table, err := dataset.NewTableOf(dataset.TextValues("c", part))
		if err != nil {
			t.Fatal(err)
		}
		summaries[k] = summarize(t, r, table, most)
	}
	want := `column 1 "c": more than 100000 different names: name the column in Recipe.Columns, as Drop, or as what it is if that is no name`
	wantError(t, summaries[0].Merge(summaries[1]), "dataset: Summary.Merge: "+want)
	table, err := dataset.NewTableOf(dataset.TextValues("c", names))
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, r.NewSummary().Add(table), "dataset: Summary.Add: "+want)
}

// Names that the recipe leaves unknown need not be counted.
func TestSummaryUnknownNames(t *testing.T) {
	names := make([]string, 101_000)
	for i := range names {
		names[i] = fmt.Sprint("n", i)
	}
	table, err := dataset.NewTableOf(dataset.TextValues("c", names))
	if err != nil {
		t.Fatal(err)
	}
	r := dataset.Recipe{Columns: []dataset.Column{dataset.Categorical{Column: "c", Categories: names[:3], Unknown: dataset.UnknownZeros}}}
	if size := len(bytesOf(t, summarize(t, r, table, 50_000))); size > 200 {
		t.Errorf("%d bytes", size)
	}
}

func TestFitSourceStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := (dataset.Recipe{}).FitSource(ctx, readTable(t, "x\n1\n2\n")); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	missing := dataset.CSVFS(fstest.MapFS{}, "t.csv", ',')
	_, err := dataset.Recipe{}.FitSource(context.Background(), missing)
	wantError(t, err, "dataset: CSVFS: open t.csv: file does not exist")
	_, err = dataset.Recipe{}.FitSource(context.Background(), nil)
	wantError(t, err, "dataset: Recipe.FitSource: the source is nil")
}

func TestSummaryBytes(t *testing.T) {
	table := mixedTable(rand.New(rand.NewPCG(9, 10)), 50)
	r := mixedRecipe(dataset.Robust, dataset.Median)
	s := summarize(t, r, table, 50)
	b := bytesOf(t, s)
	again := r.NewSummary()
	if err := again.UnmarshalBinary(b); err != nil {
		t.Fatal(err)
	}
	for cut := range b {
		if err := again.UnmarshalBinary(b[:cut]); err == nil {
			t.Fatalf("%d of %d bytes are no error", cut, len(b))
		}
	}
	if err := again.UnmarshalBinary(append(slices.Clip(b), 0)); err == nil {
		t.Error("a byte too many is no error")
	}
	other := bytes.Replace(b, []byte("summary\x01"), []byte("summary\x02"), 1)
	wantError(t, again.UnmarshalBinary(other), "dataset: Summary.UnmarshalBinary: version 2 is not version 1")
	if !bytes.Equal(bytesOf(t, again), b) {
		t.Error("an error changes the summary")
	}
}

// fuzzedRecipes are those of the summaries that FuzzSummary reads.
var fuzzedRecipes = []dataset.Recipe{
	{}, mixedRecipe(dataset.Normal, dataset.Median), {Target: dataset.LabelSets("class", "|"), Missing: []string{"-999", "NA", "?"}},
	{Target: dataset.Numbers("age", "price")},
}

// FuzzSummary reads bytes, of which whatever is no error makes a preparation, or
// an error, and the same bytes again.
func FuzzSummary(f *testing.F) {
	table := mixedTable(rand.New(rand.NewPCG(11, 12)), 12)
	digests := make([][]byte, len(fuzzedRecipes)) // with what is before them
	for i, r := range fuzzedRecipes {
		b, err := r.NewSummary().MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		digests[i] = b[:len(b)-2]
		f.Add(uint8(i), b[len(b)-2:])
		if i == 0 {
			continue
		}
		s := r.NewSummary()
		if err := s.Add(table); err != nil && i == 1 {
			f.Fatal(err)
		}
		if b, err = s.MarshalBinary(); err == nil {
			f.Add(uint8(i), b[len(digests[i]):])
		}
	}
	s := fuzzedRecipes[0].NewSummary()
	if err := s.Add(readTable(f, "x,c,b\n1.5,u,yes\n2,v,no\n")); err != nil {
		f.Fatal(err)
	}
	b, err := s.MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint8(0), b[len(digests[0]):])
	f.Fuzz(func(t *testing.T, recipe uint8, rest []byte) {
		i := int(recipe) % len(fuzzedRecipes)
		b := slices.Concat(digests[i], rest)
		s := fuzzedRecipes[i].NewSummary()
		if err := s.UnmarshalBinary(b); err != nil {
			return
		}
		if !bytes.Equal(bytesOf(t, s), b) {
			t.Error("other bytes for the same summary")
		}
		s.Inexact()
		s.TargetScaling()
		if p, err := s.Preparation(); err == nil {
			_ = p.String()
		}
		if err := s.Merge(s); err != nil && !strings.Contains(err.Error(), "more than") {
			t.Error(err)
		}
	})
}
