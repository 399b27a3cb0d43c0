package parquet_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	pq "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"

	"example.com/mlp/dataset"
	"example.com/mlp/parquet"
)

type mixed struct {
	Truth  bool     `parquet:"truth"`
	Number float64  `parquet:"number"`
	Gap    *float64 `parquet:"gap"`
	Name   string   `parquet:"name,dict"`
	Text   string   `parquet:"text"`
	NoName *string  `parquet:"no name,dict"`
	Empty  *float64 `parquet:"empty"`
	Whole  int64    `parquet:"whole,delta"`
	Few    int32    `parquet:"few,dict"`
	Single float32  `parquet:"single,split"`
	Delta  string   `parquet:"delta,delta"`
}

// mixedRows returns rows, and the cells that they are.
func mixedRows(n int) (rows []mixed, cells [][]string) {
	for i := range n {
		name := []string{"Genoa", "Kiel", "Tromsø"}[i*i%3]
		r := mixed{
			Truth: i%3 == 0, Number: float64(i) / 8, Name: name, Text: fmt.Sprint("text ", i),
			Whole: int64(i) * 1e12, Few: int32(i % 300), Single: float32(i) / 10, Delta: fmt.Sprintf("prefix %d", i/2),
		}
		gap, noName := "", ""
		if i%7 > 1 {
			v := float64(i)
			r.Gap, gap = &v, fmt.Sprint(i)
		}
		if i%100 > 40 {
			r.NoName, noName = &name, name
		}
		rows = append(rows, r)
		cells = append(cells, []string{
			fmt.Sprint(r.Truth), fmt.Sprint(r.Number), gap, name, r.Text, noName, "",
			fmt.Sprint(r.Whole), fmt.Sprint(r.Few), fmt.Sprint(r.Single), r.Delta,
		})
	}
	return rows, cells
}

// What a table has does not depend on how the file is laid out, nor on the number
// of rows that are asked for.
func TestLayouts(t *testing.T) {
	in, want := mixedRows(1000)
	for _, codec := range []compress.Codec{&pq.Uncompressed, &pq.Snappy, &pq.Gzip, &pq.Zstd, &pq.Brotli, &pq.Lz4Raw} {
		for _, version := range []int{1, 2} {
			t.Run(fmt.Sprintf("%v %d", codec, version), func(t *testing.T) {
				file := write(t, in, 300, pq.Compression(codec), pq.DataPageVersion(version), pq.PageBufferSize(700))
				for _, most := range []int{1, 7, 300, 999, math.MaxInt} {
					if got := rows(t, source(file), most); !reflect.DeepEqual(got, want) {
						t.Errorf("tables of %d rows: %d rows differ from the %d written", most, len(got), len(want))
					}
				}
			})
		}
	}
}

// A recipe learns the same from a Parquet file and from a CSV file.
func TestSameAsCSV(t *testing.T) {
	in, cells := mixedRows(300)
	var csv strings.Builder
	csv.WriteString("truth,number,gap,name,text,no name,empty,whole,few,single,delta\n")
	for _, row := range cells {
		csv.WriteString(strings.Join(row, ",") + "\n")
	}
	fromCSV, err := dataset.ReadTable(strings.NewReader(csv.String()), ',')
	if err != nil {
		t.Fatal(err)
	}
	recipe := dataset.Recipe{Target: dataset.Numbers("number"), Columns: []dataset.Column{
		dataset.Boolean{Column: "truth"},
		dataset.Numeric{Column: "gap", Impute: dataset.Mean, Indicator: true},
		dataset.Categorical{Column: "name"},
		dataset.Categorical{Column: "no name", Impute: dataset.MostFrequent},
		dataset.Numeric{Column: "whole"}, dataset.Numeric{Column: "few"}, dataset.Numeric{Column: "single"},
		dataset.Drop{Column: "text"}, dataset.Drop{Column: "empty"}, dataset.Drop{Column: "delta"},
	}}
	learn := func(table *dataset.Table) *dataset.Data {
		prep, err := recipe.Fit(table)
		if err != nil {
			t.Fatal(err)
		}
		data, err := prep.Data(table)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	want, got := learn(fromCSV), learn(read(t, write(t, in, 50)))
	if !reflect.DeepEqual(got.X, want.X) || !reflect.DeepEqual(got.Y, want.Y) {
		t.Error("the matrices differ")
	}
}

func TestChoice(t *testing.T) {
	in, cells := mixedRows(5)
	file := write(t, in, 5)
	got := read(t, file, "name", "truth")
	if want := []string{"name", "truth"}; !slices.Equal(got.Header(), want) {
		t.Errorf("columns %q, want %q", got.Header(), want)
	}
	for i := range cells {
		if got.Cell(i, 0) != cells[i][3] || got.Cell(i, 1) != cells[i][0] {
			t.Errorf("row %d is %q, %q", i, got.Cell(i, 0), got.Cell(i, 1))
		}
	}
}

// A table has no more cells than its most, however large the file.
func TestFlatMemory(t *testing.T) {
	type wide struct{ A, B, C, D, E, F, G, H float64 }
	const n = 1 << 18
	file := write(t, make([]wide, n), n, pq.Compression(&pq.Zstd))
	first, sizes := 0, []int(nil)
	for table, err := range source(file).Tables(math.MaxInt) {
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, table.Rows())
		first += table.Rows()
	}
	if want := []int{1 << 17, 1 << 17}; !slices.Equal(sizes, want) {
		t.Errorf("tables of %d rows, want %d", sizes, want)
	}
}

