package dataset

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// builtColumn returns the column of the cells, built in so many parts.
func builtColumn(cells []Cell, parts int) column {
	whole, part := newColumnBuilder(), newColumnBuilder()
	for i := range parts {
		part.reset()
		for _, c := range cells[i*len(cells)/parts : (i+1)*len(cells)/parts] {
			part.add(c)
		}
		whole.join(part, 0, part.rows())
	}
	return whole.column()
}

// wantCells reports an error unless the column gives back the very cells,
// however many parts it is made of.
func wantCells(t *testing.T, name string, cells []Cell) {
	t.Helper()
	for _, parts := range []int{1, 2, 7} {
		c := builtColumn(cells, parts)
		if c.rows() != len(cells) {
			t.Fatalf("%s in %d parts: %d rows, want %d", name, parts, c.rows(), len(cells))
		}
		for i, want := range cells {
			got := c.cell(i)
			if got.kind == numeralCell {
				got = Text(got.String())
			}
			same := got == want && math.Signbit(got.number) == math.Signbit(want.number)
			if isNaN := want.kind == numberCell && math.IsNaN(want.number); isNaN {
				same = got.kind == numberCell && math.IsNaN(got.number)
			}
			if !same {
				t.Fatalf("%s in %d parts: cell %d is %#v, want %#v", name, parts, i, got, want)
			}
		}
	}
}

func texts(texts ...string) []Cell {
	cells := make([]Cell, len(texts))
	for i, text := range texts {
		cells[i] = Text(text)
	}
	return cells
}

// many returns as many texts, row after row.
func many(rows int, text func(i int) string) []Cell {
	cells := make([]Cell, rows)
	for i := range cells {
		cells[i] = Text(text(i))
	}
	return cells
}

func TestColumnsKeepCells(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	formats := []string{"%v", "%.2f", "%.1f", "%.3e", "%.17g", "%g", "%05.0f", "%+v"}
	number := func() string { return fmt.Sprintf(formats[rng.IntN(len(formats))], rng.NormFloat64()) }
	for name, cells := range map[string][]Cell{
		"spellings of one": texts("1", "1.0", "01", "007", "+5", "1e3", "-0", "0", "-0.0", "", "NA", "1.00", "1e+00"),
		"one spelling":     many(1000, func(i int) string { return fmt.Sprintf("%.2f", float64(i)/7) }),
		"with gaps":        many(1000, func(i int) string { return []string{"", "?", "0.5", "0.25", "1.0"}[i%5] }),
		"another spelling at first": many(1000, func(i int) string {
			return []string{fmt.Sprintf("%.2f", float64(i)), "0"}[min(1, i%900/899+(1000-i)/1000)]
		}),
		"no number at first":         many(1000, func(i int) string { return []string{"-", fmt.Sprint(i)}[min(1, i/100)] }),
		"names":                      many(1000, func(i int) string { return fmt.Sprint("city ", i%300) }),
		"a number at last":           many(1000, func(i int) string { return []string{fmt.Sprint("city ", i%300), "7"}[i/999] }),
		"codes":                      many(1000, func(i int) string { return fmt.Sprintf("%05d", i*i) }),
		"any spelling":               many(3000, func(int) string { return number() }),
		"spellings one by one":       many(3000, func(i int) string { return fmt.Sprintf(formats[i/500], rng.NormFloat64()) }),
		"long texts":                 many(100, func(i int) string { return strings.Repeat("long ", i*10) + "." }),
		"many digits":                many(500, func(i int) string { return strings.Repeat("9", i%40+1) + "." + strings.Repeat("1", i%30+1) }),
		"values":                     {Number(1), Number(math.Copysign(0, -1)), Number(0), Number(math.NaN()), Number(math.Inf(1)), {}, Number(1e6)},
		"values and texts":           {Number(1), Text("1"), Text("1.0"), Truth(true), Text("true"), {}, Text(""), Number(2)},
		"texts and values":           {Text("1"), Number(1), Text("2"), Truth(false), Number(0), Text("0")},
		"times":                      {Time(time.Unix(1e9, 0).UTC()), {}, Time(time.Unix(1e9, 0).In(time.FixedZone("", 3600)))},
		"values after many numerals": append(many(100, func(i int) string { return fmt.Sprint(i) }), slices.Repeat([]Cell{Number(0.5), Number(7)}, 200)...),
		"truths":                     slices.Repeat([]Cell{Truth(true), Truth(false), {}}, 100),
	} {
		wantCells(t, name, cells)
	}
}

