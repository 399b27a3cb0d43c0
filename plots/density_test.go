package plots

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/plot/plotter"
)

// Every point is in the hexagon whose center is nearest on paper.
func TestHexagons(t *testing.T) {
	f := newSquareFigure("", "", "")
	f.X.Min, f.X.Max, f.Y.Min, f.Y.Max = -3, 5, 100, 900
	rng := rand.New(rand.NewPCG(1, 2))
	points := plotter.XYs{{X: -3, Y: 100}, {X: 5, Y: 900}, {X: -3, Y: 900}, {X: 5, Y: 100}}
	for range 5000 {
		points = append(points, plotter.XY{X: -3 + 8*rng.Float64(), Y: 100 + 800*rng.Float64()})
	}
	h := newHexagons(points, f)
	distance := func(b hexagon, p plotter.XY) float64 { return math.Hypot((b.x-p.X)/8, (b.y-p.Y)/800) }
	counts := make([]int, len(h.bins))
	for _, p := range points {
		nearest := 0
		for i, b := range h.bins {
			if distance(b, p) < distance(h.bins[nearest], p) {
				nearest = i
			}
		}
		counts[nearest]++
	}
	wrong, sum := 0, 0
	for i, b := range h.bins {
		sum += b.rows
		wrong += max(0, b.rows-counts[i])
	}
	// The number of rows of hexagons is an integer, so they are not quite
	// regular, and hexagons without points are missing.
	if sum != len(points) || wrong > len(points)/50 {
		t.Errorf("%d points are in hexagons, want %d; %d are in another one than the nearest", sum, len(points), wrong)
	}
	if n := len(h.bins); n < 1500 || n > 2200 {
		t.Errorf("%d hexagons", n)
	}
}

func TestHexagonOf(t *testing.T) {
	for _, c := range []struct {
		u, v float64
		want [2]int
	}{
		{0, 0, [2]int{0, 0}},
		{0.1, -0.2, [2]int{0, 0}},
		{0.5, 1, [2]int{1, 1}},
		{1, 0, [2]int{2, 0}},
		{0.45, 0.6, [2]int{1, 1}},
		{0.45, 0.1, [2]int{0, 0}},
		{-0.5, -1, [2]int{-1, -1}},
		{3.02, 2.1, [2]int{6, 2}},
	} {
		if got := hexagonOf(c.u, c.v); got != c.want {
			t.Errorf("(%g, %g) is in %v, want %v", c.u, c.v, got, c.want)
		}
	}
}

// Few points are dots, many are hexagons.
func TestCloud(t *testing.T) {
	for n, dense := range map[int]bool{mostDots: false, mostDots + 1: true} {
		f := newFigure("", "", "")
		f.X.Min, f.X.Max, f.Y.Min, f.Y.Max = 0, 1, 0, 1
		thumbnail, err := f.cloud(make(plotter.XYs, n))
		if err != nil {
			t.Fatal(err)
		}
		h, ok := thumbnail.(*hexagons)
		if ok != dense {
			t.Errorf("%d points: %T", n, thumbnail)
		}
		if ok && (len(h.bins) != 1 || h.bins[0].rows != n) {
			t.Errorf("%d equal points are in %v", n, h.bins)
		}
	}
}
