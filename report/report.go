package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"example.com/mlp/dataset"
	"example.com/mlp/internal/matrix"
)

// Write writes the page of the report to w. An error before anything is written
// is one of the report: one that Pipeline.Report has not made, or that has
// numbers beyond ±1e150, which cannot be drawn.
func Write(w io.Writer, r *dataset.Report) error {
	if matrix.IsNil(w) {
		return errors.New("report: Write: the writer is nil")
	}
	html, err := render(r)
	if err != nil {
		return fmt.Errorf("report: Write: %w", err)
	}
	if _, err := w.Write(html); err != nil {
		return fmt.Errorf("report: Write: %w", err)
	}
	return nil
}

// WriteFile is Write to a file, which it creates or replaces.
func WriteFile(path string, r *dataset.Report) error {
	html, err := render(r)
	if err != nil {
		return fmt.Errorf("report: WriteFile: %s: %w", path, err)
	}
	if err := os.WriteFile(path, html, 0o666); err != nil {
		return fmt.Errorf("report: WriteFile: %w", err)
	}
	return nil
}

func render(r *dataset.Report) ([]byte, error) {
	if r == nil || r.Rows == 0 || r.Y == nil || r.Answers == nil {
		return nil, errors.New("the report is nil or zero, Pipeline.Report makes one")
	}
	p, err := newPage(r)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, p); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
