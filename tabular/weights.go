package tabular

import (
	"errors"
	"fmt"
	"math"

	"example.com/mlp/dataset"
	"example.com/mlp/internal/stratify"
)

// checkWeights returns an error unless Weights and Balanced suit a table of this
// many rows with this target.
func (o Options) checkWeights(rows int, target dataset.Target) error {
	if o.Balanced && !target.Exclusive() {
		return errors.New("Options.Balanced is for a target of classes, of which each row has one")
	}
	if o.Weights != nil && len(o.Weights) != rows {
		return fmt.Errorf("Options.Weights has %d entries, the table has %d rows", len(o.Weights), rows)
	}
	for i, w := range o.Weights {
		if !(w >= 0) || math.IsInf(w, 1) {
			return fmt.Errorf("Options.Weights[%d] is %g, want a finite number of at least 0", i, w)
		}
	}
	return nil
}

// weights returns the weights of rows, which are prepared in d, or nil if all
// count alike.
func (o Options) weights(rows []int, d *dataset.Data) ([]float64, error) {
	if o.Weights == nil && !o.Balanced {
		return nil, nil
	}
	w := make([]float64, len(rows))
	for i, row := range rows {
		w[i] = 1
		if o.Weights != nil {
			w[i] = o.Weights[row]
		}
	}
	if !o.Balanced {
		return w, nil
	}
	class, err := d.Labels()
	if err != nil {
		return nil, err
	}
	for i, balanced := range stratify.Weights(class) {
		w[i] *= balanced
	}
	return w, nil
}
