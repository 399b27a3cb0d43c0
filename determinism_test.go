package mlp_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/kernel"
)

// trainedHash is the SHA-256 of what trainEverything finds, on every processor
// with a fused multiply-add, with and without assembly.
const trainedHash = "79a207bfe2859a79b63126d981b27c31f2d3c2e54e480d405b2761ba5ec9ba9d"

// trainEverything trains networks that have every activation, kind of layer, loss
// and update rule and returns the hash of their weights, losses and predictions.
func trainEverything(t *testing.T) string {
	t.Helper()
	const rows, inputs, classes, width = 150, 7, 3, 19
	x, y := mat.NewDense(rows, inputs, nil), mat.NewDense(rows, classes, nil)
	for i := range rows {
		for j := range inputs {
			x.Set(i, j, float64((i*i+7*i*j+3*j)%23)/11-1)
		}
		y.Set(i, (i*i/3)%classes, 1)
	}
	yes := y.Slice(0, rows, 1, 2)
	var bytes []byte
	add := func(values ...float64) {
		for _, v := range values {
			bytes = binary.LittleEndian.AppendUint64(bytes, math.Float64bits(v))
		}
	}
	for _, c := range []struct {
		loss   mlp.Loss
		output mlp.Layer
		y      mat.Matrix
	}{
		{mlp.CategoricalCrossEntropy, mlp.Dense(width, classes, mlp.Softmax), y},
		{mlp.BinaryCrossEntropy, mlp.Dense(width, 1, mlp.Sigmoid), yes},
		{mlp.MeanSquaredError, mlp.Dense(width, classes, mlp.Sigmoid), y},
	} {
		layers := []mlp.Layer{mlp.Dense(inputs, width, mlp.Tanh)}
		for _, act := range mlp.Activations {
			layers = append(layers, mlp.Dense(width, width, act))
		}
		layers = append(layers, oneOfEach(width)...)
		net := model(t, c.loss, []mlp.ModelOption{mlp.WithSeed(11)}, append(layers, c.output)...)
		for _, opt := range []mlp.Optimizer{
			mlp.Adam{},
			mlp.SGD{},
			mlp.SGD{Momentum: 0.9},
			mlp.SGD{Momentum: 0.9, Nesterov: true},
		} {
			for _, e := range fit(t, net, x, c.y, mlp.FitOptions{Epochs: 5, BatchSize: 16, Optimizer: opt}).Epochs {
				add(e.Train.Loss, e.Train.Score)
			}
		}
		add(weights(net)...)
		out, err := net.Forward(x)
		if err != nil {
			t.Fatal(err)
		}
		add(out.RawMatrix().Data...)
	}
	return fmt.Sprintf("%x", sha256.Sum256(bytes))
}

func TestSameBitsOnEveryArchitecture(t *testing.T) {
	if !kernel.HasFMA() {
		t.Skip("this processor has no fused multiply-add: its last bits are its own")
	}
	if got := trainEverything(t); got != trainedHash {
		t.Errorf("hash %s, want %s", got, trainedHash)
	}
}

// The same test in processes that may not use all of the processor.
func TestSameBitsWithEveryInstructionSet(t *testing.T) {
	if !kernel.HasFMA() {
		t.Skip("this processor has no fused multiply-add: its last bits are its own")
	}
	program, err := os.Executable()
	if err != nil {
		t.Skip("this system starts no processes: ", err)
	}
	for _, off := range []string{"cpu.avx512f=off", "cpu.avx2=off"} {
		cmd := exec.Command(program, "-test.run=^TestSameBitsOnEveryArchitecture$", "-test.v")
		cmd.Env = append(os.Environ(), "GODEBUG="+off)
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "--- PASS") {
			t.Errorf("%s: %v\n%s", off, err, out)
		}
	}
}
