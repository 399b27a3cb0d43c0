package onnx

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// A rule says which step of a network a piece of a graph is.
type rule struct {
	pattern pattern
	step    func(p *piece) step
}

// Parts of the patterns below.
const (
	// 2·Φ(x) of GELU, and the same by tanh.
	gate     = "(Add (Erf (Div x 1.4142135623730951)) 1)"
	gateMul  = "(Add (Erf (Mul x 0.7071067811865476)) 1)"
	gateTanh = "(Add (Tanh (Mul 0.7978845608028654 (Add x (Mul 0.044715 (Mul x (Mul x x)))))) 1)"
	gatePow  = "(Add (Tanh (Mul 0.7978845608028654 (Add x (Mul 0.044715 (Pow x 3))))) 1)"

	// The normalisation of rows.
	centered = "(Sub x (ReduceMean x))"
	rows     = "(Div " + centered + " (Sqrt (Add (ReduceMean (Pow " + centered + " 2)) epsilon)))"
	rowsMul  = "(Div " + centered + " (Sqrt (Add (ReduceMean (Mul " + centered + " " + centered + ")) epsilon)))"
)

// rules is the table of what is known, by the operator of the last node.
// Where several rules have it, the first one that fits counts.
var rules = newRules()

func newRules() map[string][]rule {
	table := []struct {
		pattern string
		step    func(p *piece) step
	}{
		// Dense layers.
		{"(Gemm x weight)", gemm},
		{"(Gemm x weight bias)", gemm},
		{"(Add (MatMul x weight) bias)", matMul},
		{"(MatMul x weight)", matMul},

		// Activations.
		{"(Relu x)", activation(mlp.ReLU)},
		{"(LeakyRelu x)", alpha(0.01, mlp.NewLeakyReLU)},
		{"(Elu x)", alpha(1, mlp.NewELU)},
		{"(Celu x)", alpha(1, mlp.NewCELU)},
		{"(Mul (Elu (Div x alpha)) alpha_again)", celu},
		{"(Selu x)", selu},
		{"(Sigmoid x)", activation(mlp.Sigmoid)},
		{"(Tanh x)", activation(mlp.Tanh)},
		{"(Softplus x)", activation(mlp.Softplus)},
		{"(Softsign x)", activation(mlp.Softsign)},
		{"(Div x (Add (Abs x) 1))", activation(mlp.Softsign)},
		{"(Softmax x)", rowActivation(mlp.Softmax)},
		{"(LogSoftmax x)", rowActivation(mlp.LogSoftmax)},
		{"(Clip x)", clip},
		{"(Clip x low)", clip},
		{"(Clip x _ high)", clip},
		{"(Clip x low high)", clip},
		{"(Div (Clip (Add x 3) 0 6) 6)", activation(mlp.HardSigmoid)},
		{"(HardSigmoid x)", hardSigmoid},
		{"(HardSwish x)", activation(mlp.HardSwish)},
		{"(Mul x (HardSigmoid x))", hardSwish},
		{"(Mul x (Div (Clip (Add x 3) 0 6) 6))", activation(mlp.HardSwish)},
		{"(Div (Mul x (Clip (Add x 3) 0 6)) 6)", activation(mlp.HardSwish)},
		{"(Mul x (Sigmoid x))", activation(mlp.SiLU)},
		{"(Mish x)", activation(mlp.Mish)},
		{"(Mul x (Tanh (Softplus x)))", activation(mlp.Mish)},
		{"(Gelu x)", gelu},
		{"(Mul (Mul x " + gate + ") 0.5)", activation(mlp.GELU)},
		{"(Mul x (Mul " + gate + " 0.5))", activation(mlp.GELU)},
		{"(Mul (Mul x 0.5) " + gate + ")", activation(mlp.GELU)},
		{"(Mul (Mul x " + gateMul + ") 0.5)", activation(mlp.GELU)},
		{"(Mul x (Mul " + gateMul + " 0.5))", activation(mlp.GELU)},
		{"(Mul (Mul x 0.5) " + gateMul + ")", activation(mlp.GELU)},
		{"(Mul (Mul x " + gateTanh + ") 0.5)", activation(mlp.GELUTanh)},
		{"(Mul x (Mul " + gateTanh + " 0.5))", activation(mlp.GELUTanh)},
		{"(Mul (Mul x 0.5) " + gateTanh + ")", activation(mlp.GELUTanh)},
		{"(Mul (Mul x " + gatePow + ") 0.5)", activation(mlp.GELUTanh)},
		{"(Mul x (Mul " + gatePow + " 0.5))", activation(mlp.GELUTanh)},
		{"(Mul (Mul x 0.5) " + gatePow + ")", activation(mlp.GELUTanh)},

		// Other layers.
		{"(PRelu x slope)", prelu},
		{"(BatchNormalization x weight bias mean variance)", batchNorm},
		{"(LayerNormalization x weight)", layerNorm},
		{"(LayerNormalization x weight bias)", layerNorm},
		{"(Add (Mul " + rows + " weight) bias)", layerNorm},
		{"(Add (Mul " + rowsMul + " weight) bias)", layerNorm},
		{rows, layerNorm},
		{rowsMul, layerNorm},
		{"(Dropout x)", dropout},
		{"(Dropout x ratio)", dropout},
		{"(Dropout x ratio training)", dropout},
		{"(Dropout x _ training)", dropout},

		// Shapes.
		{"(Flatten x)", flatten},
		{"(Reshape x shape)", reshape},
		{"(Reshape x (Concat (Unsqueeze (Gather (Shape x) 0)) columns))", reshapeBySize},

		// What scikit-learn's converter puts behind the outputs.
		{"(Concat (Sub 1 x) x)", bothClasses},
		{"(" + zipMap + " x)", zip},

		// Scaling. These come last, because they fit parts of what is above.
		{"(ai.onnx.ml.Scaler x)", scaler},
		{"(Div (Sub x mean) std)", normalization},
		{"(Mul (Sub x mean) factor)", normalization},
		{"(Add (Mul x factor) shift)", normalization},
		{"(Sub x mean)", normalization},
		{"(Add x shift)", normalization},
		{"(Div x std)", normalization},
		{"(Mul x factor)", normalization},
	}
	rules := make(map[string][]rule)
	for _, line := range table {
		p := parsePattern(line.pattern)
		rules[p.op] = append(rules[p.op], rule{p, line.step})
	}
	return rules
}

