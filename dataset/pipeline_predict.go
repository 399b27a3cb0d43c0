package dataset

import (
	"fmt"

	"example.com/mlp"
)

// PredictRow answers for a record given by its cells: those of
// Preparation.Columns, in that order, as text as it stands in a file.
//
// A cell that its column does not take is an error that names the column and
// the cell. Whether a name that was not there in training is such a cell, the
// recipe has said. It is an error, which wraps mlp.ErrNotFinite, if the network
// answers with a number that is not finite. The only memory PredictRow allocates
// is that of the answer: of the probabilities, the labels or several values.
func (p *Pipeline) PredictRow(cells []string) (answer Prediction, err error) {
	err = p.predictOne("PredictRow", &answer, func(x []float64) error { return p.preparation.transformRow(x, cells) })
	return answer, err
}

// PredictCells is PredictRow for cells that may be numbers, truth values and
// times as well.
func (p *Pipeline) PredictCells(cells []Cell) (answer Prediction, err error) {
	err = p.predictOne("PredictCells", &answer, func(x []float64) error { return p.preparation.transformCells(x, cells) })
	return answer, err
}

// PredictMap is PredictRow for a record given by the names of the columns, with
// values of any type that [CellOf] takes, as [Preparation.TransformValues] takes
// it.
func (p *Pipeline) PredictMap(record map[string]any) (answer Prediction, err error) {
	err = p.predictOne("PredictMap", &answer, func(x []float64) error { return p.preparation.transformValues(x, record) })
	return answer, err
}

// PredictStruct is PredictRow for a record that is a struct or a pointer to
// one, as [Preparation.TransformStruct] takes it.
func (p *Pipeline) PredictStruct(record any) (answer Prediction, err error) {
	err = p.predictOne("PredictStruct", &answer, func(x []float64) error { return p.preparation.transformStruct(x, record) })
	return answer, err
}

// predictOne stores in dst the answer for the record whose features transform
// stores in x.
func (p *Pipeline) predictOne(op string, dst *Prediction, transform func(x []float64) error) error {
	err := p.check()
	if err == nil {
		err = p.predictRecord(dst, transform)
	}
	if err != nil {
		return fmt.Errorf("dataset: Pipeline.%s: %w", op, err)
	}
	return nil
}

func (p *Pipeline) predictRecord(dst *Prediction, transform func(x []float64) error) error {
	row := p.rows.Get().(*pipelineRow)
	defer p.rows.Put(row)
	if err := p.askRow(row, transform); err != nil {
		return err
	}
	*dst = p.answerer.answer(row.y, make([]float64, p.size))
	return nil
}

// askRow stores in the row a record's features and what the network says of it.
func (p *Pipeline) askRow(row *pipelineRow, transform func(x []float64) error) error {
	if err := transform(row.x); err != nil {
		return err
	}
	return p.asker.askRow(row.y, row.x)
}

// Predict answers for all rows of a table, faster than one by one. The table
// must have the columns of the training table, in any order; the target and
// further columns may be there or not. The numbers may differ from those of
// PredictRow in the last bits.
//
// A row with a cell that its column does not take, or for which the network
// answers with a number that is not finite, does not keep the others from being
// answered: its answer has an Err, which names the line, and the error is a
// [*RowsError] with all of them. A caller may treat every error as a failure, or
// find this one with errors.As and use the other answers. The answers are nil with
// every other error, such as that of a missing column.
func (p *Pipeline) Predict(t *Table) ([]Prediction, error) {
	answers, err := p.predict(t)
	if err != nil {
		return answers, fmt.Errorf("dataset: Pipeline.Predict: %w", err)
	}
	return answers, nil
}

func (p *Pipeline) predict(t *Table) ([]Prediction, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	answers := make([]Prediction, t.Rows())
	x, rows, err := p.transformRows(answers, t)
	if err != nil {
		return nil, err
	}
	if err := p.answerRows(answers, rows, x); err != nil {
		return nil, err
	}
	for _, row := range rows {
		if a := &answers[row]; a.Err != nil {
			a.Err = t.in(fmt.Errorf("%s: %w", t.rowPlace(row), a.Err))
		}
	}
	return answers, rowsError(answers)
}

// Evaluate returns the mean loss and the score of the network on the rows of a
// table, which has the columns of the target besides those that Predict asks
// for.
func (p *Pipeline) Evaluate(t *Table) (mlp.Scores, error) {
	scores, err := p.evaluate(t)
	if err != nil {
		return mlp.Scores{}, fmt.Errorf("dataset: Pipeline.Evaluate: %w", err)
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
