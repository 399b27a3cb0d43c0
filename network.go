package mlp

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// network is what the three kinds of network have in common.
type network struct {
	head   head // the BinaryClassifier, Classifier or Regressor around it
	layers []Layer
	loss   Loss
	fused  *fusion // nil unless loss and last activation fuse
	seed   uint64
	rng    *rand.Rand // of the training loop

	rows   sync.Pool // of *scratch for one row
	blocks sync.Pool // of *scratch for up to blockRows rows
}

// head is what the kinds of network do differently.
type head interface {
	Network
	base() *network
	scorer(y *mat.Dense) scorer      // for outputs of the last layer
	logitScorer(y *mat.Dense) scorer // for logits that the loss fuses with
}

// fusion is a last layer and a loss that meet at the logits.
type fusion struct {
	layer LogitLayer
	loss  LogitLoss
}

// blockRows is the number of rows that run through all layers together, so
// that what lies between two layers stays in the cache.
const blockRows = 128

// prepare finishes a checked network: it draws what is random and decides
// whether loss and last activation fuse.
func (n *network) prepare() {
	n.rng = rand.New(rand.NewPCG(n.seed, 0))
	for _, l := range n.layers {
		if l, ok := l.(Seeded); ok {
			l.Init(n.rng)
		}
	}
	layer, ok1 := n.last().(LogitLayer)
	loss, ok2 := n.loss.(LogitLoss)
	if ok1 && ok2 && loss.Fuses(layer.Activation()) {
		n.fused = &fusion{layer, loss}
	}
	n.rows.New = func() any { return &scratch{hidden: make([]buffer, len(n.layers)-1)} }
	n.blocks.New = n.rows.New
}

func (n *network) base() *network { return n }

func (n *network) last() Layer { return n.layers[len(n.layers)-1] }

// Layers returns the stack, first layer first. The layers are shared, not
// copied.
func (n *network) Layers() []Layer { return slices.Clone(n.layers) }

// Loss returns the loss given to Model.
func (n *network) Loss() Loss { return n.loss }

// Seed returns the seed that governs initial weights and shuffling.
func (n *network) Seed() uint64 { return n.seed }

// Forward returns the n×units outputs of the last layer for the samples x.
func (n *network) Forward(x mat.Matrix) (*mat.Dense, error) { return n.forward("Forward", x) }

func (n *network) forward(op string, x mat.Matrix) (*mat.Dense, error) {
	xd, err := n.checkX(op, x)
	if err != nil {
		return nil, err
	}
	rows, _ := xd.Dims()
	_, units := n.last().Dims()
	out := mat.NewDense(rows, units, nil)
	n.eachBlock(xd, func(lo, hi int, hidden *mat.Dense) {
		n.last().Infer(viewRows(new(mat.Dense), out, lo, hi), hidden)
	})
	return out, nil
}

// checkX returns the samples x of the call op, checked.
func (n *network) checkX(op string, x mat.Matrix) (*mat.Dense, error) {
	d, err := toDense(op, "x", x)
	if err != nil {
		return nil, err
	}
	inputs, _ := n.layers[0].Dims()
	if _, cols := d.Dims(); cols != inputs {
		return nil, &ShapeError{Op: op, Subject: "x", Got: cols, Unit: "columns", Wanting: "layer 0 takes", Want: inputs}
	}
	return d, checkFinite(op, "x", d)
}

// checkXY returns the samples x and targets y of the call op, checked.
func (n *network) checkXY(op string, x, y mat.Matrix) (xd, yd *mat.Dense, err error) {
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
	if _, units := n.last().Dims(); ycols != units {
		return nil, nil, &ShapeError{Op: op, Subject: "y", Got: ycols, Unit: "columns", Wanting: fmt.Sprintf("layer %d gives", len(n.layers)-1), Want: units}
	}
	if err := checkFinite(op, "y", yd); err != nil {
		return nil, nil, err
	}
	return xd, yd, checkTargets(op, n.loss, yd)
}

// scratch is the memory for what lies between the layers.
type scratch struct {
	in, out mat.Dense // views of the caller's memory
	hidden  []buffer  // outputs of all layers but the last
}

