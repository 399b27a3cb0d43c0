package dataset

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

// A text that is read as a number in some spellings is written in each of them
// again, and means what it means elsewhere.
func wantSpelled(t *testing.T, text string, s spellings) spelling {
	t.Helper()
	v, fits, ok := s.read([]byte(text))
	if !ok {
		return 0
	}
	if want, err := parseNumber(text); err != nil || math.Float64bits(v) != math.Float64bits(want) {
		t.Errorf("%s is read as %v, want %v, %v", text, v, want, err)
	}
	if fits.set&^s.set != 0 {
		t.Errorf("%s fits %b of %b", text, fits.set, s.set)
	}
	for one := shortest; one < valued; one <<= 1 {
		if again := string((spellings{one, fits.decimals}).append(nil, v)); fits.set&one != 0 && again != text {
			t.Errorf("%s is written %s by spelling %b", text, again, one)
		}
	}
	return fits.set
}

var anyOf = spellings{set: anySpelling}

func TestSpellings(t *testing.T) {
	for text, want := range map[string]spelling{
		"12": shortest | seventeen, "0": shortest | seventeen, "-0": shortest | seventeen, "100": shortest | seventeen,
		"9007199254740992": shortest | seventeen, "9007199254740993": 0, "36028797018963968": seventeen,
		"1000000": shortest | seventeen, "12345678901234567": 0,
		"0.5": shortest | pythonic | fixed | seventeen, "0.1": shortest | pythonic | fixed, "-0.0": pythonic | fixed,
		"12.0": pythonic | fixed, "12.50": fixed, "0.00": fixed, "0.00001": fixed, "0.0001": shortest | pythonic | fixed,
		"0.10000000000000001": fixed | seventeen, "0.30000000000000004": shortest | pythonic | fixed | seventeen,
		"0.1000000000000000056": fixed, "0.1000000000000000055": 0, "1234567890123456.0": pythonic | fixed,
		"1e-05": shortest | pythonic, "1e+16": shortest | pythonic, "1e+06": 0, "1.5e-07": shortest | pythonic | scientific, "5e-324": shortest | pythonic,
		"1.50e-07": scientific, "1.500000000000000000e+00": scientific, "0.00e+00": scientific, "0e+00": 0, "0.0e+05": 0, "-2.5e+100": shortest | pythonic | scientific,
		"1.0000000000000001e-05": scientific | seventeen, "1.0000000000000001e-17": seventeen | scientific,
		"1.0000000000000000e-07": 0, "1.000000000000000e-11": 0, "1.00000000000000e-11": scientific, "9.9999999999999995e-08": scientific | seventeen, "1.0000000000000000e-02": scientific,
		"1e-5": 0, "1E-05": 0, "1e05": 0, "1.5e+005": 0, "1e+400": 0, "01": 0, "007": 0, "+5": 0, ".5": 0, "5.": 0, "-": 0, "": 0, "-.": 0,
		"NaN": 0, "Inf": 0, "-Inf": 0, "0x1F": 0, "1_000": 0, "1,5": 0, "12 ": 0, "1.2.3": 0, "1e": 0, "1e+": 0, "1e+0": 0, "1e-00": 0, "--1": 0, "1.0e+00e": 0,
		"0." + strings.Repeat("0", 70): 0, strings.Repeat("1", 70): 0, "10000000000000000000000": 0,
	} {
		if got := wantSpelled(t, text, anyOf); got&want != want || want == 0 && got != 0 {
			t.Errorf("%q fits the spellings %b, want %b", text, got, want)
		}
	}
}

