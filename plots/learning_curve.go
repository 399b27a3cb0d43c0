package plots

import (
	"fmt"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot/plotter"
)

// LearningCurve draws scores against the number of training rows: whether more
// data would help (validation still rises) or a larger network (training is low
// already). train[i] and validation[i] are the scores after training with
// sizes[i] rows, one for each fold; the curves are their means, in a band of a
// standard deviation to both sides. A nil train is left out.
func LearningCurve(sizes []int, train, validation [][]float64) (*Figure, error) {
	const op = "LearningCurve"
	if len(sizes) == 0 {
		return nil, fmt.Errorf("plots: %s: no sizes", op)
	}
	for i, n := range sizes {
		if i > 0 && n <= sizes[i-1] {
			return nil, fmt.Errorf("plots: %s: sizes[%d] is %d after %d, want rising sizes", op, i, n, sizes[i-1])
		}
	}
	f := newFigure("Learning curve", "Training rows", "Score")
	f.X.Tick.Marker = wholeTicks
	f.grid()
	var curves [2]plotter.XYs
	for i, scores := range [][][]float64{train, validation} {
		if i == 0 && train == nil {
			continue
		}
		means, band, err := meansAndBand(op, trainingNames[i], sizes, scores)
		if err != nil {
			return nil, err
		}
		area, err := plotter.NewPolygon(band)
		if err != nil {
			return nil, err
		}
		area.Color, area.LineStyle.Width = tint(seriesColor(i), 0.2), 0
		f.Add(area)
		curves[i] = means
	}
	if err := f.trainingAndValidation(curves[0], curves[1]); err != nil {
		return nil, err
	}
	return f, nil
}

// meansAndBand returns the means of the scores for each size, and the outline
// of what is no further than a standard deviation from them.
func meansAndBand(op, name string, sizes []int, scores [][]float64) (means, band plotter.XYs, err error) {
	if len(scores) != len(sizes) {
		return nil, nil, fmt.Errorf("plots: %s: %s has scores for %d sizes, there are %d", op, name, len(scores), len(sizes))
	}
	band = make(plotter.XYs, 2*len(sizes))
	for i, folds := range scores {
		if len(folds) == 0 {
			return nil, nil, fmt.Errorf("plots: %s: %s[%d] is empty", op, name, i)
		}
		for j, v := range folds {
			if err := drawable(v); err != nil {
				return nil, nil, fmt.Errorf("plots: %s: %s[%d][%d] %w", op, name, i, j, err)
			}
		}
		mean, sd := stat.PopMeanStdDev(folds, nil)
		x := float64(sizes[i])
		means = append(means, plotter.XY{X: x, Y: mean})
		band[i] = plotter.XY{X: x, Y: mean + sd}
		band[len(band)-1-i] = plotter.XY{X: x, Y: mean - sd}
	}
	return means, band, nil
}
