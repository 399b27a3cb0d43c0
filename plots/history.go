package plots

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"example.com/mlp"
)

// Loss draws the training loss of each epoch of a run and, if there was any,
// the validation loss. A dashed line marks the epoch whose weights
// EarlyStopping or KeepBest has restored. The training loss is measured while
// the weights change, with dropout and the like active, and so may be the
// larger one.
//
// Losses that fall by orders of magnitude, but not to 0, are easier to read on
//
//	fig.Y.Scale, fig.Y.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
func Loss(h *mlp.History) (*Figure, error) { return scores("Loss", h, lossOf) }

// Score draws the score of each epoch of a run, as Loss draws its loss. Set
// fig.Y.Label.Text to say which score it is, accuracy or R².
func Score(h *mlp.History) (*Figure, error) { return scores("Score", h, scoreOf) }

func lossOf(s mlp.Scores) float64  { return s.Loss }
func scoreOf(s mlp.Scores) float64 { return s.Score }

func scores(op string, h *mlp.History, of func(mlp.Scores) float64) (*Figure, error) {
	train, validation, err := epochs(h, of)
	if err != nil {
		return nil, fmt.Errorf("plots: %s: %w", op, err)
	}
	f := newHistoryFigure(op+" over the epochs", op)
	if err := f.trainingAndValidation(train, validation); err != nil {
		return nil, err
	}
	f.spread()
	if err := f.best(h); err != nil {
		return nil, err
	}
	return f, nil
}

// Losses draws the losses of several runs in one figure, each in its own color
// and under its name: the validation losses and, thin and light, the training
// losses. The names are in alphabetical order. Loss shows more details.
func Losses(histories map[string]*mlp.History) (*Figure, error) {
	return several("Losses", "Loss", histories, lossOf)
}

// Scores draws the scores of several runs, as Losses draws their losses.
func Scores(histories map[string]*mlp.History) (*Figure, error) {
	return several("Scores", "Score", histories, scoreOf)
}

func several(op, what string, histories map[string]*mlp.History, of func(mlp.Scores) float64) (*Figure, error) {
	if len(histories) == 0 {
		return nil, fmt.Errorf("plots: %s: no histories", op)
	}
	f := newHistoryFigure(what+" over the epochs", what)
	validated := false
	for i, name := range slices.Sorted(maps.Keys(histories)) {
		train, validation, err := epochs(histories[name], of)
		if err != nil {
			return nil, fmt.Errorf("plots: %s: history %q: %w", op, name, err)
		}
		main := train
		if validation != nil {
			main, validated = validation, true
			if _, err := f.line(train, thin(i)); err != nil {
				return nil, err
			}
		}
		if err := f.curve(shortened(name), i, main); err != nil {
			return nil, err
		}
		if err := f.dots(i, main); err != nil {
			return nil, err
		}
	}
	f.spread()
	if validated {
		style := thin(0)
		style.Color = gray
		f.Legend.Add("training", &plotter.Line{LineStyle: style})
	}
	return f, nil
}

// LearningRate draws the learning rate at the end of each epoch of a run, as
// set by its schedule.
func LearningRate(h *mlp.History) (*Figure, error) {
	return quantity("LearningRate", "Learning rate", h, func(e mlp.Epoch) float64 { return e.LearningRate })
}

// GradientNorm draws the Euclidean norm of the gradient at the last step of each
// epoch of a run. The scale is logarithmic if the norms are above 0 and differ by
// a factor of 100 or more. Epochs whose norm is not finite are left out.
func GradientNorm(h *mlp.History) (*Figure, error) {
	const op = "GradientNorm"
	if h == nil || len(h.Epochs) == 0 {
		return nil, fmt.Errorf("plots: %s: %w", op, errNoEpochs)
	}
	finite := *h
	finite.Epochs = slices.DeleteFunc(slices.Clone(h.Epochs), func(e mlp.Epoch) bool { return e.GradientNorm-e.GradientNorm != 0 })
	if len(finite.Epochs) == 0 {
		return nil, fmt.Errorf("plots: %s: no norm is finite: %w", op, mlp.ErrNotFinite)
	}
	f, err := quantity(op, "Norm of the gradient", &finite, func(e mlp.Epoch) float64 { return e.GradientNorm })
	if err != nil {
		return nil, err
	}
	if f.Y.Min > 0 && f.Y.Max/f.Y.Min >= 100 {
		f.Y.Scale, f.Y.Tick.Marker = plot.LogScale{}, logTicks{}
	}
	return f, nil
}

// quantity draws a quantity of each epoch.
func quantity(op, what string, h *mlp.History, of func(mlp.Epoch) float64) (*Figure, error) {
	if h == nil || len(h.Epochs) == 0 {
		return nil, fmt.Errorf("plots: %s: %w", op, errNoEpochs)
	}
	var points plotter.XYs
	for _, e := range h.Epochs {
		v := of(e)
		if err := drawable(v); err != nil {
			return nil, fmt.Errorf("plots: %s: epoch %d %w", op, e.Number, err)
		}
		points = append(points, plotter.XY{X: float64(e.Number), Y: v})
	}
	f := newHistoryFigure(what+" over the epochs", what)
	if _, err := f.line(points, thick(0)); err != nil {
		return nil, err
	}
	if err := f.dots(0, points); err != nil {
		return nil, err
	}
	f.spread()
	return f, nil
}

func newHistoryFigure(title, y string) *Figure {
	f := newFigure(title, "Epoch", y)
	f.X.Tick.Marker = wholeTicks
	f.grid()
	return f
}

var errNoEpochs = errors.New("the history has no epochs")

// epochs returns the points of training and of validation, or nil if there was
// none.
func epochs(h *mlp.History, of func(mlp.Scores) float64) (train, validation plotter.XYs, err error) {
	if h == nil || len(h.Epochs) == 0 {
		return nil, nil, errNoEpochs
	}
	for _, e := range h.Epochs {
		v := of(e.Train)
		if err := drawable(v); err != nil {
			return nil, nil, fmt.Errorf("training in epoch %d %w", e.Number, err)
		}
		train = append(train, plotter.XY{X: float64(e.Number), Y: v})
		if e.Validation == nil {
			continue
		}
		v = of(*e.Validation)
		if err := drawable(v); err != nil {
			return nil, nil, fmt.Errorf("validation in epoch %d %w", e.Number, err)
		}
		validation = append(validation, plotter.XY{X: float64(e.Number), Y: v})
	}
	return train, validation, nil
}

// best marks the best epoch of a run, if it is known.
func (f *Figure) best(h *mlp.History) error {
	if h.BestEpoch == 0 {
		return nil
	}
	at := float64(h.BestEpoch)
	return f.reference(fmt.Sprintf("best epoch %d", h.BestEpoch), plotter.XYs{{X: at, Y: f.Y.Min}, {X: at, Y: f.Y.Max}})
}

// trainingAndValidation adds both curves, with dots at the points if there are
// only a few. A nil curve is left out.
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
