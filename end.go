package mlp

import (
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// An end defines how a network interprets the outputs of its last layer: which
// targets it compares them with, what it answers and how it is scored. Model
// chooses it by the task of the loss. Ends are immutable values.
type end interface {
	// width returns the number of columns of targets and answers.
	width() int

	// names returns the number of names that WithClasses accepts, 0 for none.
	names() int

	// classes returns the number of classes if every row of targets has exactly
	// one, or 0 if a row has none or several.
	classes() int

	// checkTargets returns an error unless the entries of y, which are finite,
	// are valid targets. The error names the call op and the taker, which
	// accepts only these.
	checkTargets(op, taker string, y *mat.Dense) error

	// prepare returns the targets y in the units of the outputs, in buf if
	// these differ.
	prepare(buf *buffer, y *mat.Dense) *mat.Dense

	// restore undoes prepare, up to rounding. It returns y itself, or a copy.
	restore(y *mat.Dense) *mat.Dense

	// answer turns rows of outputs, one after the other, into answers, in place,
	// in the units of the targets. It reports whether outputs and answers are all finite; those
	// that are not remain so.
	answer(rows []float64) (ok bool)

	// scorer returns the scorer of rows that act turns into outputs, or that
	// are outputs if act is nil. y holds all targets to come, or is nil if not
	// known.
	scorer(act Activation, y *mat.Dense) scorer

	// agree returns an error unless other, an end for the same task, answers in
	// the same way.
	agree(other end) error

	// save adds what a file stores of the end to its metadata, and load returns
	// the end restored from there. params are the tensors of the end.
	save(metadata map[string]string)
	load(metadata map[string]string) (end, error)
	params() []Param
}

// plainEnd is the common behavior of most ends: they accept all numbers as
// targets, answer with the outputs and store nothing in a file.
type plainEnd struct{ units int }

func (e plainEnd) width() int                                      { return e.units }
func (plainEnd) names() int                                        { return 0 }
func (plainEnd) classes() int                                      { return 0 }
func (plainEnd) checkTargets(op, taker string, y *mat.Dense) error { return nil }
func (plainEnd) prepare(_ *buffer, y *mat.Dense) *mat.Dense        { return y }
func (plainEnd) restore(y *mat.Dense) *mat.Dense                   { return y }
func (plainEnd) answer(rows []float64) (ok bool)                   { return kernel.AllFinite(rows) }
func (plainEnd) agree(end) error                                   { return nil }
func (plainEnd) save(map[string]string)                            {}
func (plainEnd) params() []Param                                   { return nil }

// copiedEnd returns the end with parameters of its own.
func (n *network) copiedEnd() end {
	if e, ok := n.end.(regressionEnd); ok && e.scale != nil {
		e.scale = e.scale.clone()
		return e
	}
	return n.end
}

// A criterion is the loss as a function of what the last layer returns: the
// logits if the loss fuses with the last activation, so that nothing overflows,
// otherwise the outputs.
type criterion struct {
	infer   lastStep
	eval    evalLoss    // Eval of the loss, or EvalLogits
	act     Activation  // turns logits into outputs; nil without fusion
	members *memberMean // turns the logits of members into outputs; nil without members
}

// evalLoss is Loss.Eval or LogitLoss.EvalLogits.
type evalLoss func(grad, out, y *mat.Dense) float64

func newCriterion(last Layer, loss Loss) criterion {
	if l, ok := last.(*memberMean); ok {
		return l.criterion(loss)
	}
	_, units := last.Dims()
	layer, ok1 := last.(LogitLayer)
	logits, ok2 := loss.(LogitLoss)
	if ok1 && ok2 && logits.Fuses(layer.Activation()) {
		return criterion{
			infer: lastStep{logits: true, units: units, finish: anyNumbers},
			eval:  logits.EvalLogits,
			act:   layer.Activation(),
		}
	}
	return criterion{infer: lastStep{units: units, finish: anyNumbers}, eval: loss.Eval}
}

// outputs returns the outputs of the network for what eval takes, which it may
// overwrite.
func (c *criterion) outputs(out *mat.Dense) *mat.Dense {
	if c.members != nil {
		rows, _ := out.Dims()
		means := mat.NewDense(rows, c.members.units, nil)
		c.members.Infer(means, out)
		return means
	}
	if c.act != nil {
		applyActivation(c.act, out)
	}
	return out
}

// scorer returns the scorer of an end for what eval takes; see end.scorer.
func (c *criterion) scorer(e end, y *mat.Dense) scorer {
	if c.members != nil {
		return &memberScorer{scorer: e.scorer(nil, y), mean: c.members}
	}
	return e.scorer(c.act, y)
}

// anyNumbers accepts all numbers: the loss is checked later.
func anyNumbers(blas64.General) (ok bool) { return true }
