package mlp

import (
	"fmt"

	"example.com/mlp/internal/matrix"
)

// LabelSmoothing returns a cross-entropy that trains towards probabilities
// slightly away from 0 and 1, so that the network does not become overconfident
// (Szegedy et al., 2016). With ε = epsilon in [0, 1) it uses
//
//	y' = (1−ε)·y + ε/2    for BinaryCrossEntropy (as Keras)
//	y' = (1−ε)·y + ε/k    for CategoricalCrossEntropy (as Keras and PyTorch)
//
// instead of the targets y, in evaluation too. Model returns an error for any
// other loss and for ε out of range.
func LabelSmoothing(loss LogitLoss, epsilon float64) LogitLoss {
	switch loss {
	case binaryCrossEntropy{}:
		return binaryCrossEntropy{smoothing{epsilon}}
	case categoricalCrossEntropy{}:
		return categoricalCrossEntropy{smoothing{epsilon}}
	}
	if matrix.IsNil(loss) {
		return unsmoothable{binaryCrossEntropy{}, smoothing{epsilon}, "nil"}
	}
	return unsmoothable{loss, smoothing{epsilon}, loss.Name()}
}

// rename returns the name of the smoothed loss, given its name without
// smoothing.
func (s smoothing) rename(name string) string {
	if s.epsilon == 0 {
		return name
	}
	return fmt.Sprintf("label_smoothing(%s,%g)", name, s.epsilon)
}

// Validate returns an error unless ε is in [0, 1).
func (s smoothing) Validate() error { return checkFraction("epsilon", s.epsilon) }

// unsmoothable is a loss that LabelSmoothing does not support. Model rejects
// it.
type unsmoothable struct {
	LogitLoss
	smoothing
	name string
}

func (l unsmoothable) Name() string { return l.rename(l.name) }

func (l unsmoothable) Validate() error {
	return fmt.Errorf("labels are smoothed for %s and %s only", BinaryCrossEntropy.Name(), CategoricalCrossEntropy.Name())
}
