package onnx

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"example.com/mlp"
	"example.com/mlp/internal/matrix"
	"example.com/mlp/internal/stallguard"
)

// An Option changes what Import does.
type Option func(*importer)

// WithLoss sets the loss of the network, with which it is evaluated and trained
// on, and by that what the outputs of the last layer mean: for mlp.Hinge
// margins, for mlp.Poisson the logarithms of counts. Without it the end of the
// graph decides: a sigmoid means mlp.BinaryCrossEntropy, a softmax
// mlp.CategoricalCrossEntropy, an Exp mlp.Poisson, all else
// mlp.MeanSquaredError.
func WithLoss(loss mlp.Loss) Option {
	return func(imp *importer) { imp.loss = loss }
}

// WithOutput chooses the output of a graph with several of them by its name.
func WithOutput(name string) Option {
	return func(imp *importer) { imp.outputName = name }
}

// WithModelOptions gives options to mlp.Model, such as mlp.WithSeed for the
// order in which the network sees its samples when it is trained on.
func WithModelOptions(opts ...mlp.ModelOption) Option {
	return func(imp *importer) { imp.modelOpts = opts }
}

// Import reads an ONNX model and returns the network that computes the same.
// It predicts, evaluates and trains on as a network made by mlp.Model does. All
// numbers become float64.
//
// The graph must be a stack of layers with one input, whose first axis counts
// the samples. What it may hold is in the documentation of the package. For
// all else, and for a file that is damaged or made to do harm, Import returns
// an error, which names the node; the memory it takes is in proportion to the
// size of the file.
func Import(r io.Reader, opts ...Option) (mlp.Network, error) {
	if matrix.IsNil(r) {
		return nil, errors.New("onnx: Import: the reader is nil")
	}
	file, err := io.ReadAll(stallguard.Reader(r))
	if err != nil {
		return nil, fmt.Errorf("onnx: Import: %w", err)
	}
	imp := &importer{left: len(file) + spareNumbers}
	for i, opt := range opts {
		if opt == nil {
			return nil, fmt.Errorf("onnx: Import: option %d is nil", i)
		}
		opt(imp)
	}
	net, err := imp.network(file)
	if err != nil {
		return nil, fmt.Errorf("onnx: Import: %w", err)
	}
	return net, nil
}

// spareNumbers is how many numbers a network may have beyond one for each byte
// of the file. Only files in which many nodes share a constant need them.
const spareNumbers = 1 << 20

// importer is one call of Import.
type importer struct {
	loss       mlp.Loss
	outputName string
	modelOpts  []mlp.ModelOption

	graph *graph
	left  int // numbers that may yet be read

	classes []string           // their names in a ZipMap, or nil
	counts  bool               // whether the outputs are exponentials of the last layer's
	targets *mlp.Normalization // the scaling that the last layer undoes, or nil
}

func (imp *importer) network(file []byte) (mlp.Network, error) {
	m, err := decodeModel(file)
	if err != nil {
		return nil, fmt.Errorf("no ONNX model: %w", err)
	}
	if imp.graph, err = newGraph(m); err != nil {
		return nil, err
	}
	layers, err := imp.layers()
	if err != nil {
		return nil, err
	}
	loss := imp.loss
	switch {
	case loss == nil && imp.counts:
		loss = mlp.Poisson
	case loss == nil:
		loss = usualLoss(layers[len(layers)-1])
	case imp.counts && loss.Task() != mlp.Counting:
		return nil, fmt.Errorf("the graph ends in Exp, which only losses with the task %v have, not %s", mlp.Counting, loss.Name())
	}
	opts, err := imp.names(m.metadata, loss)
	if err != nil {
		return nil, err
	}
	opts = append(opts, imp.modelOpts...)
	if imp.targets != nil {
		// An error says that the loss or the layers are not for that.
		net, err := mlp.Model(layers[:len(layers)-1], loss, append(opts, mlp.WithTargetScaling(imp.targets))...)
		if err == nil {
			return net, nil
		}
	}
	return mlp.Model(layers, loss, opts...)
}

