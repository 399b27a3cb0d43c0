package onnx

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"google.golang.org/protobuf/encoding/protowire"
)

// What the file says is right as ONNX but not as a dense network.
func TestRefusedGraphs(t *testing.T) {
	var casts []string
	for i := range 9 {
		casts = append(casts, fmt.Sprintf("v%d = Cast(v%d) to=%d\n", i+1, i, []int{1, 11}[i%2]))
	}
	for _, c := range []struct{ text, want string }{
		{w43 + "c = Conv(x, w)\ny = Relu(c)", `node "/c" (Conv): the operator Conv is not supported`},
		{dense + "y = acme.Relu(d)", `node "/y" (acme.Relu): the operator acme.Relu is not supported`},
		{dense + "y = ai.onnx.ml.LinearRegressor(d)", `node "/y" (ai.onnx.ml.LinearRegressor): the operator ai.onnx.ml.LinearRegressor is not supported`},
		{dense + "y = Erf(d)", `node "/y" (Erf): not in a place where a dense network has it`},
		{dense + "y = Mul(d, d)", `node "/y" (Mul): not in a place where a dense network has it`},
		{dense + "y = Div(half, d)", `node "/y" (Div): not in a place where a dense network has it`},
		{dense + "e = MatMul(d, u)\ny = Add(d, e)\ntensor u double[3,1] 1", `node "/y" (Add): residual block takes 3 columns and gives 1, want the same`},
		{dense + "c = Relu(x)\ne = MatMul(c, u)\ny = Add(d, e)\ntensor u double[4,1] 1", `node "/y" (Add): adds 3 and 1 columns`},
		{dense + "e = Softmax(d)\nf = Exp(e)\ny = Add(e, f)", `node "/f" (Exp): not in a skip connection`},
		{dense + "e = Exp(d)\ny = Relu(e)", `node "/e" (Exp): nothing may follow`},
		{dense + "s = Erf(d)\na = Add(s, two)\nm = Mul(d, a)\ny = Mul(m, half)", `node "/m" (Mul): not in a place where a dense network has it`},
		{dense + "e, mask = Dropout(d)\ny = Relu(mask)", `node "/e" (Dropout): not in a place where a dense network has it`},
		{w43 + "v = Gemm(x, w)\ny = MatMul(w, v)", `node "/y" (MatMul): not in a place where a dense network has it`},
		{dense + "y = If(d)", `node "/y" (If): the operator If is not supported`},
		{dense + "y = Cast(d) to=7", `node "/y" (Cast): a Cast to int64 changes what the network computes, which no layer does`},
		{dense + "y = Transpose(d)", `node "/y" (Transpose): the operator Transpose is not supported`},

		// Attributes.
		{w43 + "y = Gemm(x, w) transA=1", `node "/y" (Gemm): transA is set: the columns would be the samples`},
		{w43 + "y = Gemm(x, w) transB=1.5", `node "/y" (Gemm): attribute "transB" has the type 1, want 2`},
		{w43 + "y = Gemm(x, w) broadcast=1", `node "/y" (Gemm): attribute "broadcast" is not supported`},
		{w43 + "y = Gemm(x, w) alpha=1", `node "/y" (Gemm): attribute "alpha" has the type 2, want 1`},
		{w43 + "y = Gemm(x, w) alpha=1.e39", `node "/y" (Gemm): attribute "alpha" is +Inf`},
		{"tensor w double[4,3] 1e300\ny = Gemm(x, w) alpha=3.0e38", `node "/y" (Gemm): a number times 3e+38 is +Inf`},
		{dense + "y = Relu(d) alpha=1.5", `node "/y" (Relu): attribute "alpha" is not supported`},
		{dense + "y = Softmax(d) axis=0", `node "/y" (Softmax): axis is 0, want 1 or -1: the columns`},
		{dense + "y = LeakyRelu(d) alpha=-0.5", `node "/y" (LeakyRelu): leaky_relu: slope is -0.5, want a finite number of at least 0`},
		{dense + "e = Relu(d)\ny = Elu(e) alpha=0.0", `node "/y" (Elu): elu: alpha is 0, want a finite number above 0`},
		{dense + "y = Selu(d) alpha=1.5", `node "/y" (Selu): alpha is 1.5 and gamma 1.0507010221481323, want 1.6732631921768188 and 1.0507010221481323`},
		{dense + "y = Clip(d, two, half)", `node "/y" (Clip): hard_tanh: bounds are 2 and 0.5, want the first below the second`},
		{dense + row3 + "y = Clip(d, r)", `node "/y" (Clip): low: tensor "r" has the shape [3], want one number`},
		{dense + "y = HardSigmoid(d) alpha=-1.0", `node "/y" (HardSigmoid): hard_sigmoid: alpha is -1 and beta 0.5, want finite numbers, alpha above 0`},
		{dense + "h = HardSigmoid(d)\ny = Mul(d, h)", `node "/y" (Mul): hard_sigmoid(0.2,0.5) in a hard swish, want hard_sigmoid`},
		{"opset 20\n" + dense + `y = Gelu(d) approximate="erf"`, `node "/y" (Gelu): approximate is ["erf"], want none or tanh`},
		{dense + row3 + pos3 + "y = BatchNormalization(d, p, r, r, p) training_mode=1", `node "/y" (BatchNormalization): the node is one for training: export the model in evaluation mode`},
		{dense + row3 + pos3 + "y, m, v = BatchNormalization(d, p, r, r, p)", `node "/y" (BatchNormalization): the node is one for training: export the model in evaluation mode`},
		{dense + row3 + pos3 + "y = BatchNormalization(d, p, r, r, r)", `node "/y" (BatchNormalization): variance 2 is -1, want a finite number of at least 0`},
		{dense + pos3 + "y = BatchNormalization(d, p, p, p, p) epsilon=-0.5", `node "/y" (BatchNormalization): epsilon is -0.5, want a finite number above 0`},
		{dense + pos3 + "tensor s double[4] 1\ny = BatchNormalization(d, p, p, s, p)", `node "/y" (BatchNormalization): tensor "p" has 3 elements, the mean 4`},
		{dense + "tensor s double[4] 1\ny = BatchNormalization(d, s, s, s, s)", `node "/y" (BatchNormalization) takes 4 columns, its input has 3`},
		{"opset 17\n" + dense + pos3 + "y = LayerNormalization(d, p) axis=0", `node "/y" (LayerNormalization): axis is 0, want 1 or -1: the columns`},
		{"opset 17\n" + dense + pos3 + "y = LayerNormalization(d, p) epsilon=0.0", `node "/y" (LayerNormalization): epsilon is 0, want a finite number above 0`},
		{"opset 17\n" + dense + "tensor p double[2] 1\ny = LayerNormalization(d, p)", `node "/y" (LayerNormalization) takes 2 columns, its input has 3`},
		{dense + strings.Replace(layerNormPieces, "axes=[-1]", "axes=[0]", 1) + "y = Relu(z)", `node "/z" (Div): axis is 0, want 1 or -1: the columns`},
		{dense + strings.Replace(layerNormPieces, "axes=[-1]", "keepdims=0", 1) + "y = Relu(z)", `node "/z" (Div): node "/m" (ReduceMean): axes [], want the columns, with keepdims`},
		{dense + "tensor yes bool[] 1\ny = Dropout(d, half, yes)", `node "/y" (Dropout): the node is one for training: export the model in evaluation mode`},
		{dense + "tensor yes int64[] 0\ny = Dropout(d, half, yes)", `node "/y" (Dropout): the node is one for training: export the model in evaluation mode`},
		{dense + "y = Dropout(d) ratio=1.5", `node "/y" (Dropout): dropout rate is 1.5, want a number in [0, 1)`},

		// Shapes.
		{"tensor w double[5,3] 1\ny = MatMul(x, w)", `node "/y" (MatMul) takes 5 columns, its input has 4`},
		{"tensor w double[4] 1\ny = MatMul(x, w)", `node "/y" (MatMul): tensor "w" has the shape [4], want a matrix`},
		{w43 + "tensor b double[4] 1\ny = Gemm(x, w, b)", `node "/y" (Gemm): tensor "b" has 4 elements, its input 3 columns`},
		{w43 + "tensor b double[3,1] 1\ny = Gemm(x, w, b)", `node "/y" (Gemm): bias: tensor "b" has the shape [3 1], want one row`},
		{w43 + "tensor b double[1,1,3] 1\nm = MatMul(x, w)\ny = Add(m, b)", `node "/y" (Add): bias: tensor "b" has the shape [1 1 3], want one row`},
		{dense + "tensor s double[2] 1\ny = PRelu(d, s)", `node "/y" (PRelu) takes 2 columns, its input has 3`},
		{dense + "tensor s double[2] 1\ny = Mul(d, s)", `node "/y" (Mul) takes 2 columns, its input has 3`},
		{dense + "tensor s double[4] 1\nc = Sub(d, r)\ny = Mul(c, s)\n" + row3, `node "/y" (Mul): tensor "s" has 4 elements, its input 3 columns`},
		{dense + "tensor s double[3] 1 0\ny = Div(d, s)", `node "/y" (Div): tensor "s": element 1 is 0: division by zero`},
		{dense + "tensor s double[3] 1 -1e-310\ny = Div(d, s)", `node "/y" (Div): column 1 is multiplied with -Inf`},
		{"input x double[4]\n" + w43 + "y = MatMul(x, w)", `input "x" has 1 axes, want at least 2: samples and columns`},
		{"input x int64[N,4]\ntensor two64 int64[] 2\n" + w43 + "d = Div(x, two64)\nc = Cast(d) to=11\ny = MatMul(c, w)", `node "/d" (Div): not in a place where a dense network has it`},
		{"input x string[N,4]\n" + w43 + "y = MatMul(x, w)", `input "x" is no tensor of floats or integers`},
		{"input x sequence\n" + w43 + "y = MatMul(x, w)", `input "x" is no tensor of floats or integers`},
		{"input x double[N,0]\n" + w43 + "y = MatMul(x, w)", `input "x" has a shape of [? 0]`},
		{"input x double[N,2,2]\n" + w43 + "y = MatMul(x, w)", `node "/y" (MatMul): its input has the shape [? 2 2], want a row a sample`},
		{"input x double[N,2,2]\ny = Relu(x)", `the output has the shape [? 2 2], want a row a sample`},
		{"input x double[N,2,2]\n" + w43 + "h = Add(x, r)\nf = Flatten(h)\ny = MatMul(f, w)\ntensor r double[2] 1 2", `node "/h" (Add): its input has the shape [? 2 2], want a row a sample`},
		{"input x double[N,M]\ny = Relu(x)", `input "x" has an open number of columns, and no node tells it`},
		{"input x double[N,2,2]\n" + w43 + "f = Flatten(x) axis=2\ny = MatMul(f, w)", `node "/f" (Flatten): axis is 2, want 1: a row a sample`},
		{"input x double[N,2,2]\ntensor s int64[2] 2 -1\n" + w43 + "f = Reshape(x, s)\ny = MatMul(f, w)", `node "/f" (Reshape): shape [2 -1] for a value of the shape [? 2 2], want a row a sample`},
		{"input x double[N,2,2]\ntensor s int64[2] -1 -1\n" + w43 + "f = Reshape(x, s)\ny = MatMul(f, w)", `node "/f" (Reshape): shape [-1 -1] for a value of the shape [? 2 2], want a row a sample`},
		{"tensor s double[2] -1 4\n" + w43 + "f = Reshape(x, s)\ny = MatMul(f, w)", `node "/f" (Reshape): tensor "s": elements of float64, want integers`},
		{dense + "tensor s int64[2] -1 1\ny = Reshape(d, s)", `node "/y" (Reshape) takes 1 columns, its input has 3`},
		{"input x double[N,2,2]\ntensor rest int64[1] 4\ntensor first int64[] 0\n" + w43 + "s = Shape(x)\ng = Gather(s, first) axis=1\nu = Unsqueeze(g) axes=[0]\nc = Concat(u, rest) axis=0\nf = Reshape(x, c)\ny = MatMul(f, w)",
			`node "/f" (Reshape): node "/g" (Gather): the axis is not that of the samples`},
		{"input x double[N,2,2]\ntensor rest float[1] 4\ntensor first int64[] 0\n" + w43 + "s = Shape(x)\ng = Gather(s, first)\nu = Unsqueeze(g) axes=[0]\nc = Concat(u, rest) axis=0\nf = Reshape(x, c)\ny = MatMul(f, w)",
			`node "/c" (Concat): input 0 is of int64 and input 1 of float32, the operator takes one type`},
		{dense + "tensor s int64[1] -1\ny = Reshape(d, s)", `node "/y" (Reshape) takes 1 columns, its input has 3`},
		{"output y double[N,5]\n" + w43 + "y = MatMul(x, w)", `output "y" has the shape [? 5], the last layer gives [? 3]`},
		{"output y double[N]\n" + w43 + "y = MatMul(x, w)", `output "y" has the shape [?], the last layer gives [? 3]`},
		{dense + square + "f = Flatten(d)\ng = MatMul(f, q)\ny = Add(g, d)", `node "/f" (Flatten): not in a skip connection`},
		{"tensor q double[4,5] 1\nf = MatMul(x, q)\ny = Add(x, f)", `node "/y" (Add): residual block takes 4 columns and gives 5, want the same`},

		// Inputs, outputs and opsets.
		{"opset 6\n" + w43 + "y = MatMul(x, w)", `the file has opset 6, want 7 to 25`},
		{"opset 26\n" + w43 + "y = MatMul(x, w)", `the file has opset 26, want 7 to 25`},
		{"input x double[N,4]\ninput z float[N,4]\n" + w43 + "y = MatMul(x, w)", `the graph has the inputs ["x" "z"], want one`},
		{"input w float[4,3]\n" + w43 + "y = MatMul(w, w)", `the graph has the inputs [], want one`},
		{"output y double[N,3]\noutput d double[N,3]\n" + dense + "y = Relu(d)", `the graph has the outputs ["y" "d"]: choose one by ImportOptions.Output`},
		{"output y int64[N]\n" + dense + "y = ArgMax(d)", `the graph has no output of numbers`},
		{"output x double[N,4]\n", `the graph has no layer`},
		{"output w double[4,3]\n" + w43, `the output does not depend on the input`},
		{"output z float[N,3]\n" + dense, `nothing gives the output "z"`},
		{dense + "c = Sub(one, d)\ny = Concat(c, d) axis=1", `node "/y" (Concat) takes 1 columns, its input has 3`},
		{dense + "tensor u double[3,1] 1\no = MatMul(d, u)\nc = Sub(one, o)\nk = Concat(c, o) axis=1\ny = Relu(k)", `node "/k" (Concat): nothing may follow`},
		{dense + "tensor u double[3,1] 1\no = MatMul(d, u)\nc = Sub(one, o)\ny = Concat(c, o) axis=0", `node "/y" (Concat): axis is 0, want 1 or -1: the columns`},

		// Types and casts.
		{"tensor h float[] 0.5\ny = Mul(x, h)", `node "/y" (Mul): input 0 is of float64 and input 1 of float32, the operator takes one type`},
		{dense + "tensor h float[3] 0.5\ny = PRelu(d, h)", `node "/y" (PRelu): input 0 is of float64 and input 1 of float32, the operator takes one type`},
		{w43 + "c = Cast(x) to=1\ny = MatMul(c, w)", `node "/y" (MatMul): input 0 is of float32 and input 1 of float64, the operator takes one type`},
		{w43 + "v = Cast(w) to=1\ny = MatMul(x, v)", `node "/y" (MatMul): input 0 is of float64 and input 1 of float32, the operator takes one type`},
		{"output y float[N,3]\n" + dense + "y = Relu(d)", `output "y" is declared to be of float32, its node gives float64`},
		{dense + "c = Cast(d) to=10\ny = Cast(c) to=11", `node "/c" (Cast): a Cast to float16 changes what the network computes, which no layer does`},
		{dense + "c = Cast(d) to=16\ny = Relu(c)", `node "/c" (Cast): a Cast to bfloat16 changes what the network computes, which no layer does`},
		{"input x int64[N,4]\nc = Cast(x) to=10\ny = Relu(c)", `node "/c" (Cast): a Cast to float16 changes what the network computes, which no layer does`},
		{dense + "c = Cast(d) to=9\ne = Cast(c) to=11\ny = Mul(d, e)", `node "/c" (Cast): a Cast to bool changes what the network computes, which no layer does`},
		{"tensor v double[4,3] 1 -70000\nw = Cast(v) to=10\nu = Cast(w) to=11\ny = MatMul(x, u)", `node "/y" (MatMul): tensor "v": element 1 is -70000, too large for float16`},
		{"tensor v double[4,3] 1 1e39\nw = Cast(v) to=1\nu = Cast(w) to=11\ny = MatMul(x, u)", `node "/y" (MatMul): tensor "v": element 1 is 1e+39, too large for float32`},
		{"tensor v double[4,3] 3e9\nw = Cast(v) to=6\nu = Cast(w) to=11\ny = MatMul(x, u)", `node "/y" (MatMul): tensor "v": element 0 is 3e+09, too large for int32`},
		{"tensor v double[] 1e39\nl = Cast(v) to=1\nu = Cast(l) to=11\ny = Clip(x, u)", `node "/y" (Clip): tensor "v": element 0 is 1e+39, too large for float32`},
		{"tensor s double[2] -1 4\nt = Cast(s) to=7\ny = Reshape(x, t)", `node "/y" (Reshape): tensor "s": elements of float64, want integers`},
		{"tensor s int64[2] -1 3000000000\nt = Cast(s) to=6\nv = Cast(t) to=7\ny = Reshape(x, v)", `node "/y" (Reshape): tensor "s": element 1 is 3e+09, too large for int32`},
		{"tensor v0 double[4,3] 1\n" + strings.Join(casts, "") + "y = MatMul(x, v9)", `node "/v9" (Cast): more than 8 Casts of one tensor`},
		{dense + "y, z = Relu(d)", `node "/y" (Relu): 2 outputs, the operator gives 1`},
		{dense + "y, z = Add(d, x)", `node "/y" (Add): 2 outputs, the operator gives 1`},
		{dense + "s, z = Sigmoid(d)\ny = Mul(d, s)", `node "/y" (Mul): 2 outputs of node "/s" (Sigmoid), the operator gives 1`},

		// Operators that are not supported, in front of one that is.
		{dense + "tensor s int64[2] 4 3\nc = ConstantOfShape(s)\ny = MatMul(x, c)", `node "/c" (ConstantOfShape): the operator ConstantOfShape is not supported`},
		{dense + "tensor s int64[2] 1 3\ne = Expand(r, s)\ny = Add(d, e)\n" + row3, `node "/e" (Expand): the operator Expand is not supported`},
		{dense + "e = Einsum(d)\nf = Tanh(e)\ny = Mul(d, f)", `node "/e" (Einsum): the operator Einsum is not supported`},
		{dense + "e = Mul(half, two)\ny = Mul(d, e)", `node "/y" (Mul): not in a place where a dense network has it`},

		// Junctions.
		{dense + "y = Concat(d, r) axis=1\n" + row3, `node "/y" (Concat): not in a place where a dense network has it`},
		{dense + "y = Concat(d, x) axis=0", `node "/y" (Concat): axis is 0, want 1 or -1: the columns`},
		{dense + "y = Concat(d, x) axis=1 other=1", `node "/y" (Concat): attribute "other" is not supported`},
		{dense + "y = Concat(d" + strings.Repeat(", d", 100) + ") axis=1", `node "/y" (Concat): joins 101 values, at most 100 are supported`},
		{dense + "e = Softmax(d)\nf = Exp(e)\ny = Concat(e, f) axis=1", `node "/f" (Exp): not in a skip connection`},
		{dense + "f = Flatten(d)\ny = Concat(d, f) axis=1", `node "/f" (Flatten): not in a skip connection`},
		{dense + "f = Erf(d)\ny = Concat(d, f) axis=1", `node "/f" (Erf): not in a place where a dense network has it`},
		{dense + "tensor p double[4] 1\nf = PRelu(d, p)\ny = Concat(d, f) axis=1", `node "/y" (Concat) takes 4 columns, its input has 3`},
		{"input x int64[N,4]\nc = Cast(x) to=11\ne = Cast(x) to=7\nf = Concat(e, e) axis=1\nu = Cast(f) to=11\ny = Concat(c, u) axis=1", `node "/y" (Concat): not in a place where a dense network has it`},

		// Axes.
		{dense + "y = Squeeze(d) axes=[1]", `node "/y" (Squeeze): axis 1 of the shape [? 3] does not have size 1`},
		{column + "y = Squeeze(d) axes=[0]", `node "/y" (Squeeze): axis 0 is that of the samples`},
		{column + "y = Squeeze(d) axes=[2]", `node "/y" (Squeeze): axis 2 of 2`},
		{"input x double[1,4]\n" + column + "y = Squeeze(d)", `node "/y" (Squeeze): without axes it would drop that of the samples`},
		{"input x double[N,K,M]\ns = Squeeze(x)\ny = Gemm(s, w)\n" + w43, `node "/s" (Squeeze): without axes it would drop some of the shape [? ? ?], which leaves them open`},
		{"input x double[N,2,M]\ns = Squeeze(x) axes=[2]\ny = Gemm(s, w)\n" + w43, `node "/s" (Squeeze): axis 2 of the shape [? 2 2] does not have size 1`},
		{"input x double[N,K,M]\ns = Squeeze(x) axes=[2]\ny = Gemm(s, w)\n" + w43, `node "/s" (Squeeze): axis 2 of the shape [? ? ?] does not have size 1`},
		{"input x double[N,3,M]\ns = Flatten(x)\ny = Gemm(s, w)\n" + w43, `input "x" has the shape [? 3 ?], the first layer takes 4 columns`},
		{column + "s = Squeeze(d) axes=[1]\ny = Gemm(s, u)", `node "/y" (Gemm): its input has the shape [?], want a row a sample`},
		{column + "s = Squeeze(d) axes=[1]\ny = Mul(s, t)\ntensor t double[1,1] 2", `node "/y" (Mul): a constant has 2 axes, its input the shape [?]`},
		{dense + "tensor t double[1,1,1] 2\ny = Mul(d, t)", `node "/y" (Mul): factor: tensor "t" has the shape [1 1 1], want one row`},
		{dense + "tensor t double[1,1,1] 0.5\nq1 = Div(d, sqrt2)\ne = Erf(q1)\na = Add(one, e)\nm = Mul(d, a)\ny = Mul(t, m)", `node "/y" (Mul): a constant has 3 axes, its input the shape [? 3]`},
		{dense + "y = Unsqueeze(d) axes=[0]", `node "/y" (Unsqueeze): axis 0 is that of the samples`},
		{dense + "y = Unsqueeze(d) axes=[1,1]", `node "/y" (Unsqueeze): axis 1 twice`},
		{dense + "y = Unsqueeze(d) axes=[" + strings.Repeat("1,", 70) + "1]", `node "/y" (Unsqueeze): 71 more axes`},
		{dense + "u = Unsqueeze(d) axes=[1]\ny = Softmax(u) axis=1", `node "/y" (Softmax): its input has the shape [? 1 3], want a row a sample`},
		{dense + "y = Unsqueeze(d) axes=[2]", `the output has the shape [? 3 1], want a row a sample`},
		{dense + "tensor s int64[2] -1 4\nu = Unsqueeze(d) axes=[2]\ny = Reshape(u, s)", `node "/y" (Reshape) takes 4 columns, its input has 3`},
		{dense + "tensor s int64[3] -1 0 0\ny = Reshape(d, s)", `node "/y" (Reshape): shape [-1 0 0] for a value of the shape [? 3], want a row a sample`},
		{dense + "tensor s int64[2] -1 3\ny = Reshape(d, s) allowzero=1", `node "/y" (Reshape): shape [-1 3], want a row a sample`},
		{"output y double[N,1]\n" + column + "y = Squeeze(d) axes=[1]", `output "y" has the shape [? 1], the last layer gives [?]`},
	} {
		_, err := importText(numbers + c.text)
		if want := "onnx: Import: " + c.want; err == nil || err.Error() != want {
			t.Errorf("%s\ngot  %v\nwant %s", c.text, err, want)
		}
	}
}

