package tabular_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"example.com/mlp/dataset"
	"example.com/mlp/tabular"
)

// flats returns a table of numbers, names, truth values and gaps, with targets
// that a linear model cannot learn.
func flats(rows int) [][]string {
	rng := rand.New(rand.NewPCG(1, 2))
	text := make([][]string, rows)
	for i := range text {
		size, age, town, lift := 2*rng.Float64()-1, 2*rng.Float64()-1, rng.IntN(11), rng.IntN(2)
		near := size*age > 0 != (lift == 1)
		kind := []string{"low", "high"}[lift]
		if size > 0 && age > 0 {
			kind = "both"
		}
		number := func(v float64) string {
			if rng.IntN(20) == 0 {
				return ""
			}
			return fmt.Sprintf("%.3f", v)
		}
		text[i] = []string{
			number(size), number(age), fmt.Sprintf("town %c", 'A'+town), []string{"no", "yes"}[lift],
			fmt.Sprintf("%.3f", 100+50*size*age+float64(town)), fmt.Sprintf("%.3f", size), kind, fmt.Sprint(near),
		}
	}
	return text
}

var flatsHeader = []string{"size", "age", "town", "lift", "rent", "area", "kind", "near"}

// flatsTable returns flats with only the given targets.
func flatsTable(t *testing.T, rows int, targets ...string) *dataset.Table {
	t.Helper()
	keep := []int{0, 1, 2, 3}
	for j, name := range flatsHeader[4:] {
		for _, target := range targets {
			if name == target {
				keep = append(keep, 4+j)
			}
		}
	}
	pick := func(cells []string) []string {
		picked := make([]string, len(keep))
		for i, j := range keep {
			picked[i] = cells[j]
		}
		return picked
	}
	text := flats(rows)
	for i := range text {
		text[i] = pick(text[i])
	}
	return newTable(t, pick(flatsHeader), text)
}

func newTable(t *testing.T, header []string, rows [][]string) *dataset.Table {
	t.Helper()
	table, err := dataset.NewTable(header, rows)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func fit(t *testing.T, table *dataset.Table, target dataset.Target, opts tabular.Options) *tabular.Model {
	t.Helper()
	m, err := tabular.Fit(context.Background(), table, target, opts)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func wantError(t *testing.T, err error, part string) {
	t.Helper()
	if err == nil || !strings.HasPrefix(err.Error(), "tabular: ") || !strings.Contains(err.Error(), part) {
		t.Errorf("error %v, want one of this package with %q", err, part)
	}
}

// wantAnswers checks that the model answers with finite numbers for the rows of
// its table, and that its scores are finite.
func wantAnswers(t *testing.T, m *tabular.Model, table *dataset.Table) {
	t.Helper()
	for _, trial := range m.Trials() {
		if trial.Err != nil || math.IsNaN(trial.Score) || math.IsInf(trial.Score, 0) {
			t.Errorf("%+v", trial)
		}
	}
	if text := m.String(); strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
		t.Error(text)
	}
	if _, err := m.Pipeline().Predict(table); err != nil { // of numbers that are not finite, too
		t.Error(err)
	}
}

// wantAnswersOr checks that Fit makes a model that answers, or returns an error
// with the part want if it is not empty.
func wantAnswersOr(t *testing.T, want string, table *dataset.Table, target dataset.Target, opts tabular.Options) {
	t.Helper()
	m, err := tabular.Fit(context.Background(), table, target, opts)
	switch {
	case want != "":
		wantError(t, err, want)
	case err != nil:
		t.Error(err)
	default:
		wantAnswers(t, m, table)
	}
}
