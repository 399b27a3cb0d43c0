package onnx

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// evaluate computes an output of a model as the definitions of the operators
// say. It shares no code with Import except for the tensors. A sample is a row of
// x.
func evaluate(t *testing.T, m *model, output string, x *mat.Dense) *mat.Dense {
	t.Helper()
	rows, cols := x.Dims()
	input := &array{[]int{rows, cols}, mat.DenseCopyOf(x).RawMatrix().Data}
	if in := m.graph.inputs[0]; len(in.dims) > 1 {
		input.dims = []int{rows}
		for _, d := range in.dims[1:] {
			input.dims = append(input.dims, int(d.size))
		}
		if open := slices.Index(input.dims, -1); open >= 0 {
			input.dims[open] = 1
			input.dims[open] = cols / entries(input.dims[1:])
		}
	}
	values := map[string]*array{m.graph.inputs[0].name: input}
	for _, c := range m.graph.initializers {
		values[c.name] = arrayOf(c)
	}
	needed := map[string]bool{output: true}
	for _, n := range slices.Backward(m.graph.nodes) {
		for _, name := range n.inputs {
			needed[name] = needed[name] || needed[n.outputs[0]]
		}
	}
	for _, n := range m.graph.nodes {
		if !needed[n.outputs[0]] {
			continue
		}
		in := make([]*array, len(n.inputs))
		for i, name := range n.inputs {
			in[i] = values[name]
		}
		values[n.outputs[0]] = operate(t, n, in)
	}
	y := values[output]
	if y == nil {
		t.Fatalf("no value %q", output)
	}
	return y.shaped(rows, len(y.data)/rows).matrix()
}

// arrayOf returns a tensor as an array, nil if it is of some other type.
func arrayOf(c *tensor) *array {
	v, err := (&constant{tensor: c}).numbers()
	if err != nil {
		return nil
	}
	a := &array{data: v}
	for _, d := range c.dims {
		a.dims = append(a.dims, int(d))
	}
	return a
}

// attr returns an attribute, or zeros.
func attr(n *node, name string) attribute {
	a, _ := n.attr(name)
	return a
}

