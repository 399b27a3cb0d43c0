package dataset_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/dataset"
)

func fit(t *testing.T, x mat.Matrix) *dataset.StandardScaler {
	t.Helper()
	s, err := dataset.FitStandardScaler(x)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Columns with the numbers that an exact calculation gives.
func TestFitStandardScaler(t *testing.T) {
	const tiny = math.SmallestNonzeroFloat64
	tests := []struct {
		name        string
		column      []float64
		mean, scale float64
	}{
		{"plain", []float64{2, 4, 4, 4, 5, 5, 7, 9}, 5, 2},
		{"two", []float64{-1, 1}, 0, 1},
		{"negative", []float64{-3, -5}, -4, 1},
		{"far from zero", []float64{1e8 + 4, 1e8 + 7, 1e8 + 13, 1e8 + 16}, 1e8 + 10, math.Sqrt(22.5)},
		{"very far from zero", []float64{1e15 + 4, 1e15 + 7, 1e15 + 13, 1e15 + 16}, 1e15 + 10, math.Sqrt(22.5)},
		{"huge", []float64{1e300, -1e300}, 0, 1e300},
		{"largest", []float64{math.MaxFloat64, -math.MaxFloat64}, 0, math.MaxFloat64},
		{"sum overflows", []float64{0x1p1023, 0x1p1022}, 0x1.8p1022, 0x1p1021},
		{"small", []float64{1e-300, -1e-300}, 0, 1e-300},
		{"smallest", []float64{64 * tiny, 0}, 32 * tiny, 32 * tiny},
		{"single row", []float64{3}, 3, 1},
		{"constant", []float64{7, 7, 7}, 7, 1},
		{"constant zero", []float64{0, 0}, 0, 1},
		{"constant largest", []float64{math.MaxFloat64, math.MaxFloat64}, math.MaxFloat64, 1},
		{"constant smallest", []float64{tiny, tiny, tiny}, tiny, 1},
		{"deviation vanishes", []float64{tiny, 0}, 0, 1},
		{"many equal", slices.Repeat([]float64{0.1}, 1e6), 0.1, 1},
		{"many equal, large", slices.Repeat([]float64{-1e8 / 3}, 1e6), -1e8 / 3, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := fit(t, mat.NewDense(len(test.column), 1, slices.Clone(test.column)))
			if !near(s.Mean[0], test.mean) || !near(s.Scale[0], test.scale) {
				t.Errorf("mean %g, scale %g, want %g, %g", s.Mean[0], s.Scale[0], test.mean, test.scale)
			}
		})
	}
}

// near reports whether a and b agree but for the last bits.
func near(a, b float64) bool {
	return a == b || math.Abs(a-b) <= 4*0x1p-52*math.Abs(b)
}

// A column that differs from a constant by rounding is a constant.
func TestFitStandardScalerRounding(t *testing.T) {
	tenth := 0.1
	s := fit(t, mat.NewDense(3, 1, []float64{0.3, tenth + 2*tenth, 0.3}))
	if s.Scale[0] != 1 {
		t.Errorf("scale %g, want 1", s.Scale[0])
	}
	s = fit(t, mat.NewDense(2, 1, []float64{1, 1 + 1e-13}))
	if s.Scale[0] > 1e-13 {
		t.Errorf("scale %g for a deviation well above rounding", s.Scale[0])
	}
}

