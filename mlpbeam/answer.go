package mlpbeam

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/internal/quote"
)

// answerCells are the cells that the answers of a pipeline become.
type answerCells struct {
	columns []string
	append  func(cells []string, a dataset.Prediction) []string
}

func newAnswerCells(p *dataset.Pipeline) answerCells {
	targets, classes := p.Preparation().Targets(), p.Preparation().Classes()
	if classes == nil {
		return answerCells{prefixed("predicted_", targets), appendValues}
	}
	c := answerCells{prefixed("predicted_", targets), appendClass}
	if hasLabels(p.Network(), classes) {
		c = answerCells{prefixed("predicted_", classes), appendLabels(classes)}
	}
	if p.Network().Loss().Task() != mlp.Margin {
		c.columns = append(c.columns, prefixed("probability_", classes)...)
	}
	return c
}

// hasLabels reports whether the network answers with labels, of which it has an
// output each, and not with one of the classes.
func hasLabels(net mlp.Network, classes []string) bool {
	_, ok := net.(*mlp.BinaryClassifier)
	layers := net.Layers()
	_, outputs := layers[len(layers)-1].Dims()
	return ok && outputs == len(classes)
}

func prefixed(prefix string, names []string) []string {
	columns := make([]string, len(names))
	for i, name := range names {
		columns[i] = prefix + name
	}
	return columns
}

func appendValues(cells []string, a dataset.Prediction) []string {
	if a.Values == nil {
		return append(cells, formatNumber(a.Value))
	}
	return appendNumbers(cells, a.Values)
}

func appendClass(cells []string, a dataset.Prediction) []string {
	return appendNumbers(append(cells, a.Class), a.Probabilities)
}

func appendLabels(labels []string) func(cells []string, a dataset.Prediction) []string {
	return func(cells []string, a dataset.Prediction) []string {
		for _, label := range labels {
			cell := "0"
			if slices.Contains(a.Labels, label) {
				cell = "1"
			}
			cells = append(cells, cell)
		}
		return appendNumbers(cells, a.Probabilities)
	}
}

func appendNumbers(cells []string, numbers []float64) []string {
	for _, v := range numbers {
		cells = append(cells, formatNumber(v))
	}
	return cells
}

// formatNumber returns the shortest text that reads back to v.
func formatNumber(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// A scorer answers for the rows of tables.
type scorer struct {
	*model
	keep    []string
	answers answerCells
}

// loadScorer returns the scorer of the model in the file.
func loadScorer(ctx context.Context, path string, keep []string) (*scorer, error) {
	m, err := models.get(ctx, path)
	if err != nil {
		return nil, err
	}
	return newScorer(m, keep)
}

func newScorer(m *model, keep []string) (*scorer, error) {
	s := &scorer{m, keep, newAnswerCells(m.Pipeline)}
	seen := make(map[string]bool)
	for _, name := range s.columns() {
		if seen[name] {
			return nil, fmt.Errorf("there would be two columns %s: name it once in ScoreOptions.Keep, and not if the answer has this name", quote.Text(name))
		}
		seen[name] = true
	}
	return s, nil
}

// columnsOf returns where the columns to keep are in the header.
func columnsOf(header, keep []string) ([]int, error) {
	columns := make([]int, len(keep))
	for k, name := range keep {
		if columns[k] = slices.Index(header, name); columns[k] < 0 {
			return nil, fmt.Errorf("no column %s of ScoreOptions.Keep, the columns are %s", quote.Text(name), quote.List(header))
		}
	}
	return columns, nil
}

// columns returns the names of the cells of a scored row.
func (s *scorer) columns() []string { return slices.Concat(s.keep, s.answers.columns) }

// score calls do for the cells of each row of t with its answer, and bad for each
// row that has none. The cells are valid until do returns.
func (s *scorer) score(t *dataset.Table, do func(cells []string) error, bad func(row int, err error) error) error {
	kept, err := columnsOf(t.Header(), s.keep)
	if err != nil {
		return err
	}
	answers, err := s.Predict(t)
	if answers == nil {
		return err
	}
	var cells []string
	for row, a := range answers {
		if a.Err != nil {
			if err := bad(row, a.Err); err != nil {
				return err
			}
			continue
		}
		cells = cells[:0]
		for _, j := range kept {
			cells = append(cells, t.Cell(row, j))
		}
		if err := do(s.answers.append(cells, a)); err != nil {
			return err
		}
	}
	return nil
}
