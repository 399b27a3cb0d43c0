package mlp

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
	"example.com/mlp/internal/matrix"
)

// network is the common part of the three kinds of network. They differ in
// their ends and in the methods that only one of them has.
type network struct {
	self      Network // the BinaryClassifier, Classifier or Regressor around it
	layers    []Layer
	loss      Loss
	end       end
	outputs   lastStep // for Forward
	answers   lastStep // for Predict: the answers of the end
	criterion criterion
	precision Precision
	fixed     bool // whether the weights never change
	seed      uint64
	pcg       *rand.PCG  // the generator
	rng       *rand.Rand // draws from pcg: initial weights, then whatever training draws

	classes  []string          // their names, or nil
	features []string          // the names of the inputs, or nil
	metadata map[string]string // set by the caller; never modified, only replaced

	inferences sync.Pool // of *inference
	rows       sync.Pool // of *rowScratch, for PredictRow
	rounding   *layers32 // for a few rows, loaded only if fixed; nil in double precision
	rowInputs  int       // entries of a sample and of its outputs, for PredictRow
	rowUnits   int
	depth      int // number of layers, for errors

	checkers []InputChecker // the layers that check x
	params   []heldParam    // of the layers and of the end

	use       use
	layerUses []*use
}

// networkKind is a *BinaryClassifier, a *Classifier or a *Regressor.
type networkKind interface {
	Network
	base() *network
}

func (n *network) base() *network { return n }

// lastStep is what comes of the last layer.
type lastStep struct {
	logits bool                             // whether its activation is left out
	units  int                              // the number of its outputs, or of its logits
	finish func(g blas64.General) (ok bool) // turns its outputs, in place, into what is asked for, and reports whether that may be the answer
}

// prepare completes a checked network: it draws the random weights and decides
// whether the loss and the last activation fuse.
func (n *network) prepare() {
	n.pcg = rand.NewPCG(n.seed, 0)
	n.rng = rand.New(n.pcg)
	initLayers(n.layers, n.rng)
	n.criterion = newCriterion(n.last(), n.loss)
	n.rowInputs, _ = n.layers[0].Dims()
	n.rowUnits = n.units()
	n.outputs = lastStep{units: n.rowUnits, finish: allFinite}
	n.answers = lastStep{units: n.rowUnits, finish: n.answerRows}
	n.depth = len(n.layers)
	n.holdParams()
	n.layerUses = usesOf(nil, n.layers)
	n.checkers, _ = inputCheckers(n.layers) // checkStack has checked the error
	if n.precision == Float32 {
		n.rounding = newLayers32(n.layers)
		if n.fixed {
			n.rounding.load()
		}
	}
	n.inferences = sync.Pool{New: func() any { return newInference(n) }}
	n.rows = sync.Pool{New: func() any { return newRowScratch(n) }}
}

// answerRows is answer of the end for rows that may have gaps between them.
func (n *network) answerRows(g blas64.General) (ok bool) {
	if g.Stride == g.Cols {
		return n.end.answer(g.Data[:g.Rows*g.Cols])
	}
	ok = true
	for i := range g.Rows {
		ok = n.end.answer(g.Data[i*g.Stride:][:g.Cols]) && ok
	}
	return ok
}

// generator returns the random number generator of a run with FitOptions.Seed.
func (n *network) generator(seed uint64) (*rand.PCG, *rand.Rand) {
	if seed == 0 {
		return n.pcg, n.rng
	}
	pcg := rand.NewPCG(seed, 2) // 0 and 1 are those of the network
	return pcg, rand.New(pcg)
}

// splitSource returns the generator for FitOptions.ValidationSplit, which is
// the same for each Fit.
func (n *network) splitSource() *rand.Rand { return rand.New(rand.NewPCG(n.seed, 1)) }

// made returns the common part of net, if Model made it.
func made(net Network) (n *network, ok bool) {
	k, ok := net.(networkKind)
	if !ok || matrix.IsNil(net) {
		return nil, false
	}
	n = k.base()
	return n, len(n.layers) > 0
}

