package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/selection"
)

// TestMain is the program itself in the processes that the tests start.
func TestMain(m *testing.M) {
	if os.Getenv("ARRAY_PROCESS") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// process returns the program, not yet started, for an index as Slurm says it.
func process(dir, job string, index int) *exec.Cmd {
	p := exec.Command(os.Args[0], "run", "-dir", dir, job)
	p.Env = append(os.Environ(), "ARRAY_PROCESS=1", fmt.Sprint("SLURM_ARRAY_TASK_ID=", index))
	return p
}

func makeDir(t *testing.T, rows, files int) string {
	t.Helper()
	dir := t.TempDir()
	if err := makeRows(dir, rows, files); err != nil {
		t.Fatal(err)
	}
	return dir
}

// runAll runs all indexes in this process, the last one first.
func runAll(t *testing.T, dir, name string, parts int) {
	t.Helper()
	job, err := open(name, dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range parts {
		if err := runIndex(context.Background(), job, parts-1-i, parts); err != nil {
			t.Fatal(err)
		}
	}
	if err := merge(context.Background(), job, parts); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// saveModel saves a pipeline for score, without the jobs before.
func saveModel(t *testing.T, dir string) {
	t.Helper()
	table, _, err := study(dir)
	if err != nil {
		t.Fatal(err)
	}
	pipeline, err := training(settings{Hidden: 8, Rate: 0.01}).Fit(context.Background(), table)
	if err != nil {
		t.Fatal(err)
	}
	if err := pipeline.SaveFile(modelFile(dir)); err != nil {
		t.Fatal(err)
	}
}

// local returns what Run gives in one process.
func local(t *testing.T, dir string) *selection.Results[settings] {
	t.Helper()
	_, search, err := study(dir)
	if err != nil {
		t.Fatal(err)
	}
	results, err := search.Run(context.Background(), candidates())
	if err != nil {
		t.Fatal(err)
	}
	return results
}

// sameResults reports every score, mean and rank that is not the same to the bit.
func sameResults(t *testing.T, dir string, want *selection.Results[settings]) {
	t.Helper()
	var got selection.Results[settings]
	if err := json.Unmarshal(read(t, dir, "results.json"), &got); err != nil {
		t.Fatal(err)
	}
	same := 0
	for i, w := range want.Candidates {
		g := got.Candidates[i]
		if g.Settings != w.Settings || g.Rank != w.Rank || math.Float64bits(g.Mean) != math.Float64bits(w.Mean) {
			t.Errorf("candidate %d: %+v, want %+v", i, g, w)
		}
		for f := range w.Scores {
			if math.Float64bits(g.Scores[f]) == math.Float64bits(w.Scores[f]) {
				same++
			}
		}
	}
	if want := len(want.Candidates) * folds; same != want {
		t.Errorf("%d of %d scores are equal to the bit", same, want)
	}
	t.Logf("%d of %d scores are equal to the bit", same, len(want.Candidates)*folds)
}

func TestIndex(t *testing.T) {
	type variables = map[string]string
	for _, c := range []struct {
		given int
		set   variables
		want  int
		err   string
	}{
		{-1, variables{"JOB_COMPLETION_INDEX": "0"}, 0, ""},
		{-1, variables{"SLURM_ARRAY_TASK_ID": "3"}, 3, ""},
		{-1, variables{"AWS_BATCH_JOB_ARRAY_INDEX": "9"}, 9, ""},
		{4, nil, 4, ""},
		{4, variables{"JOB_COMPLETION_INDEX": "4"}, 4, ""},
		{-1, variables{"JOB_COMPLETION_INDEX": "4", "SLURM_ARRAY_TASK_ID": "4"}, 4, ""},
		{-1, nil, 0, "no index: none of [JOB_COMPLETION_INDEX SLURM_ARRAY_TASK_ID AWS_BATCH_JOB_ARRAY_INDEX] is set, and -index is not given"},
		{-1, variables{"JOB_COMPLETION_INDEX": "4", "SLURM_ARRAY_TASK_ID": "5"}, 0, "the index is 4 by JOB_COMPLETION_INDEX, but 5 by SLURM_ARRAY_TASK_ID"},
		{3, variables{"JOB_COMPLETION_INDEX": "4"}, 0, "the index is 3 by -index, but 4 by JOB_COMPLETION_INDEX"},
		{-1, variables{"SLURM_ARRAY_TASK_ID": "10"}, 0, "index 10 by SLURM_ARRAY_TASK_ID, but the 10 indexes of -parts begin with 0"},
		{-1, variables{"SLURM_ARRAY_TASK_ID": "-1"}, 0, `SLURM_ARRAY_TASK_ID is "-1", want an index from 0`},
		{-1, variables{"JOB_COMPLETION_INDEX": ""}, 0, `JOB_COMPLETION_INDEX is "", want an index from 0`},
	} {
		got, err := findIndex(c.given, 10, func(name string) (string, bool) { v, ok := c.set[name]; return v, ok })
		if text := fmt.Sprint(err); got != c.want || text != c.err && (err != nil || c.err != "") {
			t.Errorf("-index %d, %v: %d, %v, want %d, %s", c.given, c.set, got, err, c.want, c.err)
		}
	}
}

// There may be more indexes than files.
func TestManyIndexes(t *testing.T) {
	dir := makeDir(t, 2, 2)
	if err := run(context.Background(), []string{"run", "-dir", dir, "-index", "1", "-parts", fmt.Sprint(math.MaxInt), "summary"}); err != nil {
		t.Error(err)
	}
}

// A file has its name when it is whole, and an error leaves the old one.
func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "deep", "file")
	broken := errors.New("broken")
	whole := bytes.Repeat([]byte("0123456789"), 100_000)
	for _, c := range []struct {
		before, after []byte
		err           error
	}{{nil, nil, broken}, {nil, whole, nil}, {whole, whole, broken}, {whole, whole[:10], nil}} {
		content := c.after
		if c.err != nil {
			content = whole
		}
		err := writeFile(name, func(w io.Writer) error {
			if _, err := w.Write(content); err != nil {
				t.Fatal(err)
			}
			if b, _ := os.ReadFile(name); !bytes.Equal(b, c.before) {
				t.Errorf("%d bytes while it is written, want %d", len(b), len(c.before))
			}
			return c.err
		})
		if err != c.err {
			t.Errorf("error %v, want %v", err, c.err)
		}
		if b, _ := os.ReadFile(name); !bytes.Equal(b, c.after) {
			t.Errorf("%d bytes, want %d", len(b), len(c.after))
		}
	}
	if files, err := os.ReadDir(filepath.Dir(name)); err != nil || len(files) != 1 {
		t.Errorf("%v, %v", files, err)
	}
}

// However the rows are dealt to files and these to indexes, the preparation is the
// same to the byte, and that of Fit on all of them.
func TestSummary(t *testing.T) {
	dir := makeDir(t, 3000, 10)
	runAll(t, dir, "summary", 4)
	preparation := read(t, dir, "preparation.json")

	header, rest, _ := strings.Cut(string(read(t, dir, "rows", "00000.csv")), "\n")
	lines := strings.SplitAfter(strings.TrimSpace(rest), "\n")
	for i := 1; i < 10; i++ {
		_, rest, _ := strings.Cut(string(read(t, dir, "rows", fmt.Sprintf("%05d.csv", i))), "\n")
		lines[len(lines)-1] += "\n"
		lines = append(lines, strings.SplitAfter(strings.TrimSpace(rest), "\n")...)
	}
	if len(lines) != 3000 {
		t.Fatalf("%d lines", len(lines))
	}
	table, err := dataset.ReadTable(strings.NewReader(header+"\n"+strings.Join(lines, "")), ',')
	if err != nil {
		t.Fatal(err)
	}
	fitted, err := recipe().Fit(table)
	if err != nil {
		t.Fatal(err)
	}
	if want, _ := json.Marshal(fitted); !bytes.Equal(bytes.TrimSpace(preparation), want) {
		t.Errorf("the preparation is\n%s\nthat of Fit\n%s", preparation, want)
	}

	lines[len(lines)-1] += "\n"
	slices.Reverse(lines)
	for _, sizes := range [][]int{{3000}, {1, 2000, 999}, {0, 1500, 1500}} {
		other := t.TempDir()
		if err := os.Mkdir(filepath.Join(other, "rows"), 0o777); err != nil {
			t.Fatal(err)
		}
		from := 0
		for i, n := range sizes {
			text := header + "\n" + strings.Join(lines[from:from+n], "")
			if err := os.WriteFile(filepath.Join(other, "rows", fmt.Sprint(i, ".csv")), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
			from += n
		}
		runAll(t, other, "summary", 2)
		if !bytes.Equal(read(t, other, "preparation.json"), preparation) {
			t.Errorf("files of %v rows give another preparation", sizes)
		}
	}
}

// Every job in turn, whose files are the same for any number of indexes; answers
// are those of Predict for all rows of a file at once, however many are in memory.
func TestJobs(t *testing.T) {
	dirs := []string{makeDir(t, 3000, 3), makeDir(t, 3000, 3)}
	for i, parts := range []int{1, 7} {
		for _, name := range []string{"summary", "search", "ensemble", "score"} {
			runAll(t, dirs[i], name, parts)
		}
	}
	files, err := filepath.Glob(filepath.Join(dirs[0], "*", "*"))
	if err != nil || len(files) < 100 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, name := range append(files, modelFile(dirs[0]), resultsFile(dirs[0])) {
		path, _ := filepath.Rel(dirs[0], name)
		if !bytes.Equal(read(t, name), read(t, dirs[1], path)) {
			t.Errorf("%s differs between one index and seven", path)
		}
	}
	sameResults(t, dirs[0], local(t, dirs[0]))
	for i := range 3 {
		sameAnswers(t, dirs[0], fmt.Sprintf("%05d.csv", i))
	}
	job, err := newScoreJob(dirs[0])
	if err != nil {
		t.Fatal(err)
	}
	want := read(t, dirs[0], "answers", "00001.csv")
	for _, batch := range []int{1, 7, 1000} {
		score := job.(scoreJob)
		score.batch = batch
		var got bytes.Buffer
		if err := score.write(context.Background(), &got, 1); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), want) {
			t.Errorf("other answers with %d rows at a time", batch)
		}
	}
}

