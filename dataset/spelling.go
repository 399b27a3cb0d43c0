package dataset

import (
	"math"
	"strconv"
)

// A spelling is a way to write numbers. The numbers of most files are all
// written in one, so that the text of each follows from its value.
type spelling uint8

const (
	shortest   spelling = 1 << iota // 12, 0.5, 1e-05: the fewest digits
	pythonic                        // 12.0, 0.5, 1e-05: the same, but never without a point or an exponent
	fixed                           // 12.00: so many decimals
	scientific                      // 1.20e+01: so many decimals
	seventeen                       // 0.10000000000000001: 17 digits without zeros at the end
	valued                          // none: the number came as a value, its text is the shortest

	anySpelling = shortest | pythonic | fixed | scientific | seventeen
)

// spellings are those in which all numbers of a column can be written.
type spellings struct {
	set      spelling // one bit for each
	decimals int16    // of fixed and scientific; 0 as long as no number has any
}

// only returns the first of the spellings, alone.
func (s spellings) only() spellings { return spellings{s.set & -s.set, s.decimals} }

// append appends the text of a number.
func (s spellings) append(dst []byte, v float64) []byte {
	switch s.set & -s.set {
	case fixed:
		return strconv.AppendFloat(dst, v, 'f', int(s.decimals), 64)
	case scientific:
		return strconv.AppendFloat(dst, v, 'e', int(s.decimals), 64)
	case seventeen:
		return strconv.AppendFloat(dst, v, 'g', 17, 64)
	case pythonic:
		dst = appendShortest(dst, v)
		if v == math.Trunc(v) && math.Abs(v) < 1e16 {
			dst = append(dst, ".0"...)
		}
		return dst
	}
	return appendShortest(dst, v)
}

// appendShortest appends the shortest text that reads back to v, with an
// exponent below 0.0001 and from 1e16 on.
func appendShortest(dst []byte, v float64) []byte {
	switch size := math.Abs(v); {
	case size < 1e15 && v == math.Trunc(v) && (v != 0 || !math.Signbit(v)):
		return strconv.AppendInt(dst, int64(v), 10)
	case v == 0 || size >= 1e-4 && size < 1e16:
		return strconv.AppendFloat(dst, v, 'f', -1, 64)
	}
	return strconv.AppendFloat(dst, v, 'e', -1, 64)
}

// shortestText returns the text that appendShortest appends.
func shortestText(v float64) string {
	var room [32]byte
	return string(appendShortest(room[:0], v))
}

// read returns the number that a text is in one of the spellings, and those of
// them in which it is. It is not ok if there is none. The number is the one that
// parseNumber reads.
func (s spellings) read(text []byte) (v float64, fits spellings, ok bool) {
	n, ok := scanNumeral(text)
	if !ok || s.set&anySpelling == 0 {
		return 0, spellings{}, false
	}
	if s.decimals == 0 {
		s.decimals = int16(n.decimals)
	}
	v, known := n.value()
	if !known {
		return s.compare(text)
	}
	s.set &= n.like(v, int(s.decimals))
	// A number of 15 digits is the shortest, and the nearest, of all that read as
	// the same float64.
	if n.mantissa >= 1e15 && s.set&^seventeen != 0 {
		if n.zeroLast && s.set&(shortest|pythonic) != 0 || n.hasExponent && n.mantissa == powersOf10[n.decimals] {
			return s.compare(text)
		}
		nearest, short, sure := nearness(n.mantissa, n.scale, v)
		if !sure {
			return s.compare(text)
		}
		if !nearest {
			s.set &^= fixed | scientific
		}
		if !nearest || !short {
			s.set &^= shortest | pythonic
		}
	}
	if s.set&seventeen != 0 && (n.scale != 0 || n.mantissa >= 1e15) {
		more := 17 - n.digits()
		if more < 0 {
			s.set &^= seventeen
		} else {
			m := n.mantissa * powersOf10[more]
			nearest, _, sure := nearness(m, n.scale+more, v)
			if !sure || m == 1e16 { // below 1e16 there is another digit
				return s.compare(text)
			}
			if !nearest {
				s.set &^= seventeen
			}
		}
	}
	if n.negative {
		v = -v
	}
	return v, s, s.set != 0
}

// compare is read by way of the text that each spelling makes of the number.
func (s spellings) compare(text []byte) (v float64, fits spellings, ok bool) {
	v, err := parseNumber(string(text))
	if err != nil {
		return 0, spellings{}, false
	}
	fits.decimals = s.decimals
	for one := shortest; one < valued; one <<= 1 {
		if s.set&one == 0 || s.decimals == 0 && one&(fixed|scientific) != 0 {
			continue
		}
		var room [64]byte
		if string(spellings{one, s.decimals}.append(room[:0], v)) == string(text) {
			fits.set |= one
		}
	}
	return v, fits, fits.set != 0
}

// both returns the spellings that are in s and in o.
func (s spellings) both(o spellings) spellings {
	common := spellings{s.set & o.set, max(s.decimals, o.decimals)}
	if s.decimals != o.decimals {
		common.set &^= fixed | scientific
	}
	return common
}
