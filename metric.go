package mlp

import (
	"fmt"
	"strings"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/quote"
)

// A Metric is a figure for how good the answers of a network are, by its name.
// It chooses epochs in EarlyStopping and KeepBest, and settings in package
// selection. The functions of this package, such as ROCAUC, compute the same
// figures from matrices.
//
// The zero value leaves the choice to what takes a Metric: the loss, where epochs
// are chosen by EarlyStopping and KeepBest, and accuracy or R² wherever answers are
// scored.
type Metric int

const (
	MetricUsual            Metric = iota // "usual": accuracy or, for numbers, R²; to choose epochs by, the loss
	MetricAccuracy                       // "accuracy": share of right classes, or of right entries of several labels
	MetricBalancedAccuracy               // "balanced_accuracy": mean recall of the classes
	MetricF1                             // "f1": of class 1, where there are two classes in one column
	MetricMacroF1                        // "f1_macro": mean F1 of the classes or labels
	MetricROCAUC                         // "roc_auc": see ROCAUC
	MetricAveragePrecision               // "average_precision": see AveragePrecision
	MetricLogLoss                        // "log_loss": see LogLoss; of several labels the mean over all entries
	MetricBrierScore                     // "brier_score": see BrierScore; of several labels the mean over all entries
	MetricR2                             // "r2": see R2
	MetricRMSE                           // "rmse": see RMSE, in the units of the targets
	MetricMAE                            // "mae": see MAE, in the units of the targets
)

// metricRule is what stands behind a Metric.
type metricRule struct {
	name     string
	numbers  bool // it is for numbers, else for classes and labels
	probable bool // it takes probabilities, no margins
	less     bool // less is better
	of       func(j *judged) (float64, error)
}

// suits reports whether the metric is for a task.
func (r *metricRule) suits(t Task) bool {
	return r.numbers == t.ofNumbers() && !(r.probable && t == Margin)
}

// metrics is the table of metrics.
var metrics = [...]metricRule{
	MetricUsual:            {name: "usual"},
	MetricAccuracy:         {name: "accuracy", of: (*judged).accuracy},
	MetricBalancedAccuracy: {name: "balanced_accuracy", of: (*judged).balancedAccuracy},
	MetricF1:               {name: "f1", of: (*judged).f1},
	MetricMacroF1:          {name: "f1_macro", of: (*judged).macroF1},
	MetricROCAUC:           {name: "roc_auc", of: ofAnswers(ROCAUC)},
	MetricAveragePrecision: {name: "average_precision", of: ofAnswers(AveragePrecision)},
	MetricLogLoss:          {name: "log_loss", probable: true, less: true, of: ofProbabilities(LogLoss)},
	MetricBrierScore:       {name: "brier_score", probable: true, less: true, of: ofProbabilities(BrierScore)},
	MetricR2:               {name: "r2", numbers: true, of: ofAnswers(R2)},
	MetricRMSE:             {name: "rmse", numbers: true, less: true, of: ofAnswers(RMSE)},
	MetricMAE:              {name: "mae", numbers: true, less: true, of: ofAnswers(MAE)},
}

// MetricByName returns the metric with the given name, such as "roc_auc".
func MetricByName(name string) (Metric, error) {
	names := make([]string, len(metrics))
	for i, m := range metrics {
		if m.name == name {
			return Metric(i), nil
		}
		names[i] = m.name
	}
	return 0, fmt.Errorf("mlp: MetricByName: unknown metric %s, have %q", quote.Text(name), names)
}

// String returns the name of the metric, such as "roc_auc".
func (m Metric) String() string {
	if !m.exists() {
		return fmt.Sprintf("Metric(%d)", int(m))
	}
	return metrics[m].name
}

// LessIsBetter reports whether smaller values are better, as those of losses and
// errors are.
func (m Metric) LessIsBetter() bool { return m.exists() && metrics[m].less }

func (m Metric) exists() bool { return m >= 0 && int(m) < len(metrics) }

// Of returns the metric of answers for the targets y, both n×k. Answers are what
// a network of the task gives: probabilities for Binary and Multiclass, margins
// for Margin, and numbers in the units of y for Regression and Counting. With
// Binary and Margin, several columns are labels, and an answer means yes from a
// probability of 0.5, or a margin of 0, on.
//
// It is an error if the metric is not for such answers, or not defined for these,
// as the area under the ROC curve is not where a class has no row.
func (m Metric) Of(task Task, y, answers mat.Matrix) (float64, error) {
	j := &judged{op: "Metric.Of", task: task}
	if task == Binary {
		j.threshold = 0.5
	}
	return m.of(j, y, answers)
}

// Evaluate returns the metric of the answers of a network for the samples x with
// targets y. A BinaryClassifier decides by its threshold. Errors are those of Of
// and of Network.Predict.
func (m Metric) Evaluate(net Network, x, y mat.Matrix) (float64, error) {
	const op = "Metric.Evaluate"
	n, ok := made(net)
	if !ok {
		return 0, notMade(op)
	}
	answers, err := n.toJudge(x)
	if err != nil {
		return 0, err
	}
	return m.of(n.judged(op), y, answers)
}

// toJudge returns what metrics compare with targets: what Predict returns, but
// probabilities or margins where that is decisions.
func (n *network) toJudge(x mat.Matrix) (*mat.Dense, error) {
	if n.decides() {
		return n.Forward(x)
	}
	return n.Predict(x)
}

// decides reports whether Predict returns decisions.
func (n *network) decides() bool {
	_, ok := n.end.(binaryEnd)
	return ok
}

// A judged is answers that are judged by the targets y, both n×k.
type judged struct {
	op         string // the call
	task       Task
	threshold  float64 // of decisions
	y, answers *mat.Dense
}

