package mlp_test

import (
	"reflect"
	"testing"

	"example.com/mlp"
)

func TestLabels(t *testing.T) {
	x, classes, yes, _ := samples(30)
	c := classifier(t, mlp.WithSeed(1), mlp.WithClasses("setosa", "versicolor", "virginica")).(*mlp.Classifier)
	fit(t, c, x, classes, mlp.FitOptions{Epochs: 5})
	labels, err := c.Labels(x)
	if err != nil {
		t.Fatal(err)
	}
	numbers, err := c.Classes(x)
	if err != nil {
		t.Fatal(err)
	}
	for i, class := range numbers {
		if want := c.ClassNames()[class]; labels[i] != want {
			t.Errorf("label %d is %s, want %s", i, labels[i], want)
		}
	}
	b := binaryNet(t, mlp.WithSeed(1), mlp.WithClasses("no", "yes"))
	fit(t, b, x, yes, mlp.FitOptions{Epochs: 50, Optimizer: mlp.Adam{LearningRate: 0.05}})
	if err := b.SetThreshold(0.4); err != nil {
		t.Fatal(err)
	}
	if labels, err = b.Labels(x); err != nil {
		t.Fatal(err)
	}
	predicted, err := b.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for i, label := range labels {
		seen[label] = true
		if want := map[float64]string{0: "no", 1: "yes"}[predicted.At(i, 0)]; label != want {
			t.Errorf("label %d is %s, want %s", i, label, want)
		}
	}
	if len(seen) != 2 {
		t.Errorf("labels are %v", seen)
	}
}

func TestNamesAreCopied(t *testing.T) {
	names := []string{"a", "b", "c"}
	c := classifier(t, mlp.WithClasses(names...)).(*mlp.Classifier)
	names[0] = "z"
	c.ClassNames()[1] = "z"
	if got := c.ClassNames(); !reflect.DeepEqual(got, []string{"a", "b", "c"}) {
		t.Errorf("got %q", got)
	}
	if c.FeatureNames() != nil || regressor(t).FeatureNames() != nil {
		t.Error("names from nowhere")
	}
}

func TestNameMistakes(t *testing.T) {
	x, _, _, _ := samples(2)
	for want, names := range map[string]mlp.ModelOption{
		"mlp: Model: WithClasses has 2 names, the network has classes: 3":    mlp.WithClasses("a", "b"),
		`mlp: Model: WithClasses: "a" is name 0 and 2`:                       mlp.WithClasses("a", "b", "a"),
		`mlp: Model: WithClasses: name 1 is "", want some text in UTF-8`:     mlp.WithClasses("a", "", "c"),
		`mlp: Model: WithClasses: name 2 is "\xff", want some text in UTF-8`: mlp.WithClasses("a", "b", "\xff"),
		"mlp: Model: WithFeatures has 3 names, layer 0 takes 4":              mlp.WithFeatures("a", "b", "c"),
	} {
		_, err := mlp.Model([]mlp.Layer{mlp.Dense(4, 3, mlp.Softmax)}, mlp.CategoricalCrossEntropy, names)
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	for want, c := range map[string]struct {
		loss  mlp.Loss
		act   mlp.Activation
		names []string
	}{
		"mlp: Model: WithClasses has 1 names, the network has classes: 2": {mlp.BinaryCrossEntropy, mlp.Sigmoid, []string{"yes"}},
		"mlp: Model: WithClasses for a regression, which has no classes":  {mlp.MeanSquaredError, mlp.Identity, []string{"one"}},
	} {
		_, err := mlp.Model([]mlp.Layer{mlp.Dense(4, 1, c.act)}, c.loss, mlp.WithClasses(c.names...))
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	const unnamed = "mlp: Labels: the classes have no names, see WithClasses"
	if _, err := classifier(t).(*mlp.Classifier).Labels(x); err == nil || err.Error() != unnamed {
		t.Errorf("got %v, want %s", err, unnamed)
	}
	if _, err := binaryNet(t).Labels(x); err == nil || err.Error() != unnamed {
		t.Errorf("got %v, want %s", err, unnamed)
	}
	const narrow = "mlp: Labels: x has 3 columns, layer 0 takes 4"
	if _, err := binaryNet(t, mlp.WithClasses("no", "yes")).Labels(x.Slice(0, 2, 0, 3)); err == nil || err.Error() != narrow {
		t.Errorf("got %v, want %s", err, narrow)
	}
}

func TestSetNames(t *testing.T) {
	c, b := classifier(t).(*mlp.Classifier), binaryNet(t)
	names := []string{"a", "b", "c"}
	if err := c.SetClassNames(names...); err != nil {
		t.Fatal(err)
	}
	names[0] = "z"
	if err := b.SetClassNames("no", "yes"); err != nil {
		t.Fatal(err)
	}
	if err := c.SetFeatureNames("p", "q", "r", "s"); err != nil {
		t.Fatal(err)
	}
	x, _, _, _ := samples(2)
	if _, err := b.Labels(x); err != nil {
		t.Error(err)
	}
	for want, err := range map[string]error{
		"mlp: SetClassNames: the list has 2 names, the network has classes: 3":      c.SetClassNames("a", "b"),
		`mlp: SetClassNames: the list: "a" is name 0 and 2`:                         c.SetClassNames("a", "b", "a"),
		"mlp: SetClassNames: the list has 3 names, the network has classes: 2":      b.SetClassNames("a", "b", "c"),
		"mlp: SetFeatureNames: the list has 3 names, layer 0 takes 4":               c.SetFeatureNames("a", "b", "c"),
		`mlp: SetFeatureNames: the list: name 3 is "", want some text in UTF-8`:     c.SetFeatureNames("a", "b", "c", ""),
		`mlp: SetFeatureNames: the list: name 0 is "\xff", want some text in UTF-8`: c.SetFeatureNames("\xff", "b", "c", "d"),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if got := c.ClassNames(); !reflect.DeepEqual(got, []string{"a", "b", "c"}) {
		t.Errorf("classes %q", got)
	}
	if got := c.FeatureNames(); !reflect.DeepEqual(got, []string{"p", "q", "r", "s"}) {
		t.Errorf("features %q", got)
	}
	if err := c.SetClassNames(); err != nil || c.ClassNames() != nil {
		t.Errorf("%q, %v", c.ClassNames(), err)
	}
	if err := c.SetFeatureNames(); err != nil || c.FeatureNames() != nil {
		t.Errorf("%q, %v", c.FeatureNames(), err)
	}
}
