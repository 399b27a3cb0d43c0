package tabular

import (
	"fmt"
	"strings"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/internal/quote"
)

// A Model is what Fit has made of a table: a pipeline, and how it was made.
type Model struct {
	method             Method
	pipeline           *dataset.Pipeline
	history            *mlp.History
	validation, linear mlp.Scores
	rows, held         int // to train with, held out
}

// Pipeline returns the pipeline, which answers for raw records.
func (m *Model) Pipeline() *dataset.Pipeline { return m.pipeline }

// SaveFile saves the pipeline to a file, as [dataset.Pipeline.SaveFile] does.
// [dataset.LoadPipelineFile] reads it.
func (m *Model) SaveFile(path string) error { return m.pipeline.SaveFile(path) }

// History returns the record of the training.
func (m *Model) History() *mlp.History { return m.history }

// Validation returns the loss and the score on the rows held out: accuracy or
// R². As these rows have chosen the epoch, it is a little too good: for an exact
// score, evaluate the pipeline on rows that Fit has not seen. The loss of TabM is
// the mean of those of its members.
func (m *Model) Validation() mlp.Scores { return m.validation }

// Linear returns what Validation does for a linear model of the same rows. A
// network that is not better is not worth its time.
func (m *Model) Linear() mlp.Scores { return m.linear }

// String returns a report of several lines: the method, rows and columns, and
// the scores.
func (m *Model) String() string {
	if m.pipeline == nil {
		return "no model: Fit makes one"
	}
	p := m.pipeline.Preparation()
	score, target := "R²", quote.Text(p.Target())
	if targets := p.Targets(); len(targets) > 1 {
		target = quote.List(targets)
	}
	if classes := len(p.Classes()); classes > 0 {
		score = "accuracy"
		target += fmt.Sprintf(", %d classes", classes)
	}
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-10s%s\n", name, fmt.Sprintf(format, args...))
	}
	line("method", "%v", m.method)
	line("target", "%s", target)
	line("columns", "%d, which become %d features", len(p.Columns()), len(p.Features()))
	line("rows", "%d to train with, %d held out", m.rows, m.held)
	line("epochs", "%d, the best one is %d", len(m.history.Epochs), m.history.BestEpoch)
	line(score, "%.4f on the rows held out, %.4f of a linear model", m.validation.Score, m.linear.Score)
	line("loss", "%.4f on the rows held out, %.4f of a linear model", m.validation.Loss, m.linear.Loss)
	return strings.TrimSuffix(b.String(), "\n")
}
