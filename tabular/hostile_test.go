package tabular_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/tabular"
)

// Tables that have little to teach give an answer, or an error that helps.
func TestHostileTables(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	// table returns rows of a number x, the cells that column makes, and the
	// target y, which is "a" or "b".
	table := func(rows int, column func(i int) string) [][]string {
		text := make([][]string, rows)
		for i := range text {
			text[i] = []string{fmt.Sprintf("%.4f", rng.NormFloat64()), column(i), []string{"a", "b"}[i%2]}
		}
		return text
	}
	number := func(int) string { return fmt.Sprintf("%.4f", rng.NormFloat64()) }
	of := func(cells ...string) func(i int) string {
		return func(i int) string { return cells[i%len(cells)] }
	}
	format := func(f string) func(i int) string {
		return func(i int) string { return fmt.Sprintf(f, i) }
	}
	with := func(rows [][]string, row, column int, cell string) [][]string {
		rows[row][column] = cell
		return rows
	}
	only := func(column func(i int) string) [][]string { // x is constant
		rows := table(40, column)
		for _, row := range rows {
			row[0] = "1"
		}
		return rows
	}
	wide := func(rows, columns int) [][]string {
		text := make([][]string, rows)
		for i := range text {
			for range columns {
				text[i] = append(text[i], number(i))
			}
			text[i] = append(text[i], []string{"a", "b"}[i%2])
		}
		return text
	}
	twins := table(40, number)
	for _, row := range twins {
		row[1] = row[0]
	}
	const missing = "all cells are missing"
	for _, c := range []struct {
		name string
		rows [][]string
		want string // part of the error
	}{
		{"one row", table(1, number), "too few rows: 1, want at least 10"},
		{"few rows", table(9, number), "too few rows: 9"},
		{"ten rows", table(10, number), ""},
		{"three rows of 40 columns", wide(3, 40), "too few rows: 3"},
		{"twelve rows of 40 columns", wide(12, 40), ""},
		{"ten rows of 300 columns", wide(10, 300), ""},
		{"a column without a cell", table(40, of("")), missing},
		{"a column of texts that mean missing", table(40, of("", "NA", "?", " nan ")), missing},
		{"a column with one number", with(table(40, of("")), 5, 1, "3"), ""},
		{"a column with one name", with(table(40, of("")), 5, 1, "name"), ""},
		{"a column with one truth value", with(table(40, of("")), 5, 1, "yes"), ""},
		{"a constant column", table(40, of("7")), ""},
		{"a constant name", table(40, of("name")), ""},
		{"a constant truth value", table(40, of("yes")), ""},
		{"a large constant", table(40, of("1e300")), ""},
		{"constant columns only", only(of("7")), ""},
		{"names only", only(of("p", "q", "r")), ""},
		{"truth values only", only(of("yes", "yes", "no")), ""},
		{"a column twice", twins, ""},
		{"the target twice", table(40, of("a", "b")), ""},
		{"a name in one row", with(table(40, of("usual")), 7, 1, "rare"), ""},
		{"a truth value in one row", with(table(40, of("yes")), 7, 1, "no"), ""},
		{"another number in one row", with(table(40, of("7")), 7, 1, "8"), ""},
		{"many names", table(300, func(i int) string { return fmt.Sprintf("name %d", i%120) }), ""},
		{"most names new to the judges", table(15, format("name %d")), ""},
		{"names in one row each", table(40, format("name %d")), "look like identifiers"},
		{"numbers in one row each", table(40, format("%d")), ""},
		{"names of several alphabets", table(40, of("Kiel", "Zürich", "東京", "👍", "a\tb", `"`)), ""},
		{"long names", table(40, of(strings.Repeat("long", 5000), strings.Repeat("lang", 5000))), ""},
		{"names that differ in case", table(40, of("p", "P", "p ")), ""},
		{"truth values and names", table(40, of("yes", "no", "perhaps")), ""},
		{"truth values and gaps", table(40, of("yes", "", "no")), ""},
		{"zeros and ones and gaps", table(40, of("0", "", "1")), ""},
		{"wild numbers", table(40, func(i int) string { return fmt.Sprintf("%de%d", i-20, (i*37)%300) }), ""},
		{"numbers that overflow", with(with(table(40, number), 3, 1, "1e308"), 4, 1, "-1e308"), ""},
		{"serial numbers", table(120, func(i int) string { return fmt.Sprint(1000 + i) }), `column "column" has each number from 1000 to 1119 once, as serial numbers do`},
		{"serial numbers of which some are left out", table(120, func(i int) string { return fmt.Sprint(1000 + i + i/30) }), `column "column" has 120 of the 123 numbers from 1000 to 1122 once, as serial numbers do`},
		{"tiny numbers", table(40, format("%de-320")), ""},
		{"numbers far from zero", table(40, func(i int) string { return fmt.Sprint(1e15 + float64(i%3)) }), ""},
		{"zeros of both signs", table(40, of("0", "-0", "0.0")), ""},
		{"infinities", table(40, of("1", "Inf")), `"Inf"`},
		{"numbers beyond float64", table(40, of("1", "1e309")), `"1e309"`},
		{"numbers with commas", table(40, of("1,5", "2,5")), "name the column in Recipe.Columns"},
		{"numbers with leading zeros", table(40, of("01234", "02345")), "name the column in Recipe.Columns"},
		{"dates", table(40, of("2024-03-31", "2024-04-01")), "looks like a date"},
		{"numbers and a name", with(table(40, number), 9, 1, "many"), `"many"`},
		{"a mistyped number", with(table(40, number), 9, 1, "1.2.3"), "is not a number"},
		{"a class of one row", with(table(40, number), 9, 2, "c"), ""},
		{"no target in a row", with(table(40, number), 9, 2, ""), "the cell is empty"},
		{"a target that means missing", with(table(40, number), 9, 2, "NA"), "a target must not be missing"},
		{"all cells of a row missing", with(with(table(40, number), 9, 1, ""), 9, 0, "NA"), ""},
	} {
		header := []string{"x", "column", "y"}
		if n := len(c.rows[0]); n > 3 {
			header = nil
			for j := range n - 1 {
				header = append(header, fmt.Sprintf("x%d", j))
			}
			header = append(header, "y")
		}
		table := newTable(t, header, c.rows)
		for _, method := range everyMethod {
			t.Run(c.name+" "+method.String(), func(t *testing.T) {
				wantAnswersOr(t, c.want, table, dataset.Classes("y"), tabular.Options{Method: method, Epochs: 2})
			})
		}
	}
}