func TestStandardScalerTransform(t *testing.T) {
	x := mat.NewDense(4, 3, []float64{
		1, 100, 5,
		3, 300, 5,
		1, 100, 5,
		3, 300, 5,
	})
	s := fit(t, x)
	z, err := s.Transform(x)
	if err != nil {
		t.Fatal(err)
	}
	wantMatrix(t, "z", z, []float64{-1, -1, 0}, []float64{1, 1, 0}, []float64{-1, -1, 0}, []float64{1, 1, 0})
	if x.At(0, 0) != 1 {
		t.Error("Transform wrote to x")
	}

	other := mat.NewDense(1, 3, []float64{4, 0, 7})
	z, err = s.Transform(other)
	if err != nil {
		t.Fatal(err)
	}
	wantMatrix(t, "z of other rows", z, []float64{2, -2, 2})
	back, err := s.Inverse(z)
	if err != nil {
		t.Fatal(err)
	}
	wantMatrix(t, "x again", back, []float64{4, 0, 7})
	if z.At(0, 0) != 2 {
		t.Error("Inverse wrote to z")
	}
}

// The transformed columns have mean 0 and deviation 1, and Inverse undoes it.
func TestStandardScalerRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	offsets := []float64{0, 1, -1e8, 1e300, 1e-300}
	spreads := []float64{1, 1e-6, 3, 1e299, 1e-301}
	x := mat.NewDense(500, len(offsets), nil)
	x.Apply(func(_, j int, _ float64) float64 { return offsets[j] + float64(spreads[j]*rng.NormFloat64()) }, x)

	s := fit(t, x)
	z, err := s.Transform(x)
	if err != nil {
		t.Fatal(err)
	}
	again := fit(t, z)
	for j := range offsets {
		if math.Abs(again.Mean[j]) > 1e-7 || math.Abs(again.Scale[j]-1) > 1e-12 {
			t.Errorf("column %d of z has mean %g and deviation %g", j, again.Mean[j], again.Scale[j])
		}
	}
	back, err := s.Inverse(z)
	if err != nil {
		t.Fatal(err)
	}
	x.Apply(func(i, j int, v float64) float64 { return (back.At(i, j) - v) / math.Abs(offsets[j]+spreads[j]) }, x)
	if worst := mat.Norm(x, math.Inf(1)); !(worst < 1e-14) {
		t.Errorf("the round trip is off by %g", worst)
	}
}

// Any mat.Matrix will do.
func TestStandardScalerMatrixKinds(t *testing.T) {
	dense := mat.NewDense(2, 3, []float64{1, 2, 3, 3, 6, 9})
	s := fit(t, dense)
	wide := mat.DenseCopyOf(dense.T())
	transposed := fit(t, wide.T())
	if !slices.Equal(s.Mean, transposed.Mean) || !slices.Equal(s.Scale, transposed.Scale) {
		t.Errorf("fitted to a transpose: %v, want %v", transposed, s)
	}
	z, err := s.Transform(wide.T())
	if err != nil {
		t.Fatal(err)
	}
	wantMatrix(t, "z", z, []float64{-1, -1, -1}, []float64{1, 1, 1})
	view := mat.NewDense(4, 5, nil).Slice(1, 3, 1, 4).(*mat.Dense)
	view.Copy(dense)
	if z, err = s.Transform(view); err != nil {
		t.Fatal(err)
	}
	wantMatrix(t, "z of a view", z, []float64{-1, -1, -1}, []float64{1, 1, 1})
	vector := fit(t, mat.NewVecDense(2, []float64{1, 3}))
	if vector.Mean[0] != 2 || vector.Scale[0] != 1 {
		t.Errorf("fitted to a vector: %v", vector)
	}
}

func TestFitStandardScalerErrors(t *testing.T) {
	tests := []struct {
		name    string
		x       mat.Matrix
		message string
	}{
		{"nil", nil, "x is nil"},
		{"nil pointer", (*mat.Dense)(nil), "x is nil"},
		{"empty", new(mat.Dense), "x is empty (0×0)"},
		{"NaN", mat.NewDense(2, 2, []float64{1, 2, 3, math.NaN()}), "x[1,1] is NaN: not finite"},
		{"infinity", mat.NewDense(2, 2, []float64{1, math.Inf(-1), 3, 4}), "x[0,1] is -Inf: not finite"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, err := dataset.FitStandardScaler(test.x)
			wantError(t, err, "dataset: FitStandardScaler: "+test.message)
			if s != nil {
				t.Errorf("scaler %v beside an error", s)
			}
		})
	}
}