// operators is the set of the operators in the patterns.
var operators = newOperators()

func newOperators() map[string]bool {
	ops := make(map[string]bool)
	for _, list := range rules {
		for _, r := range list {
			r.pattern.addOperators(ops)
		}
	}
	return ops
}

// attributeNames is which attributes an operator may have. Operators without a
// line may have none.
var attributeNames = map[string][]string{
	"Gemm":               {"alpha", "beta", "transA", "transB"},
	"LeakyRelu":          {"alpha"},
	"Elu":                {"alpha"},
	"Celu":               {"alpha"},
	"Selu":               {"alpha", "gamma"},
	"Softmax":            {"axis"},
	"LogSoftmax":         {"axis"},
	"HardSigmoid":        {"alpha", "beta"},
	"Gelu":               {"approximate"},
	"BatchNormalization": {"epsilon", "momentum", "spatial", "training_mode"},
	"LayerNormalization": {"axis", "epsilon", "stash_type"},
	"ReduceMean":         {"axes", "keepdims", "noop_with_empty_axes"},
	"Dropout":            {"ratio", "seed"},
	"Flatten":            {"axis"},
	"Reshape":            {"allowzero"},
	"Concat":             {"axis"},
	"Gather":             {"axis"},
	"Unsqueeze":          {"axes"},
	"ai.onnx.ml.Scaler":  {"offset", "scale"},
	zipMap:               {"classlabels_int64s", "classlabels_strings"},
}

// A step is what a piece of a graph does to the rows of a matrix.
type step struct {
	at *val // the last node of the piece

	// inputs is how many columns the step takes, units how many it gives. 0
	// means any number, and as many as it takes.
	inputs, units int

	// layer returns the layer. act is its activation if the step has units,
	// else it is nil.
	layer func(width int, act mlp.Activation) (mlp.Layer, error)

	act     mlp.Activation // of a step that is an activation
	noLayer bool           // whether the step changes no number
	rows    bool           // whether it makes its input a matrix
	entries bool           // whether it treats every number of its input alike
	last    bool           // whether nothing but such steps may follow
}

// piece is a piece of a graph that a rule fits, with the first error that was
// found in it.
type piece struct {
	*match
	imp    *importer
	err    error
	passed bool // whether the rule does not fit after all
}

// fail keeps the first error of a piece.
func (p *piece) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
}