// A column is what its cells show in all rows, whichever are held out.
func TestFitColumnsOfAllRows(t *testing.T) {
	rows := make([][]string, 40)
	for i := range rows {
		rows[i] = []string{[]string{"yes", "no"}[i/2%2], fmt.Sprint(i)}
	}
	rows[11][0] = "perhaps"
	table := newTable(t, []string{"x", "y"}, rows)
	for seed := range uint64(8) {
		m := fit(t, table, dataset.Numbers("y"), tabular.Options{Method: tabular.Linear, Epochs: 1, Seed: seed})
		if kind := m.Pipeline().Preparation().Encodings()[0].Kind; kind != "categorical" {
			t.Errorf("seed %d: x is %s", seed, kind)
		}
	}
}

// Targets that have little to teach, too.
func TestHostileTargets(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, c := range []struct {
		name   string
		y      func(i int) string
		target dataset.Target
		want   string // part of the error
	}{
		{"one class", func(int) string { return "a" }, dataset.Classes("y"), "is the only class"},
		{"one number", func(int) string { return "3" }, dataset.Numbers("y"), "in every row"},
		{"one other number", func(i int) string { return []string{"3", "4"}[min(1, i/39)] }, dataset.Numbers("y"), "the 32 rows to train with by HoldOut(0.2): "},
		{"large numbers", func(i int) string { return fmt.Sprintf("%de150", i) }, dataset.Numbers("y"), ""},
		{"small numbers", func(i int) string { return fmt.Sprintf("%de-150", i) }, dataset.Numbers("y"), ""},
		{"a class a row", func(i int) string { return fmt.Sprintf("class %d", i) }, dataset.Classes("y"), ""},
		{"one label each", func(i int) string { return []string{"a", "b", "c"}[i%3] }, dataset.LabelSets("y", "|"), ""},
		{"a label of one row", func(i int) string { return []string{"a", "b", "a|b", "rare"}[max(i%3, i/39*3)] }, dataset.LabelSets("y", "|"), ""},
		{"all labels in all rows", func(int) string { return "a|b" }, dataset.LabelSets("y", "|"), "in every row"},
		{"no label", func(int) string { return "" }, dataset.LabelSets("y", "|"), "0 different labels"},
		{"a third name", func(i int) string { return []string{"a", "b", "c"}[i%3] }, dataset.Binary("y", "a"), "a third name"},
		{"no positive name", func(i int) string { return []string{"a", "b"}[i%2] }, dataset.Binary("y", "c"), `none is the positive "c"`},
		{"a number that is missing", func(i int) string { return []string{"NA", "1"}[min(i, 1)] }, dataset.Numbers("y"), "a target must not be missing"},
		{"an infinite number", func(i int) string { return []string{"1e309", "1"}[min(i, 1)] }, dataset.Numbers("y"), `"1e309"`},
		{"names as numbers", func(i int) string { return "x" }, dataset.Numbers("y"), "is not a number"},
		{"no target", func(i int) string { return "x" }, dataset.Target{}, "the target is"},
		{"another target", func(i int) string { return "x" }, dataset.Numbers("z"), `"z"`},
	} {
		for _, method := range everyMethod {
			t.Run(c.name+" "+method.String(), func(t *testing.T) {
				rows := make([][]string, 40)
				for i := range rows {
					rows[i] = []string{fmt.Sprintf("%.4f", rng.NormFloat64()), c.y(i)}
				}
				table := newTable(t, []string{"x", "y"}, rows)
				wantAnswersOr(t, c.want, table, c.target, tabular.Options{Method: method, Epochs: 2})
			})
		}
	}
	_, err := tabular.Fit(context.Background(), nil, dataset.Numbers("y"), tabular.Options{})
	wantError(t, err, "table")
}

