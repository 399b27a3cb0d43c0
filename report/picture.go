package report

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/internal/decimal"
	"example.com/mlp/internal/matrix"
	"example.com/mlp/plots"
)

// draw returns the figure as SVG within HTML: without the lines of a file before
// the element, and without a background, which is the page's.
func draw(f *plots.Figure, alt string) (picture, error) {
	f.Format, f.BackgroundColor = "svg", nil
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		return picture{}, err
	}
	svg := b.Bytes()
	return picture{template.HTML(svg[bytes.Index(svg, []byte("<svg")):]), alt}, nil
}

func confusionPicture(c *mlp.Confusion) (picture, error) {
	visible := &mlp.Confusion{Counts: c.Counts}
	for _, name := range c.Names {
		visible.Names = append(visible.Names, shown(name))
	}
	f, err := plots.Confusion(visible)
	if err != nil {
		return picture{}, err
	}
	return draw(f, "Confusion matrix: a row for each true class, a column for each predicted one")
}

// rankingPictures returns the ROC and the precision-recall curves of the classes
// that can have some, of many those with the most rows.
func rankingPictures(r *dataset.Report) (pictures []picture, notes []string, err error) {
	const most = 10
	rows, cols := r.Y.Dims()
	var columns, ones []int
	for j := range cols {
		n := 0
		for i := range rows {
			if r.Y.At(i, j) == 1 {
				n++
			}
		}
		ones = append(ones, n)
		if n > 0 && n < rows {
			columns = append(columns, j)
		}
	}
	if len(columns) < cols {
		notes = append(notes, fmt.Sprintf("%d of %d have no curve, as no row or every row is of the class.", cols-len(columns), cols))
	}
	if len(columns) > most {
		slices.SortStableFunc(columns, func(a, b int) int { return cmp.Compare(ones[b], ones[a]) })
		columns = columns[:most]
		slices.Sort(columns)
		notes = append(notes, fmt.Sprintf("The curves are those of the %d with the most rows.", most))
	}
	if len(columns) == 0 {
		return nil, notes, nil
	}
	y, scores := matrix.Columns(r.Y, columns), matrix.Columns(r.Answers, columns)
	var classes []string
	if !isBinary(r) {
		for _, j := range columns {
			classes = append(classes, shown(r.Names[j]))
		}
	}
	for _, c := range []struct {
		plot func(y, yhat mat.Matrix, names ...string) (*plots.Figure, error)
		alt  string
	}{
		{plots.ROC, "ROC curves: the true positive rate against the false positive rate"},
		{plots.PrecisionRecall, "Precision-recall curves: precision against recall"},
	} {
		f, err := c.plot(y, scores, classes...)
		if err != nil {
			return nil, nil, err
		}
		pic, err := draw(f, c.alt)
		if err != nil {
			return nil, nil, err
		}
		pictures = append(pictures, pic)
	}
	return pictures, notes, nil
}

// calibrationPicture returns the reliability diagram of a calibration.
func calibrationPicture(r *dataset.Report, k int) (picture, error) {
	y, p := r.Y, r.Answers
	if r.Calibration[k].Label != "" {
		y, p = matrix.Columns(y, []int{k}), matrix.Columns(p, []int{k})
	}
	f, err := plots.Reliability(y, p, r.Bins)
	if err != nil {
		return picture{}, err
	}
	of := probabilityOf(r, k)
	if _, cols := y.Dims(); cols <= 2 {
		f.X.Label.Text, f.Y.Label.Text = "P"+of[1:], "Observed share"
	}
	return draw(f, "Reliability diagram: the observed share against the "+of+
		"; the expected calibration error is "+decimal.Text(r.Calibration[k].Error))
}

// numberPictures returns the predictions and the residuals of column k.
func numberPictures(r *dataset.Report, k int) ([]picture, error) {
	y, yhat := matrix.Columns(r.Y, []int{k}), matrix.Columns(r.Answers, []int{k})
	var pictures []picture
	name := shown(r.Targets[k])
	for _, c := range []struct {
		plot func(y, yhat mat.Matrix) (*plots.Figure, error)
		x, y string // labels
		alt  string
	}{
		{plots.Predictions, "True " + name, "Predicted " + name, "Predicted against true values of " + name},
		{plots.Residuals, "Predicted " + name, "True minus predicted", "Residuals of " + name + " against the predicted values"},
	} {
		f, err := c.plot(y, yhat)
		if err != nil {
			return nil, err
		}
		f.X.Label.Text, f.Y.Label.Text = c.x, c.y
		pic, err := draw(f, c.alt)
		if err != nil {
			return nil, err
		}
		pictures = append(pictures, pic)
	}
	return pictures, nil
}

// lossPicture returns the loss over the epochs.
func lossPicture(h *mlp.History) (picture, error) {
	f, err := plots.Loss(h)
	if err != nil {
		return picture{}, err
	}
	return draw(f, "Loss over the epochs, of the training and of the rows held out")
}
