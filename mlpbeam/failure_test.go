package mlpbeam

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/window"

	"example.com/mlp/dataset"
	"example.com/mlp/selection"
)

func init() {
	RegisterStudy[failingStudy, int]()
}

// failingStudy panics, or has trials that wait until their context is canceled.
type failingStudy struct{ Panics bool }

var trials = make(chan string) // what happens to those that wait

func (f failingStudy) Search(context.Context) (selection.Search[int], error) {
	if f.Panics {
		panic("the study is not what it was")
	}
	wait := func(ctx context.Context, _ int, _ dataset.Fold, _ uint64) (float64, error) {
		trials <- "begun"
		<-ctx.Done()
		trials <- "canceled"
		return 0, ctx.Err()
	}
	return selection.Search[int]{Trial: wait, Folds: []dataset.Fold{{Train: []int{0}, Test: []int{1}}}}, nil
}

func TestPanicIsAnError(t *testing.T) {
	p, s := beam.NewPipelineWithRoot()
	_, err := Search(s, failingStudy{Panics: true}, []int{1})
	check(t, err)
	wantError(t, run(t, p), "trialsFn", "the study is not what it was")
}

func TestCanceledRunEnds(t *testing.T) {
	p, s := beam.NewPipelineWithRoot()
	_, err := Search(s, failingStudy{}, []int{1})
	check(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error)
	go func() {
		_, err := beam.Run(ctx, "prism", p)
		ended <- err
	}()
	if got := <-trials; got != "begun" {
		t.Fatalf("the trial has %s", got)
	}
	cancel()
	if err := <-ended; err == nil {
		t.Error("no error")
	}
	if got := <-trials; got != "canceled" {
		t.Errorf("the trial has %s", got)
	}
}

