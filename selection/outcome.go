package selection

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

// An Outcome is what one trial of a search gave. As JSON it travels from the
// machine of the trial to that of Collect:
//
//	{"candidate":3,"fold":1,"score":0.93}
//	{"candidate":3,"fold":2,"score":null,"error":"the score is NaN: not finite"}
type Outcome struct {
	Candidate int     // number in the list of candidates, from 0
	Fold      int     // number in Search.Folds, from 0
	Score     float64 // finite; it does not count if Err is not nil
	Err       error   // error of the trial; nil if it has a score
}

// outcomeRecord is an Outcome as JSON.
type outcomeRecord struct {
	Candidate *int     `json:"candidate"`
	Fold      *int     `json:"fold"`
	Score     *float64 `json:"score"`
	Error     *string  `json:"error,omitempty"`
}

// MarshalJSON returns the outcome as JSON, with all bits of the score. The score
// of a trial that failed is null, and its error a text. An outcome with neither an
// error nor a finite score is an error.
func (o Outcome) MarshalJSON() ([]byte, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("selection: Outcome.MarshalJSON: %w", err)
	}
	record := outcomeRecord{Candidate: &o.Candidate, Fold: &o.Fold}
	if o.Err != nil {
		text := o.Err.Error()
		record.Error = &text
	} else {
		record.Score = &o.Score
	}
	return json.Marshal(record)
}

// UnmarshalJSON reads what MarshalJSON returns. It restores only the text of the
// error. Candidate, fold and either a score or an error are required.
func (o *Outcome) UnmarshalJSON(data []byte) error {
	var record outcomeRecord
	read, err := Outcome{}, json.Unmarshal(data, &record)
	if err == nil {
		read, err = record.outcome()
	}
	if err != nil {
		return fmt.Errorf("selection: Outcome.UnmarshalJSON: %w", err)
	}
	*o = read
	return nil
}

func (r outcomeRecord) outcome() (Outcome, error) {
	switch {
	case r.Candidate == nil:
		return Outcome{}, errors.New("no candidate")
	case r.Fold == nil:
		return Outcome{}, fmt.Errorf("candidate %d: no fold", *r.Candidate)
	}
	o := Outcome{Candidate: *r.Candidate, Fold: *r.Fold, Score: orNaN(r.Score)}
	if r.Error != nil {
		o.Err = errors.New(*r.Error)
	}
	if r.Score != nil && r.Error != nil {
		return Outcome{}, fmt.Errorf("%s: both a score and an error", o.place())
	}
	return o, o.check()
}

// check returns an error for an outcome that says nothing.
func (o Outcome) check() error {
	if o.Err == nil && notFinite(o.Score) {
		return fmt.Errorf("%s: the score is %g and there is no error", o.place(), o.Score)
	}
	return nil
}

func (o Outcome) place() string { return fmt.Sprintf("candidate %d, fold %d", o.Candidate, o.Fold) }

// same reports whether two trials gave the same: equal bits, or an error each.
func (o Outcome) same(other Outcome) bool {
	if o.Err != nil || other.Err != nil {
		return o.Err != nil && other.Err != nil
	}
	return math.Float64bits(o.Score) == math.Float64bits(other.Score)
}

// gave returns in words what the trial gave.
func (o Outcome) gave() string {
	if o.Err != nil {
		return "the error " + oneLine(o.Err.Error())
	}
	return fmt.Sprintf("the score %v", o.Score)
}
