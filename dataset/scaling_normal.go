package dataset

import (
	"math"

	"example.com/mlp/internal/kernel"
)

// normalQuantiles returns how many quantiles Normal keeps of a column of this
// many rows, the number that Gorishniy et al. use for tables (TabM, 2025).
func normalQuantiles(rows int) int { return min(max(rows/30, 10), maxQuantiles) }

// shareBound is what a share keeps away from 0 and 1, as in scikit-learn's
// QuantileTransformer.
const shareBound = 1e-7 - 0x1p-52

// normalQuantile returns the number below which a share p of a normal
// distribution lies. It is within ±5.2, since p is brought into [shareBound,
// 1−shareBound] before. The relative error is about 1e-16 (Wichura, Algorithm AS
// 241: The Percentage Points of the Normal Distribution, 1988).
func normalQuantile(p float64) float64 {
	p = min(max(p, shareBound), 1-shareBound)
	q := p - 0.5
	if math.Abs(q) <= 0.425 {
		r := 0.180625 - float64(q*q)
		return q * horner(&normalCenter[0], r) / horner(&normalCenter[1], r)
	}
	r := math.Sqrt(-kernel.Log(min(p, 1-p))) - 1.6
	return math.Copysign(horner(&normalTail[0], r)/horner(&normalTail[1], r), q)
}

// normalCenter and normalTail have the coefficients of a numerator and of a
// denominator.
var (
	normalCenter = [2][8]float64{
		{
			3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
			45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
		}, {
			1, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077,
			21213.794301586595867, 39307.895800092710610, 28729.085735721942674, 5226.4952788528545610,
		},
	}
	normalTail = [2][8]float64{
		{
			1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
			1.27045825245236838258, 0.241780725177450611770, 0.0227238449892691845833, 7.74545014278341407640e-4,
		}, {
			1, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550,
			0.148103976427480074590, 0.0151986665636164571966, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
		},
	}
)

// horner returns c[0] + c[1]·x + ... + c[7]·x⁷.
func horner(c *[8]float64, x float64) float64 {
	sum := c[7]
	for i := 6; i >= 0; i-- {
		sum = float64(sum*x) + c[i]
	}
	return sum
}
