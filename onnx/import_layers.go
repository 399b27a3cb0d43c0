package onnx

import (
	"strconv"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/quote"
)

func gemm(p *piece) step {
	if p.int("transA", 0) != 0 {
		p.fail("transA is set: the columns would be the samples")
	}
	alpha, beta := p.float("alpha", 1), p.float("beta", 1)
	return p.dense(p.int("transB", 0) != 0, alpha, beta)
}

// matMul takes rows along the last axis, however many axes there are.
func matMul(p *piece) step {
	s := p.dense(false, 1, 1)
	s.lastAxis = true
	return s
}

// dense returns the step alpha·x·weight + beta·bias.
func (p *piece) dense(transposed bool, alpha, beta float64) step {
	c := *p.constants["weight"]
	if len(c.dims) != 2 {
		p.fail("tensor %s has the shape %s, want a matrix", quote.Text(c.name), list(c.dims))
		return step{}
	}
	v := p.numbers(&c)
	if p.err != nil {
		return step{}
	}
	weight := mat.NewDense(int(c.dims[0]), int(c.dims[1]), p.scale(v, alpha))
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
		bias = p.scale(bias, beta)
	}
	return step{inputs: inputs, fuse: true, layers: func(_ int, act mlp.Activation) ([]mlp.Layer, error) {
		return oneLayer(newDense(weight, bias, act))
	}}
}

// newDense returns a dense layer with these numbers. A bias of nil is none.
func newDense(weight *mat.Dense, bias []float64, act mlp.Activation) (mlp.Layer, error) {
	opts := []mlp.DenseOption{mlp.WithInitializer(mlp.Zeros)}
	if bias == nil {
		opts = append(opts, mlp.WithoutBias())
	}
	inputs, units := weight.Dims()
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
}

// validate returns the mistake in a layer, such as a parameter of its activation.
func validate(l mlp.Layer) error {
	if v, ok := l.(mlp.Validator); ok {
		return v.Validate()
	}
	return nil
}

// scale multiplies v by the factor.
func (p *piece) scale(v []float64, factor float64) []float64 {
	for i := range v {
		v[i] *= factor
		if v[i]-v[i] != 0 {
			p.fail("a number times %g is %g", factor, v[i])
		}
	}
	return v
}

func prelu(p *piece) step {
	s := layerWith(mlp.PReLU, p.row("slope"))
	s.lastAxis = true
	return s
}

// layerWith returns the step of a layer whose first parameters are these rows.
func layerWith(newLayer func(units int) mlp.Layer, rows ...row) step {
	return step{inputs: columns(rows...), layers: func(width int, _ mlp.Activation) ([]mlp.Layer, error) {
		l := newLayer(width)
		if err := validate(l); err != nil {
			return nil, err
		}
		params := l.Params()
		for i, r := range rows {
			values, err := r.fit(width)
			if err != nil {
				return nil, err
			}
			params[i].Value.SetRow(0, values)
		}
		return oneLayer(l, nil)
	}}
}

func batchNorm(p *piece) step {
	if p.int("training_mode", 0) != 0 || len(p.nodes[0].node.outputs) > 1 {
		p.fail("the node is one for training: export the model in evaluation mode")
	}
	weight, bias, mean, variance := p.row("weight"), p.row("bias"), p.row("mean"), p.row("variance")
	units := len(mean.values)
	for _, r := range []row{weight, bias, variance} {
		if len(r.values) != units {
			p.fail("tensor %s has %d elements, the mean %d", quote.Text(r.name), len(r.values), units)
		}
	}
	for i, v := range variance.values {
		if v < 0 {
			p.fail("variance %d is %g, want a finite number of at least 0", i, v)
			break
		}
	}
	opts := []mlp.NormOption{mlp.WithEpsilon(p.float("epsilon", 1e-5))}
	// A momentum that the layer cannot have is one that prediction does not need.
	if m := decimal(float32(1 - p.float("momentum", 0.9))); m > 0 && m <= 1 {
		opts = append(opts, mlp.WithMomentum(m))
	}
	s := layerWith(func(units int) mlp.Layer { return mlp.BatchNorm(units, opts...) }, weight, bias, mean, variance)
	s.inputs = units // which may be 1: these rows are not for all columns
	return s
}

func layerNorm(p *piece) step {
	epsilon := p.float("epsilon", 1e-5)
	if _, ok := p.constants["epsilon"]; ok {
		epsilon = decimal(float32(p.scalar("epsilon"))) // as Export writes it
	} else {
		p.alongRow(p.int("axis", -1))
	}
	lastAxis := p.int("axis", -1) == -1
	for _, v := range p.nodes {
		if v.node.op == "ReduceMean" {
			lastAxis = p.meanOfRow(v) == -1
		}
	}
	var rows []row
	for _, name := range []string{"weight", "bias"} {
		if _, ok := p.constants[name]; ok {
			rows = append(rows, p.row(name))
		}
	}
	s := layerWith(func(units int) mlp.Layer { return mlp.LayerNorm(units, mlp.WithEpsilon(epsilon)) }, rows...)
	s.lastAxis = lastAxis
	return s
}

// meanOfRow returns the axis of a ReduceMean and keeps an error unless that is
// the columns.
func (p *piece) meanOfRow(v *val) int64 {
	axes, _ := p.attr(v, "axes", attrInts)
	if len(axes.ints) != 1 || p.intOf(v, "keepdims", 1) != 1 {
		p.fail("%v: axes %s, want the columns, with keepdims", v, list(axes.ints))
		return 0
	}
	p.alongRow(axes.ints[0])
	return axes.ints[0]
}

func dropout(p *piece) step {
	if c, ok := p.constants["training"]; ok && !c.isFalse() {
		p.fail("the node is one for training: export the model in evaluation mode")
	}
	rate := p.float("ratio", 0.5)
	if _, ok := p.constants["ratio"]; ok {
		rate = p.scalar("ratio")
	}
	return step{entries: true, layers: func(width int, _ mlp.Activation) ([]mlp.Layer, error) {
		return oneLayer(mlp.Dropout(width, rate), nil)
	}}
}

// bothClasses is what stands behind the probability of class 1.
func bothClasses(p *piece) step {
	p.alongRow(p.int("axis", 0))
	return step{last: true, inputs: 1}
}

// zipped keeps the names of the classes.
func zipped(p *piece) step {
	s := step{last: true}
	if a, ok := p.attr(p.nodes[0], "classlabels_strings", attrTexts); ok {
		s.classes = a.texts
	}
	if a, ok := p.attr(p.nodes[0], "classlabels_int64s", attrInts); ok {
		for _, label := range a.ints {
			s.classes = append(s.classes, strconv.FormatInt(label, 10))
		}
	}
	return s
}
