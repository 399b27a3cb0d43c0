package onnx

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"reflect"
	"strconv"

	"example.com/mlp"
	"example.com/mlp/internal/matrix"
)

// A Precision is the type of the numbers in an exported model.
type Precision int

const (
	// Float32 is what every runtime computes in, and what PyTorch and
	// scikit-learn's converter write. Weights are rounded to about 7 digits.
	Float32 Precision = iota

	// Float64 keeps every bit of the weights. Some runtimes lack some operators
	// in float64. What ONNX has as attributes is float32 in any case, such as
	// the slope of a leaky ReLU and the epsilon of a batch norm.
	Float64
)

// String returns "float32" or "float64".
func (p Precision) String() string {
	switch p {
	case Float32:
		return "float32"
	case Float64:
		return "float64"
	}
	return fmt.Sprintf("Precision(%d)", int(p))
}

// Export writes the network as an ONNX model. A classifier gives the
// probabilities, or the margins if its loss is one of those, a regressor what
// Predict gives. Its input is "input", batch×inputs, and its output "output",
// batch×units, with any number of samples in a batch. Initializers have the names
// layers.0.weight, layers.0.bias and so on.
//
// Import reads the model back, as a network of the same kind with the same loss,
// threshold and names; it needs ImportOptions.Loss for a loss from outside package mlp.
// Layers that only training has are kept where ONNX has them (dropout), else left
// out (noise), except in an Ensemble and in a network with layers for tables, which
// keep all. What else is for training alone has no place in the file.
//
// A layer or an activation that is not of package mlp is an error that names it.
// So is a number that is not finite or too large for the precision, and what the
// precision does not tell from zero or from its neighbor: the std of a
// Normalization, the edges of a PiecewiseLinear.
func Export(w io.Writer, net mlp.Network, p Precision) error {
	if matrix.IsNil(w) {
		return errors.New("onnx: Export: the writer is nil")
	}
	if err := export(w, net, p); err != nil {
		return fmt.Errorf("onnx: Export: %w", err)
	}
	return nil
}

func export(w io.Writer, net mlp.Network, p Precision) error {
	m, err := newModel(net, p)
	if err != nil {
		return err
	}
	_, err = w.Write(m.encode())
	return err
}

const (
	inputName  = "input"
	outputName = "output"
	batchName  = "batch"

	// The names of initializers begin with these: of the parameters of layers,
	// of the scaling of targets, and of all else.
	layersPrefix    = "layers"
	targetsPrefix   = "target_scaling"
	constantsPrefix = "constants"

	// minExportOpset is written unless an operator needs a later one.
	minExportOpset = 13
)

// sinceOpset is the opset of the operators that are not in minExportOpset.
var sinceOpset = map[string]int64{"HardSwish": 14, "LayerNormalization": 17}

func newModel(net mlp.Network, p Precision) (*model, error) {
	var elem elemType
	switch p {
	case Float32:
		elem = typeFloat
	case Float64:
		elem = typeDouble
	default:
		return nil, fmt.Errorf("unknown precision %v", p)
	}
	if matrix.IsNil(net) || len(net.Layers()) == 0 {
		return nil, errors.New("the network is nil or has no layers")
	}
	// Without a row, PredictRow fails either for that or, before it looks, because
	// the weights are changing.
	if err := net.PredictRow(nil, nil); errors.Is(err, mlp.ErrInTraining) {
		return nil, fmt.Errorf("the network is %w", mlp.ErrInTraining)
	}
	end := ending{counts: net.Loss().Task() == mlp.Counting}
	if r, ok := net.(*mlp.Regressor); ok {
		end.targets = r.TargetScaling()
	}
	m, described, err := modelOf(net.Layers(), end, elem)
	if err != nil {
		return nil, err
	}
	m.metadata = metadataOf(net)
	if described {
		m.metadata[layersKey], err = descriptionOf(net.Layers())
	}
	return m, err
}

// ending is what a graph has behind the last layer.
type ending struct {
	counts  bool               // whether the outputs are exponentials of those of the layer
	targets *mlp.Normalization // the scaling of targets to undo, or nil
}

