package dataset

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/decimal"
	"example.com/mlp/trust"
)

// A Report says how good the answers of a pipeline are for rows whose targets
// are known. [Pipeline.Report] makes one. Its figures are those of packages mlp
// and trust, which agree with scikit-learn's.
//
// Printed it is a text of several tables, at most 100 letters wide; as JSON it has
// the same figures by their names, with null for a figure that is NaN. Package
// report makes an HTML page of it.
type Report struct {
	Rows    int      // that were judged
	Targets []string // the names of the columns that are predicted
	Names   []string // of the classes or labels, as Preparation.Classes; nil for numbers

	// Measures are the main figures, those of all baselines beside them:
	//
	//	Classes           accuracy, macro F1, ROC AUC, average precision, log loss, Brier score, calibration error
	//	Binary            the same, but precision, recall and F1 of the positive class, the last of Names
	//	Labels, LabelSets accuracy, exact match, micro F1, macro F1, and the same from ROC AUC on
	//	Numbers           RMSE, MAE and R² for each column
	//
	// ROC AUC and average precision are means over the classes or labels, each
	// against the rest. For labels, accuracy, log loss and Brier score are means
	// over rows and labels, and the calibration error is one over labels. A
	// network that gives margins, as with the loss mlp.Hinge, has no log loss,
	// Brier score and calibration error, and is ranked by its margins.
	Measures  []Measure
	Baselines []Baseline

	Confidence float64 // of the intervals of the Measures
	Resamples  int     // that they are made from; 0 if there are none

	// Classes has the scores of each class that has rows or is predicted, or of
	// each label; Averages their means: macro and weighted, for labels micro,
	// macro and weighted. Both are nil for numbers.
	Classes  []ClassMeasures
	Averages []mlp.ClassScores

	// Confusion counts which classes are taken for which; nil for labels and
	// numbers.
	Confusion *mlp.Confusion

	// Calibration compares probabilities with what has happened, in Bins bins: for
	// classes there is one, of labels one for each. Nil without probabilities.
	Calibration []Calibration
	Bins        int

	// Residuals is about the differences from the targets, for each column of
	// numbers; nil for classes and labels.
	Residuals []Residuals

	// Preparation says what becomes of each column, as Preparation.String does.
	Preparation string

	// Y has the targets of the rows, and Answers what the network says about them,
	// n×k: numbers; or the probabilities, or margins, of the classes, of the
	// positive class or of the labels. JSON leaves them out.
	Y, Answers *mat.Dense

	// History is that of the pipeline, nil if it has none. JSON leaves it out.
	History *mlp.History
}

// A Measure is one figure of a Report.
type Measure struct {
	Name          string
	Target        string // the column it is about; "" unless the target is one of several numbers
	LowerIsBetter bool   // as with errors and losses

	// Value is NaN where it is not defined: R² of a single row; ROC AUC where a
	// class has no row or all; average precision where a class has no row; the
	// calibration error of probabilities that are all 0 or 1.
	Value float64

	// Low and High are the ends of the interval of the Value, by the percentile
	// bootstrap over rows: too narrow if rows depend on each other, as several of
	// one person do. They are NaN where there is none: for the calibration
	// error, which is larger in resamples by its nature; where all resamples say
	// the same, as of a network without a mistake; where more than a twentieth of
	// them cannot be measured, for want of rows of a class.
	Low, High float64

	Baselines []float64 // the Value of each of Report.Baselines
}

// Text returns a figure of this measure, such as the Value, for people: with four
// decimals or digits, a dash for NaN.
func (m Measure) Text(v float64) string {
	if m.LowerIsBetter {
		return decimal.Text(v)
	}
	return decimal.Score(v)
}

// Interval returns the interval as text, such as "0.9211 to 0.9868", and a dash
// where there is none.
func (m Measure) Interval() string {
	if math.IsNaN(m.Low) || math.IsNaN(m.High) {
		return m.Text(math.NaN())
	}
	return m.Text(m.Low) + " to " + m.Text(m.High)
}

// A Baseline is something simple that a network should be better than.
type Baseline struct {
	Name  string // such as "linear"
	About string // what it is, in a few words
}

// ClassMeasures are the scores of a class or of a label, against all others.
type ClassMeasures struct {
	mlp.ClassScores

	ROCAUC, AveragePrecision float64 // NaN where they are not defined, as in Measure
}

// A Calibration compares probabilities with what has happened.
type Calibration struct {
	Label string // that the probabilities are about; "" for classes

	// Error is the expected calibration error, as [trust.CalibrationError], NaN if
	// all probabilities are 0 or 1.
	Error float64

	// Curve has the points of a reliability diagram, as [trust.Reliability]: of
	// two classes and of labels for the probability of the positive one, of more
	// for the largest of a row. It is nil if Error is NaN.
	Curve []trust.Bin
}

// Residuals says how far the predictions for a column are from its numbers. A
// residual is the true minus the predicted number.
type Residuals struct {
	Target string // the column
	Mean   float64

	// The quantiles have 5, 25, 50, 75 and 95 % of the residuals below them,
	// linear between two residuals, as in numpy.
	Q05, Q25, Median, Q75, Q95 float64
}
