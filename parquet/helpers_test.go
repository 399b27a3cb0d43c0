package parquet_test

import (
	"bytes"
	"slices"
	"testing"

	pq "github.com/parquet-go/parquet-go"

	"example.com/mlp/dataset"
	"example.com/mlp/parquet"
)

// write returns a file of these rows, in row groups of so many.
func write[T any](t testing.TB, rows []T, group int, options ...pq.WriterOption) []byte {
	t.Helper()
	var b bytes.Buffer
	w := pq.NewGenericWriter[T](&b, options...)
	for part := range slices.Chunk(rows, group) {
		if _, err := w.Write(part); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func source(file []byte, columns ...string) dataset.Source {
	return parquet.ReaderAt(bytes.NewReader(file), int64(len(file)), columns...)
}

// read returns the table in a file.
func read(t testing.TB, file []byte, columns ...string) *dataset.Table {
	t.Helper()
	table, err := dataset.ReadAll(source(file, columns...))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// column returns the cells of a column of a table.
func column(t testing.TB, table *dataset.Table, name string) []string {
	t.Helper()
	cells, err := table.Column(name)
	if err != nil {
		t.Fatal(err)
	}
	return cells
}

// rows returns the cells of all rows of a source, in tables of at most so many.
func rows(t testing.TB, s dataset.Source, most int) (all [][]string) {
	t.Helper()
	for table, err := range s.Tables(most) {
		if err != nil {
			t.Fatal(err)
		}
		if n := table.Rows(); n < 1 || n > most {
			t.Fatalf("a table of %d rows, want 1 to %d", n, most)
		}
		for i := range table.Rows() {
			row := make([]string, len(table.Header()))
			for j := range row {
				row[j] = table.Cell(i, j)
			}
			all = append(all, row)
		}
	}
	return all
}
