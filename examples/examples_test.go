package examples

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"example.com/mlp/internal/testkit"
)

// README.md shows every program, with what it prints; that of the library shows
// iris.
func TestExamples(t *testing.T) {
	printed := make(map[string]string)
	compare := func(file string) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		shown := regexp.MustCompile("(?s)```console\n\\$ go run \\./examples/(\\w+)\n(.*?)```").FindAllStringSubmatch(string(text), -1)
		if shown == nil {
			t.Errorf("%s shows no program", file)
		}
		for _, m := range shown {
			name, said := m[1], m[2]
			if _, ok := printed[name]; !ok {
				out, err := exec.Command("go", "run", "./"+name).Output()
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				printed[name] = string(out)
			}
			if testkit.WithoutTimes(printed[name]) != testkit.WithoutTimes(said) {
				t.Errorf("%s prints\n%s\n%s says\n%s", name, printed[name], file, said)
			}
		}
	}
	compare("README.md")
	folders, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		if _, err := os.Stat(filepath.Join(f.Name(), "go.mod")); err == nil { // a module of its own, with a test
			continue
		}
		if _, ok := printed[f.Name()]; f.IsDir() && !ok && f.Name() != "serve" { // which runs until it is stopped
			t.Errorf("README.md does not show what %s prints", f.Name())
		}
	}
	compare("../README.md")
	for name, c := range map[string]struct {
		score string
		least float64
	}{
		"iris":         {`test accuracy (\S+)`, 0.95},
		"breastcancer": {`test accuracy (\S+)`, 0.96},
		"report":       {`accuracy +(\S+)`, 0.96},
		"decision":     {`accuracy (\S+)`, 0.99},
		"diabetes":     {`test R² (\S+)`, 0.42},
		"digits":       {`test accuracy (\S+)`, 0.97},
		"wine":         {`accuracy +(\S+) +178`, 0.97},
		"tables":       {`the model +R² (\S+)`, 0.74},
	} {
		m := regexp.MustCompile(c.score).FindStringSubmatch(printed[name])
		if m == nil {
			t.Errorf("%s prints no score", name)
			continue
		}
		if v, err := strconv.ParseFloat(m[1], 64); err != nil || v < c.least {
			t.Errorf("%s: score %s, want at least %v", name, m[1], c.least)
		}
	}
	if want := "0 xor 1 = 1\n1 xor 0 = 1\n1 xor 1 = 0\n"; !strings.HasSuffix(printed["xor"], want) {
		t.Errorf("xor prints\n%s", printed["xor"])
	}
}

// The documentation of package tabular shows what tables prints of its model.
func TestReport(t *testing.T) {
	readme, err1 := os.ReadFile("README.md")
	doc, err2 := os.ReadFile("../tabular/doc.go")
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	report := regexp.MustCompile(`(?s)\n(answers .*?)\n\non \d+ test rows`).FindStringSubmatch(string(readme))
	if report == nil {
		t.Fatal("no report in README.md")
	}
	text := regexp.MustCompile(`(?m)^//\t?`).ReplaceAllString(string(doc), "")
	if !strings.Contains(testkit.WithoutTimes(text), testkit.WithoutTimes(report[1])) {
		t.Errorf("../tabular/doc.go does not have\n%s", report[1])
	}
}

// The first program of the README prints what its last line says.
func TestFirstProgram(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile("(?s)```go\n(package main\n.*// (\\[.*?\\])\n.*?)```").FindStringSubmatch(string(readme))
	if m == nil {
		t.Fatal("no program in the README")
	}
	file := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(m[1]), 0o666); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "run", file).CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != m[2] {
		t.Errorf("the program prints %s, the README says %s (%v)", out, m[2], err)
	}
}

// The other programs of the README can be built.
func TestPrograms(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	programs := regexp.MustCompile("(?s)```go\n(package main\n.*?)```").FindAllStringSubmatch(string(readme), -1)
	if len(programs) < 3 {
		t.Errorf("%d programs in the README, want at least 3", len(programs))
	}
	for _, m := range programs {
		file := filepath.Join(t.TempDir(), "main.go")
		if err := os.WriteFile(file, []byte(m[1]), 0o666); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("go", "build", "-o", os.DevNull, file).CombinedOutput(); err != nil {
			t.Errorf("%v: %s of\n%s", err, out, m[1])
		}
	}
}

// The programs carry copies of the data sets, since go:embed reaches no other
// folder.
func TestDataSets(t *testing.T) {
	for file, original := range map[string]string{
		"iris/iris.csv":                  "testdata/data/iris.csv",
		"tonnx/iris.csv":                 "testdata/data/iris.csv",
		"breastcancer/breast_cancer.csv": "testdata/data/breast_cancer.csv",
		"report/breast_cancer.csv":       "testdata/data/breast_cancer.csv",
		"diabetes/diabetes.csv":          "testdata/data/diabetes.csv",
		"digits/digits.csv":              "testdata/data/digits.csv",
		"wine/wine.csv":                  "testdata/data/wine.csv",
		"average/digits.csv":             "testdata/data/digits.csv",
		"frompytorch/iris.onnx":          "onnx/testdata/pytorch/iris_scaled_f32.onnx",
	} {
		a, err1 := os.ReadFile(file)
		b, err2 := os.ReadFile("../" + original)
		if err1 != nil || err2 != nil || string(a) != string(b) {
			t.Errorf("%s differs from %s (%v, %v)", file, original, err1, err2)
		}
	}
}
