package tabular_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/tabular"
)

var everyMethod = []tabular.Method{tabular.Auto, tabular.TabMMini, tabular.TabM, tabular.RealMLP, tabular.RealMLPSimple, tabular.Plain, tabular.Linear}

// Each method learns each kind of target.
func TestFit(t *testing.T) {
	targets := []struct {
		columns []string
		target  dataset.Target
		least   float64 // score
	}{
		{[]string{"rent"}, dataset.Numbers("rent"), 0.7},
		{[]string{"rent", "area"}, dataset.Numbers("rent", "area"), 0.8},
		{[]string{"kind"}, dataset.Classes("kind"), 0.85},
		{[]string{"near"}, dataset.Binary("near", "true"), 0.7},
	}
	for _, method := range everyMethod {
		for _, c := range targets {
			t.Run(method.String()+" "+strings.Join(c.columns, " "), func(t *testing.T) {
				table := flatsTable(t, 400, c.columns...)
				m := fit(t, table, c.target, tabular.Options{Method: method, Epochs: 24})
				if method != tabular.Linear && !(m.Score() >= c.least) {
					t.Errorf("score %.3f, want %.2f\n%v", m.Score(), c.least, m)
				}
				wantAnswers(t, m, table)
			})
		}
	}
}

// Rows may have several labels.
func TestFitLabels(t *testing.T) {
	var rows [][]string
	for i := range 80 {
		rows = append(rows, []string{fmt.Sprint(i % 20), fmt.Sprint(i / 10 % 2), fmt.Sprint(i / 5 % 2), []string{"", "a", "b", "a|b"}[i/5%4]})
	}
	table := newTable(t, []string{"x", "high", "odd", "labels"}, rows)
	for _, target := range []dataset.Target{dataset.Labels("high", "odd"), dataset.LabelSets("labels", "|")} {
		for _, method := range everyMethod {
			m := fit(t, table, target, tabular.Options{Method: method, Epochs: 3})
			if _, ok := m.Pipeline().Network().(*mlp.BinaryClassifier); !ok {
				t.Errorf("%v: the network is a %T", method, m.Pipeline().Network())
			}
			wantAnswers(t, m, table)
		}
	}
}

