// Package onnx hands networks over to other programs and takes theirs, in the
// format ONNX, which PyTorch, scikit-learn, Keras and most runtimes for
// inference read or write.
//
//	err := onnx.ExportFile("net.onnx", net, onnx.Float32)
//	net, err := onnx.ImportFile("net.onnx")
//
// An imported network is a mlp.Network like any other: it predicts, evaluates
// and trains on.
//
// # What Import takes
//
// Models of opset 7 to 25 in float32, float64, float16 or bfloat16, with one
// input whose first axis counts the samples, and a stack of:
//
//	Gemm; MatMul, Add                           Dense
//	Relu, LeakyRelu, Elu, Celu, Selu, Gelu,     activations, of Dense or as an
//	Sigmoid, Tanh, Softplus, Softsign, Mish,    ActivationLayer
//	HardSigmoid, HardSwish, Clip, Softmax,
//	LogSoftmax
//	PRelu                                       PReLU
//	BatchNormalization, LayerNormalization      BatchNorm, LayerNorm
//	Dropout                                     Dropout
//	Sub, Div, Mul, Add with constants, Scaler   Normalization
//	Add of two values, one made of the other    Residual
//	Add, Concat of values with a common origin  Dense, Residual
//	Exp at the end                              counts, see mlp.Poisson
//	Identity, ZipMap; Flatten, Reshape,         nothing
//	Squeeze, Unsqueeze, if a sample stays a row
//
// Activations and layer norm may also be in pieces, such as Sigmoid and Mul for
// SiLU, in the forms in which PyTorch writes them. Weights may be transposed, and
// in files beside the model.
//
// Factors that are not all above 0 become a dense layer with zeros beside its
// diagonal. The branches of a Concat, or of a sum of two branches, each become a
// Residual, between dense layers of zeros and ones that give each branch columns
// of its own. The outputs are those of the file, but training changes these zeros
// and ones too unless FitOptions.Groups keeps them fixed.
//
// A Cast of weights rounds them as the file says. Of what the network computes,
// only a Cast to float32 or float64 is read, and changes nothing: networks compute
// in float64.
// Of a classifier of scikit-learn, Import takes the probabilities; where it has
// two classes, the probability of the second one. A ZipMap tells it the names
// of the classes.
//
// A Mul and an Add of constants at the end of a regression are taken for the
// scaling of targets: Predict gives what they give, Forward what goes into them,
// and Fit computes the loss in those units.
//
// # What Export writes
//
// Opset 13, or 14 for a HardSwish and 17 for a LayerNorm. Every layer and every
// activation of package mlp has a form that ONNX Runtime computes. The scaling of
// targets is a Mul and an Add at the end, and counts are an Exp.
//
// An Ensemble is its members, which all take the input, an Add for each of them
// after the first, and a Div by their number. Package mlp adds in the same order.
//
// Layers for tables are written as the formulas in their documentation:
//
//	Columns               Gather for each group, Concat
//	Stack                 its layers
//	Embedding             Cast, Squeeze, Gather
//	PiecewiseLinear       Sub, Div, Min, Max for p; Transpose, MatMul for p·U
//	Periodic, PBLD        Mul, Cos, Sin; Transpose, MatMul for the product with U
//	Scale                 Mul
//	NTKDense              Mul, Gemm
//	ParametricActivation  the activation, Sub, Mul, Add
//	MemberInputs          Unsqueeze, Mul
//	MemberLayers          its layers, with a row for each member of each sample
//	BatchEnsemble         Mul, MatMul, Mul, Add
//	MemberHeads           Transpose, MatMul, Add
//	MemberMean            ReduceMean
//
// with a Reshape where members or the numbers of a feature become columns, and
// the other way around. The input of the model is one matrix, with the codes for
// an Embedding among its numbers. What is no code is an error of the network; a
// runtime drops fractions, counts negative numbers from the end of the table and
// refuses the others.
//
// The metadata_props mlp.loss and mlp.threshold have the name of the loss and the
// threshold of a binary classifier, mlp.features and mlp.classes the names of
// features and classes, JSON lists of strings. Import finds them there.
//
// An Ensemble or a network with a layer for tables has the description of all its
// layers in mlp.layers, by which Import gives back the same layers. The graph must
// then be the one that Export writes of them, with any number of samples: of a file
// that another program has changed, Import says where it differs. Without
// mlp.layers, Import reads the graph as that of another program, and refuses most
// layers for tables.
package onnx
