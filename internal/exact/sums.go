// Package exact adds up numbers without rounding.
package exact

import (
	"encoding/binary"
	"errors"
	"math"
	"math/big"
	"math/bits"
	"slices"
)

// unit is the exponent of the least float64, of which all are multiples.
const unit = -1074

// Sums are the sums of finite numbers, and of their squares. They depend on
// nothing but the numbers: not on their order, nor on how they were split and
// merged. There may be 2⁶³ numbers. The zero value is for none.
type Sums struct {
	above, below [34]uint64 // sizes of the numbers above and below 0, in 2^unit, least word first
	squares      [67]uint64 // in 2^(2·unit)
}

// Add adds v.
func (s *Sums) Add(v float64) {
	b := math.Float64bits(v)
	mantissa, exponent := b&(1<<52-1), int(b>>52&0x7ff)
	if exponent > 0 {
		mantissa |= 1 << 52
		exponent--
	}
	sum := &s.above
	if v < 0 {
		sum = &s.below
	}
	addAt(sum[:], exponent, 0, mantissa)
	high, low := bits.Mul64(mantissa, mantissa)
	addAt(s.squares[:], 2*exponent, high, low)
}

// AddTimes adds v so many times.
func (s *Sums) AddTimes(v float64, times uint64) {
	var t Sums
	t.Add(v)
	for _, sum := range t.sums() {
		multiply(sum, times)
	}
	s.Merge(&t)
}

// Merge adds the numbers of t.
func (s *Sums) Merge(t *Sums) {
	others := t.sums()
	for k, sum := range s.sums() {
		var carry uint64
		for i, word := range others[k] {
			sum[i], carry = bits.Add64(sum[i], word, carry)
		}
	}
}

func (s *Sums) sums() [3][]uint64 {
	return [3][]uint64{s.above[:], s.below[:], s.squares[:]}
}

// Mean returns the mean of the n numbers that were added, rounded once. There must
// be one.
func (s *Sums) Mean(n int) float64 {
	scale := new(big.Int).Lsh(big.NewInt(int64(n)), -unit)
	mean, _ := new(big.Rat).SetFrac(s.sum(), scale).Float64()
	return mean
}

// Moments returns the mean of the n numbers that were added, rounded once, and
// their population standard deviation. There must be one.
func (s *Sums) Moments(n int) (mean, deviation float64) {
	return s.Mean(n), rootOver(s.spread(n), n)
}

// RootMeanSquare returns the root of the mean square of the n numbers that were
// added. There must be one.
func (s *Sums) RootMeanSquare(n int) float64 {
	squares := integer(s.squares[:])
	return rootOver(squares.Mul(squares, big.NewInt(int64(n))), n)
}

// rootOver returns the root of a square in 2^(2·unit), divided by n.
func rootOver(square *big.Int, n int) float64 {
	const precision = 300 // so many bits that the rounding of the root does not matter
	root := new(big.Float).SetPrec(precision).SetInt(square)
	root.Sqrt(root)
	root.Quo(root, new(big.Float).SetInt64(int64(n)))
	v, _ := root.SetMantExp(root, unit).Float64()
	return v
}

// Determination returns R² = 1 − Σ rᵢ²/Σ (tᵢ − t̄)², rounded once, of n residuals
// r and targets t, or ok = false if all targets are equal.
func Determination(residuals, targets *Sums, n int) (r2 float64, ok bool) {
	total := targets.spread(n)
	if total.Sign() == 0 {
		return 0, false
	}
	squares := integer(residuals.squares[:])
	squares.Mul(squares, big.NewInt(int64(n)))
	r2, _ = new(big.Rat).SetFrac(squares.Sub(total, squares), total).Float64()
	return r2, true
}

// Zero reports whether all numbers that were added are 0.
func (s *Sums) Zero() bool { return s.squares == [67]uint64{} }

// sum returns the sum in 2^unit.
func (s *Sums) sum() *big.Int {
	return new(big.Int).Sub(integer(s.above[:]), integer(s.below[:]))
}

// spread returns n times the sum of squares less the square of the sum, in
// 2^(2·unit), for n numbers.
func (s *Sums) spread(n int) *big.Int {
	sum := s.sum()
	spread := new(big.Int).Mul(big.NewInt(int64(n)), integer(s.squares[:]))
	return spread.Sub(spread, sum.Mul(sum, sum))
}

// Append appends the sums to b, the same sums as the same bytes.
func (s *Sums) Append(b []byte) []byte {
	for _, sum := range s.sums() {
		first, end := 0, len(sum)
		for end > 0 && sum[end-1] == 0 {
			end--
		}
		for first < end && sum[first] == 0 {
			first++
		}
		b = append(b, byte(first), byte(end))
		for _, word := range sum[first:end] {
			b = binary.LittleEndian.AppendUint64(b, word)
		}
	}
	return b
}

var errSums = errors.New("sums that no numbers have")

// Read sets s to what Append has appended for n numbers and returns the
// bytes behind it. It distrusts the bytes.
func (s *Sums) Read(b []byte, n int) (rest []byte, err error) {
	var t Sums
	for _, sum := range t.sums() {
		if len(b) < 2 {
			return nil, errSums
		}
		first, end := int(b[0]), int(b[1])
		b = b[2:]
		if first > end || end > len(sum) || len(b) < 8*(end-first) {
			return nil, errSums
		}
		for i := range sum[first:end] {
			sum[first+i] = binary.LittleEndian.Uint64(b[8*i:])
		}
		b = b[8*(end-first):]
	}
	if n == 0 && t != (Sums{}) || t.spread(n).Sign() < 0 {
		return nil, errSums
	}
	*s = t
	return b, nil
}

// addAt adds the integer of two words, shifted to the left.
func addAt(sum []uint64, shift int, high, low uint64) {
	i, s := shift/64, uint(shift%64)
	var carry uint64
	sum[i], carry = bits.Add64(sum[i], low<<s, 0)
	sum[i+1], carry = bits.Add64(sum[i+1], high<<s|low>>(64-s), carry)
	if carry += high >> (64 - s); carry == 0 {
		return
	}
	for i += 2; carry > 0; i++ {
		sum[i], carry = bits.Add64(sum[i], carry, 0)
	}
}

func multiply(sum []uint64, factor uint64) {
	var carry, more uint64
	for i, word := range sum {
		high, low := bits.Mul64(word, factor)
		sum[i], more = bits.Add64(low, carry, 0)
		carry = high + more
	}
}

func integer(words []uint64) *big.Int {
	b := make([]byte, 0, 8*len(words))
	for _, word := range slices.Backward(words) {
		b = binary.BigEndian.AppendUint64(b, word)
	}
	return new(big.Int).SetBytes(b)
}
