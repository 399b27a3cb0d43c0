package mlp

import (
	"fmt"
	"strings"
)

// ClassScores holds the scores of one class, or their average over the classes.
type ClassScores struct {
	Name      string  // of the class or the average
	Precision float64 // share of the rows predicted to be of the class that are
	Recall    float64 // share of the rows of the class that are predicted to be
	F1        float64 // harmonic mean of precision and recall
	Support   int     // number of rows of the class
}

// Class returns the scores of class i. For a choice between 0 and 1, precision
// and recall usually mean those of class 1. A class that does not exist has
// zero scores.
func (c *Confusion) Class(i int) ClassScores {
	actual, predicted, _, _ := c.totals()
	if i < 0 || i >= len(actual) {
		return ClassScores{}
	}
	return c.class(i, actual[i], predicted[i])
}

func (c *Confusion) class(i, actual, predicted int) ClassScores {
	s := ClassScores{Name: nameOf(c.Names, i), Support: actual}
	if right := c.at(i, i); right > 0 {
		s.Precision, s.Recall = ratio(right, predicted), ratio(right, actual)
		s.F1 = 2 * s.Precision * s.Recall / (s.Precision + s.Recall)
	}
	return s
}

// Macro returns the means of the scores of all classes.
func (c *Confusion) Macro() ClassScores { return c.Report().Macro }

// Weighted returns the means of the scores of all classes, weighted by the
// number of their rows.
func (c *Confusion) Weighted() ClassScores { return c.Report().Weighted }

// A Report holds the scores of a classifier class by class.
type Report struct {
	Classes         []ClassScores
	Accuracy        float64
	Macro, Weighted ClassScores // means of Classes
}

// Report returns the scores of all classes. A class that has no rows and is
// never predicted is omitted, here and in Macro and Weighted.
func (c *Confusion) Report() *Report {
	actual, predicted, right, rows := c.totals()
	r := &Report{Accuracy: ratio(right, rows)}
	for i := range actual {
		if actual[i]+predicted[i] > 0 {
			r.Classes = append(r.Classes, c.class(i, actual[i], predicted[i]))
		}
	}
	r.Macro, r.Weighted = averages(r.Classes, rows)
	return r
}

// averages returns the means of the scores of the classes, which have so many
// rows together, and their means weighted by the number of rows.
func averages(classes []ClassScores, rows int) (macro, weighted ClassScores) {
	macro = ClassScores{Name: "macro avg", Support: rows}
	weighted = ClassScores{Name: "weighted avg", Support: rows}
	for _, s := range classes {
		macro.add(1/float64(len(classes)), s)
		weighted.add(ratio(s.Support, rows), s)
	}
	return macro, weighted
}

// add adds weight times the scores of other.
func (s *ClassScores) add(weight float64, other ClassScores) {
	s.Precision += float64(weight * other.Precision)
	s.Recall += float64(weight * other.Recall)
	s.F1 += float64(weight * other.F1)
}

// String returns a table in the format of scikit-learn's classification_report.
func (r *Report) String() string {
	t := newScoreTable(r.Classes)
	fmt.Fprintf(t, "\n%*s  %9s %9s %9.2f %9d\n", t.width, "accuracy", "", "", r.Accuracy, r.Macro.Support)
	t.rows(r.Macro, r.Weighted)
	return t.String()
}

// scoreTable is a table of scores in the format of scikit-learn's
// classification_report.
type scoreTable struct {
	strings.Builder
	width int // of the names
}

// newScoreTable returns a table with the scores of all classes.
func newScoreTable(classes []ClassScores) *scoreTable {
	t := &scoreTable{width: len("weighted avg")}
	for _, s := range classes {
		t.width = max(t.width, len([]rune(s.Name)))
	}
	fmt.Fprintf(t, "%*s  %9s %9s %9s %9s\n\n", t.width, "", "precision", "recall", "f1-score", "support")
	t.rows(classes...)
	return t
}

func (t *scoreTable) rows(scores ...ClassScores) {
	for _, s := range scores {
		fmt.Fprintf(t, "%*s  %9.2f %9.2f %9.2f %9d\n", t.width, s.Name, s.Precision, s.Recall, s.F1, s.Support)
	}
}