// What a spelling writes is read in it.
func TestSpellingsOfManyNumbers(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	formats := map[spelling]func(v float64) string{
		shortest:   func(v float64) string { return shortestText(v) },
		pythonic:   func(v float64) string { return string(spellings{set: pythonic}.append(nil, v)) },
		seventeen:  func(v float64) string { return strconv.FormatFloat(v, 'g', 17, 64) },
		scientific: func(v float64) string { return fmt.Sprintf("%.*e", 1+rng.IntN(20), v) },
		fixed:      func(v float64) string { return fmt.Sprintf("%.*f", 1+rng.IntN(20), v) },
	}
	for range 10_000 {
		v := math.Float64frombits(rng.Uint64())
		switch rng.IntN(6) {
		case 0:
			v = math.Ldexp(rng.Float64(), rng.IntN(80)-40)
		case 1:
			v = rng.NormFloat64()
		case 2:
			v = math.Round(v) / 1000
		case 3:
			v = float64(rng.Int64N(1<<54)) / math.Pow10(rng.IntN(6))
		case 4:
			v = math.Nextafter(float64(rng.IntN(1000))/8, math.Inf(rng.IntN(2)-1)) // near powers of 2
		}
		if !finite(v) {
			continue
		}
		for one, format := range formats {
			text := format(v)
			got := wantSpelled(t, text, anyOf)
			if long := len(text) > longNumeral || (one == fixed || one == scientific) && strings.Count(text, ".") == 0; got&one == 0 && !long {
				if again, err := parseNumber(text); err == nil && string((spellings{one, int16(decimalsOf(text))}).append(nil, again)) == text {
					t.Errorf("%s fits %b, not %b", text, got, one)
				}
			}
		}
	}
}

// Any digits, and numbers next to powers of 2 and 10, where the digits of a
// float64 become finer.
func TestSpellingsOfHardTexts(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	format := func(v float64) string { return strconv.FormatFloat(v, "feg"[rng.IntN(3)], rng.IntN(21)-1, 64) }
	near := func(v float64) float64 { return math.Nextafter(v, float64(rng.IntN(2))*2*v) }
	for range 12_000 {
		m := strconv.FormatUint(rng.Uint64()>>rng.IntN(20), 10)
		point := 1 + rng.IntN(len(m)-1)
		otherDigit := []byte(format(rng.NormFloat64()))
		otherDigit[len(otherDigit)-1] = byte('0' + rng.IntN(10))
		power2, power10 := math.Ldexp(1, rng.IntN(110)-60), math.Pow10(rng.IntN(40)-22)
		s := spellings{spelling(rng.IntN(int(valued))), int16(rng.IntN(20))}
		for _, text := range []string{
			m[:point] + "." + m[point:], fmt.Sprintf("%s.%se%+03d", m[:1], m[1:], rng.IntN(60)-40), string(otherDigit),
			format(power2), format(near(power2)), format(power10), format(near(power10)),
		} {
			wantSpelled(t, text, anyOf)
			wantSpelled(t, text, s)
		}
	}
}

func decimalsOf(text string) int {
	_, after, _ := strings.Cut(text, ".")
	after, _, _ = strings.Cut(after, "e")
	return len(after)
}

func TestQuotient(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 100_000 {
		m, k := rng.Uint64()>>rng.IntN(64), rng.IntN(mostScale+1)
		if rng.IntN(3) == 0 { // half of the way between two numbers, or nearly
			k = rng.IntN(12)
			m = (rng.Uint64N(1<<53)|1<<53)<<1*powersOf5[k]>>rng.IntN(11) + rng.Uint64N(3) - 1
		}
		if m == 0 {
			continue
		}
		want, err := strconv.ParseFloat(fmt.Sprintf("%de-%d", m, k), 64)
		if got := quotient(m, k); err != nil || got != want {
			t.Fatalf("%d/10^%d is %v, want %v", m, k, got, want)
		}
	}
}

func FuzzSpellings(f *testing.F) {
	for _, text := range []string{"12", "-0.50", "0.30000000000000004", "1.5e-07", "9007199254740993", "0.1000000000000000055", "1.7976931348623157e+308"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		wantSpelled(t, text, anyOf)
		for one := shortest; one < valued; one <<= 1 {
			wantSpelled(t, text, spellings{one, int16(len(text) % 8)})
		}
	})
}
