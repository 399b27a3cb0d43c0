package parquet_test

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	pq "github.com/parquet-go/parquet-go"

	"example.com/mlp/dataset"
	"example.com/mlp/parquet"
)

// The files that parquet-go is tested with were written by Impala, Spark, Arrow and
// others, in all encodings. Values are compared with those that parquet-go reads.
func TestFilesOfOthers(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/parquet-go/parquet-go").Output()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "testdata", "*.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, name := range files {
		if filepath.Base(name) == "lz4_raw_compressed_larger.parquet" { // of which parquet-go has empty texts
			continue
		}
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		file, err := pq.OpenFile(f, info.Size())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range file.Root().Columns() {
			table, err := dataset.ReadAll(parquet.File(name, c.Name()))
			if err != nil {
				for _, expected := range []string{": name the other columns in the call", "is not UTF-8", "no rows"} {
					if strings.Contains(err.Error(), expected) {
						err = nil
						break
					}
				}
				if err != nil {
					t.Error(err)
				}
				continue
			}
			want := values(t, file, c)
			if table.Rows() != len(want) {
				t.Errorf("%s: %s: %d rows, want %d", name, c.Name(), table.Rows(), len(want))
				continue
			}
			for i, v := range want {
				if text, ok := textOf(v, c.Type()); ok && table.Cell(i, 0) != strings.TrimSpace(text) {
					t.Errorf("%s: %s: row %d is %q, want %q", name, c.Name(), i, table.Cell(i, 0), text)
					break
				} else if ok {
					compared++
				}
			}
		}
	}
	if compared < 100_000 {
		t.Errorf("only %d values were compared", compared)
	}
}

// values returns the values of a column as parquet-go reads them.
func values(t *testing.T, f *pq.File, c *pq.Column) (all []pq.Value) {
	for _, g := range f.RowGroups() {
		pages := g.ColumnChunks()[c.Index()].Pages()
		defer pages.Close()
		for {
			page, err := pages.ReadPage()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			part := make([]pq.Value, page.NumValues())
			if n, err := page.Values().ReadValues(part); n != len(part) {
				t.Fatal(n, err)
			}
			for i := range part {
				part[i] = part[i].Clone()
			}
			all = append(all, part...)
		}
	}
	return all
}

// textOf returns the text of a cell with this value of a type, unless that is one
// of times or decimals.
func textOf(v pq.Value, typ pq.Type) (string, bool) {
	logical := ""
	if l := typ.LogicalType(); l != nil {
		logical, _, _ = strings.Cut(l.String(), "(")
	}
	switch {
	case v.IsNull():
		return "", true
	case logical == "INT":
		cell, err := dataset.CellOf(v.Int64())
		return cell.String(), err == nil
	case logical != "" && logical != "STRING":
		return "", false
	case v.Kind() == pq.Boolean:
		return fmt.Sprint(v.Boolean()), true
	case v.Kind() == pq.Double:
		return dataset.Number(v.Double()).String(), true
	case v.Kind() == pq.Float && math.Abs(float64(v.Float())) < 1e6:
		return fmt.Sprint(v.Float()), true
	case v.Kind() == pq.ByteArray:
		return string(v.ByteArray()), true
	}
	return "", false
}