// judged returns a judged without matrices, for the call op.
func (n *network) judged(op string) *judged {
	e, _ := n.end.(binaryEnd)
	return &judged{op: op, task: n.loss.Task(), threshold: e.threshold}
}

// of returns the metric of j with these matrices.
func (m Metric) of(j *judged, y, answers mat.Matrix) (float64, error) {
	if err := j.take(y, answers); err != nil {
		return 0, err
	}
	m, err := m.forTask(j.task)
	if err != nil {
		return 0, fmt.Errorf("mlp: %s: %w", j.op, err)
	}
	return metrics[m].of(j)
}

// take gives j its matrices.
func (j *judged) take(y, answers mat.Matrix) (err error) {
	if j.y, j.answers, err = metricArgs(j.op, y, answers); err != nil {
		return err
	}
	if _, cols := j.y.Dims(); j.task == Multiclass && cols == 1 {
		return &ShapeError{Op: j.op, Subject: "y", Got: 1, Unit: "columns", Wanting: "multiclass takes at least", Want: 2}
	}
	return nil
}

// forTask returns the metric that m means for a task.
func (m Metric) forTask(t Task) (Metric, error) {
	if err := m.check(t); err != nil {
		return m, err
	}
	switch {
	case m == MetricUsual && t.ofNumbers():
		return MetricR2, nil
	case m == MetricUsual:
		return MetricAccuracy, nil
	}
	return m, nil
}

// check returns an error unless the metric is for a task.
func (m Metric) check(t Task) error {
	switch {
	case !m.exists():
		return fmt.Errorf("%v is no metric", m)
	case t < Binary || t > Counting:
		return fmt.Errorf("%v is no task", t)
	case m != MetricUsual && !metrics[m].suits(t):
		return fmt.Errorf("%v is not for %v, which has %v", m, t, metricNames(t))
	}
	return nil
}

// ofNumbers reports whether the answers are numbers.
func (t Task) ofNumbers() bool { return t == Regression || t == Counting }

// metricNames returns the names of the metrics for a task.
func metricNames(t Task) string {
	var names []string
	for _, m := range metrics[MetricUsual+1:] {
		if m.suits(t) {
			names = append(names, m.name)
		}
	}
	return strings.Join(names, ", ")
}

// ofAnswers makes a rule of a metric of targets and answers.
func ofAnswers(metric func(y, yhat mat.Matrix) (float64, error)) func(*judged) (float64, error) {
	return func(j *judged) (float64, error) { return metric(j.y, j.answers) }
}

// ofProbabilities makes a rule of a metric of targets and probabilities, which of
// several labels takes all entries as one column.
func ofProbabilities(metric func(y, p mat.Matrix) (float64, error)) func(*judged) (float64, error) {
	return func(j *judged) (float64, error) { return metric(j.probabilities()) }
}

// probabilities returns targets and probabilities, of several labels all entries
// in one column.
func (j *judged) probabilities() (y, p *mat.Dense) {
	if j.labels() {
		return inOneColumn(j.y), inOneColumn(j.answers)
	}
	return j.y, j.answers
}

func (j *judged) accuracy() (float64, error) {
	s, err := j.right()
	if err != nil {
		return 0, err
	}
	return s.score(), nil
}

// right returns a scorer of the right answers.
func (j *judged) right() (*accuracyScorer, error) {
	s := newArgmaxScorer()
	if j.task != Multiclass {
		s = newThresholdScorer(j.threshold)
	}
	if err := j.checkTargets(); err != nil {
		return nil, err
	}
	s.add(j.answers, j.y)
	return s, nil
}

func (j *judged) balancedAccuracy() (float64, error) {
	if j.labels() {
		return 0, fmt.Errorf("mlp: %s: balanced_accuracy is for classes, the targets are %d labels", j.op, j.y.RawMatrix().Cols)
	}
	c, err := NewConfusion(j.y, j.decisions())
	if err != nil {
		return 0, err
	}
	return c.BalancedAccuracy(), nil
}

func (j *judged) f1() (float64, error) {
	if _, cols := j.y.Dims(); cols > 1 {
		return 0, fmt.Errorf("mlp: %s: f1 is for two classes in one column, y has %d columns: f1_macro is the mean over several", j.op, cols)
	}
	c, err := NewConfusion(j.y, j.decisions())
	if err != nil {
		return 0, err
	}
	return c.Class(1).F1, nil
}

func (j *judged) macroF1() (float64, error) {
	if j.labels() {
		r, err := NewLabelReport(j.y, j.decisions())
		if err != nil {
			return 0, err
		}
		return r.Macro.F1, nil
	}
	c, err := NewConfusion(j.y, j.decisions())
	if err != nil {
		return 0, err
	}
	return c.Macro().F1, nil
}

// labels reports whether a row may have several of the columns.
func (j *judged) labels() bool {
	_, cols := j.y.Dims()
	return cols > 1 && j.task != Multiclass
}

// decisions returns 0 and 1 for the answers, but the probabilities of classes as
// they are.
func (j *judged) decisions() *mat.Dense {
	if j.task == Multiclass {
		return j.answers
	}
	d := mat.DenseCopyOf(j.answers)
	binaryEnd{threshold: j.threshold}.answer(d.RawMatrix().Data)
	return d
}

// checkTargets returns an error unless the targets are classes or labels.
func (j *judged) checkTargets() error {
	if j.task == Multiclass {
		return checkClasses(j.op, j.y)
	}
	return checkLabels(j.op, "y", "", j.y)
}

// inOneColumn returns all entries of m in one column.
func inOneColumn(m *mat.Dense) *mat.Dense {
	m = mat.DenseCopyOf(m)
	rows, cols := m.Dims()
	return mat.NewDense(rows*cols, 1, m.RawMatrix().Data)
}
