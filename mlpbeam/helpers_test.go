package mlpbeam

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/local"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/prism"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/universal"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

func init() {
	beam.RegisterDoFn(reflect.TypeFor[keepFn]())
	beam.RegisterDoFn(reflect.TypeFor[keepBadFn]())
	filesystem.Register("spied", newSpiedFS)
}

// TestMain is the main of a worker, too.
func TestMain(m *testing.M) {
	if runtime.GOMAXPROCS(0) < 2 {
		runtime.GOMAXPROCS(2) // as prism is busy while a bundle runs
	}
	flag.Parse()
	beam.Init()
	slog.SetDefault(slog.New(slog.DiscardHandler)) // for what prism says of each step
	if *inside != "" {
		startServers(*inside)
	}
	os.Exit(m.Run())
}

// run runs the pipeline on the runner of the flag, by default in this process.
func run(t *testing.T, p *beam.Pipeline) error {
	t.Helper()
	_, err := beam.Run(t.Context(), cmp.Or(*runners.Runner, "prism"), p)
	return err
}

// kept returns a function that returns the elements of a PCollection of strings or
// bytes after the run, sorted.
func kept(t *testing.T, s beam.Scope, col beam.PCollection) func() []string {
	t.Helper()
	dir := t.TempDir()
	if col.Type().Type() == reflect.TypeFor[BadRow]() {
		col = beam.ParDo(s, &keepBadFn{}, col)
	}
	beam.ParDo0(s, &keepFn{dir}, col)
	return func() []string {
		t.Helper()
		var elements []string
		names, err := filepath.Glob(filepath.Join(dir, "*"))
		check(t, err)
		for _, name := range names {
			elements = append(elements, string(read(t, name)))
		}
		slices.Sort(elements)
		return elements
	}
}

type keepBadFn struct{}

func (*keepBadFn) ProcessElement(b BadRow) string {
	text, err := json.Marshal(b)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// keepFn writes each element to a file.
type keepFn struct{ Dir string }

func (f *keepFn) ProcessElement(v beam.T) error {
	w, err := os.CreateTemp(f.Dir, "")
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "%s", v); err != nil {
		return err
	}
	return w.Close()
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	check(t, err)
	return b
}

func write(t *testing.T, name, text string) {
	t.Helper()
	check(t, os.MkdirAll(filepath.Dir(name), 0o755))
	check(t, os.WriteFile(name, []byte(text), 0o644))
}

// wantError checks that err says all of these.
func wantError(t *testing.T, err error, texts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one with %q", texts)
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("the error is %v, want one with %q", err, text)
		}
	}
}

// files returns the names of all files in a folder, with slashes.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	check(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, filepath.ToSlash(strings.TrimPrefix(path, dir+string(filepath.Separator))))
		}
		return err
	}))
	return names
}

var rowHeader = []string{"id", "a", "b", "port", "class"}

// rows returns the lines of a table, some with quotes.
func rows(n int) []string {
	rng := rand.New(rand.NewPCG(1, 2))
	ports := []string{"Genoa", "Kiel", `"Cadiz, old"`, `"the ""new"" Brest"`}
	lines := make([]string, n)
	for i := range lines {
		a, b, port := rng.NormFloat64(), rng.NormFloat64(), rng.IntN(len(ports))
		class := "low"
		if s := a + math.Sin(b) + float64(port); s > 2 {
			class = "high"
		} else if s > 1 {
			class = "mid"
		}
		lines[i] = fmt.Sprintf("%06d,%.4f,%g,%s,%s", i, a, b, ports[port], class)
	}
	return lines
}

func tableOf(t *testing.T, lines []string) *dataset.Table {
	t.Helper()
	table, err := dataset.ReadTable(strings.NewReader(strings.Join(lines, "\n")), ',', dataset.ReadOptions{NoHeader: true, Names: rowHeader})
	check(t, err)
	return table
}

// rowRecipe is the recipe for rows.
type rowRecipe struct{ Target string }

func (r rowRecipe) Recipe() dataset.Recipe {
	return dataset.Recipe{Target: dataset.Classes(r.Target), Columns: []dataset.Column{dataset.Drop{Column: "id"}}}
}

// newModel trains a pipeline for rows and returns the name of its file.
var newModel = func() func(t *testing.T) (*dataset.Pipeline, string) {
	trained := sync.OnceValues(func() (*dataset.Pipeline, error) {
		table, err := dataset.ReadTable(strings.NewReader(strings.Join(rows(300), "\n")), ',', dataset.ReadOptions{NoHeader: true, Names: rowHeader})
		if err != nil {
			return nil, err
		}
		build := func(d *dataset.Data) (mlp.Network, error) {
			return mlp.Model([]mlp.Layer{mlp.Dense(len(d.Features), 16, mlp.ReLU), mlp.Dense(16, len(d.Classes), mlp.Softmax)}, mlp.CategoricalCrossEntropy)
		}
		p, _, err := rowRecipe{"class"}.Recipe().FitPipeline(context.Background(), table, build, mlp.FitOptions{Epochs: 3})
		return p, err
	})
	return func(t *testing.T) (*dataset.Pipeline, string) {
		t.Helper()
		p, err := trained()
		check(t, err)
		name := filepath.Join(t.TempDir(), "model.mlp")
		check(t, p.SaveFile(name))
		return p, name
	}
}()

// spiedFS is the local file system for names such as spied:///tmp/x. Beside a file
// it keeps which processes have read it.
type spiedFS struct{ filesystem.Interface }

func newSpiedFS(ctx context.Context) filesystem.Interface { return spiedFS{local.New(ctx)} }

func unspied(name string) string { return strings.TrimPrefix(name, "spied://") }

func (f spiedFS) OpenRead(ctx context.Context, name string) (io.ReadCloser, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	log, err := os.OpenFile(unspied(name)+".reads", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	fmt.Fprintln(log, os.Getpid())
	if err := log.Close(); err != nil {
		return nil, err
	}
	return f.Interface.OpenRead(ctx, unspied(name))
}

// wantOneRead checks that each process that has read the file has done so once.
func wantOneRead(t *testing.T, name string) {
	t.Helper()
	processes := strings.Fields(string(read(t, unspied(name)+".reads")))
	slices.Sort(processes)
	if n := len(slices.Compact(slices.Clone(processes))); n != len(processes) {
		t.Errorf("%d processes have read %s %d times", n, name, len(processes))
	}
}

func (f spiedFS) Size(ctx context.Context, name string) (int64, error) {
	return f.Interface.Size(ctx, unspied(name))
}
