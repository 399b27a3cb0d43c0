package mlp_test

import (
	"context"
	"testing"

	"example.com/mlp"
)

// BatchNorm cannot train on a batch of one row: all training methods return an
// error, before the first step if they know the batches.
func TestBatchesOfOneRow(t *testing.T) {
	x, _, _, numbers := samples(31)
	before := mlp.Dense(4, 4, mlp.Tanh)
	inside := mlp.Residual(mlp.Dense(4, 4, mlp.Tanh), mlp.BatchNorm(4))
	for name, norm := range map[string]mlp.Layer{"batch norm": mlp.BatchNorm(4), "inside": inside} {
		net := model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(1)}, before, norm, mlp.Dense(4, 2, mlp.Identity))
		start := weights(net)
		fit := func(opts mlp.FitOptions) error { return second(net.Fit(context.Background(), x, numbers, opts)) }
		for call, err := range map[string]error{
			"Fit":              fit(mlp.FitOptions{BatchSize: 10}),
			"FitBatches":       second(net.FitBatches(context.Background(), inBatches(x, numbers, 1), mlp.FitOptions{})),
			"FitBatch":         second(trainer(t, net, mlp.FitOptions{}).FitBatch(x.Slice(0, 1, 0, 4), numbers.Slice(0, 1, 0, 2))),
			"FindLearningRate": second(mlp.FindLearningRate(context.Background(), net, x, numbers, mlp.FitOptions{BatchSize: 1}, mlp.RateSearch{})),
		} {
			want := "mlp: " + call + ": a batch has 1 row, layer 1 takes at least 2, of whose statistics it learns: change BatchSize, or see DropLast"
			if err == nil || err.Error() != want {
				t.Errorf("%s:\ngot  %v\nwant %s", name, err, want)
			}
		}
		if !sameBits(weights(net), start) {
			t.Errorf("%s: the weights have moved", name)
		}
		for _, opts := range []mlp.FitOptions{{BatchSize: 10, DropLast: true}, {BatchSize: 11}, {BatchSize: 31}, {}} {
			opts.Epochs = 2
			if err := fit(opts); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
