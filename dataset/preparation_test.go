package dataset_test

import (
	"encoding/json"
	"math"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

const people = `id,age,income,height,size,port,member,color,ill
1,31,2000.5,170,small,Genoa,yes,red,no
2,,1500,165.2,large,Kiel,no,blue,yes
3,45,,181,medium,Genoa,yes,red,no
4,29,0.1,175,small,,no,green,yes
`

// everything is a recipe with a column of every kind.
func everything(target dataset.Target) dataset.Recipe {
	return dataset.Recipe{
		Target: target,
		Columns: []dataset.Column{
			dataset.Drop{Column: "id"},
			dataset.Numeric{Column: "age", Impute: dataset.Mean, Indicator: true},
			dataset.Numeric{Column: "income", Impute: dataset.Median, Scaling: dataset.Quantile},
			dataset.Numeric{Column: "height", Scaling: dataset.Unscaled},
			dataset.Ordinal{Column: "size", Order: []string{"small", "medium", "large"}, Scaling: dataset.Robust},
			dataset.Categorical{Column: "port", Impute: dataset.Constant, Fill: "none", Unknown: dataset.UnknownFeature},
			dataset.Categorical{Column: "color", Unknown: dataset.UnknownZeros},
		},
	}
}

// everyTarget has a target of every kind for the table people.
var everyTarget = map[string]dataset.Target{
	"none":    {},
	"numbers": dataset.Numbers("ill number"),
	"classes": dataset.Classes("ill"),
	"binary":  dataset.Binary("ill", "yes"),

	"several numbers": dataset.Numbers("pulse", "weight"),
	"marked numbers":  dataset.NumbersIn(dataset.Notation{Decimal: ',', Units: []string{"kg"}}, "load"),
	"labels":          dataset.Labels("cough", "fever", "rash"),
	"label sets":      dataset.LabelSets("signs", "|"),
}

// targetKinds are the names of those with a target.
var targetKinds = []string{"numbers", "marked numbers", "classes", "binary", "several numbers", "labels", "label sets"}

// peopleFor returns the table people with the columns of the target.
func peopleFor(target string) string {
	columns := map[string][3]string{ // for ill, no and yes
		"numbers":         {"ill number", "-0.3", "7e22"},
		"several numbers": {"pulse,weight", "60,3e5", "80,-2"},
		"marked numbers":  {"load", `"1200,5 kg"`, "-3"},
		"labels":          {"cough,fever,rash", "0,no,0", "yes,0,1"},
		"label sets":      {"signs", "", "cough| rash"},
	}
	c, ok := columns[target]
	if !ok {
		return people
	}
	return strings.NewReplacer(",ill\n", ","+c[0]+"\n", ",no\n", ","+c[1]+"\n", ",yes\n", ","+c[2]+"\n").Replace(people)
}

func TestPreparationTransformErrors(t *testing.T) {
	p := fitRecipe(t, dataset.Recipe{Target: dataset.Classes("y")}, "a,b,y\n1,p,u\n2,q,v\n")
	for _, test := range []struct{ name, text, transform, data string }{
		{"no column", "a,y\n1,u\n", `no column "b", the columns are "a", "y"`, `no column "b", the columns are "a", "y"`},
		{"unknown category", "b,a,y\np,1,u\nr,2,v\n", `line 3, column 1 "b": "r" is none of the categories "p", "q"; Categorical.Unknown says what becomes of other names`, `line 3, column 1 "b": "r" is none of the categories "p", "q"; Categorical.Unknown says what becomes of other names`},
		{"missing", "a,b,y\n,p,u\n", `line 2, column 1 "a": "" is a missing value, and no Impute says what stands in for it`, `line 2, column 1 "a": "" is a missing value, and no Impute says what stands in for it`},
		{"no number", "a,b,y\nx,p,u\n", `line 2, column 1 "a": "x" is not a number`, `line 2, column 1 "a": "x" is not a number`},
		{"overflow", "a,b,y\n-1.7e308,p,u\n", `line 2, column 1 "a": -1.7e+308 overflows when scaled`, `line 2, column 1 "a": -1.7e+308 overflows when scaled`},
		{"no target", "a,b\n1,p\n", "", `no column "y", the columns are "a", "b"`},
		{"unknown class", "a,b,y\n1,p,w\n", "", `line 2, column 3 "y": "w" is none of the classes "u", "v"`},
		{"missing class", "a,b,y\n1,p,NA\n", "", `line 2, column 3 "y": "NA" means a missing value, and a target must not be missing: Table.DropMissing leaves such rows out`},
	} {
		t.Run(test.name, func(t *testing.T) {
			table := readTable(t, test.text)
			x, err := p.Transform(table)
			if test.transform != "" {
				wantError(t, err, "dataset: Preparation.Transform: "+test.transform)
			} else if err != nil {
				t.Error(err)
			}
			if (x == nil) != (err != nil) {
				t.Errorf("%v, %v", x, err)
			}
			d, err := p.Data(table)
			wantError(t, err, "dataset: Preparation.Data: "+test.data)
			if d != nil {
				t.Error("data beside an error")
			}
		})
	}
	_, err := fitRecipe(t, dataset.Recipe{}, "a\n1\n").Data(readTable(t, "a\n1\n"))
	wantError(t, err, "dataset: Preparation.Data: the recipe had no target")

	_, err = p.Transform(nil)
	wantError(t, err, "dataset: Preparation.Transform: the table is nil or empty")

	const zero = "the preparation is nil or zero, Recipe.Fit makes one"
	for _, none := range []*dataset.Preparation{nil, new(dataset.Preparation)} {
		if len(none.Columns())+len(none.Features())+len(none.Classes())+len(none.Target())+len(none.Targets())+len(none.Layout())+len(none.Encodings()) > 0 {
			t.Error("something out of nothing")
		}
		_, err = none.Transform(readTable(t, "a\n1\n"))
		wantError(t, err, "dataset: Preparation.Transform: "+zero)
		wantError(t, none.TransformRow(nil, nil), "dataset: Preparation.TransformRow: "+zero)
		wantError(t, none.TransformMap(nil, nil), "dataset: Preparation.TransformMap: "+zero)
		wantError(t, none.TransformStruct(nil, nil), "dataset: Preparation.TransformStruct: "+zero)
		_, err = none.Class(nil, nil)
		wantError(t, err, "dataset: Preparation.Class: "+zero)
		_, err = none.MarshalText()
		wantError(t, err, "dataset: Preparation.MarshalText: "+zero)
	}
}

func TestPreparationClass(t *testing.T) {
	three := fitRecipe(t, dataset.Recipe{Target: dataset.Classes("y", "c", "a", "b")}, "x,y\n1,a\n2,b\n")
	two := fitRecipe(t, dataset.Recipe{Target: dataset.Binary("y", "a")}, "x,y\n1,a\n2,b\n")
	classes := network(t, 3, mlp.Softmax, mlp.CategoricalCrossEntropy)
	half := network(t, 1, mlp.Sigmoid, mlp.BinaryCrossEntropy)
	margins := network(t, 1, mlp.Identity, mlp.Hinge)
	cautious := network(t, 1, mlp.Sigmoid, mlp.BinaryCrossEntropy)
	if err := cautious.(*mlp.BinaryClassifier).SetThreshold(0.2); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		p    *dataset.Preparation
		net  mlp.Network
		y    []float64
		want string
	}{
		{three, classes, []float64{0.2, 0.3, 0.5}, "b"},
		{three, classes, []float64{0.4, 0.4, 0.2}, "c"},
		{three, classes, []float64{0, 1, 0}, "a"},
		{two, half, []float64{1}, "a"},
		{two, half, []float64{0.5}, "a"},
		{two, half, []float64{0.438}, "b"},
		{two, half, []float64{0}, "b"},
		{two, cautious, []float64{0.438}, "a"},
		{two, cautious, []float64{0.19}, "b"},
		{two, margins, []float64{0.23}, "a"},
		{two, margins, []float64{-0.23}, "b"},
	} {
		if got, err := test.p.Class(test.net, test.y); err != nil || got != test.want {
			t.Errorf("Class(%v) = %q, %v, want %q", test.y, got, err, test.want)
		}
	}
	_, err := three.Class(classes, []float64{1})
	wantError(t, err, "dataset: Preparation.Class: y has 1 entries, the target has 3")
	_, err = two.Class(half, []float64{math.NaN()})
	wantError(t, err, "dataset: Preparation.Class: y[0] is NaN: not finite")
	_, err = two.Class(classes, []float64{1})
	wantError(t, err, `dataset: Preparation.Class: the network is a *mlp.Classifier, the target "y" is of kind binary`)
	_, err = two.Class(nil, []float64{1})
	wantError(t, err, "dataset: Preparation.Class: the network is nil or zero, mlp.Model makes one")
	numbers := fitRecipe(t, dataset.Recipe{Target: dataset.Numbers("y")}, "x,y\n1,2\n2,3\n")
	_, err = numbers.Class(network(t, 1, mlp.Identity, mlp.MeanSquaredError), []float64{1})
	wantError(t, err, `dataset: Preparation.Class: the target "y" is of kind numbers, which has no classes to choose from`)
	labels := fitRecipe(t, dataset.Recipe{Target: dataset.Labels("y", "z")}, "x,y,z\n1,0,1\n2,1,0\n")
	_, err = labels.Class(network(t, 2, mlp.Sigmoid, mlp.BinaryCrossEntropy), []float64{1, 0})
	wantError(t, err, `dataset: Preparation.Class: the target "y", "z" is of kind labels, which has no classes to choose from`)
}

// One preparation serves many goroutines.
func TestPreparationConcurrency(t *testing.T) {
	table := readTable(t, people)
	p, err := everything(dataset.Binary("ill", "yes")).Fit(table)
	if err != nil {
		t.Fatal(err)
	}
	want, err := p.Transform(table)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				if x, err := p.Transform(table); err != nil || !mat.Equal(x, want) {
					t.Errorf("%v, %v", x, err)
				}
				if _, err := json.Marshal(p); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}
