package dataset

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/matrix"
)

// linear says what makes a linear model of a Dense layer.
type linear struct {
	activation mlp.Activation
	loss       mlp.Loss
	penalty    float64 // of the squares of the weights, divided by the number of rows
	options    []mlp.ModelOption

	// scores is how it is asked for probabilities or numbers.
	scores func(net mlp.Network, x mat.Matrix) (*mat.Dense, error)
}

// linearBaseline answers with a linear model of the features of the training
// rows, which is scikit-learn's LogisticRegression or, with standardized targets,
// Ridge: C and alpha are 1.
func linearBaseline(ctx context.Context, judge judge, judged, train *Data) (baseline, error) {
	l, err := judge.linear(train.Y)
	if err != nil {
		return baseline{}, err
	}
	_, width := train.Y.Dims()
	inputs, units, err := linearInputs(train, width)
	if err != nil {
		return baseline{}, err
	}
	penalty := mlp.WithL2(l.penalty / float64(train.Rows()))
	layers := []mlp.Layer{inputs, mlp.Dense(units, width, l.activation, penalty)}
	net, err := mlp.Model(layers, l.loss, append(l.options, mlp.WithSeed(0))...)
	if err != nil {
		return baseline{}, err
	}
	const epochs = 200
	if _, err := net.Fit(ctx, train.X, train.Y, mlp.FitOptions{Optimizer: mlp.LBFGS{}, Epochs: epochs}); err != nil {
		return baseline{}, err
	}
	scores, err := l.scores(net, judged.X)
	if err != nil {
		return baseline{}, err
	}
	about := fmt.Sprintf("a linear model of the %d training rows", train.Rows())
	return baseline{Baseline{"linear", about}, judge.decide(scores)}, nil
}

// linearInputs returns the layer below the Dense one: it standardizes numbers,
// passes on flags and names and gives a vector to each code. units is the number
// of its outputs.
func linearInputs(d *Data, width int) (inputs mlp.Layer, units int, err error) {
	var numbers, flags []int
	var groups []mlp.ColumnGroup
	for j, f := range d.Layout {
		switch f.Kind {
		case FeatureNumber:
			numbers = append(numbers, j)
		case FeatureCode:
			const most = 8
			size := min(width, most)
			groups = append(groups, mlp.ColumnGroup{Columns: []int{j}, Layer: mlp.Embedding(f.Names, size)})
			units += size
		default:
			flags = append(flags, j)
		}
	}
	if len(numbers) > 0 {
		scale := mlp.NewNormalization(len(numbers))
		if err := scale.Adapt(matrix.Columns(d.X, numbers)); err != nil {
			return nil, 0, err
		}
		groups = append(groups, mlp.ColumnGroup{Columns: numbers, Layer: scale})
	}
	if len(flags) > 0 {
		groups = append(groups, mlp.ColumnGroup{Columns: flags, Layer: mlp.ActivationLayer(len(flags), mlp.Identity)})
	}
	return mlp.Columns(len(d.Layout), groups...), units + len(numbers) + len(flags), nil
}
