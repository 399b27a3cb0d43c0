package tabular

import (
	"context"
	"slices"
	"strings"
	"testing"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

func TestNewTrainerErrors(t *testing.T) {
	table := groupedTable(t)
	ctx, y := t.Context(), dataset.Classes("y")
	column := func(c dataset.Column) Options {
		return Options{Recipe: dataset.Recipe{Columns: []dataset.Column{c}}}
	}
	for _, c := range []struct {
		ctx    context.Context
		table  *dataset.Table
		target dataset.Target
		opts   Options
		want   string
	}{
		{nil, table, y, Options{}, "nil context"},
		{ctx, nil, y, Options{}, "the table is nil"},
		{ctx, &dataset.Table{}, y, Options{}, "too few rows: 0"},
		{ctx, table, dataset.Target{}, Options{}, "the target is the zero Target"},
		{ctx, table, dataset.Classes("z"), Options{}, `no column "z"`},
		{ctx, table, y, column(dataset.Drop{Column: "z"}), `no column "z"`},
		{ctx, table, y, column(dataset.Drop{Column: "y"}), `"y" is the target`},
		{ctx, table, y, column((*dataset.Numeric)(nil)), "Recipe.Columns[0] is nil"},
		{ctx, table, y, Options{Validation: dataset.HoldOutGroups("y", 0.5)}, `"y" is the target`},
		{ctx, table, y, Options{Validation: dataset.HoldOutGroups("group", 0.99)}, "of 6 groups"},
		{ctx, table, y, Options{Metric: mlp.MetricROCAUC, Validation: dataset.HoldOutLast(0.03)}, "the roc_auc of the rows held out: "},
		{ctx, table, dataset.LabelSets("y", "|"), Options{Balanced: true}, "Options.Balanced"},
	} {
		if _, err := newTrainer(c.ctx, c.table, c.target, quantiles, c.opts); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}

// The recipe of the caller stays as it is.
func TestNewTrainerRecipe(t *testing.T) {
	table := groupedTable(t)
	given := dataset.Numeric{Column: "x"}
	columns := append(make([]dataset.Column, 0, 4), &given)
	opts := Options{Validation: dataset.HoldOutGroups("group", 0.5), Recipe: dataset.Recipe{Columns: columns}}
	if _, err := newTrainer(t.Context(), table, dataset.Classes("y"), quantiles, opts); err != nil {
		t.Fatal(err)
	}
	if all := columns[:4]; given.Scaling != dataset.Standard || given.Impute != dataset.NoImputation || !slices.Equal(all, []dataset.Column{&given, nil, nil, nil}) {
		t.Errorf("column %+v of %v", given, all)
	}
}
