//go:build ignore

// Make has written the files in testdata/saved/e59f40b with the library at
// commit e59f40b: networks, pipelines and checkpoints of runs, and in
// answers.json the results of that library for them. It must only be run with
// the library at that commit, in the root folder of the module:
//
//	go run testdata/saved/make/main.go
//
// It refuses to write into an existing folder. It gives the same files every
// time, except for the durations of epochs in the checkpoints. Tests in
// internal/acceptance read the files; they make the same samples and train with
// the same options.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

const folder = "testdata/saved/e59f40b"

// answer holds the results of the library for a file.
type answer struct {
	Classes   []string          `json:"classes,omitempty"`
	Features  []string          `json:"features,omitempty"`
	Metadata  map[string]string `json:"metadata,omitempty"`
	Threshold float64           `json:"threshold,omitempty"`

	// Inputs are samples, Forward and Predict the results of these methods for
	// them, Rows those of PredictRow for each sample. Poisson networks have
	// only Forward, the logarithms of the expected counts.
	Inputs  [][]float64 `json:"inputs,omitempty"`
	Forward [][]float64 `json:"forward,omitempty"`
	Predict [][]float64 `json:"predict,omitempty"`
	Rows    [][]float64 `json:"rows,omitempty"`

	// Trained is the hash of the weights after more training: of a network for
	// two epochs, of a checkpoint to the end of the run.
	Trained string `json:"trained,omitempty"`

	// For a checkpoint: the epochs of the whole run and the epoch of the file,
	// the numbers of all epochs, the best one, and the hash of the weights at
	// the end of the last one, before EarlyStopping has restored those of the
	// best.
	Epochs    int         `json:"epochs,omitempty"`
	After     int         `json:"after,omitempty"`
	History   [][]float64 `json:"history,omitempty"`
	BestEpoch int         `json:"best_epoch,omitempty"`
	Last      string      `json:"last,omitempty"`

	// For a pipeline: records, the predictions for them in a table, and the
	// prediction for each record by itself.
	Columns []string     `json:"columns,omitempty"`
	Records [][]string   `json:"records,omitempty"`
	Table   []prediction `json:"table,omitempty"`
	Single  []prediction `json:"single,omitempty"`
}

// prediction is a dataset.Prediction in JSON.
type prediction struct {
	Class         string
	Probabilities []float64
	Value         float64
}

var answers = make(map[string]*answer)

