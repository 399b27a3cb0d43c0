// Tables makes a network for a CSV file, says how good it is on rows that it has
// not seen, and saves it:
//
//	go run ./examples/tables -csv houses.csv -target price -save houses.mlp
//
// With -record it answers for a JSON record from what was saved:
//
//	go run ./examples/tables -save houses.mlp -record '{"rooms": 3, "town": "Kiel"}'
//
// Without -csv it takes a table that is built in: the prices of houses in
// California.
package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/plots"
	"example.com/mlp/progress"
	"example.com/mlp/tabular"
)

//go:embed california.csv.gz
var california []byte

// settings are the flags.
type settings struct {
	csv, comma             string
	target, task, positive string
	drop                   []dataset.Column
	metric                 string
	epochs                 int
	seed                   uint64
	save, record, out      string
}

func main() {
	var s settings
	flag.StringVar(&s.csv, "csv", "", "`file` to learn from, with a header line; may be compressed with gzip")
	flag.StringVar(&s.comma, "comma", ",", "what separates the cells; tab for tabs")
	flag.StringVar(&s.target, "target", "", "`column` to predict")
	flag.StringVar(&s.task, "task", "", "what to predict: numbers, classes or binary")
	flag.StringVar(&s.positive, "positive", "", "`name` of the positive class, for -task binary")
	flag.Func("drop", "`column` to leave out, such as a serial number; may be repeated", func(name string) error {
		s.drop = append(s.drop, dataset.Drop{Column: name})
		return nil
	})
	flag.StringVar(&s.metric, "metric", "usual", "what chooses epochs and networks: accuracy, log_loss, roc_auc, f1 and others of classes, r2, rmse or mae of numbers")
	flag.IntVar(&s.epochs, "epochs", 64, "passes over the rows, at most")
	flag.Uint64Var(&s.seed, "seed", 1, "another seed gives other networks and other test rows")
	flag.StringVar(&s.save, "save", "", "`file` to save the model to, or to answer a record from")
	flag.StringVar(&s.record, "record", "", "a record to answer for, in `JSON`; nothing is trained")
	flag.StringVar(&s.out, "out", "", "`folder` for pictures; none are drawn without it")
	flag.Parse()
	if err := run(s); err != nil {
		log.Fatal(err)
	}
}

func run(s settings) error {
	if s.record != "" {
		if s.save == "" {
			return errors.New("-record needs -save, the file of a model")
		}
		var record map[string]any
		if err := json.Unmarshal([]byte(s.record), &record); err != nil {
			return fmt.Errorf("-record is no JSON object: %w", err)
		}
		return answer(s.save, record)
	}
	metric, err := mlp.MetricByName(s.metric)
	if err != nil {
		return fmt.Errorf("-metric: %w", err)
	}
	table, err := s.read()
	if err != nil {
		return err
	}
	if table, err = s.dropMissing(table); err != nil {
		return err
	}
	target, err := s.chooseTarget(table)
	if err != nil {
		return err
	}
	train, test, err := s.split(table, target)
	if err != nil {
		return err
	}

	// Fit holds out some of the training rows to choose by. The test rows are for
	// the scores alone.
	bars := progress.NewBars(os.Stderr)
	opts := tabular.Options{
		Metric:    metric,
		Recipe:    dataset.Recipe{Columns: s.drop},
		Epochs:    s.epochs,
		Seed:      s.seed,
		Callbacks: func(r tabular.Run) []mlp.Callback { return []mlp.Callback{bars.Bar(r.String())} },
	}
	model, err := tabular.Fit(context.Background(), train, target, opts)
	if err != nil {
		return err
	}
	if s.save == "" {
		folder, err := os.MkdirTemp("", "tables")
		if err != nil {
			return err
		}
		defer os.RemoveAll(folder)
		s.save = filepath.Join(folder, "model.mlp")
	}
	if err := model.SaveFile(s.save); err != nil {
		return err
	}

	// A linear model shows whether a network is worth its time.
	opts.Method = tabular.Linear
	linear, err := tabular.Fit(context.Background(), train, target, opts)
	if err != nil {
		return err
	}
	fmt.Printf("\n%v\n\non %d test rows\n", model, test.Rows())
	if err := printScores("the model", model.Pipeline(), test); err != nil {
		return err
	}
	if err := printScores("linear", linear.Pipeline(), test); err != nil {
		return err
	}
	if s.out != "" {
		if err := draw(s.out, model, test); err != nil {
			return err
		}
	}

	// The file has all that an answer needs.
	preparation := model.Pipeline().Preparation()
	truth, err := test.Column(preparation.Target())
	if err != nil {
		return err
	}
	record := recordOf(test, 0, preparation.Columns())
	fmt.Printf("\nthe first test row, in truth %s\n", truth[0])
	if err := printJSON(record); err != nil {
		return err
	}
	return answer(s.save, record)
}

