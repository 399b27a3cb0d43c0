package dataset

import (
	"math"
	"slices"

	"example.com/mlp/internal/exact"
	"example.com/mlp/internal/moments"
	"example.com/mlp/internal/order"
)

// A sample has the numbers of a column, without those that are missing.
type sample interface {
	rows() int

	// ends returns the least and the largest number, at the one with i others
	// before it in ascending order, and moments the mean and the population standard
	// deviation. There must be a number.
	ends() (least, largest float64)
	at(i int) float64
	moments() (mean, deviation float64)
}

// quantile returns the number below which a share p of the sample lies, as
// [order.Quantile].
func quantile(s sample, p float64) float64 { return order.QuantileOf(s.rows(), s.at, p) }

// isConstant reports whether a sample is constant up to rounding.
func isConstant(s sample) bool { return moments.IsConstant(s.moments()) }

// A learnedSample is a sample that a learner makes.
type learnedSample interface {
	sample

	// add adds finite numbers that are the same.
	add(v float64, rows int)

	// addMissing adds missing ones, which fill sets to v later.
	addMissing(rows int)
	fill(v float64)

	// mode returns the most frequent number, the least of several. There must be a
	// number.
	mode() (float64, error)

	// statistics returns what a Summary keeps.
	statistics() []statistic
}

// A sampleMaker makes an empty sample. Without quantiles, at and mode are not
// asked for.
type sampleMaker func(quantiles bool) learnedSample

// A series is the sample that keeps all numbers, row after row.
type series struct {
	values []float64 // NaN where the cell is missing; no number is a NaN itself
	sorted []float64 // those that are not missing; nil until it is needed
}

func (s *series) statistics() []statistic { return nil } // which has no bound

// seriesOf returns the maker of a sample for so many rows.
func seriesOf(rows int) sampleMaker {
	return func(bool) learnedSample { return &series{values: make([]float64, 0, rows)} }
}

func (s *series) add(v float64, rows int) {
	v += 0 // −0 is 0
	for range rows {
		s.values = append(s.values, v)
	}
	s.sorted = nil
}

func (s *series) addMissing(rows int) { s.add(math.NaN(), rows) }

func (s *series) fill(v float64) {
	for i := range s.values {
		if math.IsNaN(s.values[i]) {
			s.values[i] = v
		}
	}
	s.sorted = nil
}

// present returns a copy of the numbers without the missing ones.
func (s *series) present() []float64 {
	return slices.DeleteFunc(slices.Clone(s.values), math.IsNaN)
}

func (s *series) sort() []float64 {
	if s.sorted == nil {
		s.sorted = s.present()
		slices.Sort(s.sorted)
	}
	return s.sorted
}

func (s *series) rows() int {
	if s.sorted != nil {
		return len(s.sorted)
	}
	rows := 0
	for _, v := range s.values {
		if !math.IsNaN(v) {
			rows++
		}
	}
	return rows
}

func (s *series) ends() (least, largest float64) {
	least, largest = math.Inf(1), math.Inf(-1)
	for _, v := range s.values {
		if v < least {
			least = v
		}
		if v > largest {
			largest = v
		}
	}
	return least, largest
}

func (s *series) at(i int) float64 { return s.sort()[i] }

func (s *series) moments() (mean, deviation float64) {
	var sums exact.Sums
	n := 0
	for _, v := range s.values {
		if !math.IsNaN(v) {
			sums.Add(v)
			n++
		}
	}
	return sums.Moments(n)
}

func (s *series) mode() (float64, error) {
	values := s.sort()
	best, most := values[0], 0
	for i := 0; i < len(values); {
		first := i
		for i < len(values) && values[i] == values[first] {
			i++
		}
		if i-first > most {
			best, most = values[first], i-first
		}
	}
	return best, nil
}
