package tabular

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// Options say what Fit and Tune do. The zero value is right for a first try.
// Neither changes them, so that several calls can share them.
type Options struct {
	Method Method // the zero value is Auto
	Size   Size   // of its networks; the zero value is Medium

	// Metric judges answers. On the rows held out, it chooses the best epoch of each
	// network and the networks whose mean answers. The zero value is accuracy, or R²
	// of numbers. In the place of accuracy, the log loss chooses, because it depends
	// less on chance; scores are accuracies all the same.
	Metric mlp.Metric

	// Recipe has the columns that are not what their cells show, and what means
	// a missing value. Its Target must be empty. Where it says nothing, numbers are
	// scaled as the Method wants them, in place of Standard; missing ones become the
	// mean, with a flag; names that are missing or were not there in training become
	// zeros or the code 0, missing truth values 0, other missing values the most
	// frequent one; a column without a cell in the rows to train with is no input.
	Recipe dataset.Recipe

	// Validation says which rows judge; the zero value is [dataset.HoldOut] of 0.2.
	//
	// With [dataset.CrossValidate](k) each network is trained k times, each time
	// without one of the parts, which judges, and the mean of the k networks answers
	// (bagging). That takes k times as long to train and to answer, and gives better
	// answers than HoldOut, most of all where rows are few. How columns are prepared,
	// and how numbers that are predicted are scaled, is then learned from all rows.
	// [dataset.CrossValidateGroups] does the same with groups.
	//
	// With [dataset.CrossValidateTime](k) each network is trained k times, too, and
	// chosen by the mean of the k scores, but what answers is as with HoldOutLast: the
	// networks that were trained with all rows but the last part. Each fold learns
	// from its rows to train with alone.
	Validation dataset.Validation

	// Seeds is how often each network is trained, each time from another seed; the
	// mean of all of them answers. 0 means once, but with at most 5000 rows to train
	// with, and no Time, Auto trains RealMLP and Plain three times in each of two
	// ways, and leaves out a training that diverges if another does not. So does Tune,
	// which trains what it has drawn once.
	Seeds int

	// Members is the number of members with which a TabM or TabM-mini answers, of
	// the 8, 16 or 32 that a Size trains: those that are best together on the rows
	// held out. Fewer members answer faster, from a smaller file. 0 means all, and so
	// does a number of as many or more.
	Members int

	// Weights has, for each row of the table, how much it counts in the training, a
	// finite number of at least 0; nil means that all count alike. Balanced also
	// divides the weight of a row by the share of its class in the rows to train
	// with, as if classes were equally frequent; it is for a target that is
	// Exclusive. The Metric does not know weights.
	Weights  []float64
	Balanced bool

	// LabelSmoothing trains classes and labels towards probabilities that are
	// slightly away from 0 and 1, as [mlp.LabelSmoothing] does; it is at least 0 and
	// below 1. Published for RealMLP is 0.1; probabilities are then too timid. 0 means
	// none.
	LabelSmoothing float64

	// Epochs is the number of passes over the rows, at most; 0 means what is usual
	// for each network, which is 16 to 256.
	Epochs int

	// Time limits all training together. It is shared out among the trainings, and
	// at the end of its share a network goes back to its best epoch; one that has
	// not finished an epoch is not trained, which Trial.Err says. 0 means no limit.
	// With a limit, the result depends on the speed of the machine.
	Time time.Duration

	Seed    uint64 // another seed gives other networks and holds out other rows
	Float64 bool   // double precision, which is slower than single precision

	// Callbacks, if not nil, is called before each training, one call at a time, and
	// returns the callbacks for that training alone, such as a bar of the Bars of
	// package progress. Networks are trained on several goroutines, so that callbacks
	// of different trainings run at the same time. If one panics, so does Fit, after
	// the other trainings have ended.
	Callbacks func(r Run) []mlp.Callback
}

const leastRows = 10 // of a table

// withDefaults returns the checked options with defaults in place of zeros, for
// a table of this many rows with this target.
func (o Options) withDefaults(rows int, target dataset.Target) (Options, error) {
	if o.Validation == (dataset.Validation{}) {
		o.Validation = dataset.HoldOut(0.2)
	}
	if err := cmp.Or(o.Method.check(), o.Size.check()); err != nil {
		return o, err
	}
	switch {
	case o.Recipe.Target != (dataset.Target{}):
		return o, errors.New("Options.Recipe has a Target, which is an argument of its own")
	case rows < leastRows:
		return o, fmt.Errorf("too few rows: %d, want at least %d", rows, leastRows)
	case o.Seeds < 0:
		return o, fmt.Errorf("Options.Seeds is %d, want at least 1 (or 0 for the usual number)", o.Seeds)
	case o.Members < 0:
		return o, fmt.Errorf("Options.Members is %d, want at least 1 (or 0 for all)", o.Members)
	case !(o.LabelSmoothing >= 0 && o.LabelSmoothing < 1):
		return o, fmt.Errorf("Options.LabelSmoothing is %g, want at least 0 and less than 1", o.LabelSmoothing)
	case o.Epochs < 0:
		return o, fmt.Errorf("Options.Epochs is %d, want at least 1 (or 0 for the usual number)", o.Epochs)
	case o.Time < 0:
		return o, fmt.Errorf("Options.Time is %v, want a time above 0 (or 0 for no limit)", o.Time)
	}
	return o, o.checkWeights(rows, target)
}

// precision returns that of the networks.
func (o Options) precision() mlp.Precision {
	if o.Float64 {
		return mlp.Float64
	}
	return mlp.Float32
}
