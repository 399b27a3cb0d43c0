package dataset

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/matrix"
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

// A Prediction is what a Pipeline says about one record.
type Prediction struct {
	// Class is what a classifier predicts: of several classes the most
	// probable, the first where several are; of two the positive one if its
	// probability is at least the threshold of the network.
	Class string

	// Probabilities are those of all classes, in the order of
	// Preparation.Classes.
	Probabilities []float64

	// Value is the number that a Regressor predicts.
	Value float64
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
		return fmt.Errorf("the network is a %T, the target %q is of kind %s", net, p.target.Column, p.target.Kind)
	}
	if loss, ok := net.Loss().(mlp.MarginLoss); ok {
		return fmt.Errorf("the network has margins by its loss %s, a Pipeline gives probabilities", loss.Name())
	}
	if units != p.target.width() {
		return fmt.Errorf("the network has %d outputs, the target %q has %d", units, p.target.Column, p.target.width())
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

// Preparation returns the preparation.
func (p *Pipeline) Preparation() *Preparation { return p.preparation }

// Network returns the network.
func (p *Pipeline) Network() mlp.Network { return p.network }

// PredictRow answers for a record given by its cells: those of
// Preparation.Columns, in that order, as text as it stands in a file.
//
// A cell that its column does not take is an error that names the column and
// the cell. Whether a name that was not there in training is such a cell, the
// recipe has said. The only memory it allocates is that of the probabilities.
func (p *Pipeline) PredictRow(cells []string) (Prediction, error) {
	return p.predictOne("PredictRow", func(x []float64) error { return p.preparation.transformRow(x, cells) })
}

// PredictMap is PredictRow for a record given by the names of the columns. It
// is an error if one is not there; others do not matter.
func (p *Pipeline) PredictMap(record map[string]string) (Prediction, error) {
	return p.predictOne("PredictMap", func(x []float64) error { return p.preparation.transformMap(x, record) })
}

// PredictStruct is PredictRow for a record that is a struct or a pointer to
// one, as [Preparation.TransformStruct] takes it.
func (p *Pipeline) PredictStruct(record any) (Prediction, error) {
	return p.predictOne("PredictStruct", func(x []float64) error { return p.preparation.transformStruct(x, record) })
}

// predictOne answers for the record whose features transform stores in x.
func (p *Pipeline) predictOne(op string, transform func(x []float64) error) (Prediction, error) {
	if err := p.check(); err != nil {
		return Prediction{}, fmt.Errorf("dataset: %s: %w", op, err)
	}
	row := p.rows.Get().(*pipelineRow)
	defer p.rows.Put(row)
	if err := transform(row.x); err != nil {
		return Prediction{}, fmt.Errorf("dataset: %s: %w", op, err)
	}
	answer, err := p.predictRow(row)
	if err != nil {
		return Prediction{}, fmt.Errorf("dataset: %s: %w", op, err)
	}
	return answer, nil
}

// predictRow answers for the features of a record.
func (p *Pipeline) predictRow(row *pipelineRow) (answer Prediction, err error) {
	classes := p.preparation.target.Classes
	switch net := p.network.(type) {
	case *mlp.Classifier:
		answer.Probabilities = make([]float64, len(classes))
		err = net.PredictRow(answer.Probabilities, row.x)
		answer.Class = mostProbable(classes, answer.Probabilities)
	case *mlp.BinaryClassifier:
		err = net.ProbabilitiesRow(row.y[:], row.x)
		answer.Probabilities = make([]float64, 2)
		answer.Class = decide(answer.Probabilities, classes, row.y[0], net.Threshold())
	default:
		err = net.PredictRow(row.y[:], row.x)
		answer.Value = row.y[0]
	}
	return answer, err
}

// Predict answers for all rows of a table, faster than one by one. The table
// must have the columns of the training table, in any order; the target and
// further columns may be there or not. The numbers may differ from those of
// PredictRow in the last bits.
func (p *Pipeline) Predict(t *Table) ([]Prediction, error) {
	answers, err := p.predict(t)
	if err != nil {
		return nil, fmt.Errorf("dataset: Predict: %w", err)
	}
	return answers, nil
}

func (p *Pipeline) predict(t *Table) ([]Prediction, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	x, err := p.preparation.transform(t)
	if err != nil {
		return nil, err
	}
	classes := p.preparation.target.Classes
	answers := make([]Prediction, t.Rows())
	var y *mat.Dense
	switch net := p.network.(type) {
	case *mlp.Classifier:
		if y, err = net.Predict(x); err != nil {
			return nil, err
		}
		for i := range answers {
			row := y.RawRowView(i)
			answers[i] = Prediction{Class: mostProbable(classes, row), Probabilities: row}
		}
	case *mlp.BinaryClassifier:
		if y, err = net.Probabilities(x); err != nil {
			return nil, err
		}
		both := make([]float64, 2*len(answers))
		for i := range answers {
			row := both[2*i : 2*i+2 : 2*i+2]
			answers[i] = Prediction{Class: decide(row, classes, y.At(i, 0), net.Threshold()), Probabilities: row}
		}
	default:
		if y, err = net.Predict(x); err != nil {
			return nil, err
		}
		for i := range answers {
			answers[i].Value = y.At(i, 0)
		}
	}
	return answers, nil
}

// Evaluate returns the mean loss and the score of the network on the rows of a
// table, which has the target column besides those that Predict asks for.
func (p *Pipeline) Evaluate(t *Table) (mlp.Scores, error) {
	scores, err := p.evaluate(t)
	if err != nil {
		return mlp.Scores{}, fmt.Errorf("dataset: Evaluate: %w", err)
	}
	return scores, nil
}

func (p *Pipeline) evaluate(t *Table) (mlp.Scores, error) {
	if err := p.check(); err != nil {
		return mlp.Scores{}, err
	}
	d, err := p.preparation.data(t)
	if err != nil {
		return mlp.Scores{}, err
	}
	return p.network.Evaluate(d.X, d.Y)
}

// mostProbable returns the class of the largest probability, the first of
// several.
func mostProbable(classes []string, probabilities []float64) string {
	best := 0
	for i, p := range probabilities {
		if p > probabilities[best] {
			best = i
		}
	}
	return classes[best]
}

// decide stores the probabilities of both classes and returns the one that a
// BinaryClassifier with that threshold predicts.
func decide(probabilities []float64, classes []string, positive, threshold float64) string {
	probabilities[0], probabilities[1] = 1-positive, positive
	if positive >= threshold {
		return classes[1]
	}
	return classes[0]
}
