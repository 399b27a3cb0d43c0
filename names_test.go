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
