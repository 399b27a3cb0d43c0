package mlp_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/safetensors"
)

// checkpointed returns a network and options with everything that has a state,
// which a Checkpoint also writes to disk.
func checkpointed(t *testing.T, path string) (mlp.Network, mlp.FitOptions) {
	net, opts := resumable(t, mlp.SGD{Momentum: 0.9, Nesterov: true})
	opts.Schedule = &mlp.ReduceOnPlateau{Patience: 1, Monitor: script(5, 5, 4, 4, 4, 3, 3, 3, 2)}
	opts.Callbacks = append(opts.Callbacks, &mlp.Checkpoint{Path: path, Every: 4})
	return net, opts
}

// A run that ends after some epochs continues in another process to the same
// bytes as a run that was not interrupted.
func TestResumeInAnotherProcess(t *testing.T) {
	const variable = "MLP_TEST_CHECKPOINT"
	x, _, _, numbers := samples(60)
	if path := os.Getenv(variable); path != "" {
		net, state, err := mlp.LoadCheckpoint(path)
		if err != nil {
			t.Fatal(err)
		}
		_, opts := checkpointed(t, path)
		opts.Resume = state
		fit(t, net, x, numbers, opts)
		return
	}
	dir := t.TempDir()
	whole, broken := filepath.Join(dir, "whole"), filepath.Join(dir, "broken")

	net, opts := checkpointed(t, whole)
	want := fit(t, net, x, numbers, opts)

	net, opts = checkpointed(t, broken)
	crash := errors.New("crash")
	opts.Callbacks = append(opts.Callbacks, mlp.CallbackFunc(func(e *mlp.Epoch) error {
		if e.Number == 6 {
			return crash
		}
		return nil
	}))
	if _, err := net.Fit(context.Background(), x, numbers, opts); !errors.Is(err, crash) {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0], "-test.run=^TestResumeInAnotherProcess$")
	child.Env = append(os.Environ(), variable+"="+broken)
	out, err := child.CombinedOutput()
	if errors.Is(err, syscall.ENOEXEC) {
		t.Skip("an emulated program cannot start itself")
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}

	_, a, err1 := mlp.LoadCheckpoint(whole)
	_, b, err2 := mlp.LoadCheckpoint(broken)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	if len(a.Epochs) != len(want.Epochs) || a.Epochs[8].Train != want.Epochs[8].Train || *a.Epochs[8].Validation != *want.Epochs[8].Validation {
		t.Errorf("the file has epochs %+v, want %+v", a.Epochs, want.Epochs)
	}
	for i := range a.Epochs { // which take the time they take
		a.Epochs[i].Duration, b.Epochs[i].Duration = 0, 0
	}
	if !bytes.Equal(stateBytes(t, a), stateBytes(t, b)) {
		t.Error("another state when resumed")
	}
	if !bytes.Equal(savedNetwork(t, whole), savedNetwork(t, broken)) {
		t.Error("another network when resumed")
	}
}

// A process that is killed while training leaves a complete file, and the run
// that continues from it ends with the same bytes as a run that was never
// killed.
func TestResumeAfterKill(t *testing.T) { resumeAfterKill(t, 0.9, 0) }

// Within an epoch, too.
func TestResumeAfterKillWithinEpoch(t *testing.T) { resumeAfterKill(t, 0, 1) }

