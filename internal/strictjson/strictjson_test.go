package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// color is an enumeration with names.
type color int

func (c *color) UnmarshalText(text []byte) error {
	*c = color(strings.Index("red blue", string(text)))
	if *c < 0 {
		return fmt.Errorf("no color %s", text)
	}
	return nil
}

type value struct {
	A int
	B []value
	C map[string]string
	D *value    `json:"d,omitempty"`
	E []float64 `json:"e"`
	F bool
	G color
	H [2]uint8
	I map[string]int

	hidden int
}

func TestUnmarshal(t *testing.T) {
	got := value{A: 3, F: true, hidden: 5}
	want := value{
		A: -1, B: []value{{A: 2}, {A: 3}}, C: map[string]string{"": "x", "y": "\u0000"}, D: &value{G: 4}, E: []float64{0, -0.5, 1e300},
		H: [2]uint8{1, 255}, I: map[string]int{"ß": 1, "𝄞": 2, "\"\\/\b\f\n\r\t": 3}, hidden: 5,
	}
	const text = ` {"A":-1,"B":[{"A":2},{"A":3}],"C":{"":"x","y":"\u0000"},"d":{"G":"blue"},"e":[0,-0.5,1E+300],"F":false,
		"H" : [1 , 255] , "I":{"\u00dF":1,"\ud834\uDD1E":2,"\"\\\/\b\f\n\r\t":3}} `
	if err := Unmarshal([]byte(text), &got, 3); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	for text, want := range map[string]string{
		``:                              "unexpected EOF",
		`{`:                             "unexpected EOF",
		`{"A"`:                          "unexpected EOF",
		`{"A":1`:                        "unexpected EOF",
		`{"A`:                           "unexpected EOF",
		`{"A\`:                          "unexpected EOF",
		`{"A":1}{`:                      "data after the end",
		`{"A":1} 2`:                     "data after the end",
		"{\"\xff\":1}":                  "invalid UTF-8",
		"{\"A\x01\":1}":                 "unexpected '\\x01' in byte 3",
		"{\"\\nA\x01\":1}":              "unexpected '\\x01' in byte 5",
		`{"\x":1}`:                      "unexpected 'x' in byte 3",
		`{"\u12":1}`:                    `unexpected '1' in byte 4`,
		`{"\u+123":1}`:                  `unexpected '+' in byte 4`,
		`{"C":{"\ud834":""}}`:           `"C": half of a surrogate pair`,
		`{"C":{"\ud834\u0041":""}}`:     `"C": half of a surrogate pair`,
		`{"C":{"\udd1e\ud834":""}}`:     `"C": half of a surrogate pair`,
		`{"A":1,}`:                      `unexpected '}' in byte 7`,
		`{"B":[}}`:                      `"B": unexpected '}' in byte 6`,
		`{"e":[1}`:                      `"e": unexpected '}' in byte 7`,
		`{"e":[1,2`:                     `"e": unexpected EOF`,
		`{"e":[1 2]}`:                   `"e": unexpected '2' in byte 8`,
		`{"A":null}`:                    `"A": null`,
		`{"d":null}`:                    `"d": null`,
		`{"B":null}`:                    `"B": null`,
		`{"G":null}`:                    `"G": null`,
		`null`:                          "null",
		`nul`:                           "unexpected EOF",
		`{"F":trye}`:                    `"F": unexpected 'y' in byte 7`,
		`{"A":1,"\u0041":2}`:            `"A" is there twice`,
		`{"B":[{"C":{"x":"","x":""}}]}`: `"B": "C": "x" is there twice`,
		`{"I":{"x":1,"\u0078":1}}`:      `"I": "x" is there twice`,
		`{"a":1}`:                       `unknown field "a"`,
		`{"A":1,"a":1}`:                 `unknown field "a"`,
		`{"D":{}}`:                      `unknown field "D"`,
		`{"E":[]}`:                      `unknown field "E"`,
		`{"hidden":1}`:                  `unknown field "hidden"`,
		`{"B":[{"B":[[]]}]}`:            `"B": "B": a list, want an object`,
		`{"B":[{"B":[{"B":[]}]}]}`:      `"B": "B": nested too deeply`,
		`{"A":1.5}`:                     `"A": 1.5, want an integer`,
		`{"A":1e2}`:                     `"A": 1e2, want an integer`,
		`{"A":"1"}`:                     `"A": "1", want an integer`,
		`{"A":{}}`:                      `"A": an object, want an integer`,
		`{"A":01}`:                      `unexpected '1' in byte 6`,
		`{"A":-}`:                       `"A": unexpected '}' in byte 6`,
		`{"A":9223372036854775808}`:     `"A": 9223372036854775808, want an integer`,
		`{"e":[1.]}`:                    `"e": unexpected ']' in byte 8`,
		`{"e":[1e]}`:                    `"e": unexpected ']' in byte 8`,
		`{"e":[1e999]}`:                 `"e": 1e999, want a finite number`,
		`{"e":[true]}`:                  `"e": true, want a finite number`,
		`{"F":0}`:                       `"F": 0, want true or false`,
		`{"G":0}`:                       `"G": 0, want a string`,
		`{"G":"green"}`:                 `"G": no color green`,
		`{"H":[1]}`:                     `"H": 1 items, want 2`,
		`{"H":[1,2,3]}`:                 `"H": 3 items, want 2`,
		`{"H":[1,256]}`:                 `"H": 256, want an integer of at least 0`,
		`{"H":[1,-1]}`:                  `"H": -1, want an integer of at least 0`,
		`{"C":{"x":false}}`:             `"C": "x": false, want a string`,
		`[1]`:                           "a list, want an object",
		`{"C":[]}`:                      `"C": a list, want an object`,
		`{"e":{}}`:                      `"e": an object, want a list`,
	} {
		var v value
		if err := Unmarshal(text, &v, 4); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

// Errors quote the beginning of what is long.
func TestLongTexts(t *testing.T) {
	long := strings.Repeat("1", 1_000_000)
	for _, text := range []string{`{"A":` + long + `}`, `{"A":"` + long + `"}`, `{"` + long + `":1}`, `{"C":{"` + long + `":1}}`, `{"I":{"` + long + `":1,"` + long + `":1}}`} {
		var v value
		if err := Unmarshal(text, &v, 4); err == nil || len(err.Error()) > 200 {
			t.Errorf("an error of %d bytes", len(err.Error()))
		}
	}
}

// Members of objects and items of lists cost what their values do, whatever
// those values are.
func TestMemory(t *testing.T) {
	const size = 1_000_000
	list := func(item string) string {
		return "[" + strings.Repeat(item+",", size/(len(item)+1)) + item + "]"
	}
	var names strings.Builder
	for i := range size / 10 {
		fmt.Fprintf(&names, `"%x":"",`, i)
	}
	members := strings.TrimSuffix(names.String(), ",")
	for _, c := range []struct {
		text   string
		v      any
		refuse bool
	}{
		{list("{}"), new([]value), true},
		{list("[]"), new([][]int), true},
		{list(`""`), new([]string), false},
		{list(`{"d":{}}`), new([]value), true},
		{list("1"), new([]int), false},
		{list(`"abcd"`), new([]string), false},
		{list(`{"Kind":"a kind of some length","Units":10}`), new([]struct {
			Kind  string
			Units int
		}), false},
		{"{" + members + "}", new(map[string]string), false},
		{"{" + strings.ReplaceAll(members, `""`, "{}") + "}", new(map[string]value), true},
	} {
		var err error
		n := allocated(func() { err = Unmarshal(c.text, c.v, 4) })
		if refused := err != nil && strings.HasSuffix(err.Error(), " bytes of JSON take too much memory"); n > 6*uint64(len(c.text))+1<<20 || refused != c.refuse {
			t.Errorf("%.20s...: %.1f times its size allocated, %v", c.text, float64(n)/float64(len(c.text)), err)
		}
	}
}

// allocated returns the bytes that f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestDecoder(t *testing.T) {
	d, err := NewDecoder(`{"a":[1,2],"b":[],"c":{"d":"[,"}}`, 2)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	if n := d.Count(); n != 3 {
		t.Errorf("%d members, want 3", n)
	}
	err = d.Object(func(name string) error {
		n := d.Count()
		if name == "c" {
			return d.Object(func(name string) error {
				var text string
				err := d.Decode(&text)
				got = append(got, fmt.Sprint(name, n, text))
				return err
			})
		}
		var list []int
		err := d.Decode(&list)
		got = append(got, fmt.Sprint(name, n, " ", list))
		return err
	})
	if err := errors.Join(err, d.End()); err != nil || fmt.Sprint(got) != "[a2 [1 2] b0 [] d1[,]" {
		t.Errorf("got %v, %v", got, err)
	}
}

// What Unmarshal takes, encoding/json takes as well, and to the same values.
func FuzzUnmarshal(f *testing.F) {
	f.Add([]byte(`{"A":-1,"B":[{"A":2}],"C":{"":"x","y":"\u0000"},"d":{},"e":[0,-0.5,1E+300],"F":false,"H":[1,2],"I":{"\ud834\uDD1E":2}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		type plain struct {
			A int
			B []plain
			C map[string]string
			D *plain    `json:"d,omitempty"`
			E []float64 `json:"e"`
			F bool
			H [2]uint8
			I map[string]int
		}
		var got, want plain
		if Unmarshal(text, &got, 10) != nil {
			return
		}
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(&want); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v, %v", text, got, want, err)
		}
	})
}
