package mlp

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/exact"
)

// A Tally computes a metric of rows that come in parts: in batches, because they
// are more than memory holds, or on several machines, whose tallies are merged. It
// adds up exactly, so that its value depends on nothing but the rows, neither on
// their order nor on the parts. It is that of Metric.Of for all rows, up to
// rounding. NewTally makes one.
//
//	t, err := mlp.NewTally(mlp.MetricRMSE, mlp.Regression)
//	for part := range parts {
//		err := t.Evaluate(net, part.X, part.Y)
//	}
//	rmse, err := t.Value()
//
// As bytes or text, which is what JSON takes, a Tally goes from one machine to
// another. Its memory is about a kilobyte, for RMSE one a column and for R² two.
//
// Value and the methods that marshal may be called from many goroutines at once,
// all others need the Tally for themselves.
type Tally struct {
	metric     Metric
	task       Task
	rule       *tallyRule // of the metric; nil in the zero value
	rows, cols int        // of all that was added; 0 at first
	sums       []exact.Sums
}

// NewTally returns a Tally without rows, of a metric for answers of a task.
// MetricUsual is accuracy or, for numbers, R².
//
// It is an error if the metric is not for the task, or is not a matter of sums. The
// area under the ROC curve and the average precision take all rows at once; the
// balanced accuracy and F1 follow from counts, which Confusion.Merge adds up.
func NewTally(metric Metric, task Task) (*Tally, error) {
	t, err := newTally(metric, task)
	if err != nil {
		return nil, fmt.Errorf("mlp: NewTally: %w", err)
	}
	return t, nil
}

func newTally(metric Metric, task Task) (*Tally, error) {
	metric, err := metric.forTask(task)
	if err != nil {
		return nil, err
	}
	rule, err := metric.tallyRule()
	if err != nil {
		return nil, err
	}
	return &Tally{metric: metric, task: task, rule: rule}, nil
}

// Add adds rows: targets y and answers, both n×k, as Metric.Of takes them. After
// an error, t is as before. Differences of numbers that are too large for a float64
// are errors.
func (t *Tally) Add(y, answers mat.Matrix) error {
	const op = "Tally.Add"
	if err := t.check(); err != nil {
		return fmt.Errorf("mlp: %s: %w", op, err)
	}
	j := &judged{op: op, task: t.task}
	if t.task == Binary {
		j.threshold = 0.5
	}
	return t.add(j, y, answers)
}

// Evaluate adds the answers of a network for the samples x with targets y. A
// BinaryClassifier decides by its threshold. The loss of the network must be for
// the task of t. After an error, t is as before.
func (t *Tally) Evaluate(net Network, x, y mat.Matrix) error {
	const op = "Tally.Evaluate"
	if err := t.check(); err != nil {
		return fmt.Errorf("mlp: %s: %w", op, err)
	}
	n, ok := made(net)
	if !ok {
		return notMade(op)
	}
	j := n.judged(op)
	if j.task != t.task {
		return fmt.Errorf("mlp: %s: the network is for %v, the tally for %v", op, j.task, t.task)
	}
	answers, err := n.toJudge(x)
	if err != nil {
		return err
	}
	return t.add(j, y, answers)
}

// add adds what j judges with these matrices.
func (t *Tally) add(j *judged, y, answers mat.Matrix) error {
	if err := j.take(y, answers); err != nil {
		return err
	}
	part := Tally{metric: t.metric, task: t.task, rule: t.rule}
	part.rows, part.cols = j.y.Dims()
	part.sums = make([]exact.Sums, t.rule.count(part.cols))
	if err := t.rule.add(part.sums, j); err != nil {
		return err
	}
	if err := t.merge(&part); err != nil {
		return fmt.Errorf("mlp: %s: %w", j.op, err)
	}
	return nil
}

// Merge adds the rows of another Tally of the same metric for the same task, which
// it leaves as it is. It is an error, which changes nothing, if the tallies are for
// different ones, or their targets have different numbers of columns.
func (t *Tally) Merge(other *Tally) error {
	err := t.check()
	if err == nil {
		err = other.check()
	}
	if err == nil {
		err = t.merge(other)
	}
	if err != nil {
		return fmt.Errorf("mlp: Tally.Merge: %w", err)
	}
	return nil
}

func (t *Tally) merge(other *Tally) error {
	switch {
	case t.metric != other.metric:
		return fmt.Errorf("a tally of %v and one of %v", t.metric, other.metric)
	case t.task != other.task:
		return fmt.Errorf("a tally for %v and one for %v", t.task, other.task)
	case other.rows == 0:
		return nil
	case t.rows > 0 && t.cols != other.cols:
		return fmt.Errorf("targets of %d columns and of %d", t.cols, other.cols)
	case other.rows > mostEntries/other.cols-t.rows:
		return fmt.Errorf("%d and %d rows are too many", t.rows, other.rows)
	}
	if t.rows == 0 {
		t.cols, t.sums = other.cols, make([]exact.Sums, len(other.sums))
	}
	t.rows += other.rows
	for i := range t.sums {
		t.sums[i].Merge(&other.sums[i])
	}
	return nil
}

// mostEntries is the largest number of entries, of which sums do not overflow.
const mostEntries = math.MaxInt / 4

