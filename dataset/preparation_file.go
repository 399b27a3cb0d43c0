package dataset

import (
	"encoding/json"
	"errors"
	"fmt"

	"example.com/mlp/internal/strictjson"
)

// savedPreparation is a Preparation as JSON.
type savedPreparation struct {
	Version int             `json:"version"`
	Missing []string        `json:"missing"`
	Columns []*fittedColumn `json:"columns"`
	Target  *targetEncoder  `json:"target,omitempty"`
}

const savedVersion = 1

// MarshalJSON returns everything p has learned.
func (p *Preparation) MarshalJSON() ([]byte, error) {
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("dataset: MarshalJSON: %w", err)
	}
	return json.Marshal(savedPreparation{savedVersion, p.missing, p.columns, p.target})
}

// UnmarshalJSON sets p to what MarshalJSON has written. It distrusts the text:
// whatever does not make sense is an error, which leaves p as it was.
func (p *Preparation) UnmarshalJSON(text []byte) error {
	if p == nil {
		return errors.New("dataset: UnmarshalJSON: the preparation is nil")
	}
	q, err := unmarshalPreparation(text)
	if err != nil {
		return fmt.Errorf("dataset: UnmarshalJSON: %w", err)
	}
	*p = *q
	return nil
}

// MarshalText returns the JSON of p.
func (p *Preparation) MarshalText() ([]byte, error) { return p.MarshalJSON() }

// UnmarshalText is UnmarshalJSON.
func (p *Preparation) UnmarshalText(text []byte) error { return p.UnmarshalJSON(text) }

func unmarshalPreparation(text []byte) (*Preparation, error) {
	const depth = 5 // of a quantile
	s := savedPreparation{Missing: []string{}}
	if err := strictjson.Unmarshal(text, &s, depth); err != nil {
		return nil, err
	}
	if s.Version != savedVersion {
		return nil, fmt.Errorf("version %d is not version %d", s.Version, savedVersion)
	}
	p := &Preparation{missing: s.Missing, columns: s.Columns, target: s.Target}
	if err := p.init(); err != nil {
		return nil, err
	}
	return p, nil
}
