package dataset_test

import (
	"math"
	"slices"
	"testing"

	"example.com/mlp/dataset"
)

func TestTransformRecords(t *testing.T) {
	p := fitRecipe(t, everything(dataset.Binary("ill", "yes")), people)
	table := readTable(t, people)
	x, err := p.Transform(table)
	if err != nil {
		t.Fatal(err)
	}
	got := make([]float64, len(p.Features()))
	for i := range table.Rows() {
		var cells []string
		record := make(map[string]string)
		for _, name := range p.Columns() {
			column, err := table.Column(name)
			if err != nil {
				t.Fatal(err)
			}
			cells = append(cells, " "+column[i]+" ")
			record[name] = column[i] + " "
		}
		if err := p.TransformRow(got, cells); err != nil || !slices.Equal(got, x.RawRowView(i)) {
			t.Errorf("row %d: %v, %v, want %v", i, got, err, x.RawRowView(i))
		}
		record["another"] = "?"
		if err := p.TransformMap(got, record); err != nil || !slices.Equal(got, x.RawRowView(i)) {
			t.Errorf("row %d: %v, %v, want %v", i, got, err, x.RawRowView(i))
		}
	}
}

type body struct {
	Height float32
	Size   string
}

type person struct {
	body
	*home
	Years   *uint8 `dataset:"age"`
	Age     string // is not the column of the tag
	Income  float64
	Member  bool
	Color   color
	ignored int
}

type home struct{ Port string }
type color string

func TestTransformStruct(t *testing.T) {
	p := fitRecipe(t, everything(dataset.Binary("ill", "yes")), people)
	years, blue := uint8(31), "blue"
	for _, test := range []struct {
		record any
		cells  []string
	}{
		{person{body{0.1, "small"}, &home{"Oslo"}, &years, "x", 0.1, true, "red", 0}, []string{"31", "0.1", "0.1", "small", "Oslo", "true", "red"}},
		{&person{body: body{165.2, "large"}, Income: math.NaN(), Color: "pink"}, []string{"", "NaN", "165.2", "large", "", "no", "pink"}},
		{struct {
			AGE, Income, Height int
			Size, Port          string
			Member              uint16
			Color               *string
		}{-3, 4, 5, "medium", " Kiel ", 1, &blue}, []string{"-3", "4", "5", "medium", "Kiel", "1", "blue"}},
	} {
		want := make([]float64, len(p.Features()))
		if err := p.TransformRow(want, test.cells); err != nil {
			t.Fatal(err)
		}
		got := make([]float64, len(want))
		record := test.record
		if err := p.TransformStruct(got, record); err != nil || !slices.Equal(got, want) {
			t.Errorf("%+v: %v, %v, want %v", record, got, err, want)
		}
	}
}

func TestTransformRecordErrors(t *testing.T) {
	p := fitRecipe(t, dataset.Recipe{}, "age,port\n31,Genoa\n40,Kiel\n")
	dst := make([]float64, 3)
	wantError(t, p.TransformRow(dst[:2], []string{"1", "Kiel"}), "dataset: Preparation.TransformRow: dst has 2 entries, the preparation gives 3")
	wantError(t, p.TransformRow(dst, []string{"1"}), "dataset: Preparation.TransformRow: 1 cells, the preparation takes 2")
	wantError(t, p.TransformRow(dst, []string{"1", "Oslo"}), `dataset: Preparation.TransformRow: column 2 "port": "Oslo" is none of the categories "Genoa", "Kiel"; Categorical.Unknown says what becomes of other names`)
	wantError(t, p.TransformRow(dst, []string{"old", "Kiel"}), `dataset: Preparation.TransformRow: column 1 "age": "old" is not a number`)
	wantError(t, p.TransformMap(dst, map[string]string{"age": "1"}), `dataset: Preparation.TransformMap: the record has no "port"`)
	wantError(t, p.TransformMap(dst, map[string]string{"age": "", "port": "Kiel"}), `dataset: Preparation.TransformMap: column "age": "" is a missing value, and no Impute says what stands in for it`)
	for _, test := range []struct {
		record  any
		message string
	}{
		{nil, "the record is a <nil>, not a struct"},
		{map[string]string{}, "the record is a map[string]string, not a struct"},
		{(*body)(nil), "the record is a nil *dataset_test.body"},
		{struct{ Age int }{3}, `struct { Age int } has no field for column "port": a tag dataset:"port" says which it is`},
		{struct{ age int }{3}, `struct { age int } has no field for column "age": a tag dataset:"age" says which it is`},
		{struct {
			Age  complex128
			Port string
		}{}, `field Age, column "age": type complex128 is not a string, a bool, a number or a time`},
		{struct {
			Age  *int
			Port string
		}{}, `field Age, column "age": "" is a missing value, and no Impute says what stands in for it`},
		{struct {
			Age  float64
			Port string
		}{math.Inf(1), "Kiel"}, `field Age, column "age": +Inf is not a finite number`},
	} {
		wantError(t, p.TransformStruct(dst, test.record), "dataset: Preparation.TransformStruct: "+test.message)
	}
}

func TestTransformRowDoesNotAllocate(t *testing.T) {
	rowDoesNotAllocate(t, fitRecipe(t, everything(dataset.Binary("ill", "yes")), people), []string{"", "1500", "165.2", "large", "Kiel", "no", "blue"})
	rowDoesNotAllocate(t, fitRecipe(t, smooth(doorsRecipe()), doors), []string{"2", "7,5", "1.0", "True", "2", "Rome", "2024-07-01", "no", "", "3011", "yes", "8"})
}

func rowDoesNotAllocate(t *testing.T, p *dataset.Preparation, cells []string) {
	t.Helper()
	record := make(map[string]string)
	for i, name := range p.Columns() {
		record[name] = cells[i]
	}
	dst := make([]float64, len(p.Features()))
	if n := testing.AllocsPerRun(100, func() {
		if p.TransformRow(dst, cells) != nil || p.TransformMap(dst, record) != nil {
			t.Fatal("an error")
		}
	}); n != 0 {
		t.Errorf("%g allocations", n)
	}
}
