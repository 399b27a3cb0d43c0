// Package mlp trains and runs dense feed-forward neural networks on gonum
// matrices: the multilayer perceptron, for tables of numbers.
//
// # Networks
//
// A network is a stack of layers and a loss. Model chooses the type of the
// network by the loss:
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
// With k units, a BinaryClassifier predicts k labels at once. Other losses are
// Focal, Hinge and SquaredHinge for the first type, KLDivergence for the
// second, and MeanAbsoluteError, Huber, LogCosh and Quantile for the third.
//
// Fit trains a network by minibatch backpropagation, Predict and PredictRow use
// it, and Evaluate measures it:
//
//	history, err := net.Fit(ctx, x, y, mlp.FitOptions{Epochs: 50})
//	yhat, err := net.Predict(x)
//	scores, err := net.Evaluate(xtest, ytest)
//
// # Conventions
//
// Rows are samples. Weights are inputs × units, so that a layer is
// y = f(x·W + b). Every gradient is the exact derivative of the reported loss, which is a
// mean over the batch; the learning rate therefore has the same meaning for
// every batch size. Scale the columns of x to about the same range before
// training, as package dataset does, or make the scaling part of the network:
// Normalization for its inputs, WithTargetScaling for the targets of a
// regression.
//
// # Precision
//
// Networks compute in float64, or in float32 with WithPrecision, which takes
// about half the time. What a caller passes and gets is float64 in both.
// Freeze makes a Predictor from a network, for serving.
//
// # Files
//
// Save and Load store a network in the safetensors format, with everything it
// needs to predict and to be trained further. Checkpoint also stores the state
// of a run of Fit, so that another process can continue it with the same bits.
//
// # Parts of the data
//
// What is spread over batches or machines comes together again: Average makes one
// network of copies that were trained on parts of the rows, a Tally one metric of
// parts that were judged, and Confusion.Merge adds up counts.
//
// # Errors
//
// Functions that take data return errors that name the operation, the place and
// both numbers: "mlp: Fit: x has 3 columns, layer 0 takes 4". Errors of type
// *ShapeError and *DivergedError, and ErrNotFinite, can be identified with
// package errors. Nil arguments, nil interfaces and nil entries of slices count
// as data too, and the methods of zero values either work or return an error.
// Only two things panic: the methods listed at ShapeError, with a *ShapeError,
// and a method called on a nil pointer, as everywhere in Go. A call that
// returns an error has changed nothing, except the entries of a dst; Fit and
// FitBatches keep what they have learned so far, with finite weights.
//
// # Concurrency
//
// Methods that train a network or set something in it need exclusive access, to
// it and to the networks that share layers with it, such as an Ensemble. Methods
// that only read it may run in any number of goroutines at once.
//
// # Randomness
//
// One seed determines initial weights, shuffling and dropout: that of WithSeed
// or, by default, a random one, which Network.Seed returns. The same seed, data
// and options give the same bits in every run, for any GOMAXPROCS, and on every
// processor: each number is one chain of fused multiply-adds in one order, with
// AVX-512, AVX2, NEON or plain Go. This holds for Float64 and for Float32, whose
// bits are others. There is one exception: results differ in the last bits on
// processors without a fused multiply-add (GOARCH=386, wasm, amd64 before 2013),
// and with a BLAS that the program chooses with blas64.Use or blas32.Use.
//
// # Speed
//
// Training and prediction use several cores, up to GOMAXPROCS, if there is enough
// work to gain from it. They measure whether all cores, half of them or a single
// one is fastest, now and then anew, as cores may be far apart or busy. A
// training step, PredictRow and PredictTo do not allocate. The build tag noasm
// excludes all assembly.
//
// # Extending
//
// Layer, Activation, Loss, Optimizer and Callback are small interfaces that
// other packages can implement; package mlptest checks such implementations.
package mlp
