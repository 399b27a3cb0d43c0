package plots_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/plots"
	"example.com/mlp/selection"
	"example.com/mlp/trust"
)

// history returns a run of this many epochs.
func history(epochs int) *mlp.History {
	h := &mlp.History{}
	for i := range epochs {
		h.Epochs = append(h.Epochs, mlp.Epoch{
			Number:     i + 1,
			Train:      mlp.Scores{Loss: 2 / float64(i+1), Score: 1 - 1/float64(i+2)},
			Validation: &mlp.Scores{Loss: 2.5 / float64(i+1), Score: 1 - 1.2/float64(i+2)},

			LearningRate: 0.01 / float64(i+1),
			GradientNorm: math.Exp(-float64(i)),
		})
	}
	return h
}

// scores returns the results of a search over sizes, in no order.
func scores(of map[int][]float64) *selection.Results[int] {
	r := &selection.Results[int]{}
	for size, s := range of {
		r.Candidates = append(r.Candidates, selection.Result[int]{Settings: size, Scores: s})
	}
	return r
}

// answers returns one-hot targets of three classes and probabilities that are
// correct more often than not.
func answers(rows int) (y, p *mat.Dense) {
	rng := rand.New(rand.NewPCG(1, 2))
	y, p = mat.NewDense(rows, 3, nil), mat.NewDense(rows, 3, nil)
	for i := range rows {
		y.Set(i, i%3, 1)
		sum := 0.0
		for j := range 3 {
			p.Set(i, j, rng.Float64()+y.At(i, j))
			sum += p.At(i, j)
		}
		for j := range 3 {
			p.Set(i, j, p.At(i, j)/sum)
		}
	}
	return y, p
}

// bySign predicts class 1 where feature 0 is positive and 2 where both
// features are negative.
func bySign(x mat.Matrix) (*mat.Dense, error) {
	rows, _ := x.Dims()
	p := mat.NewDense(rows, 3, nil)
	for i := range rows {
		switch {
		case x.At(i, 0) > 0:
			p.Set(i, 1, 1)
		case x.At(i, 1) < 0:
			p.Set(i, 2, 1)
		default:
			p.Set(i, 0, 1)
		}
	}
	return p, nil
}

var corners = mat.NewDense(4, 2, []float64{-1, 1, 1, 1, 1, -1, -1, -1})

// figures returns one of each kind.
func figures(t *testing.T) map[string]*plots.Figure {
	t.Helper()
	all := make(map[string]*plots.Figure)
	add := func(name string, f *plots.Figure, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all[name] = f
	}
	f, err := plots.Loss(history(30))
	add("loss", f, err)
	f, err = plots.Score(history(3))
	add("score", f, err)
	f, err = plots.Losses(map[string]*mlp.History{"long": history(30), "short": history(4)})
	add("losses", f, err)
	f, err = plots.Scores(map[string]*mlp.History{"long": history(30), "short": history(4)})
	add("scores", f, err)
	f, err = plots.LearningRate(history(30))
	add("learning rate", f, err)
	f, err = plots.GradientNorm(history(30))
	add("gradient norm", f, err)
	validation := scores(map[int][]float64{50: {0.6, 0.7}, 100: {0.8, 0.8}, 200: {0.9, 0.88}})
	f, err = plots.LearningCurve(validation, scores(map[int][]float64{50: {1, 0.9}, 100: {0.95, 0.93}, 200: {0.95, 0.95}}))
	add("learning curve", f, err)
	f, err = plots.LearningCurve(validation, nil)
	add("learning curve of validation alone", f, err)
	y, p := answers(60)
	f, err = plots.ROC(y, p, "red", "green", "blue")
	add("roc", f, err)
	f, err = plots.PrecisionRecall(y.ColView(0), p.ColView(0))
	add("precision and recall", f, err)
	f, err = plots.Reliability(y, p, 5)
	add("reliability", f, err)
	c, err := mlp.NewConfusion(y, p, "a rather long name", "another long name", "a third long name")
	if err != nil {
		t.Fatal(err)
	}
	f, err = plots.Confusion(c)
	add("confusion", f, err)
	onehot, _ := bySign(corners)
	f, err = plots.DecisionBoundary(bySign, corners, onehot)
	add("decision boundary", f, err)
	f, err = plots.Predictions(y.ColView(0), p.ColView(0))
	add("predictions", f, err)
	f, err = plots.Residuals(y.ColView(0), p.ColView(0))
	add("residuals", f, err)
	many, other := mat.NewDense(3000, 1, nil), mat.NewDense(3000, 1, nil)
	for i := range 3000 {
		many.Set(i, 0, math.Sin(float64(i)))
		other.Set(i, 0, math.Cos(float64(i)/2))
	}
	f, err = plots.Predictions(many, other)
	add("density of predictions", f, err)
	f, err = plots.Intervals(other, many, mat.NewDense(3000, 1, slices.Repeat([]float64{1}, 3000)))
	add("band of intervals", f, err)
	f, err = plots.Intervals(y.ColView(0), p.ColView(0), mat.NewDense(60, 1, slices.Repeat([]float64{1}, 60)))
	add("bars of intervals", f, err)
	f, err = plots.PartialDependence([]float64{1, 2, 4}, p.Slice(0, 3, 0, 3), "red", "green", "blue")
	add("partial dependence", f, err)
	f, err = plots.Weights(p.Slice(0, 2, 0, 3), "age", "body mass index")
	add("named weights", f, err)
	f, err = plots.Importance([]trust.Importance{{Mean: 0.2, SD: 0.05}, {Mean: -0.01, SD: 0.02}}, []string{"age", "body mass index"})
	add("importance", f, err)
	f, err = plots.Weights(p)
	add("weights", f, err)
	f, err = plots.Units(p, 6, 10, 2, 0)
	add("units", f, err)
	return all
}

// saved returns the bytes of the file that a figure is saved to.
func saved(t *testing.T, f *plots.Figure, ext string) []byte {
	t.Helper()
	name := filepath.Join(t.TempDir(), "figure"+ext)
	if err := f.SaveFile(name); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// picture returns the pixels of a figure, at 96 pixels per inch.
func picture(t *testing.T, f *plots.Figure) image.Image {
	t.Helper()
	f.DPI = 96
	img, err := png.Decode(bytes.NewReader(saved(t, f, ".png")))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// center returns the center of all pixels left of x for which is returns true,
// and their number.
func center(img image.Image, x int, is func(c color.NRGBA) bool) (at image.Point, pixels int) {
	b := img.Bounds()
	for i := b.Min.Y; i < b.Max.Y; i++ {
		for j := b.Min.X; j < x; j++ {
			if is(color.NRGBAModel.Convert(img.At(j, i)).(color.NRGBA)) {
				at = at.Add(image.Pt(j, i))
				pixels++
			}
		}
	}
	if pixels > 0 {
		at = at.Div(pixels)
	}
	return at, pixels
}
