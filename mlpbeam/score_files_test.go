package mlpbeam

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"example.com/mlp/dataset"
)

// inputs writes lines to files of a folder and returns which lines are in which.
func inputs(t *testing.T, dir string, lines []string) map[string][]string {
	t.Helper()
	parts := map[string][]string{
		"a/1.csv": lines[:1000], "a/2.csv": lines[1000:1001], "a/empty.csv": nil, "b/1.csv": lines[1001:1900], "b/3.csv": lines[1900:],
	}
	for name, part := range parts {
		write(t, filepath.Join(dir, name), strings.Join(append([]string{strings.Join(rowHeader, ",")}, part...), "\n")+"\n")
	}
	write(t, filepath.Join(dir, "a/notes.txt"), "no table")
	return parts
}

func scoreFiles(t *testing.T, model, glob, dir string, o ScoreOptions) (names, bad []string, err error) {
	t.Helper()
	p, s := beam.NewPipelineWithRoot()
	written, refused, err := ScoreFiles(s, model, glob, dir, o)
	check(t, err)
	namesOf, badOf := kept(t, s, written), kept(t, s, refused)
	if err := run(t, p); err != nil {
		return nil, nil, err
	}
	return namesOf(), badOf(), nil
}

// wantScored checks that the files of the folder have the answers for the lines.
func wantScored(t *testing.T, model *dataset.Pipeline, dir string, parts map[string][]string) {
	t.Helper()
	if got := files(t, dir); len(got) != len(parts) {
		t.Fatalf("the files are %q, want %d", got, len(parts))
	}
	for name, lines := range parts {
		want := scoredHeader + "\n"
		if len(lines) > 0 {
			want += strings.Join(scored(t, model, lines), "\n") + "\n"
		}
		if got := string(read(t, filepath.Join(dir, name))); got != want {
			t.Errorf("%s has %d bytes that differ from those of Predict, %d", name, len(got), len(want))
		}
	}
}

func TestScoreFilesIsPredict(t *testing.T) {
	model, file := newModel(t)
	in := t.TempDir()
	parts := inputs(t, in, rows(2500))
	for _, batch := range []int{1, 7, 1024} {
		out := filepath.Join(t.TempDir(), "new", "out")
		names, bad, err := scoreFiles(t, "spied://"+file, in+"/*/*.csv", out, ScoreOptions{Keep: []string{"id", "port"}, Batch: batch})
		check(t, err)
		if len(bad) > 0 {
			t.Errorf("bad rows %q", bad)
		}
		var want []string
		for name := range parts {
			want = append(want, filepath.ToSlash(filepath.Join(out, name)))
		}
		slices.Sort(want)
		if !slices.Equal(names, want) {
			t.Errorf("the names are %q, want %q", names, want)
		}
		wantScored(t, model, out, parts)
	}
	wantOneRead(t, "spied://"+file)
}

func TestScoreFilesWithoutHeader(t *testing.T) {
	model, file := newModel(t)
	in, out := t.TempDir(), t.TempDir()
	lines := rows(20)
	write(t, filepath.Join(in, "full.csv"), strings.Join(lines, "\n"))
	write(t, filepath.Join(in, "empty.csv"), "")
	_, _, err := scoreFiles(t, file, in+"/*.csv", out, ScoreOptions{
		Keep: []string{"id", "port"}, Read: dataset.ReadOptions{NoHeader: true, Names: rowHeader},
	})
	check(t, err)
	wantScored(t, model, out, map[string][]string{"full.csv": lines, "empty.csv": nil})

	_, _, err = scoreFiles(t, file, in+"/empty.csv", out, ScoreOptions{})
	wantError(t, err, "mlpbeam: ScoreFiles: "+in+"/empty.csv: dataset: CSV: the file is empty")
}

func TestScoreFilesCompressed(t *testing.T) {
	model, file := newModel(t)
	in, out := t.TempDir(), t.TempDir()
	lines := rows(20)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := io.WriteString(z, strings.Join(append([]string{strings.Join(rowHeader, ",")}, lines...), "\n"))
	check(t, err)
	check(t, z.Close())
	write(t, filepath.Join(in, "x.csv.gz"), packed.String())
	_, _, err = scoreFiles(t, file, in+"/*", out, ScoreOptions{Keep: []string{"id", "port"}})
	check(t, err)
	r, err := gzip.NewReader(bytes.NewReader(read(t, filepath.Join(out, "x.csv.gz"))))
	check(t, err)
	unpacked, err := io.ReadAll(r)
	check(t, err)
	if want := scoredHeader + "\n" + strings.Join(scored(t, model, lines), "\n") + "\n"; string(unpacked) != want {
		t.Errorf("%q, want %q", unpacked, want)
	}
}

