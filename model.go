package mlp

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/matrix"
	"example.com/mlp/internal/quote"
)

// A Network is a stack of layers with a loss: a *BinaryClassifier, a
// *Classifier or a *Regressor, made by Model.
//
// Fit and the methods Set... need exclusive access to the network. All other
// methods, and Save, may be called from many goroutines at once.
//
// Rows of x are samples. Data that contains NaN or infinities, or whose shape
// does not fit the network, is an error.
type Network interface {
	// Fit trains the network on the samples x (n×inputs) and targets y (n×units
	// of the last layer) until the epochs of opts are completed, ctx is
	// canceled or a callback ends the run. All arguments are checked before any
	// weight changes. The matrices are never modified.
	//
	// The network keeps the weights it has reached; they are finite whatever
	// happens. A run that diverges ends with a *DivergedError and the weights
	// of the last completed epoch; a canceled run ends with an error that wraps
	// ctx.Err(). Both return the history so far. Another call of Fit continues
	// from the current weights, with a new optimizer state.
	//
	// The same seed, data and options give the same bits; see the package
	// documentation.
	Fit(ctx context.Context, x, y mat.Matrix, opts FitOptions) (*History, error)

	// FitBatches is Fit for data that does not fit into memory: it trains on a
	// stream of batches, in order, with one step per batch (or per several; see
	// FitOptions.AccumulateSteps), until the epochs are completed. An error of
	// a batch, such as bad data in it, names the batch and ends the run.
	//
	// BatchSize, DropLast, KeepOrder, ValidationSplit, SampleWeights and LBFGS
	// are for Fit only. R² refers to the targets seen so far. A Schedule assumes
	// that each epoch has as many steps as the one before; without
	// FitOptions.EpochSteps, it is called with the middle of the epoch during the
	// first one.
	FitBatches(ctx context.Context, batches Batches, opts FitOptions) (*History, error)

	// Forward returns the outputs of the last layer for the samples x:
	// n×units.
	Forward(x mat.Matrix) (*mat.Dense, error)

	// Predict returns the predictions for the samples x, in the units of the
	// targets. A BinaryClassifier returns n×k labels 0 or 1, a Classifier n×k
	// probabilities, a Regressor n×k numbers. An expected count (see Counting)
	// that is too large for a float64 is an error that wraps ErrNotFinite.
	Predict(x mat.Matrix) (*mat.Dense, error)

	// PredictTo stores the result of Predict in dst, which must have its shape
	// or be empty. It is an error if dst overlaps x, here and in PredictRow, or
	// a parameter of the network. After an error the entries of dst are
	// unspecified. PredictTo does not allocate if dst is not empty and x is a
	// *mat.Dense.
	PredictTo(dst *mat.Dense, x mat.Matrix) error

	// PredictRow is Predict for the single sample x. It stores the prediction
	// in dst, which has one entry for each column that Predict returns and
	// shares no memory with a parameter, and does not allocate.
	PredictRow(dst, x []float64) error

	// Evaluate returns the mean loss, including penalties on the parameters,
	// and the score on the samples x with targets y. A loss that is not finite
	// is an error.
	Evaluate(x, y mat.Matrix) (Scores, error)

	// Layers returns the layers of the stack, first to last. They are shared,
	// not copied.
	Layers() []Layer

	// Loss returns the loss given to Model.
	Loss() Loss

	// Seed returns the seed that determines initial weights and shuffling.
	Seed() uint64

	// FeatureNames returns the names given to WithFeatures or SetFeatureNames,
	// or nil if there are none.
	FeatureNames() []string

	// SetFeatureNames names the columns of x, as WithFeatures does.
	SetFeatureNames(names ...string) error

	// Metadata returns a copy of the texts given to SetMetadata.
	Metadata() map[string]string

	// SetMetadata stores a custom text with the network and in its file.
	SetMetadata(key, value string) error

	// String returns a table of the layers with their shapes and numbers of
	// parameters.
	String() string
}

// Scores holds the loss and the score of a network on some data.
type Scores struct {
	Loss  float64 // mean loss
	Score float64 // accuracy of a classifier (the share of correct labels), R² of a regressor, NaN for a single row; 1 is perfect
}

// A ModelOption configures the network that Model returns.
type ModelOption func(*settings)

// settings are what the options of Model set.
type settings struct {
	seed              uint64
	classes, features []string
	scale             *Normalization // of the targets, or nil
	precision         Precision
}

// WithSeed sets the seed that determines initial weights, shuffling and every
// other random choice of the network. Without it, Model draws a seed, which
// Network.Seed returns, so that every run can be repeated.
func WithSeed(seed uint64) ModelOption {
	return func(s *settings) { s.seed = seed }
}

