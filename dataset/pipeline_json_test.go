package dataset_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// jsonPipeline answers for an age, which may be missing, a code that has names
// such as "1.0", a truth value and a town.
func jsonPipeline(t testing.TB) *dataset.Pipeline {
	t.Helper()
	r := dataset.Recipe{
		Target: dataset.Binary("buys", "yes"),
		Columns: []dataset.Column{
			dataset.Numeric{Column: "age", Impute: dataset.Median},
			dataset.Categorical{Column: "code"},
			dataset.Boolean{Column: "member"},
		},
	}
	return fitPipeline(t, r, "age,code,member,town,buys\n31,1.0,true,Kiel,no\n40,2,false,Genoa,yes\n50,9007199254740993,true,\"<a>\",no\n")
}

// A record of JSON has the answer of its values in a map, alone and in a list.
func TestPredictJSON(t *testing.T) {
	p := jsonPipeline(t)
	for _, test := range []struct {
		text   string
		record map[string]any
	}{
		{`{"age":33,"code":"1.0","member":true,"town":"Kiel"}`, map[string]any{"age": 33, "code": "1.0", "member": true, "town": "Kiel"}},
		{` { "town" : " Kiel " , "member":"no","code":1,"age":"3.3e1" } `, map[string]any{"age": 33, "code": 1.0, "member": false, "town": "Kiel"}},
		{`{"age":null,"code":9007199254740993,"member":0,"town":"\u003ca\u003e"}`, map[string]any{"age": nil, "code": int64(9007199254740993), "member": 0, "town": "<a>"}},
		{`{"code":2.0,"member":1,"town":"Genoa","aged":"old","":null}`, map[string]any{"code": "2", "member": true, "town": "Genoa"}},
	} {
		want, err := p.PredictMap(test.record)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.PredictJSON([]byte(test.text))
		if err != nil || string(got) != string(text) {
			t.Errorf("%s: %s, %v, want %s", test.text, got, err, text)
		}
		const many = 600
		got, err = p.PredictJSON([]byte("[" + strings.Repeat(test.text+",", many-1) + test.text + "]"))
		var list []struct {
			Class         string
			Probabilities map[string]float64
		}
		if err := errors.Join(err, json.Unmarshal(got, &list)); err != nil || len(list) != many {
			t.Fatalf("%s: %d answers, %v", test.text, len(list), err)
		}
		for _, a := range list {
			if !nearAnswer(dataset.Prediction{Class: a.Class, Probabilities: []float64{a.Probabilities["no"], a.Probabilities["yes"]}}, want) {
				t.Fatalf("%s: %v, want %v", test.text, a, want)
			}
		}
	}
	if got, err := p.PredictJSON([]byte(" [ ] ")); err != nil || string(got) != "[]" {
		t.Errorf("%s, %v", got, err)
	}
}