func TestScoreFilesAgain(t *testing.T) {
	model, file := newModel(t)
	in, out := t.TempDir(), t.TempDir()
	lines := rows(2500)
	parts := inputs(t, in, lines)
	opts := ScoreOptions{Keep: []string{"id", "port"}}

	// A run that fails after most of a file leaves none of that name.
	broken := slices.Clone(lines[1001:1900])
	broken[800] = "x,1,two,Kiel,low"
	write(t, filepath.Join(in, "b/1.csv"), strings.Join(append([]string{strings.Join(rowHeader, ",")}, broken...), "\n"))
	_, _, err := scoreFiles(t, file, in+"/*/*.csv", out, opts)
	wantError(t, err, "scoreFileFn", "mlpbeam: ScoreFiles: "+in+`/b/1.csv: line 802, column 3 "b": "two" is not a number`)
	for _, name := range files(t, out) {
		if _, ok := parts[name]; !ok || name == "b/1.csv" {
			t.Errorf("there is %s", name)
		}
	}

	// Without this fault the same run writes everything, and so do all later ones.
	inputs(t, in, lines)
	for range 2 {
		_, _, err := scoreFiles(t, file, in+"/*/*.csv", out, opts)
		check(t, err)
		wantScored(t, model, out, parts)
	}

	// A file that was replaced in the same run is that of the last one.
	write(t, filepath.Join(out, "b/1.csv"), "of another run")
	_, _, err = scoreFiles(t, file, in+"/*/*.csv", out, opts)
	check(t, err)
	wantScored(t, model, out, parts)
}

func TestScoreFilesSetsAside(t *testing.T) {
	model, file := newModel(t)
	in, out := t.TempDir(), t.TempDir()
	lines := rows(10)
	broken := slices.Insert(slices.Clone(lines), 4, `x,1,two,"Kiel, new",low`)
	write(t, filepath.Join(in, "x.csv"), strings.Join(append([]string{strings.Join(rowHeader, ",")}, broken...), "\n"))
	_, bad, err := scoreFiles(t, file, in+"/x.csv", out, ScoreOptions{Keep: []string{"id", "port"}, SetAside: true, Batch: 3})
	check(t, err)
	wantScored(t, model, out, map[string][]string{"x.csv": lines})
	if len(bad) != 1 {
		t.Fatalf("bad rows %q", bad)
	}
	var b BadRow
	check(t, json.Unmarshal([]byte(bad[0]), &b))
	if want := (BadRow{`x,1,two,"Kiel, new",low`, in + `/x.csv: line 6, column 3 "b": "two" is not a number`}); b != want {
		t.Errorf("%+v, want %+v", b, want)
	}

	// What is no table cannot be read beyond the fault.
	write(t, filepath.Join(in, "x.csv"), "id,a,b,port,class\n1,2\n")
	_, _, err = scoreFiles(t, file, in+"/x.csv", out, ScoreOptions{Keep: []string{"id"}, SetAside: true})
	wantError(t, err, in+"/x.csv: dataset: CSV: line 2")
}

func TestScoreFilesMistakes(t *testing.T) {
	_, file := newModel(t)
	in := t.TempDir()
	write(t, filepath.Join(in, "x.csv"), strings.Join(append([]string{strings.Join(rowHeader, ",")}, rows(10)...), "\n"))
	before := read(t, filepath.Join(in, "x.csv"))
	out := t.TempDir()
	for _, c := range []struct {
		model, glob, dir string
		keep             []string
		want             string
	}{
		{file, in + "/*.txt", out, nil, `no files have a name like "` + in + `/*.txt"`},
		{file, in + "/[", out, nil, "mlpbeam: ScoreFiles: " + in + "/[: syntax error in pattern"},
		{file, in + "/*.csv", file, nil, "mlpbeam: ScoreFiles: writing " + file + "/x.csv: "},
		{file, in + "/*.csv", in, nil, "it is in the folder to write to"},
		{file, in + "/*.csv", in + "/../" + filepath.Base(in), nil, "it is in the folder to write to"},
		{file, in + "/*.csv", out, []string{"name"}, `no column "name" of ScoreOptions.Keep`},
		{file, in + "/*.csv", out, []string{"id", "id"}, `there would be two columns "id"`},
		{file, in + "/*.csv", out, []string{"predicted_class"}, `there would be two columns "predicted_class"`},
		{file + "x", in + "/*.csv", out, nil, file + "x: "},
		{in + "/x.csv", in + "/*.csv", out, nil, in + "/x.csv: dataset: LoadPipeline: mlp: Load"},
		{"unknown://x", in + "/*.csv", out, nil, "unknown"},
	} {
		_, _, err := scoreFiles(t, c.model, c.glob, c.dir, ScoreOptions{Keep: c.keep})
		wantError(t, err, c.want)
	}
	if names := files(t, out); len(names) > 0 {
		t.Errorf("there are %q", names)
	}
	if !bytes.Equal(read(t, filepath.Join(in, "x.csv")), before) {
		t.Error("the input has changed")
	}
}

