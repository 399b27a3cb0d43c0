package mlpbeam

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// Each kind of answer has its columns, and their cells are those of the Prediction.
func TestAnswerCells(t *testing.T) {
	lines := []string{"a,b,x,y,sets"}
	for i := range 24 {
		lines = append(lines, fmt.Sprintf("%d,%d,%d,%d,%s", i%5, i%7, i%2, i%3/2, []string{"p q", "q", "p"}[i%3]))
	}
	table, err := dataset.ReadTable(strings.NewReader(strings.Join(lines, "\n")), ',')
	check(t, err)
	number := func(v float64) string { return fmt.Sprint(v) }
	numbers := func(vs []float64) []string {
		var cells []string
		for _, v := range vs {
			cells = append(cells, number(v))
		}
		return cells
	}
	class := func(a dataset.Prediction) []string { return append([]string{a.Class}, numbers(a.Probabilities)...) }
	labels := func(names ...string) func(a dataset.Prediction) []string {
		return func(a dataset.Prediction) []string {
			var cells []string
			for _, name := range names {
				cells = append(cells, map[bool]string{true: "1", false: "0"}[slices.Contains(a.Labels, name)])
			}
			return append(cells, numbers(a.Probabilities)...)
		}
	}
	for _, c := range []struct {
		name    string
		target  dataset.Target
		outputs int
		loss    mlp.Loss
		last    mlp.Activation
		columns string
		want    func(a dataset.Prediction) []string
	}{
		{"number", dataset.Numbers("x"), 1, mlp.MeanSquaredError, mlp.Identity, "predicted_x", func(a dataset.Prediction) []string { return []string{number(a.Value)} }},
		{"numbers", dataset.Numbers("x", "y"), 2, mlp.MeanSquaredError, mlp.Identity, "predicted_x,predicted_y", func(a dataset.Prediction) []string { return numbers(a.Values) }},
		{"classes", dataset.Classes("y"), 2, mlp.CategoricalCrossEntropy, mlp.Softmax, "predicted_y,probability_0,probability_1", class},
		{"binary", dataset.Binary("x", "1"), 1, mlp.BinaryCrossEntropy, mlp.Sigmoid, "predicted_x,probability_0,probability_1", class},
		{"margin", dataset.Binary("x", "1"), 1, mlp.Hinge, mlp.Identity, "predicted_x", class},
		{"labels", dataset.Labels("x", "y"), 2, mlp.BinaryCrossEntropy, mlp.Sigmoid, "predicted_x,predicted_y,probability_x,probability_y", labels("x", "y")},
		{"margins", dataset.Labels("x", "y"), 2, mlp.Hinge, mlp.Identity, "predicted_x,predicted_y", labels("x", "y")},
		{"label sets", dataset.LabelSets("sets", " "), 2, mlp.BinaryCrossEntropy, mlp.Sigmoid, "predicted_p,predicted_q,probability_p,probability_q", labels("p", "q")},
	} {
		recipe := dataset.Recipe{Target: c.target}
		for _, column := range []string{"x", "y", "sets"} {
			if !strings.Contains(c.columns, "_"+column) && !(c.name == "label sets" && column == "sets") {
				recipe.Columns = append(recipe.Columns, dataset.Drop{Column: column})
			}
		}
		p, _, err := recipe.FitPipeline(t.Context(), table, func(d *dataset.Data) (mlp.Network, error) {
			return mlp.Model([]mlp.Layer{mlp.Dense(len(d.Features), c.outputs, c.last)}, c.loss)
		}, mlp.FitOptions{Epochs: 2})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		s, err := newScorer(&model{Pipeline: p}, []string{"b"})
		check(t, err)
		if got := strings.Join(s.columns(), ","); got != "b,"+c.columns {
			t.Errorf("%s: the columns are %s, want b,%s", c.name, got, c.columns)
		}
		answers, err := p.Predict(table)
		check(t, err)
		row := 0
		check(t, s.score(table, func(cells []string) error {
			if want := append([]string{table.Cell(row, 1)}, c.want(answers[row])...); !slices.Equal(cells, want) || len(cells) != len(s.columns()) {
				t.Errorf("%s: row %d is %q, want %q", c.name, row, cells, want)
			}
			row++
			return nil
		}, func(row int, err error) error { return err }))
		if row != table.Rows() {
			t.Errorf("%s: %d rows", c.name, row)
		}
	}
}
