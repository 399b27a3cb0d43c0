package onnx

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"example.com/mlp"
	"example.com/mlp/internal/matrix"
	"example.com/mlp/internal/quote"
	"example.com/mlp/internal/stallguard"
)

// ImportOptions are the choices of Import. The zero value is right for most
// models.
type ImportOptions struct {
	// Loss is the loss of the network, with which it is evaluated and trained on,
	// and by that what the outputs of the last layer mean: for mlp.Hinge margins,
	// for mlp.Poisson the logarithms of counts. If it is nil, a file by Export
	// has its own loss, and of others the end of the graph decides: a sigmoid
	// means mlp.BinaryCrossEntropy, a softmax mlp.CategoricalCrossEntropy, an Exp
	// mlp.Poisson, all else mlp.MeanSquaredError.
	Loss mlp.Loss
	// Output names the output to read of a graph that has several.
	Output string
	// Model are options for mlp.Model, such as mlp.WithSeed for the order in which
	// the network sees its samples when it is trained on.
	Model []mlp.ModelOption
	// Data has the weights that are in files beside the model, as PyTorch writes
	// them for large ones. The paths in the model are relative to it; those that
	// lead out of it are an error. If it is nil, ImportFile and ImportFS read
	// from the folder of the model, and for Import such weights are an error.
	Data fs.FS
}

// Import reads an ONNX model and returns the network that computes the same.
// It predicts, evaluates and trains on as a network made by mlp.Model does. All
// numbers become float64.
//
// The graph must be a stack of layers with one input, whose first axis counts
// the samples, or one that Export has written. What it may hold is in the
// documentation of the package. For
// all else, and for a file that is damaged or made to do harm, Import returns
// an error, which names the node; the memory it takes is in proportion to the
// size of the file and of those with external data. It takes at most one
// ImportOptions.
func Import(r io.Reader, opts ...ImportOptions) (mlp.Network, error) {
	net, err := importFrom(r, nil, opts)
	if err != nil {
		return nil, fmt.Errorf("onnx: Import: %w", err)
	}
	return net, nil
}

// importFrom is Import of a model with weights in data, unless the options name
// another place.
func importFrom(r io.Reader, data fs.FS, opts []ImportOptions) (mlp.Network, error) {
	if matrix.IsNil(r) {
		return nil, errors.New("the reader is nil")
	}
	file, err := io.ReadAll(stallguard.Reader(r))
	if err != nil {
		return nil, err
	}
	imp := &importer{}
	switch len(opts) {
	case 0:
	case 1:
		imp.ImportOptions = opts[0]
	default:
		return nil, fmt.Errorf("%d ImportOptions, want at most one", len(opts))
	}
	if matrix.IsNil(imp.Data) {
		imp.Data = data
	}
	return imp.network(file)
}

// spareNumbers is how many numbers a network may have beyond one for each byte
// of the file. Only files in which many nodes share a constant need them.
const spareNumbers = 1 << 20

// importer is one call of Import.
type importer struct {
	ImportOptions

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
	read, err := m.readExternal(imp.Data)
	if err != nil {
		return nil, err
	}
	imp.left = len(file) + read + spareNumbers
	layers, err := imp.layersOf(m)
	if err != nil {
		return nil, err
	}
	loss, err := imp.lossFor(layers[len(layers)-1], m.metadata)
	if err != nil {
		return nil, err
	}
	opts, err := imp.names(m.metadata, loss)
	if err != nil {
		return nil, err
	}
	net, err := imp.model(layers, loss, append(opts, imp.Model...))
	if err != nil {
		return nil, err
	}
	return net, setThreshold(net, m.metadata)
}

// layersOf returns the layers that the metadata of a model describe or, without a
// description, those of its graph.
func (imp *importer) layersOf(m *model) (layers []mlp.Layer, err error) {
	if _, ok := m.metadata[layersKey]; ok {
		if layers, err = imp.described(m); err != nil {
			return nil, fmt.Errorf("metadata %s: %w", layersKey, err)
		}
		return layers, nil
	}
	if imp.graph, err = newGraph(m); err != nil {
		return nil, err
	}
	return imp.layers()
}

