package acceptance_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/internal/kernel"
)

// legacy has the files that the library wrote at commit e59f40b, by the program
// in testdata/saved/make. Networks, ensembles and pipelines give the same bits
// as they did there, and runs continue to the same bits.
const legacy = "../../testdata/saved/e59f40b"

// answer is what the library at that commit did with a file; see the program.
type answer struct {
	Classes   []string
	Features  []string
	Metadata  map[string]string
	Threshold float64

	Inputs, Forward, Predict, Rows [][]float64

	Trained string

	Epochs, After int
	History       [][]float64
	BestEpoch     int `json:"best_epoch"`
	Last          string

	Columns       []string
	Records       [][]string
	Table, Single []prediction
}

// prediction is a dataset.Prediction in JSON.
type prediction struct {
	Class         string
	Probabilities []float64
	Value         float64
}

// legacyTargets are the targets that the networks in the files were trained on.
var legacyTargets = map[string]func(d data) mat.Matrix{
	"classifier.safetensors":          func(d data) mat.Matrix { return d.classes },
	"binary.safetensors":              func(d data) mat.Matrix { return d.yes },
	"regressor.safetensors":           func(d data) mat.Matrix { return d.numbers },
	"poisson-1.safetensors":           func(d data) mat.Matrix { return d.counts.Slice(0, 60, 0, 1) },
	"poisson-2.safetensors":           func(d data) mat.Matrix { return d.counts },
	"hinge.safetensors":               func(d data) mat.Matrix { return d.yes },
	"squared-hinge.safetensors":       func(d data) mat.Matrix { return d.yes },
	"ensemble-classifier.safetensors": func(d data) mat.Matrix { return d.classes },
	"ensemble-regressor.safetensors":  func(d data) mat.Matrix { return d.numbers },
}

// legacyRuns are the runs of the checkpoints: their targets, and their options
// except for Epochs and the Checkpoint itself.
var legacyRuns = map[string]struct {
	targets func(d data) mat.Matrix
	options func() mlp.FitOptions
}{
	"run-adam.safetensors": {
		func(d data) mat.Matrix { return d.classes },
		func() mlp.FitOptions {
			return mlp.FitOptions{
				BatchSize:       8,
				Optimizer:       mlp.Adam{LearningRate: 0.05},
				Schedule:        &mlp.ReduceOnPlateau{Patience: 2, Factor: 0.5, MinDelta: 0.1},
				Callbacks:       []mlp.Callback{&mlp.EarlyStopping{Patience: 20, MinDelta: 0.3}},
				ValidationSplit: 0.25,
				AverageDecay:    0.8,
			}
		},
	},
	"run-sgd.safetensors": {
		func(d data) mat.Matrix { return d.yes },
		func() mlp.FitOptions {
			return mlp.FitOptions{
				BatchSize:       7,
				Optimizer:       mlp.SGD{LearningRate: 0.1, Momentum: 0.9, Nesterov: true},
				Schedule:        mlp.CosineDecay{Epochs: 9, End: 0.1},
				AccumulateSteps: 3,
				ClassWeights:    []float64{1, 2.5},
				ClipNorm:        0.5,
			}
		},
	},
	"run-adamw.safetensors": {
		func(d data) mat.Matrix { return d.numbers },
		func() mlp.FitOptions {
			weights := make([]float64, 60)
			for i := range weights {
				weights[i] = float64(1+i%3) / 2
			}
			return mlp.FitOptions{
				BatchSize:     16,
				Optimizer:     mlp.AdamW{LearningRate: 0.02},
				Schedule:      mlp.Warmup{Epochs: 6, Start: 0.1},
				SampleWeights: weights,
				KeepOrder:     true,
			}
		},
	},
}

