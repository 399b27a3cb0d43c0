package dataset

import (
	"bytes"
	"errors"
	"fmt"

	"example.com/mlp"
)

// MarshalBinary returns what Save writes.
func (p *Pipeline) MarshalBinary() ([]byte, error) {
	if err := p.checkSave(); err != nil {
		return nil, fmt.Errorf("dataset: Pipeline.MarshalBinary: %w", err)
	}
	var b bytes.Buffer
	if err := mlp.Save(&b, p.network); err != nil {
		return nil, fmt.Errorf("dataset: Pipeline.MarshalBinary: %w", err)
	}
	return b.Bytes(), nil
}

// UnmarshalBinary sets p to the pipeline that MarshalBinary has returned, as
// LoadPipeline without options reads it. It distrusts the bytes: whatever does not
// make sense is an error, which leaves p as it was. Nobody may use p meanwhile.
func (p *Pipeline) UnmarshalBinary(b []byte) error {
	const op = "Pipeline.UnmarshalBinary"
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
