package mlp

import (
	"cmp"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// A LabelReport holds the scores of predicted labels, of which a row may have
// several. They agree with scikit-learn's, including that a share of no rows is
// 0.
type LabelReport struct {
	Labels                 []ClassScores // for the rows that have the label
	Micro, Macro, Weighted ClassScores   // see NewLabelReport

	Accuracy float64 // share of entries that are right: 1 − the Hamming loss
	Exact    float64 // share of rows with all labels right: the subset accuracy

	// Confusions has a confusion matrix for each label: class 1 is the rows
	// that have the label.
	Confusions []*Confusion
}

// NewLabelReport compares the labels y with the predictions yhat. Both are n×k
// matrices of 0s and 1s, as BinaryClassifier.Predict returns them for k units.
// The names of the labels are used for printing; without names, the labels are
// printed as 0, 1, 2 and so on.
//
// Of the averages, Micro pools the entries of all labels, Macro is the mean of
// the scores of the labels, and Weighted is their mean weighted by the number
// of rows that have the label.
func NewLabelReport(y, yhat mat.Matrix, names ...string) (*LabelReport, error) {
	const op = "NewLabelReport"
	a, b, err := metricArgs(op, y, yhat)
	if err != nil {
		return nil, err
	}
	_, cols := a.Dims()
	if len(names) != 0 && len(names) != cols {
		return nil, fmt.Errorf("mlp: %s: %d names for %d labels", op, len(names), cols)
	}
	if err := cmp.Or(checkLabels(op, "y", "", a), checkLabels(op, "yhat", "", b)); err != nil {
		return nil, err
	}
	r := &LabelReport{Confusions: make([]*Confusion, cols)}
	for j := range r.Confusions {
		r.Confusions[j] = &Confusion{Counts: [][]int{{0, 0}, {0, 0}}}
	}
	r.Exact = shareOfRows(a, func(i int) bool {
		actual, predicted := a.RawRowView(i), b.RawRowView(i)
		for j, c := range r.Confusions {
			c.Counts[int(actual[j])][int(predicted[j])]++
		}
		return slices.Equal(actual, predicted)
	})
	r.average(names)
	return r, nil
}

// average fills in the scores that follow from the confusion matrices of the
// labels, which have names or are identified by their numbers.
func (r *LabelReport) average(names []string) {
	all := &Confusion{Counts: [][]int{{0, 0}, {0, 0}}}
	for j, c := range r.Confusions {
		for i, row := range c.Counts {
			for k, count := range row {
				all.Counts[i][k] += count
			}
		}
		s := c.Class(1)
		s.Name = nameOf(names, j)
		r.Labels = append(r.Labels, s)
	}
	r.Accuracy = all.Accuracy()
	r.Micro = all.Class(1)
	r.Micro.Name = "micro avg"
	r.Macro, r.Weighted = averages(r.Labels, r.Micro.Support)
}

// String returns a table in the format of scikit-learn's classification_report.
func (r *LabelReport) String() string {
	t := newScoreTable(r.Labels)
	fmt.Fprintln(t)
	t.rows(r.Micro, r.Macro, r.Weighted)
	return t.String()
}
