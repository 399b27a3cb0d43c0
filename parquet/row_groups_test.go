package parquet_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/parquet"
)

// rowGroupsFile writes a file to a folder of its own.
func rowGroupsFile(t *testing.T, file []byte) (name string) {
	t.Helper()
	name = filepath.Join(t.TempDir(), "rows.parquet")
	if err := os.WriteFile(name, file, 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

// The row groups have the rows of the file, and each can be read by itself, in any
// order.
func TestRowGroups(t *testing.T) {
	in, want := mixedRows(1000)
	name := rowGroupsFile(t, write(t, in, 300))
	groups, err := parquet.RowGroups(name)
	if err != nil || len(groups) != 4 {
		t.Fatal(len(groups), err)
	}
	if got := rows(t, groups, 70); !reflect.DeepEqual(got, want) {
		t.Error("other rows than those of the file")
	}
	for _, i := range []int{3, 1, 0, 2, 1} {
		if got := rows(t, groups[i], 1000); !reflect.DeepEqual(got, want[300*i:min(1000, 300*i+300)]) {
			t.Errorf("other rows than those of row group %d", i)
		}
	}
	chosen, err := parquet.RowGroups(name, "text")
	if err != nil {
		t.Fatal(err)
	}
	recipe := dataset.Recipe{Columns: []dataset.Column{dataset.Numeric{Column: "text"}}}
	for table, err := range chosen[2].Tables(7) {
		if err != nil {
			t.Fatal(err)
		}
		place := fmt.Sprintf(`dataset: Recipe.Fit: %s: row 600, column 1 "text": "text 600" is not a number`, name)
		if _, err := recipe.Fit(table); err == nil || err.Error() != place {
			t.Errorf("got  %v\nwant %s", err, place)
		}
		break
	}
	none, err := parquet.RowGroups(rowGroupsFile(t, write(t, []mixed{}, 1)))
	if err != nil || len(rowsOf(t, none)) != 0 {
		t.Errorf("%d row groups of no rows, %v", len(none), err)
	}
}

func rowsOf(t *testing.T, s dataset.Source) [][]string { return rows(t, s, 10) }

func TestRowGroupsErrors(t *testing.T) {
	in, _ := mixedRows(10)
	name := rowGroupsFile(t, write(t, in, 4))
	if _, err := parquet.RowGroups(name, "nothing"); err == nil || !strings.HasPrefix(err.Error(), `parquet: RowGroups: `+name+`: no column "nothing"`) {
		t.Error(err)
	}
	if _, err := parquet.RowGroups(name + "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	groups, err := parquet.RowGroups(name)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, append([]byte{0}, file...), 0o666); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("parquet: RowGroups: %s: the file has %d bytes, it had %d when its row groups were listed", name, len(file)+1, len(file))
	for _, err := range groups[1].Tables(5) {
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	if err := os.WriteFile(name, file, 0o666); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(name, later, later); err != nil {
		t.Fatal(err)
	}
	for _, err := range groups[1].Tables(5) {
		if err == nil || !strings.HasPrefix(err.Error(), "parquet: RowGroups: "+name+": the file was changed at ") {
			t.Errorf("rows of a file that was changed (%v)", err)
		}
	}
	if err := os.WriteFile(name, file[len(file)/2:], 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := parquet.RowGroups(name); err == nil || !strings.HasPrefix(err.Error(), "parquet: RowGroups: "+name+": ") {
		t.Error(err)
	}
}

// A network learns from the row groups of a file, to the bits that it learns from
// the same rows in CSV files, and a run is resumed within an epoch.
func TestFitBatchesOfRowGroups(t *testing.T) {
	type house struct {
		Size  float64 `parquet:"size"`
		Town  string  `parquet:"town,dict"`
		Price float64 `parquet:"price"`
	}
	ctx := context.Background()
	var houses []house
	var files dataset.Shards
	const groups, size = 5, 40
	folder := t.TempDir()
	for i := range groups {
		var csv strings.Builder
		csv.WriteString("size,town,price\n")
		for j := range size {
			k := i*size + j
			h := house{float64(50 + k*37%100), []string{"Genoa", "Kiel", "Rome"}[k%3], 0}
			h.Price = 1000*h.Size + float64(20_000*(k%3))
			houses = append(houses, h)
			fmt.Fprintf(&csv, "%v,%s,%v\n", h.Size, h.Town, h.Price)
		}
		name := filepath.Join(folder, fmt.Sprint(i, ".csv"))
		if err := os.WriteFile(name, []byte(csv.String()), 0o666); err != nil {
			t.Fatal(err)
		}
		files = append(files, dataset.CSVFile(name, ','))
	}
	parts, err := parquet.RowGroups(rowGroupsFile(t, write(t, houses, size)))
	if err != nil {
		t.Fatal(err)
	}
	train := func(shards dataset.Shards, opts mlp.FitOptions) []float64 {
		t.Helper()
		summary := dataset.Recipe{Target: dataset.Numbers("price")}.NewSummary()
		if err := summary.AddSource(ctx, shards); err != nil {
			t.Fatal(err)
		}
		p, err := summary.Preparation()
		if err != nil {
			t.Fatal(err)
		}
		scale, err := summary.TargetScaling()
		if err != nil {
			t.Fatal(err)
		}
		net, err := mlp.Model([]mlp.Layer{mlp.Dense(len(p.Features()), 4, mlp.Tanh), mlp.Dense(4, 1, mlp.Identity)}, mlp.MeanSquaredError,
			mlp.WithSeed(1), mlp.WithTargetScaling(scale))
		if err != nil {
			t.Fatal(err)
		}
		opts.Epochs, opts.Optimizer = 60, mlp.Adam{LearningRate: 0.01}
		batches := p.Batches(shards, dataset.BatchOptions{BatchSize: 16, Buffer: 60, Interleave: 2, Rows: summary.Rows()})
		history, err := net.FitBatches(ctx, batches, opts)
		if err != nil {
			t.Fatal(err)
		}
		if score := history.Epochs[59].Train.Score; score < 0.99 {
			t.Errorf("R² is %g", score)
		}
		var weights []float64
		for _, l := range net.Layers() {
			for _, p := range l.Params() {
				weights = append(weights, p.Value.RawMatrix().Data...)
			}
		}
		return weights
	}
	state := new(stateWithin)
	want := train(parts, mlp.FitOptions{Callbacks: []mlp.Callback{state}})
	if got := train(files, mlp.FitOptions{}); !slices.Equal(got, want) {
		t.Error("other weights from CSV files")
	}
	if got := train(parts, mlp.FitOptions{Resume: state.state}); !slices.Equal(got, want) {
		t.Error("other weights when resumed")
	}
}

// stateWithin keeps the state within the second epoch.
type stateWithin struct{ state *mlp.TrainingState }

func (s *stateWithin) EpochEnd(*mlp.Epoch) error { return nil }

func (s *stateWithin) Checkpoint(int, func() (*mlp.TrainingState, error)) error { return nil }

func (s *stateWithin) CheckpointStep(b *mlp.Batch, take func() (*mlp.TrainingState, error)) (err error) {
	if b.Epoch == 2 && b.Step == 5 {
		s.state, err = take()
	}
	return err
}