// What no file may hold.
func TestDamagedFiles(t *testing.T) {
	good := "input x float[N,4]\ntensor w float[4,3] 1\ny = MatMul(x, w)"
	// changed returns the file after f has changed its model.
	changed := func(f func(m *model)) []byte {
		m := parse(good)
		f(m)
		return m.encode()
	}
	// weight returns the file with another tensor, whose fields are these.
	weight := func(fields ...[]byte) []byte {
		m := parse(good)
		m.graph.initializers = nil
		graph := appendMessage(m.graph.encode(), 5, bytes.Join(fields, nil))
		b := appendInt(nil, 1, m.irVersion)
		return append(appendMessage(b, 7, graph), appendMessage(nil, 8, appendInt(nil, 2, 13))...)
	}
	dims := func(d ...int64) (b []byte) {
		for _, v := range d {
			b = protowire.AppendVarint(protowire.AppendTag(b, 1, protowire.VarintType), uint64(v))
		}
		return b
	}
	name, float := appendText(nil, 8, "w"), appendInt(nil, 2, int64(typeFloat))
	raw := func(n int) []byte { return appendMessage(nil, 9, make([]byte, n)) }
	ones := func(num protowire.Number, n int) []byte { return appendMessage(nil, num, bytes.Repeat([]byte{1}, n)) }
	nan := appendMessage(nil, 9, slices.Repeat(binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(math.NaN()))), 12))

	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"nothing", nil, `the file has no graph: it is no ONNX model`},
		{"text", []byte("hello, world"), `no ONNX model: the file is cut off or damaged`},
		{"cut", parse(good).encode()[:40], `no ONNX model: the file is cut off or damaged`},
		{"group", protowire.AppendTag(nil, 7, protowire.StartGroupType), `no ONNX model: the file is cut off or damaged`},
		{"field number 0", []byte{0, 0}, `no ONNX model: the file is cut off or damaged`},
		{"long varint", bytes.Repeat([]byte{0xff}, 30), `no ONNX model: the file is cut off or damaged`},
		{"number for a graph", appendInt(nil, 7, 3), `no ONNX model: the file is cut off or damaged`},
		{"two graphs", append(parse(good).encode(), parse(good).encode()...), `no ONNX model: more than one graph`},
		{"no opset", changed(func(m *model) { m.opsets = nil }), `the file names no opset of ai.onnx`},
		{"other domain", changed(func(m *model) { m.opsets = map[string]int64{"acme": 13} }), `the file names no opset of ai.onnx`},
		{"two versions of an opset", append(parse(good).encode(), appendMessage(nil, 8, appendInt(nil, 2, 12))...), `no ONNX model: two versions of the operator set ai.onnx: 13 and 12`},
		{"two names of an opset", append(parse(good).encode(), appendMessage(nil, 8, appendInt(appendText(nil, 1, "ai.onnx"), 2, 14))...), `no ONNX model: two versions of the operator set ai.onnx: 13 and 14`},
		{"two versions of another opset", append(parse(good).encode(), appendMessage(nil, 8, appendInt(appendText(nil, 1, "ai.onnx.ml"), 2, 3))...), `no ONNX model: two versions of the operator set ai.onnx.ml: 1 and 3`},
		{"metadata twice", append(parse(good).encode(), bytes.Repeat(appendMessage(nil, 14, appendText(appendText(nil, 1, "mlp.loss"), 2, "hinge")), 2)...), `no ONNX model: metadata "mlp.loss" is there twice`},
		{"sparse", appendMessage(nil, 7, appendMessage(nil, 15, nil)), `no ONNX model: sparse initializers are not supported`},
		{"attribute twice", appendMessage(nil, 7, appendMessage(nil, 1, slices.Repeat(appendMessage(nil, 5, appendText(nil, 1, "axis")), 2))), `no ONNX model: attribute "axis" twice in a node`},
		{"name of a tensor twice", changed(func(m *model) { m.graph.initializers = slices.Repeat(m.graph.initializers, 2) }), `the name "w" is given twice`},
		{"name of a node's output twice", changed(func(m *model) { m.graph.nodes = slices.Repeat(m.graph.nodes, 2) }), `the name "y" is given twice`},
		{"name of the input twice", changed(func(m *model) { m.graph.inputs = slices.Repeat(m.graph.inputs, 2) }), `the name "x" is given twice`},
		{"input without a name", changed(func(m *model) { m.graph.inputs[0].name = "" }), `no ONNX model: an input or output without a name`},
		{"tensor without a name", changed(func(m *model) { m.graph.initializers[0].name = "" }), `no ONNX model: an initializer without a name`},
		{"node without an operator", changed(func(m *model) { m.graph.nodes[0].op = "" }), `no ONNX model: a node without operator or output`},
		{"node without an output", changed(func(m *model) { m.graph.nodes[0].outputs = nil }), `no ONNX model: a node without operator or output`},
		{"many attributes", changed(func(m *model) {
			for i := range 65 {
				m.graph.nodes[0].attrs = append(m.graph.nodes[0].attrs, attribute{name: fmt.Sprint(i)})
			}
		}), `no ONNX model: more than 64 attributes in a node`},
		{"missing value", changed(func(m *model) { m.graph.nodes[0].inputs[1] = "v" }), `node "/y" (MatMul) reads "v", which nothing before it gives`},
		{"cycle", changed(func(m *model) { m.graph.nodes[0].inputs[0] = "y" }), `node "/y" (MatMul) reads "y", which nothing before it gives`},
		{"node without a name", changed(func(m *model) { m.graph.nodes[0].inputs[0], m.graph.nodes[0].name = "y", "" }), `node 0 (MatMul) reads "y", which nothing before it gives`},
		{"identity of nothing", changed(func(m *model) { m.graph.nodes[0] = &node{op: "Identity", outputs: []string{"y"}} }), `node 0 (Identity): want one input`},
		{"constant of nothing", changed(func(m *model) { m.graph.nodes[0] = &node{op: "Constant", outputs: []string{"y"}} }), `node 0 (Constant): 0 attributes, want one`},
		{"constant string", changed(func(m *model) { m.graph.nodes[0] = parseNode(`y = Constant() value_string="a"`) }), `node "/y" (Constant): attribute "value_string", want a value of numbers`},
		{"input of no type", appendMessage(appendMessage(nil, 8, appendInt(nil, 2, 13)), 7, append(appendMessage(nil, 11, appendText(nil, 1, "x")), parse("input x double[N,4]\n"+good).graph.encode()...)), `the name "x" is given twice`},

		{"short data", weight(name, float, dims(4, 3), raw(44)), `node "/y" (MatMul): tensor "w": 11 elements of data, shape [4 3]`},
		{"half an element", weight(name, float, dims(4, 3), raw(47)), `node "/y" (MatMul): tensor "w": 47 bytes of data are no multiple of 4`},
		{"long data", weight(name, float, dims(4, 3), raw(52)), `node "/y" (MatMul): tensor "w": 13 elements of data, shape [4 3]`},
		{"no data", weight(name, float, dims(4, 3)), `node "/y" (MatMul): tensor "w": 0 elements of data, shape [4 3]`},
		{"giant", weight(name, float, dims(1<<40, 1<<40), raw(48)), `node "/y" (MatMul): tensor "w": 12 elements of data, shape [1099511627776 1099511627776]`},
		{"overflow to 12", weight(name, float, dims(4, 3, 1<<32, 1<<32), raw(48)), `node "/y" (MatMul): tensor "w" has the shape [4 3 4294967296 4294967296], want a matrix`},
		{"overflow to 0", weight(name, float, dims(1<<32, 1<<32), raw(0)), `node "/y" (MatMul): tensor "w": 0 elements of data, shape [4294967296 4294967296]`},
		{"negative", weight(name, float, dims(-4, -3), raw(48)), `node "/y" (MatMul): tensor "w": 12 elements of data, shape [-4 -3]`},
		{"empty", weight(name, float, dims(4, 0), raw(0)), `node "/y" (MatMul): tensor "w": 0 elements of data, shape [4 0]`},
		{"external", weight(name, float, dims(4, 3), appendInt(nil, 14, 1)), `tensor "w": external data: they are in the file "": see ImportOptions.Data and ImportFile`},
		{"external path", weight(name, float, dims(4, 3), appendMessage(nil, 13, nil)), `tensor "w": external data: they are in the file "": see ImportOptions.Data and ImportFile`},
		{"two kinds of data", weight(name, float, dims(4, 3), raw(48), ones(4, 48)), `node "/y" (MatMul): tensor "w": data of more than one kind`},
		{"data and strings", weight(name, float, dims(4, 3), raw(48), appendText(nil, 6, "a")), `node "/y" (MatMul): tensor "w": data of more than one kind`},
		{"data of another type", weight(name, float, dims(4, 3), ones(10, 96)), `node "/y" (MatMul): tensor "w": 0 elements of data, shape [4 3]`},
		{"many dimensions", weight(name, float, dims(slices.Repeat([]int64{1}, 1000)...), raw(4)), `node "/y" (MatMul): tensor "w" has the shape [1 1 1 1 1 1 1 1 ... (1000)], want a matrix`},
		{"strings", weight(name, appendInt(nil, 2, 8), dims(4, 3)), `node "/y" (MatMul): input 0 is of float32 and input 1 of string, the operator takes one type`},
		{"not a number", weight(name, float, dims(4, 3), nan), `node "/y" (MatMul): tensor "w": element 0 is NaN`},
		{"cut number", weight(name, float, dims(4, 3), ones(4, 47)), `no ONNX model: the file is cut off or damaged`},
		{"cut double", weight(name, float, dims(4, 3), ones(10, 47)), `no ONNX model: the file is cut off or damaged`},
		{"cut integer", weight(name, float, dims(4, 3), appendMessage(nil, 7, []byte{0x80})), `no ONNX model: the file is cut off or damaged`},
		{"wrong wire type", weight(name, float, protowire.AppendFixed64(protowire.AppendTag(nil, 1, protowire.Fixed64Type), 1)), `no ONNX model: the file is cut off or damaged`},
		{"number for raw data", weight(name, float, appendInt(nil, 9, 1)), `no ONNX model: the file is cut off or damaged`},
		{"number for a name", weight(appendInt(nil, 8, 1)), `no ONNX model: the file is cut off or damaged`},
		{"string for a type", weight(appendText(nil, 2, "float")), `no ONNX model: the file is cut off or damaged`},
	} {
		_, err := Import(bytes.NewReader(c.file))
		if want := "onnx: Import: " + c.want; err == nil || err.Error() != want {
			t.Errorf("%s:\ngot  %v\nwant %s", c.name, err, want)
		}
	}
}

