package plots

import (
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// A curve of many points keeps those that show, and its ends.
func TestThinned(t *testing.T) {
	var points plotter.XYs
	const n = 100000
	for i := range n + 1 {
		v := float64(i) / n
		points = append(points, plotter.XY{X: v, Y: math.Sqrt(v)})
	}
	points = append(points, plotter.XY{X: 1, Y: 1}, plotter.XY{X: 1, Y: 0.2}, plotter.XY{X: 1, Y: 0.20001})
	kept := thinned(points)
	if len(kept) > 8000 {
		t.Errorf("%d points are kept", len(kept))
	}
	if kept[0] != points[0] || kept[len(kept)-1] != points[len(points)-1] {
		t.Errorf("from %v to %v", kept[0], kept[len(kept)-1])
	}
	at := 0
	for _, p := range points { // each point is close to one that is kept
		for at+1 < len(kept) && math.Hypot(p.X-kept[at].X, p.Y-kept[at].Y) > 0.001 {
			at++
		}
		if math.Hypot(p.X-kept[at].X, p.Y-kept[at].Y) > 0.001 {
			t.Fatalf("nothing is kept near %v", p)
		}
	}
	few := plotter.XYs{{X: 0, Y: 0}, {X: 0.5, Y: 1}, {X: 1, Y: 1}}
	if len(thinned(few)) != 3 || len(thinned(few[:1])) != 1 {
		t.Error("few points are not all kept")
	}
}

// A legend that does not fit beside curves along the diagonal takes no room from
// the axes.
func TestRankingsMakeRoomForLongNames(t *testing.T) {
	y, p := mat.NewDense(4, 2, []float64{1, 0, 0, 1, 1, 0, 0, 1}), mat.NewDense(4, 2, []float64{1, 2, 1, 2, 2, 1, 2, 1})
	short, err1 := ROC(y, p, "a", "b")
	long, err2 := ROC(y, p, "a name of thirty characters or", "another one of as many letters")
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if legend := legendSize(&long.Legend).X; short.Width != 5*vg.Inch || long.Width != short.Width+legend {
		t.Errorf("the figures are %v and %v wide", short.Width, long.Width)
	}
}