// resumeAfterKill is the test that calls it, with an average of this decay and a
// checkpoint after so many steps, 0 for those after epochs alone.
func resumeAfterKill(t *testing.T, decay float64, steps int) {
	const variable = "MLP_TEST_KILLED"
	x, _, _, numbers := samples(60)
	train := func(path string, epochs int, resume bool) (*mlp.TrainingState, error) {
		net, opts := resumable(t, mlp.Adam{})
		opts.Callbacks, opts.AverageDecay = nil, decay
		if resume {
			var err error
			if net, opts.Resume, err = mlp.LoadCheckpoint(path); err != nil {
				return nil, err
			}
		}
		opts.Epochs, opts.Callbacks = epochs, []mlp.Callback{&mlp.Checkpoint{Path: path, Steps: steps}}
		fit(t, net, x, numbers, opts)
		_, state, err := mlp.LoadCheckpoint(path)
		return state, err
	}
	if path := os.Getenv(variable); path != "" {
		train(path, 1<<17, false) // until it is killed
		return
	}
	dir := t.TempDir()
	killed, whole := filepath.Join(dir, "killed"), filepath.Join(dir, "whole")
	child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	child.Env = append(os.Environ(), variable+"="+killed)
	err := child.Start()
	if errors.Is(err, syscall.ENOEXEC) {
		t.Skip("an emulated program cannot start itself")
	}
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	for time.Since(begun) < time.Minute {
		if _, err := os.Stat(killed); err == nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	time.Sleep(20 * time.Millisecond) // into the middle of some epoch or of some file
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	child.Wait() // which tells of the kill

	_, state, err := mlp.LoadCheckpoint(killed)
	if err != nil {
		t.Fatalf("the file is not whole: %v", err)
	}
	epochs := len(state.Epochs) + 5
	a, err1 := train(killed, epochs, true)
	b, err2 := train(whole, epochs, false)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	for i := range a.Epochs { // which take the time they take
		a.Epochs[i].Duration, b.Epochs[i].Duration = 0, 0
	}
	if !bytes.Equal(stateBytes(t, a), stateBytes(t, b)) || !bytes.Equal(savedNetwork(t, killed), savedNetwork(t, whole)) {
		t.Errorf("another state or network when resumed after epoch %d", epochs-5)
	}
}

// stateBytes returns the bits of a state.
func stateBytes(t *testing.T, s *mlp.TrainingState) []byte {
	t.Helper()
	b, err := mlp.StateBytes(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// savedNetwork returns the bytes of the network in a file, without anything
// else in the file.
func savedNetwork(t *testing.T, path string) []byte {
	t.Helper()
	net, err := mlp.LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return saved(t, net)
}

// What cannot be saved is reported before the first epoch.
func TestCheckpointOfWhatCannotBeSaved(t *testing.T) {
	x, y := mat.NewDense(3, 1, []float64{1, 2, 3}), mat.NewDense(3, 1, []float64{2, 4, 6})
	dense := mlp.Dense(1, 1, mlp.Identity)
	for _, net := range []mlp.Network{
		model(t, mlp.MeanSquaredError, nil, undescribed{dense}),
		model(t, mlp.MeanSquaredError, nil, mlp.Residual(undescribed{dense})),
		model(t, mlp.MeanSquaredError, nil, mlp.Dense(1, 1, mlp.NewActivation("relu", math.Abs, math.Abs))),
		model(t, imposter{}, nil, dense),
	} {
		path := filepath.Join(t.TempDir(), "run")
		h, err := net.Fit(context.Background(), x, y, mlp.FitOptions{Callbacks: []mlp.Callback{&mlp.Checkpoint{Path: path}}})
		want := strings.Replace(mlp.SaveFile(path, net).Error(), "mlp: SaveFile:", "mlp: Fit: callback: Checkpoint:", 1)
		if err == nil || err.Error() != want || len(h.Epochs) > 0 {
			t.Errorf("after %d epochs\ngot  %v\nwant %s", len(h.Epochs), err, want)
		}
	}
	err := (&mlp.Checkpoint{Path: "x"}).FitBegin(&mlp.Run{Network: &mlp.Regressor{}})
	want := "Checkpoint: the network is a *mlp.Regressor that Model has not made"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestMistakesInCheckpoint(t *testing.T) {
	x, _, _, numbers := samples(60)
	path := filepath.Join(t.TempDir(), "run")
	for _, c := range []struct {
		checkpoint mlp.Checkpoint
		want       string
	}{
		{mlp.Checkpoint{}, "Checkpoint.Path is empty"},
		{mlp.Checkpoint{Path: path, Every: -1}, "Checkpoint.Every is -1, want at least 1 (or 0 for the default)"},
		{mlp.Checkpoint{Path: filepath.Join(path, "x")}, "Checkpoint: open " + path},
	} {
		net, opts := resumable(t, mlp.Adam{})
		opts.Callbacks = []mlp.Callback{&c.checkpoint}
		if _, err := net.Fit(context.Background(), x, numbers, opts); err == nil || !strings.HasPrefix(err.Error(), "mlp: Fit: callback: "+c.want) {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}

	net, opts := checkpointed(t, path)
	fit(t, net, x, numbers, opts)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(f *safetensors.File)
		want   string
	}{
		{"no state", func(f *safetensors.File) { delete(f.Metadata, "training.run") }, "the file has a network, but no state of a run"},
		{"no JSON", func(f *safetensors.File) { f.Metadata["training.run"] = "{" }, "metadata training.run: unexpected EOF"},
		{"callbacks", func(f *safetensors.File) {
			f.Metadata["training.run"] = strings.Replace(f.Metadata["training.run"], `"callbacks":2`, `"callbacks":3`, 1)
		}, `no tensor "training.callback.2"`},
		{"a tensor too many", func(f *safetensors.File) {
			f.Tensors = append(f.Tensors, safetensors.Float64Tensor("training.x", nil, 0))
		}, `tensor "training.x" does not belong to the state`},
		{"epochs", func(f *safetensors.File) { tensor(f, "training.epochs").Data[7] = 0x41 }, `epoch 1 of tensor "training.epochs" has number`},
		{"epochs cut off", func(f *safetensors.File) {
			e := tensor(f, "training.epochs")
			*e = safetensors.Float64Tensor(e.Name, make([]float64, 10), 10)
		}, `tensor "training.epochs" has 10 numbers, want 9 for each epoch`},
		{"slot", func(f *safetensors.File) {
			s := tensor(f, "training.layers.0.weight.slot0")
			*s = safetensors.Float64Tensor(s.Name, []float64{math.NaN()}, 1)
		}, `tensor "layers.0.weight.slot0": entry 0 is NaN: not finite`},
	} {
		f, err := safetensors.Read(bytes.NewReader(whole))
		if err != nil {
			t.Fatal(err)
		}
		delete(f.Metadata, "mlp.digest")
		c.change(f)
		var b bytes.Buffer
		if err := safetensors.Write(&b, f.Metadata, f.Tensors); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, _, err := mlp.LoadCheckpoint(path); err == nil || !strings.HasPrefix(err.Error(), "mlp: LoadCheckpoint: "+path+": "+c.want) {
			t.Errorf("%s: got %v\nwant %s", c.name, err, c.want)
		}
	}
	if _, _, err := mlp.LoadCheckpoint(path + "x"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that does not exist: %v", err)
	}
}

// tensor returns the tensor of a file with the given name.
func tensor(f *safetensors.File, name string) *safetensors.Tensor {
	for i := range f.Tensors {
		if f.Tensors[i].Name == name {
			return &f.Tensors[i]
		}
	}
	panic("no tensor " + name)
}