// sameAnswers compares a file of answers with those of Predict for the whole table.
func sameAnswers(t *testing.T, dir, name string) {
	t.Helper()
	table, err := dataset.ReadTableFile(filepath.Join(dir, "rows", name), ',')
	if err != nil {
		t.Fatal(err)
	}
	pipeline, err := dataset.LoadPipelineFile(modelFile(dir))
	if err != nil {
		t.Fatal(err)
	}
	answers, err := pipeline.Predict(table)
	if err != nil {
		t.Fatal(err)
	}
	want := "class,low,mid,high\n"
	for _, a := range answers {
		p := a.Probabilities
		want += fmt.Sprintf("%s,%v,%v,%v\n", a.Class, p[0], p[1], p[2])
	}
	if got := string(read(t, dir, "answers", name)); got != want {
		t.Errorf("%s: other answers than those of Predict:\n%.200s\nwant\n%.200s", name, got, want)
	}
}

func TestErrors(t *testing.T) {
	dir := makeDir(t, 20, 2)
	if err := os.WriteFile(filepath.Join(dir, "rows", "00001.csv"), []byte("a,b\n1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ args, err string }{
		{"run -index 0", `"" is none of the jobs`},
		{"run -index 0 sum", `"sum" is none of the jobs`},
		{"start -dir DIR summary", `"start" is none of make, run and merge`},
		{"-h", `"-h" is none of make, run and merge`},
		{"run -dir DIR score", "no index"}, // before the model is looked for
		{"run -dir DIR -index 2 -parts 2 summary", "index 2 by -index, but the 2 indexes of -parts begin with 0"},
		{"run -dir DIR -index 1 -parts 2 summary", "00001.csv: line 2"},
		{"merge -dir DIR -parts 2 summary", "run indexes [0 1] of 2: 2 of 2 files are missing, such as [DIR/summary/00000.csv.summary DIR/summary/00001.csv.summary]"},
		{"run -dir DIR/rows -index 0 summary", "rows/rows"},
		{"run -dir DIR -index 0 -parts 0 summary", "-parts 0, want at least 1"},
		{"merge -dir DIR -parts 0 summary", "-parts 0, want at least 1"},
		{"run -index 0 summary -dir DIR", `"-dir" is too much: flags come before the job`},
		{"merge -dir DIR summary search", `"search" is too much`},
		{"make -dir DIR summary", `"summary" is too much`},
		{"start summary", `"start" is none of make, run and merge`},
		{"run -dir DIR -index 0 score", "model.safetensors"},
		{"run -dir DIR -index 0 ensemble", "preparation.json"},
		{"make -dir DIR -rows 3 -files 4", "fewer rows than files"},
	} {
		err := run(context.Background(), strings.Fields(strings.ReplaceAll(c.args, "DIR", dir)))
		if want := strings.ReplaceAll(c.err, "DIR", dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", c.args, err, want)
		}
	}
	empty := t.TempDir()
	if err := os.Mkdir(filepath.Join(empty, "rows"), 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := newSummaryJob(empty); err == nil || !strings.Contains(err.Error(), "no CSV files in") {
		t.Errorf("a folder without files: %v", err)
	}
	for _, name := range []string{"a.csv", ".b.csv.1.unfinished", "notes.txt", "c.csv.gz"} {
		if err := os.WriteFile(filepath.Join(empty, "rows", name), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := newSummaryJob(empty); err == nil || !strings.HasSuffix(err.Error(), "c.csv.gz: want the ending .csv, of a file that is not packed") {
		t.Errorf("a file of rows is passed over: %v", err)
	}
}

// A row without an answer, and a model of numbers, leave no file.
func TestScoreErrors(t *testing.T) {
	dir := makeDir(t, 20, 2)
	saveModel(t, dir)
	rows := filepath.Join(dir, "rows", "00001.csv")
	good := read(t, rows)
	fails := func(want string) {
		t.Helper()
		job, err := newScoreJob(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := runIndex(context.Background(), job, 1, 10); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
		if names, err := os.ReadDir(filepath.Join(dir, "answers")); err != nil || len(names) > 0 {
			t.Errorf("it leaves %v, %v", names, err)
		}
	}
	bad := bytes.Replace(good, []byte("\n"), []byte("\nmuch"), 1)
	if err := os.WriteFile(rows, bad, 0o666); err != nil {
		t.Fatal(err)
	}
	fails(`00001.csv: line 2, column 1 "a": "much`)

	if err := os.WriteFile(rows, good, 0o666); err != nil {
		t.Fatal(err)
	}
	table, err := dataset.ReadTable(bytes.NewReader(good), ',')
	if err != nil {
		t.Fatal(err)
	}
	numbers := dataset.Training{
		Recipe: dataset.Recipe{Target: dataset.Numbers("a")},
		Build: func(train *dataset.Data, seed uint64) (mlp.Network, error) {
			return mlp.Model([]mlp.Layer{mlp.Dense(len(train.Features), 1, mlp.Identity)}, mlp.MeanSquaredError)
		},
		Options: mlp.FitOptions{Epochs: 1},
	}
	pipeline, err := numbers.Fit(context.Background(), table)
	if err != nil {
		t.Fatal(err)
	}
	if err := pipeline.SaveFile(modelFile(dir)); err != nil {
		t.Fatal(err)
	}
	fails("the model does not answer with a class and probabilities")
}

// What is submitted has as many indexes as the program takes it to have.
func TestManifests(t *testing.T) {
	for file, lines := range map[string]string{
		"kubernetes.yaml": `(?s)completionMode: Indexed\n  completions: 10\n.*args: \[run, -dir, /work, -parts, "10", `,
		"slurm.sh":        `(?s)#SBATCH --array=0-9\n.*array run -dir work -parts 10 `,
	} {
		if text := read(t, file); !regexp.MustCompile(lines).Match(text) {
			t.Errorf("%s does not match %s:\n%s", file, lines, text)
		}
	}
}