func TestNoRows(t *testing.T) {
	file := write(t, []mixed{}, 1)
	for range source(file).Tables(10) {
		t.Error("a table without rows")
	}
	if _, err := dataset.ReadAll(source(file)); err == nil || !strings.Contains(err.Error(), "no rows") {
		t.Errorf("ReadAll: %v", err)
	}
}

// The tables know the file and the row that they begin with.
func TestPlaces(t *testing.T) {
	in, _ := mixedRows(20)
	file := filepath.Join(t.TempDir(), "mixed.parquet")
	if err := os.WriteFile(file, write(t, in, 20), 0o666); err != nil {
		t.Fatal(err)
	}
	recipe := dataset.Recipe{Columns: []dataset.Column{dataset.Numeric{Column: "text"}}}
	k := 0
	for table, err := range parquet.File(file, "text").Tables(7) {
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf(`dataset: Recipe.Fit: %s: row %d, column 1 "text": "text %d" is not a number`, file, 7*k, 7*k)
		if _, err := recipe.Fit(table); err == nil || err.Error() != want {
			t.Errorf("%v\nwant %s", err, want)
		}
		k++
	}
	if k != 3 {
		t.Errorf("%d tables, want 3", k)
	}
}

func TestErrors(t *testing.T) {
	type nested struct {
		ID   int64     `parquet:"id"`
		List []float64 `parquet:"list"`
		Pair struct{ A, B int64 }
		At   int32 `parquet:"at,time(millisecond)"`
	}
	type bytes struct {
		B []byte `parquet:"b"`
	}
	ids := write(t, []nested{{ID: 1}}, 1)
	for _, c := range []struct {
		file    []byte
		columns []string
		want    string
	}{
		{ids, nil, `column 2 "list": it is repeated: name the other columns in the call to leave it out`},
		{ids, []string{"Pair"}, `column 3 "Pair": it is nested: name the other columns in the call to leave it out`},
		{ids, []string{"at"}, `column 4 "at": it is of type TIME(isAdjustedToUTC=true,unit=MILLIS), which is no truth value, number, text or date: name the other columns in the call to leave it out`},
		{ids, []string{"id", "none"}, `no column "none", the columns are ["id" "list" "Pair" "at"]`},
		{ids, []string{"id", "id"}, `the column "id" is named twice`},
		{write(t, []bytes{{[]byte("a")}, {[]byte("b")}, {[]byte("\xff")}}, 2), nil, `row 2, column 1 "b": "\xff" is not UTF-8`},
		{nil, nil, `the file is not Parquet: it has 0 bytes`},
		{[]byte("a,b,c\n1,2,3\n4,5,6\n"), nil, `the file is not Parquet: it ends with "5,6\n", not "PAR1"`},
		{ids[:len(ids)-1], nil, `the file is not Parquet: it ends with`},
		{[]byte("PAR1\x29\xfc\xff\xff\xff\xff\x07\x07\x00\x00\x00PAR1"), nil, `the file is broken: it ends too early`}, // 2³¹ columns
		{[]byte("PAR1\xff\xff\xff\x7fPAR1"), nil, `the file is broken: a footer of 2147483647 bytes in a file that has room for 0`},
	} {
		_, err := dataset.ReadAll(source(c.file, c.columns...))
		if err == nil || !strings.HasPrefix(err.Error(), "parquet: ReaderAt: "+c.want) {
			t.Errorf("%v\nwant %s", err, c.want)
		}
	}
	for _, err := range source(ids, "id").Tables(0) {
		if want := "parquet: ReaderAt: tables of 0 rows, want at least 1"; err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	for _, err := range parquet.File("none.parquet").Tables(1) {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v, want that there is no file", err)
		}
	}
	for _, err := range parquet.ReaderAt(nil, 0).Tables(1) {
		if err == nil || !strings.Contains(err.Error(), "the reader is nil") {
			t.Errorf("nil reader: %v", err)
		}
	}
}

// A source may be read several times at once, and left at any table.
func TestConcurrent(t *testing.T) {
	in, want := mixedRows(500)
	s := source(write(t, in, 100))
	var working sync.WaitGroup
	for range 4 {
		working.Go(func() {
			if got := rows(t, s, 30); !reflect.DeepEqual(got, want) {
				t.Error("the rows differ")
			}
		})
	}
	working.Wait()
	for range s.Tables(10) {
		break
	}
}