// checkMade returns an error for a network that is a zero value.
func (n *network) checkMade(op string) error {
	if len(n.layers) > 0 {
		return nil
	}
	return notMade(op)
}

func notMade(op string) error { return fmt.Errorf("mlp: %s: want a network that Model has made", op) }

func (n *network) last() Layer { return n.layers[len(n.layers)-1] }

// units returns the number of outputs.
func (n *network) units() int {
	_, units := n.last().Dims()
	return units
}

// Layers returns the layers of the stack, first to last. They are shared, not
// copied.
func (n *network) Layers() []Layer { return slices.Clone(n.layers) }

// Loss returns the loss given to Model.
func (n *network) Loss() Loss { return n.loss }

// Seed returns the seed that determines initial weights and shuffling.
func (n *network) Seed() uint64 { return n.seed }

// Forward returns the n×units outputs of the last layer for the samples x.
func (n *network) Forward(x mat.Matrix) (*mat.Dense, error) { return n.forward("Forward", x) }

// Predict returns the predictions for the samples x, in the units of the
// targets; see Network.Predict and the doc of the type.
func (n *network) Predict(x mat.Matrix) (*mat.Dense, error) { return n.predict("Predict", x) }

// PredictTo stores what Predict returns in dst; see Network.PredictTo.
func (n *network) PredictTo(dst *mat.Dense, x mat.Matrix) error {
	return n.inferTo("PredictTo", dst, x, n.answers)
}

// PredictRow stores what Predict returns for the single sample x in dst; see
// Network.PredictRow.
func (n *network) PredictRow(dst, x []float64) error {
	const op = "PredictRow"
	if err := n.inferRowTo(op, dst, x); err != nil {
		return err
	}
	if !n.end.answer(dst) {
		return checkOutputs(op, dst)
	}
	return nil
}

// forward returns the outputs of the last layer for the samples x.
func (n *network) forward(op string, x mat.Matrix) (*mat.Dense, error) {
	return n.inferNew(op, x, n.outputs)
}

// predict is Predict for the call op.
func (n *network) predict(op string, x mat.Matrix) (*mat.Dense, error) {
	return n.inferNew(op, x, n.answers)
}

// inferNew is inferTo with a new dst.
func (n *network) inferNew(op string, x mat.Matrix, last lastStep) (*mat.Dense, error) {
	dst := &mat.Dense{}
	if err := n.inferTo(op, dst, x, last); err != nil {
		return nil, err
	}
	return dst, nil
}

// inferTo stores the result of last for the samples x in dst.
func (n *network) inferTo(op string, dst *mat.Dense, x mat.Matrix, last lastStep) error {
	xd, err := n.checkX(op, x)
	if err != nil {
		return err
	}
	if dst == nil {
		return fmt.Errorf("mlp: %s: dst is nil", op)
	}
	rows, _ := xd.Dims()
	units := n.units()
	if dst.IsEmpty() {
		dst.ReuseAs(rows, units)
	}
	dstRows, dstCols := dst.Dims()
	if dstRows != rows {
		return &ShapeError{Op: op, Subject: "dst", Got: dstRows, Unit: "rows", Wanting: "x has", Want: rows}
	}
	if dstCols != units {
		return &ShapeError{Op: op, Subject: "dst", Got: dstCols, Unit: "columns", Wanting: fmt.Sprintf("layer %d gives", n.depth-1), Want: units}
	}
	if overlap(dst.RawMatrix(), xd.RawMatrix()) {
		return fmt.Errorf("mlp: %s: dst overlaps x", op)
	}
	if err := cmp.Or(n.checkApart(op, dst.RawMatrix().Data), n.checkInputs(op, xd)); err != nil {
		return err
	}
	if !n.infer(dst, xd, last) {
		return cmp.Or(checkFinite(op, "x", xd), n.precision.checkRange(op, "x", xd), n.outputError(op, xd, last))
	}
	return nil
}

