package dataset

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"example.com/mlp"
	"example.com/mlp/internal/matrix"
	"example.com/mlp/internal/quote"
)

// A Pipeline is a preparation and a network that fit each other, so that raw
// records go in and names of classes or numbers come out, as with
// scikit-learn's Pipeline. [Recipe.FitPipeline] and [NewPipeline] make one,
// [LoadPipeline] reads it back from the file of the network.
//
// It may be used by many goroutines at once while nobody trains or changes its
// network.
type Pipeline struct {
	preparation *Preparation
	network     mlp.Network

	rows sync.Pool // of *pipelineRow
}

// pipelineRow is the memory for one record.
type pipelineRow struct {
	x []float64
	y [1]float64 // what a BinaryClassifier or a Regressor makes of it
}

// FitPipeline learns a preparation from the rows of the table, which should be
// training rows only, and trains the network that build makes for them:
//
//	build := func(train *dataset.Data) (mlp.Network, error) {
//		return mlp.Model([]mlp.Layer{
//			mlp.Dense(len(train.Features), 16, mlp.Tanh),
//			mlp.Dense(16, len(train.Classes), mlp.Softmax),
//		}, mlp.CategoricalCrossEntropy)
//	}
//
// Errors are those of Fit, of build, of NewPipeline and of the training, after
// which there is no pipeline but the history so far.
func (r Recipe) FitPipeline(ctx context.Context, train *Table, build func(train *Data) (mlp.Network, error), opts mlp.FitOptions) (*Pipeline, *mlp.History, error) {
	p, history, err := r.fitPipeline(ctx, train, build, opts)
	if err != nil {
		return nil, history, fmt.Errorf("dataset: FitPipeline: %w", err)
	}
	return p, history, nil
}

func (r Recipe) fitPipeline(ctx context.Context, train *Table, build func(*Data) (mlp.Network, error), opts mlp.FitOptions) (*Pipeline, *mlp.History, error) {
	preparation, err := r.fit(train)
	if err != nil {
		return nil, nil, err
	}
	d, err := preparation.data(train)
	if err != nil {
		return nil, nil, err
	}
	if build == nil {
		return nil, nil, errors.New("build is nil")
	}
	net, err := build(d)
	if err != nil {
		return nil, nil, err
	}
	p, err := newPipeline(preparation, net)
	if err != nil {
		return nil, nil, err
	}
	history, err := net.Fit(ctx, d.X, d.Y, opts)
	return p, history, err
}

// NewPipeline joins a preparation and a network that was trained on what it
// prepares. The network learns the names of its features and classes from the
// preparation and keeps it in its metadata, so that every file of the network
// is one of the pipeline. Both are shared, not copied.
//
// It is an error, which changes nothing, if they do not fit: if the network has
// another number of inputs or classes or others by name, or is of another type
// than the target asks for, which is a *mlp.Regressor with one unit for
// Numbers, a *mlp.Classifier for Classes and a *mlp.BinaryClassifier for
// Binary.
func NewPipeline(preparation *Preparation, network mlp.Network) (*Pipeline, error) {
	p, err := newPipeline(preparation, network)
	if err != nil {
		return nil, fmt.Errorf("dataset: NewPipeline: %w", err)
	}
	return p, nil
}

func newPipeline(preparation *Preparation, network mlp.Network) (*Pipeline, error) {
	if err := checkFit(preparation, network); err != nil {
		return nil, err
	}
	text, err := preparation.MarshalText()
	if err != nil {
		return nil, err
	}
	if err := network.SetMetadata(preparationKey, string(text)); err != nil {
		return nil, err
	}
	// From here on nothing fails: there are as many names as there have to be,
	// and a preparation has none that a network refuses.
	if err := network.SetFeatureNames(preparation.features...); err != nil {
		return nil, err
	}
	if c, ok := network.(classNamer); ok {
		if err := c.SetClassNames(preparation.target.Classes...); err != nil {
			return nil, err
		}
	}
	p := &Pipeline{preparation: preparation, network: network}
	p.rows.New = func() any { return &pipelineRow{x: make([]float64, len(preparation.features))} }
	return p, nil
}

// classNamer is a *mlp.Classifier or a *mlp.BinaryClassifier.
type classNamer interface {
	ClassNames() []string
	SetClassNames(names ...string) error
}

// checkFit returns an error unless the network takes what the preparation
// gives.
func checkFit(p *Preparation, net mlp.Network) error {
	if err := p.check(); err != nil {
		return err
	}
	if p.target == nil {
		return errors.New("the recipe had no target")
	}
	if matrix.IsNil(net) || len(net.Layers()) == 0 {
		return errors.New("the network is nil or zero, mlp.Model makes one")
	}
	layers := net.Layers()
	inputs, _ := layers[0].Dims()
	_, units := layers[len(layers)-1].Dims()
	if inputs != len(p.features) {
		return fmt.Errorf("the network has %d inputs, the preparation gives %d features", inputs, len(p.features))
	}
	var takes targetKind
	switch net.(type) {
	case *mlp.Regressor:
		takes = numbersTarget
	case *mlp.Classifier:
		takes = classesTarget
	case *mlp.BinaryClassifier:
		takes = binaryTarget
	}
	if p.target.Kind != takes {
		return fmt.Errorf("the network is a %T, the target %s is of kind %s", net, quote.Text(p.target.Column), p.target.Kind)
	}
	if loss := net.Loss(); loss.Task() == mlp.Margin {
		return fmt.Errorf("the network has margins by its loss %s, a Pipeline gives probabilities", loss.Name())
	}
	if units != p.target.width() {
		return fmt.Errorf("the network has %d outputs, the target %s has %d", units, quote.Text(p.target.Column), p.target.width())
	}
	if err := checkSameNames("features", net.FeatureNames(), p.features); err != nil {
		return err
	}
	if c, ok := net.(classNamer); ok {
		return checkSameNames("classes", c.ClassNames(), p.target.Classes)
	}
	return nil
}

// checkSameNames returns an error if a network has names and they are not those
// of the preparation.
func checkSameNames(kind string, network, preparation []string) error {
	if network == nil || slices.Equal(network, preparation) {
		return nil
	}
	return fmt.Errorf("the %s of the network are %s, those of the preparation %s", kind, quoteAll(network), quoteAll(preparation))
}

// check returns an error for a pipeline that was not made.
func (p *Pipeline) check() error {
	if p == nil || p.network == nil {
		return errors.New("the pipeline is nil or zero, NewPipeline makes one")
	}
	return nil
}

// Preparation returns the preparation, nil if the pipeline is nil or zero.
func (p *Pipeline) Preparation() *Preparation {
	if p == nil {
		return nil
	}
	return p.preparation
}

// Network returns the network, nil if the pipeline is nil or zero.
func (p *Pipeline) Network() mlp.Network {
	if p == nil {
		return nil
	}
	return p.network
}
