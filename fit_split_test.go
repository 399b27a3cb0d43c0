package mlp_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

func TestValidationSplit(t *testing.T) {
	x, classes, yes, numbers := samples(90)
	for _, c := range []struct {
		net mlp.Network
		y   *mat.Dense
	}{{classifier(t, mlp.WithSeed(1)), classes}, {binaryNet(t, mlp.WithSeed(1)), yes}, {regressor(t, mlp.WithSeed(1)), numbers}} {
		rows, steps := 0, 0
		h := fit(t, c.net, x, c.y, mlp.FitOptions{Epochs: 2, BatchSize: 7, ValidationSplit: 0.2, Callbacks: []mlp.Callback{
			onBatch(func(b *mlp.Batch) error { rows += b.Rows; steps++; return nil }),
		}})
		if rows != 2*72 || steps != 2*11 {
			t.Errorf("%T: %d rows in %d steps, want 72 of 90 in 11 an epoch", c.net, rows/2, steps/2)
		}
		if h.Epochs[1].Validation == nil {
			t.Errorf("%T: no validation", c.net)
		}
	}

	a, b := classifier(t, mlp.WithSeed(5)), classifier(t, mlp.WithSeed(5))
	opts := mlp.FitOptions{Epochs: 3, ValidationSplit: 0.5, KeepOrder: true}
	ha, hb := fit(t, a, x, classes, opts), fit(t, b, x, classes, opts)
	if !sameBits(weights(a), weights(b)) || *ha.Epochs[2].Validation != *hb.Epochs[2].Validation {
		t.Error("the same seed splits in another way")
	}
	for _, c := range []struct {
		opts mlp.FitOptions
		want string
	}{
		{mlp.FitOptions{ValidationSplit: 1}, "mlp: Fit: ValidationSplit is 1, want a number in (0, 1)"},
		{mlp.FitOptions{ValidationSplit: -0.1}, "mlp: Fit: ValidationSplit is -0.1, want a number in (0, 1)"},
		{mlp.FitOptions{ValidationSplit: 0.999}, "mlp: Fit: ValidationSplit 0.999 of 90 rows leaves none to train"},
		{mlp.FitOptions{ValidationSplit: 0.5, Validation: &mlp.Dataset{X: x, Y: classes}}, "mlp: Fit: both Validation and ValidationSplit, want one"},
	} {
		if _, err := classifier(t).Fit(context.Background(), x, classes, c.opts); err == nil || err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
}

// Rows that are set aside for validation keep their weights.
func TestValidationSplitWithWeights(t *testing.T) {
	x, classes, _, _ := samples(40)
	w := make([]float64, 40)
	for i := range 20 {
		w[i] = 1
		classes.SetRow(20+i, []float64{1, 0, 0}) // wrong, and without weight
	}
	net := classifier(t, mlp.WithSeed(1))
	fit(t, net, x, classes, mlp.FitOptions{Epochs: 400, BatchSize: 4, Optimizer: mlp.Adam{LearningRate: 0.01}, SampleWeights: w, ValidationSplit: 0.25})
	scores, err := net.Evaluate(x.Slice(0, 20, 0, 4), classes.Slice(0, 20, 0, 3))
	if err != nil || scores.Score < 0.9 {
		t.Errorf("accuracy %v of the rows that count (%v)", scores.Score, err)
	}
}

func TestSplitKeepsTheSharesOfClasses(t *testing.T) {
	y := mat.NewDense(100, 3, nil)
	for i := range 100 {
		class := 0
		switch {
		case i%10 == 0:
			class = 1
		case i%4 == 1:
			class = 2
		}
		y.Set(i, class, 1)
	}
	train, validation, err := mlp.SplitRows(3, y, 0.3, rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		t.Fatal(err)
	}
	all := slices.Concat(train, validation)
	slices.Sort(all)
	for i, r := range all {
		if i != r {
			t.Fatalf("the parts are no partition of the rows: %v, %v", train, validation)
		}
	}
	var part [3]float64
	for class := range 3 {
		for _, i := range validation {
			part[class] += y.At(i, class)
		}
	}
	if want := [3]float64{20, 3, 7}; part != want { // of 65, 10 and 25 rows: 19.5, 3 and 7.5, the first of equal remainders
		t.Errorf("%v rows of the classes, want %v", part, want)
	}
}

// Classes of few rows: as many rows as the share says, and no class loses its
// only row.
func TestSplitOfManySmallClasses(t *testing.T) {
	repeat := func(rows, classes int) []int { return slices.Repeat([]int{rows}, classes) }
	for _, c := range []struct {
		rows       []int // of each class
		share      float64
		validation int
	}{
		{repeat(5, 100), 0.1, 50},
		{repeat(4, 26), 0.1, 11},
		{repeat(3, 10), 0.5, 15},
		{[]int{3, 3, 1}, 0.5, 4},
		{[]int{40, 50}, 0.001, 1},
	} {
		var labels []int
		for class, rows := range c.rows {
			labels = append(labels, repeat(class, rows)...)
		}
		y := mat.NewDense(len(labels), len(c.rows), nil)
		for i, class := range labels {
			y.Set(i, class, 1)
		}
		for seed := range uint64(10) {
			train, validation, err := mlp.SplitRows(len(c.rows), y, c.share, rand.New(rand.NewPCG(seed, 1)))
			if err != nil || len(validation) != c.validation || len(train) != len(labels)-c.validation {
				t.Fatalf("%g of %v: %d rows, want %d (%v)", c.share, c.rows, len(validation), c.validation, err)
			}
			left := make([]int, len(c.rows))
			for _, i := range train {
				left[labels[i]]++
			}
			if slices.Min(left) == 0 {
				t.Fatalf("%g of %v: to train there are %v", c.share, c.rows, left)
			}
		}
	}
}

// A second Fit sets aside the same rows as the first.
func TestValidationSplitStays(t *testing.T) {
	x, _, _, numbers := samples(40)
	net := regressor(t, mlp.WithSeed(1))
	opts := mlp.FitOptions{Epochs: 1, ValidationSplit: 0.25, Optimizer: mlp.SGD{LearningRate: math.SmallestNonzeroFloat64}} // changes no weight
	first, second := fit(t, net, x, numbers, opts), fit(t, net, x, numbers, opts)
	if a, b := *first.Epochs[0].Validation, *second.Epochs[0].Validation; a != b {
		t.Errorf("validation says %+v, then %+v", a, b)
	}
	other := fit(t, regressor(t, mlp.WithSeed(2)), x, numbers, opts)
	if *first.Epochs[0].Validation == *other.Epochs[0].Validation {
		t.Error("another seed sets the same rows aside")
	}
}
