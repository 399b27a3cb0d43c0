package dataset

import (
	"bytes"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// Freeze returns a pipeline for serving, with a copy of the network that later
// changes of p do not reach. Its answers are those of [mlp.Freeze], equal to those
// of p up to rounding, and come several times faster for single records where the
// network has single precision. The methods that predict may be called from many
// goroutines at once.
//
// Network returns the copy, which Evaluate, Report and Save use as it is. It is not
// for training: what it learns would not change the answers.
//
// It is an error if the network has layers from other packages, which cannot be
// copied.
func (p *Pipeline) Freeze() (*Pipeline, error) {
	f, err := p.freeze()
	if err != nil {
		return nil, fmt.Errorf("dataset: Pipeline.Freeze: %w", err)
	}
	return f, nil
}

func (p *Pipeline) freeze() (*Pipeline, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	predictor, err := mlp.Freeze(p.network)
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	if err := p.Save(&file); err != nil {
		return nil, err
	}
	f, err := LoadPipeline(&file)
	if err != nil {
		return nil, err
	}
	f.asker = f.answerer.frozen(predictor)
	f.history = p.history
	return f, nil
}

func (predictions) frozen(p *mlp.Predictor) asker   { return frozenPredictions{p} }
func (probabilities) frozen(p *mlp.Predictor) asker { return frozenProbabilities{p} }

// frozenPredictions asks as predictions does.
type frozenPredictions struct{ predictor *mlp.Predictor }

func (p frozenPredictions) ask(x mat.Matrix) (*mat.Dense, error) { return p.predictor.Predict(x) }
func (p frozenPredictions) askRow(dst, x []float64) error        { return p.predictor.PredictRow(dst, x) }

// frozenProbabilities asks as probabilities does.
type frozenProbabilities struct{ predictor *mlp.Predictor }

func (p frozenProbabilities) ask(x mat.Matrix) (*mat.Dense, error) {
	return p.predictor.Probabilities(x)
}
func (p frozenProbabilities) askRow(dst, x []float64) error {
	return p.predictor.ProbabilitiesRow(dst, x)
}
