package mlp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/matrix"
)

// FitOptions configures Fit. The zero value trains with sensible defaults.
type FitOptions struct {
	Epochs    int        // passes over the data; 0 means 100
	BatchSize int        // rows per step; 0 means 32; more than there are means all of them
	DropLast  bool       // drop the last batch of an epoch if it has fewer rows than the others
	KeepOrder bool       // keep the order of the rows instead of shuffling them in each epoch
	Optimizer Optimizer  // nil means Adam{}
	Groups    []Group    // parameters that are trained differently from the rest
	Callbacks []Callback // notified of the progress

	// WeightDecay is the decay λ of the weights before each step,
	//
	//	w ← w − η·λ·w
	//
	// where η is the learning rate of that step (decoupled weight decay;
	// Loshchilov and Hutter, 2019). It applies to all parameters, including
	// biases; see Group.NoDecay. With Adam it gives AdamW. AdamW, and Lion with
	// a WeightDecay, have a decay of their own; combining them with this one is
	// an error.
	WeightDecay float64

	// Schedule returns the factor of the learning rate at each step,
	// DecaySchedule that of the weight decay, which is also scaled with the
	// learning rate, and DropoutSchedule that of the rates of Dropout layers, a
	// number in [0, 1]. nil means 1. A Schedule that is a Callback is notified
	// of the progress.
	Schedule, DecaySchedule, DropoutSchedule Schedule

	// Seed determines the order of the rows and the random numbers of layers
	// such as Dropout in this run. 0 means the random numbers of the network,
	// which continue where the last run stopped. A different seed gives a
	// different order on the same network and leaves the network's own random
	// numbers unchanged.
	Seed uint64

	// Validation is data to evaluate after each epoch. ValidationSplit is the
	// share of the rows, above 0 and below 1, to set aside for that instead,
	// rounded up; they are drawn at random and are the same rows whenever a
	// network with the same seed is fitted. For classifiers (unless rows have
	// several labels) each class gives its share of them, rounded up or down,
	// but not its only row, as with dataset.StratifiedSplit.
	Validation      *Dataset
	ValidationSplit float64

	// AccumulateSteps is the number of batches per step of the optimizer, which
	// uses the gradient of the mean loss over all their rows; 0 means 1. Four
	// batches of 8 give the same step as one of 32, in less memory; only layers
	// that use the whole batch, such as BatchNorm, see smaller batches. The
	// last step of an epoch takes the remaining batches. Schedules and
	// callbacks count steps: to them, the batches of a step are one batch.
	AccumulateSteps int

	// EpochSteps is the number of steps in each epoch of FitBatches, so that
	// schedules move within the first one as well; another number is an error. 0
	// means that it is not known, which is an error with a schedule for one epoch.
	// Fit counts for itself.
	EpochSteps int

	// AverageDecay is the decay d, in (0, 1), of a moving average of the
	// weights that replaces them outside the steps; 0 means none. The average
	// is initialized to the weights after the first step; then, after each
	// step,
	//
	//	a ← d·a + (1−d)·w
	//
	// as in Keras's use_ema and PyTorch's AveragedModel (the idea is due to
	// Polyak and Juditsky, Acceleration of Stochastic Approximation by
	// Averaging, 1992). 0.99 averages over about the last hundred steps.
	// Validation, callbacks at the end of an epoch and the trained network use
	// the average, while the steps continue from w, which BatchEnd sees.
	// Statistics such as BatchNorm's are recomputed for the average after each
	// epoch, even one that ends early, from all rows; with FitBatches and a Trainer, which do not have
	// all rows, such layers are an error.
	AverageDecay float64

	// ClipValue limits every entry of the gradients to ±ClipValue, ClipNorm
	// their Euclidean norm, over all parameters together, by scaling them down.
	// 0 means no limit. With both, values are clipped first.
	ClipValue, ClipNorm float64

	// Resume is the state of an earlier run to continue, or nil to start a new
	// run. Epochs includes the epochs of that run. With the same data and
	// options, and a network of the same layers and seed, the run continues to
	// the same bits as if it had never ended, and its History has the epochs of
	// both. A state that contradicts itself, or that other numbers of rows,
	// batches or epochs would give, is an error. States come from a
	// Checkpointer.
	//
	// To resume within an epoch, the batches up to there are gone through again,
	// without a step. If they are not those that were trained on, to the bit, or
	// one of them cannot be had, the run ends with an error, and the network has the
	// weights of the state.
	Resume *TrainingState

	// SampleWeights are the weights of the rows of x, ClassWeights those of the
	// classes: the loss of a batch is the mean of the losses of its rows,
	// weighted by the product of both. nil means 1 for all. Scores and
	// validation are not weighted. ClassWeights are an error if rows have no
	// class, as in a regression, or several labels.
	SampleWeights, ClassWeights []float64
}

