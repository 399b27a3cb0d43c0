package trust_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/trust"
)

func TestPlattAgainstScikitLearn(t *testing.T) {
	for _, c := range readReference(t).Platt {
		got, err := trust.FitPlatt(column(c.Y...), column(c.P...))
		if err != nil {
			t.Fatal(err)
		}
		near(t, c.Name+": Slope", got.Slope, c.Slope, referenceTol)
		near(t, c.Name+": Offset", got.Offset, c.Offset, referenceTol)
	}
}

// At the minimum the probabilities add up to the targets.
func TestPlattAtTheMinimum(t *testing.T) {
	y, p := drawn(rand.New(rand.NewPCG(1, 2)), 20000, 2, 3)
	y1, p1 := mat.DenseCopyOf(y.ColView(1)), mat.DenseCopyOf(p.ColView(1))
	c := must[trust.Platt](t)(trust.FitPlatt(y1, p1))
	near(t, "Slope", c.Slope, 1.0/3, 0.02)
	near(t, "Offset", c.Offset, 0, 0.05)
	q := must[*mat.Dense](t)(c.Apply(p1))
	ones := mat.Sum(y1)
	zeros := 20000 - ones
	near(t, "sum", mat.Sum(q), ones*(ones+1)/(ones+2)+zeros/(zeros+2), 1e-11)
}

func TestPlattOfNearlyConstantProbabilities(t *testing.T) {
	c := must[trust.Platt](t)(trust.FitPlatt(column(0, 1, 1, 0), column(0.5, math.Nextafter(0.5, 1), 0.5, 0.5)))
	p := must[*mat.Dense](t)(c.Apply(column(0.5)))
	if v := p.At(0, 0); !(v > 0.2 && v < 0.8) {
		t.Errorf("%+v makes %v of 0.5", c, v)
	}
}

func TestPlattOfCertainProbabilities(t *testing.T) {
	c := must[trust.Platt](t)(trust.FitPlatt(column(0, 1, 1, 0, 1, 1), column(0, 1, 0, 0, 1, 0.5)))
	p := must[*mat.Dense](t)(c.Apply(column(0, 0.5, 1)))
	if got := mat.Col(nil, 0, p); !slices.IsSorted(got) || !(got[0] > 0 && got[2] < 1) {
		t.Errorf("0, 0.5 and 1 become %v", got)
	}
}
