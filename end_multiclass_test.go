package mlp_test

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// Classifiers of both types have probabilities by the same methods.
func TestProbabilities(t *testing.T) {
	x, _, _, _ := samples(7)
	for _, net := range []interface {
		mlp.Network
		Probabilities(x mat.Matrix) (*mat.Dense, error)
		ProbabilitiesRow(dst, x []float64) error
	}{
		classifier(t, mlp.WithSeed(1)).(*mlp.Classifier),
		binaryNet(t, mlp.WithSeed(1)),
		labeller(t, mlp.BinaryCrossEntropy),
	} {
		want, err1 := net.Forward(x)
		got, err2 := net.Probabilities(x)
		if err1 != nil || err2 != nil || !mat.Equal(got, want) {
			t.Errorf("%T: %v, %v, want %v, %v", net, got, err2, want, err1)
			continue
		}
		_, units := got.Dims()
		row := make([]float64, units)
		if err := net.ProbabilitiesRow(row, x.RawRowView(3)); err != nil {
			t.Error(err)
		}
		nearAll(t, "row", row, got.RawRowView(3), 1e-14)
	}
	c := classifier(t).(*mlp.Classifier)
	for want, call := range map[string]func() error{
		"mlp: Probabilities: x is nil":                              func() error { _, err := c.Probabilities(nil); return err },
		"mlp: ProbabilitiesRow: dst has 2 entries, layer 1 gives 3": func() error { return c.ProbabilitiesRow(make([]float64, 2), x.RawRowView(0)) },
		"mlp: ProbabilitiesRow: want a network that Model has made": func() error { return new(mlp.Classifier).ProbabilitiesRow(nil, nil) },
	} {
		if err := call(); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}