// What is no error of Beam, such as a zero scope, or is one that it reports by a
// panic, is an error here.
func TestMistakes(t *testing.T) {
	_, s := beam.NewPipelineWithRoot()
	lines, numbers := beam.Create(s, "x"), beam.Create(s, 1)
	keep := ScoreOptions{Keep: rowHeader[:1]}
	for name, c := range map[string]struct {
		err  func() error
		want string
	}{
		"scope": {func() error { _, _, err := Score(beam.Scope{}, "", rowHeader, lines, keep); return err },
			"mlpbeam: Score: the scope is the zero Scope"},
		"elements": {func() error { _, _, err := Score(s, "", rowHeader, numbers, keep); return err }, "mlpbeam: Score: "},
		"no elements": {func() error { _, _, err := Score(s, "", rowHeader, beam.PCollection{}, keep); return err },
			"mlpbeam: Score: "},
		"header": {func() error { _, _, err := Score(s, "", nil, lines, keep); return err }, "mlpbeam: Score: dataset: NewTable: "},
		"keep":   {func() error { _, _, err := Score(s, "", rowHeader, lines, ScoreOptions{}); return err }, "mlpbeam: Score: ScoreOptions.Keep is empty"},
		"name": {func() error {
			_, _, err := Score(s, "", rowHeader, lines, ScoreOptions{Keep: []string{"name"}})
			return err
		},
			`mlpbeam: Score: no column "name" of ScoreOptions.Keep, the columns are ["id" `},
		"read": {func() error {
			_, _, err := Score(s, "", rowHeader, lines, ScoreOptions{Keep: rowHeader, Read: dataset.ReadOptions{NoHeader: true}})
			return err
		}, "mlpbeam: Score: ScoreOptions.Read is for ScoreFiles"},
		"comma": {func() error { _, _, err := ScoreFiles(s, "", "x", "y", ScoreOptions{Comma: '"'}); return err },
			`mlpbeam: ScoreFiles: the comma is '"': csv: invalid`},
		"batch": {func() error { _, _, err := ScoreFiles(s, "", "x", "y", ScoreOptions{Batch: -1}); return err },
			"mlpbeam: ScoreFiles: ScoreOptions.Batch is -1"},
		"aside": {func() error { _, _, err := ScoreFiles(s, "", "x", "y", ScoreOptions{SetAside: true}); return err },
			"mlpbeam: ScoreFiles: ScoreOptions.Keep is empty"},
		"pattern":  {func() error { _, _, err := ScoreFiles(s, "", "", "y", ScoreOptions{}); return err }, "mlpbeam: ScoreFiles: no pattern"},
		"folder":   {func() error { _, _, err := ScoreFiles(s, "", "x", "", ScoreOptions{}); return err }, "mlpbeam: ScoreFiles: no folder"},
		"search":   {func() error { _, err := Search(beam.Scope{}, rowStudy{}, []settings{{}}); return err }, "mlpbeam: Search: the scope"},
		"summary":  {func() error { _, err := Summarize(s, rowRecipe{}, rowHeader, '\n', lines); return err }, "mlpbeam: Summarize: the comma is "},
		"summary2": {func() error { _, err := SummarizeFiles(s, rowRecipe{}, " ", 0, dataset.ReadOptions{}); return err }, "mlpbeam: SummarizeFiles: no pattern"},
		"prefix":   {func() error { _, err := WriteShards(s, " ", 2, "", lines); return err }, "mlpbeam: WriteShards: no prefix"},
		"shards":   {func() error { _, err := WriteShards(s, "x", 2, "", numbers); return err }, "mlpbeam: WriteShards: "},
	} {
		if err := c.err(); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// Elements in a window would come out in another one.
func TestWindows(t *testing.T) {
	_, file := newModel(t)
	p, s := beam.NewPipelineWithRoot()
	lines := beam.WindowInto(s, window.NewSessions(1), beam.CreateList(s, rows(2)))
	_, _, err := Score(s, file, rowHeader, lines, ScoreOptions{Keep: []string{"id"}})
	check(t, err)
	wantError(t, run(t, p), "mlpbeam: Score: "+errWindow.Error())

	_, s = beam.NewPipelineWithRoot()
	_, err = WriteShards(s, t.TempDir()+"/x", 1, "", beam.WindowInto(s, window.NewSessions(1), beam.Create(s, "x")))
	wantError(t, err, "mlpbeam: WriteShards: ", "window")
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	name := dir + "/new/x"
	some := make([]byte, 1<<16) // more than a buffer
	check(t, writeFile(t.Context(), name, func(w io.Writer) error {
		if _, err := w.Write(some); err != nil {
			return err
		}
		if got := files(t, dir); len(got) != 1 || !strings.HasPrefix(got[0], "new/x.") || !strings.HasSuffix(got[0], ".part") {
			t.Errorf("until it is whole the files are %q", got)
		}
		_, err := io.WriteString(w, "end")
		return err
	}))
	before := read(t, name)
	if string(before) != string(some)+"end" {
		t.Errorf("it has %d bytes", len(before))
	}

	// What fails, or panics, leaves the file as it was and nothing else.
	broken := errors.New("the row is bad")
	err := writeFile(t.Context(), name, func(w io.Writer) error {
		if _, err := w.Write(some); err != nil {
			return err
		}
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("%v, want %v", err, broken)
	}
	func() {
		defer func() {
			if r := recover(); r != broken {
				t.Errorf("the panic is %v, want %v", r, broken)
			}
		}()
		writeFile(t.Context(), name, func(w io.Writer) error { panic(broken) })
	}()
	if got := files(t, dir); len(got) != 1 || string(read(t, name)) != string(before) {
		t.Errorf("%q are left", got)
	}
}

// What is left of a bundle that has failed is not in the next one of the same DoFn.
func TestBundleAfterFailure(t *testing.T) {
	model, file := newModel(t)
	lines := rows(5)
	global := window.GlobalWindow{}

	score := &scoreFn{Model: file, Format: lineFormat{rowHeader, ','}, Options: ScoreOptions{Comma: ',', Keep: []string{"id", "port"}, Batch: 4}}
	check(t, score.Setup(t.Context()))
	summarize := &summarizeFn[rowRecipe]{Recipe: rowRecipe{"class"}, Format: score.Format}
	var got, bad, hashes []string
	var summaries [][]byte
	emit, refuse := func(line string) { got = append(got, line) }, func(b BadRow) { bad = append(bad, b.Row) }
	hash, whole := func(h string) { hashes = append(hashes, h) }, func(b []byte) { summaries = append(summaries, b) }
	for _, bundle := range [][]string{{lines[0], lines[1], "x,1"}, lines, {}} {
		got, hashes, summaries = nil, nil, nil
		score.StartBundle(t.Context(), emit, refuse, hash)
		summarize.StartBundle(t.Context(), whole)
		var err error
		for _, line := range bundle {
			if err = score.ProcessElement(global, line, emit, refuse, hash); err != nil {
				break
			}
			check(t, summarize.ProcessElement(global, line, whole))
		}
		if err != nil {
			wantError(t, err, `the line "x,1"`)
			continue
		}
		check(t, score.FinishBundle(t.Context(), emit, refuse, hash))
		check(t, summarize.FinishBundle(t.Context(), whole))
		var want []string
		if len(bundle) > 0 {
			want = scored(t, model, bundle)
		}
		if !slices.Equal(got, want) || len(bad) > 0 || len(hashes) != 1 {
			t.Errorf("%q and %q of %d lines, want %q", got, bad, len(bundle), want)
		}
		n := 0
		for _, b := range summaries {
			s := rowRecipe{"class"}.Recipe().NewSummary()
			check(t, s.UnmarshalBinary(b))
			n += s.Rows()
		}
		if n != len(bundle) {
			t.Errorf("summaries of %d rows, want %d", n, len(bundle))
		}
	}
}
