package mlp_test

import (
	"bytes"
	"strings"
	"testing"

	"example.com/mlp"
	"example.com/mlp/internal/safetensors"
)

// Names in the JSON of a file are exact: another spelling, which package
// encoding/json takes for the same, is a name of nothing.
func TestLoadOfOtherSpellings(t *testing.T) {
	replace := func(key, old, new string) func(f *safetensors.File) {
		return func(f *safetensors.File) {
			if !strings.Contains(f.Metadata[key], old) {
				t.Fatalf("no %s in %s", old, f.Metadata[key])
			}
			f.Metadata[key] = strings.Replace(f.Metadata[key], old, new, 1)
		}
	}
	run := func(old, new string) func(f *safetensors.File) {
		return func(f *safetensors.File) {
			f.Metadata["training.run"] = strings.Replace(`{"rows":1,"steps":1,"epoch_steps":1,"optimizer":"sgd","callbacks":0}`, old, new, 1)
		}
	}
	net := binaryNet(t)
	for _, c := range []struct {
		want   string
		change func(f *safetensors.File)
	}{
		{`metadata layers: unknown field "Kind"`, replace("layers", `"kind":"dense"`, `"Kind":"dropout","kind":"dense"`)},
		{`metadata layers: unknown field "Kind"`, replace("layers", `"kind":"dense"`, `"Kind":"dense"`)},
		{"metadata layers: unknown field \"\u212aind\"", replace("layers", `"kind":`, "\"\u212aind\":")}, // the sign of Kelvin
		{`metadata layers: unknown field "UNITS"`, replace("layers", `"units":`, `"UNITS":3,"units":`)},
		{`metadata layers: unknown field "Inputs"`, replace("layers", `"inputs":`, `"Inputs":`)},
		{`metadata layers: "units" is there twice`, replace("layers", `"units":`, `"units":3,"\u0075nits":`)},
		{`metadata training.run: unknown field "Steps"`, run(`"steps"`, `"Steps":7,"steps"`)},
		{`metadata training.run: unknown field "rowS"`, run(`"rows"`, `"rowS"`)},
		{"metadata training.run: unknown field \"epoch_\u017fteps\"", run("epoch_steps", "epoch_\u017fteps")}, // the long s
		{`metadata training.run: "steps" is there twice`, run(`"steps"`, `"steps":7,"steps"`)},
	} {
		file := altered(t, net, c.change)
		if _, _, err := mlp.ReadCheckpoint(bytes.NewReader(file)); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// Errors quote the beginning of what is long.
func TestLongTextsInErrors(t *testing.T) {
	long := strings.Repeat("\x01", 1_000_000)
	set := func(key, value string) func(f *safetensors.File) {
		return func(f *safetensors.File) { f.Metadata[key] = value }
	}
	quoted := strings.Repeat("9", 1_000_000)
	layer := func(fields string) func(f *safetensors.File) { return set("layers", `[{`+fields+`}]`) }
	net := binaryNet(t, mlp.WithClasses("no", "yes"))
	for name, change := range map[string]func(f *safetensors.File){
		"format":              set("format", long),
		"version":             set("format_version", quoted),
		"loss":                set("loss", long),
		"parameter of a loss": set("loss", "huber("+quoted+"x)"),
		"seed":                set("seed", quoted),
		"generator":           set("generator", long),
		"threshold":           set("threshold", quoted+"x"),
		"kind":                layer(`"kind":"` + quoted + `","inputs":4,"units":1`),
		"activation":          layer(`"kind":"dense","inputs":4,"units":1,"activation":"` + quoted + `"`),
		"a number of a layer": layer(`"kind":"dense","inputs":4,"units":1,"activation":"sigmoid","numbers":{"` + quoted + `":1}`),
		"a field of a layer":  layer(`"` + quoted + `":1`),
		"inputs":              layer(`"inputs":` + quoted),
		"classes":             set("classes", `["`+quoted+`","`+quoted+`"]`),
		"a tensor":            func(f *safetensors.File) { f.Tensors[0].Name = long },
		"a tensor more":       func(f *safetensors.File) { f.Tensors = append(f.Tensors, safetensors.Float64Tensor(long, nil, 0)) },
		"a tensor of a run":   func(f *safetensors.File) { f.Tensors[0].Name = "training." + long },
		"run":                 set("training.run", `{"`+quoted+`":1}`),
		"digest":              set("mlp.digest", long),
		"nothing known": func(f *safetensors.File) {
			*f = safetensors.File{Tensors: []safetensors.Tensor{{Name: long, DType: "U8", Shape: []int{0}}}}
		},
	} {
		if _, _, err := mlp.ReadCheckpoint(bytes.NewReader(altered(t, net, change))); err == nil || len(err.Error()) > 700 {
			t.Errorf("%s: %.1000v", name, err)
		}
	}
	for name, err := range map[string]error{
		"LossByName":       second(mlp.LossByName(long)),
		"ActivationByName": second(mlp.ActivationByName(long)),
		"OptimizerByName":  second(mlp.OptimizerByName(long)),
		"SetMetadata":      net.SetMetadata("mlp."+long, ""),
		"invalid UTF-8":    net.SetMetadata("\xff"+long, ""),
		"SetClassNames":    net.SetClassNames(long, long),
		"SetFeatureNames":  net.SetFeatureNames("\xff"+long, "b", "c", "d"),
		"Model":            second(mlp.Model([]mlp.Layer{mlp.Dense(2, 1, mlp.Identity)}, mlp.MeanSquaredError, mlp.WithFeatures(long, long))),
	} {
		if err == nil || len(err.Error()) > 700 {
			t.Errorf("%s: %.1000v", name, err)
		}
	}
}