// Other rows that judge may have less or more to show than those to train with.
func TestHostileJudges(t *testing.T) {
	var rows [][]string
	for i := range 30 {
		rows = append(rows, []string{fmt.Sprint(i * i % 7), []string{"p", "q", "r"}[i%3], []string{"a", "b", "b"}[i*i%3]})
	}
	table := newTable(t, []string{"x", "name", "y"}, rows)
	header := []string{"x", "name", "y"}
	for _, c := range []struct {
		name   string
		judges *dataset.Table
		metric mlp.Metric
		want   string // part of the error
	}{
		{"none", nil, mlp.MetricUsual, "fewer than 2 rows"},
		{"no rows", &dataset.Table{}, mlp.MetricUsual, "fewer than 2 rows"},
		{"one row", newTable(t, header, [][]string{{"1", "p", "a"}}), mlp.MetricUsual, "fewer than 2 rows"},
		{"other columns", newTable(t, []string{"x", "town", "y"}, rows), mlp.MetricUsual, `no column "name"`},
		{"no target", newTable(t, []string{"x", "name", "z"}, rows), mlp.MetricUsual, `no column "y"`},
		{"more columns in another order", newTable(t, []string{"y", "more", "name", "x"}, [][]string{{"a", "1", "p", "1"}, {"b", "1", "p", "1"}}), mlp.MetricUsual, ""},
		{"gaps", newTable(t, header, [][]string{{"", "p", "a"}, {"1", "", "b"}}), mlp.MetricUsual, ""},
		{"new names", newTable(t, header, [][]string{{"1", "new", "a"}, {"1", "newer", "b"}}), mlp.MetricUsual, ""},
		{"large numbers", newTable(t, header, [][]string{{"1e300", "p", "a"}, {"-1e300", "p", "b"}}), mlp.MetricLogLoss, ""},
		{"names for numbers", newTable(t, header, [][]string{{"1", "p", "a"}, {"many", "p", "b"}}), mlp.MetricUsual, `row 1, column 1 "x": "many" is not a number`},
		{"a new class", newTable(t, header, [][]string{{"1", "p", "a"}, {"1", "p", "c"}}), mlp.MetricUsual, `"c" is none of the classes "a", "b"`},
		{"one class", newTable(t, header, [][]string{{"1", "p", "a"}, {"2", "p", "a"}}), mlp.MetricUsual, ""},
		{"one class for a curve", newTable(t, header, [][]string{{"1", "p", "a"}, {"2", "p", "a"}}), mlp.MetricROCAUC, "the roc_auc of the rows held out"},
		{"a gap in the target", newTable(t, header, [][]string{{"1", "p", "a"}, {"2", "p", ""}}), mlp.MetricUsual, "the cell is empty"},
	} {
		for _, method := range everyMethod {
			t.Run(c.name+" "+method.String(), func(t *testing.T) {
				opts := tabular.Options{Method: method, Metric: c.metric, Epochs: 2, Validation: dataset.HoldOutTable(c.judges)}
				wantAnswersOr(t, c.want, table, dataset.Classes("y"), opts)
			})
		}
	}
}
