package dataset_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/trust"
)

// A column of names is worth what shuffling its cells costs, not each of its
// names alone.
func TestPipelineImportance(t *testing.T) {
	var text strings.Builder
	text.WriteString("noise,colour,y,size\n")
	for i := range 90 {
		size := fmt.Sprint(i % 2)
		if i%9 == 0 {
			size = "NA"
		}
		fmt.Fprintf(&text, "%d,%s,%s,%s\n", i*i%7, []string{"red", "green", "blue"}[i%3], []string{"u", "v", "w"}[i%3], size)
	}
	table := readTable(t, text.String())
	recipe := dataset.Recipe{Target: dataset.Classes("y"), Columns: []dataset.Column{dataset.Numeric{Column: "size", Impute: dataset.Median, Indicator: true}}}
	build := func(train *dataset.Data) (mlp.Network, error) {
		return mlp.Model([]mlp.Layer{mlp.Dense(len(train.Features), 3, mlp.Softmax)}, mlp.CategoricalCrossEntropy, mlp.WithSeed(1))
	}
	p, _, err := recipe.FitPipeline(t.Context(), table, build, mlp.FitOptions{Epochs: 60, Optimizer: mlp.Adam{LearningRate: 0.1}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.Importance(t.Context(), table, trust.PermutationOptions{Repeats: 20})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, v := range got {
		names = append(names, v.Group)
	}
	if want := "noise colour size"; strings.Join(names, " ") != want {
		t.Fatalf("columns %q, want %q", names, want)
	}
	if v := got[1].Mean; !(math.Abs(v-2.0/3) < 0.05) {
		t.Errorf("colour has %.3f, want 0.667", v)
	}
	if got[0].Mean > 0.01 || got[2].Mean > 0.01 {
		t.Errorf("noise has %.3f and size %.3f", got[0].Mean, got[2].Mean)
	}

	_, err = p.Importance(t.Context(), table, trust.PermutationOptions{Groups: []string{"a"}})
	wantError(t, err, "dataset: Pipeline.Importance: options with Groups, which the columns of the table are")
	_, err = p.Importance(t.Context(), table, trust.PermutationOptions{Repeats: -1})
	wantError(t, err, "dataset: Pipeline.Importance: trust: PermutationImportance: Repeats is -1 and Workers 0, want neither below 0")
	_, err = p.Importance(t.Context(), readTable(t, "noise,colour,size\n1,red,2\n"), trust.PermutationOptions{})
	if err == nil {
		t.Error("a table without the target is taken")
	}
	_, err = (&dataset.Pipeline{}).Importance(t.Context(), table, trust.PermutationOptions{})
	wantError(t, err, "dataset: Pipeline.Importance: the pipeline is nil or zero, NewPipeline makes one")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Importance(ctx, table, trust.PermutationOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
