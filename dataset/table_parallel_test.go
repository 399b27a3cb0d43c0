package dataset

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"example.com/mlp/internal/quote"
)

// readInBlocks returns the rows that are read in blocks of this size by so many
// workers into tables of so many rows, each with its line, and the header in
// front.
func readInBlocks(r io.Reader, comma rune, o ReadOptions, size, workers, rows int) (all []string, err error) {
	text, err := openText(r)
	if err != nil {
		return nil, err
	}
	t := &tableReader{comma: comma, options: o, most: rows, size: size, workers: workers, longest: longestRecord, do: func(t *Table) error {
		if all == nil {
			all = append(all, fmt.Sprintf("%q", t.header))
		}
		if t.Rows() > rows {
			return fmt.Errorf("%d rows, at most %d are possible", t.Rows(), rows)
		}
		for i := range t.Rows() {
			var cells []string
			for j := range t.header {
				cells = append(cells, t.cell(i, j))
			}
			all = append(all, fmt.Sprintf("%s %q", t.rowPlace(i), cells))
		}
		return nil
	}}
	err = t.read(text)
	return all, err
}

// readOneByOne is readInBlocks by encoding/csv, record after record.
func readOneByOne(text string, comma rune, o ReadOptions) (all []string, err error) {
	b, err := openText(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	var lines io.Reader = b
	start, _ := b.Peek(b.Size())
	if before := start[:max(0, len(start)-1)]; !bytes.Contains(start, []byte("\n")) && bytes.Contains(before, []byte("\r")) {
		lines = newlines{b} // the last byte may be the first half of a line's end
	}
	// The header is that of the reader, which is tested elsewhere.
	head := bufio.NewReaderSize(lines, 1<<16)
	whole, _ := head.Peek(1 << 16)
	t := &tableReader{comma: comma, options: o, size: 1, longest: longestRecord}
	if _, err := t.readHeader(strings.NewReader(string(whole))); err != nil {
		return nil, err
	}
	all = []string{fmt.Sprintf("%q", t.header)}
	c := csv.NewReader(head)
	c.Comma, c.FieldsPerRecord, c.TrimLeadingSpace = comma, -1, comma != '\t'
	after := 1
	for record := 0; ; record++ {
		cells, err := c.Read()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return nil, describe(err)
		}
		line, _ := c.FieldPos(0)
		if record > 0 || o.NoHeader {
			for ; t.width == 1 && after < line; after++ {
				all = append(all, fmt.Sprintf("line %d %q", after, []string{""}))
			}
			if len(cells) != t.width {
				return nil, t.widthError(cells, line, false)
			}
			var kept []string
			for j, cell := range cells {
				if at := slices.Index(t.kept, j); t.kept == nil || at >= 0 {
					kept = append(kept, cell)
				}
			}
			for j, cell := range kept {
				if !utf8.ValidString(cell) {
					return nil, fmt.Errorf("line %d, %s: %s is not UTF-8", line, columnPlace(j, t.header[j]), quote.Text(strings.TrimSpace(cell)))
				}
			}
			all = append(all, fmt.Sprintf("line %d %q", line, trimAll(kept)))
		}
		after = line + 1 + strings.Count(strings.Join(cells, ""), "\n")
	}
}

