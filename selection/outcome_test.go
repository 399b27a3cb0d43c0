package selection_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"example.com/mlp/selection"
)

func TestOutcomeJSON(t *testing.T) {
	for want, o := range map[string]selection.Outcome{
		`{"candidate":3,"fold":1,"score":0.1}`:                     {Candidate: 3, Fold: 1, Score: 0.1},
		`{"candidate":0,"fold":0,"score":-0}`:                      {Score: math.Copysign(0, -1)},
		`{"candidate":3,"fold":1,"score":null,"error":"no\nluck"}`: {Candidate: 3, Fold: 1, Score: math.NaN(), Err: errors.New("no\nluck")},
		`{"candidate":3,"fold":1,"score":null,"error":""}`:         {Candidate: 3, Fold: 1, Score: 7, Err: errors.New("")},
	} {
		text, err := json.Marshal(o)
		if err != nil || string(text) != want {
			t.Errorf("%s, %v\nwant %s", text, err, want)
		}
		back := selection.Outcome{Candidate: 9, Err: errTrial}
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		if back.Candidate != o.Candidate || back.Fold != o.Fold {
			t.Errorf("%s is read as %+v", text, back)
		}
		if o.Err == nil && (back.Err != nil || math.Float64bits(back.Score) != math.Float64bits(o.Score)) ||
			o.Err != nil && (back.Err == nil || back.Err.Error() != o.Err.Error() || !math.IsNaN(back.Score)) {
			t.Errorf("%s is read as %+v", text, back)
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		score := math.Float64frombits(rng.Uint64())
		if math.IsNaN(score) || math.IsInf(score, 0) {
			continue
		}
		text, err := json.Marshal(selection.Outcome{Score: score})
		var back selection.Outcome
		if err != nil || json.Unmarshal(text, &back) != nil || math.Float64bits(back.Score) != math.Float64bits(score) {
			t.Errorf("%v is written as %s and read as %v", score, text, back.Score)
		}
	}
}

func TestOutcomeJSONErrors(t *testing.T) {
	_, err := selection.Outcome{Candidate: 3, Fold: 1, Score: math.NaN()}.MarshalJSON()
	wantError(t, err, "selection: Outcome.MarshalJSON: candidate 3, fold 1: the score is NaN and there is no error")
	for text, want := range map[string]string{
		`{}`:                        "no candidate",
		`{"fold":1,"score":1}`:      "no candidate",
		`{"candidate":3,"score":1}`: "candidate 3: no fold",
		`{"candidate":3,"fold":1}`:  "candidate 3, fold 1: the score is NaN and there is no error",
		`{"candidate":3,"fold":1,"score":1,"error":"x"}`: "candidate 3, fold 1: both a score and an error",
	} {
		o := selection.Outcome{Candidate: 9}
		wantError(t, json.Unmarshal([]byte(text), &o), "selection: Outcome.UnmarshalJSON: "+want)
		if o.Candidate != 9 {
			t.Errorf("%s changes the outcome", text)
		}
	}
	for _, text := range []string{`{"candidate":3,"fold":1,"score":1e999}`, `{"candidate":1.5,"fold":1,"score":1}`, `{"candidate":3,"fold":1,"score":"1"}`, `[]`} {
		if err := json.Unmarshal([]byte(text), new(selection.Outcome)); err == nil {
			t.Errorf("%s is read", text)
		}
	}
}