// No file is forgotten.
func TestLegacyFiles(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(legacy, "*.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	answers := legacyAnswers(t)
	if len(files) != len(answers) {
		t.Errorf("%d files and %d answers", len(files), len(answers))
	}
	for _, path := range files {
		name := filepath.Base(path)
		_, network := legacyTargets[name]
		_, run := legacyRuns[name]
		if answers[name] == nil || !network && !run && !strings.HasPrefix(name, "pipeline-") {
			t.Errorf("%s has no answers or no test", name)
		}
	}
}

// Networks and ensembles predict the same bits, are saved to the same file, and
// train to the same bits.
func TestLegacyNetworks(t *testing.T) {
	d := legacySamples(1, 60)
	answers := legacyAnswers(t)
	for name, targets := range legacyTargets {
		t.Run(name, func(t *testing.T) {
			want := answers[name]
			file := readFile(t, name)
			net := load(t, file)
			checkNetwork(t, net, want)
			again := saved(t, net)
			sameFile(t, again, file)
			other := load(t, again)
			checkNetwork(t, other, want)
			for _, n := range []mlp.Network{net, other} {
				fit(t, n, d.x, targets(d), mlp.FitOptions{Epochs: 2, BatchSize: 8})
			}
			if hash(net) != hash(other) {
				t.Error("what is saved again is trained to other weights")
			}
			t.Run("trained further", func(t *testing.T) {
				needFMA(t)
				if got := hash(net); got != want.Trained {
					t.Errorf("the hash of the weights is %s, want %s", got, want.Trained)
				}
			})
		})
	}
}

// Runs continue from their checkpoints to the same bits, both directly and with
// another checkpoint in between.
func TestLegacyRuns(t *testing.T) {
	d := legacySamples(1, 60)
	answers := legacyAnswers(t)
	for name, run := range legacyRuns {
		t.Run(name, func(t *testing.T) {
			want := answers[name]
			file := readFile(t, name)
			net := load(t, file)
			checkNetwork(t, net, want)
			sameFile(t, saved(t, net), file)

			path := filepath.Join(legacy, name)
			t.Run("resumed", func(t *testing.T) {
				net, state := loadCheckpoint(t, path)
				checkNetwork(t, net, want)
				if len(state.Epochs) != want.After {
					t.Fatalf("the state has %d epochs, want %d", len(state.Epochs), want.After)
				}
				opts := run.options()
				opts.Resume = state
				checkRun(t, net, d.x, run.targets(d), opts, want)
			})
			t.Run("resumed twice", func(t *testing.T) {
				between := filepath.Join(t.TempDir(), name)
				net, state := loadCheckpoint(t, path)
				opts := run.options()
				opts.Resume, opts.Epochs = state, want.After+1
				opts.Callbacks = append(opts.Callbacks, &mlp.Checkpoint{Path: between})
				fit(t, net, d.x, run.targets(d), opts)

				opts = run.options()
				net, opts.Resume = loadCheckpoint(t, between)
				checkRun(t, net, d.x, run.targets(d), opts, want)
			})
		})
	}
}

// checkRun resumes a run and checks its epochs and how it ends.
func checkRun(t *testing.T, net mlp.Network, x, y mat.Matrix, opts mlp.FitOptions, want *answer) {
	t.Helper()
	last := ""
	opts.Epochs = want.Epochs
	opts.Callbacks = append(opts.Callbacks, mlp.CallbackFunc(func(e *mlp.Epoch) error {
		if e.Number == want.Epochs {
			last = hash(net)
		}
		return nil
	}))
	h := fit(t, net, x, y, opts)
	needFMA(t)
	if len(h.Epochs) != len(want.History) || h.BestEpoch != want.BestEpoch {
		t.Fatalf("%d epochs, the best %d, want %d and %d", len(h.Epochs), h.BestEpoch, len(want.History), want.BestEpoch)
	}
	for i, e := range h.Epochs {
		numbers := []float64{e.Train.Loss, e.Train.Score, e.LearningRate, e.GradientNorm}
		if e.Validation != nil {
			numbers = append(numbers, e.Validation.Loss, e.Validation.Score)
		}
		sameNumbers(t, fmt.Sprintf("epoch %d", i+1), numbers, want.History[i])
	}
	if last != want.Last {
		t.Errorf("after the last epoch the hash of the weights is %s, want %s", last, want.Last)
	}
	if got := hash(net); got != want.Trained {
		t.Errorf("in the end the hash of the weights is %s, want %s", got, want.Trained)
	}
}

// Pipelines give the same answers and are saved to the same file.
func TestLegacyPipelines(t *testing.T) {
	answers := legacyAnswers(t)
	for _, name := range []string{"pipeline-classes.safetensors", "pipeline-numbers.safetensors", "pipeline-binary.safetensors"} {
		t.Run(name, func(t *testing.T) {
			want := answers[name]
			file := readFile(t, name)
			p, err := dataset.LoadPipeline(bytes.NewReader(file))
			if err != nil {
				t.Fatal(err)
			}
			checkPipeline(t, p, want)
			var again bytes.Buffer
			if err := p.Save(&again); err != nil {
				t.Fatal(err)
			}
			sameFile(t, again.Bytes(), file)
			if p, err = dataset.LoadPipeline(&again); err != nil {
				t.Fatal(err)
			}
			checkPipeline(t, p, want)
		})
	}
}

func checkPipeline(t *testing.T, p *dataset.Pipeline, want *answer) {
	t.Helper()
	prep := p.Preparation()
	sameTexts(t, "columns", prep.Columns(), want.Columns)
	sameTexts(t, "classes", prep.Classes(), want.Classes)
	sameTexts(t, "features", prep.Features(), want.Features)
	same := func(what string, got dataset.Prediction, want prediction) {
		t.Helper()
		if got.Class != want.Class {
			t.Errorf("%s: class %q, want %q", what, got.Class, want.Class)
		}
		sameNumbers(t, what+", probabilities", got.Probabilities, want.Probabilities)
		sameNumbers(t, what+", value", []float64{got.Value}, []float64{want.Value})
	}
	table, err := dataset.NewTable(want.Columns, want.Records)
	if err != nil {
		t.Fatal(err)
	}
	all, err := p.Predict(table)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != len(want.Table) {
		t.Fatalf("%d predictions, want %d", len(all), len(want.Table))
	}
	for i, record := range want.Records {
		same(fmt.Sprintf("Predict, row %d", i), all[i], want.Table[i])
		one, err := p.PredictRow(record)
		if err != nil {
			t.Fatal(err)
		}
		same(fmt.Sprintf("PredictRow, row %d", i), one, want.Single[i])
	}
}

// checkNetwork checks the names and the answers of a network.
func checkNetwork(t *testing.T, net mlp.Network, want *answer) {
	t.Helper()
	sameTexts(t, "features", net.FeatureNames(), want.Features)
	if got := net.Metadata(); len(got) != len(want.Metadata) || len(got) > 0 && !reflect.DeepEqual(got, want.Metadata) {
		t.Errorf("metadata %q, want %q", got, want.Metadata)
	}
	switch net := net.(type) {
	case *mlp.BinaryClassifier:
		sameTexts(t, "classes", net.ClassNames(), want.Classes)
		if got := net.Threshold(); got != want.Threshold {
			t.Errorf("threshold %g, want %g", got, want.Threshold)
		}
	case *mlp.Classifier:
		sameTexts(t, "classes", net.ClassNames(), want.Classes)
	}
	x := mat.NewDense(len(want.Inputs), len(want.Inputs[0]), nil)
	for i, row := range want.Inputs {
		x.SetRow(i, row)
	}
	sameRows(t, "Forward", net.Forward, x, want.Forward)
	if net.Loss() == mlp.Poisson {
		return // only Forward is recorded
	}
	sameRows(t, "Predict", net.Predict, x, want.Predict)
	for i, row := range want.Inputs {
		got := make([]float64, len(want.Rows[i]))
		if err := net.PredictRow(got, row); err != nil {
			t.Fatal(err)
		}
		sameNumbers(t, fmt.Sprintf("PredictRow %d", i), got, want.Rows[i])
	}
}

func sameRows(t *testing.T, what string, f func(x mat.Matrix) (*mat.Dense, error), x *mat.Dense, want [][]float64) {
	t.Helper()
	y, err := f(x)
	if err != nil {
		t.Fatal(err)
	}
	if rows, _ := y.Dims(); rows != len(want) {
		t.Fatalf("%s gives %d rows, want %d", what, rows, len(want))
	}
	for i := range want {
		sameNumbers(t, fmt.Sprintf("%s, row %d", what, i), y.RawRowView(i), want[i])
	}
}

// sameNumbers compares bits or, without a fused multiply-add, to a tolerance of
// 1e-13.
func sameNumbers(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d numbers, want %d", what, len(got), len(want))
		return
	}
	for i, w := range want {
		g := got[i]
		same := math.Float64bits(g) == math.Float64bits(w)
		if !kernel.HasFMA() {
			same = math.Abs(g-w) <= 1e-13*max(1, math.Abs(w))
		}
		if !same {
			t.Errorf("%s: number %d is %v, want %v (difference %.3g)", what, i, g, w, g-w)
		}
	}
}

