package dataset_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// smallNetwork returns a network for the data that has each layer with names,
// scaling and threshold where there are such.
func smallNetwork(train *dataset.Data) (mlp.Network, error) {
	_, outputs := train.Y.Dims()
	hidden := mlp.Dense(len(train.Features), 5, mlp.Tanh)
	seed := mlp.WithSeed(3)
	switch {
	case train.Classes == nil:
		scale := mlp.NewNormalization(outputs)
		if err := scale.Adapt(train.Y); err != nil {
			return nil, err
		}
		return mlp.Model([]mlp.Layer{hidden, mlp.Dense(5, outputs, mlp.Identity)}, mlp.MeanSquaredError, seed, mlp.WithTargetScaling(scale))
	case outputs == 1 || len(train.Targets) > 1 || train.Target == "signs":
		return mlp.Model([]mlp.Layer{hidden, mlp.Dense(5, outputs, mlp.Sigmoid)}, mlp.BinaryCrossEntropy, seed)
	}
	return mlp.Model([]mlp.Layer{hidden, mlp.Dense(5, outputs, mlp.Softmax)}, mlp.CategoricalCrossEntropy, seed)
}

// fitPipeline returns a trained pipeline for the table in the text.
func fitPipeline(t testing.TB, r dataset.Recipe, text string) *dataset.Pipeline {
	t.Helper()
	p, history, err := r.FitPipeline(context.Background(), readTable(t, text), smallNetwork, mlp.FitOptions{Epochs: 3})
	if err != nil {
		t.Fatal(err)
	}
	if len(history.Epochs) != 3 {
		t.Fatalf("%d epochs", len(history.Epochs))
	}
	return p
}

// sameAnswer reports whether two predictions have the same bits.
func sameAnswer(a, b dataset.Prediction) bool {
	same := func(v, w float64) bool { return math.Float64bits(v) == math.Float64bits(w) }
	return a.Class == b.Class && slices.Equal(a.Labels, b.Labels) && (a.Labels == nil) == (b.Labels == nil) &&
		same(a.Value, b.Value) && slices.EqualFunc(a.Values, b.Values, same) &&
		slices.EqualFunc(a.Probabilities, b.Probabilities, same)
}

// nearAnswer reports whether two predictions are the same but for the last
// bits.
func nearAnswer(a, b dataset.Prediction) bool {
	near := func(v, w float64) bool { return math.Abs(v-w) <= 1e-14*math.Max(1, math.Abs(w)) }
	return a.Class == b.Class && slices.Equal(a.Labels, b.Labels) && near(a.Value, b.Value) &&
		slices.EqualFunc(a.Values, b.Values, near) && slices.EqualFunc(a.Probabilities, b.Probabilities, near)
}

