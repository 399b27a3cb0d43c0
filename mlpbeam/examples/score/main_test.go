package main

import (
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

func TestMain(m *testing.M) {
	if runtime.GOMAXPROCS(0) < 2 {
		runtime.GOMAXPROCS(2)
	}
	flag.Parse()
	beam.Init()
	os.Exit(m.Run())
}

func TestScore(t *testing.T) {
	dir := t.TempDir()
	text := "id,x,y\na,1,2\nb,2,4\nc,3,6\n"
	if err := os.WriteFile(filepath.Join(dir, "in.csv"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	table, err := dataset.ReadTable(strings.NewReader(text), ',')
	if err != nil {
		t.Fatal(err)
	}
	recipe := dataset.Recipe{Target: dataset.Numbers("y"), Columns: []dataset.Column{dataset.Drop{Column: "id"}}}
	p, _, err := recipe.FitPipeline(t.Context(), table, func(d *dataset.Data) (mlp.Network, error) {
		return mlp.Model([]mlp.Layer{mlp.Dense(1, 1, mlp.Identity)}, mlp.MeanSquaredError)
	}, mlp.FitOptions{Epochs: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.SaveFile(filepath.Join(dir, "model.mlp")); err != nil {
		t.Fatal(err)
	}

	*model, *input, *output, *keep = dir+"/model.mlp", dir+"/*.csv", dir+"/out", "id,x"
	if err := score(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "out", "in.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(b), "\n")
	if len(lines) != 5 || lines[0] != "id,x,predicted_y" || !strings.HasPrefix(lines[3], "c,3,") {
		t.Errorf("%q", lines)
	}

	err = score(t.Context(), []string{"in/2.csv"})
	if err == nil || !strings.Contains(err.Error(), `"in/2.csv"`) {
		t.Errorf("%v, where the shell has made names of the pattern", err)
	}

	*model = ""
	if err := score(t.Context(), nil); err == nil {
		t.Error("no error without a model")
	}
}
