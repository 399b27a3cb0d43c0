package mlp

import (
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// An end is what a network makes of the rows that its last layer gives: which
// targets it compares them with, what it answers and how it is scored. Model
// chooses it by the task of the loss. Ends are values that do not change.
type end interface {
	// width returns the number of columns of targets and answers.
	width() int

	// names returns how many names WithClasses takes, 0 for none.
	names() int

	// classes returns the number of classes of which every row of targets has
	// one, 0 where a row has none or several.
	classes() int

	// checkTargets returns an error unless the entries of y, which are finite,
	// are targets. The error names the call op and the taker of others.
	checkTargets(op, taker string, y *mat.Dense) error

	// prepare returns the targets y in the units of the outputs, in buf where
	// those differ.
	prepare(buf *buffer, y *mat.Dense) *mat.Dense

	// answer makes answers of rows of outputs, in place, in the units of the
	// targets. It reports whether they are finite, outputs and answers alike;
	// what is not, it leaves so.
	answer(rows blas64.General) (ok bool)

	// scorer returns the scorer of rows that become outputs by act, or are
	// outputs if act is nil. y are all targets to come, nil if not known.
	scorer(act Activation, y *mat.Dense) scorer

	// agree returns an error unless other, an end for the same task, answers
	// alike.
	agree(other end) error

	// save adds what a file keeps of the end to its metadata, and load returns
	// the end with what is there. params are the tensors of the end.
	save(metadata map[string]string)
	load(metadata map[string]string) (end, error)
	params() []Param
}

// plainEnd is what most ends do: they take all numbers as targets, answer with
// the outputs and have nothing of their own in a file.
type plainEnd struct{ units int }

func (e plainEnd) width() int                                      { return e.units }
func (plainEnd) names() int                                        { return 0 }
func (plainEnd) classes() int                                      { return 0 }
func (plainEnd) checkTargets(op, taker string, y *mat.Dense) error { return nil }
func (plainEnd) prepare(_ *buffer, y *mat.Dense) *mat.Dense        { return y }
func (plainEnd) answer(rows blas64.General) (ok bool)              { return allFinite(rows) }
func (plainEnd) agree(end) error                                   { return nil }
func (plainEnd) save(map[string]string)                            {}
func (plainEnd) params() []Param                                   { return nil }

// A criterion is the loss of what the last layer gives: of the logits where
// the loss fuses with the last activation, so that nothing overflows, else of
// the outputs.
type criterion struct {
	infer lastStep   // by Infer of the last layer, or InferLogits
	eval  evalLoss   // Eval of the loss, or EvalLogits
	act   Activation // makes outputs of the logits; nil without fusion
}

// evalLoss is Loss.Eval or LogitLoss.EvalLogits.
type evalLoss func(grad, out, y *mat.Dense) float64

func newCriterion(last Layer, loss Loss) criterion {
	layer, ok1 := last.(LogitLayer)
	logits, ok2 := loss.(LogitLoss)
	if ok1 && ok2 && logits.Fuses(layer.Activation()) {
		return criterion{always(layer.InferLogits), logits.EvalLogits, layer.Activation()}
	}
	return criterion{infer: always(last.Infer), eval: loss.Eval}
}

// always returns a lastStep that takes all numbers: the loss will tell.
func always(infer func(dst, hidden *mat.Dense)) lastStep {
	return func(dst, hidden *mat.Dense) (ok bool) {
		infer(dst, hidden)
		return true
	}
}
