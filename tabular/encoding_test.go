package tabular

import (
	"fmt"
	"strings"
	"testing"

	"example.com/mlp/dataset"
)

// Recipe.Impute comes before what is usual for missing cells.
func TestRecipeImpute(t *testing.T) {
	rows := make([][]string, 30)
	for i := range rows {
		rows[i] = []string{fmt.Sprint(i * i), []string{"yes", "no", "no"}[i%3], []string{"b", "a", "b"}[i%3], fmt.Sprint(i % 5)}
	}
	rows[4] = []string{"", "", "", "1"}
	table, err := dataset.NewTable([]string{"number", "truth", "name", "y"}, rows)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		impute  dataset.Imputation
		unknown int // columns whose missing cells are unknown names
		want    string
	}{
		{dataset.NoImputation, 2, ""},
		{dataset.AsUnknown, 2, ""},
		{dataset.Median, 0, `a missing cell is "false"`},
		{dataset.MostFrequent, 0, `a missing cell is "0"`},
	} {
		opts := Options{Recipe: dataset.Recipe{Impute: c.impute}, Validation: dataset.HoldOutLast(0.2)}
		tr, err := newTrainer(t.Context(), table, dataset.Numbers("y"), quantiles, opts)
		if err != nil {
			t.Fatal(err)
		}
		text := tr.preparation.String()
		if strings.Count(text, "a missing cell is an unknown one") != c.unknown || !strings.Contains(text, c.want) {
			t.Errorf("%v:\n%s", c.impute, text)
		}
	}
	_, err = newTrainer(t.Context(), table, dataset.Numbers("y"), quantiles, Options{Recipe: dataset.Recipe{Impute: dataset.Constant}})
	if err == nil || !strings.Contains(err.Error(), "Recipe.Impute is constant") {
		t.Error(err)
	}
}
