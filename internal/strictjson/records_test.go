package strictjson

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
)

// The texts of the items of a list, whatever they are.
func TestRaw(t *testing.T) {
	d, err := NewDecoder(` [ 1.50 , "a\u0062" ,null,[ {"x" : [true,false]}], {"y":1,"y":2} ] `, 4)
	if err != nil {
		t.Fatal(err)
	}
	if d.Next() != '[' {
		t.Errorf("%q is next", d.Next())
	}
	var got []string
	if err := d.List(func() error {
		text, err := d.Raw()
		got = append(got, text)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	want := []string{"1.50", `"a\u0062"`, "null", `[ {"x" : [true,false]}]`, `{"y":1,"y":2}`}
	if err := d.End(); err != nil || d.Next() != 0 || !slices.Equal(got, want) {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
	for text, want := range map[string]string{
		"":              "unexpected EOF",
		`{"a":tru}`:     "unexpected '}' in byte 8",
		`{"a":1,}`:      "unexpected '}' in byte 7",
		"[01]":          "unexpected '1' in byte 2",
		"[[[[[]]]]]":    "nested too deeply",
		`{"a\ud834":1}`: "half of a surrogate pair",
	} {
		d, err := NewDecoder(text, 4)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Raw(); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func TestScalar(t *testing.T) {
	for text, want := range map[string]any{
		` "a\n" `:  "a\n",
		`-1.50E+2`: json.Number("-1.50E+2"),
		"true":     true,
		"false":    false,
		"null":     nil,
	} {
		d, err := NewDecoder(text, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := d.Scalar(); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"[]":  "a list, want a string, a number, true, false or null",
		"{":   "an object, want a string, a number, true, false or null",
		"nil": "unexpected 'i' in byte 1",
		"+1":  "unexpected '+' in byte 0",
		`"a`:  "unexpected EOF",
	} {
		d, err := NewDecoder(text, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Scalar(); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	d, err := NewDecoder("7", 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.List(nil); err == nil || err.Error() != "7, want a list" {
		t.Error(err)
	}
}
