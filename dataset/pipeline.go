package dataset

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"example.com/mlp"
	"example.com/mlp/internal/matrix"
)

// A Pipeline is a preparation and a network that fit each other, so that raw
// records go in and names of classes or numbers come out, as with
// scikit-learn's Pipeline. [Training.Fit] and [NewPipeline] make one,
// [LoadPipeline] reads it back from the file of the network.
//
// It may be used by many goroutines at once while nobody trains or changes its
// network.
type Pipeline struct {
	preparation *Preparation
	network     mlp.Network
	answerer    answerer
	asker       asker        // the answerer, or one of a frozen network
	size        int          // numbers of a Prediction
	history     *mlp.History // of the training that made it, or nil

	rows sync.Pool // of *pipelineRow
}

// pipelineRow is the memory for one record.
type pipelineRow struct {
	x []float64
	y []float64 // what the network says of it
}

// NewPipeline joins a preparation and a network that was trained on what it
// prepares. The network learns the names of its features and classes from the
// preparation and keeps it in its metadata, so that every file of the network
// is one of the pipeline. Both are shared, not copied.
//
// It is an error, which changes nothing, if they do not fit: if the network has
// another number of inputs or outputs, or other features or classes by name, or
// is of another type than the target asks for, which is a *mlp.Regressor for
// Numbers, a *mlp.Classifier for Classes and a *mlp.BinaryClassifier for Binary,
// Labels and LabelSets.
func NewPipeline(preparation *Preparation, network mlp.Network) (*Pipeline, error) {
	p, err := newPipeline(preparation, network)
	if err != nil {
		return nil, fmt.Errorf("dataset: NewPipeline: %w", err)
	}
	return p, nil
}

func newPipeline(preparation *Preparation, network mlp.Network) (*Pipeline, error) {
	answerer, err := checkFit(preparation, network)
	if err != nil {
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
		if err := c.SetClassNames(preparation.target.classes()...); err != nil {
			return nil, err
		}
	}
	p := &Pipeline{}
	p.set(preparation, network, answerer)
	return p, nil
}

// set makes p the pipeline of a preparation and a network that fit each other.
func (p *Pipeline) set(preparation *Preparation, network mlp.Network, answerer answerer) {
	p.preparation, p.network, p.history = preparation, network, nil
	p.answerer, p.asker, p.size = answerer, answerer, answerer.size()
	p.rows = sync.Pool{New: func() any {
		return &pipelineRow{x: make([]float64, len(preparation.features)), y: make([]float64, preparation.target.width())}
	}}
}

// classNamer is a *mlp.Classifier or a *mlp.BinaryClassifier.
type classNamer interface {
	ClassNames() []string
	SetClassNames(names ...string) error
}

// checkFit returns what answers for a network that takes what the preparation
// gives, else an error.
func checkFit(p *Preparation, net mlp.Network) (answerer, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	answerer, err := p.answerer(net)
	if err != nil {
		return nil, err
	}
	inputs, _ := net.Layers()[0].Dims()
	if inputs != len(p.features) {
		return nil, fmt.Errorf("the network has %d inputs, the preparation gives %d features", inputs, len(p.features))
	}
	if err := checkSameNames("features", net.FeatureNames(), p.features); err != nil {
		return nil, err
	}
	if c, ok := net.(classNamer); ok {
		return answerer, checkSameNames("classes", c.ClassNames(), p.target.classes())
	}
	return answerer, nil
}

// answerer returns what makes predictions of what the network says, or an error
// if the network is not for the target.
func (p *Preparation) answerer(net mlp.Network) (answerer, error) {
	if p.target == nil {
		return nil, errors.New("the recipe had no target")
	}
	if matrix.IsNil(net) || len(net.Layers()) == 0 {
		return nil, errors.New("the network is nil or zero, mlp.Model makes one")
	}
	columns := quoteAll(p.target.columns())
	answerer, ok := p.target.answerer(net)
	if !ok {
		return nil, fmt.Errorf("the network is a %T, the target %s is of kind %s", net, columns, p.target.save().Kind)
	}
	layers := net.Layers()
	if _, units := layers[len(layers)-1].Dims(); units != p.target.width() {
		return nil, fmt.Errorf("the network has %d outputs, the target %s has %d", units, columns, p.target.width())
	}
	return answerer, nil
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

// History returns what was recorded of the training that made the pipeline, which
// is shared, not copied. It is nil for a pipeline of NewPipeline and one from a
// file, which does not hold it.
func (p *Pipeline) History() *mlp.History {
	if p == nil {
		return nil
	}
	return p.history
}
