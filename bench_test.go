package mlp_test

import (
	"testing"

	"example.com/mlp"
)

// BenchmarkStep reports the time of one training step, of a 4-32-3 network
// with batches of 8 rows.
func BenchmarkStep(b *testing.B) {
	const batch, steps = 8, 100 // steps in an epoch
	for _, c := range []struct {
		name string
		opt  mlp.Optimizer
	}{{"SGD", mlp.SGD{}}, {"Adam", mlp.Adam{}}} {
		b.Run(c.name, func(b *testing.B) {
			net := model(b, mlp.CategoricalCrossEntropy, nil, mlp.Dense(4, 32, mlp.ReLU), mlp.Dense(32, 3, mlp.Softmax))
			x, y, _, _ := samples(batch * steps)
			epochs := (b.N-1)/steps + 1
			b.ReportAllocs()
			b.ResetTimer()
			fit(b, net, x, y, mlp.FitOptions{Epochs: epochs, BatchSize: batch, Optimizer: c.opt, KeepOrder: true})
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(epochs*steps), "ns/step")
		})
	}
}

// BenchmarkPredictRow reports the time of one prediction of a 4-32-3 network.
func BenchmarkPredictRow(b *testing.B) {
	net := model(b, mlp.CategoricalCrossEntropy, nil, mlp.Dense(4, 32, mlp.ReLU), mlp.Dense(32, 3, mlp.Softmax))
	x, _, _, _ := samples(1)
	dst := make([]float64, 3)
	b.ReportAllocs()
	for b.Loop() {
		if err := net.PredictRow(dst, x.RawRowView(0)); err != nil {
			b.Fatal(err)
		}
	}
}
