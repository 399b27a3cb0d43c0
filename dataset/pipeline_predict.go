package dataset

import (
	"fmt"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

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

// PredictRow answers for a record given by its cells: those of
// Preparation.Columns, in that order, as text as it stands in a file.
//
// A cell that its column does not take is an error that names the column and
// the cell. Whether a name that was not there in training is such a cell, the
// recipe has said. The only memory it allocates is that of the probabilities.
func (p *Pipeline) PredictRow(cells []string) (Prediction, error) {
	return p.predictOne("PredictRow", func(x []float64) error { return p.preparation.transformRow(x, cells) })
}

// PredictCells is PredictRow for cells that may be numbers, truth values and
// times as well.
func (p *Pipeline) PredictCells(cells []Cell) (Prediction, error) {
	return p.predictOne("PredictCells", func(x []float64) error { return p.preparation.transformCells(x, cells) })
}

// PredictMap is PredictRow for a record given by the names of the columns, as
// [Preparation.TransformMap] takes it.
func (p *Pipeline) PredictMap(record map[string]string) (Prediction, error) {
	return p.predictOne("PredictMap", func(x []float64) error { return p.preparation.transformMap(x, record) })
}

// PredictValues is PredictMap for values of any type that [CellOf] takes, as
// [Preparation.TransformValues] takes it.
func (p *Pipeline) PredictValues(record map[string]any) (Prediction, error) {
	return p.predictOne("PredictValues", func(x []float64) error { return p.preparation.transformValues(x, record) })
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
		answer.Class = classes[floats.MaxIdx(answer.Probabilities)]
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
			answers[i] = Prediction{Class: classes[floats.MaxIdx(row)], Probabilities: row}
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

// decide stores the probabilities of both classes and returns the one that a
// BinaryClassifier with that threshold predicts.
func decide(probabilities []float64, classes []string, positive, threshold float64) string {
	probabilities[0], probabilities[1] = 1-positive, positive
	if positive >= threshold {
		return classes[1]
	}
	return classes[0]
}