// wantBlocks reports an error unless a file reads the same in blocks of any size.
func wantBlocks(t *testing.T, text string, comma rune, o ReadOptions) {
	t.Helper()
	want, wantErr := readOneByOne(text, comma, o)
	for _, how := range [][3]int{{1, 1, math.MaxInt}, {1, 2, 1}, {3, 7, 2}, {16, 2, 3}, {40, 7, math.MaxInt}, {blockSize, 1, 2}} {
		got, err := readInBlocks(strings.NewReader(text), comma, o, how[0], how[1], how[2])
		if fmt.Sprint(err) != fmt.Sprint(wantErr) {
			t.Fatalf("%q in blocks %v: error %v, want %v", text, how, err, wantErr)
		}
		if err == nil && !slices.Equal(got, want) {
			t.Fatalf("%q in blocks %v:\n%s\nwant\n%s", text, how, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// options are those that a number stands for.
func optionsOf(n uint8) (comma rune, o ReadOptions) {
	return []rune{',', ';', '\t', ' ', 'é'}[n>>2%5], ReadOptions{NoHeader: n&1 > 0, DropUnnamed: n&2 > 0}
}

// The same comes out of blocks of any size and any number of workers as of
// encoding/csv, mistakes included.
func TestReadInBlocks(t *testing.T) {
	pieces := []string{"1", "2.5", "a", "b c", ",", ",", ",", ",", "\n", "\n", "\n", "\n", "\r\n", "\"", "\"x,\ny\"", "\"\"", "\"q\"\"r\"", " ", "\t", ";", "\r", "é", "\xff", "\u00a0", "a,b\n1,2\n"}
	rng := rand.New(rand.NewPCG(1, 2))
	for n := range 600 {
		text := []string{"a,b\n", "x\n", "a,b,c\n1,2,3\n", "", "a;b\n"}[n%5]
		for range rng.IntN(30) {
			text += pieces[rng.IntN(len(pieces))]
		}
		comma, o := optionsOf(uint8(rng.IntN(20)))
		if n%2 == 0 {
			comma = ','
		}
		wantBlocks(t, text, comma, o)
	}
	for _, text := range []string{
		"a,b\n" + strings.Repeat("1,2\n", 200) + "3\n",
		"a,b\n" + strings.Repeat("1,\"x\ny\"\n", 50) + "\"z\"z,1\n",
		"a,b\n" + strings.Repeat("1,2\n", 50) + "5\" pipe,1\n" + strings.Repeat("1,2\n", 50),
		"a\n\n\n1\n" + strings.Repeat("\n", 40) + "2\n\n\n",
		"a\r" + strings.Repeat("1\r\r", 40),
	} {
		wantBlocks(t, text, ',', ReadOptions{})
	}
}

// After a mistake nothing more is read, but for the blocks on their way.
func TestReadingEnds(t *testing.T) {
	for text, want := range map[string]string{
		"a,b\n1,2\n5\" pipe,2\n": `line 3, byte 2: bare " in non-quoted-field`,
		"a,b\n1,2\n3\n":          "line 3 has 1 columns, the header has 2",
	} {
		text += strings.Repeat("1,2\n", 1000)
		endless := io.MultiReader(strings.NewReader(text), new(lines))
		if _, err := readInBlocks(endless, ',', ReadOptions{}, 100, 2, math.MaxInt); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	broken := errors.New("broken")
	for _, text := range []string{"a,b\n1,2\n", "a,b\n1,2\n1,", "a,b\n1,2\n1,\"x\n", "a,b\n"} {
		r := io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken))
		if _, err := readInBlocks(r, ',', ReadOptions{}, 2, 2, math.MaxInt); err != broken {
			t.Errorf("%q: error %v, want %v", text, err, broken)
		}
	}
	stop := errors.New("stop")
	if err := readTables(io.MultiReader(strings.NewReader("a,b\n1,2\n"), new(lines)), ',', nil, 10, func(*Table) error { return stop }); err != stop {
		t.Errorf("error %v, want %v", err, stop)
	}
}

// lines are endless.
type lines struct{}

func (*lines) Read(p []byte) (int, error) { return copy(p, "1,2\n1,2\n"), nil }

func FuzzReadInBlocks(f *testing.F) {
	f.Add("a,b\n1,\"2\n\n3\"\n\"4\"\"\",5\r\n", uint8(0))
	f.Add("a\n\n1\n\n\n2", uint8(1))
	f.Add("a;b;\n1; \"2\";\n", uint8(6))
	f.Add("a b\n1  \"2 3\"\n", uint8(12))
	f.Fuzz(func(t *testing.T, text string, n uint8) {
		comma, o := optionsOf(n)
		wantBlocks(t, text, comma, o)
	})
}

func TestSniff(t *testing.T) {
	for text, want := range map[string]rune{
		"a,b\n1,2\n": ',', "a;b\n1,5;2,5\n": ';', "a\tb\n1\tx, y\n": '\t', "a|b\n1|2": '|', "a\n1\n2\n": ',', "a": ',', "": ',',
		"a;b\r1;2\r": ';', "\"a,b\";c\n\"d\";e\n": ';', "x;y\n1;\"2\n3\"\n": ';', "a;b\n1;2\n5\";1\n": ';',
		"a;b\n0;1;2\n1;2;3\n": ';', // names of rows
	} {
		if comma, err := sniff(bufio.NewReaderSize(strings.NewReader(text), 1<<16), strings.Contains(text, "0;1;2")); err != nil || comma != want {
			t.Errorf("%q: %q, %v, want %q", text, comma, err, want)
		}
	}
	for text, want := range map[string]string{
		"a,b;c\n1,2;3\n":       "the cells may be separated by ',' or ';': give the comma",
		"note\nyes, no\nx;y\n": `none of ',', ';', '\t' and '|' separates the first lines into the same number of cells: give the comma`,
	} {
		_, err := ReadTable(strings.NewReader(text), 0)
		if err == nil || err.Error() != "dataset: ReadTable: "+want {
			t.Errorf("%q: error %v, want %s", text, err, want)
		}
	}
	long := "a;b\n" + strings.Repeat("1;2\n", 1<<15)
	if table, err := ReadTable(strings.NewReader(long), 0); err != nil || table.Rows() != 1<<15 || table.cell(1<<14, 1) != "2" {
		t.Errorf("%v", err)
	}
	_, err := ReadTable(strings.NewReader(long+"1;2;3\n"), 0)
	if want := `dataset: ReadTable: line 32770 has 3 columns, the header has 2, if the cells are separated by ';'`; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// endless is a text that goes on for ever, after its beginning.
type endless struct{ begin string }

func (e *endless) Read(p []byte) (int, error) {
	if n := copy(p, e.begin); n > 0 {
		e.begin = e.begin[n:]
		return n, nil
	}
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// A record without an end is an error before it takes all memory.
func TestRecordWithoutEnd(t *testing.T) {
	for begin, line := range map[string]int{
		"a": 1, "a,\"": 1, "a,b\n": 2, "a,b\n1,\"2\n": 2, "a,b\n1,2\n3,\"4\n": 3, "a,b\n1,2\n\"\n\"\"\n": 3,
	} {
		text, err := openText(&endless{begin})
		if err != nil {
			t.Fatal(err)
		}
		r := &tableReader{comma: ',', most: 10, size: 100, workers: 1, longest: 1 << 16, do: func(*Table) error { return nil }}
		want := fmt.Sprintf("line %d: a record of more than 65536 bytes: is a quote left open?", line)
		if err := r.read(text); err == nil || err.Error() != want {
			t.Errorf("%q: got  %v\nwant %s", begin, err, want)
		}
	}
}