// modelOf returns the model of layers with this ending, without metadata. It
// reports whether Import needs a description of the layers to read it.
func modelOf(layers []mlp.Layer, end ending, elem elemType) (m *model, described bool, err error) {
	e := &exporter{
		elem:      elem,
		opset:     minExportOpset,
		graph:     &graphProto{name: "mlp"},
		current:   inputName,
		names:     make(map[string]int),
		constants: make(map[float64]string),
	}
	if err := e.stack(layers, layersPrefix); err != nil {
		return nil, false, err
	}
	if end.counts {
		e.layer = "counts"
		e.current = e.node("Exp", e.current)
	}
	if err := e.unscale(end.targets); err != nil {
		return nil, false, err
	}
	if e.current == inputName {
		e.current = e.node("Identity", inputName)
	}
	// The last node gives the output.
	e.graph.nodes[len(e.graph.nodes)-1].outputs[0] = outputName
	inputs, _ := layers[0].Dims()
	_, units := layers[len(layers)-1].Dims()
	e.graph.inputs = []valueInfo{e.batchOf(inputName, inputs)}
	e.graph.outputs = []valueInfo{e.batchOf(outputName, units)}
	irVersion := int64(7)
	if e.opset >= 15 {
		irVersion = 8
	}
	return &model{irVersion: irVersion, producer: "mlp", opsets: map[string]int64{"": e.opset}, graph: e.graph}, e.described, nil
}

// exporter is one call of Export.
type exporter struct {
	elem      elemType
	opset     int64
	graph     *graphProto
	current   string             // the value behind the layers so far
	layer     string             // the name of the current layer
	names     map[string]int     // how often a name has been asked for
	constants map[float64]string // the names of the constants so far
	described bool               // whether there is a layer that Import reads by its description
}

// batchOf returns the description of a matrix with a row a sample.
func (e *exporter) batchOf(name string, columns int) valueInfo {
	return valueInfo{name: name, elem: e.elem, isTensor: true, hasShape: true, dims: []dim{{size: -1, param: batchName}, {size: int64(columns)}}}
}

// stack writes layers whose names begin with prefix.
func (e *exporter) stack(layers []mlp.Layer, prefix string) error {
	for i, l := range layers {
		if err := e.inner(l, prefix, i); err != nil {
			return err
		}
	}
	return nil
}

