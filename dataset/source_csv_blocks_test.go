package dataset

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// rowsOfSource returns what readInBlocks does, of the rows of a source.
func rowsOfSource(s Source, rows int) (all []string, err error) {
	for t, err := range s.Tables(rows) {
		if err != nil {
			return all, err
		}
		if all == nil {
			all = append(all, fmt.Sprintf("%q", t.header))
		}
		for i := range t.Rows() {
			var cells []string
			for j := range t.header {
				cells = append(cells, t.cell(i, j))
			}
			all = append(all, fmt.Sprintf("%s %q", t.rowPlace(i), cells))
		}
	}
	return all, nil
}

// sameInDivision checks that the blocks of a file, in their order, have its rows, or
// its error.
func sameInDivision(t *testing.T, text string, comma rune, o ReadOptions) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	want, wantErr := rowsOfSource(CSVFile(name, comma, o), math.MaxInt)
	for _, size := range []int{1, 7, 40, 0} {
		blocks, err := csvBlocks(name, comma, []ReadOptions{o}, size)
		if err != nil && strings.Contains(err.Error(), "the file has one column alone") && (wantErr != nil || !strings.Contains(want[0], `" "`)) {
			return
		}
		if err != nil {
			if wantErr == nil || wantErr.Error() != "dataset: CSVFile: "+err.Error() {
				t.Errorf("%q: blocks of %d bytes: %v, want %v", text, size, err, wantErr)
			}
			continue
		}
		got, err := rowsOfSource(blocks, 3)
		switch {
		case wantErr != nil && (err == nil || strings.Replace(err.Error(), "CSVBlocks", "CSVFile", 1) != wantErr.Error()):
			t.Errorf("%q: blocks of %d bytes: %v, want %v", text, size, err, wantErr)
		case wantErr == nil && (err != nil || !slices.Equal(got, want)):
			t.Errorf("%q: blocks of %d bytes: %v\n%q\nwant\n%q", text, size, err, got, want)
		}
		if wantErr == nil && size == 1 && text == divided[0] && len(blocks) != len(want)-1 {
			t.Errorf("%d blocks of %d rows", len(blocks), len(want)-1)
		}
	}
}

var divided = []string{
	"a,b\n1,2\n3,4\n5,6\n", "a,b\n1,2\n3,4", "a,b\r\n1,2\r\n\r\n3,4\r\n", "a,b\r1,2\r3,4\r", "\ufeffa,b\n1,2\n\n\n3,\"4\n\n5\"\n\n", "a,b\n",
	"\n\na,b\n\n1,\"2\"\"\n\"\n3,4\n", "a,b\n1,2\n3\n4,5\n", "a,b\n1,2\n3,\"4\n5,6\n", "a,b\n1,2\n3,x\"4\"\n", "a\n1\n\n2\n", "", ",b,c\n0,1,2\n1,3,4\n",
	"1,2\n3,4\n", "a,b\n1,\xff\n",
}

func TestCSVBlocks(t *testing.T) {
	for _, text := range divided {
		for n := range uint8(4) {
			sameInDivision(t, text, ',', ReadOptions{NoHeader: n&1 > 0, DropUnnamed: n&2 > 0})
		}
	}
	sameInDivision(t, "a;b\n1,5;2\n3;4\n", 0, ReadOptions{})
	sameInDivision(t, "a,b\n"+strings.Repeat("1,\"2\n"+strings.Repeat("3", 150)+"\"\n", 1000), ',', ReadOptions{})
}

func FuzzCSVBlocks(f *testing.F) {
	for _, text := range divided {
		f.Add(text, uint8(0))
	}
	f.Fuzz(func(t *testing.T, text string, n uint8) {
		comma, o := optionsOf(n)
		if strings.HasPrefix(text, gzipStart) {
			return
		}
		sameInDivision(t, text, comma, o)
	})
}

func TestCSVBlocksErrors(t *testing.T) {
	folder := t.TempDir()
	file := func(name, text string) string {
		name = filepath.Join(folder, name)
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return name
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte("a,b\n1,2\n"))
	z.Close()
	missing := filepath.Join(folder, "missing")
	for name, want := range map[string]string{
		missing:                          "open " + missing + ": ",
		folder:                           "",
		os.DevNull:                       os.DevNull + ": this is no file that can be read in any order: CSVFile reads it from its beginning",
		file("packed", packed.String()):  filepath.Join(folder, "packed") + ": the file is compressed, which is read from its beginning alone: CSVFile does that",
		file("column", "a\n1\n"):         filepath.Join(folder, "column") + ": the file has one column alone, in which empty lines may be rows: CSVFile reads it",
		file("other", "PK\x03\x04aaaaa"): filepath.Join(folder, "other") + ": the file is ",
	} {
		if _, err := CSVBlocks(name, ','); err == nil || !strings.HasPrefix(err.Error(), "dataset: CSVBlocks: "+want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	name := file("table", "a,b\n1,2\n3,4\n")
	if _, err := CSVBlocks(name, ',', ReadOptions{}, ReadOptions{}); err == nil || err.Error() != "dataset: CSVBlocks: 2 ReadOptions, at most one is possible" {
		t.Error(err)
	}
	blocks, err := CSVBlocks(name, ',')
	if err != nil {
		t.Fatal(err)
	}
	file("table", "a,b\n1,2\n3,4\n5,6\n")
	want := "dataset: CSVBlocks: " + name + ": the file has 16 bytes, it had 12 when it was divided"
	if _, err := rowsOfSource(blocks, 5); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	file("table", "a,b\n1,3\n2,4\n")
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(name, later, later); err != nil {
		t.Fatal(err)
	}
	if _, err := rowsOfSource(blocks, 5); err == nil || !strings.HasPrefix(err.Error(), "dataset: CSVBlocks: "+name+": the file was changed at ") {
		t.Errorf("rows of a file that was changed (%v)", err)
	}
	os.Remove(name)
	if _, err := rowsOfSource(blocks, 5); err == nil || !strings.HasPrefix(err.Error(), "dataset: CSVBlocks: open "+name) {
		t.Error(err)
	}
}

// A file that is cut off while a block is read loses no row without an error.
func TestCSVBlocksOfFileThatIsCutOff(t *testing.T) {
	name := filepath.Join(t.TempDir(), "long.csv")
	text := "a,b\n" + strings.Repeat("1,"+strings.Repeat("2", 1000)+"\n", 4000)
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	blocks, err := csvBlocks(name, ',', nil, len(text))
	if err != nil || len(blocks) != 1 {
		t.Fatal(len(blocks), err)
	}
	var last error
	for _, err := range blocks[0].Tables(1) {
		if last = err; err == nil {
			if err := os.Truncate(name, int64(len("a,b\n"))); err != nil {
				t.Fatal(err)
			}
		}
	}
	want := "dataset: CSVBlocks: " + name + ": the file was cut off while it was read: unexpected EOF"
	if last == nil || last.Error() != want {
		t.Errorf("got  %v\nwant %s", last, want)
	}
}