func saved(t *testing.T, m *tabular.Model) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := m.Pipeline().Save(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The seed decides, not the number of cores.
func TestFitSameBits(t *testing.T) {
	table := flatsTable(t, 120, "rent")
	for _, validation := range []dataset.Validation{{}, dataset.CrossValidate(3)} {
		for _, method := range everyMethod {
			t.Run(fmt.Sprint(method, " ", validation), func(t *testing.T) {
				train := func(seed uint64, cores int) []byte {
					defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
					return saved(t, fit(t, table, dataset.Numbers("rent"), tabular.Options{Method: method, Epochs: 2, Seed: seed, Validation: validation}))
				}
				first := train(0, 1)
				if !bytes.Equal(first, train(0, 3)) {
					t.Error("the same seed gives other bits")
				}
				if bytes.Equal(first, train(1, 3)) {
					t.Error("another seed gives the same bits")
				}
			})
		}
	}
}

// The same options and the same table serve several calls at once.
func TestFitConcurrently(t *testing.T) {
	table := flatsTable(t, 60, "kind")
	opts := tabular.Options{
		Epochs:     2,
		Validation: dataset.HoldOutGroups("town", 0.3),
		Recipe:     dataset.Recipe{Columns: append(make([]dataset.Column, 0, 8), dataset.Numeric{Column: "size"})},
	}
	var models [3]*tabular.Model
	var wg sync.WaitGroup
	for i := range models {
		wg.Go(func() { models[i] = fit(t, table, dataset.Classes("kind"), opts) })
	}
	wg.Wait()
	for _, m := range models[1:] {
		if !bytes.Equal(saved(t, m), saved(t, models[0])) {
			t.Error("other bits")
		}
	}
}

// The score is what the pipeline gets on the rows that judge.
func TestFitScore(t *testing.T) {
	const rows, judges = 100, 25
	for name, target := range map[string]dataset.Target{
		"rent": dataset.Numbers("rent"), "kind": dataset.Classes("kind"), "near": dataset.Binary("near", "true"),
	} {
		table := flatsTable(t, rows, name)
		last := make([]int, judges)
		for i := range last {
			last[i] = rows - judges + i
		}
		held, err := table.Subset(last)
		if err != nil {
			t.Fatal(err)
		}
		for _, validation := range []dataset.Validation{dataset.HoldOutLast(0.25), dataset.HoldOutTable(held)} {
			for _, method := range everyMethod {
				m := fit(t, table, target, tabular.Options{Method: method, Epochs: 2, Seeds: 2, Validation: validation})
				want, err := m.Pipeline().Evaluate(held)
				if err != nil {
					t.Fatal(err)
				}
				if math.Abs(m.Score()-want.Score) > 1e-6 {
					t.Errorf("%s, %v, %v: score %v, want %v", name, validation, method, m.Score(), want.Score)
				}
			}
		}
	}
}

// All networks learn smoothed labels, but are judged by the labels as they are.
func TestFitLabelSmoothing(t *testing.T) {
	table := flatsTable(t, 100, "kind", "near")
	for _, target := range []dataset.Target{dataset.Classes("kind"), dataset.Labels("near", "lift")} {
		opts := tabular.Options{Epochs: 2, LabelSmoothing: 0.2, Metric: mlp.MetricLogLoss}
		m := fit(t, table, target, opts)
		wantAnswers(t, m, table)
		if loss := m.Pipeline().Network().Loss().Name(); !strings.HasPrefix(loss, "label_smoothing(") || !strings.HasSuffix(loss, ",0.2)") {
			t.Errorf("loss %s", loss)
		}
		held := *m.Trials()[0].Histories[0].Best
		if m.Trials()[0].Score == held.Loss {
			t.Error("the score is the loss of smoothed labels")
		}
		p, err := m.Trials()[0].Setup.Fit(t.Context(), table)
		if err != nil || *p.History().Best != held {
			t.Errorf("again %+v, want %+v (%v)", p.History().Best, held, err)
		}
	}
}

// Rows count as their weights say.
func TestFitWeights(t *testing.T) {
	var rows [][]string
	var weights []float64
	for i := range 120 {
		x, weight := float64(i*37%120-60)/10, 1.
		high := x >= 0
		if i%3 > 0 { // most rows say the opposite, and count nothing
			high, weight = !high, 0
		}
		rows = append(rows, []string{fmt.Sprint(x), fmt.Sprint(high)})
		weights = append(weights, weight)
	}
	table := newTable(t, []string{"x", "high"}, rows)
	judges := newTable(t, []string{"x", "high"}, [][]string{{"-5", "false"}, {"-2", "false"}, {"2", "true"}, {"5", "true"}})
	for _, method := range everyMethod {
		opts := tabular.Options{Method: method, Weights: weights, Validation: dataset.HoldOutTable(judges), Epochs: 10}
		if m := fit(t, table, dataset.Classes("high"), opts); m.Score() < 1 {
			t.Errorf("score %v\n%v", m.Score(), m)
		}
	}
}

func TestModelSaveFile(t *testing.T) {
	table := flatsTable(t, 200, "kind")
	for _, method := range everyMethod {
		m := fit(t, table, dataset.Classes("kind"), tabular.Options{Method: method, Epochs: 3})
		path := filepath.Join(t.TempDir(), "kind.mlp")
		if err := m.SaveFile(path); err != nil {
			t.Fatal(err)
		}
		loaded, err := dataset.LoadPipelineFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if summary := loaded.Network().Metadata()["tabular"]; summary == "" || !strings.HasPrefix(m.String(), summary) {
			t.Errorf("%v: the file says %q, the report\n%v", method, summary, m)
		}
		record := map[string]any{"size": "0.5", "age": "", "town": "town Z", "lift": "yes"}
		want, err1 := m.Pipeline().PredictMap(record)
		got, err2 := loaded.PredictMap(record)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		for i, p := range want.Probabilities {
			if got.Probabilities[i] != p {
				t.Errorf("%v: probability %d is %g, want %g", method, i, got.Probabilities[i], p)
			}
		}
	}
}

func TestFitPrecision(t *testing.T) {
	table := flatsTable(t, 100, "rent")
	for float64s, want := range map[bool]mlp.Precision{false: mlp.Float32, true: mlp.Float64} {
		m := fit(t, table, dataset.Numbers("rent"), tabular.Options{Method: tabular.Linear, Epochs: 1, Float64: float64s})
		if got := m.Pipeline().Network().(*mlp.Regressor).Precision(); got != want {
			t.Errorf("Float64 %t: precision %v", float64s, got)
		}
	}
}

// Callbacks are asked for by run, and see its training.
func TestFitCallbacks(t *testing.T) {
	epochs := make(map[string]int)
	begun := make(map[tabular.Run]bool)
	var lock sync.Mutex
	callbacks := func(r tabular.Run) []mlp.Callback {
		if r.Number != len(begun)+1 || r.Of != 28 {
			t.Errorf("%+v after %d others, want one of 28", r, len(begun))
		}
		if want := fmt.Sprintf("%d of 28, %s", r.Number, r.Network); r.String() != want {
			t.Errorf("%v, want %s", r, want)
		}
		begun[tabular.Run{Network: r.Network, Seed: r.Seed, Fold: r.Fold, Number: len(begun) + 1}] = true
		return []mlp.Callback{mlp.CallbackFunc(func(*mlp.Epoch) error {
			lock.Lock()
			defer lock.Unlock()
			epochs[r.Network]++
			return nil
		})}
	}
	table := flatsTable(t, 60, "rent")
	m := fit(t, table, dataset.Numbers("rent"), tabular.Options{Epochs: 3, Seeds: 2, Validation: dataset.CrossValidate(2), Callbacks: callbacks})
	places := make(map[string]bool)
	for r := range begun {
		places[fmt.Sprint(r.Network, r.Seed, r.Fold)] = true
	}
	for _, trial := range m.Trials() {
		if epochs[trial.Network] != 12 || len(trial.Histories) != 4 || len(trial.Histories[1].Epochs) != 3 {
			t.Errorf("%s: %d epochs seen, history %v, want four times 3", trial.Network, epochs[trial.Network], trial.Histories)
		}
		for place := range 4 {
			if name := fmt.Sprint(trial.Network, place/2, place%2); !places[name] {
				t.Errorf("no run %s", name)
			}
		}
	}
}

// A callback may stop a training, fail, or cancel everything.
func TestFitCallbackEnds(t *testing.T) {
	table := flatsTable(t, 60, "rent")
	fitWith := func(ctx context.Context, of func(network string) error) (*tabular.Model, error) {
		return tabular.Fit(ctx, table, dataset.Numbers("rent"), tabular.Options{Epochs: 3, Callbacks: func(r tabular.Run) []mlp.Callback {
			return []mlp.Callback{mlp.CallbackFunc(func(*mlp.Epoch) error { return of(r.Network) })}
		}})
	}
	m, err := fitWith(t.Context(), func(string) error { return mlp.ErrStop })
	if err != nil {
		t.Fatal(err)
	}
	for _, trial := range m.Trials() {
		if trial.Err != nil || len(trial.Histories[0].Epochs) != 1 {
			t.Errorf("%+v, want one epoch", trial)
		}
	}
	failed := errors.New("failed")
	m, err = fitWith(t.Context(), func(network string) error {
		if network == "RealMLP" {
			return failed
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, trial := range m.Trials() {
		if fails := trial.Network == "RealMLP"; errors.Is(trial.Err, failed) != fails || math.IsNaN(trial.Score) != fails || trial.Chosen && fails {
			t.Errorf("%+v", trial)
		}
	}
	if want := "RealMLP was not trained: mlp: Fit: callback: failed"; !strings.Contains(m.String(), want) {
		t.Errorf("%v, want %q", m, want)
	}
	if _, err = fitWith(t.Context(), func(string) error { return failed }); !errors.Is(err, failed) {
		t.Errorf("error %v, want %v", err, failed)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if _, err = fitWith(ctx, func(string) error { cancel(); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

func TestFitTime(t *testing.T) {
	table := flatsTable(t, 100, "rent")
	_, err := tabular.Fit(context.Background(), table, dataset.Numbers("rent"), tabular.Options{Method: tabular.TabMMini, Time: time.Nanosecond})
	wantError(t, err, "TabM-mini: the training ended before its first epoch")
	begin := time.Now()
	fit(t, table, dataset.Numbers("rent"), tabular.Options{Time: 300 * time.Millisecond, Epochs: 1_000_000})
	if took := time.Since(begin); took > time.Minute {
		t.Errorf("took %v", took)
	}
}

func TestFitOptions(t *testing.T) {
	table := flatsTable(t, 100, "rent")
	for _, c := range []struct {
		opts tabular.Options
		want string
	}{
		{tabular.Options{Method: 7}, "Options.Method is 7, want one of [Auto TabMMini"},
		{tabular.Options{Method: -1}, "Options.Method is -1"},
		{tabular.Options{Size: 2}, "Options.Size is 2, want Small, Medium or Large"},
		{tabular.Options{Size: -2}, "Options.Size is -2"},
		{tabular.Options{LabelSmoothing: 1}, "Options.LabelSmoothing is 1, want at least 0 and less than 1"},
		{tabular.Options{LabelSmoothing: -0.1}, "Options.LabelSmoothing is -0.1"},
		{tabular.Options{LabelSmoothing: math.NaN()}, "Options.LabelSmoothing is NaN"},
		{tabular.Options{LabelSmoothing: 0.1}, "Options.LabelSmoothing is for a target of classes or labels"},
		{tabular.Options{Metric: -1}, "Metric(-1) is no metric"},
		{tabular.Options{Metric: mlp.MetricLogLoss}, "Options.Metric, the log_loss of the rows held out: mlp: Metric.Of: log_loss is not for regression"},
		{tabular.Options{Validation: dataset.HoldOut(1)}, "Options.Validation: dataset: Validation.Folds: HoldOut(1): the share is 1"},
		{tabular.Options{Validation: dataset.HoldOut(-0.5)}, "the share is -0.5"},
		{tabular.Options{Validation: dataset.HoldOutLast(math.NaN())}, "the share is NaN"},
		{tabular.Options{Validation: dataset.HoldOut(0.001)}, "1 of 100 rows are held out"},
		{tabular.Options{Validation: dataset.HoldOut(0.99)}, "99 of 100 rows are held out"},
		{tabular.Options{Validation: dataset.HoldOutGroups("city", 0.5)}, `Options.Validation: HoldOutGroups("city", 0.5): dataset: Table.Column: no column "city"`},
		{tabular.Options{Validation: dataset.HoldOutTable(nil)}, "HoldOutTable"},
		{tabular.Options{Validation: dataset.CrossValidate(1)}, "CrossValidate(1)"},
		{tabular.Options{Validation: dataset.CrossValidate(51)}, "CrossValidate(51): 51 parts of 100 rows"},
		{tabular.Options{Seeds: -1}, "Options.Seeds is -1"},
		{tabular.Options{Time: -1}, "Options.Time is -1ns"},
		{tabular.Options{Weights: make([]float64, 99)}, "Options.Weights has 99 entries, the table has 100 rows"},
		{tabular.Options{Weights: make([]float64, 100)}, "the weights of all rows are 0"},
		{tabular.Options{Weights: append(make([]float64, 99), math.NaN())}, "Options.Weights[99] is NaN"},
		{tabular.Options{Weights: append(make([]float64, 99), -1)}, "Options.Weights[99] is -1"},
		{tabular.Options{Weights: append(make([]float64, 99), math.Inf(1))}, "Options.Weights[99] is +Inf"},
		{tabular.Options{Balanced: true}, "Options.Balanced is for a target of classes"},
		{tabular.Options{Epochs: -1}, "Epochs"},
		{tabular.Options{Recipe: dataset.Recipe{Target: dataset.Numbers("rent")}}, "Options.Recipe has a Target"},
		{tabular.Options{Recipe: dataset.Recipe{Columns: []dataset.Column{nil}}}, "is nil"},
	} {
		_, err := tabular.Fit(context.Background(), table, dataset.Numbers("rent"), c.opts)
		wantError(t, err, c.want)
	}
}

// The panic of a callback reaches the caller, who can recover.
func TestPanic(t *testing.T) {
	table := flatsTable(t, 100, "rent")
	opts := tabular.Options{Epochs: 1, Callbacks: func(tabular.Run) []mlp.Callback {
		return []mlp.Callback{mlp.CallbackFunc(func(*mlp.Epoch) error { panic("stop") })}
	}}
	for name, call := range map[string]func(){
		"Fit":  func() { tabular.Fit(t.Context(), table, dataset.Numbers("rent"), opts) },
		"Tune": func() { tabular.Tune(t.Context(), table, dataset.Numbers("rent"), 2, opts) },
	} {
		func() {
			defer func() {
				if v := recover(); v != "stop" {
					t.Errorf("%s: panic %v, want that of the callback", name, v)
				}
			}()
			call()
		}()
	}
}
