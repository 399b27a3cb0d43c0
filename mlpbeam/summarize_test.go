package mlpbeam

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"example.com/mlp/dataset"
)

func init() { RegisterRecipe[rowRecipe]() }

func TestSummarizeIsSummary(t *testing.T) {
	lines := rows(3000)
	recipe := rowRecipe{"class"}
	whole := recipe.Recipe().NewSummary()
	check(t, whole.Add(tableOf(t, lines)))
	want, err := whole.MarshalBinary()
	check(t, err)
	fitted, err := recipe.Recipe().Fit(tableOf(t, lines))
	check(t, err)

	rng := rand.New(rand.NewPCG(5, 6))
	for _, parts := range []int{1, 2, 7} {
		shuffled := slices.Clone(lines)
		rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		dir := t.TempDir()
		size := len(lines)/parts + 1
		for i := range parts {
			text := strings.Join(shuffled[i*size:min((i+1)*size, len(lines))], "\n")
			write(t, filepath.Join(dir, fmt.Sprintf("%d.csv", i)), strings.Join(rowHeader, ",")+"\n"+text+"\n")
		}
		write(t, filepath.Join(dir, "empty.csv"), strings.Join(rowHeader, ",")+"\n")

		p, s := beam.NewPipelineWithRoot()
		byFiles, err := SummarizeFiles(s, recipe, dir+"/*.csv", 0, dataset.ReadOptions{})
		check(t, err)
		byLines, err := Summarize(s, recipe, rowHeader, 0, beam.Reshuffle(s, beam.CreateList(s, shuffled)))
		check(t, err)
		filesOf, linesOf := kept(t, s, byFiles), kept(t, s, byLines)
		check(t, run(t, p))
		for name, got := range map[string][]string{"files": filesOf(), "lines": linesOf()} {
			if len(got) != 1 || got[0] != string(want) {
				t.Errorf("%d parts by %s: %d summaries, other bytes than those of one machine", parts, name, len(got))
				continue
			}
			back := recipe.Recipe().NewSummary()
			check(t, back.UnmarshalBinary([]byte(got[0])))
			learned, err := back.Preparation()
			check(t, err)
			if learned.String() != fitted.String() {
				t.Errorf("%d parts by %s: %v, Fit learns %v", parts, name, learned, fitted)
			}
		}
	}
}

func TestSummarizeNothing(t *testing.T) {
	want, err := rowRecipe{"class"}.Recipe().NewSummary().MarshalBinary()
	check(t, err)
	dir := t.TempDir()
	write(t, filepath.Join(dir, "x.csv"), "")
	p, s := beam.NewPipelineWithRoot()
	col, err := SummarizeFiles(s, rowRecipe{"class"}, dir+"/*", 0, dataset.ReadOptions{NoHeader: true, Names: rowHeader})
	check(t, err)
	got := kept(t, s, col)
	check(t, run(t, p))
	if got := got(); !slices.Equal(got, []string{string(want)}) {
		t.Errorf("%d summaries, want one of no rows", len(got))
	}
}

func TestSummarizeBadRows(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "x.csv"), strings.Join(append([]string{strings.Join(rowHeader, ",")}, "1,2,3,Kiel,low", "2,,3,Kiel,low"), "\n"))
	p, s := beam.NewPipelineWithRoot()
	_, err := SummarizeFiles(s, rowRecipe{"class"}, dir+"/*", 0, dataset.ReadOptions{})
	check(t, err)
	wantError(t, run(t, p), "summarizeFilesFn", "mlpbeam: SummarizeFiles: dataset: Summary.Add: "+dir+`/x.csv: line 3, column 2 "a"`)

	p, s = beam.NewPipelineWithRoot()
	_, err = Summarize(s, rowRecipe{"class"}, rowHeader, 0, beam.Create(s, "1,2,3,Kiel,low", "2,3"))
	check(t, err)
	wantError(t, run(t, p), "summarizeFn", `mlpbeam: Summarize: the line "2,3": it has 2 cells, the header has 5`)

	p, s = beam.NewPipelineWithRoot()
	_, err = Summarize(s, rowRecipe{"class"}, rowHeader, 0, beam.Create(s, "1,2,3,Kiel,low", "2,,3,Kiel,low"))
	check(t, err)
	wantError(t, run(t, p), "summarizeFn", `mlpbeam: Summarize: the line "2,,3,Kiel,low": dataset: Summary.Add: `, `column 2 "a"`)

	_, s = beam.NewPipelineWithRoot()
	_, err = Summarize(s, otherRecipe{}, rowHeader, 0, beam.Create(s, "1"))
	wantError(t, err, "mlpbeam: Summarize: mlpbeam.otherRecipe is not registered: call mlpbeam.RegisterRecipe")
}

type otherRecipe struct{ rowRecipe }
