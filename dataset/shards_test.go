package dataset_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// countedShards are files of so many rows, each with its number twice, which
// counts on from file to file.
func countedShards(rows ...int) (shards dataset.Shards) {
	files, next := fstest.MapFS{}, 0
	for i, n := range rows {
		var b strings.Builder
		b.WriteString("x,y\n")
		for range n {
			fmt.Fprintf(&b, "%d,%d\n", next, next)
			next++
		}
		name := fmt.Sprint(i, ".csv")
		files[name] = &fstest.MapFile{Data: []byte(b.String())}
		shards = append(shards, dataset.CSVFS(files, name, ','))
	}
	return shards
}

// As a source, shards are one table.
func TestShards(t *testing.T) {
	shards := countedShards(3, 0, 4, 1)
	table, err := dataset.ReadAll(shards)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := texts(t, table, "x"), strings.Fields("0 1 2 3 4 5 6 7"); !slices.Equal(got, want) {
		t.Errorf("rows %v, want %v", got, want)
	}
	p := unscaledNumbers(t)
	for _, c := range []struct {
		shards dataset.Shards
		rows   int
		want   string
	}{
		{shards, 0, "dataset: Shards.Tables: tables of 0 rows, want at least 1"},
		{dataset.Shards{shards[0], nil}, 2, "dataset: Shards.Tables: part 1 is nil"},
		{dataset.Shards{shards[0], dataset.CSVFS(fstest.MapFS{"b.csv": {Data: []byte("y,x\n1,2\n")}}, "b.csv", ',')}, 2,
			`dataset: Shards.Tables: part 1: b.csv: the columns are "y", "x", those of the parts before "x", "y"`},
		{dataset.Shards{shards[0], dataset.CSVFS(fstest.MapFS{}, "c.csv", ',')}, 2, "dataset: CSVFS: open c.csv: file does not exist"},
		{dataset.Shards{emptyTables{}}, 2, "dataset: Shards.Tables: part 0: the table is nil or empty"},
	} {
		var last error
		for _, err := range c.shards.Tables(c.rows) {
			last = err
		}
		wantError(t, last, c.want)
	}
	for _, source := range []dataset.Source{dataset.Shards{}, dataset.Shards(nil), dataset.Shards{shards[1]}} {
		for range p.Batches(source, dataset.BatchOptions{})(1) {
			t.Error("batches of no rows")
		}
	}
}

// emptyTables is a source with a table that is nil.
type emptyTables struct{}

func (emptyTables) Tables(int) iter.Seq2[*dataset.Table, error] {
	return func(yield func(*dataset.Table, error) bool) { yield(nil, nil) }
}