// attr returns an attribute of the node v, which must have the given kind.
func (p *piece) attr(v *val, name string, kind attributeKind) (attribute, bool) {
	a, ok := v.node.attrs[name]
	// Files of the first versions do not give the kind.
	if ok && a.kind != kind && a.kind != 0 {
		p.fail("attribute %q has the type %d, want %d", name, a.kind, kind)
	}
	return a, ok
}

// float returns an attribute of the last node. It is the shortest decimal
// fraction that the float32 of the file can stand for: 0.01 and not
// 0.009999999776482582.
func (p *piece) float(name string, usual float64) float64 {
	a, ok := p.attr(p.nodes[0], name, attrFloat)
	if !ok {
		return usual
	}
	return decimal(a.f)
}

// int returns an attribute of the last node.
func (p *piece) int(name string, usual int64) int64 { return p.intOf(p.nodes[0], name, usual) }

func (p *piece) intOf(v *val, name string, usual int64) int64 {
	if a, ok := p.attr(v, name, attrInt); ok {
		return a.i
	}
	return usual
}

// numbers returns the elements of a constant, which must be finite.
func (p *piece) numbers(c *constant) []float64 {
	v, err := p.imp.numbers(c)
	if err != nil {
		p.fail("%w", err)
	}
	for i, x := range v {
		if x-x != 0 {
			p.fail("tensor %q: element %d is %g", c.name, i, x)
			break
		}
	}
	return v
}

// scalar returns the number of a constant with one element.
func (p *piece) scalar(name string) float64 {
	v, ok := p.constants[name].scalar()
	if !ok {
		p.fail("%s: tensor %q has the shape %v, want one number", name, p.constants[name].name, p.constants[name].dims)
	}
	if p.constants[name].elem == typeFloat {
		return decimal(float32(v))
	}
	return v
}

// row is a constant that is added to each row, or multiplied with it.
type row struct {
	name   string // of the tensor
	values []float64
}

// row returns a constant that is a row or one number for all columns.
func (p *piece) row(name string) row {
	c := p.constants[name]
	shape := c.shape()
	for i, d := range shape {
		if i < len(shape)-1 && d != 1 || len(shape) > 2 {
			p.fail("%s: tensor %q has the shape %v, want one row", name, c.name, shape)
			return row{c.name, nil}
		}
	}
	return row{c.name, p.numbers(c)}
}

// columns returns how many columns the rows ask for, 0 if that is open.
func columns(rows ...row) int {
	for _, r := range rows {
		if len(r.values) > 1 {
			return len(r.values)
		}
	}
	return 0
}

// fit returns the entries of the row for a matrix with the given columns.
func (r row) fit(width int) ([]float64, error) {
	switch len(r.values) {
	case width:
		return r.values, nil
	case 1:
		return slices.Repeat(r.values, width), nil
	}
	return nil, fmt.Errorf("tensor %q has %d elements, its input %d columns", r.name, len(r.values), width)
}

func gemm(p *piece) step {
	if p.int("transA", 0) != 0 {
		p.fail("transA is set: the columns would be the samples")
	}
	alpha, beta := p.float("alpha", 1), p.float("beta", 1)
	return p.dense(p.int("transB", 0) != 0, alpha, beta)
}

func matMul(p *piece) step { return p.dense(false, 1, 1) }

// dense returns the step alpha·x·weight + beta·bias.
func (p *piece) dense(transposed bool, alpha, beta float64) step {
	c := *p.constants["weight"]
	if len(c.dims) != 2 {
		p.fail("tensor %q has the shape %v, want a matrix", c.name, c.dims)
		return step{}
	}
	v := p.numbers(&c)
	if p.err != nil {
		return step{}
	}
	weight := mat.NewDense(int(c.dims[0]), int(c.dims[1]), scale(v, alpha))
	if c.transposed != transposed {
		weight = mat.DenseCopyOf(weight.T())
	}
	inputs, units := weight.Dims()
	var bias []float64
	if _, ok := p.constants["bias"]; ok {
		var err error
		if bias, err = p.row("bias").fit(units); err != nil {
			p.fail("%w", err)
		}
		bias = scale(bias, beta)
	}
	return step{inputs: inputs, units: units, layer: func(_ int, act mlp.Activation) (mlp.Layer, error) {
		opts := []mlp.DenseOption{mlp.WithInitializer(mlp.Zeros)}
		if bias == nil {
			opts = append(opts, mlp.WithoutBias())
		}
		l := mlp.Dense(inputs, units, act, opts...)
		if err := validate(l); err != nil {
			return nil, err
		}
		l.(mlp.Seeded).Init(nil) // so that Model does not
		params := l.Params()
		params[0].Value.Copy(weight)
		if bias != nil {
			params[1].Value.SetRow(0, bias)
		}
		return l, nil
	}}
}

