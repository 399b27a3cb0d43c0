package mlp

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
	"example.com/mlp/internal/quote"
)

// A Precision is the type of the numbers that a network computes with.
type Precision int

const (
	// Float64 computes in double precision. It is the default.
	Float64 Precision = iota

	// Float32 computes in single precision, which takes about half the time of
	// double precision and half the memory.
	Float32
)

// String returns "float64" or "float32".
func (p Precision) String() string {
	switch p {
	case Float64:
		return "float64"
	case Float32:
		return "float32"
	}
	return fmt.Sprintf("Precision(%d)", int(p))
}

// WithPrecision sets the precision in which the network computes; see
// Precision. Save writes it to the file.
//
// With Float32, dense layers, those for tables and for members, BatchNorm,
// LayerNorm, Normalization, Dropout and Residual compute in single precision, and
// so do SGD, Adam and AdamW with the weights of these layers, unless a penalty, a
// constraint, an average, clipping, accumulation or something of another package
// has to see gradients or weights in between. All else computes in double
// precision, on numbers that are rounded where they meet single precision: other
// layers, means and variances for normalizing, Softmax, LogSoftmax and activations
// that are not of this package, the mean of members, other optimizers, LBFGS with
// all that it trains, losses, metrics and answers. The caller passes and gets
// double precision.
//
// Samples and weights of these layers that single precision cannot hold, above
// 3.4e38, are errors, and so are sums. Like Float64, Float32 gives the same bits
// on every processor, but other bits than Float64.
func WithPrecision(p Precision) ModelOption {
	return func(s *settings) { s.precision = p }
}

// Precision returns the precision given to Model by WithPrecision.
func (n *network) Precision() Precision { return n.precision }

// check returns an error unless p is one of the precisions.
func (p Precision) check() error {
	if p != Float64 && p != Float32 {
		return fmt.Errorf("WithPrecision: %v, want Float64 or Float32", p)
	}
	return nil
}

// checkRange returns an error that names the first entry of m that is finite,
// but beyond the precision.
func (p Precision) checkRange(op, name string, m *mat.Dense) error {
	if p == Float64 {
		return nil
	}
	var rounded [512]float32
	rows, _ := m.Dims()
	for i := range rows {
		row := m.RawRowView(i)
		for lo := 0; lo < len(row); lo += len(rounded) {
			part := row[lo:min(lo+len(rounded), len(row))]
			if kernel.Narrow(rounded[:len(part)], part) {
				continue
			}
			for j, v := range part {
				if finite(v) && !finite(float64(float32(v))) {
					return fmt.Errorf("mlp: %s: %s[%d,%d] is %g, beyond the float32 of the network: %w (see WithPrecision)", op, name, i, lo+j, v, ErrNotFinite)
				}
			}
		}
	}
	return nil
}

// precisionByName returns the precision with the given String, Float64 for "".
func precisionByName(name string) (Precision, error) {
	switch name {
	case "", Float64.String():
		return Float64, nil
	case Float32.String():
		return Float32, nil
	}
	return 0, fmt.Errorf("%s, want %q or %q", quote.Text(name), Float64, Float32)
}
