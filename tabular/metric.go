package tabular

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// A Metric is what answers are judged by. On the rows held out, it chooses the
// best epoch of each network and the networks whose mean answers. With Accuracy,
// the log loss chooses in its place, because it depends less on chance; scores
// are accuracies all the same.
type Metric int

const (
	Usual    Metric = iota // Accuracy for classes and labels, R2 for numbers
	Accuracy               // share of right answers, 0 to 1, for classes and labels
	LogLoss                // cross-entropy of the probabilities, in nats, for classes and labels
	ROCAUC                 // area under the ROC curve, 0 to 1, for two classes; the mean over more classes or labels
	R2                     // share of the variance that is explained, at most 1, for numbers; it ranks as RMSE does
	MAE                    // mean absolute error, in the units of the target, for numbers
)

// A measure is what stands behind a Metric.
type measure struct {
	name    string
	numbers bool // it is for numbers, else for probabilities
	less    bool // the less the better
	score   bool // it is the score of an mlp.Regressor
	of      func(y, answers mat.Matrix) (float64, error)

	// chooses, if not nil, chooses in the place of the measure: the less the
	// better.
	chooses func(y, answers mat.Matrix) (float64, error)
}

var measures = [...]measure{
	Accuracy: {name: "accuracy", of: accuracy, chooses: mlp.LogLoss},
	LogLoss:  {name: "log loss", less: true, of: mlp.LogLoss},
	ROCAUC:   {name: "ROC AUC", of: mlp.ROCAUC},
	R2:       {name: "R²", numbers: true, score: true, of: mlp.R2},
	MAE:      {name: "MAE", numbers: true, less: true, of: mlp.MAE},
}

// String returns a name such as "log loss".
func (m Metric) String() string {
	switch {
	case m == Usual:
		return "usual"
	case m > 0 && int(m) < len(measures):
		return measures[m].name
	}
	return fmt.Sprintf("Metric(%d)", int(m))
}

// measure returns how m measures the answers to a task.
func (m Metric) measure(t task) (measure, error) {
	if m == Usual {
		m = Accuracy
		if t.numbers {
			m = R2
		}
	}
	if m < 0 || int(m) >= len(measures) {
		return measure{}, fmt.Errorf("Options.Metric is %v, want Usual, Accuracy, LogLoss, ROCAUC, R2 or MAE", m)
	}
	s := measures[m]
	if s.numbers != t.numbers {
		want := "Accuracy, LogLoss or ROCAUC for classes"
		if t.numbers {
			want = "R2 or MAE for numbers"
		}
		return measure{}, fmt.Errorf("Options.Metric is %v, want %s", m, want)
	}
	if !t.numbers && !t.exclusive && m != ROCAUC {
		s.of = asYesNo(s.of)
		if s.chooses != nil {
			s.chooses = asYesNo(s.chooses)
		}
	}
	return s, nil
}

// worth returns what the answers are worth in a choice: the more the better.
func (m measure) worth(y, answers mat.Matrix) (float64, error) {
	of, less := m.of, m.less
	if m.chooses != nil {
		of, less = m.chooses, true
	}
	v, err := of(y, answers)
	if less {
		v = -v
	}
	return v, err
}

// asYesNo makes a measure of yes and no one of several labels: the mean over
// rows and labels.
func asYesNo(of func(y, p mat.Matrix) (float64, error)) func(y, p mat.Matrix) (float64, error) {
	return func(y, p mat.Matrix) (float64, error) { return of(column(y), column(p)) }
}

// accuracy returns the share of right answers: of several classes the most
// probable one, of two what has a probability of at least 1/2.
func accuracy(y, p mat.Matrix) (float64, error) {
	rows, cols := p.Dims()
	if cols > 1 {
		rate, err := mlp.OneHotErrorRate(y, p)
		return 1 - rate, err
	}
	right := 0
	for i := range rows {
		if (p.At(i, 0) >= 0.5) == (y.At(i, 0) == 1) {
			right++
		}
	}
	return float64(right) / float64(rows), nil
}

// column returns all entries of m in one column.
func column(m mat.Matrix) mat.Matrix {
	d := mat.DenseCopyOf(m)
	rows, cols := d.Dims()
	return mat.NewDense(rows*cols, 1, d.RawMatrix().Data)
}
