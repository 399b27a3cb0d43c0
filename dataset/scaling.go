package dataset

import (
	"fmt"

	"example.com/mlp/internal/moments"
)

// Scaling says how the numbers of a column are scaled. What it needs to know
// is learned from the training rows.
type Scaling int

const (
	Standard Scaling = iota // to mean 0 and standard deviation 1, as StandardScaler
	MinMax                  // to [0, 1], as MinMaxScaler
	Robust                  // to median 0 and quartiles 1 apart, as RobustScaler
	Quantile                // evenly into [0, 1], as QuantileScaler
	Unscaled                // not at all

	// SmoothClip brings the numbers smoothly into ±3, so that wild values do no
	// harm: z/√(1+(z/3)²) of the z of Robust. Where the quartiles are equal, z is
	// the distance from the median in halves of the range instead (Holzmüller,
	// Grinsztajn and Steinwart, Better by Default, 2024).
	SmoothClip

	// Normal brings the numbers to a normal distribution, within ±5.2. It keeps a
	// quantile for 30 rows, at least 10 and at most 1000, and equal rows become the
	// number of the middle of their shares, as those of scikit-learn's
	// QuantileTransformer do when fitted with a little noise.
	Normal
)

var scalingNames = []string{"standard", "min_max", "robust", "quantile", "unscaled", "smooth_clip", "normal"}

// String returns a name such as "min_max".
func (s Scaling) String() string { return enumName(scalingNames, s) }

// MarshalText returns the name of s.
func (s Scaling) MarshalText() ([]byte, error) { return marshalEnum(scalingNames, s) }

// UnmarshalText sets s to the scaling of that name.
func (s *Scaling) UnmarshalText(text []byte) error { return unmarshalEnum(scalingNames, s, text) }

// A columnScale is the scaling of one column after fitting. A nil columnScale
// leaves the numbers alone. The fields are what a saved preparation holds.
type columnScale struct {
	Scaling   Scaling   `json:"scaling"`
	Shift     float64   `json:"shift"` // (v − Shift)/Scale, except for Quantile and Normal
	Scale     float64   `json:"scale"`
	Quantiles []float64 `json:"quantiles,omitempty"`
}

// scaling returns how c scales.
func (c *columnScale) scaling() Scaling {
	if c == nil {
		return Unscaled
	}
	return c.Scaling
}

// newColumnScale learns the scaling of a column of finite numbers, and whether
// the column is constant up to rounding. All numbers have to stay finite when
// scaled.
func newColumnScale(s Scaling, column sample) (c *columnScale, constant bool, err error) {
	if column.rows() == 0 {
		return nil, false, errNothingToImpute
	}
	least, largest := column.ends()
	if c, constant, err = fitColumnScale(s, column); err != nil {
		return nil, false, err
	}
	for _, v := range []float64{least, largest} {
		if _, err := c.apply(v); err != nil {
			return nil, false, err
		}
	}
	return c, constant, nil
}

func fitColumnScale(s Scaling, column sample) (c *columnScale, constant bool, err error) {
	c = &columnScale{Scaling: s}
	if s != Standard {
		constant = isConstant(column)
	}
	switch s {
	case Standard:
		c.Shift, c.Scale = column.moments()
		if constant = moments.IsConstant(c.Shift, c.Scale); constant {
			c.Scale = 1
		}
	case MinMax:
		c.Shift, c.Scale, err = minAndRange(column, constant)
	case Robust:
		c.Shift, c.Scale, err = medianAndScale(column, constant)
	case SmoothClip:
		c.Shift, c.Scale, err = medianAndRange(column, constant)
	case Quantile:
		c.Quantiles = quantiles(column, maxQuantiles, constant)
	case Normal:
		c.Quantiles = quantiles(column, normalQuantiles(column.rows()), constant)
	case Unscaled:
		return nil, constant, nil
	default:
		err = fmt.Errorf("there is no %v", s)
	}
	return c, constant, err
}

// needsQuantiles reports whether the scaling is learned from quantiles.
func (s Scaling) needsQuantiles() bool {
	switch s {
	case Robust, SmoothClip, Quantile, Normal:
		return true
	}
	return false
}

// check returns an error unless c, which may come from a file, makes sense.
func (c *columnScale) check() error {
	if c == nil {
		return nil
	}
	switch c.Scaling {
	case Standard, MinMax, Robust, SmoothClip:
		if !finite(c.Shift) || !finite(c.Scale) || c.Scale <= 0 || c.Quantiles != nil {
			return fmt.Errorf("%v with shift %g, scale %g and %d quantiles", c.Scaling, c.Shift, c.Scale, len(c.Quantiles))
		}
		return nil
	case Quantile, Normal:
		if c.Shift != 0 || c.Scale != 0 {
			return fmt.Errorf("%v with a shift or a scale", c.Scaling)
		}
		return checkQuantiles(c.Quantiles)
	}
	return fmt.Errorf("%v has no numbers to keep", c.Scaling)
}

// apply returns the scaled v.
func (c *columnScale) apply(v float64) (float64, error) {
	z := v
	switch {
	case c == nil:
	case c.Scaling == Quantile:
		z = shareBelow(c.Quantiles, v)
	case c.Scaling == Normal:
		z = normalQuantile(shareAmong(c.Quantiles, v))
	default:
		z = (v - c.Shift) / c.Scale
	}
	if !finite(z) {
		return 0, fmt.Errorf("%g overflows when scaled", v)
	}
	if c != nil && c.Scaling == SmoothClip {
		z = smoothClip(z)
	}
	return z, nil
}
