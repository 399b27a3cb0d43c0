package onnx

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
)

const (
	w43   = "tensor w double[4,3] 0.3 -0.7 0.2 0.9 -0.4\n"
	dense = w43 + "tensor b double[3] 0.1 -0.2 0.3\nd = Gemm(x, w, b)\n"
	row3  = "tensor r double[3] 0.5 2 -1\n"
	pos3  = "tensor p double[3] 0.5 2 0.25\n"

	// Numbers that the pieces of activations need.
	numbers = `tensor half double[] 0.5
tensor one double[] 1
tensor two double[] 2
tensor three double[] 3
tensor six double[] 6
tensor zero double[] 0
tensor sqrt2 double[] 1.4142135623730951
tensor halfsqrt2 double[] 0.7071067811865476
tensor c1 double[] 0.7978845608028654
tensor c2 double[] 0.044715
`
)

func TestOperators(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"gemm", dense + "y = Identity(d)", "dense(4,3,identity)"},
		{"gemm without bias", w43 + "y = Gemm(x, w)", "dense(4,3,identity,no bias)"},
		{"gemm, no inputs at the end", w43 + "y = Gemm(x, w, )", "dense(4,3,identity,no bias)"},
		{"gemm, all attributes", "tensor w double[3,4] 0.3 -0.7 0.2 0.9 -0.4\n" + row3 + "y = Gemm(x, w, r) alpha=0.5 beta=-2.0 transA=0 transB=1", "dense(4,3,identity)"},
		{"gemm, bias of one number", w43 + "tensor b double[1] 0.5\ny = Gemm(x, w, b)", "dense(4,3,identity)"},
		{"gemm, bias of one row", w43 + "tensor b double[1,3] 0.5 1 2\ny = Gemm(x, w, b)", "dense(4,3,identity)"},
		{"gemm, bias of a transposed column", w43 + "tensor c double[3,1] 0.5 1 2\nb = Transpose(c)\ny = Gemm(x, w, b)", "dense(4,3,identity)"},
		{"gemm of a transposed weight", "tensor w double[3,4] 0.3 -0.7 0.2 0.9 -0.4\nv = Transpose(w)\ny = Gemm(x, v)", "dense(4,3,identity,no bias)"},
		{"gemm, transposed twice", w43 + "v = Transpose(w) perm=[1,0]\ny = Gemm(x, v) transB=1", "dense(4,3,identity,no bias)"},
		{"transposed and back", w43 + "u = Transpose(w)\nv = Transpose(u)\ny = Gemm(x, v)", "dense(4,3,identity,no bias)"},
		{"matmul", w43 + "y = MatMul(x, w)", "dense(4,3,identity,no bias)"},
		{"matmul, add", w43 + row3 + "m = MatMul(x, w)\ny = Add(m, r)", "dense(4,3,identity)"},
		{"add, matmul", w43 + row3 + "m = MatMul(x, w)\ny = Add(r, m)", "dense(4,3,identity)"},
		{"names of the domain", w43 + "y = ai.onnx.MatMul(x, w)", "dense(4,3,identity,no bias)"},
		{"cast", w43 + "c = Cast(x) to=11\ny = MatMul(c, w)", "dense(4,3,identity,no bias)"},
		{"integers", "input x int64[N,4]\n" + w43 + "c = Cast(x) to=11\ny = MatMul(c, w)", "dense(4,3,identity,no bias)"},
		{"constant in a node", "input x float[N,4]\ntensor w float[4,3] 0.5 -0.25 2\nm = MatMul(x, w)\nc = Constant() value_float=0.5\ny = Add(m, c)", "dense(4,3,identity)"},
		{"constant row in a node", "input x float[N,4]\ntensor w float[4,3] 0.5 -0.25 2\nm = MatMul(x, w)\nc = Constant() value_floats=[0.5,1.5,-2.0]\ny = Add(m, c)", "dense(4,3,identity)"},

		{"relu", dense + "y = Relu(d)", "dense(4,3,relu)"},
		{"relu first", dense + "e = Relu(x)\ny = Gemm(e, w, b)", "relu dense(4,3,identity)"},
		{"relu twice", dense + "e = Relu(d)\ny = Relu(e)", "dense(4,3,relu) relu"},
		{"leaky relu", dense + "y = LeakyRelu(d)", "dense(4,3,leaky_relu)"},
		{"leaky relu with alpha", dense + "y = LeakyRelu(d) alpha=0.25", "dense(4,3,leaky_relu(0.25))"},
		{"elu", dense + "y = Elu(d) alpha=0.5", "dense(4,3,elu(0.5))"},
		{"celu", dense + "y = Celu(d) alpha=2.0", "dense(4,3,celu(2))"},
		{"celu in pieces", dense + "a = Div(d, two)\nb2 = Elu(a)\ny = Mul(b2, two)", "dense(4,3,celu(2))"},
		{"elu between factors", dense + "a = Div(d, two)\nb2 = Elu(a)\ny = Mul(b2, three)", "dense(4,3,identity) normalization elu normalization"},
		{"selu", dense + "y = Selu(d)", "dense(4,3,selu)"},
		{"sigmoid", dense + "y = Sigmoid(d)", "dense(4,3,sigmoid)"},
		{"tanh", dense + "y = Tanh(d)", "dense(4,3,tanh)"},
		{"softplus", dense + "y = Softplus(d)", "dense(4,3,softplus)"},
		{"softsign", dense + "y = Softsign(d)", "dense(4,3,softsign)"},
		{"softsign in pieces", dense + "a = Abs(d)\ns = Add(one, a)\ny = Div(d, s)", "dense(4,3,softsign)"},
		{"softmax", dense + "y = Softmax(d)", "dense(4,3,softmax)"},
		{"softmax, axis", dense + "y = Softmax(d) axis=1", "dense(4,3,softmax)"},
		{"old softmax", "opset 9\n" + dense + "y = Softmax(d)", "dense(4,3,softmax)"},
		{"log-softmax", dense + "y = LogSoftmax(d) axis=-1", "dense(4,3,log_softmax)"},
		{"clip", dense + "y = Clip(d, half, two)", "dense(4,3,hard_tanh(0.5,2))"},
		{"clip to relu6", dense + "y = Clip(d, zero, six)", "dense(4,3,relu6)"},
		{"clip to relu", dense + "y = Clip(d, zero)", "dense(4,3,relu)"},
		{"clip above", dense + "y = Clip(d, , half)", "dense(4,3,hard_tanh(-Inf,0.5))"},
		{"clip of nothing", dense + "y = Clip(d)", "dense(4,3,identity)"},
		{"old clip", "opset 9\n" + dense + "y = Clip(d) min=-1.0 max=1.0", "dense(4,3,hard_tanh)"},
		{"old clip above", "opset 9\n" + dense + "y = Clip(d) max=0.5", "dense(4,3,hard_tanh(-Inf,0.5))"},
		{"clip by the limits of float32", "input x float[N,3]\ntensor zero32 float[] 0\ntensor inf float[] 3.4028234663852886e38\ny = Clip(x, zero32, inf)", "relu"},
		{"hard sigmoid", dense + "y = HardSigmoid(d)", "dense(4,3,hard_sigmoid(0.2,0.5))"},
		{"hard sigmoid of PyTorch", dense + "y = HardSigmoid(d) alpha=0.1666666716337204", "dense(4,3,hard_sigmoid)"},
		{"hard sigmoid with parameters", dense + "y = HardSigmoid(d) alpha=0.25 beta=0.75", "dense(4,3,hard_sigmoid(0.25,0.75))"},
		{"hard sigmoid in pieces", dense + "a = Add(d, three)\nc = Clip(a, zero, six)\ny = Div(c, six)", "dense(4,3,hard_sigmoid)"},
		{"hard swish", "opset 14\n" + dense + "y = HardSwish(d)", "dense(4,3,hard_swish)"},
		{"hard swish by hard sigmoid", dense + "h = HardSigmoid(d) alpha=0.1666666716337204\ny = Mul(d, h)", "dense(4,3,hard_swish)"},
		{"hard swish in pieces", dense + "a = Add(d, three)\nc = Clip(a, zero, six)\nm = Mul(c, d)\ny = Div(m, six)", "dense(4,3,hard_swish)"},
		{"hard swish in other pieces", dense + "a = Add(d, three)\nc = Clip(a, zero, six)\nm = Div(c, six)\ny = Mul(m, d)", "dense(4,3,hard_swish)"},
		{"silu", dense + "s = Sigmoid(d)\ny = Mul(s, d)", "dense(4,3,silu)"},
		{"mish", "opset 18\n" + dense + "y = Mish(d)", "dense(4,3,mish)"},
		{"mish in pieces", dense + "s = Softplus(d)\nu = Tanh(s)\ny = Mul(d, u)", "dense(4,3,mish)"},
		{"gelu", "opset 20\n" + dense + "y = Gelu(d)", "dense(4,3,gelu)"},
		{"gelu, approximate none", "opset 20\n" + dense + `y = Gelu(d) approximate="none"`, "dense(4,3,gelu)"},
		{"gelu, approximate tanh", "opset 20\n" + dense + `y = Gelu(d) approximate="tanh"`, "dense(4,3,gelu_tanh)"},
		{"gelu in pieces", dense + "q = Div(d, sqrt2)\ne = Erf(q)\na = Add(one, e)\nm = Mul(d, a)\ny = Mul(half, m)", "dense(4,3,gelu)"},
		{"gelu in other pieces", dense + "q = Mul(d, halfsqrt2)\ne = Erf(q)\na = Add(e, one)\nm = Mul(d, half)\ny = Mul(m, a)", "dense(4,3,gelu)"},
		{"gelu, half the gate", dense + "q = Mul(d, halfsqrt2)\ne = Erf(q)\na = Add(e, one)\nm = Mul(a, half)\ny = Mul(m, d)", "dense(4,3,gelu)"},
		{"gelu by tanh and powers", dense + "k = Pow(d, three)\nl = Mul(c2, k)\ns = Add(d, l)\nu = Mul(c1, s)\nh = Tanh(u)\na = Add(one, h)\nm = Mul(half, d)\ny = Mul(m, a)", "dense(4,3,gelu_tanh)"},
		{"gelu by tanh and products", dense + "k1 = Mul(d, d)\nk = Mul(k1, d)\nl = Mul(k, c2)\ns = Add(l, d)\nu = Mul(s, c1)\nh = Tanh(u)\na = Add(one, h)\nm = Mul(a, half)\ny = Mul(m, d)", "dense(4,3,gelu_tanh)"},

		{"prelu", dense + row3 + "y = PRelu(d, r)", "dense(4,3,identity) prelu"},
		{"prelu with one slope", dense + "y = PRelu(d, half)", "dense(4,3,identity) prelu"},
		{"batch norm", dense + row3 + pos3 + "y = BatchNormalization(d, p, r, r, p)", "dense(4,3,identity) batch_norm"},
		{"batch norm of Keras", dense + row3 + pos3 + "y = BatchNormalization(d, p, r, r, p) epsilon=0.0009765625 momentum=0.99", "dense(4,3,identity) batch_norm(epsilon=0.0009765625,momentum=0.01)"},
		{"batch norm that stays", dense + row3 + pos3 + "y = BatchNormalization(d, p, r, r, p) momentum=1.0", "dense(4,3,identity) batch_norm"},
		{"layer norm", "opset 17\n" + dense + row3 + pos3 + "y = LayerNormalization(d, p, r) axis=-1 stash_type=1", "dense(4,3,identity) layer_norm"},
		{"layer norm without bias", "opset 17\n" + dense + pos3 + "y = LayerNormalization(d, p)", "dense(4,3,identity) layer_norm"},
		{"layer norm, epsilon", "opset 17\n" + dense + pos3 + "y = LayerNormalization(d, p) epsilon=0.125", "dense(4,3,identity) layer_norm(epsilon=0.125)"},
		{"layer norm in pieces", dense + row3 + pos3 + layerNormPieces + "u = Mul(p, z)\ny = Add(r, u)", "dense(4,3,identity) layer_norm"},
		{"layer norm in pieces without weight", dense + layerNormPieces + "y = Identity(z)", "dense(4,3,identity) layer_norm"},
		{"layer norm by products", "opset 18\n" + dense + row3 + pos3 + `tensor axes int64[1] 1
tensor eps double[] 1e-5
m = ReduceMean(d, axes)
c = Sub(d, m)
s = Mul(c, c)
v = ReduceMean(s, axes) keepdims=1
e = Add(eps, v)
q = Sqrt(e)
z = Div(c, q)
u = Mul(z, p)
y = Add(u, r)`, "dense(4,3,identity) layer_norm"},
		{"dropout", dense + "e = Dropout(d)\ny = Relu(e)", "dense(4,3,identity) dropout(rate=0.5) relu"},
		{"dropout with a ratio", dense + "tensor ratio float[] 0.2\ny = Dropout(d, ratio)", "dense(4,3,identity) dropout(rate=0.2)"},
		{"dropout in no training", dense + "tensor no bool[] 0\ny = Dropout(d, half, no)", "dense(4,3,identity) dropout(rate=0.5)"},
		{"dropout without ratio in no training", dense + "tensor no bool[] 0\ny = Dropout(d, , no)", "dense(4,3,identity) dropout(rate=0.5)"},
		{"old dropout", "opset 9\n" + dense + "y, mask = Dropout(d) ratio=0.25", "dense(4,3,identity) dropout(rate=0.25)"},

		{"flatten", "input x double[N,2,2]\n" + w43 + "f = Flatten(x)\ny = MatMul(f, w)", "dense(4,3,identity,no bias)"},
		{"flatten behind a factor", "input x double[N,2,2]\n" + w43 + "h = Div(x, two)\nf = Flatten(h) axis=1\ny = MatMul(f, w)", "normalization dense(4,3,identity,no bias)"},
		{"flatten of a matrix", dense + "y = Flatten(d)", "dense(4,3,identity)"},
		{"reshape", "input x double[N,2,2]\ntensor s int64[2] -1 4\n" + w43 + "f = Reshape(x, s)\ny = MatMul(f, w)", "dense(4,3,identity,no bias)"},
		{"reshape by the batch", "input x double[7,2,2]\ntensor s int64[2] 7 -1\n" + w43 + "f = Reshape(x, s)\ny = MatMul(f, w)", "dense(4,3,identity,no bias)"},
		{"reshape of a matrix", dense + "tensor s int64[2] 0 -1\ny = Reshape(d, s)", "dense(4,3,identity)"},
		{"view of PyTorch", "input x double[N,2,2]\ntensor rest int64[1] -1\ntensor axes int64[1] 0\ntensor first int64[] 0\n" + w43 +
			"s = Shape(x)\ng = Gather(s, first) axis=0\nu = Unsqueeze(g, axes)\nc = Concat(u, rest) axis=0\nf = Reshape(x, c)\ny = MatMul(f, w)", "dense(4,3,identity,no bias)"},
		{"old view of PyTorch", "opset 11\ninput x double[N,2,2]\ntensor rest int64[1] 4\ntensor first int64[] 0\n" + w43 +
			"s = Shape(x)\ng = Gather(s, first)\nu = Unsqueeze(g) axes=[0]\nc = Concat(u, rest) axis=0\nf = Reshape(x, c)\ny = MatMul(f, w)", "dense(4,3,identity,no bias)"},
		{"open number of columns", "input x double[N,M]\n" + w43 + "e = Relu(x)\ny = MatMul(e, w)", "relu dense(4,3,identity,no bias)"},
		{"shape of the output", "output y double[N,3]\n" + w43 + "y = MatMul(x, w)", "dense(4,3,identity,no bias)"},

		{"standardisation", dense + "tensor m double[4] 1 2 3 4\ntensor s double[1,4] 0.5 2 4 8\nc = Sub(x, m)\nz = Div(c, s)\ny = Gemm(z, w, b)", "normalization dense(4,3,identity)"},
		{"standardisation by a product", dense + "tensor m double[4] 1 2 3 4\ntensor s double[1,4] 0.5 2 4 8\nc = Sub(x, m)\nz = Mul(s, c)\ny = Gemm(z, w, b)", "normalization dense(4,3,identity)"},
		{"product and sum", dense + "tensor m double[4] 1 2 3 4\ntensor s double[1,4] 0.5 2 4 8\nc = Mul(x, s)\nz = Add(m, c)\ny = Gemm(z, w, b)", "normalization dense(4,3,identity)"},
		{"difference alone", dense + "c = Sub(x, half)\ny = Gemm(c, w, b)", "normalization dense(4,3,identity)"},
		{"sum alone", dense + "c = Add(x, half)\ny = Gemm(c, w, b)", "normalization dense(4,3,identity)"},
		{"quotient alone", dense + "c = Div(x, half)\ny = Gemm(c, w, b)", "normalization dense(4,3,identity)"},
		{"scaled outputs", dense + "s = Mul(d, three)\ny = Add(s, half)", "dense(4,3,identity) scaled"},
		{"scaled outputs of an activation", dense + row3 + pos3 + "e = Tanh(d)\ns = Mul(p, e)\ny = Add(r, s)", "dense(4,3,tanh) scaled"},
		{"outputs behind a factor", dense + "y = Mul(d, three)", "dense(4,3,identity) normalization"},
		{"standardised outputs", dense + row3 + pos3 + "s = Sub(d, r)\ny = Div(s, p)", "dense(4,3,identity) normalization"},
		{"nothing but a factor and a sum", "m = Mul(x, three)\ny = Add(m, half)", "normalization"},
		{"scaler of scikit-learn", dense + "c = ai.onnx.ml.Scaler(x) offset=[1.0,2.0,0.5,3.0] scale=[0.5,2.0,1.0,4.0]\nz = Cast(c) to=11\ny = Gemm(z, w, b)", "normalization dense(4,3,identity)"},
		{"scaler with one factor", dense + "c = ai.onnx.ml.Scaler(x) offset=[1.5] scale=[0.5]\nz = Cast(c) to=11\ny = Gemm(z, w, b)", "normalization dense(4,3,identity)"},

		{"residual", dense + square + "f = Gemm(d, q, b)\ng = Tanh(f)\ny = Add(d, g)", "dense(4,3,identity) residual(dense(3,3,tanh))"},
		{"residual, other order", dense + square + "f = MatMul(d, q)\ny = Add(f, d)", "dense(4,3,identity) residual(dense(3,3,identity,no bias))"},
		{"residual at the input", "input x double[N,3]\n" + square + "f = MatMul(x, q)\ny = Add(f, x)", "residual(dense(3,3,identity,no bias))"},
		{"residual in a residual", dense + square + "f = Gemm(d, q, b)\ng = Relu(f)\nh = Gemm(g, q, b)\ni = Add(g, h)\ny = Add(d, i)", "dense(4,3,identity) residual(dense(3,3,relu) residual(dense(3,3,identity)))"},
		{"residual with a layer norm", dense + square + pos3 + row3 + layerNormPieces + "u = Mul(p, z)\na = Add(r, u)\nf = Gemm(a, q, b)\ny = Add(f, d)", "dense(4,3,identity) residual(layer_norm dense(3,3,identity))"},
		{"sum with itself", dense + "y = Add(d, d)", "dense(4,3,identity) dense(3,3,identity,no bias)"},
		{"sum of two branches", dense + "e = MatMul(x, w)\nf = Tanh(e)\ny = Add(d, f)", lanes(4, 7, "dense(4,3,identity)", "dense(4,3,tanh,no bias)") + " dense(7,3,identity,no bias)"},
		{"skip with a projection", dense + square + "e = Relu(d)\nf = MatMul(e, q)\ng = MatMul(x, w)\nh = Add(f, g)\ny = Relu(h)",
			lanes(4, 7, "dense(4,3,relu) dense(3,3,identity,no bias)", "dense(4,3,identity,no bias)") + " dense(7,3,identity,no bias) relu"},
		{"concatenation, skip first", dense + "e = Relu(d)\nc = Concat(x, e) axis=1\ny = Tanh(c)", lanes(4, 7, "dense(4,3,relu)") + " tanh"},
		{"concatenation, skip last", dense + "e = Relu(d)\ny = Concat(e, x) axis=-1", lanes(4, 7, "dense(4,3,relu)")},
		{"concatenation of two branches", dense + "e = Relu(d)\nf = MatMul(x, w)\ny = Concat(e, f) axis=1", lanes(4, 10, "dense(4,3,relu)", "dense(4,3,identity,no bias)") + " dense(10,6,identity,no bias)"},
		{"concatenation with itself", dense + "y = Concat(d, d, d) axis=1", "dense(4,3,identity) dense(3,9,identity,no bias)"},
		{"concatenation of one", dense + "y = Concat(d) axis=1", "dense(4,3,identity) dense(3,3,identity,no bias)"},
		{"concatenation of three", dense + "e = Relu(d)\nf = Tanh(d)\ny = Concat(e, d, f) axis=1", "dense(4,3,identity) " + lanes(3, 9, "relu", "tanh")},
		{"concatenations in one another", dense + "e = Relu(d)\nc = Concat(e, d) axis=1\nf = Sigmoid(c)\ny = Concat(d, f, c) axis=1",
			"dense(4,3,identity) " + lanes(3, 15, lanes(3, 6, "relu")+" sigmoid", lanes(3, 6, "relu"))},
		{"concatenation of a scaled input", dense + "c = Mul(x, half)\nf = MatMul(c, w)\ny = Concat(f, c) axis=1", "normalization " + lanes(4, 7, "dense(4,3,identity,no bias)")},

		{"squeeze", column + "y = Squeeze(d) axes=[1]", "dense(4,1,identity,no bias)"},
		{"squeeze of the last axis", column + "tensor a int64[1] -1\ns = Squeeze(d, a)\ny = Sigmoid(s)", "dense(4,1,identity,no bias) sigmoid"},
		{"squeeze without axes", column + "y = Squeeze(d)", "dense(4,1,identity,no bias)"},
		{"squeeze and back", column + "s = Squeeze(d) axes=[-1]\nt = Mul(s, two)\nt2 = Unsqueeze(t) axes=[-1]\ny = Gemm(t2, v)\ntensor v double[1,3] 1 2 3", "dense(4,1,identity,no bias) normalization dense(1,3,identity,no bias)"},
		{"squeeze of the input", "input x double[N,1,4]\n" + w43 + "s = Squeeze(x) axes=[1]\ny = Gemm(s, w)", "dense(4,3,identity,no bias)"},
		{"squeeze of counts", column + "e = Exp(d)\ny = Squeeze(e) axes=[1]", "dense(4,1,identity,no bias)"},
		{"squeeze of scaled outputs", column + "m = Mul(d, two)\na = Add(m, half)\ny = Squeeze(a) axes=[1]", "dense(4,1,identity,no bias) scaled"},
		{"unsqueeze to the left and right", dense + "u = Unsqueeze(d) axes=[1,-1]\nr = Relu(u)\ny = Squeeze(r) axes=[3,1]", "dense(4,3,identity) relu"},
		{"rows along the last axis", "input x double[N,1,4]\n" + w43 + row3 + "m = MatMul(x, w)\na = Add(m, r)\ns = Softmax(a) axis=-1\ny = Flatten(s) axis=2", "dense(4,3,softmax)"},
		{"vector by a reshape", column + "tensor s int64[1] -1\ny = Reshape(d, s)", "dense(4,1,identity,no bias)"},
		{"reshape to three axes and back", dense + "tensor s int64[3] 0 3 -1\ntensor b2 int64[2] -1 3\nr = Reshape(d, s)\ne = Elu(r)\ny = Reshape(e, b2)", "dense(4,3,identity) elu"},
		{"flatten of a vector", column + "s = Squeeze(d) axes=[1]\ny = Flatten(s) axis=1", "dense(4,1,identity,no bias)"},

		{"negative factors", dense + "tensor f double[3] -1 2 -0.5\ny = Mul(d, f)", "dense(4,3,identity) dense(3,3,identity,no bias)"},
		{"zero as a factor", dense + "tensor f double[3] 1 0 3\ny = Mul(d, f)", "dense(4,3,identity) dense(3,3,identity,no bias)"},
		{"one negative factor for all", "f = Mul(x, minus)\ny = MatMul(f, w)\ntensor minus double[] -2\n" + w43, "dense(4,4,identity,no bias) dense(4,3,identity,no bias)"},
		{"negative divisors", dense + row3 + "c = Sub(d, half)\ny = Div(c, r)", "dense(4,3,identity) normalization dense(3,3,identity,no bias)"},
		{"negative factors of a difference", dense + row3 + pos3 + "c = Sub(d, p)\ny = Mul(c, r)", "dense(4,3,identity) normalization dense(3,3,identity,no bias)"},
		{"negative factors and a sum", dense + row3 + pos3 + "c = Mul(d, r)\ny = Add(c, p)", "dense(4,3,identity) dense(3,3,identity)"},
		{"scaler with a negative factor", "input x float[N,4]\ny = ai.onnx.ml.Scaler(x) offset=[1.0,2.0,0.5,3.0] scale=[0.5,-2.0,1.0,4.0]", "normalization dense(4,4,identity,no bias)"},
		{"difference from a constant", dense + "y = Sub(half, d)", "dense(4,3,identity) dense(3,3,identity)"},
		{"negation", dense + "y = Neg(d)", "dense(4,3,identity) dense(3,3,identity,no bias)"},

		{"cast to double", "input x float[N,4]\ntensor w float[4,3] 0.5 -0.25 2\nm = MatMul(x, w)\nc = Cast(m) to=11\ny = Add(c, half)", "dense(4,3,identity)"},
		{"cast to float", "input x double[N,4]\ntensor w double[4,3] 0.5 -0.25 2\nc = Cast(x) to=1\nv = Cast(w) to=1\ny = MatMul(c, v)", "dense(4,3,identity,no bias)"},
		{"cast of integers to more bits", "input x int32[N,4]\nc = Cast(x) to=7\ne = Cast(c) to=11\ny = MatMul(e, w)\n" + w43, "dense(4,3,identity,no bias)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := parse(numbers + c.text)
			net, err := Import(bytes.NewReader(m.encode()))
			if err != nil {
				t.Fatal(err)
			}
			if got := arch(net); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			inputs, _ := net.Layers()[0].Dims()
			x := samples(7, inputs)
			if strings.Contains(c.text, "input x int") {
				x.Apply(func(_, _ int, v float64) float64 { return math.Round(v) }, x)
			}
			y := forward(t, net, x)
			tol := 1e-12
			if strings.Contains(c.text, "0.1666666716337204") {
				tol = 1e-7
			}
			if d := distance(t, y, evaluate(t, m, "y", x)); !(d <= tol) {
				t.Errorf("the outputs differ by %g", d)
			}
		})
	}
}

const (
	square          = "tensor q double[3,3] 0.2 -0.4 0.7 0.1\n"
	layerNormPieces = `tensor eps double[] 1e-5
m = ReduceMean(d) axes=[-1]
c = Sub(d, m)
s = Pow(c, two)
v = ReduceMean(s) axes=[-1]
e = Add(v, eps)
o = Sqrt(e)
z = Div(c, o)
`
	column = "tensor u double[4,1] 0.5 -1.5 2 1\nd = Gemm(x, u)\n"
)

// lanes returns the layers of a junction with this many columns between them.
func lanes(width, columns int, branches ...string) string {
	s := fmt.Sprintf("dense(%d,%d,identity,no bias)", width, columns)
	for _, branch := range branches {
		units := 3
		if strings.Contains(branch, fmt.Sprintf("dense(%d,6,", width)) {
			units = 6
		}
		s += fmt.Sprintf(" residual(dense(%d,%d,identity,no bias) %s dense(%d,%d,identity,no bias))", columns, width, branch, units, columns)
	}
	return s
}
