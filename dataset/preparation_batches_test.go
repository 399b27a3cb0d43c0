package dataset_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// counted is a CSV file of so many rows, each with its number twice.
func counted(rows int) string {
	var b strings.Builder
	b.WriteString("x,y\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d,%d\n", i, i)
	}
	return b.String()
}

func countedSource(rows int) dataset.Source {
	return dataset.CSVFS(fstest.MapFS{"c.csv": {Data: []byte(counted(rows))}}, "c.csv", ',')
}

func unscaledNumbers(t *testing.T) *dataset.Preparation {
	t.Helper()
	return fitRecipe(t, dataset.Recipe{Numeric: dataset.Numeric{Scaling: dataset.Unscaled}, Target: dataset.Numbers("y")}, counted(10))
}

// rowsOfEpoch returns the rows of an epoch, in their order, and the sizes of its
// batches.
func rowsOfEpoch(t *testing.T, batches mlp.Batches, epoch int) (rows, sizes []int) {
	t.Helper()
	for d, err := range batches(epoch) {
		if err != nil {
			t.Fatal(err)
		}
		x, y := column(mat.DenseCopyOf(d.X), 0), column(mat.DenseCopyOf(d.Y), 0)
		if !slices.Equal(x, y) {
			t.Fatalf("features of the rows %v and targets of %v", x, y)
		}
		rows, sizes = append(rows, x...), append(sizes, len(x))
	}
	return rows, sizes
}

// An epoch has each row once, in an order of its own that the seed tells.
func TestBatches(t *testing.T) {
	p := unscaledNumbers(t)
	for _, test := range []struct {
		rows  int
		opts  dataset.BatchOptions
		sizes []int
	}{
		{70, dataset.BatchOptions{}, []int{32, 32, 6}},
		{64, dataset.BatchOptions{Seed: 1}, []int{32, 32}},
		{1, dataset.BatchOptions{BatchSize: math.MaxInt}, []int{1}},
		{2500, dataset.BatchOptions{BatchSize: 1000, Buffer: 40}, []int{1000, 1000, 500}},
		{20, dataset.BatchOptions{BatchSize: 7, Buffer: 1}, []int{7, 7, 6}},
		{20, dataset.BatchOptions{BatchSize: 1, Buffer: 20}, slices.Repeat([]int{1}, 20)},
		{20, dataset.BatchOptions{BatchSize: 30, Buffer: 21}, []int{20}},
		{2500, dataset.BatchOptions{BatchSize: 2499, Buffer: 30, KeepOrder: true}, []int{2499, 1}},
	} {
		batches := p.Batches(countedSource(test.rows), test.opts)
		first, sizes := rowsOfEpoch(t, batches, 1)
		if !slices.Equal(sizes, test.sizes) {
			t.Errorf("%+v: batches of %v rows, want %v", test.opts, sizes, test.sizes)
		}
		sorted := slices.Sorted(slices.Values(first))
		for i, row := range sorted {
			if row != i || len(sorted) != test.rows {
				t.Fatalf("%+v: an epoch has the rows %v", test.opts, sorted)
			}
		}
		second, _ := rowsOfEpoch(t, batches, 2)
		again, _ := rowsOfEpoch(t, p.Batches(countedSource(test.rows), test.opts), 1)
		ordered := test.opts.KeepOrder || test.opts.Buffer == 1 || test.rows == 1
		if !slices.Equal(first, again) || slices.Equal(first, second) != ordered || slices.IsSorted(first) != ordered {
			t.Errorf("%+v: the orders are\n%v\n%v, and again\n%v", test.opts, first, second, again)
		}
		test.opts.Seed += 7
		if other, _ := rowsOfEpoch(t, p.Batches(countedSource(test.rows), test.opts), 1); slices.Equal(first, other) != ordered {
			t.Errorf("%+v: another seed gives the order %v", test.opts, other)
		}
		buffer := test.opts.Buffer
		for place, row := range first {
			if buffer > 0 && place < row-buffer {
				t.Errorf("%+v: row %d comes as number %d", test.opts, row, place)
			}
		}
	}
}

// With a buffer for all rows, each row is equally likely in each place.
func TestBatchesAreUniform(t *testing.T) {
	const rows, epochs = 6, 3000
	p := unscaledNumbers(t)
	batches := p.Batches(readTable(t, counted(rows)), dataset.BatchOptions{Buffer: rows})
	var seen [rows][rows]int
	for epoch := range epochs {
		order, _ := rowsOfEpoch(t, batches, epoch)
		for place, row := range order {
			seen[row][place]++
		}
	}
	const mean = epochs / rows
	bound := 5 * math.Sqrt(mean*(1-1./rows))
	for row, places := range seen {
		for place, n := range places {
			if math.Abs(float64(n-mean)) > bound {
				t.Errorf("row %d is %d times in place %d, want about %d", row, n, place, mean)
			}
		}
	}
}

