package dataset_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// seeded makes a network without a hidden layer for any target.
func seeded(d *dataset.Data, seed uint64) (mlp.Network, error) {
	_, units := d.Y.Dims()
	act, loss := mlp.Activation(mlp.Identity), mlp.Loss(mlp.MeanSquaredError)
	switch {
	case d.Classes != nil && units > 1:
		act, loss = mlp.Softmax, mlp.CategoricalCrossEntropy
	case d.Classes != nil:
		act, loss = mlp.Sigmoid, mlp.BinaryCrossEntropy
	}
	return mlp.Model([]mlp.Layer{mlp.Dense(len(d.Features), units, act)}, loss, mlp.WithSeed(seed))
}

// trainingTable has 40 rows, of which those of a group follow each other.
func trainingTable(t *testing.T) *dataset.Table {
	t.Helper()
	var text strings.Builder
	text.WriteString("x,group,y,even,port\n")
	for i := range 40 {
		fmt.Fprintf(&text, "%g,%d,%d,%d,%s\n", math.Exp2(float64(i)/4), i/4, 3*i%20, i%2, []string{"Kiel", "Genoa", "Kiel", "Oslo"}[i%4])
	}
	return readTable(t, text.String())
}

// trained is what a Training has shown.
type trained struct {
	run  mlp.Run
	data *dataset.Data // that Build has got
	seed uint64
}

func watched(t dataset.Training) (dataset.Training, *trained) {
	seen := &trained{}
	t.Build = func(d *dataset.Data, seed uint64) (mlp.Network, error) {
		seen.data, seen.seed = d, seed
		return seeded(d, seed)
	}
	t.Options.Epochs = 2
	t.Options.Callbacks = []mlp.Callback{beginning(func(r *mlp.Run) { seen.run = *r })}
	return t, seen
}

// What is held out is not learned from, and validates.
func TestTrainingHoldsRowsOutFirst(t *testing.T) {
	table := trainingTable(t)
	recipe := dataset.Recipe{Target: dataset.Numbers("y"), Columns: []dataset.Column{dataset.Drop{Column: "port"}, dataset.Categorical{Column: "group"}}}
	for _, c := range []struct {
		validation dataset.Validation
		train      int
		features   string
	}{
		{dataset.Validation{}, 40, "12 features"},
		{dataset.HoldOutLast(0.2), 32, "x"}, // the last groups are unknown to the others
		{dataset.HoldOutGroups("group", 0.25), 28, "x even"},
		{dataset.HoldOutTable(table), 40, "12 features"},
	} {
		r := recipe
		if c.validation == dataset.HoldOutLast(0.2) {
			r.Columns = append(slices.Clone(r.Columns[:1]), dataset.Drop{Column: "group"}, dataset.Drop{Column: "even"})
		}
		training, seen := watched(dataset.Training{Recipe: r, Validation: c.validation, Seed: 3})
		p, err := training.Fit(t.Context(), table)
		if err != nil {
			t.Errorf("%v: %v", c.validation, err)
			continue
		}
		if seen.run.Rows != c.train || seen.data.Rows() != c.train || seen.seed != 3 {
			t.Errorf("%v: %d rows to train with, %d to build for, seed %d", c.validation, seen.run.Rows, seen.data.Rows(), seen.seed)
		}
		if m, sd := meanAndDeviation(mat.Col(nil, 0, seen.data.X)); math.Abs(m) > 1e-12 || math.Abs(sd-1) > 1e-12 {
			t.Errorf("%v: x is scaled to mean %g and deviation %g", c.validation, m, sd)
		}
		names := strings.Join(seen.data.Features, " ")
		if n := len(seen.data.Features); n > 2 {
			names = fmt.Sprint(n, " features")
		}
		if names != c.features {
			t.Errorf("%v: %s, want %s", c.validation, names, c.features)
		}
		h := p.History()
		if validates := c.validation != (dataset.Validation{}); h == nil || len(h.Epochs) != 2 || validates != (h.Epochs[0].Validation != nil) || validates != seen.run.Validates {
			t.Errorf("%v: history %+v", c.validation, h)
		}
	}
}

