package mlpbeam

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"example.com/mlp/dataset"
)

func TestWriteShards(t *testing.T) {
	lines := rows(500)
	lines = append(lines, lines[0], lines[0]) // the same line may be there several times
	const n = 7
	var first map[string]string
	for range 2 {
		dir := t.TempDir()
		p, s := beam.NewPipelineWithRoot()
		col, err := WriteShards(s, dir+"/x", n, strings.Join(rowHeader, ","), beam.Reshuffle(s, beam.CreateList(s, lines)))
		check(t, err)
		names := kept(t, s, col)
		check(t, run(t, p))
		written := make(map[string]string)
		var all, want []string
		for i := range n {
			name := fmt.Sprintf("x-%05d-of-%05d", i, n)
			want = append(want, dir+"/"+name)
			written[name] = string(read(t, filepath.Join(dir, name)))
			header, rest, _ := strings.Cut(written[name], "\n")
			part := strings.Split(strings.TrimSuffix(rest, "\n"), "\n")
			if header != strings.Join(rowHeader, ",") || len(part) < 30 || slices.IsSorted(part) {
				t.Errorf("%s has the header %q and %d lines", name, header, len(part))
			}
			all = append(all, part...)
		}
		if got := names(); !slices.Equal(got, want) || len(files(t, dir)) != n {
			t.Errorf("the names are %q, want %q", got, want)
		}
		slices.Sort(all)
		if sorted := slices.Sorted(slices.Values(lines)); !slices.Equal(all, sorted) {
			t.Errorf("%d lines are not those that were given", len(all))
		}
		if first == nil {
			first = written
		}
		for name, text := range written {
			if text != first[name] {
				t.Errorf("%s has other bytes in another order of the lines", name)
			}
		}
		slices.Reverse(lines)
	}
}

// Files without lines are read by what reads shards without a header.
func TestWriteShardsOfFewLines(t *testing.T) {
	model, file := newModel(t)
	dir, out := t.TempDir(), t.TempDir()
	lines := rows(1)
	p, s := beam.NewPipelineWithRoot()
	_, err := WriteShards(s, dir+"/x", 3, "", beam.CreateList(s, lines))
	check(t, err)
	check(t, run(t, p))
	if got := files(t, dir); len(got) != 3 {
		t.Fatalf("the files are %q", got)
	}
	names, _, err := scoreFiles(t, file, dir+"/x-*", out, ScoreOptions{Keep: []string{"id", "port"}, Read: dataset.ReadOptions{NoHeader: true, Names: rowHeader}})
	check(t, err)
	var rest []string
	for _, name := range names {
		_, text, _ := strings.Cut(string(read(t, name)), "\n")
		rest = append(rest, text)
	}
	if got, want := strings.Join(rest, ""), scored(t, model, lines)[0]+"\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}

	_, s = beam.NewPipelineWithRoot()
	_, err = WriteShards(s, dir+"/x", 0, "", beam.CreateList(s, lines))
	wantError(t, err, "mlpbeam: WriteShards: 0 files, want at least 1")
}