// A column of numbers stays one, whatever its first cells are.
func TestColumnsOfNumbers(t *testing.T) {
	price := func(i int) string { return fmt.Sprintf("%.2f", float64(i)/3) }
	for name, cells := range map[string][]Cell{
		"whole numbers":             many(1000, func(i int) string { return fmt.Sprint(i) }),
		"zeros in another spelling": append(texts("0", "0", "7"), many(1000, price)...),
		"a word here and there":     many(1000, func(i int) string { return []string{"NA", "?", price(i)}[min(2, i%10)] }),
		"gaps at first":             append(slices.Repeat(texts(""), 5000), many(1000, price)...),
		"all sorts at first":        append(many(60, func(i int) string { return fmt.Sprint("word ", i) }), many(1000, price)...),
		"values":                    slices.Repeat([]Cell{Number(1), {}, Number(0.5)}, 100),
		"values after texts":        append(texts("x", "y"), slices.Repeat([]Cell{Number(1)}, 100)...),
	} {
		for _, parts := range []int{1, 5} {
			if c, ok := builtColumn(cells, parts).(*numberColumn); !ok {
				t.Errorf("%s in %d parts: not kept as numbers", name, parts)
			} else if c.others.len() > len(cells)/10 {
				t.Errorf("%s in %d parts: %d of %d cells are kept apart", name, parts, c.others.len(), len(cells))
			}
		}
	}
	if _, ok := builtColumn(many(1000, func(i int) string { return fmt.Sprintf("%04d", i) }), 1).(*nameColumn); !ok {
		t.Error("codes are not kept as names")
	}
}

// A table of numbers takes the memory of the numbers, and nothing for its lines.
func TestTableTakesTheMemoryOfItsNumbers(t *testing.T) {
	var text strings.Builder
	text.WriteString("a,b,c\n")
	rng := rand.New(rand.NewPCG(1, 2))
	const rows = 50_000
	for i := range rows {
		fmt.Fprintf(&text, "%d,%.4f,%v\n", i, rng.NormFloat64(), rng.NormFloat64())
	}
	table, err := ReadTable(strings.NewReader(text.String()), ',')
	if err != nil {
		t.Fatal(err)
	}
	for j, c := range table.columns {
		if n, ok := c.(*numberColumn); !ok || n.others.len() > 0 || cap(n.values) > rows*33/32 {
			t.Errorf("column %d is a %T", j, c)
		}
	}
	if len(table.lines.rows) != 1 {
		t.Errorf("%d runs of lines", len(table.lines.rows))
	}
}

func TestRowLines(t *testing.T) {
	var l rowLines
	lines := []int{2, 3, 4, 7, 8, 20, 21, 23, 24}
	for row, line := range lines {
		l.add(row, line)
	}
	for row, line := range lines {
		if got := l.of(row); got != line {
			t.Errorf("row %d is in line %d, want %d", row, got, line)
		}
	}
	if len(l.rows) != 4 {
		t.Errorf("%d runs, want 4", len(l.rows))
	}
}

// Any texts come back, in any order and any number of parts.
func FuzzColumn(f *testing.F) {
	f.Add("1|1.0|01|-0|1e-05|1e3||NA|0.10|0.30000000000000004")
	f.Add("12.50|0|3.25|x|y|z|12.500")
	f.Add(strings.Repeat("007|1.5|2.50|a|", 40))
	f.Fuzz(func(t *testing.T, text string) {
		cells := texts(strings.Split(text, "|")...)
		wantCells(t, "texts", cells)
		for i := range 100 {
			cells = append(cells, Text(fmt.Sprint(text, i)), Text(fmt.Sprint(i, ".", i)))
		}
		wantCells(t, "more texts", cells)
	})
}
