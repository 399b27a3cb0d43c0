package dataset

import (
	"context"
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/trust"
)

// Importance returns how much the score of Evaluate depends on each column of
// the table, in the order of Preparation.Columns and by their names: how far it
// falls when the cells of the column are shuffled. All that a column has become
// is shuffled together, as [trust.PermutationImportance] does with Groups, which
// opts must leave to it. The table has the columns that Evaluate asks for;
// columns that give no feature are left out.
//
// The rows should be ones that the network was not trained on. When ctx is
// cancelled, Importance returns an error that wraps ctx.Err() soon.
func (p *Pipeline) Importance(ctx context.Context, t *Table, opts trust.PermutationOptions) ([]trust.Importance, error) {
	importances, err := p.importance(ctx, t, opts)
	if err != nil {
		return nil, fmt.Errorf("dataset: Pipeline.Importance: %w", err)
	}
	return importances, nil
}

func (p *Pipeline) importance(ctx context.Context, t *Table, opts trust.PermutationOptions) ([]trust.Importance, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if opts.Groups != nil {
		return nil, errors.New("options with Groups, which the columns of the table are")
	}
	d, err := p.preparation.data(t)
	if err != nil {
		return nil, err
	}
	for _, f := range p.preparation.layout {
		opts.Groups = append(opts.Groups, f.Column)
	}
	score := func(x, y mat.Matrix) (float64, error) {
		scores, err := p.network.Evaluate(x, y)
		return scores.Score, err
	}
	return trust.PermutationImportance(ctx, score, d.X, d.Y, opts)
}