// read returns the table.
func (s *settings) read() (*dataset.Table, error) {
	if s.csv == "" {
		if s.target == "" {
			s.target = "median_house_value"
		}
		return dataset.ReadTable(bytes.NewReader(california), ',')
	}
	comma := []rune(s.comma)
	switch {
	case s.comma == "tab":
		comma = []rune{'\t'}
	case len(comma) != 1:
		return nil, fmt.Errorf("-comma is %q, want one character or tab", s.comma)
	}
	return dataset.ReadTableFile(s.csv, comma[0])
}

// dropMissing leaves out the rows that have no target, and says how many.
func (s *settings) dropMissing(t *dataset.Table) (*dataset.Table, error) {
	if s.target == "" {
		return t, nil // which chooseTarget refuses
	}
	left, err := t.DropMissing(s.target)
	if err == nil && left.Rows() < t.Rows() {
		fmt.Printf("%d rows have no target and are left out\n", t.Rows()-left.Rows())
	}
	return left, err
}

// chooseTarget returns the target, and says what it is.
func (s *settings) chooseTarget(t *dataset.Table) (dataset.Target, error) {
	if s.target == "" {
		return dataset.Target{}, fmt.Errorf("-target is missing, want one of the columns %q", t.Header())
	}
	cells, err := t.Column(s.target)
	if err != nil {
		return dataset.Target{}, err
	}
	look, task := lookAt(cells)
	switch {
	case s.task != "":
		task = s.task
	case s.positive != "":
		task = "binary"
	case task == "":
		return dataset.Target{}, fmt.Errorf("column %q has %s: are these -task numbers or -task classes?", s.target, look)
	}
	fmt.Printf("target %q has %s: -task %s\n", s.target, look, task)
	switch {
	case task != "binary" && s.positive != "":
		return dataset.Target{}, fmt.Errorf("-positive is for -task binary, not for %s", task)
	case task == "numbers":
		return dataset.Numbers(s.target), nil
	case task == "classes":
		return dataset.Classes(s.target), nil
	case task == "binary" && s.positive != "":
		return dataset.Binary(s.target, s.positive), nil
	case task == "binary":
		return dataset.Target{}, errors.New("-task binary needs -positive, one of the two names")
	}
	return dataset.Target{}, fmt.Errorf("-task is %q, want numbers, classes or binary", task)
}

// lookAt says what the cells look like, and which task that is: numbers if they
// are numbers and not just a few, classes if they are a few names, else "".
func lookAt(cells []string) (look, task string) {
	const few = 20
	different := slices.Compact(slices.Sorted(slices.Values(cells)))
	numbers := 0
	for _, cell := range different {
		if _, err := strconv.ParseFloat(strings.TrimSpace(cell), 64); err == nil {
			numbers++
		}
	}
	n := len(different)
	if n > 4 {
		different = []string{different[0], different[1], different[n-2], different[n-1]}
	}
	look = fmt.Sprintf("%d different cells, %d of them numbers, such as %q", n, numbers, different)
	switch {
	case numbers == n && n > few:
		return look, "numbers"
	case numbers == 0 && n <= few:
		return look, "classes"
	}
	return look, ""
}

// split keeps a fifth of the rows for the test, of each class its share.
func (s *settings) split(t *dataset.Table, target dataset.Target) (train, test *dataset.Table, err error) {
	opts := dataset.SplitOptions{Test: 0.2, Seed: s.seed}
	var fold dataset.Fold
	if target.Exclusive() {
		var classes []string
		if classes, err = t.Column(s.target); err != nil {
			return nil, nil, err
		}
		fold, err = dataset.StratifiedSplit(classes, opts)
	} else {
		fold, err = dataset.Split(t.Rows(), opts)
	}
	if err != nil {
		return nil, nil, err
	}
	if train, err = t.Subset(fold.Train); err != nil {
		return nil, nil, err
	}
	test, err = t.Subset(fold.Test)
	return train, test, err
}