// A Dataset is samples X (n×inputs) with their targets Y (n×units).
type Dataset struct {
	X, Y mat.Matrix
}

// withDefaults returns the checked options of the call op with defaults in
// place of zeros.
func (o FitOptions) withDefaults(op string) (FitOptions, error) {
	if err := o.check(); err != nil {
		return o, fmt.Errorf("mlp: %s: %w", op, err)
	}
	o.Epochs = cmp.Or(o.Epochs, 100)
	if isLBFGS(o.Optimizer) {
		o.KeepOrder, o.BatchSize, o.AccumulateSteps = true, math.MaxInt, 1
		return o, nil
	}
	o.BatchSize, o.AccumulateSteps = cmp.Or(o.BatchSize, 32), cmp.Or(o.AccumulateSteps, 1)
	if matrix.IsNil(o.Optimizer) {
		o.Optimizer = Adam{}
	}
	for _, s := range []*Schedule{&o.Schedule, &o.DecaySchedule, &o.DropoutSchedule} {
		adapted, err := over(*s, o.Epochs)
		if err != nil {
			return o, fmt.Errorf("mlp: %s: %w", op, err)
		}
		*s = adapted
		if c := listener(*s); c != nil {
			o.Callbacks = append(slices.Clone(o.Callbacks), c)
		}
	}
	return o, nil
}

// check returns an error for an option that is out of range or conflicts with
// another.
func (o *FitOptions) check() error {
	for i, c := range o.Callbacks {
		if matrix.IsNil(c) {
			return fmt.Errorf("callback %d is nil", i)
		}
		if _, ok := c.(Schedule); ok {
			return fmt.Errorf("callback %d is a %T, a Schedule, want it in Schedule alone", i, c)
		}
		if _, ok := c.(*Checkpoint); ok && isLBFGS(o.Optimizer) {
			return fmt.Errorf("callback %d is a Checkpoint, but LBFGS has no state to resume with", i)
		}
	}
	if err := cmp.Or(
		checkCount("Epochs", o.Epochs),
		checkCount("BatchSize", o.BatchSize),
		checkCount("AccumulateSteps", o.AccumulateSteps),
		checkCount("EpochSteps", o.EpochSteps),
		checkFraction("AverageDecay", o.AverageDecay),
		checkNonNegative("WeightDecay", o.WeightDecay),
		checkPositiveOr("ClipNorm", o.ClipNorm, "no limit"),
		checkPositiveOr("ClipValue", o.ClipValue, "no limit"),
	); err != nil {
		return err
	}
	for i := range o.Groups {
		if err := o.Groups[i].check(); err != nil {
			return fmt.Errorf("group %d: %w", i, err)
		}
	}
	if !matrix.IsNil(o.Optimizer) {
		if err := checkOptimizer(o.Optimizer); err != nil {
			return err
		}
	}
	if isLBFGS(o.Optimizer) {
		return o.checkLBFGS()
	}
	for _, s := range []Schedule{o.Schedule, o.DecaySchedule, o.DropoutSchedule} {
		if !matrix.IsNil(s) {
			if err := validate(s); err != nil {
				return err
			}
		}
	}
	return o.checkDecay()
}

// checkDecay returns an error if weights would decay twice, or if an optimizer
// with a decay of its own would ignore an option.
func (o *FitOptions) checkDecay() error {
	decay := []option{{"WeightDecay", o.WeightDecay != 0}, {"DecaySchedule", !matrix.IsNil(o.DecaySchedule)}}
	rules := []Optimizer{o.Optimizer}
	for i := range o.Groups {
		g := &o.Groups[i]
		decay = append(decay,
			option{fmt.Sprintf("Groups[%d].WeightDecay", i), g.WeightDecay != 0},
			option{fmt.Sprintf("Groups[%d].NoDecay", i), g.NoDecay})
		rules = append(rules, g.Optimizer)
	}
	for _, r := range rules {
		if !matrix.IsNil(r) && decaysByItself(r) {
			return refuse("%s with "+r.Name()+", which decays by itself: take Adam, or Lion without WeightDecay", decay)
		}
	}
	return nil
}