// Model returns a network of the given layers, first to last, of the type that
// the task of the loss requires: a *BinaryClassifier for Binary (such as
// BinaryCrossEntropy) and Margin (Hinge), a *Classifier for Multiclass (such as
// CategoricalCrossEntropy), a *Regressor for Regression (such as
// MeanSquaredError) and Counting (Poisson). It draws the initial weights of
// layers that have none yet; layers that were trained in another network keep
// their weights and share them.
//
// The loss of a network whose last layer is MemberMean is that of its members.
//
// It is an error if the description of a layer is invalid, if adjacent layers
// do not fit, if a parameter is not finite, if an InputChecker does not get x
// itself, or if the loss does not fit the last layer.
func Model(layers []Layer, loss Loss, opts ...ModelOption) (Network, error) {
	if matrix.IsNil(loss) {
		return nil, errors.New("mlp: Model: nil loss")
	}
	if err := validate(loss); err != nil {
		return nil, fmt.Errorf("mlp: Model: %s: %w", loss.Name(), err)
	}
	if err := checkStack(layers); err != nil {
		return nil, err
	}
	if err := checkOutput(layers, loss); err != nil {
		return nil, err
	}
	s := settings{seed: rand.Uint64()}
	for i, opt := range opts {
		if opt == nil {
			return nil, fmt.Errorf("mlp: Model: option %d is nil", i)
		}
		opt(&s)
	}
	if err := checkScale("Model: WithTargetScaling", s.scale, layers, loss); err != nil {
		return nil, err
	}
	if err := s.precision.check(); err != nil {
		return nil, fmt.Errorf("mlp: Model: %w", err)
	}
	net := newKind(layers, loss, s.scale)
	n := net.base()
	n.self, n.layers, n.loss = net, slices.Clone(layers), loss
	n.seed, n.classes, n.features, n.precision = s.seed, s.classes, s.features, s.precision
	if err := n.checkNames(); err != nil {
		return nil, err
	}
	n.prepare()
	if err := n.checkValues("Model"); err != nil {
		return nil, err
	}
	return net, nil
}

// newKind returns a network of the kind that the task of the loss requires,
// with only its end set. scale is the scaling of the targets, or nil.
func newKind(layers []Layer, loss Loss, scale *Normalization) networkKind {
	_, units := layers[len(layers)-1].Dims()
	plain := plainEnd{units}
	switch loss.Task() {
	case Binary:
		return &BinaryClassifier{network{end: binaryEnd{plainEnd: plain, threshold: 0.5}}}
	case Margin:
		return &BinaryClassifier{network{end: binaryEnd{plainEnd: plain, margins: true}}}
	case Multiclass:
		return &Classifier{network{end: multiclassEnd{plain}}}
	case Counting:
		return &Regressor{network{end: countsEnd{plain}}}
	}
	if scale != nil {
		scale = scale.clone()
	}
	return &Regressor{network{end: regressionEnd{plain, scale}}}
}

// checkNames returns an error if names given to Model do not fit the network.
func (n *network) checkNames() error {
	if n.classes != nil && n.end.names() == 0 {
		return fmt.Errorf("mlp: Model: WithClasses for a regression, which has no classes")
	}
	if err := n.checkClassNames("Model", "WithClasses", n.classes); err != nil {
		return err
	}
	return n.checkFeatureNames("Model", "WithFeatures", n.features)
}

// checkStack returns an error unless the layers are valid and fit each other.
func checkStack(layers []Layer) error {
	if err := validateLayers(layers); err != nil {
		return fmt.Errorf("mlp: Model: %w", err)
	}
	owner := make(map[*mat.Dense]int)
	for i, l := range layers {
		inputs, units := l.Dims()
		if inputs <= 0 || units <= 0 {
			return fmt.Errorf("mlp: Model: layer %d has %d inputs and %d units, want at least 1", i, inputs, units)
		}
		if inputs > maxWeights || units > maxWeights {
			return fmt.Errorf("mlp: Model: layer %d has %d inputs and %d units, at most %d are possible", i, inputs, units, maxWeights)
		}
		if l, ok := l.(LogitLayer); ok && matrix.IsNil(l.Activation()) {
			return fmt.Errorf("mlp: Model: layer %d is a LogitLayer without an Activation", i)
		}
		if i > 0 {
			if _, before := layers[i-1].Dims(); inputs != before {
				return &ShapeError{Op: "Model", Subject: fmt.Sprintf("layer %d", i), Got: inputs, Unit: "inputs", Wanting: fmt.Sprintf("layer %d gives", i-1), Want: before}
			}
		}
		for _, p := range l.Params() {
			if p.Value == nil || p.Value.IsEmpty() {
				return fmt.Errorf("mlp: Model: layer %d: parameter %s is nil or empty", i, quote.Text(p.Name))
			}
			if g := p.Value.RawMatrix(); g.Stride != g.Cols {
				return fmt.Errorf("mlp: Model: layer %d: parameter %s has stride %d and %d columns, want a matrix of its own", i, quote.Text(p.Name), g.Stride, g.Cols)
			}
			if j, ok := owner[p.Value]; ok {
				return fmt.Errorf("mlp: Model: layer %d: parameter %s belongs to layer %d already", i, quote.Text(p.Name), j)
			}
			owner[p.Value] = i
		}
	}
	if _, err := inputCheckers(layers); err != nil {
		return fmt.Errorf("mlp: Model: %w", err)
	}
	return nil
}

// checkOutput returns an error unless the last layer fits the loss.
func checkOutput(layers []Layer, loss Loss) error {
	last := len(layers) - 1
	_, units := layers[last].Dims()
	switch loss.Task() {
	case Multiclass:
		if units < 2 {
			return &ShapeError{Op: "Model", Subject: fmt.Sprintf("layer %d", last), Got: units, Unit: "units", Wanting: loss.Name() + " takes at least", Want: 2}
		}
	case Binary, Margin, Regression, Counting:
	default:
		return fmt.Errorf("mlp: Model: %s has an unknown task, %v", loss.Name(), loss.Task())
	}
	c, ok := loss.(CheckedLoss)
	if !ok {
		return nil
	}
	if err := c.CheckOutput(outputActivation(layers[last])); err != nil {
		return fmt.Errorf("mlp: Model: layer %d: %w", last, err)
	}
	return nil
}

// outputActivation returns the activation that a last layer ends in, nil if
// unknown.
func outputActivation(last Layer) Activation {
	switch l := last.(type) {
	case LogitLayer:
		return l.Activation()
	case *memberMean:
		return l.act
	}
	return nil
}