func sameTexts(t *testing.T, what string, got, want []string) {
	t.Helper()
	if len(got) != len(want) || len(got) > 0 && !reflect.DeepEqual(got, want) {
		t.Errorf("%s %q, want %q", what, got, want)
	}
}

// sameFile checks that a network saved again is the file it came from, except
// for the digest, which the file does not have, the version of the library and
// the state of a run.
func sameFile(t *testing.T, got, want []byte) {
	t.Helper()
	got = withoutDigest(t, got)
	g, w := parse(t, got), parse(t, want)
	same := g.metadata["library_version"] == w.metadata["library_version"]
	for key := range w.metadata {
		if strings.HasPrefix(key, "training.") {
			delete(w.metadata, key)
			same = false
		}
	}
	for name := range w.tensors {
		if strings.HasPrefix(name, "training.") {
			delete(w.tensors, name)
		}
	}
	if same && !bytes.Equal(got, want) {
		t.Error("saved again, the bytes differ")
	}
	delete(g.metadata, "library_version")
	delete(w.metadata, "library_version")
	if !reflect.DeepEqual(g.metadata, w.metadata) {
		t.Errorf("saved again, the metadata are\n%q\nwant\n%q", g.metadata, w.metadata)
	}
	if !reflect.DeepEqual(g.tensors, w.tensors) {
		t.Errorf("saved again, the tensors are\n%v\nwant\n%v", g.tensors, w.tensors)
	}
}

