package dataset_test

import (
	"slices"
	"testing"
)

// The kind of a column follows from its cells.
func TestRecipeFindsKinds(t *testing.T) {
	const text = "n,b,c,e,l\n1,yes,red,1,Y\n-2e3,No,blue,0,N\n.5,TRUE,red,1,N\n"
	p := fitRecipe(t, unscaled(), text)
	want := []string{"n", "b", "c=blue", "c=red", "e", "l=N", "l=Y"}
	if !slices.Equal(p.Features(), want) {
		t.Errorf("Features = %q, want %q", p.Features(), want)
	}
	if want := []string{"n", "b", "c", "e", "l"}; !slices.Equal(p.Columns(), want) {
		t.Errorf("Columns = %q, want %q", p.Columns(), want)
	}
	x, err := p.Transform(readTable(t, text))
	if err != nil {
		t.Fatal(err)
	}
	wantMatrix(t, "x", x,
		[]float64{1, 1, 0, 1, 1, 0, 1},
		[]float64{-2000, 0, 1, 0, 0, 1, 0},
		[]float64{0.5, 1, 0, 1, 1, 1, 0})
}