// validate returns the mistake in a layer, such as a parameter of its activation.
func validate(l mlp.Layer) error {
	if v, ok := l.(mlp.Validator); ok {
		return v.Validate()
	}
	return nil
}

// scale multiplies v by the factor.
func scale(v []float64, factor float64) []float64 {
	for i := range v {
		v[i] *= factor
	}
	return v
}

// elementwise returns the step of an activation.
func elementwise(act mlp.Activation) step { return step{act: act, entries: true} }

func activation(act mlp.Activation) func(p *piece) step {
	return func(p *piece) step { return elementwise(act) }
}

// rowActivation is activation for those that run along an axis.
func rowActivation(act mlp.Activation) func(p *piece) step {
	return func(p *piece) step {
		p.alongRow(p.int("axis", -1))
		return step{act: act}
	}
}

// alongRow keeps an error unless an axis is that of the columns of a matrix.
func (p *piece) alongRow(axis int64) {
	if axis != 1 && axis != -1 {
		p.fail("axis is %d, want 1 or -1: the columns", axis)
	}
}

// alpha is activation for those with the parameter alpha.
func alpha(usual float64, make func(alpha float64) mlp.Activation) func(p *piece) step {
	return func(p *piece) step { return elementwise(make(p.float("alpha", usual))) }
}

// celu is α·elu(x/α), as Export writes CELU where the operator is not allowed.
func celu(p *piece) step {
	a, ok1 := p.constants["alpha"].scalar()
	b, ok2 := p.constants["alpha_again"].scalar()
	if elu := p.nodes[1]; !ok1 || !ok2 || a != b || len(elu.node.attrs) > 0 {
		p.passed = true
		return step{}
	}
	return elementwise(mlp.NewCELU(p.scalar("alpha")))
}

func selu(p *piece) step {
	const alpha, gamma = 1.67326319217681884765625, 1.05070102214813232421875 // of the operator
	a, g := p.float("alpha", alpha), p.float("gamma", gamma)
	if !near(a, alpha) || !near(g, gamma) {
		p.fail("alpha is %g and gamma %g, want %g and %g", a, g, alpha, gamma)
	}
	return elementwise(mlp.SELU)
}

// near reports whether two numbers are the same but for the rounding of
// float32.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-6*math.Abs(b) }

func clip(p *piece) step {
	low, high := math.Inf(-1), math.Inf(1)
	if _, ok := p.constants["low"]; ok {
		low = p.scalar("low")
	}
	if _, ok := p.constants["high"]; ok {
		high = p.scalar("high")
	}
	// The bounds that mean none.
	if low <= -math.MaxFloat32 {
		low = math.Inf(-1)
	}
	if high >= math.MaxFloat32 {
		high = math.Inf(1)
	}
	switch {
	case low == 0 && high == math.Inf(1):
		return elementwise(mlp.ReLU)
	case low == 0 && high == 6:
		return elementwise(mlp.ReLU6)
	case math.IsInf(low, -1) && math.IsInf(high, 1):
		return step{noLayer: true, entries: true}
	}
	return elementwise(mlp.NewHardTanh(low, high))
}

// hardSigmoidStep returns the activation of a HardSigmoid.
func hardSigmoidStep(p *piece, v *val) mlp.Activation {
	alpha, beta := 0.2, 0.5
	if a, ok := p.attr(v, "alpha", attrFloat); ok {
		alpha = decimal(a.f)
	}
	if b, ok := p.attr(v, "beta", attrFloat); ok {
		beta = decimal(b.f)
	}
	if float32(alpha) == float32(1./6) && beta == 0.5 {
		return mlp.HardSigmoid
	}
	return mlp.NewHardSigmoid(alpha, beta)
}

func hardSigmoid(p *piece) step { return elementwise(hardSigmoidStep(p, p.nodes[0])) }

