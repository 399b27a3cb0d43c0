package mlp

import (
	"fmt"

	"example.com/mlp/internal/kernel"
	"gonum.org/v1/gonum/mat"
)

// A Regressor predicts numbers, one for each unit of its last layer. Targets
// are n×k numbers.
//
// Predict returns n×k numbers in the units of the targets: the outputs of the
// last layer, scaled back if the network has WithTargetScaling, or their
// exponentials with a loss such as Poisson, whose task is Counting. The score
// is R².
//
// Fit, UnmarshalBinary and the methods Set... need exclusive access; all other
// methods, and Save, may be called from many goroutines at once.
type Regressor struct{ network }

// TargetScaling returns a copy of the Normalization given to WithTargetScaling,
// or nil if there was none.
func (r *Regressor) TargetScaling() *Normalization {
	e, _ := r.end.(regressionEnd)
	if e.scale == nil {
		return nil
	}
	return e.scale.clone()
}

// SetTargetScaling sets the scaling of the targets, as WithTargetScaling does, for
// a network that was made before its targets were known; nil removes it. An error
// changes nothing.
func (r *Regressor) SetTargetScaling(scale *Normalization) error {
	const op = "SetTargetScaling"
	return r.set(op, func() error {
		if err := checkScale(op, scale, r.layers, r.loss); err != nil {
			return err
		}
		if e, ok := r.end.(regressionEnd); ok { // counts take nil alone
			if e.scale = nil; scale != nil {
				e.scale = scale.clone()
			}
			r.end = e
		}
		return nil
	})
}

// UnmarshalBinary replaces r with the network in data, which it reads as Load
// does. Networks of another type and layers from other packages are errors,
// which leave r unchanged. It needs exclusive access to r.
func (r *Regressor) UnmarshalBinary(data []byte) error {
	return unmarshal("UnmarshalBinary", r, data)
}

// UnmarshalJSON replaces r with the network in text, which MarshalJSON has
// returned, as UnmarshalBinary does.
func (r *Regressor) UnmarshalJSON(text []byte) error { return unmarshalJSON(r, text) }

// regressionEnd answers with numbers.
type regressionEnd struct {
	plainEnd
	scale *Normalization // of the targets, or nil
}

func (e regressionEnd) prepare(buf *buffer, y *mat.Dense) *mat.Dense {
	if e.scale == nil {
		return y
	}
	scaled := buf.resize(y.Dims())
	e.scale.Infer(scaled, y)
	return scaled
}

func (e regressionEnd) restore(y *mat.Dense) *mat.Dense {
	if e.scale != nil {
		y = mat.DenseCopyOf(y)
		e.answer(y.RawMatrix().Data)
	}
	return y
}

func (e regressionEnd) answer(rows []float64) (ok bool) {
	if e.scale != nil {
		for lo := 0; lo < len(rows); lo += e.units {
			e.scale.undo(rows[lo:][:e.units])
		}
	}
	return kernel.AllFinite(rows)
}

// scorer computes R² in the units of the outputs, in which it is the same.
func (e regressionEnd) scorer(act Activation, y *mat.Dense) scorer {
	return scoreAfter(act, newR2(y, e.units))
}

func (e regressionEnd) agree(other end) error {
	switch s, t := e.scale, other.(regressionEnd).scale; {
	case (s == nil) != (t == nil):
		return fmt.Errorf("scaled targets: %t, member 0 has: %t", t != nil, s != nil)
	case s != nil && !(mat.Equal(s.mean, t.mean) && mat.Equal(s.std, t.std)):
		return fmt.Errorf("targets scaled by mean %g and std %g, member 0 by %g and %g",
			t.mean.RawRowView(0), t.std.RawRowView(0), s.mean.RawRowView(0), s.std.RawRowView(0))
	}
	return nil
}

func (e regressionEnd) params() []Param {
	if e.scale == nil {
		return nil
	}
	params := e.scale.Params()
	for i := range params {
		params[i].Name = targetsPrefix + params[i].Name
	}
	return params
}

func (e regressionEnd) load(map[string]string) (end, error) {
	if e.scale != nil {
		if err := e.scale.Validate(); err != nil {
			return nil, fmt.Errorf("target scaling: %w", err)
		}
	}
	return e, nil
}
