package tabular_test

import (
	"bytes"
	"strings"
	"testing"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/tabular"
)

// What was trained can be trained again, without this package, to the same bits.
func TestSetupRunsAgain(t *testing.T) {
	judges := flatsTable(t, 40, "rent", "kind", "near")
	table := flatsTable(t, 90, "rent", "kind", "near")
	weights := make([]float64, 90)
	for i := range weights {
		weights[i] = float64(1 + i%3)
	}
	for _, c := range []struct {
		target dataset.Target
		opts   tabular.Options
	}{
		{dataset.Numbers("rent"), tabular.Options{Validation: dataset.HoldOutLast(0.3), Weights: weights}},
		{dataset.Numbers("rent"), tabular.Options{Method: tabular.RealMLP, Validation: dataset.HoldOutTable(judges), Metric: mlp.MetricMAE}},
		{dataset.Classes("kind"), tabular.Options{Balanced: true, Weights: weights, Seed: 3}},
		{dataset.Binary("near", "false"), tabular.Options{Seed: 7, Seeds: 2, Float64: true}},
		{dataset.Classes("kind"), tabular.Options{Method: tabular.Plain, Validation: dataset.HoldOutGroups("town", 0.3)}},
	} {
		c.opts.Epochs = 2
		m := fit(t, table, c.target, c.opts)
		for _, trial := range m.Trials() {
			p, err := trial.Setup.Fit(t.Context(), table)
			if err != nil {
				t.Errorf("%s: %v\n%v", trial.Network, err, trial.Setup)
				continue
			}
			if got, want := p.History().Epochs, trial.Histories[0].Epochs; len(got) != len(want) || *got[len(got)-1].Validation != *want[len(want)-1].Validation {
				t.Errorf("%s: validation %v, want %v\n%v", trial.Network, got[len(got)-1].Validation, want[len(want)-1].Validation, trial.Setup)
			}
		}
		if text := m.Trials()[0].Setup.String(); !strings.Contains(text, `"size" is Numeric`) || !strings.Contains(text, "at most 2 epochs") {
			t.Error(text)
		}
	}
	// The pipeline of a single network is that of its Setup.
	m := fit(t, table, dataset.Numbers("rent"), tabular.Options{Method: tabular.Linear, Epochs: 3})
	p, err := m.Trials()[0].Setup.Fit(t.Context(), table)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Network().SetMetadata("tabular", m.Pipeline().Network().Metadata()["tabular"]); err != nil {
		t.Fatal(err)
	}
	var got, want bytes.Buffer
	if err := p.Save(&got); err != nil {
		t.Fatal(err)
	}
	if err := m.Pipeline().Save(&want); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want.Bytes()) {
		t.Error("the files differ")
	}
}
