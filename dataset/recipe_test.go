package dataset_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/mlp/dataset"
)

// fitRecipe returns the preparation for all rows of the text.
func fitRecipe(t testing.TB, r dataset.Recipe, text string) *dataset.Preparation {
	t.Helper()
	p, err := r.Fit(readTable(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// unscaled is a recipe that leaves numbers as they are.
func unscaled(columns ...dataset.Column) dataset.Recipe {
	return dataset.Recipe{Numeric: dataset.Numeric{Scaling: dataset.Unscaled}, Columns: columns}
}

func TestRecipeMissing(t *testing.T) {
	const text = "a\n1\n?\n3\n"
	r := dataset.Recipe{Missing: []string{"?", "-"}, Numeric: dataset.Numeric{Scaling: dataset.Unscaled, Impute: dataset.Mean}}
	p := fitRecipe(t, r, text)
	x, err := p.Transform(readTable(t, text+"-\n"))
	if err != nil {
		t.Fatal(err)
	}
	wantMatrix(t, "x", x, []float64{1}, []float64{2}, []float64{3}, []float64{2})
	_, err = p.Transform(readTable(t, "a\n1\nNA\n"))
	wantError(t, err, `dataset: Preparation.Transform: line 3, column 1 "a": "NA" is not a number`)
}

// The rows of Test have no influence on what is learned.
func TestFitFold(t *testing.T) {
	table := readTable(t, "a,b,y\n1,p,u\n3,q,v\n100,q,v\n5,p,u\n")
	fold := dataset.Fold{Train: []int{3, 0, 1}, Test: []int{2}}
	p, train, test, err := dataset.Recipe{Target: dataset.Classes("y")}.FitFold(table, fold)
	if err != nil {
		t.Fatal(err)
	}
	const s = 1.6329931618554521
	wantNear(t, "train", train.X, dense([][]float64{{2 / s, 1, 0}, {-2 / s, 1, 0}, {0, 0, 1}}))
	wantMatrix(t, "train.Y", train.Y, []float64{1, 0}, []float64{1, 0}, []float64{0, 1})
	wantNear(t, "test", test.X, dense([][]float64{{97 / s, 0, 1}}))
	wantMatrix(t, "test.Y", test.Y, []float64{0, 1})
	if !slices.Equal(train.Features, p.Features()) || !slices.Equal(test.Classes, []string{"u", "v"}) || test.Target != "y" {
		t.Errorf("train %+v, test %+v", train, test)
	}

	for _, c := range []struct {
		fold    dataset.Fold
		message string
	}{
		{dataset.Fold{Test: []int{1}}, "fold.Train: no rows are asked for"},
		{dataset.Fold{Train: []int{0, 1}, Test: []int{4}}, "fold.Test: rows[0] is 4, the table has rows 0 to 3"},
		{dataset.Fold{Train: []int{0, 3}, Test: []int{1}}, `column 3 "y": the target is "u" in every row, which leaves nothing to learn`},
	} {
		p, train, test, err := dataset.Recipe{Target: dataset.Classes("y")}.FitFold(table, c.fold)
		wantError(t, err, "dataset: Recipe.FitFold: "+c.message)
		if p != nil || train != nil || test != nil {
			t.Error("a result beside an error")
		}
	}
}

// A class that the rows to train with do not have is a class none the less.
// Rows without a target are in no part.
func TestFitFoldClasses(t *testing.T) {
	table := readTable(t, "a,y\n1,u\n2,v\n3,w\n4,u\n5,NA\n6,v\n")
	fold := dataset.Fold{Train: []int{0, 1, 3}, Test: []int{2, 5}}
	_, train, test, err := dataset.Recipe{Target: dataset.Classes("y")}.FitFold(table, fold)
	if err != nil {
		t.Fatal(err)
	}
	wantMatrix(t, "train.Y", train.Y, []float64{1, 0, 0}, []float64{0, 1, 0}, []float64{1, 0, 0})
	wantMatrix(t, "test.Y", test.Y, []float64{0, 0, 1}, []float64{0, 1, 0})
	if want := []string{"u", "v", "w"}; !slices.Equal(train.Classes, want) || !slices.Equal(test.Classes, want) {
		t.Errorf("classes %q and %q, want %q", train.Classes, test.Classes, want)
	}

	_, _, _, err = dataset.Recipe{Target: dataset.Classes("y")}.FitFold(table, dataset.Fold{Train: []int{0, 1, 4}, Test: []int{2}})
	wantError(t, err, `dataset: Recipe.FitFold: line 6, column 2 "y": "NA" means a missing value, and a target must not be missing: Table.DropMissing leaves such rows out`)
	_, _, _, err = dataset.Recipe{Target: dataset.Binary("y", "u")}.FitFold(table, fold)
	wantError(t, err, `dataset: Recipe.FitFold: line 4, column 2 "y": "w" is a third name beside "u", "v"`)
	_, train, _, err = dataset.Recipe{Target: dataset.Binary("y", "u")}.FitFold(readTable(t, "a,y\n1,u\n2,v\n3,u\n"), dataset.Fold{Train: []int{0, 1}, Test: []int{2}})
	if err != nil || !slices.Equal(train.Classes, []string{"v", "u"}) {
		t.Errorf("%+v, %v", train, err)
	}
}

func TestRecipeErrors(t *testing.T) {
	columns := func(c ...dataset.Column) dataset.Recipe { return dataset.Recipe{Columns: c} }
	target := func(t dataset.Target) dataset.Recipe { return dataset.Recipe{Target: t} }
	tests := []struct {
		name, text string
		recipe     dataset.Recipe
		message    string
	}{
		{"text among numbers", "x,y\n1,2\n3,4\n5,abc\n", dataset.Recipe{},
			`line 4, column 2 "y": "abc" is not a number, but other cells of the column are: if it is no mistake, name the column in Recipe.Columns or the cell in Recipe.Missing`},
		{"a truth value among numbers", "x\n1\nyes\n", dataset.Recipe{},
			`line 3, column 1 "x": "yes" is not a number, but other cells of the column are: if it is no mistake, name the column in Recipe.Columns or the cell in Recipe.Missing`},
		{"an infinity", "x\n1\n-Inf\n", dataset.Recipe{}, `line 3, column 1 "x": "-Inf" is not a finite number`},
		{"too large", "x\n1e999\n2\n", dataset.Recipe{}, `line 2, column 1 "x": "1e999" is too large`},
		{"a NaN that is not missing", "x\n1\nNaN\n", dataset.Recipe{Missing: []string{""}}, `line 3, column 1 "x": "NaN" is not a finite number`},
		{"missing number", "x,y\n1,2\n,3\n", dataset.Recipe{}, `line 3, column 1 "x": "" is a missing value, and no Impute says what stands in for it`},
		{"missing name", "x\np\nNA\n", dataset.Recipe{}, `line 3, column 1 "x": "NA" is a missing value, and no Impute says what stands in for it`},
		{"missing truth value", "x\nyes\nnull\n", dataset.Recipe{}, `line 3, column 1 "x": "null" is a missing value, and no Impute says what stands in for it`},
		{"all missing", "x,y\n,1\nNA,2\n", dataset.Recipe{}, `column 1 "x": all cells are missing: drop the column or name it in Recipe.Columns`},
		{"nothing to learn from", "x\nNA\n", columns(dataset.Numeric{Column: "x", Impute: dataset.Median}),
			`column 1 "x": all cells are missing, so there is nothing to learn a value from`},
		{"text beside gaps", "x\n1\nNA\np\n", columns(dataset.Numeric{Column: "x", Impute: dataset.Mean}), `line 4, column 1 "x": "p" is not a number`},
		{"no truth value beside gaps", "x\nNA\nmaybe\n", columns(dataset.Boolean{Column: "x", Impute: dataset.MostFrequent}), `line 3, column 1 "x": "maybe" is neither true nor false`},
		{"no most frequent truth value", "x\nNA\n", columns(dataset.Boolean{Column: "x", Impute: dataset.MostFrequent}), `column 1 "x": all cells are missing, so there is nothing to learn a value from`},
		{"no name", "x\nNA\n", columns(dataset.Categorical{Column: "x", Unknown: dataset.UnknownZeros, Impute: dataset.AsUnknown}), `column 1 "x": all cells are missing, so there is nothing to learn a value from`},
		{"mean of names", "x\np\nNA\n", columns(dataset.Categorical{Column: "x", Impute: dataset.Mean}), `column 1 "x": mean is for numbers only`},
		{"no such imputation", "x\n1\n", columns(dataset.Numeric{Column: "x", Impute: 9}), `column 1 "x": dataset.Imputation(9) is not for numbers`},
		{"no such scaling", "x\n1\n", columns(dataset.Numeric{Column: "x", Scaling: -1}), `column 1 "x": there is no dataset.Scaling(-1)`},
		{"no such unknown", "x\np\n", columns(dataset.Categorical{Column: "x", Unknown: 4}), `column 1 "x": categorical with unknown dataset.Unknown(4)`},
		{"empty constant", "x\np\n", columns(dataset.Categorical{Column: "x", Impute: dataset.Constant}), `column 1 "x": the field Fill is empty, though Impute is Constant`},
		{"infinite constant", "x\n1\n", columns(dataset.Numeric{Column: "x", Impute: dataset.Constant, Fill: math.Inf(1)}), `column 1 "x": the field Fill is +Inf`},
		{"constant outside the order", "x\np\n", columns(dataset.Ordinal{Column: "x", Order: []string{"p", "q"}, Impute: dataset.Constant, Fill: "r"}),
			`column 1 "x": the value for missing cells: "r" is none of the categories "p", "q"`},
		{"indicator of nothing", "x\n1\n", columns(dataset.Numeric{Column: "x", Indicator: true}),
			`column 1 "x": an indicator needs an imputation for the missing cells it marks`},
		{"no number", "x\np\n", columns(dataset.Numeric{Column: "x"}), `line 2, column 1 "x": "p" is not a number`},
		{"no truth value", "x\nmaybe\n", columns(dataset.Boolean{Column: "x"}), `line 2, column 1 "x": "maybe" is neither true nor false`},
		{"outside the categories", "x\np\nr\n", columns(dataset.Categorical{Column: "x", Categories: []string{"p", "q"}}),
			`line 3, column 1 "x": "r" is none of the categories "p", "q"; Categorical.Unknown says what becomes of other names`},
		{"the same category twice", "x\np\n", columns(dataset.Categorical{Column: "x", Categories: []string{"p", "p"}}),
			`column 1 "x": the categories "p", "p" are not all different`},
		{"categories that are not UTF-8", "x\np\n", columns(dataset.Categorical{Column: "x", Categories: []string{"p", "\xff"}}), `"x=\xff" is not UTF-8`},
		{"outside the order", "x\np\nr\n", columns(dataset.Ordinal{Column: "x", Order: []string{"p", "q"}}), `line 3, column 1 "x": "r" is none of the categories "p", "q"`},
		{"no order", "x\np\n", columns(dataset.Ordinal{Column: "x"}), `column 1 "x": the field Order is empty`},
		{"all rare", "x\np\n", columns(dataset.Categorical{Column: "x", MinRows: 2, Unknown: dataset.UnknownZeros}), `column 1 "x": there are no categories`},
		{"rare names refused", "x\np\n", columns(dataset.Categorical{Column: "x", MinRows: 2}), `column 1 "x": MinRows makes names unknown, and Unknown refuses them`},
		{"more names than categories", manyNames(1001), columns(dataset.Categorical{Column: "x"}),
			`column 1 "x": 1001 different names, at most 1000 are taken for categories: drop the column, give Categories or set CodesFrom`},

		{"no such column", "x\n1\n", columns(dataset.Drop{Column: "z"}), `in Recipe.Columns[0]: no column "z", the columns are "x"`},
		{"named twice", "x\n1\n", columns(dataset.Numeric{Column: "x"}, dataset.Drop{Column: "x"}), `in Recipe.Columns[1]: "x" is named a second time`},
		{"nil column", "x\n1\n", columns(nil), `in Recipe.Columns[0] is nil`},
		{"target as a column", "x,y\n1,2\n3,4\n", dataset.Recipe{Target: dataset.Numbers("y"), Columns: []dataset.Column{dataset.Numeric{Column: "y"}}}, `in Recipe.Columns[0]: "y" is the target`},
		{"name in a template", "x\n1\n", dataset.Recipe{Numeric: dataset.Numeric{Column: "x"}},
			`the dataset.Numeric of the recipe is for all such columns and must not name "x", which belongs into Columns`},
		{"no features", "x\n1\n", columns(dataset.Drop{Column: "x"}), `no column is left for the features`},
		{"the same feature twice", "x,x=p\np,1\n", dataset.Recipe{}, `columns "x" and "x=p" both give a feature "x=p"`},

		{"no target column", "x,y\n1,2\n", target(dataset.Numbers("z")), `no column "z", the columns are "x", "y"`},
		{"constant numbers", "x,y\n1,2\n3,2.0\n", target(dataset.Numbers("y")), `column 2 "y": the target is "2" in every row, which leaves nothing to learn`},
		{"one class", "x,y\n1,p\n3,p\n", target(dataset.Classes("y")), `column 2 "y": "p" is the only class, want at least 2`},
		{"one of the given classes", "x,y\n1,p\n3,p\n", target(dataset.Classes("y", "p", "q")), `column 2 "y": the target is "p" in every row, which leaves nothing to learn`},
		{"one binary class", "x,y\n1,p\n3,p\n", target(dataset.Binary("y", "p")), `column 2 "y": "p" is the only class, want 2`},
		{"text among target numbers", "x,y\n1,2\n3,p\n", target(dataset.Numbers("y")), `line 3, column 2 "y": "p" is not a number`},
		{"missing target", "x,y\n1,2\n3,NA\n", target(dataset.Numbers("y")), `line 3, column 2 "y": "NA" means a missing value, and a target must not be missing: Table.DropMissing leaves such rows out`},
		{"missing class", "x,y\n1,p\n3,\n", target(dataset.Binary("y", "p")), `line 3, column 2 "y": the cell is empty, and a target must not be missing: Table.DropMissing leaves such rows out`},
		{"bad order", "x,y\n1,p\n", target(dataset.Classes("y", "p", "p")), `Classes: names 1 and 2 are both "p"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, err := test.recipe.Fit(readTable(t, test.text))
			wantError(t, err, "dataset: Recipe.Fit: "+test.message)
			if p != nil {
				t.Error("a preparation beside an error")
			}
		})
	}
}

// manyNames returns a table of one column of as many different names.
func manyNames(rows int) string {
	var b strings.Builder
	b.WriteString("x\n")
	for i := range rows {
		fmt.Fprintf(&b, "n%d\n", i)
	}
	return b.String()
}

// Whatever can be fitted transforms the rows it was fitted to, and survives
// JSON.
func FuzzRecipe(f *testing.F) {
	for _, text := range []string{people, "x,y\n1,p\n2,q\n", "a,b\nyes,1\nNo,NA\n", "a\n\"\"\n", "a,b\nx,1e308\ny,-1e308\n", "\ufeffa\tb\n1\t2\n"} {
		f.Add(text, uint8(0), uint8(0), uint8(0))
		f.Add(text, uint8(1), uint8(2), uint8(1))
		f.Add(text, uint8(3), uint8(3), uint8(2))
	}
	f.Fuzz(func(t *testing.T, text string, scaling, impute, unknown uint8) {
		table, err := dataset.ReadTable(strings.NewReader(text), ',')
		if err != nil {
			return
		}
		header := table.Header()
		r := dataset.Recipe{
			Numeric:     dataset.Numeric{Scaling: dataset.Scaling(scaling), Impute: dataset.Imputation(impute), Indicator: impute > 0},
			Categorical: dataset.Categorical{Unknown: dataset.Unknown(unknown), Impute: dataset.Imputation(impute), Fill: "none"},
		}
		if unknown > 0 && len(header) > 1 {
			r.Target = dataset.Classes(header[len(header)-1])
		}
		p, err := r.Fit(table)
		if err != nil {
			if p != nil || !strings.HasPrefix(err.Error(), "dataset: Recipe.Fit: ") {
				t.Fatalf("%v, %v", p, err)
			}
			return
		}
		x, err := p.Transform(table)
		if err != nil {
			t.Fatal(err)
		}
		if _, cols := x.Dims(); cols != len(p.Features()) {
			t.Fatalf("%d columns, features %q", cols, p.Features())
		}
		for _, v := range x.RawMatrix().Data {
			if v-v != 0 {
				t.Fatalf("%g in x", v)
			}
		}
		saved, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		var q dataset.Preparation
		if err := json.Unmarshal(saved, &q); err != nil {
			t.Fatalf("%v\n%s", err, saved)
		}
		if again, err := json.Marshal(&q); err != nil || string(again) != string(saved) {
			t.Fatalf("%v\n%s\n%s", err, saved, again)
		}
		z, err := q.Transform(table)
		if err != nil || fmt.Sprint(x.RawMatrix().Data) != fmt.Sprint(z.RawMatrix().Data) {
			t.Fatalf("%v, %v, %v", err, x, z)
		}
	})
}

// All columns that are wrong are in the error, up to ten of them.
func TestRecipeErrorOfSeveralColumns(t *testing.T) {
	for _, columns := range []int{2, 10, 11, 300} {
		var header, cells, want []string
		for j := range columns {
			header = append(header, fmt.Sprintf("c%d", j))
			cells = append(cells, [...]string{"007", ""}[j%2])
			cause := `"007" begins with 0 like a code: name the column in Recipe.Columns, as Categorical if it is a name or as Numeric if it is a number`
			if j%2 == 1 {
				cause = "all cells are missing: drop the column or name it in Recipe.Columns"
			}
			place := [...]string{"row 0, ", ""}[j%2]
			want = append(want, fmt.Sprintf(`%scolumn %d "c%d": %s`, place, j+1, j, cause))
		}
		if columns > 10 {
			want = append(want[:10], fmt.Sprintf("and %d column%s more", columns-10, strings.Repeat("s", min(1, columns-11))))
		}
		table, err := dataset.NewTable(header, [][]string{cells})
		if err != nil {
			t.Fatal(err)
		}
		_, err = dataset.Recipe{}.Fit(table)
		wantError(t, err, "dataset: Recipe.Fit: "+strings.Join(want, "\n"))
	}
}
