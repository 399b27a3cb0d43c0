package exact_test

import (
	"bytes"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"example.com/mlp/internal/exact"
)

// drawn returns numbers of all sizes, or of similar ones.
func drawn(rng *rand.Rand, n int) []float64 {
	values := make([]float64, n)
	kind := rng.IntN(4)
	for i := range values {
		switch kind {
		case 0: // any finite bits
			for {
				values[i] = math.Float64frombits(rng.Uint64())
				if !math.IsNaN(values[i]) && !math.IsInf(values[i], 0) {
					break
				}
			}
		case 1:
			values[i] = 1e9 + rng.NormFloat64()
		case 2: // subnormal
			values[i] = math.Float64frombits(rng.Uint64() >> 12)
		default:
			values[i] = float64(rng.IntN(7)) - 3
		}
	}
	return values
}

// moments returns mean and deviation by rational numbers.
func moments(values []float64) (mean, deviation float64) {
	n := new(big.Rat).SetInt64(int64(len(values)))
	sum, squares := new(big.Rat), new(big.Rat)
	for _, v := range values {
		x := new(big.Rat).SetFloat64(v)
		sum.Add(sum, x)
		squares.Add(squares, x.Mul(x, x))
	}
	center := new(big.Rat).Quo(sum, n)
	mean, _ = center.Float64()
	variance := squares.Quo(squares, n)
	variance.Sub(variance, center.Mul(center, center))
	root := new(big.Float).SetPrec(5000).SetRat(variance)
	deviation, _ = root.Sqrt(root).Float64()
	return mean, deviation
}

func TestMoments(t *testing.T) {
	cases := [][]float64{
		{7}, {0}, {math.MaxFloat64, math.MaxFloat64}, {math.MaxFloat64, -math.MaxFloat64},
		{0x1p-1074}, {0x1p-1074, 3 * 0x1p-1074}, {1e308, 1, -1e308}, {0.1, 0.1, 0.1}, {1, 1 + 0x1p-52},
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		cases = append(cases, drawn(rng, 1+rng.IntN(40)))
	}
	for _, values := range cases {
		var s exact.Sums
		for _, v := range values {
			s.Add(v)
		}
		mean, deviation := s.Moments(len(values))
		if m, d := moments(values); mean != m || deviation != d {
			t.Errorf("%v: mean %v and deviation %v, want %v and %v", values, mean, deviation, m, d)
		}
	}
}

// The order and the split of the numbers do not matter, nor whether equal ones
// come at once.
func TestMerge(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 30 {
		values := drawn(rng, 50)
		var whole exact.Sums
		for _, v := range values {
			whole.Add(v)
			whole.AddTimes(v, 5)
		}
		rng.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
		parts := make([]exact.Sums, 4)
		for _, v := range values {
			for range 6 {
				parts[rng.IntN(len(parts))].Add(v)
			}
		}
		for i := range parts[1:] {
			parts[0].Merge(&parts[i+1])
		}
		if parts[0] != whole {
			t.Fatalf("the sums of %v depend on their order", values)
		}
	}
}

func TestRootMeanSquare(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	for range 60 {
		values := drawn(rng, 1+rng.IntN(40))
		var s exact.Sums
		squares := new(big.Rat)
		for _, v := range values {
			s.Add(v)
			x := new(big.Rat).SetFloat64(v)
			squares.Add(squares, x.Mul(x, x))
		}
		root := new(big.Float).SetPrec(5000).SetRat(squares.Quo(squares, big.NewRat(int64(len(values)), 1)))
		if want, _ := root.Sqrt(root).Float64(); s.RootMeanSquare(len(values)) != want {
			t.Errorf("%v: %v, want %v", values, s.RootMeanSquare(len(values)), want)
		}
	}
}

func TestDetermination(t *testing.T) {
	sums := func(values ...float64) *exact.Sums {
		var s exact.Sums
		for _, v := range values {
			s.Add(v)
		}
		return &s
	}
	for _, c := range []struct {
		residuals, targets *exact.Sums
		want               float64
		ok                 bool
	}{
		{sums(0, 0, 0), sums(1, 2, 3), 1, true},
		{sums(-1, 0, 1), sums(1, 2, 3), 0, true},
		{sums(1, 0, 0), sums(1, 2, 3), 0.5, true},
		{sums(0x1p-1074, 0, 0), sums(-0x1p-1074, 0, 0x1p-1074), 0.5, true},
		{sums(1e300, 0, 0), sums(0, 0, 0x1p-1074), math.Inf(-1), true},
		{sums(1, 1, 1), sums(0.1, 0.1, 0.1), 0, false},
	} {
		if got, ok := exact.Determination(c.residuals, c.targets, 3); got != c.want || ok != c.ok {
			t.Errorf("%v, %t, want %v, %t", got, ok, c.want, c.ok)
		}
	}
}

func TestManyTimes(t *testing.T) {
	const n = math.MaxInt
	for _, v := range []float64{math.MaxFloat64, -math.MaxFloat64, 0x1p-1074} {
		var s exact.Sums
		s.AddTimes(v, n)
		if mean, deviation := s.Moments(n); mean != v || deviation != 0 {
			t.Errorf("%v many times: mean %v and deviation %v", v, mean, deviation)
		}
	}
}

func TestBinary(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for n := range 20 {
		var s, again exact.Sums
		for _, v := range drawn(rng, n) {
			s.Add(v)
		}
		b := s.Append([]byte("head"))[len("head"):]
		rest, err := again.Read(append(b, "tail"...), n)
		if err != nil || again != s || !bytes.Equal(rest, []byte("tail")) {
			t.Fatalf("%d numbers: %v, rest %q", n, err, rest)
		}
		for cut := range b {
			if _, err := again.Read(b[:cut], n); err == nil {
				t.Fatalf("%d of %d bytes are no error", cut, len(b))
			}
		}
		if again != s {
			t.Fatal("an error changes the sums")
		}
	}
	for _, b := range [][]byte{
		{5, 4, 0, 0, 0, 0},  // the end before the first word
		{0, 40, 0, 0, 0, 0}, // too many words
		append(append([]byte{0, 1}, make([]byte, 7)...), 1, 0, 0, 0, 0), // a sum without squares
	} {
		var s exact.Sums
		if _, err := s.Read(b, 1); err == nil {
			t.Errorf("%v is no error", b)
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	values := drawn(rand.New(rand.NewPCG(7, 8)), 1024)
	var s exact.Sums
	for i := 0; b.Loop(); i++ {
		s.Add(values[i&1023])
	}
}