// printScores prints how good a pipeline is on the rows of a table.
func printScores(name string, p *dataset.Pipeline, t *dataset.Table) error {
	scores, err := p.Evaluate(t)
	if err != nil {
		return err
	}
	d, answers, err := ask(p, t)
	if err != nil {
		return err
	}
	fmt.Printf("%-10s", name)
	show := func(measure string, of func(y, yhat mat.Matrix) (float64, error)) {
		v, e := of(d.Y, answers)
		err = errors.Join(err, e)
		fmt.Printf("  %s %.4g", measure, v)
	}
	switch p.Network().(type) {
	case *mlp.Regressor:
		fmt.Printf("  R² %.4f", scores.Score)
		show("RMSE", mlp.RMSE)
		show("MAE", mlp.MAE)
	case *mlp.BinaryClassifier:
		fmt.Printf("  accuracy %.4f", scores.Score)
		show("log loss", mlp.LogLoss)
		show("ROC AUC", mlp.ROCAUC)
	default:
		fmt.Printf("  accuracy %.4f", scores.Score)
		show("log loss", mlp.LogLoss)
	}
	fmt.Println()
	return err
}

// ask prepares the rows of a table and returns what the pipeline answers for them:
// numbers, or the probabilities of classes.
func ask(p *dataset.Pipeline, t *dataset.Table) (d *dataset.Data, answers *mat.Dense, err error) {
	if d, err = p.Preparation().Data(t); err != nil {
		return nil, nil, err
	}
	if b, ok := p.Network().(*mlp.BinaryClassifier); ok {
		answers, err = b.Probabilities(d.X)
	} else {
		answers, err = p.Network().Predict(d.X)
	}
	return d, answers, err
}

// draw writes pictures into a folder, which it makes if need be: the course of
// the training, and the answers for the rows of a table against the truth.
func draw(folder string, m *tabular.Model, t *dataset.Table) error {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	d, answers, err := ask(m.Pipeline(), t)
	if err != nil {
		return err
	}
	histories := make(map[string]*mlp.History)
	for _, trial := range m.Trials() {
		if trial.Err == nil {
			histories[trial.Network] = trial.Histories[0]
		}
	}
	figures := make(map[string]*plots.Figure)
	scores, err := plots.Scores(histories)
	if err != nil {
		return err
	}
	figures["tables_scores.png"] = scores
	if d.Classes == nil {
		scores.Title.Text, scores.Y.Label.Text = "R² over the epochs", "R²"
		if scores.Y.Max > 0 {
			scores.Y.Min = max(scores.Y.Min, 0) // the first epochs may be far below
		}
		predictions, err := plots.Predictions(d.Y, answers)
		if err != nil {
			return err
		}
		predictions.X.Label.Text, predictions.Y.Label.Text = "True "+d.Target, "Predicted "+d.Target
		figures["tables_predictions.png"] = predictions
	} else {
		scores.Title.Text, scores.Y.Label.Text = "Accuracy over the epochs", "Accuracy"
		labels, err := m.Pipeline().Network().Predict(d.X)
		if err != nil {
			return err
		}
		confusion, err := mlp.NewConfusion(d.Y, labels, d.Classes...)
		if err != nil {
			return err
		}
		if figures["tables_confusion.png"], err = plots.Confusion(confusion); err != nil {
			return err
		}
		if _, ok := m.Pipeline().Network().(*mlp.BinaryClassifier); ok {
			if figures["tables_roc.png"], err = plots.ROC(d.Y, answers); err != nil {
				return err
			}
		}
	}
	for name, figure := range figures {
		if err := figure.SaveFile(filepath.Join(folder, name)); err != nil {
			return err
		}
	}
	return nil
}

// recordOf returns these columns of a row.
func recordOf(t *dataset.Table, row int, columns []string) map[string]any {
	record := make(map[string]any)
	for i, name := range t.Header() {
		if slices.Contains(columns, name) {
			record[name] = t.Cell(row, i)
		}
	}
	return record
}

// answer prints what the model in a file answers for a record.
func answer(file string, record map[string]any) error {
	pipeline, err := dataset.LoadPipelineFile(file)
	if err != nil {
		return err
	}
	// A column that is not in the record counts as a missing value, so that a name
	// with a typing mistake in it has to be found here.
	columns := pipeline.Preparation().Columns()
	for name := range record {
		if !slices.Contains(columns, name) {
			return fmt.Errorf("the record has %q, want some of the columns %q", name, columns)
		}
	}
	prediction, err := pipeline.PredictMap(record)
	if err != nil {
		return err
	}
	return printJSON(prediction)
}

func printJSON(v any) error {
	e := json.NewEncoder(os.Stdout)
	e.SetEscapeHTML(false) // "<1H OCEAN" stays as it is
	return e.Encode(v)
}
