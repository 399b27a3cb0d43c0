package dataset

import (
	"fmt"
	"slices"

	"example.com/mlp"
)

// Labels is the target of a classification by several labels, of which a sample
// may have any number: Y is n×k and holds 1 where the sample has the label. Each
// of the k columns, at least two, is for a label, which has its name. Its cells
// are 1 and 0, true and false or yes and no.
func Labels(columns ...string) Target { return Target{labelsTarget(slices.Clone(columns))} }

const labelsKind = "labels"

// labelsTarget has the names of the columns, of which nothing is to be learned.
type labelsTarget []string

func (t labelsTarget) columns() []string { return t }
func (t labelsTarget) classes() []string { return t }
func (t labelsTarget) width() int        { return len(t) }
func (labelsTarget) stratified() bool    { return false }

func (t labelsTarget) check() error {
	if err := checkColumns(t, 2); err != nil {
		return fmt.Errorf("Labels: %w", err)
	}
	return nil
}

func (t labelsTarget) learn([]cells) (targetEncoder, error) { return t, nil }
func (t labelsTarget) summary() targetSummary               { return newKnownTarget(t) }

func (t labelsTarget) encode(dst []float64, columns []cells, row int) error {
	for k, c := range columns {
		cell, err := targetCell(c, row)
		if err != nil {
			return err
		}
		if dst[k], err = booleanOf(cell); err != nil {
			return c.at(row, err)
		}
	}
	return nil
}

func (t labelsTarget) save() savedTarget { return savedTarget{Kind: labelsKind, Columns: t} }

func loadLabels(s savedTarget) (targetEncoder, error) {
	return labelsTarget(s.Columns), checkColumns(s.Columns, 2)
}

func (t labelsTarget) answerer(net mlp.Network) (answerer, bool) { return newLabelAnswerer(net, t) }

func newLabelAnswerer(net mlp.Network, names []string) (answerer, bool) {
	d, margins, ok := asDecider(net)
	switch {
	case !ok:
		return nil, false
	case margins:
		return &decidedLabelAnswerer{predictions{net}, names}, true
	}
	return &labelAnswerer{probabilities{d}, d, names}, true
}

// labelAnswerer answers with labels and the probabilities of all.
type labelAnswerer struct {
	probabilities
	decider decider
	names   []string
}

func (a *labelAnswerer) size() int { return len(a.names) }

func (a *labelAnswerer) answer(said, numbers []float64) Prediction {
	copy(numbers, said)
	return Prediction{Labels: labelsFrom(a.decider.Threshold(), said, a.names), Probabilities: numbers, names: a.names}
}

// decidedLabelAnswerer answers with labels that the network has decided on.
type decidedLabelAnswerer struct {
	predictions
	names []string
}

func (*decidedLabelAnswerer) size() int { return 0 }

func (a *decidedLabelAnswerer) answer(said, _ []float64) Prediction {
	return Prediction{Labels: labelsFrom(1, said, a.names)}
}

// labelsFrom returns the names of the numbers that are at least the threshold.
func labelsFrom(threshold float64, numbers []float64, names []string) []string {
	labels := make([]string, 0, len(names))
	for k, v := range numbers {
		if v >= threshold {
			labels = append(labels, names[k])
		}
	}
	return labels
}