// withoutDigest returns the file that there was before Save wrote a digest.
func withoutDigest(t *testing.T, file []byte) []byte {
	t.Helper()
	size := binary.LittleEndian.Uint64(file)
	header, rest := file[8:8+size], file[8+size:]
	digest := regexp.MustCompile(`"mlp\.digest":"[0-9a-f]{64}",`)
	if n := len(digest.FindAll(header, -1)); n != 1 {
		t.Errorf("%d digests in the file", n)
	}
	header = bytes.TrimRight(digest.ReplaceAll(header, nil), " ")
	for len(header)%8 != 0 {
		header = append(header, ' ')
	}
	return slices.Concat(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header, rest)
}

// parsed are the parts of a file.
type parsed struct {
	metadata map[string]string
	tensors  map[string]tensor
}

type tensor struct {
	DType   string `json:"dtype"`
	Shape   []int  `json:"shape"`
	Offsets [2]int `json:"data_offsets"`
	Bytes   string `json:"-"`
}

// parse splits a file into the length of the header, the header in JSON, and
// the data.
func parse(t *testing.T, file []byte) parsed {
	t.Helper()
	size := binary.LittleEndian.Uint64(file)
	header, rest := file[8:8+size], file[8+size:]
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(header, &parts); err != nil {
		t.Fatal(err)
	}
	p := parsed{tensors: make(map[string]tensor)}
	for name, text := range parts {
		if name == "__metadata__" {
			if err := json.Unmarshal(text, &p.metadata); err != nil {
				t.Fatal(err)
			}
			continue
		}
		var a tensor
		if err := json.Unmarshal(text, &a); err != nil {
			t.Fatal(err)
		}
		a.Bytes = string(rest[a.Offsets[0]:a.Offsets[1]])
		p.tensors[name] = a
	}
	return p
}

func legacyAnswers(t *testing.T) map[string]*answer {
	t.Helper()
	text := readFile(t, "answers.json")
	var answers map[string]*answer
	if err := json.Unmarshal(text, &answers); err != nil {
		t.Fatal(err)
	}
	return answers
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(legacy, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func load(t *testing.T, file []byte) mlp.Network {
	t.Helper()
	net, err := mlp.Load(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return net
}

func loadCheckpoint(t *testing.T, path string) (mlp.Network, *mlp.TrainingState) {
	t.Helper()
	net, state, err := mlp.LoadCheckpoint(path)
	if err != nil {
		t.Fatal(err)
	}
	return net, state
}

// hash returns the SHA-256 of the bits of all weights, little-endian.
func hash(net mlp.Network) string {
	var b []byte
	for _, l := range net.Layers() {
		for _, p := range l.Params() {
			for _, v := range p.Value.RawMatrix().Data {
				b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
			}
		}
	}
	return fmt.Sprintf("%x", sha256.Sum256(b))
}

// data are samples of 4 features, with targets for all kinds of networks.
type data struct{ x, classes, yes, numbers, counts *mat.Dense }

// legacySamples returns the n samples that the files were made with. All numbers are
// small multiples of a power of two, so that sums and products are exact and
// the same everywhere.
func legacySamples(seed uint64, n int) data {
	pcg := rand.NewPCG(seed, 0)
	d := data{mat.NewDense(n, 4, nil), mat.NewDense(n, 3, nil), mat.NewDense(n, 1, nil), mat.NewDense(n, 2, nil), mat.NewDense(n, 2, nil)}
	for i := range n {
		row := d.x.RawRowView(i)
		for j := range row {
			row[j] = float64(pcg.Uint64()>>56)/64 - 2
		}
		class := 0
		for j := 1; j < 3; j++ {
			if row[j] > row[class] {
				class = j
			}
		}
		if pcg.Uint64()>>61 == 0 { // some are wrong
			class = (class + 1) % 3
		}
		d.classes.Set(i, class, 1)
		if row[0]*row[1]+row[3] > 0 {
			d.yes.Set(i, 0, 1)
		}
		d.numbers.Set(i, 0, 1000+64*row[0]+128*row[1]*row[2])
		d.numbers.Set(i, 1, row[3]*row[3]-row[0])
		d.counts.Set(i, 0, math.Floor(row[0]+2))
		d.counts.Set(i, 1, math.Floor((row[1]+2)*(row[2]+2)/2))
	}
	return d
}
