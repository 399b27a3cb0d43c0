// Package mlp trains and runs dense feed-forward neural networks on gonum
// matrices: the multilayer perceptron, for tables of numbers.
//
// # Networks
//
// A network is a stack of layers and a loss. Model looks at the loss and
// returns the network for the task:
//
//	net, err := mlp.Model([]mlp.Layer{
//		mlp.Dense(4, 32, mlp.ReLU),
//		mlp.Dense(32, 3, mlp.Softmax),
//	}, mlp.CategoricalCrossEntropy, mlp.WithSeed(1))
//
//	loss                      network            last activation   targets
//	BinaryCrossEntropy        *BinaryClassifier  Sigmoid           n×k, 0 or 1
//	CategoricalCrossEntropy   *Classifier        Softmax           n×k, one-hot or probabilities
//	MeanSquaredError          *Regressor         usually Identity  n×k numbers
//	Poisson                   *Regressor         Identity          n×k counts
//
// With k units, a BinaryClassifier gives k labels at once. Other losses: Focal,
// Hinge and SquaredHinge for the first, KLDivergence for the second,
// MeanAbsoluteError, Huber, LogCosh and Quantile for the third.
//
// Fit trains a network by minibatch backpropagation, Predict and PredictRow
// use it, Evaluate measures it:
//
//	history, err := net.Fit(ctx, x, y, mlp.FitOptions{Epochs: 50})
//	yhat, err := net.Predict(x)
//	scores, err := net.Evaluate(xtest, ytest)
//
// # Conventions
//
// Rows are samples. Weights are inputs × units, so that a layer is
// y = f(x·W + b). Every gradient is the exact derivative of the reported
// loss, which is a mean over the batch; the learning rate therefore means the
// same for every batch size. Scale the columns of x to about the same range
// before training, as package dataset does, or make the scaling part of the
// network: Normalization for its inputs, WithTargetScaling for the targets of
// a regression.
//
// # Files
//
// Save and Load keep a network in the safetensors format, with all that it
// needs to predict and to be trained further. Checkpoint keeps the state of a
// run of Fit beside it, so that another process can go on to the same bits.
//
// # Errors
//
// Whatever meets data returns an error that names the operation, the place
// and both numbers: "mlp: Fit: x has 3 columns, layer 0 takes 4". Errors of
// type *ShapeError and *DivergedError, and ErrNotFinite, can be told with
// package errors. Nil arguments, nil interfaces and nil entries of slices are
// data too, and zero values answer or refuse with an error. Two things panic:
// what the doc of ShapeError names, with a *ShapeError, and a method of a nil
// pointer, as everywhere in Go. A call that returns an error has changed
// nothing, except the entries of a dst; Fit and FitBatches keep what they have
// learnt until then, with finite weights.
//
// # Concurrency
//
// What trains or sets something of a network needs it for itself. What only
// reads it may run in any number of goroutines at once.
//
// # Randomness
//
// One seed governs initial weights, shuffling and dropout: WithSeed, or else a
// random one that Network.Seed returns. The same seed, data and options give the
// same bits in every run, for any GOMAXPROCS, and on every processor: each
// number is one chain of fused multiply-adds in one order, with AVX-512,
// AVX2, NEON or plain Go. There is one exception: processors without a fused
// multiply-add (GOARCH=386, wasm, amd64 before 2013) have last bits of their
// own, and so has a BLAS that the program chooses with blas64.Use.
//
// # Speed
//
// Training and prediction use all cores where the work is long enough to gain
// from it, up to GOMAXPROCS. A training step, PredictRow and PredictTo do not
// allocate. The build tag noasm leaves out all assembly.
//
// # Extending
//
// Layer, Activation, Loss, Optimizer and Callback are small interfaces that
// other packages implement; package mlptest checks such implementations.
package mlp