// usualLoss returns the loss that the last layer is made for.
func usualLoss(last mlp.Layer) mlp.Loss {
	_, units := last.Dims()
	if l, ok := last.(mlp.LogitLayer); ok {
		switch act := l.Activation(); {
		case act == mlp.Sigmoid:
			return mlp.BinaryCrossEntropy
		case act == mlp.Softmax && units > 1:
			return mlp.CategoricalCrossEntropy
		}
	}
	return mlp.MeanSquaredError
}

// layers returns the layers between the input and the output of the graph.
func (imp *importer) layers() ([]mlp.Layer, error) {
	out, err := imp.graph.output(imp.outputName)
	if err != nil {
		return nil, err
	}
	steps, err := imp.steps(out, nil, 0)
	if err != nil {
		return nil, err
	}
	width, err := imp.inputWidth(steps)
	if err != nil {
		return nil, err
	}
	for i, s := range steps {
		if s.last && i+1 < len(steps) && !steps[i+1].last {
			return nil, fmt.Errorf("%v: nothing may follow", s.at)
		}
	}
	layers, units, err := imp.stack(steps, width)
	if err != nil {
		return nil, err
	}
	if len(layers) == 0 {
		return nil, errors.New("the graph has no layer")
	}
	last := steps[len(steps)-1]
	imp.classes = last.classes
	imp.counts = slices.ContainsFunc(steps, func(s step) bool { return s.counts })
	if last.targets != nil {
		if imp.targets, err = last.targets(units); err != nil {
			return nil, fmt.Errorf("%v: %w", last.at, err)
		}
	}
	return layers, imp.checkOutput(out, steps, units)
}

// inputWidth returns how many columns the input of the graph has, as a matrix
// with a row a sample.
func (imp *importer) inputWidth(steps []step) (int, error) {
	in := imp.graph.input
	if in.hasShape && len(in.dims) < 2 {
		return 0, fmt.Errorf("input %q has %d axes, want at least 2: samples and columns", in.name, len(in.dims))
	}
	width, open := 1, !in.hasShape
	if in.hasShape {
		for _, d := range in.dims[1:] {
			switch {
			case d.size < 0 && d.size != -1 || d.size == 0 || d.size > math.MaxInt32/int64(width):
				return 0, fmt.Errorf("input %q has a shape of %v", in.name, in.dims)
			case d.size == -1:
				open = true
			default:
				width *= int(d.size)
			}
		}
	}
	if len(in.dims) > 2 {
		i := slices.IndexFunc(steps, func(s step) bool { return s.rows || !s.entries })
		if i < 0 || !steps[i].rows {
			return 0, fmt.Errorf("input %q has %d axes, want 2, or Flatten first", in.name, len(in.dims))
		}
	}
	if open {
		width = knownWidth(steps)
	}
	if width == 0 {
		return 0, fmt.Errorf("input %q has an open number of columns, and no node tells it", in.name)
	}
	return width, nil
}

// checkOutput returns an error if the shape that the file gives for the output
// is another one.
func (imp *importer) checkOutput(out *val, steps []step, units int) error {
	for _, o := range imp.graph.outputs {
		if o.val != out || !o.isTensor || !o.hasShape || steps[len(steps)-1].last {
			continue
		}
		if len(o.dims) == 0 { // as some programs write what they do not know
			continue
		}
		if len(o.dims) != 2 || o.dims[1].size != -1 && o.dims[1].size != int64(units) {
			return fmt.Errorf("output %q has the shape %v, the last layer gives %d columns", o.name, o.dims, units)
		}
	}
	return nil
}

// batch returns the number of samples if the graph fixes it, else -1.
func (imp *importer) batch() int64 {
	if in := imp.graph.input; len(in.dims) > 0 {
		return in.dims[0].size
	}
	return -1
}

// numbers returns the elements of a constant, in the order of the file.
func (imp *importer) numbers(c *constant) ([]float64, error) {
	n, err := c.count()
	if err != nil {
		return nil, err
	}
	if err := imp.spend(n); err != nil {
		return nil, err
	}
	return c.tensor.numbers()
}

// spend returns an error if n more numbers are too many for the file.
func (imp *importer) spend(n int) error {
	if n > imp.left {
		return errors.New("the network would be much larger than the file")
	}
	imp.left -= n
	return nil
}