// outputError returns an error that names the first output for x, or the first
// answer, that is not finite.
func (n *network) outputError(op string, x *mat.Dense, last lastStep) error {
	rows, cols := x.Dims()
	r := n.newRunner()
	out := mat.NewDense(1, last.units, nil)
	for i := range rows {
		if !r.run(out, x.Slice(i, i+1, 0, cols).(*mat.Dense), nil, last.logits) {
			return fmt.Errorf("mlp: %s: for row %d, a weight or a sum is not finite in float32: %w (see WithPrecision)", op, i, ErrNotFinite)
		}
		if last.finish(out.RawMatrix()) {
			continue
		}
		for j, v := range out.RawRowView(0) {
			if !finite(v) {
				return fmt.Errorf("mlp: %s: the output for row %d, column %d, is %g: %w", op, i, j, v, ErrNotFinite)
			}
		}
	}
	// A layer of another package that computes other numbers for one row.
	return fmt.Errorf("mlp: %s: an output is %w", op, ErrNotFinite)
}

// checkOutputs returns an error that names the first of the outputs for a single
// sample that is not finite.
func checkOutputs(op string, outputs []float64) error {
	for j, v := range outputs {
		if !finite(v) {
			return fmt.Errorf("mlp: %s: the output in column %d is %g: %w", op, j, v, ErrNotFinite)
		}
	}
	return nil
}

// checkX returns the samples x of the call op, checked except for their values.
func (n *network) checkX(op string, x mat.Matrix) (*mat.Dense, error) {
	if err := cmp.Or(n.checkMade(op), n.checkSettled(op)); err != nil {
		return nil, err
	}
	if err := n.checkParams(); err != nil {
		return nil, fmt.Errorf("mlp: %s: %w", op, err)
	}
	d, err := toDense(op, "x", x)
	if err != nil {
		return nil, err
	}
	inputs, _ := n.layers[0].Dims()
	if _, cols := d.Dims(); cols != inputs {
		return nil, &ShapeError{Op: op, Subject: "x", Got: cols, Unit: "columns", Wanting: "layer 0 takes", Want: inputs}
	}
	return d, nil
}

// checkXY returns the samples x and targets y of the call op, checked except for
// the values in x. The targets are in the units of the outputs, in buf if these
// differ.
func (n *network) checkXY(op string, x, y mat.Matrix, buf *buffer) (xd, yd *mat.Dense, err error) {
	if xd, err = n.checkX(op, x); err != nil {
		return nil, nil, err
	}
	if yd, err = toDense(op, "y", y); err != nil {
		return nil, nil, err
	}
	rows, _ := xd.Dims()
	yrows, ycols := yd.Dims()
	if yrows != rows {
		return nil, nil, &ShapeError{Op: op, Subject: "y", Got: yrows, Unit: "rows", Wanting: "x has", Want: rows}
	}
	if width := n.end.width(); ycols != width {
		wanting := fmt.Sprintf("layer %d gives", n.depth-1)
		if ycols == 1 && n.loss.Task() == Multiclass {
			wanting = "one-hot rows (see dataset.OneHot) have"
		}
		return nil, nil, &ShapeError{Op: op, Subject: "y", Got: ycols, Unit: "columns", Wanting: wanting, Want: width}
	}
	if err := checkFinite(op, "y", yd); err != nil {
		return nil, nil, err
	}
	if err := n.end.checkTargets(op, n.loss.Name(), yd); err != nil {
		return nil, nil, err
	}
	prepared := n.end.prepare(buf, yd)
	if prepared == yd {
		return xd, yd, checkTargets(op, "y", n.loss, yd)
	}
	return xd, prepared, checkTargets(op, "scaled y", n.loss, prepared)
}

// forwardRow stores the outputs of the last layer for the sample x in dst.
func (n *network) forwardRow(op string, dst, x []float64) error {
	if err := n.inferRowTo(op, dst, x); err != nil {
		return err
	}
	return checkOutputs(op, dst)
}

