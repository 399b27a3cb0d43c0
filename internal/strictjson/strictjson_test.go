package strictjson

import (
	"reflect"
	"testing"
)

func TestUnmarshal(t *testing.T) {
	type value struct {
		A int
		B []value
		C map[string]string
	}
	got, want := value{}, value{A: 1, B: []value{{A: 2}, {A: 3}}, C: map[string]string{"": "x", "y": "\u0000"}}
	if err := Unmarshal([]byte(` {"A":1,"B":[{"A":2},{"A":3}],"C":{"":"x","y":"\u0000"}} `), &got, 3); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
	for data, want := range map[string]string{
		``:                              "unexpected EOF",
		`{`:                             "unexpected EOF",
		`{"A"`:                          "unexpected EOF",
		`{"A":1`:                        "unexpected EOF",
		`{"A":1}{`:                      "data after the end",
		`{"A":1} 2`:                     "data after the end",
		"{\"\xff\":1}":                  "invalid UTF-8",
		`{"A":null}`:                    `"A": null`,
		`null`:                          "null",
		`{"A":1,"\u0041":2}`:            `"A" is there twice`,
		`{"B":[{"C":{"x":"","x":""}}]}`: `"B": "C": "x" is there twice`,
		`{"D":1}`:                       `json: unknown field "D"`,
		`{"B":[{"B":[[]]}]}`:            `"B": "B": nested too deeply`,
		`{"A":1.5}`:                     "json: cannot unmarshal number 1.5 into Go struct field value.A of type int",
		`[1]`:                           "json: cannot unmarshal array into Go value of type strictjson.value",
	} {
		var v value
		if err := Unmarshal([]byte(data), &v, 4); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", data, err, want)
		}
	}
}
