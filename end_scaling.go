package mlp

import "fmt"

// WithTargetScaling makes a Regressor learn targets that are scaled by a
// Normalization, and answer in the units of the data: Fit and Evaluate take
// targets y and compute the loss of (y − mean)/std, Predict returns
// ŷ·std + mean, where ŷ are the outputs of the last layer. So the loss is
// about one at first and the learning rate means the same whatever the units
// are, as with scikit-learn's TransformedTargetRegressor.
//
//	scale := mlp.NewNormalization(1)
//	err := scale.Adapt(y)
//	net, err := mlp.Model(layers, mlp.MeanSquaredError, mlp.WithTargetScaling(scale))
//
// Losses, and parameters of losses such as the δ of Huber, are in scaled
// units, and Forward returns ŷ. R² is the same in both. The network copies
// the numbers.
//
// Model returns an error if the network is no Regressor, if scale has another
// width than the last layer, or if the loss limits its targets, as Poisson
// does.
func WithTargetScaling(scale *Normalization) ModelOption {
	return func(n *network) { n.targets = scale }
}

// TargetScaling returns a copy of the Normalization given to
// WithTargetScaling, nil if there was none.
func (r *Regressor) TargetScaling() *Normalization {
	targets := r.base().targets
	if targets == nil {
		return nil
	}
	return targets.clone()
}

// checkTargetScaling returns an error unless the scaling suits the network, and
// copies it.
func (n *network) checkTargetScaling() error {
	const op = "Model: WithTargetScaling"
	_, limited := n.loss.(TargetChecker)
	switch {
	case n.targets == nil:
		return nil
	case n.loss.Task() != Regression:
		return fmt.Errorf("mlp: %s: %s is no loss of a regression", op, n.loss.Name())
	case limited:
		return fmt.Errorf("mlp: %s: %s takes targets of a certain range only", op, n.loss.Name())
	}
	if err := n.targets.Validate(); err != nil {
		return fmt.Errorf("mlp: %s: %w", op, err)
	}
	if units := n.units(); n.targets.units != units {
		return &ShapeError{Op: op, Subject: "scale", Got: n.targets.units, Unit: "columns", Wanting: fmt.Sprintf("layer %d gives", len(n.layers)-1), Want: units}
	}
	n.targets = n.targets.clone()
	return nil
}