func TestStandardScalerErrors(t *testing.T) {
	scaler := func(mean, scale []float64) *dataset.StandardScaler {
		return &dataset.StandardScaler{Mean: mean, Scale: scale}
	}
	good := scaler([]float64{0, 1}, []float64{1, 2})
	pair := mat.NewDense(1, 2, []float64{1, 2})
	tests := []struct {
		name      string
		scaler    *dataset.StandardScaler
		x         mat.Matrix
		transform string // message of Transform
		inverse   string // message of Inverse
	}{
		{"nil matrix", good, nil, "x is nil", "z is nil"},
		{"nil pointer", good, (*mat.Dense)(nil), "x is nil", "z is nil"},
		{"empty matrix", good, new(mat.Dense), "x is empty (0×0)", "z is empty (0×0)"},
		{"too wide", good, mat.NewDense(2, 3, nil), "x has 3 columns, the scaler has 2", "z has 3 columns, the scaler has 2"},
		{"too narrow", good, mat.NewDense(2, 1, nil), "x has 1 columns, the scaler has 2", "z has 1 columns, the scaler has 2"},
		{"NaN", good, mat.NewDense(1, 2, []float64{0, math.NaN()}), "x[0,1] is NaN: not finite", "z[0,1] is NaN: not finite"},
		{"infinity", good, mat.NewDense(1, 2, []float64{math.Inf(1), 0}), "x[0,0] is +Inf: not finite", "z[0,0] is +Inf: not finite"},
		{"nil scaler", nil, pair, "the scaler is empty", "the scaler is empty"},
		{"zero scaler", scaler(nil, nil), pair, "the scaler is empty", "the scaler is empty"},
		{"lengths differ", scaler(good.Mean, []float64{1}), pair,
			"the scaler has 2 entries in Mean and 1 in Scale", "the scaler has 2 entries in Mean and 1 in Scale"},
		{"mean is NaN", scaler([]float64{0, math.NaN()}, good.Scale), pair,
			"the scaler has Mean[1] = NaN", "the scaler has Mean[1] = NaN"},
		{"scale is zero", scaler(good.Mean, []float64{1, 0}), pair,
			"the scaler has Scale[1] = 0, want a finite number above 0", "the scaler has Scale[1] = 0, want a finite number above 0"},
		{"scale is negative", scaler(good.Mean, []float64{-1, 1}), pair,
			"the scaler has Scale[0] = -1, want a finite number above 0", "the scaler has Scale[0] = -1, want a finite number above 0"},
		{"scale is infinite", scaler(good.Mean, []float64{math.Inf(1), 1}), pair,
			"the scaler has Scale[0] = +Inf, want a finite number above 0", "the scaler has Scale[0] = +Inf, want a finite number above 0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			z, err := test.scaler.Transform(test.x)
			wantError(t, err, "dataset: StandardScaler.Transform: "+test.transform)
			x, err := test.scaler.Inverse(test.x)
			wantError(t, err, "dataset: StandardScaler.Inverse: "+test.inverse)
			if z != nil || x != nil {
				t.Error("matrix beside an error")
			}
		})
	}
}

func TestStandardScalerOverflow(t *testing.T) {
	small := &dataset.StandardScaler{Mean: []float64{1}, Scale: []float64{1e-10}}
	_, err := small.Transform(mat.NewDense(1, 1, []float64{-1e300}))
	wantError(t, err, "dataset: StandardScaler.Transform: x[0,0] = -1e+300 overflows")
	large := &dataset.StandardScaler{Mean: []float64{1}, Scale: []float64{1e300}}
	_, err = large.Inverse(mat.NewDense(1, 1, []float64{1e10}))
	wantError(t, err, "dataset: StandardScaler.Inverse: z[0,0] = 1e+10 overflows")
}