// Of a single record a mistake is the error; in a list it stands where the answer
// would, and the others are answered.
func TestPredictJSONBadRecords(t *testing.T) {
	p := jsonPipeline(t)
	const good = `{"age":33,"code":"1.0","member":true,"town":"Kiel"}`
	want, err := p.PredictJSON([]byte(good))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ text, message string }{
		{`7`, `7 is no object of JSON`},
		{`null`, `null is no object of JSON`},
		{`"{}"`, `"{}" is no object of JSON`},
		{`{}`, `the record has no "code"`},
		{`{"AGE":33,"Code":1,"code":1,"member":true,"town":"Kiel"}`, `the record has "AGE", the column is "age"`},
		{`{"age":33,"Code":1,"code":1,"member":true}`, `the record has no "town"`},
		{`{"age":33,"code":"1.0","member":true,"town":null}`, `column "town": "" is a missing value, and no Impute says what stands in for it`},
		{`{"age":[33],"code":"1.0","member":true,"town":"Kiel"}`, `"age": a list, want a string, a number, true, false or null`},
		{`{"instances":[{"age":33}]}`, `"instances": a list, want a string, a number, true, false or null`},
		{`{"more":{"age":{}},"code":1}`, `"more": an object, want a string, a number, true, false or null`},
		{`{"age":33,"code":"1.0","member":true,"town":"Kiel","a\u0067e":34}`, `"age" is there twice`},
		{`{"x":1,"x":2}`, `"x" is there twice`},
		{`{"age":1e999,"code":"1.0","member":true,"town":"Kiel"}`, `column "age": "1e999" is too large`},
		{`{"age":true,"code":"1.0","member":true,"town":"Kiel"}`, `column "age": true is not a number`},
		{`{"age":9007199254740993,"code":"1.0","member":true,"town":"Kiel"}`, `column "age": "9007199254740993" is an integer above 2⁵³ that float64 does not have`},
		{`{"age":1,"code":9007199254740992,"member":true,"town":"Kiel"}`, `column "code": 9007199254740992 is none of the categories "1.0", "2", "9007199254740993"; Categorical.Unknown says what becomes of other names`},
	} {
		_, err := p.PredictJSON([]byte(test.text))
		wantError(t, err, "dataset: Pipeline.PredictJSON: "+test.message)
		message, err := json.Marshal(test.message)
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.PredictJSON([]byte("[" + test.text + "," + good + "," + test.text + "]"))
		var list []json.RawMessage
		if err := errors.Join(err, json.Unmarshal(got, &list)); err != nil {
			t.Fatal(err)
		}
		bad := `{"error":` + string(message) + `}`
		if len(list) != 3 || string(list[0]) != bad || string(list[2]) != bad || !strings.HasPrefix(string(list[1]), string(want[:30])) {
			t.Errorf("%s: %s, want %s between %s", test.text, got, want, bad)
		}
	}
	for _, test := range []struct{ text, message string }{
		{"", "unexpected EOF"},
		{good + good, "data after the end"},
		{"[" + good, "unexpected EOF"},
		{"[" + good + "]]", "data after the end"},
		{"[" + good + ",]", "unexpected ']' in byte 53"},
		{`{"age":033}`, "unexpected '3' in byte 8"},
		{`{"age":NaN}`, "unexpected 'N' in byte 7"},
		{"[{\"age\":\"\xff\"}]", "invalid UTF-8"},
		{strings.Repeat("[", 1e6), "nested too deeply"},
		{strings.Repeat(`{"a":`, 1e6), "nested too deeply"},
	} {
		answer, err := p.PredictJSON([]byte(test.text))
		wantError(t, err, "dataset: Pipeline.PredictJSON: "+test.message)
		if answer != nil {
			t.Errorf("%.50s: %s", test.text, answer)
		}
	}
	_, err = new(dataset.Pipeline).PredictJSON([]byte(good))
	wantError(t, err, "dataset: Pipeline.PredictJSON: the pipeline is nil or zero, NewPipeline makes one")
}

// An answer that is not finite is an error of its record.
func TestPredictJSONRefusesAnswersThatAreNotFinite(t *testing.T) {
	p := joined(t, dataset.Numbers("y"), "x,y\n1,2\n2,4\n", mlp.Identity, mlp.Poisson, 1)
	_, err := p.PredictJSON([]byte(`{"x":1e300}`))
	wantError(t, err, "dataset: Pipeline.PredictJSON: mlp: PredictRow: the output in column 0 is +Inf: not finite")
	got, err := p.PredictJSON([]byte(`[{"x":1e300},{"x":0},{"x":"a"},{"x":1e301},{"x":0}]`))
	const bad = `{"error":"mlp: PredictRow: the output in column 0 is +Inf: not finite"}`
	if want := fmt.Sprintf(`[%s,{"value":1},{"error":"column \"x\": \"a\" is not a number"},%s,{"value":1}]`, bad, bad); err != nil || string(got) != want {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
}

// Whatever comes, there is an error or an answer, of a list one to each item, and
// what package json does not read is an error.
func FuzzPredictJSON(f *testing.F) {
	p := jsonPipeline(f)
	for _, text := range []string{
		`{"age":33,"code":"1.0","member":true,"town":"Kiel"}`, `[{"code":1,"member":"no","town":"Genoa"},{},7]`, `[]`, `{"a":[{"b":null}]}`, `[{"age":-1e400}]`, `"\ud834"`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		answer, err := p.PredictJSON(data)
		if err != nil {
			return
		}
		if !json.Valid(data) {
			t.Fatalf("%q is no JSON and has the answer %s", data, answer)
		}
		var records, answers []json.RawMessage
		if json.Unmarshal(data, &records) != nil {
			var one map[string]json.RawMessage
			if err := json.Unmarshal(answer, &one); err != nil || one["class"] == nil {
				t.Fatalf("%q has the answer %s", data, answer)
			}
			return
		}
		if err := json.Unmarshal(answer, &answers); err != nil || len(answers) != len(records) {
			t.Fatalf("%q has the answer %s", data, answer)
		}
	})
}
