package mlpbeam

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"example.com/mlp/dataset"
)

const scoredHeader = "id,port,predicted_class,probability_high,probability_low,probability_mid"

// scored returns the lines of id, port and answer, from a prediction of all rows
// at once.
func scored(t *testing.T, p *dataset.Pipeline, lines []string) []string {
	t.Helper()
	table := tableOf(t, lines)
	answers, err := p.Predict(table)
	check(t, err)
	out := make([]string, len(lines))
	for i, a := range answers {
		port := table.Cell(i, 3)
		if strings.ContainsAny(port, `,"`) {
			port = `"` + strings.ReplaceAll(port, `"`, `""`) + `"`
		}
		out[i] = fmt.Sprintf("%s,%s,%s", table.Cell(i, 0), port, a.Class)
		for _, q := range a.Probabilities {
			out[i] += "," + fmt.Sprint(q)
		}
	}
	return out
}

func TestScoreIsPredict(t *testing.T) {
	model, file := newModel(t)
	lines := rows(600)
	want := scored(t, model, lines)
	for _, batch := range []int{1, 7, 1024} {
		p, s := beam.NewPipelineWithRoot()
		out, bad, err := Score(s, file, rowHeader, beam.Reshuffle(s, beam.CreateList(s, lines)), ScoreOptions{Keep: []string{"id", "port"}, Batch: batch})
		check(t, err)
		all, refused := kept(t, s, out), kept(t, s, bad)
		check(t, run(t, p))
		if got := all(); !slices.Equal(got, want) {
			t.Errorf("batch %d: %d lines differ from those of Predict", batch, len(got))
		}
		if got := refused(); len(got) > 0 {
			t.Errorf("batch %d: bad rows %q", batch, got)
		}
	}
}

func TestScoreOfOtherTexts(t *testing.T) {
	model, file := newModel(t)
	header := []string{"port", "id", "b", "a"}
	lines := []string{`Kiel;1;0.5;-1`, ` Kiel ; "2;2";.5;-1.0`, `"Kiel";3;"0.5";-1`}
	a, err := model.PredictMap(map[string]any{"port": "Kiel", "a": -1, "b": 0.5})
	check(t, err)
	p, s := beam.NewPipelineWithRoot()
	out, _, err := Score(s, file, header, beam.CreateList(s, lines), ScoreOptions{Keep: []string{"id"}, Comma: ';'})
	check(t, err)
	all := kept(t, s, out)
	check(t, run(t, p))
	var want []string
	for _, id := range []string{`"2;2"`, "1", "3"} {
		want = append(want, fmt.Sprintf("%s;%s;%v;%v;%v", id, a.Class, a.Probabilities[0], a.Probabilities[1], a.Probabilities[2]))
	}
	if got := all(); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestScoreOfBadLines(t *testing.T) {
	model, file := newModel(t)
	good := rows(40)
	bad := map[string][]string{
		"x,1,2,Kiel":              {"it has 4 cells, the header has 5"},
		"y,1,two,Kiel,low":        {"column 3 \"b\": \"two\" is not a number"},
		"z,1,2,\"Kiel,low":        {"quote"},
		"":                        {"it has 1 cells, the header has 5"},
		"v,1,2,\xff,low":          {"UTF-8"},
		"u,1,2,Kiel,low\n5,1,2,a": {"more than one row"},
		"w,1e400,2,Kiel,low":      {"column 2 \"a\""},
	}
	lines := slices.Clone(good)
	for line := range bad {
		lines = slices.Insert(lines, len(lines)/2, line)

		p, s := beam.NewPipelineWithRoot()
		_, _, err := Score(s, file, rowHeader, beam.Create(s, line), ScoreOptions{Keep: []string{"id"}})
		check(t, err)
		if !strings.Contains(line, "\xff") { // which is no text for the runner's error
			wantError(t, run(t, p), append(bad[line], "mlpbeam: Score: the line "+fmt.Sprintf("%q", line), "scoreFn")...)
		}
	}

	p, s := beam.NewPipelineWithRoot()
	out, refused, err := Score(s, file, rowHeader, beam.CreateList(s, lines), ScoreOptions{Keep: []string{"id", "port"}, SetAside: true, Batch: 5})
	check(t, err)
	all, aside := kept(t, s, out), kept(t, s, refused)
	check(t, run(t, p))
	if got, want := all(), scored(t, model, good); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	got := aside()
	if len(got) != len(bad) {
		t.Errorf("%d lines set aside, want %d", len(got), len(bad))
	}
	for _, text := range got {
		var b BadRow
		check(t, json.Unmarshal([]byte(text), &b))
		for line, texts := range bad {
			if strings.Contains(b.Err, "row 0") || strings.Contains(b.Err, "batch") {
				t.Errorf("%q: %s: where it is in a bundle is not what it is", line, b.Err)
			}
			if strings.ToValidUTF8(line, "�") == b.Row && !strings.Contains(b.Err, texts[0]) {
				t.Errorf("%q: %s, want an error with %q", line, b.Err, texts)
			}
		}
	}
}