func hardSwish(p *piece) step {
	if act := hardSigmoidStep(p, p.nodes[1]); act != mlp.HardSigmoid {
		p.fail("%s in a hard swish, want %s", act.Name(), mlp.HardSigmoid.Name())
	}
	return elementwise(mlp.HardSwish)
}

func gelu(p *piece) step {
	a, ok := p.attr(p.nodes[0], "approximate", attrString)
	switch {
	case !ok || a.s == "none":
		return elementwise(mlp.GELU)
	case a.s != "tanh":
		p.fail("approximate is %q, want none or tanh", a.s)
	}
	return elementwise(mlp.GELUTanh)
}

func prelu(p *piece) step {
	slope := p.row("slope")
	return step{inputs: columns(slope), layer: func(width int, _ mlp.Activation) (mlp.Layer, error) {
		l := mlp.PReLU(width)
		return l, setParam(l, "slope", width, slope)
	}}
}

// setParam copies a row into a parameter of a layer.
func setParam(l mlp.Layer, name string, width int, r row) error {
	values, err := r.fit(width)
	if err != nil {
		return err
	}
	for _, p := range l.Params() {
		if p.Name == name {
			p.Value.SetRow(0, values)
		}
	}
	return nil
}

// epsilon is that of mlp.BatchNorm and mlp.LayerNorm.
const epsilon = 1e-5

func batchNorm(p *piece) step {
	if p.int("training_mode", 0) != 0 || len(p.nodes[0].node.outputs) > 1 {
		p.fail("the node is one for training: export the model in evaluation mode")
	}
	weight, bias, mean, variance := p.row("weight"), p.row("bias"), p.row("mean"), p.row("variance")
	units := len(mean.values)
	for _, r := range []row{weight, bias, variance} {
		if len(r.values) != units {
			p.fail("tensor %q has %d elements, the mean %d", r.name, len(r.values), units)
		}
	}
	// The layer has an epsilon of its own: what the file has more goes to the
	// variance.
	if eps := p.float("epsilon", epsilon); !near(eps, epsilon) {
		for i := range variance.values {
			variance.values[i] += eps - epsilon
		}
	}
	for i, v := range variance.values {
		if v < 0 {
			p.fail("variance %d is %g, want at least 0", i, v)
			break
		}
	}
	return step{inputs: units, layer: func(width int, _ mlp.Activation) (mlp.Layer, error) {
		l := mlp.BatchNorm(width)
		for name, r := range map[string]row{"weight": weight, "bias": bias, "running_mean": mean, "running_var": variance} {
			if err := setParam(l, name, width, r); err != nil {
				return nil, err
			}
		}
		return l, nil
	}}
}

func layerNorm(p *piece) step {
	eps := p.float("epsilon", epsilon)
	if _, ok := p.constants["epsilon"]; ok {
		eps = p.scalar("epsilon")
	} else {
		p.alongRow(p.int("axis", -1))
	}
	if !near(eps, epsilon) {
		p.fail("epsilon is %g, a layer norm has %g", eps, epsilon)
	}
	for _, v := range p.nodes {
		if v.node.op == "ReduceMean" {
			p.meanOfRow(v)
		}
	}
	params := make(map[string]row)
	var all []row
	for _, name := range []string{"weight", "bias"} {
		if _, ok := p.constants[name]; ok {
			params[name] = p.row(name)
			all = append(all, params[name])
		}
	}
	return step{inputs: columns(all...), layer: func(width int, _ mlp.Activation) (mlp.Layer, error) {
		l := mlp.LayerNorm(width)
		for name, r := range params {
			if err := setParam(l, name, width, r); err != nil {
				return nil, err
			}
		}
		return l, nil
	}}
}

// meanOfRow keeps an error unless a ReduceMean is along the columns.
func (p *piece) meanOfRow(v *val) {
	axes, _ := p.attr(v, "axes", attrInts)
	if len(axes.ints) != 1 || p.intOf(v, "keepdims", 1) != 1 {
		p.fail("%v: axes %v, want the columns, with keepdims", v, axes.ints)
		return
	}
	p.alongRow(axes.ints[0])
}

func dropout(p *piece) step {
	if c, ok := p.constants["training"]; ok {
		if !isFalse(c) {
			p.fail("the node is one for training: export the model in evaluation mode")
		}
	}
	rate := p.float("ratio", 0.5)
	if _, ok := p.constants["ratio"]; ok {
		rate = p.scalar("ratio")
	}
	return step{entries: true, layer: func(width int, _ mlp.Activation) (mlp.Layer, error) {
		return mlp.Dropout(width, rate), nil
	}}
}