// lossFor returns the loss of a network with this last layer: that of the options,
// else that of the metadata, else what the end of the graph says.
func (imp *importer) lossFor(last mlp.Layer, metadata map[string]string) (mlp.Loss, error) {
	if imp.Loss != nil {
		switch {
		case matrix.IsNil(imp.Loss):
			return nil, fmt.Errorf("ImportOptions.Loss is a nil %T", imp.Loss)
		case imp.counts && imp.Loss.Task() != mlp.Counting:
			return nil, fmt.Errorf("the graph ends in Exp, which only losses with the task %v have, not %s", mlp.Counting, imp.Loss.Name())
		}
		return imp.Loss, nil
	}
	loss, err := lossOf(metadata)
	switch {
	case err != nil:
		return nil, err
	case loss != nil && imp.counts != (loss.Task() == mlp.Counting):
		return nil, fmt.Errorf("metadata %s: %s does not go with the end of the graph: choose a loss by ImportOptions.Loss", lossKey, loss.Name())
	case loss != nil:
		return loss, nil
	case imp.counts:
		return mlp.Poisson, nil
	}
	return usualLoss(last), nil
}

// model returns the network of these layers, with the scaling of targets that
// the last of them undoes, if the loss and the layers are for that.
func (imp *importer) model(layers []mlp.Layer, loss mlp.Loss, opts []mlp.ModelOption) (mlp.Network, error) {
	if imp.targets != nil {
		net, err := mlp.Model(layers[:len(layers)-1], loss, append(slices.Clip(opts), mlp.WithTargetScaling(imp.targets))...)
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
	out, err := imp.graph.output(imp.Output)
	if err != nil {
		return nil, err
	}
	steps, err := imp.steps(out)
	if err != nil {
		return nil, err
	}
	e, err := imp.extent(steps)
	if err != nil {
		return nil, err
	}
	for i, s := range steps[:max(0, len(steps)-1)] {
		if next := steps[i+1]; s.last && !next.last && !(s.counts && next.reshape != nil) {
			return nil, fmt.Errorf("%v: nothing may follow", s.at)
		}
	}
	layers, e, err := imp.stack(steps, e)
	if err != nil {
		return nil, err
	}
	if len(layers) == 0 {
		return nil, errors.New("the graph has no layer")
	}
	imp.classes = steps[len(steps)-1].classes
	imp.counts = slices.ContainsFunc(steps, func(s step) bool { return s.counts })
	// The last step that is not about the shape alone.
	for i := len(steps) - 1; i >= 0; i-- {
		if s := steps[i]; s.reshape == nil {
			if s.targets != nil {
				if imp.targets, err = s.targets(e.width); err != nil {
					return nil, fmt.Errorf("%v: %w", s.at, err)
				}
			}
			break
		}
	}
	return layers, imp.checkOutput(out, steps, e)
}

// checkOutput returns an error if an output is no row a sample, or if the file
// gives it another shape.
func (imp *importer) checkOutput(out *val, steps []step, e extent) error {
	if len(e.axes) > 0 && !e.isLastAxis() {
		return fmt.Errorf("the output has the shape %v, want a row a sample", e)
	}
	for _, o := range imp.graph.outputs {
		if o.val != out || !o.isTensor || !o.hasShape || steps[len(steps)-1].last {
			continue
		}
		if len(o.dims) == 0 { // as some programs write what they do not know
			continue
		}
		same := len(o.dims) == 1+len(e.axes)
		for i := range min(len(o.dims)-1, len(e.axes)) {
			same = same && (o.dims[i+1].size == -1 || o.dims[i+1].size == e.axes[i])
		}
		if !same {
			return fmt.Errorf("output %s has the shape %s, the last layer gives %v", quote.Text(o.name), list(o.dims), e)
		}
	}
	return nil
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
	return c.numbers()
}

// spend returns an error if n more numbers are too many for the file.
func (imp *importer) spend(n int) error {
	if n > imp.left {
		return errors.New("the network would be much larger than the file")
	}
	imp.left -= n
	return nil
}

// spendMatrix is spend for the numbers of a matrix.
func (imp *importer) spendMatrix(rows, cols int) error {
	if rows > imp.left/cols {
		return imp.spend(imp.left + 1)
	}
	return imp.spend(rows * cols)
}
