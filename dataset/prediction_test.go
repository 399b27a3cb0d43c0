package dataset_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// joined returns the pipeline of a recipe that takes x alone, and of a network
// whose outputs are those of the activation for weights·x.
func joined(t *testing.T, target dataset.Target, text string, act mlp.Activation, loss mlp.Loss, weights ...float64) *dataset.Pipeline {
	t.Helper()
	prep := fitRecipe(t, dataset.Recipe{Target: target, Numeric: dataset.Numeric{Scaling: dataset.Unscaled}}, text)
	layer := mlp.Dense(1, len(weights), act, mlp.WithoutBias())
	net, err := mlp.Model([]mlp.Layer{layer}, loss)
	if err != nil {
		t.Fatal(err)
	}
	layer.Params()[0].Value.Copy(mat.NewDense(1, len(weights), weights))
	p, err := dataset.NewPipeline(prep, net)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// predictOne returns the answer for x, checked to be the same from a row and
// from a table.
func predictOne(t *testing.T, p *dataset.Pipeline, x string) dataset.Prediction {
	t.Helper()
	a, err1 := p.PredictRow([]string{x})
	b, err2 := p.Predict(readTable(t, "x\n"+x+"\n"))
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if !nearAnswer(a, b[0]) {
		t.Errorf("from a row %v, from a table %v", a, b[0])
	}
	return a
}

const (
	twoText    = "x,y\n1,no\n2,yes\n"
	threeText  = "x,y\n1,b\n2,a\n3,\"\"\"c\"\"\"\n"
	labelText  = "x,red,round\n1,0,1\n2,1,1\n"
	numberText = "x,y,z\n1,2,3\n2,4,5\n"
)

func TestPredictionJSON(t *testing.T) {
	for _, c := range []struct {
		p    *dataset.Pipeline
		x    string
		want string
		text string // as people read it
	}{
		{joined(t, dataset.Binary("y", "yes"), twoText, mlp.Sigmoid, mlp.BinaryCrossEntropy, 0), "1", `{"class":"yes","probabilities":{"no":0.5,"yes":0.5}}`, "yes (0.50)"},
		{joined(t, dataset.Binary("y", "no"), twoText, mlp.Identity, mlp.Hinge, 1), "-0.1", `{"class":"yes"}`, "yes"},
		{joined(t, dataset.Classes("y", "b", `"c"`, "a"), threeText, mlp.Softmax, mlp.CategoricalCrossEntropy, 1000, 0, 0), "2", `{"class":"b","probabilities":{"b":1,"\"c\"":0,"a":0}}`, "b (1.00)"},
		{joined(t, dataset.Labels("red", "round"), labelText, mlp.Sigmoid, mlp.BinaryCrossEntropy, 1000, 0), "-2", `{"labels":["round"],"probabilities":{"red":0,"round":0.5}}`, "round (0.50)"},
		{joined(t, dataset.Labels("red", "round"), labelText, mlp.Identity, mlp.SquaredHinge, 1, 2), "3", `{"labels":["red","round"]}`, "red, round"},
		{joined(t, dataset.Labels("red", "round"), labelText, mlp.Identity, mlp.Hinge, -1, -2), "3", `{"labels":[]}`, "no labels"},
		{joined(t, dataset.Numbers("y"), "x,y\n1,2\n2,4\n", mlp.Identity, mlp.MeanSquaredError, 1.5), "-3", `{"value":-4.5}`, "-4.5"},
		{joined(t, dataset.Numbers("z", "y"), numberText, mlp.Identity, mlp.MeanSquaredError, 1, 0.25), "2", `{"values":{"z":2,"y":0.5}}`, "z 2, y 0.5"},
		{joined(t, dataset.Numbers("y"), "x,y\n1,2\n2,4\n", mlp.Identity, mlp.Poisson, 1), "0", `{"value":1}`, "1"},
	} {
		a := predictOne(t, c.p, c.x)
		text, err := json.Marshal(a)
		if err != nil || string(text) != c.want {
			t.Errorf("%s, %v, want %s", text, err, c.want)
		}
		if a.String() != c.text || fmt.Sprint(a) != c.text {
			t.Errorf("%v, want %s", a, c.text)
		}
		list, err := json.Marshal(struct{ Answers []*dataset.Prediction }{[]*dataset.Prediction{&a}})
		if want := `{"Answers":[` + c.want + `]}`; err != nil || string(list) != want {
			t.Errorf("%s, %v, want %s", list, err, want)
		}
	}
	for want, p := range map[string]dataset.Prediction{
		`{"value":0}`:    {},
		`{"class":"a"}`:  {Class: "a"},
		`{"error":"no"}`: {Value: math.NaN(), Err: errors.New("no")},
	} {
		if text, err := json.Marshal(p); err != nil || string(text) != want {
			t.Errorf("%s, %v, want %s", text, err, want)
		}
	}
	for want, p := range map[string]dataset.Prediction{
		"0":             {},
		"a":             {Class: "a", Probabilities: []float64{1, 0}},
		"2, 0.1":        {Values: []float64{2, 0.1}},
		"no answer: no": {Value: math.NaN(), Err: errors.New("no")},
	} {
		if p.String() != want {
			t.Errorf("%v, want %s", p, want)
		}
	}
	for want, p := range map[string]dataset.Prediction{
		"Probabilities has 2 numbers, there are 0 names": {Class: "a", Probabilities: []float64{1, 0}},
		"Value is NaN: not finite":                       {Value: math.NaN()},
	} {
		_, err := p.MarshalJSON()
		wantError(t, err, "dataset: Prediction.MarshalJSON: "+want)
	}
	a := predictOne(t, joined(t, dataset.Binary("y", "yes"), twoText, mlp.Sigmoid, mlp.BinaryCrossEntropy, 0), "1")
	a.Probabilities[1] = math.Inf(1)
	_, err := a.MarshalJSON()
	wantError(t, err, "dataset: Prediction.MarshalJSON: Probabilities[1] is +Inf: not finite")
	a.Probabilities = nil // not to be sent
	if text, err := json.Marshal(a); err != nil || string(text) != `{"class":"yes"}` {
		t.Errorf("%s, %v", text, err)
	}
}

// There is one threshold: that of the network.
func TestOneThreshold(t *testing.T) {
	for _, c := range []struct {
		act       mlp.Activation
		loss      mlp.Loss
		threshold float64
		x         string
	}{
		{mlp.Sigmoid, mlp.BinaryCrossEntropy, 0.2, "-0.249"}, // whose probability is 0.438
		{mlp.Identity, mlp.Hinge, 0, "0.23"},
		{mlp.Identity, mlp.Hinge, -1, "-0.9"},
		{mlp.Identity, mlp.Hinge, 1.5, "1.6"},
	} {
		two := joined(t, dataset.Binary("y", "yes"), twoText, c.act, c.loss, 1)
		both := joined(t, dataset.Labels("red", "round"), labelText, c.act, c.loss, 1, -1)
		for _, p := range []*dataset.Pipeline{two, both} {
			if err := p.Network().(*mlp.BinaryClassifier).SetThreshold(c.threshold); err != nil {
				t.Fatal(err)
			}
		}
		if a := predictOne(t, two, c.x); a.Class != "yes" {
			t.Errorf("%s, %g: %q", c.loss.Name(), c.threshold, a.Class)
		}
		if a := predictOne(t, both, c.x); len(a.Labels) == 0 || a.Labels[0] != "red" {
			t.Errorf("%s, %g: %q", c.loss.Name(), c.threshold, a.Labels)
		}
		x := make([]float64, 1)
		if err := two.Preparation().TransformRow(x, []string{c.x}); err != nil {
			t.Fatal(err)
		}
		y, err := two.Network().Forward(mat.NewDense(1, 1, x))
		if err != nil {
			t.Fatal(err)
		}
		if class, err := two.Preparation().Class(two.Network(), y.RawRowView(0)); err != nil || class != "yes" {
			t.Errorf("%s, %g: Class says %q, %v", c.loss.Name(), c.threshold, class, err)
		}
		if a := predictOne(t, reloadedPipeline(t, two), c.x); a.Class != "yes" {
			t.Errorf("%s, %g: loaded again %q", c.loss.Name(), c.threshold, a.Class)
		}
	}
}

// What is appended to the numbers of a prediction does not reach another.
func TestPredictionsDoNotShareMemory(t *testing.T) {
	for _, target := range targetKinds {
		p := fitPipeline(t, everything(everyTarget[target]), peopleFor(target))
		table := readTable(t, peopleFor(target))
		got, err1 := p.Predict(table)
		want, err2 := p.Predict(table)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		for i := range got {
			_ = append(got[i].Probabilities, 7)
			_ = append(got[i].Values, 7)
			_ = append(got[i].Labels, "7")
			for k := range got[i].Probabilities {
				got[i].Probabilities[k] = 7
			}
			if i+1 < len(got) && !sameAnswer(got[i+1], want[i+1]) {
				t.Errorf("%s: %v, want %v", target, got[i+1], want[i+1])
			}
		}
	}
}

// An answer is finite.
func TestPipelineRefusesAnswersThatAreNotFinite(t *testing.T) {
	for _, c := range []struct {
		p       *dataset.Pipeline
		message string
	}{
		{joined(t, dataset.Numbers("z", "y"), numberText, mlp.Identity, mlp.MeanSquaredError, 1, 1e200),
			"mlp: PredictRow: the output in column 1 is +Inf: not finite"},
		{joined(t, dataset.Numbers("y"), "x,y\n1,2\n2,4\n", mlp.Identity, mlp.Poisson, 1),
			"mlp: PredictRow: the output in column 0 is +Inf: not finite"},
	} {
		_, err := c.p.PredictRow([]string{"1e300"})
		wantError(t, err, "dataset: Pipeline.PredictRow: "+c.message)
		if !errors.Is(err, mlp.ErrNotFinite) {
			t.Errorf("%v does not wrap ErrNotFinite", err)
		}
		_, err = c.p.Predict(readTable(t, "x\n1\n1e300\n"))
		wantError(t, err, "dataset: Pipeline.Predict: 1 of 2 rows has no answer: line 3: "+c.message)
	}
}
