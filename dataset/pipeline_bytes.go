package dataset

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"example.com/mlp"
)

// MarshalBinary returns what Save writes.
func (p *Pipeline) MarshalBinary() ([]byte, error) { return p.marshal("Pipeline.MarshalBinary") }

// MarshalJSON returns what Save writes as a JSON string, in base64.
func (p *Pipeline) MarshalJSON() ([]byte, error) {
	b, err := p.marshal("Pipeline.MarshalJSON")
	if err != nil {
		return nil, err
	}
	return json.Marshal(b)
}

func (p *Pipeline) marshal(op string) ([]byte, error) {
	if err := p.checkSave(); err != nil {
		return nil, fmt.Errorf("dataset: %s: %w", op, err)
	}
	var b bytes.Buffer
	if err := mlp.Save(&b, p.network); err != nil {
		return nil, fmt.Errorf("dataset: %s: %w", op, err)
	}
	return b.Bytes(), nil
}

// UnmarshalBinary sets p to the pipeline that MarshalBinary has returned, as
// LoadPipeline without options reads it. It distrusts the bytes: whatever does not
// make sense is an error, which leaves p as it was. Nobody may use p meanwhile.
func (p *Pipeline) UnmarshalBinary(b []byte) error {
	return p.unmarshal("Pipeline.UnmarshalBinary", b)
}

// UnmarshalJSON sets p to the pipeline that MarshalJSON has returned, as
// UnmarshalBinary does.
func (p *Pipeline) UnmarshalJSON(text []byte) error {
	const op = "Pipeline.UnmarshalJSON"
	var b []byte
	if err := json.Unmarshal(text, &b); err != nil {
		return fmt.Errorf("dataset: %s: %w", op, err)
	}
	return p.unmarshal(op, b)
}

func (p *Pipeline) unmarshal(op string, b []byte) error {
	if p == nil {
		return errors.New("dataset: " + op + ": the pipeline is nil")
	}
	net, err := mlp.Load(bytes.NewReader(b))
	if err != nil {
		return fmt.Errorf("dataset: %s: %w", op, err)
	}
	q, err := loadedPipeline(op, net)
	if err != nil {
		return err
	}
	p.set(q.preparation, q.network, q.answerer)
	return nil
}
