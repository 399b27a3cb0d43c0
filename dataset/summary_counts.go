package dataset

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"math/bits"
	"slices"
	"sort"

	"example.com/mlp/internal/exact"
)

// mostCounts is the largest number of counts that are kept of a column.
const mostCounts = 1 << 14

// mostShift is the largest number of bits that are left out, as the finite
// numbers differ in fewer than mostCounts ways in the others.
const mostShift = 50

// numberCounts is the sample of a [Summary]. It counts the numbers by their bits
// without the lowest ones, as few as it takes for mostCounts counts, and has the
// exact sums of all.
type numberCounts struct {
	n, missing     int // rows
	least, largest float64
	sums           exact.Sums

	quantiles bool // whether there are counts
	shift     int  // bits that are left out
	counts    map[uint64]int

	// keys are those of the counts in ascending order, and below has for each the
	// number of rows up to it; nil until they are needed.
	keys  []uint64
	below []int
}

// countNumbers is a sampleMaker.
func countNumbers(quantiles bool) learnedSample { return newNumberCounts(quantiles) }

func newNumberCounts(quantiles bool) *numberCounts {
	c := &numberCounts{least: math.Inf(1), largest: math.Inf(-1), quantiles: quantiles}
	if quantiles {
		c.counts = make(map[uint64]int)
	}
	return c
}

func (c *numberCounts) statistics() []statistic { return []statistic{c} }

func (c *numberCounts) add(v float64, rows int) {
	v += 0 // −0 is 0
	c.n += rows
	c.least, c.largest = min(c.least, v), max(c.largest, v)
	if rows == 1 {
		c.sums.Add(v)
	} else {
		c.sums.AddTimes(v, uint64(rows))
	}
	if c.quantiles {
		c.counts[ascending(v)>>c.shift] += rows
		c.keys = nil
		if len(c.counts) > 2*mostCounts {
			c.settle()
		}
	}
}

func (c *numberCounts) addMissing(rows int) { c.missing += rows }

func (c *numberCounts) fill(v float64) {
	if c.missing > 0 {
		c.add(v, c.missing)
		c.missing = 0
	}
}

// settle leaves out more bits if there are too many counts. It is called before
// anything is asked, and else for twice as many, as it takes long.
func (c *numberCounts) settle() {
	if len(c.counts) <= mostCounts {
		return
	}
	var joined [65]int // pairs of neighbours that are the same without so many bits, and no fewer
	keys := slices.Sorted(maps.Keys(c.counts))
	for i, key := range keys[1:] {
		joined[bits.Len64(key^keys[i])]++
	}
	more := 0
	for left := len(keys); left > mostCounts; {
		more++
		left -= joined[more]
	}
	c.leaveOut(c.shift + more)
}

// leaveOut leaves out this many bits.
func (c *numberCounts) leaveOut(shift int) {
	if shift == c.shift {
		return
	}
	counts := make(map[uint64]int)
	for key, rows := range c.counts {
		counts[key>>(shift-c.shift)] += rows
	}
	c.shift, c.counts, c.keys = shift, counts, nil
}

func (c *numberCounts) rows() int { return c.n }

func (c *numberCounts) ends() (least, largest float64) { return c.least, c.largest }

func (c *numberCounts) moments() (mean, deviation float64) { return c.sums.Moments(c.n) }

func (c *numberCounts) at(i int) float64 {
	if c.keys == nil {
		c.keys, c.below = slices.Sorted(maps.Keys(c.counts)), make([]int, 0, len(c.counts))
		rows := 0
		for _, key := range c.keys {
			rows += c.counts[key]
			c.below = append(c.below, rows)
		}
	}
	switch {
	case i == 0:
		return c.least
	case i == c.n-1:
		return c.largest
	}
	return c.number(c.keys[sort.SearchInts(c.below, i+1)])
}

// number returns the number with a key, of several the one in the middle.
func (c *numberCounts) number(key uint64) float64 {
	v := descending(key<<c.shift | 1<<c.shift>>1)
	return min(max(v, c.least), c.largest)
}

func (c *numberCounts) mode() (float64, error) {
	if c.shift > 0 {
		return 0, fmt.Errorf("there are more than %d different numbers, and a Summary does not know which one is the most frequent: Impute can be Mean, Median or Constant", mostCounts)
	}
	var best uint64
	most := 0
	for key, rows := range c.counts {
		if rows > most || rows == most && key < best {
			best, most = key, rows
		}
	}
	return c.number(best), nil
}

// inexact returns how far a number of the sample may be off, relative to its
// size, which counts as at least 2⁻¹⁰²².
func (c *numberCounts) inexact() float64 {
	c.settle()
	if c.shift == 0 {
		return 0
	}
	return math.Ldexp(1, c.shift-53)
}

func (c *numberCounts) merge(s statistic) {
	o := s.(*numberCounts)
	c.n += o.n
	c.missing += o.missing
	c.least, c.largest = min(c.least, o.least), max(c.largest, o.largest)
	c.sums.Merge(&o.sums)
	if !c.quantiles {
		return
	}
	c.leaveOut(max(c.shift, o.shift))
	for key, rows := range o.counts {
		c.counts[key>>(c.shift-o.shift)] += rows
	}
	c.keys = nil
	c.settle()
}

func (c *numberCounts) limit() error { return nil }

func (c *numberCounts) append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(c.missing))
	b = binary.AppendUvarint(b, uint64(c.n))
	if c.n == 0 {
		return b
	}
	c.settle()
	b = appendNumber(appendNumber(b, c.least), c.largest)
	b = c.sums.Append(b)
	if !c.quantiles {
		return b
	}
	b = append(b, byte(c.shift))
	b = binary.AppendUvarint(b, uint64(len(c.counts)))
	before := uint64(0)
	for _, key := range slices.Sorted(maps.Keys(c.counts)) {
		b = binary.AppendUvarint(b, key-before)
		b = binary.AppendUvarint(b, uint64(c.counts[key]))
		before = key
	}
	return b
}

func (c *numberCounts) read(r *byteReader, rows int) {
	c.missing, c.n = r.count(rows), r.count(rows)
	if r.err != nil || c.n == 0 {
		return
	}
	c.least, c.largest = r.number(), r.number()
	rest, err := c.sums.Read(r.rest, c.n)
	if err != nil || !finite(c.least) || !finite(c.largest) || c.least > c.largest {
		r.fail()
		return
	}
	if r.rest = rest; c.quantiles {
		c.readCounts(r)
	}
}

func (c *numberCounts) readCounts(r *byteReader) {
	c.shift = int(r.byte())
	left, first, key := c.n, uint64(0), uint64(0)
	for i := range r.count(mostCounts) {
		step := r.uint64()
		key += step
		rows := r.count(left)
		if r.err != nil || rows == 0 || i > 0 && (step == 0 || key < step) {
			r.fail()
			return
		}
		if i == 0 {
			first = key
		}
		c.counts[key] = rows
		left -= rows
	}
	if left != 0 || c.shift > mostShift || first != ascending(c.least)>>c.shift || key != ascending(c.largest)>>c.shift {
		r.fail()
	}
}

// ascending returns bits that are in the order of the numbers.
func ascending(v float64) uint64 {
	b := math.Float64bits(v)
	if b>>63 != 0 {
		return ^b
	}
	return b | 1<<63
}

// descending returns the number of such bits.
func descending(b uint64) float64 {
	if b>>63 == 0 {
		return math.Float64frombits(^b)
	}
	return math.Float64frombits(b &^ (1 << 63))
}
