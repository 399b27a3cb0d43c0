package dataset_test

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"example.com/mlp/dataset"
)

// One field belongs to one column: by its tag, then by its exact name, then by
// its name in upper or lower case.
func TestFieldsOfColumns(t *testing.T) {
	prepared := func(header string) *dataset.Preparation {
		return fitRecipe(t, unscaled(), header+"\n1,300\n2,310\n")
	}
	for _, test := range []struct {
		header  string
		record  any
		want    []float64
		message string
	}{
		{"Id,ID", struct{ Id, ID float64 }{1, 305}, []float64{1, 305}, ""},
		{"Id,ID", struct{ ID, Id float64 }{305, 1}, []float64{1, 305}, ""},
		{"id,ID", struct{ Id, ID float64 }{1, 305}, []float64{1, 305}, ""},
		{"t,T", struct{ T float64 }{305}, nil, `struct { T float64 } has no field for column "t": a tag dataset:"t" says which it is`},
		{"t,T", struct {
			T   float64
			Low float64 `dataset:"t"`
		}{305, 1}, []float64{1, 305}, ""},
		{"id,iD", struct{ ID float64 }{1}, nil, `struct { ID float64 } has only field ID for column "iD" and another one: give each its field, by a tag dataset:"iD" for example`},
		{"id,x", struct{ Id, ID, X float64 }{1, 2, 3}, nil, `struct { Id float64; ID float64; X float64 } has the fields Id and ID for column "id": a tag dataset:"id" says which it is`},
		{"id,x", struct {
			A float64 `dataset:"id"`
			B float64 `dataset:"id"`
			X float64
		}{}, nil, "struct { A float64 \"dataset:\\\"id\\\"\"; B float64 \"dataset:\\\"id\\\"\"; X float64 } has the fields A and B for column \"id\": a tag dataset:\"id\" says which it is"},
		{"id,x", struct {
			Id float64 `dataset:"-"`
			ID float64
			X  float64
		}{1, 2, 3}, []float64{2, 3}, ""},
		{"ID,x", struct{ Id, ID, X float64 }{1, 2, 3}, []float64{2, 3}, ""},
		{"größe,x", struct{ Größe, X float64 }{1, 2}, []float64{1, 2}, ""},
		{"id,x", struct {
			A float64 `json:"id,omitempty"`
			B float64 `json:"x"`
		}{1, 2}, []float64{1, 2}, ""},
		{"a,b", struct { // a tag counts more than the name of a field
			A float64 `json:"b"`
			B float64 `json:"a"`
		}{1, 2}, []float64{2, 1}, ""},
		{"id,x", struct { // and dataset more than json
			A float64 `json:"id"`
			B float64 `dataset:"id" json:"x"`
			X float64
		}{1, 2, 3}, []float64{2, 3}, ""},
		{"id,x", struct {
			ID float64 `json:",omitempty"`
			X  float64 `dataset:"" json:""`
		}{1, 2}, []float64{1, 2}, ""},
		{"id,x", struct {
			Id float64 `json:"-"`
			ID float64 `dataset:"id" json:"-"`
			X  float64
		}{1, 2, 3}, []float64{2, 3}, ""},
		{"id,x", struct {
			ID float64 `json:"ID"`
			X  float64
		}{}, nil, "struct { ID float64 \"json:\\\"ID\\\"\"; X float64 } has no field for column \"id\": a tag dataset:\"id\" says which it is"},
		{"id,x", struct {
			ID float64 `json:"-"`
			X  float64
		}{}, nil, "struct { ID float64 \"json:\\\"-\\\"\"; X float64 } has no field for column \"id\": a tag dataset:\"id\" says which it is"},
		{"a,x", struct {
			B float64 `json:"a"`
			tagged
			X float64
		}{}, nil, "struct { B float64 \"json:\\\"a\\\"\"; dataset_test.tagged; X float64 } has the fields B and A for column \"a\": a tag dataset:\"a\" says which it is"},
		{"a,x", struct { // what is embedded in a field that is left out is left out
			inner `json:"-"`
			Outer struct{ A float64 } `dataset:"-"`
			X     float64
		}{}, nil, "struct { dataset_test.inner \"json:\\\"-\\\"\"; Outer struct { A float64 } \"dataset:\\\"-\\\"\"; X float64 } has no field for column \"a\": a tag dataset:\"a\" says which it is"},
	} {
		x := make([]float64, 2)
		err := prepared(test.header).TransformStruct(x, test.record)
		if test.message != "" {
			wantError(t, err, "dataset: Preparation.TransformStruct: "+test.message)
		} else if err != nil || !slices.Equal(x, test.want) {
			t.Errorf("%s: %+v is %v, %v, want %v", test.header, test.record, x, err, test.want)
		}
	}
}