// An opset that is there twice in one version is one, and so are other metadata.
func TestImportOfHarmlessRepetitions(t *testing.T) {
	file := parse(dense + "y = Relu(d)").encode()
	file = append(file, appendMessage(nil, 8, appendInt(nil, 2, 13))...)
	file = append(file, bytes.Repeat(appendMessage(nil, 14, appendText(appendText(nil, 1, "author"), 2, "me")), 2)...)
	if _, err := Import(bytes.NewReader(file)); err != nil {
		t.Error(err)
	}
}

// Errors quote no more than the beginning of long texts and lists.
func TestLongTextsInErrors(t *testing.T) {
	long := strings.Repeat("x", 1<<16)
	with := func(text string, change func(m *model)) []byte {
		m := parse(text)
		change(m)
		return m.encode()
	}
	changed := func(change func(n *node)) []byte {
		return with(dense+"y = Relu(d)", func(m *model) { change(m.graph.nodes[1]) })
	}
	for name, file := range map[string][]byte{
		"operator":         changed(func(n *node) { n.op = long }),
		"domain":           changed(func(n *node) { n.domain = long }),
		"name of a node":   changed(func(n *node) { n.name, n.op = long, "Conv" }),
		"input of a node":  changed(func(n *node) { n.inputs[0] = long }),
		"attribute":        changed(func(n *node) { n.attrs = []attribute{{name: long, kind: attrInt, i: 1}} }),
		"attribute twice":  changed(func(n *node) { n.attrs = slices.Repeat([]attribute{{name: long, kind: attrInt, i: 1}}, 2) }),
		"kind of constant": changed(func(n *node) { n.op, n.attrs = "Constant", []attribute{{name: long, kind: attrInt, i: 1}} }),
		"text":             changed(func(n *node) { *n = *parseNode("y = Gelu(d) approximate=\"" + long + "\"") }),
		"value":            with(dense, func(m *model) { m.graph.outputs[0].name = long }),
		"output twice": with(dense+"y = Relu(d)", func(m *model) {
			m.graph.outputs = append(m.graph.outputs, valueInfo{name: long, isTensor: true})
			m.graph.nodes = append(m.graph.nodes, parseNode(long+" = Relu(d)"))
		}),
		"type of an output": with(dense+long+" = Relu(d)", func(m *model) { m.graph.outputs = []valueInfo{{name: long, isTensor: true, elem: typeFloat}} }),
		"shape of an output": with(dense+long+" = Relu(d)", func(m *model) {
			m.graph.outputs = []valueInfo{{name: long, isTensor: true, hasShape: true, dims: make([]dim, 10000)}}
		}),
		"input": with(dense+"y = Relu(d)", func(m *model) { m.graph.inputs[0] = valueInfo{name: long} }),
		"inputs": with(dense+"y = Relu(d)", func(m *model) {
			m.graph.inputs = append(m.graph.inputs, valueInfo{name: long})
		}),
		"shape of an input": with("y = Relu("+long+")", func(m *model) {
			m.graph.inputs[0] = valueInfo{name: long, elem: typeFloat, isTensor: true, hasShape: true, dims: make([]dim, 10000)}
		}),
		"tensor":          with(dense+"y = Mul(d, "+long+")\ntensor "+long+" double[2] 1", func(*model) {}),
		"tensor in a row": with(dense+row3+"e = Sub(d, r)\ny = Mul(e, "+long+")\ntensor "+long+" double[4] 1", func(*model) {}),
		"bound":           with(dense+"y = Clip(d, "+long+")\ntensor "+long+" double[4] 1", func(*model) {}),
		"weight":          with("y = MatMul(x, "+long+")\ntensor "+long+" double[4] 1", func(*model) {}),
		"damaged weight":  with("y = MatMul(x, "+long+")\ntensor "+long+" double[4,3] 1", func(m *model) { m.graph.initializers[0].raw = nil }),
		"no number":       with("y = MatMul(x, "+long+")\ntensor "+long+" double[4,3] NaN", func(*model) {}),
		"divisor":         with("y = Div(x, "+long+")\ntensor "+long+" double[] 0", func(*model) {}),
		"shape":           with("y = Reshape(x, s)\ntensor s int64[1000] 4", func(*model) {}),
		"classes":         with(dense+"y = Softmax(d)", func(m *model) { m.metadata = map[string]string{classesKey: `["a","` + long + `","` + long + `"]`} }),
		"features":        with(dense+"y = Softmax(d)", func(m *model) { m.metadata = map[string]string{featuresKey: `["a","b","` + long + `","` + long + `"]`} }),
		"axes":            with(strings.Replace(numbers+dense+layerNormPieces, "axes=[-1]", "axes=["+strings.Repeat("1,", 10000)+"1]", 1)+"y = Relu(z)", func(*model) {}),
		"loss":            with(dense+"y = Relu(d)", func(m *model) { m.metadata = map[string]string{lossKey: long} }),
		"threshold":       with(dense+"y = Sigmoid(d)", func(m *model) { m.metadata = map[string]string{thresholdKey: long} }),
		"location":        externalModel("location", long),
		"opset":           append(parse(dense).encode(), slices.Concat(appendMessage(nil, 8, appendInt(appendText(nil, 1, long), 2, 1)), appendMessage(nil, 8, appendInt(appendText(nil, 1, long), 2, 2)))...),
	} {
		_, err := Import(bytes.NewReader(file))
		if err == nil || len(err.Error()) > 600 {
			t.Errorf("%s: an error of %d bytes: %.300v", name, len(fmt.Sprint(err)), err)
		}
	}
	_, err := importText(dense+"y = Relu(d)", ImportOptions{Output: long})
	if err == nil || len(err.Error()) > 600 {
		t.Errorf("Output: %.300v", err)
	}
}

// Errors of the reader, also half-way, and a reader that stands still.
func TestImportReadErrors(t *testing.T) {
	half := strings.NewReader(string(parse(dense + "y = Relu(d)").encode()[:50]))
	for _, c := range []struct {
		r    io.Reader
		want error
	}{
		{iotest.ErrReader(os.ErrDeadlineExceeded), os.ErrDeadlineExceeded},
		{io.MultiReader(half, iotest.ErrReader(os.ErrDeadlineExceeded)), os.ErrDeadlineExceeded},
		{new(standing), io.ErrNoProgress},
	} {
		if _, err := Import(c.r); !errors.Is(err, c.want) {
			t.Errorf("got %v, want %v", err, c.want)
		}
	}
}

// standing counts the calls of a reader that gives nothing.
type standing int

func (s *standing) Read([]byte) (int, error) {
	if *s++; *s == 10000 {
		return 0, errors.New("asked 10000 times")
	}
	return 0, nil
}
