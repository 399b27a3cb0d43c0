package mlp

import (
	"fmt"
	"slices"
	"sync"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// A Predictor answers like the network from which Freeze has made it, for
// serving. It has a copy of the weights, so that nothing that happens to the
// network changes its answers.
//
// All methods may be called from many goroutines at once. Samples that are not
// finite are errors, and so are those that do not fit the network, as for
// Network.Predict.
type Predictor struct {
	net     *network
	buffers sync.Pool // of *wideRow
}

// wideRow is memory in double precision for a sample in single precision and its
// answers.
type wideRow struct{ x, y []float64 }

// Freeze returns a Predictor with the weights that the network has now, in the
// precision of the network. It leaves out what does nothing in predictions, such
// as Dropout, and folds into the weights of the dense layer before or after it
// what only scales and shifts columns: Normalization, BatchNorm and Scale, and
// the factor of NTKDense. With Float32, the weights are rounded once, which makes
// single samples several times faster.
//
// Where nothing is folded, the answers are those of the network to the bit, but for
// the sign of a zero in networks of members. A folded sum differs from that of the
// network by rounding: by about 2048·ε·s at most, where ε is the unit roundoff of
// the precision, 2⁻⁵³ or 2⁻²⁴, and s the sum of the absolute values of the terms,
// the bias included, before or after folding, whichever is larger. What would lose
// more digits stays apart: a Normalization or BatchNorm with a column whose mean is
// more than 1024 times its standard deviation, one after another, and one that would
// make a weight too large or too small for the precision.
//
// It is an error if the network has layers from other packages, which cannot be
// copied.
func Freeze(net Network) (*Predictor, error) {
	const op = "Freeze"
	n, ok := made(net)
	if !ok {
		return nil, notMade(op)
	}
	if err := n.checkSettled(op); err != nil {
		return nil, err
	}
	if err := n.checkParams(); err != nil {
		return nil, fmt.Errorf("mlp: %s: %w", op, err)
	}
	if err := n.checkValues(op); err != nil {
		return nil, err
	}
	layers, err := folded(n.layers, n.precision)
	if err != nil {
		return nil, fmt.Errorf("mlp: %s: %w", op, err)
	}
	p := &Predictor{net: &network{layers: layers, loss: n.loss, end: n.copiedEnd(), precision: n.precision, fixed: true}}
	p.net.prepare()
	p.net.depth = n.depth // that of the caller's network, for errors
	inputs, outputs := p.Dims()
	p.buffers.New = func() any { return &wideRow{make([]float64, inputs), make([]float64, outputs)} }
	return p, nil
}

// Dims returns the number of columns of the samples and of the answers.
func (p *Predictor) Dims() (inputs, outputs int) {
	if p.net == nil {
		return 0, 0
	}
	return p.net.rowInputs, p.net.rowUnits
}

// Precision returns the precision of the network.
func (p *Predictor) Precision() Precision {
	if p.net == nil {
		return Float64
	}
	return p.net.precision
}

// check returns an error of the call op for the zero value.
func (p *Predictor) check(op string) error {
	if p.net == nil {
		return fmt.Errorf("mlp: %s: want a Predictor that Freeze has made", op)
	}
	return nil
}

// Predict returns what Predict of the network returns for the samples x
// (n×inputs).
func (p *Predictor) Predict(x mat.Matrix) (*mat.Dense, error) {
	if err := p.check("Predict"); err != nil {
		return nil, err
	}
	return p.net.Predict(x)
}

// PredictTo stores what Predict returns in dst, which is n×outputs or empty. It
// does not allocate if dst is not empty and x is a *mat.Dense.
func (p *Predictor) PredictTo(dst *mat.Dense, x mat.Matrix) error {
	if err := p.check("PredictTo"); err != nil {
		return err
	}
	return p.net.PredictTo(dst, x)
}

// PredictRow stores what Predict returns for the single sample x in dst, which
// has one entry for each output. It does not allocate.
func (p *Predictor) PredictRow(dst, x []float64) error {
	if err := p.check("PredictRow"); err != nil {
		return err
	}
	return p.net.PredictRow(dst, x)
}

// Probabilities returns what Probabilities of the network returns for the samples
// x: those of the classes of a Classifier, and of 1 of a BinaryClassifier. It is an
// error for a network without probabilities.
func (p *Predictor) Probabilities(x mat.Matrix) (*mat.Dense, error) {
	const op = "Probabilities"
	if err := p.checkProbabilities(op); err != nil {
		return nil, err
	}
	return p.net.forward(op, x)
}

// ProbabilitiesRow stores what Probabilities returns for the single sample x in
// dst, which has one entry for each output. It does not allocate.
func (p *Predictor) ProbabilitiesRow(dst, x []float64) error {
	const op = "ProbabilitiesRow"
	if err := p.checkProbabilities(op); err != nil {
		return err
	}
	return p.net.forwardRow(op, dst, x)
}

// checkProbabilities returns an error of the call op if the network has none.
func (p *Predictor) checkProbabilities(op string) error {
	if err := p.check(op); err != nil {
		return err
	}
	switch task := p.net.loss.Task(); task {
	case Binary, Multiclass:
		return nil
	default:
		return fmt.Errorf("mlp: %s: the network has no probabilities, since its task is %v", op, task)
	}
}

// PredictRow32 is PredictRow in single precision. Whatever the precision of the
// network, answers are rounded; those that single precision cannot hold are
// errors.
func (p *Predictor) PredictRow32(dst, x []float32) error {
	const op = "PredictRow32"
	if err := p.check(op); err != nil {
		return err
	}
	inputs, outputs := p.Dims()
	if len(x) != inputs {
		return &ShapeError{Op: op, Subject: "x", Got: len(x), Unit: "entries", Wanting: "layer 0 takes", Want: inputs}
	}
	if len(dst) != outputs {
		return &ShapeError{Op: op, Subject: "dst", Got: len(dst), Unit: "entries", Wanting: fmt.Sprintf("layer %d gives", p.net.depth-1), Want: outputs}
	}
	b := p.buffers.Get().(*wideRow)
	defer p.buffers.Put(b)
	kernel.Widen(b.x, x)
	if err := p.net.inferRowTo(op, b.y, b.x); err != nil {
		return err
	}
	if !p.net.end.answer(b.y) {
		return checkOutputs(op, b.y)
	}
	if !kernel.Narrow(dst, b.y) {
		j := slices.IndexFunc(b.y, func(v float64) bool { return !finite(float64(float32(v))) })
		return fmt.Errorf("mlp: %s: the answer in column %d is %g, beyond float32: %w", op, j, b.y[j], ErrNotFinite)
	}
	return nil
}