// Value returns the metric of the rows so far. Without rows it is an error. As R2
// has it, R² of a single row is NaN.
func (t *Tally) Value() (float64, error) {
	err := t.check()
	if err == nil && t.rows == 0 {
		err = errors.New("no rows")
	}
	if err != nil {
		return 0, fmt.Errorf("mlp: Tally.Value: %w", err)
	}
	return t.rule.value(t), nil
}

// check returns an error for a Tally that was not made.
func (t *Tally) check() error {
	if t == nil || t.rule == nil {
		return errors.New("the tally is nil or zero, NewTally makes one")
	}
	return nil
}

// tallyRule is how a Tally computes a metric.
type tallyRule struct {
	perColumn int                                      // sums for each column; 0 for one sum of all
	add       func(sums []exact.Sums, j *judged) error // adds rows to the sums
	value     func(t *Tally) float64                   // of all rows
}

// tallyRule returns the rule of a metric, or an error if it is no matter of sums. It
// is no column of the table of metrics, so that programs without a Tally have none of
// it.
func (m Metric) tallyRule() (*tallyRule, error) {
	switch m {
	case MetricAccuracy:
		return meanOf(addAccuracy), nil
	case MetricLogLoss:
		return meanOf(addLogLoss), nil
	case MetricBrierScore:
		return meanOf(addBrierScore), nil
	case MetricMAE:
		return meanOf(addMAE), nil
	case MetricRMSE:
		return &rmseTally, nil
	case MetricR2:
		return &r2Tally, nil
	case MetricBalancedAccuracy, MetricF1, MetricMacroF1:
		return nil, fmt.Errorf("%v follows from counts: see Confusion.Merge", m)
	}
	return nil, fmt.Errorf("%v cannot be added up, since it takes all rows at once: see Metric.Of", m)
}

// count returns the number of sums for so many columns.
func (r *tallyRule) count(cols int) int { return max(1, r.perColumn*cols) }

// meanOf makes a rule of a metric that is a sum, divided by the number of rows or,
// where an entry is an answer of its own, of entries.
func meanOf(add func(sum *exact.Sums, j *judged) error) *tallyRule {
	return &tallyRule{
		add: func(sums []exact.Sums, j *judged) error { return add(&sums[0], j) },
		value: func(t *Tally) float64 {
			if t.task == Multiclass {
				return t.sums[0].Mean(t.rows)
			}
			return t.sums[0].Mean(t.rows * t.cols)
		},
	}
}

func addAccuracy(sum *exact.Sums, j *judged) error {
	s, err := j.right()
	if err != nil {
		return err
	}
	sum.AddTimes(1, uint64(s.hits))
	return nil
}

func addLogLoss(sum *exact.Sums, j *judged) error {
	y, p := j.probabilities()
	y, p, err := probabilityArgs(j.op, y, p)
	if err != nil {
		return err
	}
	logLosses(y, p, sum.Add)
	return nil
}

func addBrierScore(sum *exact.Sums, j *judged) error {
	y, p := j.probabilities()
	y, p, err := probabilityArgs(j.op, y, p)
	if err != nil {
		return err
	}
	eachEntry(y, p, func(y, p float64) { sum.Add(squaredError(y, p)) })
	return nil
}

func addMAE(sum *exact.Sums, j *judged) error {
	return j.eachResidual(func(_ int, r float64) { sum.Add(math.Abs(r)) })
}

// rmseTally has the residuals of each column.
var rmseTally = tallyRule{
	perColumn: 1,
	add: func(sums []exact.Sums, j *judged) error {
		return j.eachResidual(func(col int, r float64) { sums[col].Add(r) })
	},
	value: func(t *Tally) float64 {
		sum := 0.0
		for i := range t.sums {
			sum += t.sums[i].RootMeanSquare(t.rows)
		}
		return sum / float64(t.cols)
	},
}

// r2Tally has the residuals of each column and behind them the targets of each.
var r2Tally = tallyRule{
	perColumn: 2,
	add: func(sums []exact.Sums, j *judged) error {
		rows, cols := j.y.Dims()
		for i := range rows {
			for col, v := range j.y.RawRowView(i) {
				sums[cols+col].Add(v)
			}
		}
		return j.eachResidual(func(col int, r float64) { sums[col].Add(r) })
	},
	value: func(t *Tally) float64 {
		if t.rows < 2 {
			return math.NaN()
		}
		sum := 0.0
		for col := range t.cols {
			residuals, targets := &t.sums[col], &t.sums[t.cols+col]
			r2, ok := exact.Determination(residuals, targets, t.rows)
			if !ok && residuals.Zero() {
				r2 = 1
			}
			sum += r2
		}
		return max(sum/float64(t.cols), -math.MaxFloat64) // finite, however bad
	},
}

// eachResidual calls do for all answers less targets.
func (j *judged) eachResidual(do func(col int, r float64)) error {
	rows, _ := j.y.Dims()
	for i := range rows {
		y := j.y.RawRowView(i)
		for col, v := range j.answers.RawRowView(i) {
			r := v - y[col]
			if !finite(r) {
				return fmt.Errorf("mlp: %s: the difference of the answer %g and the target %g in row %d, column %d, is %g: %w", j.op, v, y[col], i, col, r, ErrNotFinite)
			}
			do(col, r)
		}
	}
	return nil
}