func main() {
	log.SetFlags(0)
	check(os.Mkdir(folder, 0o777))
	networks()
	ensembles()
	checkpoints()
	pipelines()
	text, err := json.Marshal(answers)
	check(err)
	var b bytes.Buffer
	check(json.Indent(&b, text, "", " "))
	check(os.WriteFile(filepath.Join(folder, "answers.json"), compact(b.Bytes()), 0o666))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func must[T any](v T, err error) T {
	check(err)
	return v
}

// compact joins the lines of indented JSON that are at least three levels deep
// to the line that they belong to.
func compact(text []byte) []byte {
	text = bytes.ReplaceAll(text, []byte("\n   "), []byte("\n\t"))
	lines := bytes.Split(text, []byte("\n"))
	var out []byte
	for i, line := range lines {
		deep := bytes.HasPrefix(line, []byte("\t"))
		closing := bytes.HasPrefix(line, []byte("  ]")) || bytes.HasPrefix(line, []byte("  }"))
		if i > 0 && !deep && !closing {
			out = append(out, '\n')
		}
		if deep || closing {
			line = bytes.TrimSpace(line)
		}
		out = append(out, line...)
	}
	return append(out, '\n')
}

// data holds samples of 4 features, with targets for all kinds of networks.
type data struct{ x, classes, yes, numbers, counts *mat.Dense }

// samples returns n samples. All numbers are small multiples of a power of two,
// so that sums and products are exact and the same everywhere.
func samples(seed uint64, n int) data {
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

// questions returns the samples to predict, the last of them far outside the
// training data.
func questions() *mat.Dense {
	x := samples(2, 7).x
	last := x.RawRowView(6)
	for j := range last {
		last[j] *= 16
	}
	return x
}

func fit(net mlp.Network, x, y mat.Matrix, opts mlp.FitOptions) *mlp.History {
	return must(net.Fit(context.Background(), x, y, opts))
}

// trained returns a network trained for some epochs.
func trained(x, y mat.Matrix, loss mlp.Loss, layers []mlp.Layer, opts ...mlp.ModelOption) mlp.Network {
	net := must(mlp.Model(layers, loss, opts...))
	fit(net, x, y, mlp.FitOptions{Epochs: 12, BatchSize: 8, Optimizer: mlp.Adam{LearningRate: 0.01}})
	return net
}

func adapted(y mat.Matrix) *mlp.Normalization {
	_, cols := y.Dims()
	norm := mlp.NewNormalization(cols)
	check(norm.Adapt(y))
	return norm
}

func rows(m *mat.Dense) [][]float64 {
	n, _ := m.Dims()
	all := make([][]float64, n)
	for i := range all {
		all[i] = append([]float64{}, m.RawRowView(i)...)
	}
	return all
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

// answerOf returns the answer of a network.
func answerOf(net mlp.Network) *answer {
	x := questions()
	a := &answer{Features: net.FeatureNames(), Metadata: net.Metadata(), Inputs: rows(x)}
	a.Forward = rows(must(net.Forward(x)))
	if net.Loss() != mlp.Poisson {
		a.Predict = rows(must(net.Predict(x)))
		for _, row := range a.Inputs {
			dst := make([]float64, len(a.Predict[0]))
			check(net.PredictRow(dst, row))
			a.Rows = append(a.Rows, dst)
		}
	}
	switch net := net.(type) {
	case *mlp.BinaryClassifier:
		a.Classes, a.Threshold = net.ClassNames(), net.Threshold()
	case *mlp.Classifier:
		a.Classes = net.ClassNames()
	}
	return a
}

// keep saves a network, records its predictions, and trains it further.
func keep(name string, net mlp.Network, x, y mat.Matrix) {
	check(mlp.SaveFile(filepath.Join(folder, name), net))
	a := answerOf(net)
	fit(net, x, y, mlp.FitOptions{Epochs: 2, BatchSize: 8})
	a.Trained = hash(net)
	answers[name] = a
}

func networks() {
	d := samples(1, 60)
	features := mlp.WithFeatures("length", "width", "höhe", "age")

	net := trained(d.x, d.classes, mlp.CategoricalCrossEntropy, []mlp.Layer{
		adapted(d.x),
		mlp.Dense(4, 6, mlp.Softmax),
		mlp.BatchNorm(6),
		mlp.Dropout(6, 0.2),
		mlp.Residual(mlp.Dense(6, 5, mlp.Tanh, mlp.WithL2(1e-3)), mlp.LayerNorm(5), mlp.Dense(5, 6, mlp.GELU, mlp.WithoutBias())),
		mlp.PReLU(6),
		mlp.Dense(6, 3, mlp.Softmax),
	}, mlp.WithSeed(3), mlp.WithClasses("ash", "<beech>", "épicéa"), features)
	check(net.SetMetadata("trained on", "60 samples, \"made up\""))
	check(net.SetMetadata("author", "nobody"))
	keep("classifier.safetensors", net, d.x, d.classes)

	net = trained(d.x, d.yes, mlp.BinaryCrossEntropy, []mlp.Layer{
		mlp.Dense(4, 6, mlp.SiLU, mlp.WithL1(1e-3)),
		mlp.GaussianNoise(6, 0.1),
		mlp.Dense(6, 5, mlp.ReLU, mlp.WithMaxNorm(1)),
		mlp.Dense(5, 1, mlp.Sigmoid),
	}, mlp.WithSeed(math.MaxUint64), mlp.WithClasses("no", "yes"))
	check(net.(*mlp.BinaryClassifier).SetThreshold(0.3))
	check(net.SetMetadata("note", "asks for little"))
	keep("binary.safetensors", net, d.x, d.yes)

	net = trained(d.x, d.numbers, mlp.Huber(1.0/3), []mlp.Layer{
		mlp.Dense(4, 6, mlp.Identity),
		mlp.ActivationLayer(6, mlp.Mish),
		mlp.Dense(6, 2, mlp.Identity),
	}, mlp.WithSeed(5), mlp.WithTargetScaling(adapted(d.numbers)), features)
	keep("regressor.safetensors", net, d.x, d.numbers)

	net = trained(d.x, d.counts.Slice(0, 60, 0, 1), mlp.Poisson, []mlp.Layer{
		mlp.Dense(4, 6, mlp.Tanh),
		mlp.Dense(6, 1, mlp.Identity),
	}, mlp.WithSeed(6))
	keep("poisson-1.safetensors", net, d.x, d.counts.Slice(0, 60, 0, 1))
	net = trained(d.x, d.counts, mlp.Poisson, []mlp.Layer{
		adapted(d.x),
		mlp.Dense(4, 6, mlp.Softplus),
		mlp.Residual(mlp.Dense(6, 6, mlp.Sigmoid)),
		mlp.Dense(6, 2, mlp.Identity, mlp.WithL2(1e-3)),
	}, mlp.WithSeed(7), features)
	keep("poisson-2.safetensors", net, d.x, d.counts)

	net = trained(d.x, d.yes, mlp.Hinge, []mlp.Layer{
		mlp.Dense(4, 6, mlp.ELU),
		mlp.Dense(6, 1, mlp.Identity),
	}, mlp.WithSeed(8), mlp.WithClasses("no", "yes"))
	check(net.(*mlp.BinaryClassifier).SetThreshold(-0.25))
	keep("hinge.safetensors", net, d.x, d.yes)
	net = trained(d.x, d.yes, mlp.SquaredHinge, []mlp.Layer{
		mlp.Dense(4, 6, mlp.SELU),
		mlp.Dropout(6, 0.1),
		mlp.Dense(6, 1, mlp.Identity, mlp.WithL2(1e-2)),
	}, mlp.WithSeed(9), features)
	keep("squared-hinge.safetensors", net, d.x, d.yes)
}

func ensembles() {
	d := samples(1, 60)
	var members []mlp.Network
	for seed := range uint64(2) {
		members = append(members, trained(d.x, d.classes, mlp.CategoricalCrossEntropy, []mlp.Layer{
			mlp.Dense(4, 5, mlp.ReLU),
			mlp.BatchNorm(5),
			mlp.Dense(5, 3, mlp.Softmax),
		}, mlp.WithSeed(20+seed), mlp.WithClasses("a", "b", "c")))
	}
	keep("ensemble-classifier.safetensors", must(mlp.Ensemble(members...)), d.x, d.classes)

	members = nil
	scale := adapted(d.numbers)
	for seed := range uint64(3) {
		members = append(members, trained(d.x, d.numbers, mlp.MeanSquaredError, []mlp.Layer{
			mlp.Dense(4, 3+int(seed), mlp.Tanh),
			mlp.Dropout(3+int(seed), 0.1),
			mlp.Dense(3+int(seed), 2, mlp.Identity),
		}, mlp.WithSeed(30+seed), mlp.WithTargetScaling(scale)))
	}
	keep("ensemble-regressor.safetensors", must(mlp.Ensemble(members...)), d.x, d.numbers)
}

// The options of the runs, without Epochs and the callback that keeps the
// checkpoint. The tests use the same options.

func adamOptions() mlp.FitOptions {
	return mlp.FitOptions{
		BatchSize:       8,
		Optimizer:       mlp.Adam{LearningRate: 0.05},
		Schedule:        &mlp.ReduceOnPlateau{Patience: 2, Factor: 0.5, MinDelta: 0.1},
		Callbacks:       []mlp.Callback{&mlp.EarlyStopping{Patience: 20, MinDelta: 0.3}},
		ValidationSplit: 0.25,
		AverageDecay:    0.8,
	}
}

func sgdOptions() mlp.FitOptions {
	return mlp.FitOptions{
		BatchSize:       7,
		Optimizer:       mlp.SGD{LearningRate: 0.1, Momentum: 0.9, Nesterov: true},
		Schedule:        mlp.CosineDecay{Epochs: 9, End: 0.1},
		AccumulateSteps: 3,
		ClassWeights:    []float64{1, 2.5},
		ClipNorm:        0.5,
	}
}

func adamWOptions() mlp.FitOptions {
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
}

func checkpoints() {
	d := samples(1, 60)
	run := func(name string, layers []mlp.Layer, loss mlp.Loss, y *mat.Dense, epochs, after int, options mlp.FitOptions, opts ...mlp.ModelOption) {
		net := must(mlp.Model(layers, loss, opts...))
		path := filepath.Join(folder, name)
		var a *answer
		options.Epochs = epochs
		options.Callbacks = append(options.Callbacks,
			&mlp.Checkpoint{Path: path + ".part", Every: after},
			mlp.CallbackFunc(func(e *mlp.Epoch) error {
				switch e.Number {
				case after: // whose checkpoint is about to be written
					a = answerOf(net)
				case after + 1: // before another one replaces it
					return os.Rename(path+".part", path)
				case epochs:
					a.Last = hash(net)
				}
				return nil
			}))
		h := fit(net, d.x, y, options)
		check(os.Remove(path + ".part")) // of the last epoch
		if len(h.Epochs) != epochs {
			log.Fatalf("%s ended after %d epochs, want %d", name, len(h.Epochs), epochs)
		}
		for _, e := range h.Epochs {
			numbers := []float64{e.Train.Loss, e.Train.Score, e.LearningRate, e.GradientNorm}
			if e.Validation != nil {
				numbers = append(numbers, e.Validation.Loss, e.Validation.Score)
			}
			a.History = append(a.History, numbers)
		}
		a.Epochs, a.After, a.BestEpoch, a.Trained = epochs, after, h.BestEpoch, hash(net)
		answers[name] = a
	}
	run("run-adam.safetensors", []mlp.Layer{
		mlp.Dense(4, 6, mlp.Tanh),
		mlp.Dropout(6, 0.25),
		mlp.Dense(6, 3, mlp.Softmax),
	}, mlp.CategoricalCrossEntropy, d.classes, 14, 8, adamOptions(), mlp.WithSeed(11))
	run("run-sgd.safetensors", []mlp.Layer{
		mlp.Dense(4, 6, mlp.GELU),
		mlp.BatchNorm(6),
		mlp.Dense(6, 1, mlp.Sigmoid),
	}, mlp.BinaryCrossEntropy, d.yes, 9, 5, sgdOptions(), mlp.WithSeed(12))
	run("run-adamw.safetensors", []mlp.Layer{
		adapted(d.x),
		mlp.Dense(4, 6, mlp.Mish),
		mlp.GaussianNoise(6, 0.1),
		mlp.Dense(6, 2, mlp.Identity),
	}, mlp.MeanSquaredError, d.numbers, 9, 5, adamWOptions(), mlp.WithSeed(13), mlp.WithTargetScaling(adapted(d.numbers)))
}

func pipelines() {
	header := []string{"id", "age", "income", "height", "weight", "member", "size", "port", "kind", "price", "paid"}
	d := samples(4, 60)
	var cells [][]string
	for i := range 60 {
		r := d.x.RawRowView(i)
		pick := func(j int, words ...string) string { return words[int(r[j]*64+128)%len(words)] }
		row := []string{
			fmt.Sprint(i), fmt.Sprint(40 + 8*r[0]), fmt.Sprint(1000 + 256*r[1]*r[2]), fmt.Sprint(r[2]), fmt.Sprint(64 + r[3]),
			pick(0, "yes", "no"), pick(1, "small", "medium", "large"), pick(2, "Rome", "Oslo", "Kyōto", "Lima", "Rome", "Oslo"),
			pick(3, "ash", "beech", "oak"), fmt.Sprint(100 + 16*r[0] - 8*r[1]), pick(0, "no", "yes", "yes"),
		}
		for j, every := range map[int]int{1: 7, 2: 11, 5: 9, 6: 13, 7: 8} {
			if i%every == 3 {
				row[j] = "NA"
			}
		}
		cells = append(cells, row)
	}
	table := must(dataset.NewTable(header, cells))
	recipe := func(target dataset.Target, drop ...string) dataset.Recipe {
		r := dataset.Recipe{
			Target: target,
			Columns: []dataset.Column{
				dataset.Drop{Column: "id"},
				dataset.Numeric{Column: "age", Impute: dataset.Mean, Indicator: true},
				dataset.Numeric{Column: "income", Impute: dataset.Median, Scaling: dataset.Quantile},
				dataset.Numeric{Column: "height", Scaling: dataset.Robust},
				dataset.Numeric{Column: "weight", Scaling: dataset.MinMax},
				dataset.Boolean{Column: "member", Impute: dataset.MostFrequent, Indicator: true},
				dataset.Ordinal{Column: "size", Order: []string{"small", "medium", "large"}, Impute: dataset.Constant, Fill: "medium", Indicator: true},
				dataset.Categorical{Column: "port", Unknown: dataset.UnknownFeature, MinRows: 12, Impute: dataset.Constant, Fill: "none"},
			},
		}
		for _, name := range drop {
			r.Columns = append(r.Columns, dataset.Drop{Column: name})
		}
		return r
	}
	keep := func(name string, r dataset.Recipe, build func(train *dataset.Data) (mlp.Network, error)) {
		p, _, err := r.FitPipeline(context.Background(), table, build, mlp.FitOptions{Epochs: 6, BatchSize: 8, Optimizer: mlp.Adam{LearningRate: 0.01}})
		check(err)
		if b, ok := p.Network().(*mlp.BinaryClassifier); ok {
			check(b.SetThreshold(0.3))
		}
		check(p.SaveFile(filepath.Join(folder, name)))
		a := &answer{Columns: p.Preparation().Columns(), Classes: p.Preparation().Classes(), Features: p.Preparation().Features()}
		// Records from training, with and without missing values, and names and
		// numbers that did not occur in training.
		for _, row := range append([][]string{cells[0], cells[3], cells[17]},
			[]string{"", "NA", "null", "-7.5", "1e3", "", "NaN", "Ys", "", "", ""},
			[]string{"", "0.1", "1234.5", "0.3", "64.3", "TRUE", "large", "Lima", "", "", ""}) {
			var record []string
			for _, column := range a.Columns {
				for j, name := range header {
					if name == column {
						record = append(record, row[j])
					}
				}
			}
			a.Records = append(a.Records, record)
			a.Single = append(a.Single, prediction(must(p.PredictRow(record))))
		}
		for _, answer := range must(p.Predict(must(dataset.NewTable(a.Columns, a.Records)))) {
			a.Table = append(a.Table, prediction(answer))
		}
		answers[name] = a
	}
	keep("pipeline-classes.safetensors", recipe(dataset.Classes("kind"), "price", "paid"), func(train *dataset.Data) (mlp.Network, error) {
		return mlp.Model([]mlp.Layer{
			mlp.Dense(len(train.Features), 4, mlp.Tanh),
			mlp.Dropout(4, 0.1),
			mlp.Dense(4, len(train.Classes), mlp.Softmax),
		}, mlp.CategoricalCrossEntropy, mlp.WithSeed(41))
	})
	keep("pipeline-numbers.safetensors", recipe(dataset.Numbers("price"), "kind", "paid"), func(train *dataset.Data) (mlp.Network, error) {
		return mlp.Model([]mlp.Layer{
			mlp.Dense(len(train.Features), 4, mlp.ELU),
			mlp.Dense(4, 1, mlp.Identity),
		}, mlp.MeanSquaredError, mlp.WithSeed(42), mlp.WithTargetScaling(adapted(train.Y)))
	})
	keep("pipeline-binary.safetensors", recipe(dataset.Binary("paid", "yes"), "kind", "price"), func(train *dataset.Data) (mlp.Network, error) {
		return mlp.Model([]mlp.Layer{
			mlp.Dense(len(train.Features), 4, mlp.SiLU),
			mlp.Dense(4, 1, mlp.Sigmoid),
		}, mlp.BinaryCrossEntropy, mlp.WithSeed(43))
	})
}
