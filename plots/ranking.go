package plots

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/plot/plotter"

	"example.com/mlp"
)

// ROC draws the receiver operating characteristic of the scores yhat for the
// targets y, with the area under the curve in the legend. The arguments are
// those of mlp.ROC, n×1, or n×k with a curve for each class against all others.
// In the latter case names are those of the classes, which are called 0, 1, 2
// and so on by default.
func ROC(y, yhat mat.Matrix, names ...string) (*Figure, error) {
	const op = "ROC"
	f := newSquareFigure("Receiver operating characteristic", "False positive rate", "True positive rate")
	err := f.rankings(op, y, yhat, names, func(y, yhat mat.Matrix) (plotter.XYs, string, error) {
		curve, err := mlp.ROC(y, yhat)
		if err != nil {
			return nil, "", err
		}
		area, err := mlp.ROCAUC(y, yhat)
		if err != nil {
			return nil, "", err
		}
		points := make(plotter.XYs, len(curve))
		for i, p := range curve {
			points[i] = plotter.XY{X: p.FPR, Y: p.TPR}
		}
		return points, fmt.Sprintf("AUC %.3f", area), nil
	})
	if err != nil {
		return nil, err
	}
	if err := f.reference("chance", diagonal(0, 1)); err != nil {
		return nil, err
	}
	return f, nil
}

// PrecisionRecall draws the precision-recall curve of the scores yhat for the
// targets y, with the average precision (AP) in the legend. The arguments are
// those of ROC.
func PrecisionRecall(y, yhat mat.Matrix, names ...string) (*Figure, error) {
	const op = "PrecisionRecall"
	f := newSquareFigure("Precision and recall", "Recall", "Precision")
	err := f.rankings(op, y, yhat, names, func(y, yhat mat.Matrix) (plotter.XYs, string, error) {
		curve, err := mlp.PrecisionRecall(y, yhat)
		if err != nil {
			return nil, "", err
		}
		average, err := mlp.AveragePrecision(y, yhat)
		if err != nil {
			return nil, "", err
		}
		points := make(plotter.XYs, len(curve))
		for i, p := range curve {
			points[i] = plotter.XY{X: p.Recall, Y: p.Precision}
		}
		return points, fmt.Sprintf("AP %.3f", average), nil
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// rankings adds a curve for each column of y and yhat, and its quality to the
// legend.
func (f *Figure) rankings(op string, y, yhat mat.Matrix, names []string,
	curve func(y, yhat mat.Matrix) (points plotter.XYs, worth string, err error)) error {
	yd, pd, err := pair(op, "y", y, "yhat", yhat)
	if err != nil {
		return err
	}
	_, cols := yd.Dims()
	if cols > 1 || len(names) > 0 {
		if names, err = labels(op, "classes", cols, names); err != nil {
			return err
		}
	}
	f.unitSquare()
	f.grid()
	for j := range cols {
		points, worth, err := curve(yd.ColView(j), pd.ColView(j))
		if err != nil {
			return fmt.Errorf("plots: %s: column %d: %w", op, j, err)
		}
		if len(names) > 0 {
			worth = shortened(names[j]) + ", " + worth
		}
		if err := f.curve(worth, j, thinned(points)); err != nil {
			return err
		}
	}
	const room = 240 // for the width and the height of a legend together, beside a diagonal
	if size := legendSize(&f.Legend); size.X+size.Y > room {
		f.Width += size.X
	}
	return nil
}

// thinned leaves out points of a curve in the unit square that are so close to
// the one before that nobody sees them.
func thinned(points plotter.XYs) plotter.XYs {
	const apart = 1. / 4000
	kept := points[:1:1]
	for i, p := range points[1:] {
		last := kept[len(kept)-1]
		if math.Abs(p.X-last.X) >= apart || math.Abs(p.Y-last.Y) >= apart || i == len(points)-2 {
			kept = append(kept, p)
		}
	}
	return kept
}
