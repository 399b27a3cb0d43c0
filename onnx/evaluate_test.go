package onnx

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// evaluate computes an output of a model as the definitions of the operators
// say, for matrices alone. It shares no code with Import except for the tensors.
func evaluate(t *testing.T, m *model, output string, x *mat.Dense) *mat.Dense {
	t.Helper()
	values := map[string]*mat.Dense{m.graph.inputs[0].name: x}
	for _, c := range m.graph.initializers {
		values[c.name] = matrixOf(t, c)
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
		in := make([]*mat.Dense, len(n.inputs))
		for i, name := range n.inputs {
			in[i] = values[name]
		}
		values[n.outputs[0]] = operate(t, n, in)
	}
	if values[output] == nil {
		t.Fatalf("no value %q", output)
	}
	return values[output]
}

// matrixOf returns a tensor as a matrix, a vector as a row.
func matrixOf(t *testing.T, c *tensor) *mat.Dense {
	v, err := (&constant{tensor: c}).numbers()
	if err != nil {
		return mat.NewDense(1, 1, nil) // of some other type
	}
	cols := 1
	if len(c.dims) > 0 {
		cols = int(c.dims[len(c.dims)-1])
	}
	return mat.NewDense(len(v)/cols, cols, v)
}

// broadcast returns f of each pair of entries of a and b.
func broadcast(a, b *mat.Dense, f func(a, b float64) float64) *mat.Dense {
	ar, ac := a.Dims()
	br, bc := b.Dims()
	y := mat.NewDense(max(ar, br), max(ac, bc), nil)
	y.Apply(func(i, j int, _ float64) float64 {
		return f(a.At(min(i, ar-1), min(j, ac-1)), b.At(min(i, br-1), min(j, bc-1)))
	}, y)
	return y
}

// attr returns an attribute, or zeros.
func attr(n *node, name string) attribute {
	a, _ := n.attr(name)
	return a
}

func operate(t *testing.T, n *node, in []*mat.Dense) *mat.Dense {
	t.Helper()
	float := func(name string, usual float64) float64 {
		if a, ok := n.attr(name); ok {
			return float64(a.f)
		}
		return usual
	}
	each := func(f func(v float64) float64) *mat.Dense {
		return broadcast(in[0], in[0], func(v, _ float64) float64 { return f(v) })
	}
	two := func(f func(a, b float64) float64) *mat.Dense { return broadcast(in[0], in[1], f) }
	rowwise := func(f func(y, x []float64)) *mat.Dense {
		y := mat.DenseCopyOf(in[0])
		for i := range y.RawMatrix().Rows {
			f(y.RawRowView(i), in[0].RawRowView(i))
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
	var y mat.Dense
	switch n.op {
	case "Gemm":
		var a, b mat.Matrix = in[0], in[1]
		if attr(n, "transB").i != 0 {
			b = b.T()
		}
		y.Mul(a, b)
		y.Scale(float("alpha", 1), &y)
		if len(in) > 2 && in[2] != nil {
			beta := float("beta", 1)
			return broadcast(&y, in[2], func(a, b float64) float64 { return a + beta*b })
		}
		return &y
	case "MatMul":
		y.Mul(in[0], in[1])
		return &y
	case "Transpose":
		return mat.DenseCopyOf(in[0].T())
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
		return each(math.Erf)
	case "Sqrt":
		return each(math.Sqrt)
	case "Abs":
		return each(math.Abs)
	case "Relu":
		return each(func(v float64) float64 { return max(v, 0) })
	case "LeakyRelu":
		a := float("alpha", 0.01)
		return each(func(v float64) float64 { return max(v, 0) + a*min(v, 0) })
	case "PRelu":
		return two(func(v, s float64) float64 { return max(v, 0) + s*min(v, 0) })
	case "Elu":
		return each(elu(float("alpha", 1), 1))
	case "Celu":
		a := float("alpha", 1)
		return each(func(v float64) float64 { return max(v, 0) + min(0, a*math.Expm1(v/a)) })
	case "Selu":
		return each(elu(float("alpha", 1.6732632423543772), float("gamma", 1.0507009873554805)))
	case "Sigmoid":
		return each(sigmoid)
	case "Exp":
		return each(math.Exp)
	case "Tanh":
		return each(math.Tanh)
	case "Softplus":
		return each(softplus)
	case "Softsign":
		return each(func(v float64) float64 { return v / (1 + math.Abs(v)) })
	case "HardSigmoid":
		a, b := float("alpha", 0.2), float("beta", 0.5)
		return each(func(v float64) float64 { return min(max(a*v+b, 0), 1) })
	case "HardSwish":
		return each(func(v float64) float64 { return v * min(max(v/6+0.5, 0), 1) })
	case "Mish":
		return each(func(v float64) float64 { return v * math.Tanh(softplus(v)) })
	case "Gelu":
		if slices.Equal(attr(n, "approximate").texts, []string{"tanh"}) {
			return each(func(v float64) float64 {
				return v / 2 * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(v+0.044715*v*v*v)))
			})
		}
		return each(func(v float64) float64 { return v * phi(v) })
	case "Clip":
		low, high := float("min", math.Inf(-1)), float("max", math.Inf(1))
		if len(in) > 1 && in[1] != nil {
			low = in[1].At(0, 0)
		}
		if len(in) > 2 && in[2] != nil {
			high = in[2].At(0, 0)
		}
		return each(func(v float64) float64 { return min(max(v, low), high) })
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
		_, cols := in[0].Dims()
		y.Mul(in[0], mat.NewDense(cols, 1, slices.Repeat([]float64{1 / float64(cols)}, cols)))
		return &y
	case "LayerNormalization":
		return rowwise(func(y, x []float64) {
			mean, variance := moments(x)
			for i, v := range x {
				y[i] = (v - mean) / math.Sqrt(variance+float("epsilon", 1e-5)) * in[1].At(0, i)
				if len(in) > 2 {
					y[i] += in[2].At(0, i)
				}
			}
		})
	case "BatchNormalization":
		return rowwise(func(y, x []float64) {
			for i, v := range x {
				y[i] = (v-in[3].At(0, i))/math.Sqrt(in[4].At(0, i)+float("epsilon", 1e-5))*in[1].At(0, i) + in[2].At(0, i)
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
		if a, ok := n.attr("value_float"); ok {
			return mat.NewDense(1, 1, []float64{float64(a.f)})
		}
		if a, ok := n.attr("value_floats"); ok {
			y := mat.NewDense(1, len(a.floats), nil)
			for i, f := range a.floats {
				y.Set(0, i, float64(f))
			}
			return y
		}
		return matrixOf(t, attr(n, "value").t)
	case "Neg":
		return each(func(v float64) float64 { return -v })
	case "Identity", "Cast", "Dropout", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "ZipMap":
		return in[0]
	case "Concat":
		if in[0] == nil {
			return nil
		}
		y.CloneFrom(in[0])
		for _, m := range in[1:] {
			var wider mat.Dense
			wider.Augment(&y, m)
			y = wider
		}
		return &y
	case "ArgMax", "ArrayFeatureExtractor", "Shape", "Gather":
		return nil // integers
	}
	t.Fatalf("evaluate: no operator %s", n.op)
	return nil
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