func texts(t *testing.T, table *dataset.Table, column string) []string {
	t.Helper()
	texts, err := table.Column(column)
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// An epoch of shards has each row once, in an order of its own that depends on the
// seed alone.
func TestBatchesOfShards(t *testing.T) {
	p := unscaledNumbers(t)
	sizes := []int{1500, 3, 0, 1, 2001, 40, 700, 12}
	for _, opts := range []dataset.BatchOptions{
		{}, {Interleave: 1, Buffer: 1}, {Interleave: 3, Buffer: 50, BatchSize: 100}, {Interleave: 100, Buffer: 1, Rows: 4257}, {KeepOrder: true, Interleave: 3},
	} {
		batches := p.Batches(countedShards(sizes...), opts)
		first, _ := rowsOfEpoch(t, batches, 1)
		sorted := slices.Sorted(slices.Values(first))
		for i, row := range sorted {
			if row != i || len(sorted) != 4257 {
				t.Fatalf("%+v: %d rows, row %d is in the place of %d", opts, len(sorted), row, i)
			}
		}
		second, _ := rowsOfEpoch(t, batches, 2)
		cores := runtime.GOMAXPROCS(1)
		again, _ := rowsOfEpoch(t, p.Batches(countedShards(sizes...), opts), 1)
		runtime.GOMAXPROCS(cores)
		if !slices.Equal(first, again) || slices.Equal(first, second) != opts.KeepOrder || slices.IsSorted(first) != opts.KeepOrder {
			t.Errorf("%+v: sorted %t, again the same %t, next the same %t", opts, slices.IsSorted(first), slices.Equal(first, again), slices.Equal(first, second))
		}
		opts.Seed++
		if other, _ := rowsOfEpoch(t, p.Batches(countedShards(sizes...), opts), 1); slices.Equal(first, other) != opts.KeepOrder {
			t.Errorf("%+v: the order of another seed", opts)
		}
	}
}

// Without a buffer, the rows are those of the parts in turn, and the next part takes
// the place of one that has ended.
func TestInterleave(t *testing.T) {
	p := unscaledNumbers(t)
	shards := countedShards(2, 2, 2, 2)
	for epoch := range 20 {
		order, _ := rowsOfEpoch(t, p.Batches(shards, dataset.BatchOptions{Interleave: 2, Buffer: 1}), epoch)
		for i, row := range order {
			// 0 and 1 are rows of the first pair of parts, and so on.
			if first := order[i-i%4]; row%2 != i%4/2 || i%4 == 2 && row != first+1 {
				t.Fatalf("the order is %v", order)
			}
		}
	}
}

// The parts of Shards in Shards are parts like the others.
func TestShardsInShards(t *testing.T) {
	p, opts := unscaledNumbers(t), dataset.BatchOptions{Interleave: 3, Buffer: 1}
	parts := countedShards(5, 6, 7, 8, 9)
	flat, _ := rowsOfEpoch(t, p.Batches(parts, opts), 1)
	nested, _ := rowsOfEpoch(t, p.Batches(dataset.Shards{parts[:2], dataset.Shards{}, dataset.Shards{parts[2], parts[3:]}}, opts), 1)
	if !slices.Equal(flat, nested) {
		t.Errorf("the order is %v, want %v", nested, flat)
	}
	for _, err := range p.Batches(dataset.Shards{parts[0], dataset.Shards{parts[1], nil}}, opts)(1) {
		wantError(t, err, "dataset: Preparation.Batches: part 1: part 1 is nil")
	}
}

// All orders of the parts are equally likely.
func TestShardsAreUniform(t *testing.T) {
	const parts, epochs = 4, 2400
	p := unscaledNumbers(t)
	var shards dataset.Shards
	for i := range parts {
		shards = append(shards, readTable(t, fmt.Sprintf("x,y\n%d,%d\n", i, i)))
	}
	batches := p.Batches(shards, dataset.BatchOptions{Interleave: 1, Buffer: 1})
	seen := make(map[string]int)
	for epoch := range epochs {
		order, _ := rowsOfEpoch(t, batches, epoch)
		seen[fmt.Sprint(order)]++
	}
	const mean = epochs / 24.
	for order, n := range seen {
		if len(seen) != 24 || math.Abs(float64(n)-mean) > 5*math.Sqrt(mean) {
			t.Errorf("%d orders, %s is there %d times, want about %g", len(seen), order, n, mean)
		}
	}
}

// The place of a row differs from the one in which it is read by Buffer, as a
// standard deviation, and it comes at most so many places earlier.
func TestDistanceInBuffer(t *testing.T) {
	const rows, buffer = 20_000, 100
	order, _ := rowsOfEpoch(t, unscaledNumbers(t).Batches(countedSource(rows), dataset.BatchOptions{Buffer: buffer}), 1)
	sum, squares := 0., 0.
	for place, row := range order {
		d := float64(place - row)
		if d < -buffer {
			t.Errorf("row %d comes as number %d", row, place)
		}
		sum += d
		squares += d * d
	}
	// An exponential distribution of the places has a mean within σ/√n, and a
	// deviation within σ·√(8/4n).
	if mean, sd := sum/rows, math.Sqrt(squares/rows); math.Abs(mean) > 5*buffer/math.Sqrt(rows) || math.Abs(sd/buffer-1) > 5*math.Sqrt(2./rows) {
		t.Errorf("mean %g, standard deviation %g, want 0 and %d", mean, sd, buffer)
	}
}

// blobs writes rows of classes around points that are far from each other, all
// rows of a class in a row, to files of so many rows.
func blobs(t *testing.T, classes, rows, files int) (names []string) {
	t.Helper()
	folder := t.TempDir()
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range files {
		var b strings.Builder
		b.WriteString("u,v,class\n")
		for j := range rows / files {
			class := (i*(rows/files) + j) * classes / rows
			angle := 2 * math.Pi * float64(class) / float64(classes)
			fmt.Fprintf(&b, "%.3f,%.3f,c%d\n", 3*math.Cos(angle)+rng.NormFloat64(), 3*math.Sin(angle)+rng.NormFloat64(), class)
		}
		name := filepath.Join(folder, fmt.Sprintf("%03d.csv", i))
		if err := os.WriteFile(name, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	return names
}

func csvFiles(names []string) (shards dataset.Shards) {
	for _, name := range names {
		shards = append(shards, dataset.CSVFile(name, ','))
	}
	return shards
}

func blobNetwork(t *testing.T, p *dataset.Preparation) mlp.Network {
	t.Helper()
	net, err := mlp.Model([]mlp.Layer{mlp.Dense(2, 8, mlp.Tanh), mlp.Dense(8, len(p.Classes()), mlp.Softmax)}, mlp.CategoricalCrossEntropy, mlp.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// On files that are sorted by class, shuffling them leads to at most 1.05 times the
// loss of a random order of all rows. A buffer alone does not, and no shuffling even
// less.
func TestQualityOfShuffling(t *testing.T) {
	ctx := context.Background()
	shards := csvFiles(blobs(t, 5, 5000, 100))
	p, err := dataset.Recipe{Target: dataset.Classes("class")}.FitSource(ctx, shards)
	if err != nil {
		t.Fatal(err)
	}
	table, err := dataset.ReadAll(shards)
	if err != nil {
		t.Fatal(err)
	}
	d, err := p.Data(table)
	if err != nil {
		t.Fatal(err)
	}
	loss := func(train func(net mlp.Network, opts mlp.FitOptions) error) float64 {
		net := blobNetwork(t, p)
		if err := train(net, mlp.FitOptions{Epochs: 4, Optimizer: mlp.Adam{LearningRate: 0.01}, Schedule: mlp.CosineDecay{}}); err != nil {
			t.Fatal(err)
		}
		s, err := net.Evaluate(d.X, d.Y)
		if err != nil {
			t.Fatal(err)
		}
		return s.Loss
	}
	batches := func(source dataset.Source, opts dataset.BatchOptions) float64 {
		return loss(func(net mlp.Network, fit mlp.FitOptions) error {
			_, err := net.FitBatches(ctx, p.Batches(source, opts), fit)
			return err
		})
	}
	full := loss(func(net mlp.Network, opts mlp.FitOptions) error {
		_, err := net.Fit(ctx, d.X, d.Y, opts)
		return err
	})
	parts := batches(shards, dataset.BatchOptions{Buffer: 500})
	buffer := batches(table, dataset.BatchOptions{Buffer: 500})
	none := batches(table, dataset.BatchOptions{KeepOrder: true})
	if !(parts < 1.05*full && buffer > 1.1*full && none > 1.3*full) {
		t.Errorf("loss %.3f of all orders, %.3f by parts and a buffer, %.3f by a buffer alone, %.3f in order", full, parts, buffer, none)
	}
}

// stepStates are the states of a run after each step.
type stepStates []*mlp.TrainingState

func (s *stepStates) EpochEnd(*mlp.Epoch) error { return nil }

func (s *stepStates) Checkpoint(int, func() (*mlp.TrainingState, error)) error { return nil }

func (s *stepStates) CheckpointStep(_ *mlp.Batch, take func() (*mlp.TrainingState, error)) error {
	state, err := take()
	*s = append(*s, state)
	return err
}

// A run on files that is resumed after any step, in another process, goes on to the
// same bits; files that have changed where they were read are an error.
func TestResumeOnShards(t *testing.T) {
	ctx := context.Background()
	names := blobs(t, 3, 60, 6)
	p, err := dataset.Recipe{Target: dataset.Classes("class")}.FitSource(ctx, csvFiles(names))
	if err != nil {
		t.Fatal(err)
	}
	train := func(names []string, opts mlp.FitOptions) ([]float64, error) {
		net := blobNetwork(t, p)
		opts.Epochs = 2
		_, err := net.FitBatches(ctx, p.Batches(csvFiles(names), dataset.BatchOptions{BatchSize: 7, Buffer: 10, Interleave: 2}), opts)
		var weights []float64
		for _, l := range net.Layers() {
			for _, p := range l.Params() {
				weights = append(weights, p.Value.RawMatrix().Data...)
			}
		}
		return weights, err
	}
	var states stepStates
	want, err := train(names, mlp.FitOptions{Callbacks: []mlp.Callback{&states}})
	if err != nil || len(states) != 2*9 {
		t.Fatal(len(states), err)
	}
	for _, state := range states {
		got, err := train(names, mlp.FitOptions{Resume: state})
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("other weights when resumed after %d epochs and %d steps (%v)", len(state.Epochs), state.Steps, err)
		}
	}
	late := states[len(states)-1]
	lines := func(file int, change func(lines []string) []string) func() []string {
		return func() []string {
			text, err := os.ReadFile(names[file])
			if err != nil {
				t.Fatal(err)
			}
			changed := append(slices.Clone(names[:file]), filepath.Join(t.TempDir(), "changed.csv"))
			text = []byte(strings.Join(change(strings.SplitAfter(string(text), "\n")), ""))
			if err := os.WriteFile(changed[file], text, 0o666); err != nil {
				t.Fatal(err)
			}
			return append(changed, names[file+1:]...)
		}
	}
	const other = "mlp: FitBatches: Resume is of other data: "
	for name, c := range map[string]struct {
		names func() []string
		want  string
	}{
		"a file less":      {func() []string { return names[1:] }, other},
		"a file again":     {func() []string { return append(slices.Clone(names), names[0]) }, other},
		"another order":    {func() []string { return append(slices.Clone(names[1:]), names[0]) }, other},
		"a row less":       {lines(2, func(l []string) []string { return slices.Delete(l, 3, 4) }), other},
		"rows in the back": {lines(2, func(l []string) []string { l[3], l[4] = l[4], l[3]; return l }), other},
		"a file is gone": {func() []string { return append(slices.Clone(names[:5]), filepath.Join("no", "file")) },
			"mlp: FitBatches: epoch 2, batch "},
		"a mistake": {lines(3, func(l []string) []string { l[6] = "1,x,c0\n"; return l }), "mlp: FitBatches: epoch 2, batch "},
	} {
		_, err := train(c.names(), mlp.FitOptions{Resume: late})
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v\nwant %s", name, err, c.want)
		}
		if name == "a file is gone" && !errors.Is(err, os.ErrNotExist) || name == "a mistake" && !strings.HasSuffix(err.Error(), `changed.csv: line 7, column 2 "v": "x" is not a number`) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An epoch with other rows than Rows says so.
func TestRowsOfAnEpoch(t *testing.T) {
	p := unscaledNumbers(t)
	for _, rows := range []int{29, 31} {
		var last error
		for _, err := range p.Batches(countedShards(10, 20), dataset.BatchOptions{BatchSize: 4, Buffer: 5, Rows: rows})(3) {
			last = err
		}
		wantError(t, last, fmt.Sprintf("dataset: Preparation.Batches: epoch 3 has 30 rows, Rows is %d", rows))
	}
	for _, c := range []struct {
		opts dataset.BatchOptions
		want string
	}{
		{dataset.BatchOptions{Rows: -1}, "dataset: Preparation.Batches: Rows is -1, want at least 0"},
		{dataset.BatchOptions{Interleave: -1}, "dataset: Preparation.Batches: Interleave is -1, want at least 0"},
	} {
		for _, err := range p.Batches(countedShards(1), c.opts)(1) {
			wantError(t, err, c.want)
		}
	}
	for _, err := range p.Batches(dataset.Shards{countedSource(1), nil}, dataset.BatchOptions{})(1) {
		wantError(t, err, "dataset: Preparation.Batches: part 1 is nil")
	}
}

// A loop that ends early closes all files, and so does an error.
func TestBatchesOfShardsClose(t *testing.T) {
	open := 0
	good, bad := &fstest.MapFile{Data: []byte(counted(5000))}, &fstest.MapFile{Data: []byte("x,y\n" + strings.Repeat("1,1\n", 2000) + "z,1\n")}
	files := countingFS{fstest.MapFS{"0": good, "1": good, "2": good, "3": bad}, &open}
	var shards dataset.Shards
	for _, name := range []string{"0", "1", "2", "3"} {
		shards = append(shards, dataset.CSVFS(files, name, ','))
	}
	for d, err := range unscaledNumbers(t).Batches(shards[:3], dataset.BatchOptions{Buffer: 100})(1) {
		if d.X == nil || err != nil || open != 3 {
			t.Errorf("%v, %d files are open", err, open)
		}
		break
	}
	if open != 0 {
		t.Errorf("%d files are open", open)
	}
	var last error
	for _, last = range unscaledNumbers(t).Batches(shards, dataset.BatchOptions{Buffer: 100})(1) {
	}
	wantError(t, last, `dataset: Preparation.Batches: 3: line 2002, column 1 "x": "z" is not a number`)
	if open != 0 {
		t.Errorf("%d files are open", open)
	}
}