// A Training that holds out a share is one by hand.
func TestTrainingByHand(t *testing.T) {
	table := trainingTable(t)
	target := dataset.Classes("even")
	training, _ := watched(dataset.Training{Recipe: dataset.Recipe{Target: target}, Validation: dataset.HoldOut(0.3), Seed: 5})
	p, err := training.Fit(t.Context(), table)
	if err != nil {
		t.Fatal(err)
	}
	class := make([]int, 40)
	for i := range class {
		class[i] = i % 2
	}
	folds, err := dataset.HoldOut(0.3).Folds(table, class, 5)
	if err != nil {
		t.Fatal(err)
	}
	_, train, held, err := training.Recipe.FitFold(table, folds[0])
	if err != nil {
		t.Fatal(err)
	}
	net, err := seeded(train, 5)
	if err != nil {
		t.Fatal(err)
	}
	h, err := net.Fit(t.Context(), train.X, train.Y, mlp.FitOptions{Epochs: 2, Validation: &mlp.Dataset{X: held.X, Y: held.Y}})
	if err != nil {
		t.Fatal(err)
	}
	if *h.Epochs[1].Validation != *p.History().Epochs[1].Validation || !mat.Equal(net.Layers()[0].Params()[0].Value, p.Network().Layers()[0].Params()[0].Value) {
		t.Errorf("by hand %v, else %v", h.Epochs[1], p.History().Epochs[1])
	}
	if loaded := reload(t, p); loaded.History() != nil {
		t.Error("a pipeline from a file has a history")
	}
}

