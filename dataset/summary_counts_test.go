package dataset

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// drawNumbers returns numbers of a distribution.
func drawNumbers(rng *rand.Rand, distribution, n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		switch distribution {
		case 0: // ages
			values[i] = float64(rng.IntN(100))
		case 1:
			values[i] = rng.NormFloat64()
		case 2:
			values[i] = 1e9 + rng.Float64()
		case 3:
			values[i] = math.Exp(10 * rng.NormFloat64())
		default: // any
			for {
				values[i] = math.Float64frombits(rng.Uint64())
				if finite(values[i]) {
					break
				}
			}
		}
	}
	return values
}

const distributions = 5

func countsOf(values []float64) *numberCounts {
	c := newNumberCounts(true)
	for _, v := range values {
		c.add(v, 1)
	}
	c.settle()
	return c
}

// The counts depend on nothing but the numbers.
func TestNumberCountsMerge(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for distribution := range distributions {
		values := drawNumbers(rng, distribution, 30_000)
		want := countsOf(values).append(nil)
		rng.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
		whole := newNumberCounts(true)
		for rest := values; len(rest) > 0; {
			n := min(len(rest), 1+rng.IntN(20_000))
			whole.merge(countsOf(rest[:n]))
			rest = rest[n:]
		}
		if !bytes.Equal(whole.append(nil), want) {
			t.Errorf("distribution %d: other counts in another order", distribution)
		}
		again := newNumberCounts(true)
		in := &byteReader{rest: want}
		if again.read(in, len(values)); in.err != nil || len(in.rest) > 0 || !bytes.Equal(again.append(nil), want) {
			t.Errorf("distribution %d: other counts from bytes: %v", distribution, in.err)
		}
	}
}

// As few bits as possible are left out.
func TestNumberCountsShift(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for distribution := range distributions {
		values := drawNumbers(rng, distribution, 30_000)
		c := countsOf(values)
		distinct := func(shift int) int {
			keys := make(map[uint64]bool)
			for _, v := range values {
				keys[ascending(v)>>shift] = true
			}
			return len(keys)
		}
		if n := distinct(c.shift); n != len(c.counts) || n > mostCounts {
			t.Errorf("distribution %d: %d counts, want %d", distribution, len(c.counts), n)
		}
		if c.shift > 0 && distinct(c.shift-1) <= mostCounts {
			t.Errorf("distribution %d: %d bits are left out, fewer would do", distribution, c.shift)
		}
		if (distribution == 0) != (c.shift == 0) || c.shift > mostShift {
			t.Errorf("distribution %d: %d bits are left out", distribution, c.shift)
		}
	}
}

// The numbers in ascending order are as far off as inexact says.
func TestNumberCountsAt(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for distribution := range distributions {
		values := drawNumbers(rng, distribution, 30_000)
		c, s := countsOf(values), &series{values: values}
		if c.rows() != s.rows() {
			t.Fatalf("%d rows", c.rows())
		}
		least, largest := c.ends()
		if l, h := s.ends(); least != l || largest != h {
			t.Errorf("distribution %d: ends %g and %g, want %g and %g", distribution, least, largest, l, h)
		}
		for i := range values {
			got, want := c.at(i), s.at(i)
			size := max(math.Abs(want), 0x1p-1022)
			if off := math.Abs(got/size - want/size); !(off <= c.inexact()) {
				t.Fatalf("distribution %d: %d is %g, want %g, off by %g of at most %g", distribution, i, got, want, off, c.inexact())
			}
		}
		mean, deviation := c.moments()
		if m, d := s.moments(); mean != m || deviation != d {
			t.Errorf("distribution %d: mean %g and deviation %g, want %g and %g", distribution, mean, deviation, m, d)
		}
	}
}

func TestNumberCountsMode(t *testing.T) {
	c := newNumberCounts(true)
	for _, v := range []float64{3, -2, 3, -2, 7} {
		c.add(v, 1)
	}
	if v, err := c.mode(); v != -2 || err != nil {
		t.Errorf("mode %g, %v", v, err)
	}
	for i := range mostCounts {
		c.add(float64(i), 1)
	}
	c.settle()
	if _, err := c.mode(); err == nil {
		t.Error("a mode of rounded numbers")
	}
}

// Filled numbers are learned like others, even if there is no count left.
func TestNumberCountsFill(t *testing.T) {
	c, s := newNumberCounts(true), &series{}
	for i := range mostCounts {
		c.add(float64(i), 1)
		s.add(float64(i), 1)
	}
	c.addMissing(3)
	s.addMissing(3)
	for _, sample := range []learnedSample{c, s} {
		sample.fill(0.5)
	}
	for i := range s.rows() {
		if c.at(i) != s.at(i) {
			t.Fatalf("%d is %g, want %g", i, c.at(i), s.at(i))
		}
	}
}

func TestNumberCountsZeros(t *testing.T) {
	minus := math.Copysign(0, -1)
	c, s := countsOf([]float64{minus, 0, minus, 1}), &series{}
	for _, v := range []float64{0, minus, 1, minus} {
		s.add(v, 1)
	}
	for i := range 4 {
		if math.Signbit(c.at(i)) || math.Signbit(s.at(i)) || c.at(i) != s.at(i) {
			t.Errorf("%d is %g and %g", i, c.at(i), s.at(i))
		}
	}
}

func TestAscending(t *testing.T) {
	values := []float64{math.Inf(-1), -math.MaxFloat64, -1, -0x1p-1074, 0, 0x1p-1074, 1, math.Nextafter(1, 2), math.MaxFloat64}
	if !slices.IsSortedFunc(values, func(a, b float64) int {
		if ascending(a) < ascending(b) {
			return -1
		}
		return 1
	}) {
		t.Error("the bits are in another order")
	}
	for _, v := range values {
		if got := descending(ascending(v)); got != v {
			t.Errorf("%g comes back as %g", v, got)
		}
	}
}
