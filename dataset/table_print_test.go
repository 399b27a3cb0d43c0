package dataset_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/mlp/dataset"
)

func ExampleTable_String() {
	table, err := dataset.ReadTable(strings.NewReader(`age,port,crew,since,code,note
31,Genoa,yes,2024-01-01,007,
NA,Kiel,no,2024-02-01,012,
58,"Genoa, Italy",,,100,
4,Genoa,no,2024-03-01 12:30,200,
`), ',')
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(table)
	// Output:
	// 4 rows, 6 columns
	// column  holds         missing  first cells
	// age     numbers       1        31, NA, 58, 4
	// port    3 names       0        Genoa, Kiel, "Genoa, Italy", Genoa
	// crew    truth values  1        yes, no, "", no
	// since   dates         1        2024-01-01, 2024-02-01, "", 2024-03-01 12:30
	// code    codes         0        007, 012, 100, 200
	// note    nothing       4        "", "", "", ""
}

func TestPrintTable(t *testing.T) {
	var none *dataset.Table
	for _, table := range []*dataset.Table{none, new(dataset.Table)} {
		if got := table.String(); got != "a table without rows" {
			t.Errorf("%q", got)
		}
	}
	name := filepath.Join(t.TempDir(), "p.csv")
	if err := os.WriteFile(name, []byte("a\n1\nx\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	table, err := dataset.ReadTableFile(name, ',')
	if err != nil {
		t.Fatal(err)
	}
	first, rest, _ := strings.Cut(table.String(), "\n")
	if !strings.HasSuffix(first, ": 2 rows, 1 column") || rest != "column  holds              missing  first cells\na       numbers and texts  0        1, x" {
		t.Errorf("%s\n%s", first, rest)
	}
}

// However large a table is, what is printed has an end.
func TestPrintedTableIsBounded(t *testing.T) {
	header := make([]string, 60)
	row := make([]string, len(header))
	for j := range header {
		header[j] = fmt.Sprint(strings.Repeat("größer\n", 50), j)
		row[j] = strings.Repeat("世\x00", 50)
	}
	rows := slices.Repeat([][]string{row}, 20)
	table, err := dataset.NewTable(header, rows)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(table.String(), "\n")
	if len(lines) != 53 || lines[52] != "and 10 columns more" {
		t.Errorf("%d lines, the last is %q", len(lines), lines[len(lines)-1])
	}
	for _, line := range lines {
		if n := utf8.RuneCountInString(line); n > 150 || !utf8.ValidString(line) {
			t.Errorf("%d characters: %q", n, line)
		}
	}
	long, err := dataset.NewTable([]string{"a"}, append(slices.Repeat([][]string{{"1"}}, 10_000), []string{"x"}))
	if err != nil {
		t.Fatal(err)
	}
	want := "10001 rows, 1 column; what they hold is that of the first 10000 rows\ncolumn  holds    missing  first cells\na       numbers  0        1, 1, "
	if got := long.String(); !strings.HasPrefix(got, want) || !strings.HasSuffix(got, ", 1, …") {
		t.Errorf("%s", got)
	}
}