func operate(t *testing.T, n *node, in []*array) *array {
	t.Helper()
	float := func(name string, usual float64) float64 {
		if a, ok := n.attr(name); ok {
			return float64(a.f)
		}
		return usual
	}
	one := func(f func(v float64) float64) *array {
		return broadcast(in[0], in[0], func(v, _ float64) float64 { return f(v) })
	}
	two := func(f func(a, b float64) float64) *array { return broadcast(in[0], in[1], f) }
	rowwise := func(f func(y, x []float64)) *array {
		y, n := newArray(in[0].dims...), in[0].cols()
		for i := 0; i < len(y.data); i += n {
			f(y.data[i:i+n], in[0].data[i:i+n])
		}
		return y
	}
	mul := func(a, b float64) float64 { return a * b }
	add := func(a, b float64) float64 { return a + b }
	sub := func(a, b float64) float64 { return a - b }
	sigmoid := func(v float64) float64 { return 1 / (1 + math.Exp(-v)) }
	softplus := func(v float64) float64 { return max(v, 0) + math.Log1p(math.Exp(-math.Abs(v))) }
	elu := func(a, g float64) func(v float64) float64 {
		return func(v float64) float64 {
			if v > 0 {
				return g * v
			}
			return g * a * math.Expm1(v)
		}
	}
	phi := func(v float64) float64 { return math.Erfc(-v/math.Sqrt2) / 2 }
	moments := func(x []float64) (mean, variance float64) {
		for _, v := range x {
			mean += v / float64(len(x))
		}
		for _, v := range x {
			variance += (v - mean) * (v - mean) / float64(len(x))
		}
		return mean, variance
	}
	switch n.op {
	case "Gemm":
		b := in[1]
		if attr(n, "transB").i != 0 {
			b = transpose(b, []int64{1, 0})
		}
		alpha := float("alpha", 1)
		y := matMul2(in[0], b)
		y = broadcast(y, y, func(v, _ float64) float64 { return alpha * v })
		if len(in) > 2 && in[2] != nil {
			beta := float("beta", 1)
			return broadcast(y, in[2], func(a, b float64) float64 { return a + beta*b })
		}
		return y
	case "MatMul":
		return matMulOf(in[0], in[1])
	case "Transpose":
		perm := []int64{1, 0}
		if a, ok := n.attr("perm"); ok {
			perm = a.ints
		}
		return transpose(in[0], perm)
	case "Sin":
		return one(math.Sin)
	case "Cos":
		return one(math.Cos)
	case "Max":
		return two(func(a, b float64) float64 { return max(a, b) })
	case "Min":
		return two(func(a, b float64) float64 { return min(a, b) })
	case "Add":
		return two(add)
	case "Sub":
		return two(sub)
	case "Mul":
		return two(mul)
	case "Div":
		return two(func(a, b float64) float64 { return a / b })
	case "Pow":
		return two(math.Pow)
	case "Erf":
		return one(math.Erf)
	case "Sqrt":
		return one(math.Sqrt)
	case "Abs":
		return one(math.Abs)
	case "Relu":
		return one(func(v float64) float64 { return max(v, 0) })
	case "LeakyRelu":
		a := float("alpha", 0.01)
		return one(func(v float64) float64 { return max(v, 0) + a*min(v, 0) })
	case "PRelu":
		return two(func(v, s float64) float64 { return max(v, 0) + s*min(v, 0) })
	case "Elu":
		return one(elu(float("alpha", 1), 1))
	case "Celu":
		a := float("alpha", 1)
		return one(func(v float64) float64 { return max(v, 0) + min(0, a*math.Expm1(v/a)) })
	case "Selu":
		return one(elu(float("alpha", 1.6732632423543772), float("gamma", 1.0507009873554805)))
	case "Sigmoid":
		return one(sigmoid)
	case "Exp":
		return one(math.Exp)
	case "Tanh":
		return one(math.Tanh)
	case "Softplus":
		return one(softplus)
	case "Softsign":
		return one(func(v float64) float64 { return v / (1 + math.Abs(v)) })
	case "HardSigmoid":
		a, b := float("alpha", 0.2), float("beta", 0.5)
		return one(func(v float64) float64 { return min(max(a*v+b, 0), 1) })
	case "HardSwish":
		return one(func(v float64) float64 { return v * min(max(v/6+0.5, 0), 1) })
	case "Mish":
		return one(func(v float64) float64 { return v * math.Tanh(softplus(v)) })
	case "Gelu":
		if slices.Equal(attr(n, "approximate").texts, []string{"tanh"}) {
			return one(func(v float64) float64 {
				return v / 2 * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(v+0.044715*v*v*v)))
			})
		}
		return one(func(v float64) float64 { return v * phi(v) })
	case "Clip":
		low, high := float("min", math.Inf(-1)), float("max", math.Inf(1))
		if len(in) > 1 && in[1] != nil {
			low = in[1].data[0]
		}
		if len(in) > 2 && in[2] != nil {
			high = in[2].data[0]
		}
		return one(func(v float64) float64 { return min(max(v, low), high) })
	case "Softmax", "LogSoftmax":
		return rowwise(func(y, x []float64) {
			sum := 0.0
			for _, v := range x {
				sum += math.Exp(v - slices.Max(x))
			}
			for i, v := range x {
				y[i] = v - slices.Max(x) - math.Log(sum)
				if n.op == "Softmax" {
					y[i] = math.Exp(y[i])
				}
			}
		})
	case "ReduceMean":
		axes := attr(n, "axes").ints
		if len(in) > 1 {
			axes = integersOf(in[1])
		}
		return meanAlong(in[0], in[0].axis(axes[0]), attr(n, "keepdims").i != 0 || !has(n, "keepdims"))
	case "LayerNormalization":
		return rowwise(func(y, x []float64) {
			mean, variance := moments(x)
			for i, v := range x {
				y[i] = (v - mean) / math.Sqrt(variance+float("epsilon", 1e-5)) * in[1].data[i]
				if len(in) > 2 {
					y[i] += in[2].data[i]
				}
			}
		})
	case "BatchNormalization":
		return rowwise(func(y, x []float64) {
			for i, v := range x {
				y[i] = (v-in[3].data[i])/math.Sqrt(in[4].data[i]+float("epsilon", 1e-5))*in[1].data[i] + in[2].data[i]
			}
		})
	case "Scaler":
		return rowwise(func(y, x []float64) {
			offset, scale := attr(n, "offset").floats, attr(n, "scale").floats
			for i, v := range x {
				y[i] = (v - float64(offset[min(i, len(offset)-1)])) * float64(scale[min(i, len(scale)-1)])
			}
		})
	case "Constant":
		c, err := constantOf(n)
		if err != nil {
			t.Fatal(err)
		}
		return arrayOf(c)
	case "Neg":
		return one(func(v float64) float64 { return -v })
	case "Identity", "Dropout", "ZipMap":
		return in[0]
	case "Cast":
		if elemType(attr(n, "to").i).isInteger() {
			return one(math.Trunc)
		}
		return in[0]
	case "Flatten":
		first := 1
		if has(n, "axis") {
			first = in[0].axis(attr(n, "axis").i)
		}
		rows := entries(in[0].dims[:first])
		return in[0].shaped(rows, len(in[0].data)/rows)
	case "Reshape":
		return reshapeTo(in[0], integersOf(in[1]))
	case "Squeeze", "Unsqueeze":
		axes := attr(n, "axes").ints
		if len(in) > 1 {
			axes = integersOf(in[1])
		}
		if n.op == "Unsqueeze" {
			return unsqueezeAt(in[0], axes)
		}
		return squeezeAt(in[0], axes)
	case "Concat":
		if in[0] == nil {
			return nil
		}
		return concatAlong(in, in[0].axis(attr(n, "axis").i))
	case "Gather":
		if in[0] == nil {
			return nil
		}
		return gatherAlong(in[0], in[1], in[0].axis(attr(n, "axis").i))
	case "Slice":
		return sliceOf(in[0], integersOf(in[1])[0], integersOf(in[2])[0], in[0].axis(integersOf(in[3])[0]))
	case "Shape":
		y := newArray(len(in[0].dims))
		for i, d := range in[0].dims {
			y.data[i] = float64(d)
		}
		return y
	case "ArgMax", "ArrayFeatureExtractor":
		return nil // integers
	}
	t.Fatalf("evaluate: no operator %s", n.op)
	return nil
}

func has(n *node, name string) bool {
	_, ok := n.attr(name)
	return ok
}

func integersOf(a *array) []int64 {
	var v []int64
	for _, x := range a.data {
		v = append(v, int64(x))
	}
	return v
}

// samples returns n rows of numbers on both sides of zero.
func samples(n, columns int) *mat.Dense {
	x := mat.NewDense(n, columns, nil)
	x.Apply(func(i, j int, _ float64) float64 { return 4 * math.Sin(float64(1+i*columns+j)*1.7) }, x)
	return x
}

// distance returns the largest difference between the entries of a and b,
// relative to max(1, |b|).
func distance(t *testing.T, a, b *mat.Dense) float64 {
	t.Helper()
	ar, ac := a.Dims()
	br, bc := b.Dims()
	if ar != br || ac != bc {
		t.Fatalf("%d×%d numbers, want %d×%d", ar, ac, br, bc)
	}
	d := 0.0
	for i := range br {
		for j, v := range b.RawRowView(i) {
			e := math.Abs(a.At(i, j)-v) / max(1, math.Abs(v))
			if math.IsNaN(e) {
				return math.Inf(1)
			}
			d = max(d, e)
		}
	}
	return d
}
