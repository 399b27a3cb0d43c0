package onnx

import "example.com/mlp"

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
		{"(Squeeze x)", squeeze},
		{"(Unsqueeze x)", unsqueeze},
		{"(Reshape x shape)", reshape},
		{"(Reshape x (Concat (Unsqueeze (Gather (Shape x) 0)) columns))", reshapeBySize},

		// What stands behind the outputs of a network that counts.
		{"(Exp x)", func(*piece) step { return step{counts: true, entries: true, last: true} }},

		// What scikit-learn's converter puts behind the outputs.
		{"(Concat (Sub 1 x) x)", bothClasses},
		{"(" + zipMap + " x)", zipped},

		// Scaling. These come last, because they fit parts of what is above.
		{"(" + scaler + " x)", scale},
		{"(Div (Sub x mean) std)", scaling(quotient, "mean", "std")},
		{"(Mul (Sub x mean) factor)", scaling(product, "mean", "factor")},
		{"(Add (Mul x factor) shift)", unscaling},
		{"(Sub x mean)", scaling(quotient, "mean", "")},
		{"(Sub shift x)", negation},
		{"(Neg x)", negation},
		{"(Add x shift)", scaling(sum, "shift", "")},
		{"(Div x std)", scaling(quotient, "", "std")},
		{"(Mul x factor)", scaling(product, "", "factor")},
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
	"Squeeze":            {"axes"},
	"Unsqueeze":          {"axes"},
	scaler:               {"offset", "scale"},
	zipMap:               {"classlabels_int64s", "classlabels_strings"},
}

// outputCounts is how many outputs an operator may have. Operators without a
// line have one.
var outputCounts = map[string]int{
	"BatchNormalization": 5,
	"Dropout":            2,
	"LayerNormalization": 3,
}
