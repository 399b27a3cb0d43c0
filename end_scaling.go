package mlp

import "fmt"

// WithTargetScaling makes a Regressor learn targets that are scaled by a
// Normalization, and predict in the units of the data: Fit and Evaluate take
// targets y and compute the loss of (y − mean)/std, Predict returns ŷ·std +
// mean, where ŷ are the outputs of the last layer. The loss is therefore about
// one at first and the learning rate has the same meaning in any units, as with
// scikit-learn's TransformedTargetRegressor.
//
//	scale := mlp.NewNormalization(1)
//	err := scale.Adapt(y)
//	net, err := mlp.Model(layers, mlp.MeanSquaredError, mlp.WithTargetScaling(scale))
//
// Losses, and parameters of losses such as the δ of Huber, are in scaled units,
// and Forward returns ŷ. R² is the same in both units. The network copies the
// numbers.
//
// Model returns an error if the network is not a Regressor, if the width of
// scale differs from that of the last layer, or if the task of the loss is
// Counting.
func WithTargetScaling(scale *Normalization) ModelOption {
	return func(s *settings) { s.scale = scale }
}

// checkScale returns an error unless the scaling of targets, nil for none, fits
// a network of these layers with that loss, for the call op.
func checkScale(op string, scale *Normalization, layers []Layer, loss Loss) error {
	task := loss.Task()
	switch {
	case scale == nil:
		return nil
	case task == Counting:
		return fmt.Errorf("mlp: %s: %s takes targets of a certain range only", op, loss.Name())
	case task != Regression:
		return fmt.Errorf("mlp: %s: %s is no loss of a regression", op, loss.Name())
	}
	if err := scale.Validate(); err != nil {
		return fmt.Errorf("mlp: %s: %w", op, err)
	}
	last := len(layers) - 1
	if _, units := layers[last].Dims(); scale.units != units {
		return &ShapeError{Op: op, Subject: "scale", Got: scale.units, Unit: "columns", Wanting: fmt.Sprintf("layer %d gives", last), Want: units}
	}
	return nil
}
