package dataset_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/internal/safetensors"
)

// savedPipeline returns what Save writes.
func savedPipeline(t testing.TB, p *dataset.Pipeline) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := p.Save(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// reloadedPipeline saves and loads a pipeline and checks that the file is the
// same when it is saved again.
func reloadedPipeline(t *testing.T, p *dataset.Pipeline) *dataset.Pipeline {
	t.Helper()
	file := savedPipeline(t, p)
	loaded, err := dataset.LoadPipeline(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(savedPipeline(t, loaded), file) {
		t.Error("saved again, the file differs")
	}
	return loaded
}

// A pipeline that was saved and loaded answers the same to the bit: for every
// kind of target and column, and every scaling and imputation.
func TestSavePipeline(t *testing.T) {
	columns := map[string]dataset.Recipe{
		"everything": everything(dataset.Target{}),
		"signs and codes": {
			Columns:     []dataset.Column{dataset.Drop{Column: "id"}, dataset.Categorical{Column: "color", CodesFrom: 3, Unknown: dataset.UnknownZeros}},
			Numeric:     dataset.Numeric{Scaling: dataset.SmoothClip, Also: []dataset.Scaling{dataset.Quantile}, Impute: dataset.Mean, Indicator: true},
			Boolean:     dataset.Boolean{Sign: true, Impute: dataset.AsUnknown},
			Categorical: dataset.Categorical{Sign: true, Unknown: dataset.UnknownZeros, Impute: dataset.AsUnknown, Indicator: true},
			SmoothFlags: true,
		},
	}
	for _, scaling := range []dataset.Scaling{dataset.Standard, dataset.MinMax, dataset.Robust, dataset.Quantile, dataset.Unscaled, dataset.SmoothClip, dataset.Normal} {
		for _, impute := range []dataset.Imputation{dataset.Mean, dataset.Median, dataset.MostFrequent, dataset.Constant} {
			names := max(impute, dataset.MostFrequent)
			columns[fmt.Sprintf("%v, %v", scaling, impute)] = dataset.Recipe{
				Columns: []dataset.Column{
					dataset.Drop{Column: "id"},
					dataset.Ordinal{Column: "size", Order: []string{"small", "medium", "large"}, Scaling: scaling, Impute: names, Fill: "large", Indicator: true},
				},
				Numeric:     dataset.Numeric{Scaling: scaling, Impute: impute, Fill: 0.1, Indicator: true},
				Boolean:     dataset.Boolean{Impute: names, Fill: true, Indicator: true},
				Categorical: dataset.Categorical{Impute: names, Fill: "\"ä\n<", Indicator: true},
			}
		}
	}
	for name, r := range columns {
		for _, target := range targetKinds {
			t.Run(name+", "+target, func(t *testing.T) {
				r.Target = everyTarget[target]
				text := peopleFor(target)
				p := fitPipeline(t, r, text)
				if b, ok := p.Network().(*mlp.BinaryClassifier); ok {
					if err := b.SetThreshold(1.0 / 3); err != nil {
						t.Fatal(err)
					}
				}
				wantSameAnswers(t, reloadedPipeline(t, p), p, readTable(t, text))
			})
		}
	}
}

func TestSavePipelineFile(t *testing.T) {
	p := fitPipeline(t, everything(dataset.Classes("ill")), people)
	folder := t.TempDir()
	path := filepath.Join(folder, "people.mlp")
	if err := p.SaveFile(path); err != nil {
		t.Fatal(err)
	}
	for load, want := range map[string]func() (*dataset.Pipeline, error){
		"LoadPipelineFile": func() (*dataset.Pipeline, error) { return dataset.LoadPipelineFile(path) },
		"LoadPipelineFS":   func() (*dataset.Pipeline, error) { return dataset.LoadPipelineFS(os.DirFS(folder), "people.mlp") },
	} {
		loaded, err := want()
		if err != nil {
			t.Fatalf("%s: %v", load, err)
		}
		wantSameAnswers(t, loaded, p, readTable(t, people))
	}

	// The network alone has the names, and is as good as the pipeline.
	net, err := mlp.LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	x, err := p.Preparation().Transform(readTable(t, people))
	if err != nil {
		t.Fatal(err)
	}
	labels, err := net.(*mlp.Classifier).Labels(x)
	if err != nil {
		t.Fatal(err)
	}
	answers, err := p.Predict(readTable(t, people))
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range answers {
		if a.Class != labels[i] {
			t.Errorf("row %d: %s, the network says %s", i, a.Class, labels[i])
		}
	}
	if !slices.Equal(net.FeatureNames(), p.Preparation().Features()) {
		t.Errorf("features %q", net.FeatureNames())
	}
	if err := mlp.SaveFile(path, net); err != nil {
		t.Fatal(err)
	}
	loaded, err := dataset.LoadPipelineFile(path)
	if err != nil {
		t.Fatal(err)
	}
	wantSameAnswers(t, loaded, p, readTable(t, people))

	// A file with a network alone is none of a pipeline.
	bare := filepath.Join(folder, "bare.mlp")
	if err := mlp.SaveFile(bare, network(t, 1, mlp.Identity, mlp.MeanSquaredError)); err != nil {
		t.Fatal(err)
	}
	const none = "the file has a network without a preparation"
	_, err = dataset.LoadPipelineFile(bare)
	wantError(t, err, "dataset: LoadPipelineFile: "+bare+": "+none)
	_, err = dataset.LoadPipelineFS(os.DirFS(folder), "bare.mlp")
	wantError(t, err, "dataset: LoadPipelineFS: bare.mlp: "+none)
	if _, err := dataset.LoadPipelineFile(filepath.Join(folder, "none")); !os.IsNotExist(err) && !strings.Contains(err.Error(), "mlp: LoadFile: ") {
		t.Error(err)
	}
}

// A network that has come to belong to another preparation is not saved as if
// it had not.
func TestSavePipelineOfChangedNetwork(t *testing.T) {
	recipe := dataset.Recipe{Target: dataset.Numbers("y")}
	p := fitPipeline(t, recipe, "x,y\n1,2\n3,4\n")
	if _, err := dataset.NewPipeline(fitRecipe(t, recipe, "x,y\n10,2\n30,4\n"), p.Network()); err != nil {
		t.Fatal(err)
	}
	const want = `the metadata "dataset.preparation" of the network no longer are those of the pipeline`
	var b bytes.Buffer
	wantError(t, p.Save(&b), "dataset: Pipeline.Save: "+want)
	wantError(t, p.SaveFile(filepath.Join(t.TempDir(), "x")), "dataset: Pipeline.SaveFile: "+want)
	if b.Len() > 0 {
		t.Errorf("%d bytes", b.Len())
	}
}

// tampered returns the file of p with other metadata and without a digest.
func tampered(t testing.TB, p *dataset.Pipeline, change func(metadata map[string]string)) []byte {
	t.Helper()
	f, err := safetensors.Read(bytes.NewReader(savedPipeline(t, p)))
	if err != nil {
		t.Fatal(err)
	}
	delete(f.Metadata, "mlp.digest")
	change(f.Metadata)
	var b bytes.Buffer
	if err := safetensors.Write(&b, f.Metadata, f.Tensors); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestLoadPipelineRefuses(t *testing.T) {
	const key = "dataset.preparation"
	set := func(key, value string) func(map[string]string) {
		return func(m map[string]string) { m[key] = value }
	}
	replace := func(key, old, new string) func(map[string]string) {
		return func(m map[string]string) {
			if !strings.Contains(m[key], old) {
				t.Fatalf("no %s in %s", old, m[key])
			}
			m[key] = strings.Replace(m[key], old, new, 1)
		}
	}
	p := fitPipeline(t, dataset.Recipe{Target: dataset.Classes("buys")}, "age,port,buys\n31,Genoa,no\n40,Kiel,yes\n")
	for _, c := range []struct {
		want   string
		change func(map[string]string)
	}{
		{"the file has a network without a preparation", func(m map[string]string) { delete(m, key) }},
		{"metadata dataset.preparation: unexpected EOF", set(key, "{")},
		{"metadata dataset.preparation: version 0 is not version 1", set(key, "{}")},
		{`metadata dataset.preparation: unknown field "more"`, replace(key, `"version":1`, `"version":1,"more":2`)},
		{`metadata dataset.preparation: column "age": unknown kind "number"`, replace(key, `"numeric"`, `"number"`)},
		{`metadata dataset.preparation: target "buys": names 1 and 2 are both "no"`, replace(key, `"yes"`, `"no"`)},
		{"the network has 3 inputs, the preparation gives 4 features", replace(key, `"Kiel"`, `"Kiel","Oslo"`)},
		{`the network has 2 outputs, the target "buys" has 3`, replace(key, `"yes"`, `"yes","perhaps"`)},
		{`the features of the network are "age", "port=Genoa", "port=Kiel", those of the preparation "years", "port=Genoa", "port=Kiel"`, replace(key, `"age"`, `"years"`)},
		{`the features of the network are "age", "port=Genoa", "port=Kiel", those of the preparation "age", "port=Kiel", "port=Genoa"`, replace(key, `"Genoa","Kiel"`, `"Kiel","Genoa"`)},
		{`the features of the network are "a", "b", "c", those of the preparation "age", "port=Genoa", "port=Kiel"`, set("features", `["a","b","c"]`)},
		{`the classes of the network are "no", "yes", those of the preparation "yes", "no"`, replace(key, `"no","yes"`, `"yes","no"`)},
		{`the network is a *mlp.Classifier, the target "buys" is of kind binary`, replace(key, `"kind":"classes"`, `"kind":"binary"`)},
		{"the recipe had no target", replace(key, `,"target":{"column":"buys","kind":"classes","classes":["no","yes"]}`, "")},
	} {
		loaded, err := dataset.LoadPipeline(bytes.NewReader(tampered(t, p, c.change)))
		wantError(t, err, "dataset: LoadPipeline: "+c.want)
		if loaded != nil {
			t.Error("a pipeline beside an error")
		}
	}
	_, err := dataset.LoadPipeline(nil)
	wantError(t, err, "dataset: LoadPipeline: mlp: Load: the reader is nil")
	_, err = dataset.LoadPipelineFS(nil, "x")
	wantError(t, err, "dataset: LoadPipelineFS: mlp: LoadFS: the file system is nil")
	_, err = dataset.LoadPipeline(bytes.NewReader(tampered(t, p, set("seed", "x"))))
	wantError(t, err, `dataset: LoadPipeline: mlp: Load: metadata seed is "x", want an integer of at least 0`)

	// Names that are not there are those of the preparation.
	loaded, err := dataset.LoadPipeline(bytes.NewReader(tampered(t, p, func(m map[string]string) { delete(m, "classes"); delete(m, "features") })))
	if err != nil || !bytes.Equal(savedPipeline(t, loaded), savedPipeline(t, p)) {
		t.Error(err)
	}
}

// A file that is taken for a pipeline is one.
func FuzzLoadPipeline(f *testing.F) {
	for _, target := range targetKinds {
		p := fitPipeline(f, everything(everyTarget[target]), peopleFor(target))
		f.Add(savedPipeline(f, p), "31")
		f.Add(tampered(f, p, func(map[string]string) {}), "31") // whose digest refuses nothing
	}
	f.Add(savedPipeline(f, fitPipeline(f, dataset.Recipe{Target: dataset.Numbers("y")}, "x,y\n1,2\n3,4\n")), "1e300")
	twice := dataset.Recipe{Target: dataset.Numbers("y"), Numeric: dataset.Numeric{Also: []dataset.Scaling{dataset.Normal}}}
	f.Add(savedPipeline(f, fitPipeline(f, twice, "x,y\n1,2\n3,4\n")), "-2")
	f.Fuzz(func(t *testing.T, file []byte, cell string) {
		p, err := dataset.LoadPipeline(bytes.NewReader(file))
		if err != nil {
			return
		}
		again, err := dataset.LoadPipeline(bytes.NewReader(savedPipeline(t, p)))
		if err != nil {
			t.Fatal(err)
		}
		record := slices.Repeat([]string{cell}, len(p.Preparation().Columns()))
		a, err1 := p.PredictRow(record)
		b, err2 := again.PredictRow(record)
		if (err1 == nil) != (err2 == nil) || !sameAnswer(a, b) {
			t.Errorf("%v, %v, loaded again %v, %v", a, err1, b, err2)
		}
		x := mat.NewDense(1, len(p.Preparation().Features()), nil)
		if _, err := p.Network().Predict(x); err != nil && !errors.Is(err, mlp.ErrNotFinite) {
			t.Error(err)
		}
	})
}
