package onnx

import (
	"math"
	"strconv"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

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
func (p *piece) scale(v []float64, factor float64) []float64 {
	for i := range v {
		v[i] *= factor
		if v[i]-v[i] != 0 {
			p.fail("a number times %g is %g", factor, v[i])
		}
	}
	return v
}

func prelu(p *piece) step { return layerWith(mlp.PReLU, p.row("slope")) }

// layerWith returns the step of a layer whose first parameters are these rows.
func layerWith(newLayer func(units int) mlp.Layer, rows ...row) step {
	return step{inputs: columns(rows...), layer: func(width int, _ mlp.Activation) (mlp.Layer, error) {
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
		return l, nil
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
			p.fail("tensor %q has %d elements, the mean %d", r.name, len(r.values), units)
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
	for _, v := range p.nodes {
		if v.node.op == "ReduceMean" {
			p.meanOfRow(v)
		}
	}
	var rows []row
	for _, name := range []string{"weight", "bias"} {
		if _, ok := p.constants[name]; ok {
			rows = append(rows, p.row(name))
		}
	}
	return layerWith(func(units int) mlp.Layer { return mlp.LayerNorm(units, mlp.WithEpsilon(epsilon)) }, rows...)
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
	if c, ok := p.constants["training"]; ok && !c.isFalse() {
		p.fail("the node is one for training: export the model in evaluation mode")
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

// zip keeps the names of the classes.
func zip(p *piece) step {
	s := step{noLayer: true, last: true}
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