// inner writes layer i of those whose names begin with prefix.
func (e *exporter) inner(l mlp.Layer, prefix string, i int) error {
	name := prefix + "." + strconv.Itoa(i)
	e.layer = name
	if err := e.write(l); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// write writes the nodes of a layer. This and describedLayer are the table of the
// kinds of layers.
func (e *exporter) write(l mlp.Layer) error {
	describer, ok := l.(mlp.Describer)
	if !ok || !ofPackageMLP(l) {
		return fmt.Errorf("a layer of type %T is not known", l)
	}
	switch d := describer.Describe(); d.Kind {
	case "dense":
		return e.dense(l, d.Activation)
	case "activation":
		return e.activation(d.Activation)
	case "normalization":
		return e.normalization(l)
	case "batch_norm":
		attrs := maps.Clone(d.Numbers)
		if m, ok := attrs["momentum"]; ok {
			attrs["momentum"] = 1 - m // ONNX's is the weight of what was before
		}
		return e.operator("BatchNormalization", l, attrs)
	case "layer_norm":
		return e.operator("LayerNormalization", l, d.Numbers)
	case "prelu":
		return e.operator("PRelu", l, nil)
	case "dropout":
		e.current = e.node("Dropout", e.current, e.number(d.Numbers["rate"]))
		return nil
	case "gaussian_noise":
		return nil
	case "residual":
		return e.residual(d.Layers)
	default:
		return e.describedLayer(l, d)
	}
}

// ofPackageMLP reports whether the type of l is one of package mlp, and not one
// with such a layer embedded, which may compute something else.
func ofPackageMLP(l mlp.Layer) bool {
	t := reflect.TypeOf(l)
	return t.Kind() == reflect.Pointer && t.Elem().PkgPath() == reflect.TypeFor[mlp.Regressor]().PkgPath()
}

func (e *exporter) dense(l mlp.Layer, act mlp.Activation) error {
	inputs, units := l.Dims()
	params := l.Params()
	weight, err := e.param(params[0], int64(inputs), int64(units))
	if err != nil {
		return err
	}
	if len(params) == 1 {
		e.current = e.node("MatMul", e.current, weight)
	} else {
		bias, err := e.param(params[1], int64(units))
		if err != nil {
			return err
		}
		e.current = e.node("Gemm", e.current, weight, bias)
	}
	return e.fused(act)
}

func (e *exporter) normalization(l mlp.Layer) error {
	mean, std, err := e.scaling(l)
	if err != nil {
		return err
	}
	e.current = e.node("Div", e.node("Sub", e.current, mean), std)
	return nil
}

// unscale writes what undoes the scaling of targets, if there is one.
func (e *exporter) unscale(scale *mlp.Normalization) error {
	if scale == nil {
		return nil
	}
	e.layer = targetsPrefix
	mean, std, err := e.scaling(scale)
	if err != nil {
		return err
	}
	e.current = e.node("Add", e.node("Mul", e.current, std), mean)
	return nil
}

// scaling writes the numbers of a Normalization and returns their names in the
// file. Rounding must not make a std 0.
func (e *exporter) scaling(l mlp.Layer) (mean, std string, err error) {
	names, err := e.rows(l)
	if err != nil {
		return "", "", err
	}
	for j, v := range l.Params()[1].Value.RawMatrix().Data {
		if e.elem == typeFloat && float32(v) == 0 {
			return "", "", fmt.Errorf("%s[%d] is %g, too small for float32", names[1], j, v)
		}
	}
	return names[0], names[1], nil
}

// operator writes a layer that is an operator with the same parameters.
func (e *exporter) operator(op string, l mlp.Layer, attrs map[string]float64) error {
	for _, key := range sortedKeys(attrs) {
		if !fitsFloat32(attrs[key]) {
			return fmt.Errorf("%s is %g, beyond float32", key, attrs[key])
		}
	}
	names, err := e.rows(l)
	if err != nil {
		return err
	}
	e.current = e.nodeWith(attrs, op, append([]string{e.current}, names...)...)
	return nil
}

// fitsFloat32 reports whether v is neither zero nor an infinity by being
// rounded to float32.
func fitsFloat32(v float64) bool {
	f := float64(float32(v))
	return (f != 0 || v == 0) && (!math.IsInf(f, 0) || math.IsInf(v, 0))
}

func (e *exporter) residual(layers []mlp.Layer) error {
	x, name := e.current, e.layer
	if err := e.stack(layers, name); err != nil {
		return err
	}
	e.layer = name
	if e.current == x { // nothing but noise
		e.current = e.node("Identity", x)
	}
	e.current = e.node("Add", x, e.current)
	return nil
}

// rows writes the parameters of a layer, of which each is a row, and returns
// their names in the file.
func (e *exporter) rows(l mlp.Layer) ([]string, error) {
	var names []string
	for _, p := range l.Params() {
		_, cols := p.Value.Dims()
		name, err := e.param(p, int64(cols))
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

// param writes a parameter as a tensor of the given shape and returns its name
// in the file.
func (e *exporter) param(p mlp.Param, dims ...int64) (name string, err error) {
	name = e.layer + "." + p.Name
	return name, e.initializer(name, dims, p.Value.RawMatrix().Data)
}

// initializer writes a tensor.
func (e *exporter) initializer(name string, dims []int64, v []float64) error {
	t, err := newTensor(name, e.elem, dims, v)
	if err == nil {
		e.graph.initializers = append(e.graph.initializers, t)
	}
	return err
}

// number returns the name of a constant with one number.
func (e *exporter) number(v float64) string {
	name, ok := e.constants[v]
	if !ok {
		name = constantsPrefix + "." + strconv.FormatFloat(v, 'g', -1, 64)
		e.constants[v] = name
		_ = e.initializer(name, nil, []float64{v}) // activation has seen that it is not too large
	}
	return name
}

// node writes a node with one output and returns the name of that.
func (e *exporter) node(op string, inputs ...string) string {
	return e.nodeWith(nil, op, inputs...)
}

// nodeWith is node with attributes that are numbers.
func (e *exporter) nodeWith(attrs map[string]float64, op string, inputs ...string) string {
	var list []attribute
	for _, key := range sortedKeys(attrs) {
		list = append(list, attribute{name: key, kind: attrFloat, f: float32(attrs[key])})
	}
	return e.attributed(list, op, inputs...)
}

// attributed is node with attributes.
func (e *exporter) attributed(attrs []attribute, op string, inputs ...string) string {
	e.opset = max(e.opset, sinceOpset[op])
	name := e.unique(e.layer + "." + op)
	e.graph.nodes = append(e.graph.nodes, &node{op: op, name: name, inputs: inputs, outputs: []string{name}, attrs: attrs})
	return name
}

// unique returns the name, with a number if it has been given before.
func (e *exporter) unique(name string) string {
	e.names[name]++
	if n := e.names[name]; n > 1 {
		name += "_" + strconv.Itoa(n)
	}
	return name
}
