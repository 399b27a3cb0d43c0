package mlp_test

import (
	"bytes"
	"io"
	"runtime"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// benchmarks are the networks that the benchmarks train and run, named after
// their layers.
var benchmarks = []struct {
	name  string
	sizes []int
	loss  mlp.Loss
	batch int
	opt   mlp.Optimizer
}{
	{"4-32-3", []int{4, 32, 3}, mlp.CategoricalCrossEntropy, 8, mlp.SGD{}},
	{"10-100-1", []int{10, 100, 1}, mlp.MeanSquaredError, 200, mlp.Adam{}},
	{"30-64-32-1", []int{30, 64, 32, 1}, mlp.BinaryCrossEntropy, 32, mlp.Adam{}},
	{"784-128-10", []int{784, 128, 10}, mlp.CategoricalCrossEntropy, 32, mlp.SGD{}},
	{"784-512-512-10", []int{784, 512, 512, 10}, mlp.CategoricalCrossEntropy, 128, mlp.Adam{}},
}

// benchNetwork returns a network with ReLU between the layers, and data for it.
func benchNetwork(b *testing.B, sizes []int, loss mlp.Loss, rows int) (net mlp.Network, x, y *mat.Dense) {
	last := len(sizes) - 1
	output := map[mlp.Task]mlp.Activation{mlp.Binary: mlp.Sigmoid, mlp.Multiclass: mlp.Softmax, mlp.Regression: mlp.Identity}
	var layers []mlp.Layer
	for i := range last {
		act := mlp.ReLU
		if i == last-1 {
			act = output[loss.Task()]
		}
		layers = append(layers, mlp.Dense(sizes[i], sizes[i+1], act))
	}
	x, y = mat.NewDense(rows, sizes[0], nil), mat.NewDense(rows, sizes[last], nil)
	for i := range rows {
		for j := range sizes[0] {
			x.Set(i, j, float64((i*i+7*i*j+3*j)%23)/11-1)
		}
		y.Set(i, i%sizes[last], 1)
	}
	return model(b, loss, []mlp.ModelOption{mlp.WithSeed(1)}, layers...), x, y
}

// BenchmarkStep reports the time of one training step. An epoch has 20 of them,
// so that costs once per epoch hardly matter.
func BenchmarkStep(b *testing.B) {
	const steps = 20
	for _, c := range benchmarks {
		b.Run(c.name, func(b *testing.B) {
			net, x, y := benchNetwork(b, c.sizes, c.loss, c.batch*steps)
			epochs := (b.N-1)/steps + 1
			b.ReportAllocs()
			b.ResetTimer()
			fit(b, net, x, y, mlp.FitOptions{Epochs: epochs, BatchSize: c.batch, Optimizer: c.opt, KeepOrder: true})
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(epochs*steps), "ns/step")
			b.ReportMetric(0, "ns/op") // of no meaning: b.N is not a multiple of the steps
		})
	}
}

// BenchmarkPredictRow reports the time of the prediction for one sample.
func BenchmarkPredictRow(b *testing.B) {
	for _, c := range benchmarks {
		b.Run(c.name, func(b *testing.B) {
			net, x, y := benchNetwork(b, c.sizes, c.loss, 1)
			b.ReportAllocs()
			for b.Loop() {
				if err := net.PredictRow(y.RawRowView(0), x.RawRowView(0)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPredictRowParallel reports the time of the prediction for one sample
// when at least eight goroutines request one at once.
func BenchmarkPredictRowParallel(b *testing.B) {
	const goroutines = 8
	for _, c := range benchmarks {
		b.Run(c.name, func(b *testing.B) {
			net, x, _ := benchNetwork(b, c.sizes, c.loss, 1)
			b.ReportAllocs()
			b.SetParallelism((goroutines-1)/runtime.GOMAXPROCS(0) + 1)
			b.RunParallel(func(pb *testing.PB) {
				dst := make([]float64, c.sizes[len(c.sizes)-1])
				for pb.Next() {
					if err := net.PredictRow(dst, x.RawRowView(0)); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}

// BenchmarkSave and BenchmarkLoad report the time for a network of 0.7 million
// weights.
func BenchmarkSave(b *testing.B) {
	net, _, _ := benchNetwork(b, []int{784, 512, 512, 10}, mlp.CategoricalCrossEntropy, 1)
	b.ReportAllocs()
	for b.Loop() {
		if err := mlp.Save(io.Discard, net); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	net, _, _ := benchNetwork(b, []int{784, 512, 512, 10}, mlp.CategoricalCrossEntropy, 1)
	file := saved(b, net)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := mlp.Load(bytes.NewReader(file)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPredictTo reports the rows per second of predictions for many
// samples at once.
func BenchmarkPredictTo(b *testing.B) {
	const rows = 10000
	for _, c := range benchmarks {
		b.Run(c.name, func(b *testing.B) {
			net, x, dst := benchNetwork(b, c.sizes, c.loss, rows)
			b.ReportAllocs()
			for b.Loop() {
				if err := net.PredictTo(dst, x); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
