package dataset

import "math/bits"

// A numeral is the text of a decimal number, taken apart:
// mantissa / 10^scale, with the sign.
type numeral struct {
	negative bool
	mantissa uint64 // all digits
	scale    int

	whole       int // digits before the point
	decimals    int // digits behind it
	exponent    int
	hasExponent bool
	zeroFirst   bool // the first digit is 0
	zeroLast    bool // the last digit before the exponent is 0
}

// longNumeral is more bytes than a numeral has that is worth keeping as a number.
const longNumeral = 64

// scanNumeral takes a text apart that a program may have written for a number:
// -12, 0.50, 1.5e-07. It is not ok for other texts, such as +5, 007, .5 and 1E5.
// Of more than 19 digits the mantissa is meaningless.
func scanNumeral(text []byte) (n numeral, ok bool) {
	rest := text
	if len(rest) > 0 && rest[0] == '-' {
		n.negative = true
		rest = rest[1:]
	}
	n.mantissa, n.whole = scanDigits(0, rest)
	if n.whole == 0 || n.whole > 1 && rest[0] == '0' || len(text) > longNumeral {
		return n, false
	}
	n.zeroFirst, n.zeroLast = rest[0] == '0', rest[n.whole-1] == '0'
	rest = rest[n.whole:]
	if len(rest) > 0 && rest[0] == '.' {
		n.mantissa, n.decimals = scanDigits(n.mantissa, rest[1:])
		if n.decimals == 0 {
			return n, false
		}
		n.zeroLast = rest[n.decimals] == '0'
		rest = rest[1+n.decimals:]
	}
	n.scale = n.decimals
	if len(rest) == 0 {
		return n, true
	}
	if n.exponent, ok = scanExponent(rest); !ok || n.whole > 1 {
		return n, false
	}
	n.hasExponent = true
	n.scale -= n.exponent
	return n, true
}

// scanDigits appends the digits at the beginning of a text to those of v.
func scanDigits(v uint64, text []byte) (_ uint64, digits int) {
	for i, b := range text {
		if b < '0' || b > '9' {
			return v, i
		}
		v = 10*v + uint64(b-'0')
	}
	return v, len(text)
}

// scanExponent reads an exponent as most programs write it: e-05, e+12, e+100.
func scanExponent(text []byte) (exponent int, ok bool) {
	if len(text) < 4 || len(text) > 5 || text[0] != 'e' || text[1] != '-' && text[1] != '+' || len(text) == 5 && text[2] == '0' {
		return 0, false
	}
	v, digits := scanDigits(0, text[2:])
	if digits != len(text)-2 || v == 0 && text[1] == '-' {
		return 0, false
	}
	if text[1] == '-' {
		return -int(v), true
	}
	return int(v), true
}

// value returns the size of the number, rounded once to a float64. It is not
// known of numerals with many digits or a large exponent.
func (n *numeral) value() (v float64, known bool) {
	switch {
	case n.whole+n.decimals > 19:
		return 0, false
	case n.mantissa == 0:
		return 0, true
	case n.scale < 0:
		if n.mantissa >= 1<<53 || -n.scale >= len(exactPowersOf10) {
			return 0, false
		}
		return float64(n.mantissa) * exactPowersOf10[-n.scale], true
	case n.scale > mostScale:
		return 0, false
	}
	return quotient(n.mantissa, n.scale), true
}

// like returns the spellings, with this number of decimals, that may have made
// the numeral of a number of size v, as far as its form tells.
func (n *numeral) like(v float64, decimals int) spelling {
	var like spelling
	point := n.decimals > 0
	if point && n.decimals == decimals {
		switch {
		case !n.hasExponent:
			like |= fixed
		case !n.zeroFirst || n.mantissa == 0 && n.exponent == 0:
			like |= scientific
		}
	}
	if n.hasExponent {
		if n.zeroFirst || point && n.zeroLast {
			return like
		}
		if n.exponent < -4 || n.exponent >= 16 {
			like |= shortest | pythonic
		}
		if n.exponent < -4 || n.exponent >= 17 {
			like |= seventeen
		}
		return like
	}
	if v != 0 && v < 1e-4 || v >= 1e17 {
		return like
	}
	if !point || !n.zeroLast {
		like |= shortest | seventeen
	}
	if point && (!n.zeroLast || n.decimals == 1) {
		like |= pythonic
	}
	if v >= 1e16 {
		like &^= shortest | pythonic
	}
	return like
}

// digits returns the number of digits of the mantissa.
func (n *numeral) digits() int {
	d := bits.Len64(n.mantissa) * 1233 >> 12 // by log₁₀(2), at most one too few
	if n.mantissa >= powersOf10[d] {
		d++
	}
	return d
}
