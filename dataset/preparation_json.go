package dataset

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
	var s savedPreparation
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("there is more text after the preparation")
	}
	if s.Version != savedVersion {
		return nil, fmt.Errorf("version %d is not version %d", s.Version, savedVersion)
	}
	for i, c := range s.Columns {
		if c == nil {
			return nil, fmt.Errorf("column %d is null", i)
		}
	}
	p := &Preparation{missing: s.Missing, columns: s.Columns, target: s.Target}
	if err := p.init(); err != nil {
		return nil, err
	}
	return p, nil
}
