package tabular_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

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
	with := func(rows [][]string, row, column int, cell string) [][]string {
		rows[row][column] = cell
		return rows
	}
	wide := func(rows int) [][]string {
		text := make([][]string, rows)
		for i := range text {
			for range 40 {
				text[i] = append(text[i], number(i))
			}
			text[i] = append(text[i], []string{"a", "b"}[i%2])
		}
		return text
	}
	constant := table(40, func(int) string { return "7" })
	for _, row := range constant {
		row[0] = "1"
	}
	for _, c := range []struct {
		name string
		rows [][]string
		want string // part of the error
	}{
		{"one row", table(1, number), "too few rows: 1, want at least 10"},
		{"few rows", table(9, number), "too few rows: 9"},
		{"ten rows", table(10, number), ""},
		{"three rows of 40 columns", wide(3), "too few rows: 3"},
		{"twelve rows of 40 columns", wide(12), ""},
		{"a column without a cell", table(40, func(int) string { return "" }), "all cells are missing"},
		{"a column with one cell", with(table(40, func(int) string { return "" }), 5, 1, "3"), ""},
		{"a constant column", table(40, func(int) string { return "7" }), ""},
		{"constant columns only", constant, ""},
		{"a name in one row", with(table(40, func(int) string { return "usual" }), 7, 1, "rare"), ""},
		{"many names", table(300, func(i int) string { return fmt.Sprintf("name %d", i%120) }), ""},
		{"names in one row each", table(40, func(i int) string { return fmt.Sprintf("name %d", i) }), "look like identifiers"},
		{"few names in one row each", table(15, func(i int) string { return fmt.Sprintf("name %d", i) }), ""},
		{"wild numbers", table(40, func(i int) string { return fmt.Sprintf("%de%d", i-20, (i*37)%300) }), ""},
		{"numbers that overflow", with(with(table(40, number), 3, 1, "1e308"), 4, 1, "-1e308"), ""},
		{"tiny numbers", table(40, func(i int) string { return fmt.Sprintf("%de-320", i) }), ""},
		{"a class of one row", with(table(40, number), 9, 2, "c"), ""},
		{"no target in a row", with(table(40, number), 9, 2, ""), "the cell is empty"},
		{"a mistyped number", with(table(40, number), 9, 1, "1.2.3"), "is not a number"},
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
		for _, method := range everyMethod {
			t.Run(c.name+" "+method.String(), func(t *testing.T) {
				table := newTable(t, header, c.rows)
				m, err := tabular.Fit(context.Background(), table, dataset.Classes("y"), tabular.Options{Method: method, Epochs: 5})
				switch {
				case c.want != "":
					wantError(t, err, c.want)
				case err != nil:
					t.Error(err)
				default:
					wantAnswers(t, m, table)
				}
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
		{"one other number", func(i int) string { return []string{"3", "4"}[min(1, i/39)] }, dataset.Numbers("y"), "the rows to train with: "},
		{"large numbers", func(i int) string { return fmt.Sprintf("%de150", i) }, dataset.Numbers("y"), ""},
		{"small numbers", func(i int) string { return fmt.Sprintf("%de-150", i) }, dataset.Numbers("y"), ""},
		{"a class a row", func(i int) string { return fmt.Sprintf("class %d", i) }, dataset.Classes("y"), ""},
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
				m, err := tabular.Fit(context.Background(), table, c.target, tabular.Options{Method: method, Epochs: 5})
				switch {
				case c.want != "":
					wantError(t, err, c.want)
				case err != nil:
					t.Error(err)
				default:
					wantAnswers(t, m, table)
				}
			})
		}
	}
	_, err := tabular.Fit(context.Background(), nil, dataset.Numbers("y"), tabular.Options{})
	wantError(t, err, "table")
}