// Links lead to a file by several names.
func TestScoreFilesOverItself(t *testing.T) {
	_, file := newModel(t)
	dir := t.TempDir()
	write(t, dir+"/model/1.csv", string(read(t, file)))
	text := strings.Join(append([]string{strings.Join(rowHeader, ",")}, rows(3)...), "\n")
	for _, name := range []string{"in/1.csv", "in/may/1.csv", "in/may/2.csv"} {
		write(t, filepath.Join(dir, name), text)
	}
	check(t, os.Mkdir(dir+"/partly", 0o755))
	for link, to := range map[string]string{"same": "in", "partly/may": "in/may", "deeper": "in/may"} {
		if err := os.Symlink(filepath.Join(dir, to), filepath.Join(dir, link)); err != nil {
			t.Skip(err)
		}
	}
	for _, c := range []struct{ glob, dir, want string }{
		{"in/*.csv", "same", "in/1.csv: it is in the folder to write to"},
		{"same/*.csv", "in", "same/1.csv: it is in the folder to write to"},
		{"in/*/*.csv", "partly", "in/may/1.csv: its answers would be written to " + dir + "/partly/may/1.csv, which is one of the files to read"},
		{"in/*.csv", "model", "in/1.csv: its answers would be written to " + dir + "/model/1.csv, which is one of the files to read"},
		{"in/may/1.csv", "deeper/new/..", "in/may/1.csv: it is in the folder to write to"},
	} {
		_, _, err := scoreFiles(t, dir+"/model/1.csv", dir+"/"+c.glob, dir+"/"+c.dir, ScoreOptions{})
		wantError(t, err, "planFn", "mlpbeam: ScoreFiles: "+dir+"/"+c.want)
	}
	for _, name := range []string{"in/1.csv", "in/may/1.csv", "in/may/2.csv"} {
		if got := string(read(t, filepath.Join(dir, name))); got != text {
			t.Errorf("%s has become %q", name, got)
		}
	}
}

// What a worker has left that was killed has only some of the rows.
func TestUnfinishedFilesAreNotRead(t *testing.T) {
	model, file := newModel(t)
	in, out := t.TempDir(), t.TempDir()
	lines := rows(20)
	text := strings.Join(append([]string{strings.Join(rowHeader, ",")}, lines...), "\n")
	write(t, filepath.Join(in, "x.csv"), text)
	write(t, partOf(filepath.Join(in, "x.csv")), text)
	write(t, filepath.Join(in, "x.part"), text)
	_, _, err := scoreFiles(t, file, in+"/x*", out, ScoreOptions{Keep: []string{"id", "port"}})
	check(t, err)
	wantScored(t, model, out, map[string][]string{"x.csv": lines, "x.part": lines})

	p, s := beam.NewPipelineWithRoot()
	col, err := SummarizeFiles(s, rowRecipe{"class"}, in+"/x.csv*", 0, dataset.ReadOptions{})
	check(t, err)
	summaries := kept(t, s, col)
	check(t, run(t, p))
	got := rowRecipe{"class"}.Recipe().NewSummary()
	check(t, got.UnmarshalBinary([]byte(summaries()[0])))
	if got.Rows() != len(lines) {
		t.Errorf("%d rows, want %d", got.Rows(), len(lines))
	}
}

func TestFolders(t *testing.T) {
	for glob, want := range map[string]string{
		"in/*.csv": "in/", "in/*/x.csv": "in/", "in/a/x.csv": "in/a/", "*.csv": "", "x.csv": "", "/x?": "/", "gs://bucket/a/b*/c": "gs://bucket/a/", "a/[b]/c": "a/",
	} {
		if got := (fileList{glob}).folder(); got != want {
			t.Errorf("%s: %q, want %q", glob, got, want)
		}
	}
	for _, c := range []struct {
		folder, file string
		want         bool
	}{
		{"out", "out/x", true}, {"out", "outer/x", false}, {"./out", "out/a/x", true}, {"out", "x", false}, {"/", "/x", true},
		{"gs://b/out", "gs://b/out/x", true}, {"gs://b/out", "gs://b/in/x", false}, {"b/out", "gs://b/out/x", false},
	} {
		if got := isIn(c.folder, c.file); got != c.want {
			t.Errorf("%s in %s: %t", c.file, c.folder, got)
		}
	}
	if dir, err := os.Getwd(); err != nil || !isIn(".", dir+"/x") {
		t.Error("a relative folder is not where it is")
	}
}