// A network learns from the batches of a source what it learns from the rows in
// memory, to the bit.
func TestFitBatchesOfSource(t *testing.T) {
	for name, target := range everyTarget {
		text := peopleFor(name)
		p := fitRecipe(t, everything(target), text)
		if p.Target() == "" {
			continue
		}
		d, err := p.Data(readTable(t, text))
		if err != nil {
			t.Fatal(err)
		}
		var outputs [2][]float64
		for i := range outputs {
			net, err := smallNetwork(d)
			if err != nil {
				t.Fatal(err)
			}
			opts := mlp.FitOptions{Epochs: 3}
			if i == 0 {
				opts.KeepOrder, opts.BatchSize = true, 3
				_, err = net.Fit(context.Background(), d.X, d.Y, opts)
			} else {
				_, err = net.FitBatches(context.Background(), p.Batches(dataset.CSVFS(fstest.MapFS{"p": {Data: []byte(text)}}, "p", ','), dataset.BatchOptions{BatchSize: 3, KeepOrder: true}), opts)
			}
			if err != nil {
				t.Fatal(err)
			}
			y, err := net.Forward(d.X)
			if err != nil {
				t.Fatal(err)
			}
			outputs[i] = y.RawMatrix().Data
		}
		if !slices.Equal(outputs[0], outputs[1]) {
			t.Errorf("%s: %v, want %v", name, outputs[1], outputs[0])
		}
	}
}

func TestBatchesErrors(t *testing.T) {
	p := unscaledNumbers(t)
	var none *dataset.Preparation
	table := readTable(t, counted(5))
	first := func(b mlp.Batches) (err error) {
		n := 0
		for _, err = range b(1) {
			n++
		}
		if n != 1 {
			t.Errorf("%d batches before %v", n-1, err)
		}
		return err
	}
	for _, test := range []struct {
		batches mlp.Batches
		message string
	}{
		{none.Batches(table, dataset.BatchOptions{}), "dataset: Preparation.Batches: the recipe had no target"},
		{fitRecipe(t, dataset.Recipe{}, counted(5)).Batches(table, dataset.BatchOptions{}), "dataset: Preparation.Batches: the recipe had no target"},
		{p.Batches(nil, dataset.BatchOptions{}), "dataset: Preparation.Batches: the source is nil"},
		{p.Batches(table, dataset.BatchOptions{BatchSize: -1}), "dataset: Preparation.Batches: BatchSize is -1, want at least 0"},
		{p.Batches(table, dataset.BatchOptions{Buffer: -2}), "dataset: Preparation.Batches: Buffer is -2, want at least 0"},
		{p.Batches(dataset.CSV(strings.NewReader("x,y\n1,2\nz,3\n"), ','), dataset.BatchOptions{}), `dataset: Preparation.Batches: line 3, column 1 "x": "z" is not a number`},
		{p.Batches(dataset.CSV(strings.NewReader("x,y\n1\n"), ','), dataset.BatchOptions{}), "dataset: CSV: line 2 has 1 columns, the header has 2"},
	} {
		wantError(t, first(test.batches), test.message)
	}
	net, err := mlp.Model([]mlp.Layer{mlp.Dense(1, 1, mlp.Identity)}, mlp.MeanSquaredError)
	if err != nil {
		t.Fatal(err)
	}
	_, err = net.FitBatches(context.Background(), p.Batches(dataset.CSV(strings.NewReader(counted(3)), ','), dataset.BatchOptions{}), mlp.FitOptions{Epochs: 2, Optimizer: mlp.SGD{LearningRate: 1e-3}})
	wantError(t, err, "mlp: FitBatches: epoch 2, batch 1: dataset: CSV: a reader cannot begin again: CSVFile can")
	_, err = net.FitBatches(context.Background(), p.Batches(dataset.Maps([]map[string]int{}), dataset.BatchOptions{}), mlp.FitOptions{Epochs: 1})
	wantError(t, err, "mlp: FitBatches: epoch 1 has no batches")
}

// A loop that ends early closes the source.
func TestBatchesClose(t *testing.T) {
	open := 0
	files := countingFS{fstest.MapFS{"c.csv": {Data: []byte(counted(5000))}}, &open}
	for d, err := range unscaledNumbers(t).Batches(dataset.CSVFS(files, "c.csv", ','), dataset.BatchOptions{Buffer: 100})(1) {
		if err != nil || open != 1 {
			t.Errorf("%v, %v, %d files are open", d, err, open)
		}
		break
	}
	if open != 0 {
		t.Errorf("%d files are open", open)
	}
}

func ExamplePreparation_Batches() {
	source := dataset.CSVFS(fstest.MapFS{"houses.csv": {Data: []byte("size,price\n50,100\n60,120\n70,140\n80,160\n90,180\n")}}, "houses.csv", ',')
	var preparation *dataset.Preparation
	for sample, err := range source.Tables(100_000) { // the first rows of a large file
		if err == nil {
			preparation, err = dataset.Recipe{Target: dataset.Numbers("price")}.Fit(sample)
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		break
	}
	for batch, err := range preparation.Batches(source, dataset.BatchOptions{BatchSize: 2})(1) {
		if err != nil {
			fmt.Println(err)
			return
		}
		rows, _ := batch.X.Dims()
		fmt.Println(rows, "rows")
	}
	// Output:
	// 2 rows
	// 2 rows
	// 1 rows
}
