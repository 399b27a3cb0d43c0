package selection

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

// resultRecord is a Result as JSON.
type resultRecord struct {
	Settings json.RawMessage `json:"settings"`
	Scores   []*float64      `json:"scores"`
	Mean     *float64        `json:"mean"`
	SD       *float64        `json:"sd"`
	Rank     int             `json:"rank"`
	Error    string          `json:"error,omitempty"`
}

// MarshalJSON returns the result as JSON, in which null stands for NaN and the
// error is its text. Settings that JSON cannot represent, such as functions, are
// written as their text in the table of Results.String.
func (c Result[S]) MarshalJSON() ([]byte, error) {
	settings, err := json.Marshal(c.Settings)
	if err != nil {
		if settings, err = json.Marshal(fmt.Sprintf("%+v", c.Settings)); err != nil {
			return nil, err
		}
	}
	record := resultRecord{Settings: settings, Scores: make([]*float64, len(c.Scores)), Mean: orNull(c.Mean), SD: orNull(c.SD), Rank: c.Rank}
	for i, s := range c.Scores {
		record.Scores[i] = orNull(s)
	}
	if c.Err != nil {
		record.Error = c.Err.Error()
	}
	return json.Marshal(record)
}

// UnmarshalJSON reads what MarshalJSON returns. It restores only the text of
// the error.
func (c *Result[S]) UnmarshalJSON(data []byte) error {
	var record resultRecord
	if err := json.Unmarshal(data, &record); err != nil {
		return fmt.Errorf("selection: Result.UnmarshalJSON: %w", err)
	}
	read := Result[S]{Scores: make([]float64, len(record.Scores)), Mean: orNaN(record.Mean), SD: orNaN(record.SD), Rank: record.Rank}
	if record.Settings != nil {
		if err := json.Unmarshal(record.Settings, &read.Settings); err != nil {
			return fmt.Errorf("selection: Result.UnmarshalJSON: settings: %w", err)
		}
	}
	for i, s := range record.Scores {
		read.Scores[i] = orNaN(s)
	}
	if record.Error != "" {
		read.Err = errors.New(record.Error)
	}
	*c = read
	return nil
}

// orNull returns nil for values that JSON cannot represent as numbers.
func orNull(v float64) *float64 {
	if notFinite(v) {
		return nil
	}
	return &v
}

func orNaN(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}