func reload(t *testing.T, p *dataset.Pipeline) *dataset.Pipeline {
	t.Helper()
	var b strings.Builder
	if err := p.Save(&b); err != nil {
		t.Fatal(err)
	}
	loaded, err := dataset.LoadPipeline(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

// FitPipeline is its short form.
func TestFitPipelineIsATraining(t *testing.T) {
	table := trainingTable(t)
	for _, share := range []float64{0, 0.25} {
		opts := mlp.FitOptions{Epochs: 3, ValidationSplit: share, Seed: 7}
		training := dataset.Training{Recipe: dataset.Recipe{Target: dataset.Numbers("y")}, Build: seeded, Options: opts, Seed: 1}
		p, err1 := training.Fit(t.Context(), table)
		q, h, err2 := training.Recipe.FitPipeline(t.Context(), table, func(d *dataset.Data) (mlp.Network, error) { return seeded(d, 1) }, opts)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		if h != q.History() || h.Epochs[2].Train != p.History().Epochs[2].Train {
			t.Errorf("share %g: %v, %v", share, h.Epochs[2], p.History().Epochs[2])
		}
	}
}

// The rows of a fold are those of its Train, with their weights and all classes.
func TestTrainingFitFold(t *testing.T) {
	table := trainingTable(t)
	weights := make([]float64, 40)
	var fold dataset.Fold
	for i := range weights {
		switch {
		case i%2 == 0:
			fold.Train = append(fold.Train, i)
			weights[i] = float64(i%4) / 2 // only those of Kiel with an index of 2, 6, …
		case i%4 == 1:
			fold.Validation = append(fold.Validation, i)
		default:
			fold.Test = append(fold.Test, i)
		}
	}
	recipe := dataset.Recipe{Target: dataset.Classes("port"), Columns: []dataset.Column{dataset.Drop{Column: "even"}}}
	training, seen := watched(dataset.Training{Recipe: recipe, Options: mlp.FitOptions{SampleWeights: weights}})
	p, err := training.FitFold(t.Context(), table, dataset.Fold{Train: fold.Train, Test: fold.Test})
	if err == nil || !strings.HasSuffix(err.Error(), `the target is "Kiel" in every row, which leaves nothing to learn`) {
		t.Errorf("%v, %v", p, err)
	}
	training.Recipe.Target = dataset.Classes("y")
	training.Recipe.Columns = append(training.Recipe.Columns, dataset.Drop{Column: "port"})
	p, err = training.FitFold(t.Context(), table, fold)
	if err != nil {
		t.Fatal(err)
	}
	if seen.run.Rows != 20 || !seen.run.Validates || len(p.Preparation().Classes()) != 20 {
		t.Errorf("%+v, classes %v", seen.run, p.Preparation().Classes())
	}
	train, err := table.Subset(fold.Train)
	if err != nil {
		t.Fatal(err)
	}
	d, err := p.Preparation().Data(train)
	if err != nil || !mat.Equal(d.X, seen.data.X) {
		t.Errorf("other rows: %v", err)
	}
	net, err := seeded(d, 0)
	if err != nil {
		t.Fatal(err)
	}
	own := make([]float64, 20)
	for i, row := range fold.Train {
		own[i] = weights[row]
	}
	if _, err := net.Fit(t.Context(), d.X, d.Y, mlp.FitOptions{Epochs: 2, SampleWeights: own}); err != nil {
		t.Fatal(err)
	}
	if !mat.Equal(net.Layers()[0].Params()[0].Value, p.Network().Layers()[0].Params()[0].Value) {
		t.Error("other weights")
	}
}

// Balanced classes are as if the rows of rare ones were there several times.
func TestTrainingBalanced(t *testing.T) {
	once, often := "x,y\n", "x,y\n"
	for i := range 30 {
		once += fmt.Sprintf("%d,common\n", i)
		often += fmt.Sprintf("%d,common\n", i)
	}
	for i := range 6 {
		once += fmt.Sprintf("%d,rare\n", 20+3*i)
		often += strings.Repeat(fmt.Sprintf("%d,rare\n", 20+3*i), 5)
	}
	fit := func(text string, balanced bool, weights []float64) []float64 {
		recipe := dataset.Recipe{Target: dataset.Binary("y", "rare"), Columns: []dataset.Column{dataset.Numeric{Column: "x", Scaling: dataset.Unscaled}}}
		training := dataset.Training{
			Recipe: recipe, Build: seeded, Balanced: balanced, Seed: 1,
			Options: mlp.FitOptions{Epochs: 200, Optimizer: mlp.LBFGS{}, SampleWeights: weights},
		}
		p, err := training.Fit(t.Context(), readTable(t, text))
		if err != nil {
			t.Fatal(err)
		}
		var w []float64
		for _, p := range p.Network().Layers()[0].Params() {
			w = append(w, p.Value.RawMatrix().Data...)
		}
		return w
	}
	near := func(a, b []float64) bool {
		return slices.EqualFunc(a, b, func(a, b float64) bool { return math.Abs(a-b) <= 1e-4*math.Abs(b) })
	}
	got, want, plain := fit(once, true, nil), fit(often, false, nil), fit(once, false, nil)
	if !near(got, want) || near(plain, want) {
		t.Errorf("balanced %v, with each row several times %v, plain %v", got, want, plain)
	}
	// The weights of rows come on top.
	twice := slices.Repeat([]float64{2}, 36)
	if got := fit(once, true, twice); !near(got, want) {
		t.Errorf("with equal weights %v, want %v", got, want)
	}
}

// Answers are in the unit of the target.
func TestTrainingScalesTargets(t *testing.T) {
	var text strings.Builder
	text.WriteString("x,y,z\n")
	for i := range 40 {
		fmt.Fprintf(&text, "%d,%d,%g\n", i, 5000000+1000*i, 0.001*float64(i%7))
	}
	table := readTable(t, text.String())
	training := dataset.Training{
		Recipe: dataset.Recipe{Target: dataset.Numbers("y", "z")}, Build: seeded, ScaleTargets: true, Validation: dataset.HoldOutLast(0.1),
		Options: mlp.FitOptions{Epochs: 100, Optimizer: mlp.Adam{LearningRate: 0.05}},
	}
	p, err := training.Fit(t.Context(), table)
	if err != nil {
		t.Fatal(err)
	}
	params := p.Network().(*mlp.Regressor).TargetScaling().Params()
	if mean := params[0].Value.At(0, 0); mean != 5000000+1000*17.5 {
		t.Errorf("mean %v, want that of the first 36 rows", mean)
	}
	if a, err := p.PredictRow([]string{"10"}); err != nil || math.Abs(a.Values[0]-5010000) > 1000 {
		t.Errorf("%v, %v", a, err)
	}
}

// What String says of options that are not given is what the training does.
func TestTrainingStringOfDefaults(t *testing.T) {
	table := trainingTable(t)
	trained := func(optimizer mlp.Optimizer) (*dataset.Pipeline, string) {
		var asked runEpochs
		training := dataset.Training{
			Recipe: dataset.Recipe{Target: dataset.Numbers("y")}, Build: seeded,
			Options: mlp.FitOptions{Optimizer: optimizer, Callbacks: []mlp.Callback{&asked}},
		}
		p, err := training.Fit(t.Context(), table)
		if err != nil {
			t.Fatal(err)
		}
		if text, want := training.String(), fmt.Sprintf("at most %d epochs", asked); !strings.Contains(text, want) {
			t.Errorf("%s\nwant %s", text, want)
		}
		return p, training.String()
	}
	usual, said := trained(nil)
	given, want := trained(mlp.Adam{LearningRate: 0.001})
	got, err := usual.Network().(*mlp.Regressor).MarshalBinary()
	same, err2 := given.Network().(*mlp.Regressor).MarshalBinary()
	if err := errors.Join(err, err2); err != nil || string(got) != string(same) || said != want {
		t.Errorf("%s\nis not\n%s (%v)", said, want, err)
	}
}

// runEpochs is the number of epochs that a run is to have, which it ends after the
// first.
type runEpochs int

func (r *runEpochs) FitBegin(run *mlp.Run) error { *r = runEpochs(run.Epochs); return nil }
func (*runEpochs) EpochEnd(*mlp.Epoch) error     { return mlp.ErrStop }

func TestTrainingErrors(t *testing.T) {
	table := trainingTable(t)
	other := readTable(t, "x,group,even,port\n1,2,1,Kiel\n2,3,0,Oslo\n")
	numbers, classes := dataset.Recipe{Target: dataset.Numbers("y")}, dataset.Recipe{Target: dataset.Classes("port")}
	oops := errors.New("oops")
	scaled := func(d *dataset.Data, _ uint64) (mlp.Network, error) {
		return mlp.Model([]mlp.Layer{mlp.Dense(len(d.Features), 1, mlp.Identity)}, mlp.MeanSquaredError, mlp.WithTargetScaling(mlp.NewNormalization(1)))
	}
	counts := func(d *dataset.Data, _ uint64) (mlp.Network, error) {
		return mlp.Model([]mlp.Layer{mlp.Dense(len(d.Features), 1, mlp.Identity)}, mlp.Poisson)
	}
	split := mlp.FitOptions{ValidationSplit: 0.5}
	for _, c := range []struct {
		want     string
		training dataset.Training
	}{
		{"the recipe had no target", dataset.Training{Build: seeded}},
		{"build is nil", dataset.Training{Recipe: numbers}},
		{"oops", dataset.Training{Recipe: numbers, Build: func(*dataset.Data, uint64) (mlp.Network, error) { return nil, oops }}},
		{"the network is nil or zero, mlp.Model makes one", dataset.Training{Recipe: numbers, Build: func(*dataset.Data, uint64) (mlp.Network, error) { return nil, nil }}},
		{"the field Balanced is for a target of classes, of which each row has one", dataset.Training{Recipe: numbers, Build: seeded, Balanced: true}},
		{"the field Balanced is for a target of classes, of which each row has one", dataset.Training{Recipe: dataset.Recipe{Target: dataset.Labels("even", "y")}, Build: seeded, Balanced: true}},
		{"ScaleTargets is for a target of numbers, the network is a *mlp.Classifier", dataset.Training{Recipe: classes, Build: seeded, ScaleTargets: true}},
		{"the network scales its targets already, want that or ScaleTargets", dataset.Training{Recipe: numbers, Build: scaled, ScaleTargets: true}},
		{"mlp: SetTargetScaling: poisson takes targets of a certain range only", dataset.Training{Recipe: numbers, Build: counts, ScaleTargets: true}},
		{"Validation is CrossValidate(5), which takes several trainings: selection.OutOfFold has them", dataset.Training{Recipe: numbers, Build: seeded, Validation: dataset.CrossValidate(5)}},
		{"Validation is CrossValidateTime(3), which takes several trainings: selection.OutOfFold has them", dataset.Training{Recipe: numbers, Build: seeded, Validation: dataset.CrossValidateTime(3)}},
		{"Validation is HoldOut(0.2) and Options.ValidationSplit is 0.5, want one", dataset.Training{Recipe: numbers, Build: seeded, Validation: dataset.HoldOut(0.2), Options: split}},
		{"Validation is HoldOut(0.2) and Options.Validation is given, want one", dataset.Training{Recipe: numbers, Build: seeded, Validation: dataset.HoldOut(0.2), Options: mlp.FitOptions{Validation: &mlp.Dataset{}}}},
		{"Validation: HoldOut(2): the share is 2, want a number in (0, 1)", dataset.Training{Recipe: numbers, Build: seeded, Validation: dataset.HoldOut(2)}},
		{"Validation: HoldOutTable: the table has fewer than 2 rows: 0", dataset.Training{Recipe: numbers, Build: seeded, Validation: dataset.HoldOutTable(nil)}},
		{`Validation: HoldOutTable: no column "y", the columns are "x", "group", "even", "port"`, dataset.Training{Recipe: numbers, Build: seeded, Validation: dataset.HoldOutTable(other)}},
		{`Validation: HoldOutGroups("town", 0.5): no column "town", the columns are "x", "group", "y", "even", "port"`, dataset.Training{Recipe: numbers, Build: seeded, Validation: dataset.HoldOutGroups("town", 0.5)}},
		{`in Recipe.Columns[0]: "y" is the target`, dataset.Training{Recipe: numbers, Build: seeded, Validation: dataset.HoldOutGroups("y", 0.5)}},
		{`in Recipe.Columns[0] is nil`, dataset.Training{Recipe: dataset.Recipe{Target: numbers.Target, Columns: []dataset.Column{nil}}, Build: seeded, Validation: dataset.HoldOutGroups("group", 0.5)}},
		{"SampleWeights has 3 entries, the table has 40 rows", dataset.Training{Recipe: numbers, Build: seeded, Options: mlp.FitOptions{SampleWeights: make([]float64, 3)}}},
		{"mlp: Fit: Epochs is -1, want at least 1 (or 0 for the default)", dataset.Training{Recipe: numbers, Build: seeded, Options: mlp.FitOptions{Epochs: -1}}},
	} {
		p, err := c.training.Fit(t.Context(), table)
		if wantError(t, err, "dataset: Training.Fit: "+c.want); p != nil {
			t.Errorf("%s: there is a pipeline", c.want)
		}
	}
	_, err := dataset.Training{Recipe: numbers, Build: seeded}.Fit(t.Context(), nil)
	wantError(t, err, "dataset: Training.Fit: the table is nil or empty")

	training := dataset.Training{Recipe: numbers, Build: seeded, Validation: dataset.HoldOut(0.5)}
	for _, c := range []struct {
		want string
		fold dataset.Fold
	}{
		{"fold.Train: no rows are asked for", dataset.Fold{}},
		{"Validation is HoldOut(0.5) and fold.Validation has 1 rows, want one", dataset.Fold{Train: []int{1, 2, 3}, Validation: []int{4}}},
		{"Validation: HoldOut(0.5): 2 of 3 rows are held out, want at least 2 and as many to train with", dataset.Fold{Train: []int{1, 2, 3}}},
	} {
		_, err := training.FitFold(t.Context(), table, c.fold)
		wantError(t, err, "dataset: Training.FitFold: "+c.want)
	}
	training.Validation = dataset.Validation{}
	_, err = training.FitFold(t.Context(), table, dataset.Fold{Train: []int{1, 2}, Validation: []int{3, 2}})
	wantError(t, err, "dataset: Training.FitFold: the fold has row 2 in Train and in Validation")
	const twice = "is in the table several times, to train with and held out: repeat rows after others are held out, for HoldOutTable"
	repeated, err := table.Subset([]int{0, 1, 2, 3, 4, 5, 1})
	if err != nil {
		t.Fatal(err)
	}
	same, err := table.Subset([]int{1, 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	_, err = training.FitFold(t.Context(), repeated, dataset.Fold{Train: []int{0, 1, 2, 3}, Validation: []int{5, 6}})
	wantError(t, err, "dataset: Training.FitFold: line 3 "+twice)
	training.Validation = dataset.HoldOutLast(0.25)
	_, err = training.Fit(t.Context(), repeated)
	wantError(t, err, "dataset: Training.Fit: Validation: HoldOutLast(0.25): line 3 "+twice)
	_, err = training.FitFold(t.Context(), table, dataset.Fold{Train: []int{7, 8, 9, 10, 8, 11}})
	wantError(t, err, "dataset: Training.FitFold: Validation: HoldOutLast(0.25): line 10 "+twice)
	_, err = dataset.HoldOutLast(0.25).Folds(repeated, nil, 0)
	wantError(t, err, "dataset: Validation.Folds: HoldOutLast(0.25): line 3 "+twice)
	training.Validation, training.Options.ValidationSplit = dataset.Validation{}, 0.5
	if _, err = training.Fit(t.Context(), same); err == nil || !strings.HasSuffix(err.Error(), twice) {
		t.Error(err)
	}
	training.Options.ValidationSplit = 0
	if _, err := training.Fit(t.Context(), repeated); err != nil {
		t.Error(err)
	}
	_, err = training.FitFold(t.Context(), table, dataset.Fold{Train: []int{1, 2}, Validation: []int{40}})
	wantError(t, err, "dataset: Training.FitFold: fold.Validation: rows[0] is 40, the table has rows 0 to 39")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if p, err := training.Fit(ctx, table); p != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", p, err)
	}
}

func TestTrainingString(t *testing.T) {
	training := dataset.Training{
		Recipe:   dataset.Recipe{Target: dataset.Classes("species"), Columns: []dataset.Column{dataset.Drop{Column: "id"}, &dataset.Categorical{Column: "town"}, nil}},
		Balanced: true, Validation: dataset.HoldOutGroups("patient", 0.2), Seed: 7,
		Options: mlp.FitOptions{Epochs: 30, BatchSize: 8, Optimizer: mlp.SGD{}, Schedule: mlp.CosineDecay{}, Callbacks: []mlp.Callback{&mlp.EarlyStopping{}}},
	}
	want := `target    "species", classes balanced
columns   "id" is Drop, "town" is Categorical, nil, "patient" is Drop, the others by what their cells hold
held out  HoldOutGroups("patient", 0.2)
training  sgd with a learning rate of 0.01, at most 30 epochs, batches of 8 rows, mlp.CosineDecay, *mlp.EarlyStopping, seed 7`
	if got := training.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	want = `target    none
columns   all by what their cells hold
held out  0.1 of the rows
training  adam with a learning rate of 0.001, at most 100 epochs, seed 0`
	if got := (dataset.Training{Options: mlp.FitOptions{ValidationSplit: 0.1}}).String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
