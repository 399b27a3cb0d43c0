package dataset

import (
	"database/sql"
	"reflect"
	"slices"
	"testing"
	"time"
)

type place struct {
	Town string
	Zip  *int `json:"postcode,omitempty"`
}

type dated struct{ Day, Hour int }

type Town struct{ Mayor string }

type Area struct{ Width, Height float64 }

// The columns of a struct are its fields, in their order and by their names.
func TestStructColumns(t *testing.T) {
	for _, test := range []struct {
		record any
		want   []string
	}{
		{struct{}{}, nil},
		{struct {
			Age     int
			hidden  int
			Income  sql.NullFloat64 `dataset:"yearly income"`
			Comment string          `dataset:"-"`
			Since   time.Time       `json:"since"`
		}{}, []string{"Age", "yearly income", "since"}},
		{struct {
			place
			*dated `json:"-"`
			Area   float64
		}{}, []string{"Town", "postcode", "Area"}},
		{struct {
			*place
			time.Time
			Area float64
		}{}, []string{"Town", "postcode", "Time", "Area"}},
		{struct {
			Area
			*Town
		}{}, []string{"Width", "Height", "Mayor"}},
	} {
		rt := reflect.TypeOf(test.record)
		columns := structColumns(rt)
		if !slices.Equal(columns, test.want) {
			t.Errorf("%v has the columns %q, want %q", rt, columns, test.want)
		}
		if fields, err := structFields(rt, columns); err != nil || len(fields) != len(columns) {
			t.Errorf("%v has the fields %v, %v", rt, fields, err)
		}
	}
}