func flatten(p *piece) step {
	if axis := p.int("axis", 1); axis != 1 {
		p.fail("axis is %d, want 1: a row a sample", axis)
	}
	return step{noLayer: true, rows: true}
}

// reshape takes the shapes that make a row of each sample.
func reshape(p *piece) step {
	shape, err := p.constants["shape"].integers()
	if err != nil {
		p.fail("%w", err)
		return step{}
	}
	return p.rowsOf(shape)
}

// rowsOf returns the step that gives its input a shape, which must be a row a
// sample.
func (p *piece) rowsOf(shape []int64) step {
	switch {
	case len(shape) != 2 || shape[0] != -1 && shape[0] != 0 && shape[0] != p.imp.batch() || p.int("allowzero", 0) != 0:
		p.fail("shape %v, want a row a sample", shape)
		return step{}
	case shape[1] == -1 && shape[0] != -1: // as many columns as there are
		return step{noLayer: true, rows: true}
	case shape[1] < 1 || shape[1] > math.MaxInt32:
		p.fail("shape %v, want a row a sample", shape)
	}
	return step{noLayer: true, rows: true, inputs: int(shape[1])}
}

// reshapeBySize is how PyTorch writes x.view(x.size(0), -1).
func reshapeBySize(p *piece) step {
	columns, err := p.constants["columns"].integers()
	if err != nil {
		p.fail("%w", err)
		return step{}
	}
	for _, v := range p.nodes {
		if v.op() != "Reshape" && p.intOf(v, "axis", 0) != 0 {
			p.fail("%v: the axis is not that of the samples", v)
		}
	}
	return p.rowsOf(append([]int64{0}, columns...))
}

// bothClasses is what stands behind the probability of class 1.
func bothClasses(p *piece) step {
	p.alongRow(p.int("axis", 0))
	return step{noLayer: true, last: true, inputs: 1}
}

func zip(p *piece) step { return step{noLayer: true, last: true} }

// scaler is (x − offset)·scale.
func scaler(p *piece) step {
	list := func(name string, usual float64) row {
		a, ok := p.attr(p.nodes[0], name, attrFloats)
		if !ok {
			return row{name, []float64{usual}}
		}
		c := &constant{tensor: &tensor{name: name, elem: typeFloat, dims: []int64{int64(len(a.floats))}, floats: a.floats}}
		return row{name, p.numbers(c)}
	}
	offset, factor := list("offset", 0), list("scale", 1)
	return scaling(p, offset, factor, func(offset, factor float64) (mean, std float64) { return offset, 1 / factor })
}

// normalization takes the ways to shift and to scale columns.
func normalization(p *piece) step {
	// one returns a row of the pattern, or the usual number if it has none.
	one := func(name string, usual float64) row {
		if _, ok := p.constants[name]; ok {
			return p.row(name)
		}
		return row{name, []float64{usual}}
	}
	if _, ok := p.constants["shift"]; ok { // x·factor + shift
		return scaling(p, one("shift", 0), one("factor", 1), func(shift, factor float64) (mean, std float64) {
			return -shift / factor, 1 / factor
		})
	}
	if _, ok := p.constants["factor"]; ok {
		return scaling(p, one("mean", 0), one("factor", 1), func(mean, factor float64) (_, std float64) {
			return mean, 1 / factor
		})
	}
	return scaling(p, one("mean", 0), one("std", 1), func(mean, std float64) (_, _ float64) { return mean, std })
}

// scaling returns a step that normalises each column by the mean and the
// standard deviation that convert finds in its entries of a and b.
func scaling(p *piece, a, b row, convert func(a, b float64) (mean, std float64)) step {
	return step{
		inputs:  columns(a, b),
		entries: len(a.values) == 1 && len(b.values) == 1,
		layer: func(width int, _ mlp.Activation) (mlp.Layer, error) {
			mean, err := a.fit(width)
			if err != nil {
				return nil, err
			}
			std, err := b.fit(width)
			if err != nil {
				return nil, err
			}
			mean, std = slices.Clone(mean), slices.Clone(std)
			for j := range mean {
				mean[j], std[j] = convert(mean[j], std[j])
			}
			l := mlp.NewNormalization(width)
			return l, l.Set(mean, std)
		},
	}
}
