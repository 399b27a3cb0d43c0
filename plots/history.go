package plots

import (
	"fmt"

	"gonum.org/v1/plot/plotter"

	"example.com/mlp"
)

// Loss draws the loss of each epoch of a run, of training and, if there was
// any, of validation. A dashed line marks the epoch whose weights EarlyStopping
// has given back. The loss of training is taken while the weights change, with
// dropout and the like at work, and so may be the larger one.
//
// Losses that fall by orders of magnitude, but not to 0, are clearer on
//
//	fig.Y.Scale, fig.Y.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
func Loss(h *mlp.History) (*Figure, error) {
	return curves("Loss", h, func(s mlp.Scores) float64 { return s.Loss })
}

// Score draws the score of each epoch of a run, as Loss does its loss. What it
// is, accuracy or R², is for fig.Y.Label.Text to say.
func Score(h *mlp.History) (*Figure, error) {
	return curves("Score", h, func(s mlp.Scores) float64 { return s.Score })
}

func curves(op string, h *mlp.History, of func(mlp.Scores) float64) (*Figure, error) {
	if h == nil || len(h.Epochs) == 0 {
		return nil, fmt.Errorf("plots: %s: the history has no epochs", op)
	}
	var train, validation plotter.XYs
	for _, e := range h.Epochs {
		v := of(e.Train)
		if err := drawable(v); err != nil {
			return nil, fmt.Errorf("plots: %s: training in epoch %d %w", op, e.Number, err)
		}
		train = append(train, plotter.XY{X: float64(e.Number), Y: v})
		if e.Validation == nil {
			continue
		}
		v = of(*e.Validation)
		if err := drawable(v); err != nil {
			return nil, fmt.Errorf("plots: %s: validation in epoch %d %w", op, e.Number, err)
		}
		validation = append(validation, plotter.XY{X: float64(e.Number), Y: v})
	}
	f := newFigure(op+" over the epochs", "Epoch", op)
	f.X.Tick.Marker = wholeTicks
	f.grid()
	if err := f.trainingAndValidation(train, validation); err != nil {
		return nil, err
	}
	if best := float64(h.BestEpoch); best != 0 {
		ends := plotter.XYs{{X: best, Y: f.Y.Min}, {X: best, Y: f.Y.Max}}
		if err := f.reference("best epoch", ends); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// trainingAndValidation adds both curves, with dots at the points where there
// are few. A curve that is nil is left out.
func (f *Figure) trainingAndValidation(train, validation plotter.XYs) error {
	for i, points := range []plotter.XYs{train, validation} {
		if points == nil {
			continue
		}
		if err := f.curve(trainingNames[i], i, points); err != nil {
			return err
		}
		if err := f.dots(i, points); err != nil {
			return err
		}
	}
	return nil
}

var trainingNames = [...]string{"training", "validation"}
