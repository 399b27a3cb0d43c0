package trust_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/trust"
)

// linear returns samples of five columns with y = 3·x₁ − x₃, and a score of
// the predictions 3·x₁ − x₃: columns 1 and 3 are the only ones that matter.
func linear(rows int) (x, y *mat.Dense, score func(x, y mat.Matrix) (float64, error)) {
	rng := rand.New(rand.NewPCG(1, 2))
	f := func(x mat.Matrix) *mat.Dense {
		rows, _ := x.Dims()
		y := mat.NewDense(rows, 1, nil)
		for i := range rows {
			y.Set(i, 0, 3*x.At(i, 1)-x.At(i, 3))
		}
		return y
	}
	x = mat.NewDense(rows, 5, nil)
	x.Apply(func(i, j int, v float64) float64 { return rng.NormFloat64() }, x)
	return x, f(x), func(x, y mat.Matrix) (float64, error) { return mlp.R2(y, f(x)) }
}

// Shuffling a column of variance v with weight w adds 2·w²·v to the squared
// error: R² falls by 2·9/10 and 2·1/10.
func TestPermutationImportanceFindsTheColumns(t *testing.T) {
	x, y, score := linear(2000)
	got, err := trust.PermutationImportance(t.Context(), score, x, y, trust.PermutationOptions{Repeats: 10, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for j, want := range []float64{0, 1.8, 0, 0.2, 0} {
		near(t, "importance", got[j].Mean, want, 0.05)
		if want == 0 && (got[j].Mean != 0 || got[j].SD != 0) {
			t.Errorf("column %d does not matter, but has %g ± %g", j, got[j].Mean, got[j].SD)
		}
		if want != 0 && !(got[j].SD > 0 && got[j].SD < 0.1) {
			t.Errorf("column %d has a standard deviation of %g", j, got[j].SD)
		}
		if len(got[j].Drops) != 10 {
			t.Errorf("column %d was shuffled %d times, want 10", j, len(got[j].Drops))
		}
	}
}

// Each call of the score except the first sees one column shuffled and the
// others unchanged; the importance is as defined by scikit-learn.
func TestPermutationImportanceIsTheDefinition(t *testing.T) {
	x, y, score := linear(30)
	original := mat.DenseCopyOf(x)
	var drops [5][]float64
	var baseline float64
	calls := 0
	spy := func(sx, sy mat.Matrix) (float64, error) {
		s, err := score(sx, sy)
		if calls++; calls == 1 {
			if baseline = s; !mat.Equal(sx, x) {
				t.Error("the first score is not that of x")
			}
			return s, err
		}
		changed := -1
		for j := range 5 {
			got, want := mat.Col(nil, j, sx), mat.Col(nil, j, x)
			if slices.Equal(got, want) {
				continue
			}
			if changed >= 0 {
				t.Errorf("call %d: columns %d and %d are shuffled", calls, changed, j)
			}
			changed = j
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("call %d: column %d has other values", calls, j)
			}
		}
		drops[changed] = append(drops[changed], baseline-s)
		return s, err
	}
	got, err := trust.PermutationImportance(t.Context(), spy, x, y, trust.PermutationOptions{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	if calls != 1+5*5 {
		t.Errorf("%d calls, want 26", calls)
	}
	for j, v := range got {
		if !slices.Equal(v.Drops, drops[j]) {
			t.Errorf("column %d: drops %v, want %v", j, v.Drops, drops[j])
		}
		near(t, "Mean", v.Mean, mat.Sum(column(drops[j]...))/5, 1e-15)
	}
	if !mat.Equal(x, original) {
		t.Error("x was written")
	}
}

func TestPermutationImportanceIsTheSameForAllWorkers(t *testing.T) {
	x, y, score := linear(50)
	var want []trust.Importance
	for _, workers := range []int{1, 2, 7, 100, 0} {
		got, err := trust.PermutationImportance(t.Context(), score, x, y, trust.PermutationOptions{Seed: 3, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		}
		for j := range got {
			if got[j].Mean != want[j].Mean || got[j].SD != want[j].SD || !slices.Equal(got[j].Drops, want[j].Drops) {
				t.Errorf("%d workers, column %d: %v, want %v", workers, j, got[j], want[j])
			}
		}
	}
	other, err := trust.PermutationImportance(t.Context(), score, x, y, trust.PermutationOptions{Seed: 4})
	if err != nil {
		t.Fatal(err)
	}
	if slices.Equal(other[1].Drops, want[1].Drops) {
		t.Error("another seed shuffles in the same way")
	}
}

// The columns of a group move together: the values of a group's columns in a row
// stay together.
func TestPermutationImportanceOfGroups(t *testing.T) {
	x, y := mat.NewDense(90, 4, nil), mat.NewDense(90, 1, nil)
	for i := range 90 {
		x.Set(i, i%3, 1) // one of three names
		x.Set(i, 3, float64(i))
		y.Set(i, 0, float64(i%3))
	}
	calls := 0
	score := func(sx, sy mat.Matrix) (float64, error) {
		hits := 0
		for i := range 90 {
			if names := sx.At(i, 0) + sx.At(i, 1) + sx.At(i, 2); names != 1 {
				t.Fatalf("call %d, row %d: %g names", calls, i, names)
			}
			if sx.At(i, int(sy.At(i, 0))) == 1 {
				hits++
			}
		}
		calls++
		return float64(hits) / 90, nil
	}
	for _, groups := range [][]string{{"name", "name", "name", "number"}, {"a", "a", "a", ""}} {
		calls = 0
		got, err := trust.PermutationImportance(t.Context(), score, x, y, trust.PermutationOptions{Groups: groups, Repeats: 20, Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != 2 || got[0].Group != groups[0] || got[1].Group != groups[3] || calls != 1+2*20 {
			t.Fatalf("%+v after %d calls", got, calls)
		}
		near(t, groups[0], got[0].Mean, 2.0/3, 0.05)
		if got[1].Mean != 0 {
			t.Errorf("%q has %g", groups[3], got[1].Mean)
		}
	}

	// A group of columns that are not adjacent, in the order of its first
	// column.
	x, y, linearScore := linear(200)
	alone := must[[]trust.Importance](t)(trust.PermutationImportance(t.Context(), linearScore, x, y, trust.PermutationOptions{}))
	got := must[[]trust.Importance](t)(trust.PermutationImportance(t.Context(), linearScore, x, y, trust.PermutationOptions{Groups: []string{"b", "a", "b", "a", "c"}}))
	if len(got) != 3 || got[0].Group != "b" || got[1].Group != "a" || got[2].Group != "c" || got[0].Mean != 0 || got[2].Mean != 0 {
		t.Fatalf("%+v", got)
	}
	near(t, "a", got[1].Mean, alone[1].Mean+alone[3].Mean, 0.2)
	each := must[[]trust.Importance](t)(trust.PermutationImportance(t.Context(), linearScore, x, y, trust.PermutationOptions{Groups: []string{"0", "1", "2", "3", "4"}}))
	for j := range each {
		if !slices.Equal(each[j].Drops, alone[j].Drops) {
			t.Errorf("column %d: %v as a group, %v alone", j, each[j].Drops, alone[j].Drops)
		}
	}
	_, err := trust.PermutationImportance(t.Context(), linearScore, x, y, trust.PermutationOptions{Groups: []string{"a"}})
	wantError(t, err, "trust: PermutationImportance: the list Groups has 1 names, x has 5 columns")
	failing := func(x, y mat.Matrix) (float64, error) {
		if calls++; calls > 1 {
			return math.NaN(), nil
		}
		return 1, nil
	}
	calls = 0
	_, err = trust.PermutationImportance(t.Context(), failing, x, y, trust.PermutationOptions{Workers: 1, Groups: []string{"b", "a", "b", "a", "c"}})
	wantError(t, err, `trust: PermutationImportance: group "b" shuffled: the score is NaN: not finite`)
}

func TestPermutationImportanceCancelled(t *testing.T) {
	x, y, score := linear(10)
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	_, err := trust.PermutationImportance(ctx, func(x, y mat.Matrix) (float64, error) {
		if calls++; calls == 4 {
			cancel()
		}
		return score(x, y)
	}, x, y, trust.PermutationOptions{Workers: 1})
	wantError(t, err, "trust: PermutationImportance: 3 of 25 scores done: context canceled")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v does not wrap context.Canceled", err)
	}
	_, err = trust.PermutationImportance(ctx, score, x, y, trust.PermutationOptions{})
	wantError(t, err, "trust: PermutationImportance: context canceled")
	_, err = trust.PermutationImportance(nil, score, x, y, trust.PermutationOptions{}) //lint:ignore SA1012 that is the mistake
	wantError(t, err, "trust: PermutationImportance: nil context")
}

func TestPermutationImportanceOfANetwork(t *testing.T) {
	net, x, y := overfitted(t, mlp.Dense(32, 1, mlp.Sigmoid), mlp.BinaryCrossEntropy)
	got, err := trust.PermutationImportance(t.Context(), func(x, y mat.Matrix) (float64, error) {
		s, err := net.Evaluate(x, y)
		return s.Score, err
	}, x, y, trust.PermutationOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if least, most := min(got[0].Mean, got[1].Mean), max(got[2].Mean, got[3].Mean); !(least > 2*most) {
		t.Errorf("importances %v, want those of columns 0 and 1 above the rest", got)
	}
}

func TestPermutationImportanceErrors(t *testing.T) {
	x, y, score := linear(10)
	_, err := trust.PermutationImportance(t.Context(), nil, x, y, trust.PermutationOptions{})
	wantError(t, err, "trust: PermutationImportance: score is nil")
	_, err = trust.PermutationImportance(t.Context(), score, nil, y, trust.PermutationOptions{})
	wantError(t, err, "trust: PermutationImportance: x is nil")
	_, err = trust.PermutationImportance(t.Context(), score, column(1, math.NaN()), y, trust.PermutationOptions{})
	wantError(t, err, "trust: PermutationImportance: x[1,0] is NaN: not finite")
	_, err = trust.PermutationImportance(t.Context(), score, x, y, trust.PermutationOptions{Repeats: -1})
	wantError(t, err, "trust: PermutationImportance: Repeats is -1 and Workers 0, want neither below 0")
	_, err = trust.PermutationImportance(t.Context(), score, x, y, trust.PermutationOptions{Workers: -1})
	wantError(t, err, "trust: PermutationImportance: Repeats is 0 and Workers -1, want neither below 0")
	_, err = trust.PermutationImportance(t.Context(), score, x, column(1), trust.PermutationOptions{})
	wantError(t, err, "trust: PermutationImportance: mlp: R2: yhat has 10 rows, y has 1")

	calls := 0
	lost := func(x, y mat.Matrix) (float64, error) {
		if calls++; calls > 6 {
			return math.NaN(), nil
		}
		return 1, nil
	}
	_, err = trust.PermutationImportance(t.Context(), lost, x, y, trust.PermutationOptions{Workers: 1})
	wantError(t, err, "trust: PermutationImportance: column 1 shuffled: the score is NaN: not finite")
	_, err = trust.PermutationImportance(t.Context(), lost, x, y, trust.PermutationOptions{})
	wantError(t, err, "trust: PermutationImportance: the score is NaN: not finite")

	failure := errors.New("no score")
	var mu sync.Mutex
	calls = 0
	failing := func(x, y mat.Matrix) (float64, error) {
		mu.Lock()
		defer mu.Unlock()
		if calls++; calls > 12 {
			return 0, failure
		}
		return 1, nil
	}
	_, err = trust.PermutationImportance(t.Context(), failing, x, y, trust.PermutationOptions{Workers: 1})
	wantError(t, err, "trust: PermutationImportance: column 2 shuffled: no score")
	if !errors.Is(err, failure) || calls != 13 {
		t.Errorf("%v after %d calls, want the error of the 13th", err, calls)
	}
}

func TestPermutationImportanceOfTooManyRepeats(t *testing.T) {
	x := mat.NewDense(2, 1, []float64{1, 2})
	_, err := trust.PermutationImportance(t.Context(), mlp.MSE, x, x, trust.PermutationOptions{Repeats: 1<<31 - 1})
	wantError(t, err, "trust: PermutationImportance: Repeats is 2147483647, want at most 1048576")
}