// checkLBFGS returns an error for an option that LBFGS does not support.
func (o *FitOptions) checkLBFGS() error {
	options := append(o.schedules(),
		option{"BatchSize", o.BatchSize != 0},
		option{"DropLast", o.DropLast},
		option{"AccumulateSteps", o.AccumulateSteps != 0},
		option{"WeightDecay", o.WeightDecay != 0},
		option{"AverageDecay", o.AverageDecay != 0},
		option{"ClipNorm", o.ClipNorm != 0},
		option{"ClipValue", o.ClipValue != 0},
		option{"Resume", o.Resume != nil})
	for i := range o.Groups {
		options = append(options, option{fmt.Sprintf("Groups[%d] that is not Fixed", i), !o.Groups[i].Fixed})
	}
	return refuse("%s with LBFGS, which takes all rows at once and finds its own steps", options)
}

// option records whether an option is set.
type option struct {
	name string
	set  bool
}

// schedules returns the schedules among the options.
func (o *FitOptions) schedules() []option {
	return []option{
		{"Schedule", !matrix.IsNil(o.Schedule)},
		{"DecaySchedule", !matrix.IsNil(o.DecaySchedule)},
		{"DropoutSchedule", !matrix.IsNil(o.DropoutSchedule)},
	}
}

// ofEpochs returns the options of a run of several epochs.
func (o *FitOptions) ofEpochs() []option {
	return append(o.schedules(),
		option{"Epochs", o.Epochs != 0},
		option{"EpochSteps", o.EpochSteps != 0},
		option{"Callbacks", o.Callbacks != nil},
		option{"Validation", o.Validation != nil},
		option{"ValidationSplit", o.ValidationSplit != 0},
		option{"Resume", o.Resume != nil},
		option{"LBFGS", isLBFGS(o.Optimizer)})
}

// refuse returns an error for the first option that is set. The format has a
// verb for its name.
func refuse(format string, options []option) error {
	for _, o := range options {
		if o.set {
			return fmt.Errorf(format, o.name)
		}
	}
	return nil
}

// Fit trains the network on the samples x with targets y; see Network.Fit.
func (n *network) Fit(ctx context.Context, x, y mat.Matrix, opts FitOptions) (*History, error) {
	if ctx == nil {
		return nil, errors.New("mlp: Fit: nil context")
	}
	if err := n.take("Fit"); err != nil {
		return nil, err
	}
	defer n.release()
	xd, yd, err := n.checkTraining("Fit", x, y, &buffer{})
	if err != nil {
		return nil, err
	}
	if err := refuse("mlp: Fit: %s is for FitBatches, Fit counts the steps", []option{{"EpochSteps", opts.EpochSteps != 0}}); err != nil {
		return nil, err
	}
	if opts, err = opts.withDefaults("Fit"); err != nil {
		return nil, err
	}
	train, validation, err := n.divide(xd, yd, &opts)
	if err != nil {
		return nil, err
	}
	return n.fit(ctx, "Fit", train, validation, opts)
}

// divide returns the rows to train on and those for validation, or nil if there
// are none.
func (n *network) divide(x, y *mat.Dense, opts *FitOptions) (train *table, validation *Dataset, err error) {
	if train, err = newTable("Fit", n, x, y, opts); err != nil {
		return nil, nil, err
	}
	share := opts.ValidationSplit
	switch {
	case opts.Validation != nil && share != 0:
		return nil, nil, errors.New("mlp: Fit: both Validation and ValidationSplit, want one")
	case share != 0:
		kept, apart, err := splitRows(n.end.classes(), y, share, n.splitSource())
		if err != nil {
			return nil, nil, err
		}
		train.keep(kept)
		validation = &Dataset{gather(&buffer{}, x, apart), gather(&buffer{}, y, apart)}
		return train, validation, cmp.Or(train.checkWeights("Fit"), train.checkDropped("Fit"))
	}
	validation, err = n.checkValidation("Fit", opts)
	return train, validation, cmp.Or(err, train.checkDropped("Fit"))
}

// checkValidation returns the validation data among the options of the call op,
// checked, or nil.
func (n *network) checkValidation(op string, opts *FitOptions) (*Dataset, error) {
	v := opts.Validation
	if v == nil {
		return nil, nil
	}
	x, y, err := n.checkTraining(op+": Validation", v.X, v.Y, &buffer{})
	return &Dataset{x, y}, err
}

// checkTraining returns the samples x and targets y of the call op, checked.
// Targets that need scaling are scaled, in buf.
func (n *network) checkTraining(op string, x, y mat.Matrix, buf *buffer) (xd, yd *mat.Dense, err error) {
	if xd, yd, err = n.checkXY(op, x, y, buf); err != nil {
		return nil, nil, err
	}
	if err := cmp.Or(checkFinite(op, "x", xd), n.precision.checkRange(op, "x", xd)); err != nil {
		return nil, nil, err
	}
	return xd, yd, n.checkInputs(op, xd)
}