// inferRowTo is forwardRow without a check of the outputs.
func (n *network) inferRowTo(op string, dst, x []float64) error {
	if len(n.layers) == 0 || n.moves() {
		return cmp.Or(n.checkMade(op), n.checkSettled(op))
	}
	if len(x) != n.rowInputs {
		return &ShapeError{Op: op, Subject: "x", Got: len(x), Unit: "entries", Wanting: "layer 0 takes", Want: n.rowInputs}
	}
	if len(dst) != n.rowUnits {
		return &ShapeError{Op: op, Subject: "dst", Got: len(dst), Unit: "entries", Wanting: fmt.Sprintf("layer %d gives", n.depth-1), Want: n.rowUnits}
	}
	if overlapSlices(dst, x) {
		return fmt.Errorf("mlp: %s: dst overlaps x", op)
	}
	if !kernel.AllFinite(x) {
		j := slices.IndexFunc(x, func(v float64) bool { return !finite(v) })
		return fmt.Errorf("mlp: %s: x[%d] is %g: %w", op, j, x[j], ErrNotFinite)
	}
	if err := n.checkInput(x); err != nil {
		return fmt.Errorf("mlp: %s: x %w", op, err)
	}
	if !n.inferRow(dst, x) {
		return n.rowError(op, x)
	}
	return nil
}

// rowError returns the error of the call op for the sample x.
func (n *network) rowError(op string, x []float64) error {
	if err := n.checkParams(); err != nil {
		return fmt.Errorf("mlp: %s: %w", op, err)
	}
	for j, v := range x {
		if n.precision == Float32 && !finite(float64(float32(v))) {
			return fmt.Errorf("mlp: %s: x[%d] is %g, beyond the float32 of the network: %w (see WithPrecision)", op, j, v, ErrNotFinite)
		}
	}
	return n.outputError(op, mat.NewDense(1, len(x), slices.Clone(x)), n.outputs)
}

// Evaluate returns the mean loss and the score on the samples x with targets y;
// see Network.Evaluate and the doc of the type.
func (n *network) Evaluate(x, y mat.Matrix) (Scores, error) {
	xd, yd, err := n.checkXY("Evaluate", x, y, &buffer{})
	if err != nil {
		return Scores{}, err
	}
	if err := n.checkInputs("Evaluate", xd); err != nil {
		return Scores{}, err
	}
	s, _, ok := n.evaluate(xd, yd)
	if !ok {
		return Scores{}, cmp.Or(checkFinite("Evaluate", "x", xd), n.precision.checkRange("Evaluate", "x", xd), n.outputError("Evaluate", xd, n.criterion.infer))
	}
	if !finite(s.Loss) {
		return s, fmt.Errorf("mlp: Evaluate: the loss is %g: %w", s.Loss, ErrNotFinite)
	}
	return s, nil
}

// evaluate is Evaluate on checked data, which also returns the outputs. ok is
// false, and the loss NaN, if x is not finite or something is beyond the precision
// of the network.
//
// It computes the loss from the logits if possible: probabilities that have
// been rounded to 0 or 1 no longer show how wrong they are.
func (n *network) evaluate(x, y *mat.Dense) (s Scores, outputs *mat.Dense, ok bool) {
	rows, _ := y.Dims()
	out := mat.NewDense(rows, n.criterion.infer.units, nil)
	if !n.infer(out, x, n.criterion.infer) {
		s.Loss = math.NaN()
		return s, nil, false
	}
	s.Loss = n.criterion.eval(nil, out, y)
	s.Loss += n.penalty()
	scorer := n.end.scorer(nil, y)
	outputs = n.criterion.outputs(out)
	scorer.add(outputs, y)
	s.Score = scorer.score()
	return s, outputs, true
}

// penalty returns the sum of the penalties on the parameters.
func (n *network) penalty() float64 {
	sum := 0.0
	for _, l := range n.layers {
		for _, p := range l.Params() {
			if p.Penalty != nil {
				sum += p.Penalty.Penalty(nil, p.Value.RawMatrix().Data)
			}
		}
	}
	return sum
}