// records returns the rows of a table as the pipeline takes them.
func records(t testing.TB, p *dataset.Pipeline, table *dataset.Table) (rows [][]string, maps []map[string]any) {
	t.Helper()
	rows, maps = make([][]string, table.Rows()), make([]map[string]any, table.Rows())
	for _, name := range p.Preparation().Columns() {
		cells, err := table.Column(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, cell := range cells {
			if maps[i] == nil {
				maps[i] = make(map[string]any)
			}
			rows[i], maps[i][name] = append(rows[i], cell), cell
		}
	}
	return rows, maps
}

// wantSameAnswers reports an error unless the pipelines answer the same to the
// bit for all rows of a table, however they come.
func wantSameAnswers(t *testing.T, got, want *dataset.Pipeline, table *dataset.Table) {
	t.Helper()
	a, err1 := got.Predict(table)
	b, err2 := want.Predict(table)
	if err1 != nil || err2 != nil || !slices.EqualFunc(a, b, sameAnswer) {
		t.Errorf("Predict: %v, %v, want %v, %v", a, err1, b, err2)
	}
	rows, maps := records(t, want, table)
	for i := range rows {
		a, err1 := got.PredictRow(rows[i])
		b, err2 := want.PredictRow(rows[i])
		c, err3 := got.PredictMap(maps[i])
		if errors.Join(err1, err2, err3) != nil || !sameAnswer(a, b) || !sameAnswer(c, b) {
			t.Errorf("row %d: %v, %v, want %v (%v, %v, %v)", i, a, c, b, err1, err2, err3)
		}
	}
	scores, err1 := got.Evaluate(table)
	again, err2 := want.Evaluate(table)
	if err1 != nil || err2 != nil || scores != again {
		t.Errorf("Evaluate: %v, %v, want %v, %v", scores, err1, again, err2)
	}
}

// What a pipeline answers is what its parts answer.
func TestPipeline(t *testing.T) {
	for _, target := range targetKinds {
		t.Run(target, func(t *testing.T) {
			p := fitPipeline(t, everything(everyTarget[target]), peopleFor(target))
			table := readTable(t, peopleFor(target))
			prep, net := p.Preparation(), p.Network()
			x, err := prep.Transform(table)
			if err != nil {
				t.Fatal(err)
			}
			y, err := net.Predict(x)
			if err != nil {
				t.Fatal(err)
			}
			want := make([]dataset.Prediction, table.Rows())
			switch net := net.(type) {
			case *mlp.Regressor:
				for i := range want {
					if target != "several numbers" {
						want[i].Value = y.At(i, 0)
					} else {
						want[i].Values = y.RawRowView(i)
					}
				}
			case *mlp.Classifier:
				labels, err := net.Labels(x)
				if err != nil {
					t.Fatal(err)
				}
				for i := range want {
					want[i] = dataset.Prediction{Class: labels[i], Probabilities: y.RawRowView(i)}
				}
			case *mlp.BinaryClassifier:
				y, err := net.Probabilities(x)
				if err != nil {
					t.Fatal(err)
				}
				if err := net.SetThreshold((mat.Max(y) + mat.Min(y)) / 2); err != nil {
					t.Fatal(err)
				}
				if target != "binary" {
					sets, err := net.LabelSets(x)
					if err != nil {
						t.Fatal(err)
					}
					for i, set := range sets {
						want[i] = dataset.Prediction{Labels: append([]string{}, set...), Probabilities: y.RawRowView(i)}
					}
					break
				}
				labels, err := net.Labels(x)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Contains(labels, "yes") || !slices.Contains(labels, "no") {
					t.Errorf("labels are %q", labels)
				}
				for i := range want {
					want[i] = dataset.Prediction{Class: labels[i], Probabilities: []float64{1 - y.At(i, 0), y.At(i, 0)}}
				}
			}
			got, err := p.Predict(table)
			if err != nil || !slices.EqualFunc(got, want, sameAnswer) {
				t.Errorf("got %v, %v\nwant %v", got, err, want)
			}
			rows, maps := records(t, p, table)
			for i := range rows {
				a, err1 := p.PredictRow(rows[i])
				b, err2 := p.PredictMap(maps[i])
				if err1 != nil || err2 != nil || !nearAnswer(a, want[i]) || !sameAnswer(a, b) {
					t.Errorf("row %d: %v, %v, %v, %v, want %v", i, a, err1, b, err2, want[i])
				}
			}
			if !slices.Equal(net.FeatureNames(), prep.Features()) {
				t.Errorf("features %q, want %q", net.FeatureNames(), prep.Features())
			}
			d, err := prep.Data(table)
			if err != nil {
				t.Fatal(err)
			}
			scores, err1 := net.Evaluate(d.X, d.Y)
			if again, err2 := p.Evaluate(table); err1 != nil || err2 != nil || again != scores {
				t.Errorf("scores %v, %v, want %v, %v", again, err2, scores, err1)
			}
		})
	}
}

// Names that were not there in training are treated as the recipe says.
func TestPipelineUnknownCategory(t *testing.T) {
	type customer struct {
		Age  int
		Port string
	}
	for unknown, want := range map[dataset.Unknown]string{
		dataset.UnknownRefused: `column "port": "Oslo" is none of the categories "Genoa", "Kiel"; Categorical.Unknown says what becomes of other names`,
		dataset.UnknownZeros:   "",
		dataset.UnknownFeature: "",
	} {
		r := dataset.Recipe{Target: dataset.Classes("buys"), Categorical: dataset.Categorical{Unknown: unknown}}
		p := fitPipeline(t, r, "age,port,buys\n31,Genoa,no\n40,Kiel,yes\n50,Kiel,perhaps\n")
		a, err1 := p.PredictRow([]string{"33", "Oslo"})
		b, err2 := p.PredictMap(map[string]any{"age": "33", "port": "Oslo"})
		c, err3 := p.PredictStruct(customer{33, "Oslo"})
		d, err4 := p.Predict(readTable(t, "age,port\n33,Oslo\n"))
		if want != "" {
			wantError(t, err1, "dataset: Pipeline.PredictRow: "+strings.Replace(want, "column", "column 2", 1))
			wantError(t, err2, "dataset: Pipeline.PredictMap: "+want)
			wantError(t, err3, "dataset: Pipeline.PredictStruct: field Port, "+want)
			wantError(t, err4, "dataset: Pipeline.Predict: 1 of 1 rows has no answer: line 2, "+strings.Replace(want, "column", "column 2", 1))
			continue
		}
		if err := errors.Join(err1, err2, err3, err4); err != nil {
			t.Fatal(err)
		}
		x := make([]float64, len(p.Preparation().Features()))
		if err := p.Preparation().TransformRow(x, []string{"33", "Oslo"}); err != nil {
			t.Fatal(err)
		}
		y := make([]float64, 3)
		if err := p.Network().PredictRow(y, x); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(a.Probabilities, y) || !sameAnswer(a, b) || !sameAnswer(a, c) || !nearAnswer(a, d[0]) {
			t.Errorf("%v: %v, %v, %v, %v, want probabilities %v", unknown, a, b, c, d, y)
		}
	}
}

func TestPipelineErrors(t *testing.T) {
	r := dataset.Recipe{Target: dataset.Classes("buys")}
	p := fitPipeline(t, r, "age,port,buys\n31,Genoa,no\n40,Kiel,yes\n")
	_, err := p.PredictRow([]string{"", "Kiel"})
	wantError(t, err, `dataset: Pipeline.PredictRow: column 1 "age": "" is a missing value, and no Impute says what stands in for it`)
	_, err = p.PredictRow([]string{"1"})
	wantError(t, err, "dataset: Pipeline.PredictRow: 1 cells, the preparation takes 2")
	_, err = p.PredictMap(map[string]any{"age": "1"})
	wantError(t, err, `dataset: Pipeline.PredictMap: the record has no "port"`)
	_, err = p.PredictStruct(7)
	wantError(t, err, "dataset: Pipeline.PredictStruct: the record is a int, not a struct")
	_, err = p.Predict(readTable(t, "age\n1\n"))
	wantError(t, err, `dataset: Pipeline.Predict: no column "port", the columns are "age"`)
	_, err = p.Evaluate(readTable(t, "age,port,buys\n1,Kiel,often\n"))
	wantError(t, err, `dataset: Pipeline.Evaluate: line 2, column 3 "buys": "often" is none of the classes "no", "yes"`)

	const none = "the pipeline is nil or zero, NewPipeline makes one"
	for _, p := range []*dataset.Pipeline{nil, new(dataset.Pipeline)} {
		_, err = p.PredictRow(nil)
		wantError(t, err, "dataset: Pipeline.PredictRow: "+none)
		_, err = p.PredictMap(nil)
		wantError(t, err, "dataset: Pipeline.PredictMap: "+none)
		_, err = p.PredictStruct(nil)
		wantError(t, err, "dataset: Pipeline.PredictStruct: "+none)
		_, err = p.Predict(nil)
		wantError(t, err, "dataset: Pipeline.Predict: "+none)
		_, err = p.Evaluate(nil)
		wantError(t, err, "dataset: Pipeline.Evaluate: "+none)
		if p.Preparation() != nil || p.Network() != nil {
			t.Errorf("%v, %v", p.Preparation(), p.Network())
		}
		wantError(t, p.Save(nil), "dataset: Pipeline.Save: "+none)
		wantError(t, p.SaveFile(""), "dataset: Pipeline.SaveFile: "+none)
	}
}

// network returns a network for two features.
func network(t *testing.T, units int, act mlp.Activation, loss mlp.Loss, opts ...mlp.ModelOption) mlp.Network {
	t.Helper()
	net, err := mlp.Model([]mlp.Layer{mlp.Dense(2, units, act)}, loss, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

func TestNewPipeline(t *testing.T) {
	const text = "age,size,buys\n31,1,0\n40,2,1\n50,1,2\n"
	prepared := func(target dataset.Target) *dataset.Preparation {
		return fitRecipe(t, dataset.Recipe{Target: target}, text)
	}
	classes, numbers := prepared(dataset.Classes("buys")), prepared(dataset.Numbers("buys"))
	cce, mse := mlp.CategoricalCrossEntropy, mlp.MeanSquaredError
	for _, c := range []struct {
		want        string
		preparation *dataset.Preparation
		network     mlp.Network
	}{
		{"the preparation is nil or zero, Recipe.Fit makes one", nil, network(t, 3, mlp.Softmax, cce)},
		{"the recipe had no target", fitRecipe(t, dataset.Recipe{}, text), network(t, 3, mlp.Softmax, cce)},
		{"the network is nil or zero, mlp.Model makes one", classes, nil},
		{"the network is nil or zero, mlp.Model makes one", classes, (*mlp.Classifier)(nil)},
		{"the network is nil or zero, mlp.Model makes one", classes, &mlp.Classifier{}},
		{"the network has 2 inputs, the preparation gives 1 features", fitRecipe(t, dataset.Recipe{Target: dataset.Numbers("y")}, "x,y\n1,2\n3,4\n"), network(t, 1, mlp.Identity, mse)},
		{`the network is a *mlp.Regressor, the target "buys" is of kind classes`, classes, network(t, 3, mlp.Identity, mse)},
		{`the network is a *mlp.BinaryClassifier, the target "buys" is of kind classes`, classes, network(t, 1, mlp.Sigmoid, mlp.BinaryCrossEntropy)},
		{`the network is a *mlp.Regressor, the target "b", "c" is of kind labels`,
			fitRecipe(t, dataset.Recipe{Target: dataset.Labels("b", "c")}, "a,b,c\n1,0,1\n2,1,0\n"), network(t, 2, mlp.Identity, mse)},
		{`the network has 3 outputs, the target "b", "c" has 2`,
			fitRecipe(t, dataset.Recipe{Target: dataset.Labels("b", "c")}, "a,b,c\n1,0,1\n2,1,0\n"), network(t, 3, mlp.Sigmoid, mlp.BinaryCrossEntropy)},
		{`the network is a *mlp.Classifier, the target "buys" is of kind numbers`, numbers, network(t, 3, mlp.Softmax, cce)},
		{`the network has 2 outputs, the target "buys" has 3`, classes, network(t, 2, mlp.Softmax, cce)},
		{`the network has 2 outputs, the target "buys" has 1`, numbers, network(t, 2, mlp.Identity, mse)},
		{`the features of the network are "size", "age", those of the preparation "age", "size"`, numbers, network(t, 1, mlp.Identity, mse, mlp.WithFeatures("size", "age"))},
		{`the classes of the network are "0", "2", "1", those of the preparation "0", "1", "2"`, classes, network(t, 3, mlp.Softmax, cce, mlp.WithClasses("0", "2", "1"))},
	} {
		p, err := dataset.NewPipeline(c.preparation, c.network)
		wantError(t, err, "dataset: NewPipeline: "+c.want)
		if p != nil {
			t.Errorf("%s: %v", c.want, p)
		}
		if !strings.Contains(c.want, "nil or zero") && len(c.network.Metadata()) > 0 {
			t.Errorf("%s: the network has metadata %q", c.want, c.network.Metadata())
		}
	}
	full := network(t, 3, mlp.Softmax, cce)
	if err := full.SetMetadata("x", strings.Repeat("x", 15_999_900)); err != nil {
		t.Fatal(err)
	}
	if _, err := dataset.NewPipeline(classes, full); err == nil || !strings.HasPrefix(err.Error(), "dataset: NewPipeline: mlp: SetMetadata: ") ||
		full.FeatureNames() != nil || len(full.Metadata()) != 1 {
		t.Errorf("%v, features %q", err, full.FeatureNames())
	}

	c := network(t, 3, mlp.Softmax, cce, mlp.WithFeatures("age", "size")).(*mlp.Classifier)
	p, err := dataset.NewPipeline(classes, c)
	if err != nil {
		t.Fatal(err)
	}
	if p.Network() != mlp.Network(c) || p.Preparation() != classes || !slices.Equal(c.ClassNames(), []string{"0", "1", "2"}) {
		t.Errorf("%v, classes %q", p, c.ClassNames())
	}
	if _, err := dataset.NewPipeline(classes, c); err != nil {
		t.Error(err)
	}
}

// A pipeline answers from many goroutines at once.
func TestPipelineServesManyAtOnce(t *testing.T) {
	for _, target := range targetKinds {
		p := fitPipeline(t, everything(everyTarget[target]), peopleFor(target))
		table := readTable(t, peopleFor(target))
		want, err := p.Predict(table)
		if err != nil {
			t.Fatal(err)
		}
		file := savedPipeline(t, p)
		rows, maps := records(t, p, table)
		var all sync.WaitGroup
		for g := range 8 {
			all.Go(func() {
				for n := range 30 {
					i := (g + n) % len(rows)
					a, err1 := p.PredictRow(rows[i])
					b, err2 := p.PredictMap(maps[i])
					_, err3 := p.PredictRow(rows[i][1:])
					if err1 != nil || err2 != nil || err3 == nil || !nearAnswer(a, want[i]) || !sameAnswer(a, b) {
						t.Errorf("%v, %v, want %v (%v, %v, %v)", a, b, want[i], err1, err2, err3)
					}
				}
				got, err := p.Predict(table)
				if err != nil || !slices.EqualFunc(got, want, sameAnswer) {
					t.Errorf("%v, %v, want %v", got, err, want)
				}
				if _, err := p.Evaluate(table); err != nil {
					t.Error(err)
				}
				if !slices.Equal(savedPipeline(t, p), file) {
					t.Error("the file differs")
				}
			})
		}
		all.Wait()
	}
}

// Structs are records of the same fields.
func TestPipelinePredictStruct(t *testing.T) {
	p := fitPipeline(t, everything(dataset.Binary("ill", "yes")), people)
	years := uint8(31)
	a, err1 := p.PredictStruct(&person{body{0.1, "small"}, &home{"Oslo"}, &years, "x", 0.1, true, "red", 0})
	b, err2 := p.PredictRow([]string{"31", "0.1", "0.1", "small", "Oslo", "true", "red"})
	if err1 != nil || err2 != nil || !sameAnswer(a, b) {
		t.Errorf("%v, %v, want %v, %v", a, err1, b, err2)
	}
	text, err := json.Marshal(a)
	if err != nil || !strings.Contains(string(text), fmt.Sprintf("%q", a.Class)) {
		t.Errorf("%s, %v", text, err)
	}
}
