package plots

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"gonum.org/v1/plot/plotter"

	"example.com/mlp/internal/moments"
	"example.com/mlp/selection"
)

// LearningCurve draws scores against the number of training rows, as returned
// by selection's LearningCurve: it shows whether more data would help
// (validation still rises) or a larger network (training is already low).
//
// The settings of the candidates are the numbers of rows. The curve is the mean
// of the scores over the folds, with a band of one standard deviation to either
// side. A size for which a fold has no score is left out.
//
// training has the scores on the training rows, which need a trial that returns
// them; nil leaves them out.
func LearningCurve(validation, training *selection.Results[int]) (*Figure, error) {
	const op = "LearningCurve"
	f := newFigure("Learning curve", "Training rows", "Score")
	f.X.Tick.Marker = wholeTicks
	f.grid()
	var curves [2]plotter.XYs
	for i, r := range []*selection.Results[int]{training, validation} {
		if i == 0 && r == nil {
			continue
		}
		means, band, err := meansAndBand(r)
		if err != nil {
			return nil, fmt.Errorf("plots: %s: %s: %w", op, trainingNames[i], err)
		}
		if _, err := f.band(band, i); err != nil {
			return nil, err
		}
		curves[i] = means
	}
	if err := f.trainingAndValidation(curves[0], curves[1]); err != nil {
		return nil, err
	}
	f.spread()
	return f, nil
}

// meansAndBand returns the means of the scores for each size, in rising order,
// and the outline of the band of one standard deviation around them.
func meansAndBand(r *selection.Results[int]) (means, band plotter.XYs, err error) {
	if r == nil || len(r.Candidates) == 0 {
		return nil, nil, errors.New("no candidates")
	}
	candidates := slices.Clone(r.Candidates)
	slices.SortStableFunc(candidates, func(a, b selection.Result[int]) int { return cmp.Compare(a.Settings, b.Settings) })
	var upper, lower plotter.XYs
	for i, c := range candidates {
		if c.Settings < 1 {
			return nil, nil, fmt.Errorf("a size of %d, want at least 1", c.Settings)
		}
		if i > 0 && c.Settings == candidates[i-1].Settings {
			return nil, nil, fmt.Errorf("the size %d is there twice", c.Settings)
		}
		missing := len(c.Scores) == 0
		for j, v := range c.Scores {
			if v != v {
				missing = true
			} else if err := drawable(v); err != nil {
				return nil, nil, fmt.Errorf("the score of size %d in fold %d %w", c.Settings, j, err)
			}
		}
		if missing {
			continue
		}
		mean, sd := moments.MeanAndDeviation(slices.Clone(c.Scores))
		x := float64(c.Settings)
		means = append(means, plotter.XY{X: x, Y: mean})
		upper = append(upper, plotter.XY{X: x, Y: mean + sd})
		lower = append(lower, plotter.XY{X: x, Y: mean - sd})
	}
	if means == nil {
		for _, c := range candidates {
			if c.Err != nil {
				return nil, nil, fmt.Errorf("no size has a score for every fold; size %d, %w", c.Settings, c.Err)
			}
		}
		return nil, nil, errors.New("no size has a score for every fold")
	}
	slices.Reverse(lower)
	return means, append(upper, lower...), nil
}
