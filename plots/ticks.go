package plots

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
)

// ticks are four to nine marks at multiples of 1, 2 or 5 times a power of ten,
// but not below least. Their labels have as many digits as the step needs.
type ticks struct{ least float64 }

var wholeTicks = ticks{least: 1}

// mostTicks is the largest number of labels on an axis.
const mostTicks = 9

// Ticks implements plot.Ticker.
func (t ticks) Ticks(lo, hi float64) []plot.Tick {
	d, ok := t.divide(lo, hi)
	if !ok {
		return nil
	}
	return d.ticks(0)
}

// shiftAxis moves the digits that all tick labels of the axis share to the
// label of the axis.
func shiftAxis(a *plot.Axis) {
	t, ok := a.Tick.Marker.(ticks)
	if !ok {
		return
	}
	d, ok := t.divide(a.Min, a.Max)
	if !ok {
		return
	}
	shift, power := d.common()
	if shift == 0 {
		return
	}
	a.Tick.Marker = plot.ConstantTicks(d.ticks(shift))
	word := "minus"
	if shift < 0 {
		word = "plus"
	}
	number := readable(math.Abs(shift)/math.Pow10(power-d.power), power)
	a.Label.Text = strings.TrimSpace(a.Label.Text + " " + word + " " + number)
}

// A division is a range divided by steps of unit·10^power. Its numbers are
// whole multiples of 10^power.
type division struct {
	first, last float64
	unit        float64 // 1, 2 or 5
	power       int
}

// divide divides the range from lo to hi, unless it is empty, infinite or so
// narrow that its numbers hardly differ.
func (t ticks) divide(lo, hi float64) (d division, ok bool) {
	const slack, narrow, smallest = 1e-9, 1e-12, 1e-300
	span := hi - lo
	if !(span > narrow*max(math.Abs(lo), math.Abs(hi)) && span > smallest) || math.IsInf(span, 0) {
		return d, false
	}
	d.unit, d.power = roundUp(max(span/(mostTicks-1), t.least))
	step := scaled(d.unit, d.power)
	first := math.Ceil(lo/step - slack)
	count := min(math.Floor(hi/step+slack)-first, mostTicks-1)
	d.first, d.last = first*d.unit, (first+count)*d.unit
	return d, count >= 0
}

// ticks returns the ticks with labels reduced by shift.
func (d division) ticks(shift float64) []plot.Tick {
	rest := division{d.first - shift, d.last - shift, d.unit, d.power}
	labels := rest.labels()
	all := make([]plot.Tick, len(labels))
	for i, label := range labels {
		all[i] = plot.Tick{Value: scaled(d.first+float64(i)*d.unit, d.power), Label: label}
	}
	return all
}

// labels returns the numbers of the division with all digits down to that of
// the step or, if they are long and exponents make them shorter, with
// exponents.
func (d division) labels() []string {
	const most = 6 // characters
	var plain, short []string
	longestPlain, longestShort := 0, 0
	for n := d.first; n <= d.last; n += d.unit {
		p, s := decimal(n, d.power), exponential(n, d.power)
		plain, short = append(plain, p), append(short, s)
		longestPlain, longestShort = max(longestPlain, len(p)), max(longestShort, len(s))
	}
	if longestPlain <= max(most, longestShort) {
		return plain
	}
	return short
}

// common returns the part that all labels have in common, in units of
// 10^d.power, and the power of ten of which it is a multiple. The part is 0 if
// the labels are short.
func (d division) common() (part float64, power int) {
	const most = 5 // digits
	largest := max(math.Abs(d.first), math.Abs(d.last))
	if len(decimal(largest, 0)) <= most || len(decimal(largest, d.power)) <= most+1 {
		return 0, d.power
	}
	width := len(decimal(d.last-d.first, 0)) // digits in which the labels differ
	whole := math.Pow10(width)
	return math.Trunc(d.first/whole) * whole, d.power + width
}

// roundUp returns the next 1, 2 or 5 times a power of ten.
func roundUp(v float64) (unit float64, power int) {
	power = int(math.Floor(math.Log10(v)))
	for _, unit := range []float64{1, 2, 5} {
		if scaled(unit, power) >= v {
			return unit, power
		}
	}
	return 1, power + 1
}

// scaled returns n·10^power, rounded once if 10^|power| is exact.
func scaled(n float64, power int) float64 {
	if power < 0 {
		return n / math.Pow10(-power)
	}
	return n * math.Pow10(power)
}

// decimal returns n·10^power with all digits down to that of 10^power.
func decimal(n float64, power int) string {
	return strconv.FormatFloat(scaled(n, power)+0, 'f', max(0, -power), 64) // + 0 against -0
}

// exponential returns n·10^power in a form like 1.5e-9.
func exponential(n float64, power int) string {
	if n == 0 {
		return "0"
	}
	digits, sign := strconv.FormatFloat(math.Abs(n), 'f', 0, 64), ""
	if n < 0 {
		sign = "-"
	}
	power += len(digits) - 1
	first, rest := digits[:1], strings.TrimRight(digits[1:], "0")
	if rest != "" {
		rest = "." + rest
	}
	return sign + first + rest + "e" + strconv.Itoa(power)
}

// readable returns n·10^power, with an exponent if it would be long otherwise.
func readable(n float64, power int) string {
	const most = 12 // characters
	if s := decimal(n, power); len(s) <= most {
		return s
	}
	return exponential(n, power)
}

// logTicks are marks at powers of ten, with smaller ones between them if there
// is room. A range with fewer than two powers has the marks of ticks.
type logTicks struct{}

// Ticks implements plot.Ticker.
func (logTicks) Ticks(lo, hi float64) []plot.Tick {
	const slack = 1e-9
	first, last := math.Ceil(math.Log10(lo)-slack), math.Floor(math.Log10(hi)+slack)
	if !(lo > 0 && last > first) || math.IsInf(hi, 0) {
		return ticks{}.Ticks(lo, hi)
	}
	const mostMinor = 5 // powers
	every := 1 + int(last-first)/mostTicks
	var all []plot.Tick
	for power := int(first) - 1; power <= int(last); power++ {
		for unit := 1; unit < 10; unit++ {
			t := plot.Tick{Value: scaled(float64(unit), power)}
			if unit == 1 && (power-int(first))%every == 0 {
				t.Label = decimal(1, power)
				if power < -4 || power > 5 {
					t.Label = exponential(1, power)
				}
			}
			if t.Value >= lo && t.Value <= hi && (unit == 1 || last-first <= mostMinor) {
				all = append(all, t)
			}
		}
	}
	return all
}