// infer runs x through all layers but the last.
func (s *scratch) infer(layers []Layer, x *mat.Dense) *mat.Dense {
	rows, _ := x.Dims()
	for i := range s.hidden {
		_, units := layers[i].Dims()
		y := s.hidden[i].resize(rows, units)
		layers[i].Infer(y, x)
		x = y
	}
	return x
}

// eachBlock calls last with what the last layer gets to see of the rows
// [lo, hi) of x, block by block.
func (n *network) eachBlock(x *mat.Dense, last func(lo, hi int, hidden *mat.Dense)) {
	s := n.blocks.Get().(*scratch)
	rows, _ := x.Dims()
	for lo := 0; lo < rows; lo += blockRows {
		hi := min(lo+blockRows, rows)
		last(lo, hi, s.infer(n.layers, viewRows(&s.in, x, lo, hi)))
	}
	s.release()
	n.blocks.Put(s)
}

// release lets go of the caller's memory.
func (s *scratch) release() {
	s.in.SetRawMatrix(blas64.General{})
	s.out.SetRawMatrix(blas64.General{})
}

// forwardRow stores the outputs of the last layer for the sample x in dst.
func (n *network) forwardRow(dst, x []float64) error {
	inputs, _ := n.layers[0].Dims()
	if len(x) != inputs {
		return &ShapeError{Op: "PredictRow", Subject: "x", Got: len(x), Unit: "entries", Wanting: "layer 0 takes", Want: inputs}
	}
	if _, units := n.last().Dims(); len(dst) != units {
		return &ShapeError{Op: "PredictRow", Subject: "dst", Got: len(dst), Unit: "entries", Wanting: fmt.Sprintf("layer %d gives", len(n.layers)-1), Want: units}
	}
	for j, v := range x {
		if !finite(v) {
			return fmt.Errorf("mlp: PredictRow: x[%d] is %g: %w", j, v, ErrNotFinite)
		}
	}
	s := n.rows.Get().(*scratch)
	s.in.SetRawMatrix(blas64.General{Rows: 1, Cols: len(x), Stride: len(x), Data: x})
	s.out.SetRawMatrix(blas64.General{Rows: 1, Cols: len(dst), Stride: len(dst), Data: dst})
	n.last().Infer(&s.out, s.infer(n.layers, &s.in))
	s.release()
	n.rows.Put(s)
	return nil
}

// Evaluate returns the mean loss and the score on the samples x with targets
// y: accuracy for classifiers, R² for regressors.
func (n *network) Evaluate(x, y mat.Matrix) (Scores, error) {
	xd, yd, err := n.checkXY("Evaluate", x, y)
	if err != nil {
		return Scores{}, err
	}
	s := n.evaluate(xd, yd)
	if !finite(s.Loss) {
		return s, fmt.Errorf("mlp: Evaluate: the loss is %g: %w", s.Loss, ErrNotFinite)
	}
	return s, nil
}

// evaluate is Evaluate on checked data.
func (n *network) evaluate(x, y *mat.Dense) Scores {
	rows, _ := x.Dims()
	_, units := n.last().Dims()
	scorer := n.head.scorer(y)
	var out buffer
	var target mat.Dense
	sum := 0.0
	n.eachBlock(x, func(lo, hi int, hidden *mat.Dense) {
		out, t := out.resize(hi-lo, units), viewRows(&target, y, lo, hi)
		sum += float64(n.outputLoss(out, hidden, t) * float64(hi-lo))
		scorer.add(out, t)
	})
	return Scores{Loss: sum / float64(rows), Score: scorer.score()}
}

// outputLoss stores the outputs of the last layer in out and returns their
// loss, which it takes from the logits where it can: probabilities that have
// been rounded to 0 or 1 no longer tell how wrong they are.
func (n *network) outputLoss(out, hidden, y *mat.Dense) float64 {
	if n.fused == nil {
		n.last().Infer(out, hidden)
		return n.loss.Eval(nil, out, y)
	}
	n.fused.layer.InferLogits(out, hidden)
	loss := n.fused.loss.EvalLogits(nil, out, y)
	applyActivation(n.fused.layer.Activation(), out)
	return loss
}