type inner struct{ A float64 }

type tagged struct {
	A float64 `json:"a"`
}

type celsius float64

func (c celsius) Value() (driver.Value, error) {
	if c < -273 {
		return nil, errors.New("below zero")
	}
	return float64(c) + 273, nil
}

type circle struct{}

func (c circle) Value() (driver.Value, error) { return c, nil }

type endless *endless

// around returns an interface that leads back to itself, through two pointers.
func around() any {
	var v any
	p := &v
	v = &p
	return v
}

type odd struct{}

func (*odd) Value() (driver.Value, error) { return "4", nil }

// What fields of many types mean.
func TestFieldTypes(t *testing.T) {
	p := fitRecipe(t, dataset.Recipe{Numeric: dataset.Numeric{Impute: dataset.Constant, Fill: -1, Scaling: dataset.Unscaled}}, "a\n1\n2\n")
	five, six := 5, celsius(-267)
	pp := &five
	var seven any = 7
	var none *any
	for _, test := range []struct {
		record  any
		want    float64
		message string
	}{
		{struct{ A celsius }{1}, 274, ""},
		{struct{ A *celsius }{&six}, 6, ""},
		{struct{ A *celsius }{}, -1, ""},
		{struct{ A **int }{&pp}, 5, ""},
		{struct{ A *odd }{new(odd)}, 4, ""},
		{struct{ A *odd }{}, -1, ""},
		{struct{ A any }{new(odd)}, 4, ""},
		{struct{ A fmt.Stringer }{}, -1, ""},
		{struct{ A driver.Valuer }{six}, 6, ""},
		{struct{ A dataset.Cell }{dataset.Number(7)}, 7, ""},
		{struct{ A any }{dataset.Text("7")}, 7, ""},
		{&struct{ A []byte }{[]byte("8")}, 8, ""},
		{struct{ *inner }{&inner{9}}, 9, ""},
		{struct{ *inner }{}, -1, ""},
		{struct{ A celsius }{-300}, 0, `field A, column "a": below zero`},
		{struct{ A circle }{}, 0, `field A, column "a": type dataset_test.circle has a Value of type dataset_test.circle`},
		{struct{ A odd }{}, 0, `field A, column "a": type dataset_test.odd is not a string, a bool, a number or a time`},
		{struct{ A any }{[]int{1}}, 0, `field A, column "a": type []int is not a string, a bool, a number or a time`},
		{struct{ A time.Month }{3}, 3, ""},
		{struct{ A *any }{&seven}, 7, ""},
		{struct{ A any }{&seven}, 7, ""},
		{struct{ A any }{&none}, -1, ""},
		{struct{ A any }{around()}, 0, `field A, column "a": type interface {} leads through more than 16 pointers`},
		{struct{ A endless }{}, 0, `field A, column "a": type dataset_test.endless leads through more than 16 pointers`},
		{struct{ A any }{endless(nil)}, -1, ""},
		{struct{ A chan int }{}, 0, `field A, column "a": type chan int is not a string, a bool, a number or a time`},
	} {
		x := []float64{0}
		for range 2 { // the second time by what is known of the type
			err := p.TransformStruct(x, test.record)
			if test.message != "" {
				wantError(t, err, "dataset: Preparation.TransformStruct: "+test.message)
			} else if err != nil || x[0] != test.want {
				t.Errorf("%+v is %v, %v, want %v", test.record, x, err, test.want)
			}
		}
	}
}

// A struct of numbers and names allocates nothing once its type is known.
func TestTransformStructDoesNotAllocate(t *testing.T) {
	p := fitRecipe(t, unscaled(dataset.Date{Column: "when"}), "a,port,ok,when\n1,Genoa,yes,2024-01-01\n2,Kiel,no,2024-02-01\n")
	record := &struct {
		A    float64
		Port string
		Ok   bool
		When time.Time
	}{1.5, "Kiel", true, time.Unix(0, 0)}
	x := make([]float64, len(p.Features()))
	if n := testing.AllocsPerRun(100, func() {
		if p.TransformStruct(x, record) != nil {
			t.Error("an error")
		}
	}); n != 0 {
		t.Errorf("%g allocations", n)
	}
}

// Many goroutines ask about structs of several types.
func TestStructsConcurrently(t *testing.T) {
	p := fitRecipe(t, unscaled(), "a\n1\n2\n")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			x := []float64{0}
			for range 100 {
				for _, record := range []any{struct{ A int }{3}, struct{ A float32 }{3}, struct{ A string }{"3"}, &inner{3}} {
					if err := p.TransformStruct(x, record); err != nil || x[0] != 3 {
						t.Errorf("%T: %v, %v", record, x, err)
					}
				}
			}
		})
	}
	wg.Wait()
}
