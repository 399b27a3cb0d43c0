package tabular

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/mlp/dataset"
)

// groupedTable has 60 rows with a number, one of some groups and one of three
// classes, of which the last is rare.
func groupedTable(t *testing.T) *dataset.Table {
	t.Helper()
	text := "x,group,y\n"
	for i := range 60 {
		text += fmt.Sprintf("%d,group %d,class %d\n", i*i%7, i*i%11, []int{0, 0, 1, 0, 1, 2}[i%6])
	}
	table, err := dataset.ReadTable(strings.NewReader(text), ',')
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// No group is on both sides, and the column of the groups is no input, whatever
// the recipe says about it.
func TestHoldOutGroups(t *testing.T) {
	table := groupedTable(t)
	groups, err := table.Column("group")
	if err != nil {
		t.Fatal(err)
	}
	for _, columns := range [][]dataset.Column{nil, {&dataset.Drop{Column: "group"}}, {dataset.Categorical{Column: "group"}}} {
		opts := Options{Validation: dataset.HoldOutGroups("group", 0.3), Recipe: dataset.Recipe{Columns: columns}}
		tr, err := newTrainer(t.Context(), table, dataset.Classes("y"), quantiles, opts)
		if err != nil {
			t.Fatal(err)
		}
		side := make(map[string]int)
		for _, row := range tr.folds[0].rows.Train {
			side[groups[row]] |= 1
		}
		held := 0
		for _, row := range tr.folds[0].rows.Test {
			if side[groups[row]]&2 == 0 {
				held++
			}
			side[groups[row]] |= 2
		}
		for name, sides := range side {
			if sides == 3 {
				t.Errorf("%s is on both sides", name)
			}
		}
		if want := int(math.Ceil(0.3 * float64(len(side)))); held != want {
			t.Errorf("%d of %d groups judge, want %d", held, len(side), want)
		}
		if columns := tr.preparation.Columns(); !slices.Equal(columns, []string{"x"}) {
			t.Errorf("inputs %v", columns)
		}
	}
}

// In cross-validation, too; all rows judge once.
func TestCrossValidateGroups(t *testing.T) {
	table := groupedTable(t)
	groups, err := table.Column("group")
	if err != nil {
		t.Fatal(err)
	}
	tr, err := newTrainer(t.Context(), table, dataset.Classes("y"), quantiles, Options{Validation: dataset.CrossValidateGroups("group", 3)})
	if err != nil {
		t.Fatal(err)
	}
	judges := make(map[string]int) // fold in which a group does
	rows := 0
	for i, f := range tr.folds {
		for _, row := range f.rows.Test {
			if fold, ok := judges[groups[row]]; ok && fold != i {
				t.Errorf("%s judges in the folds %d and %d", groups[row], fold, i)
			}
			judges[groups[row]] = i
			rows++
		}
	}
	if columns := tr.preparation.Columns(); len(tr.folds) != 3 || rows != table.Rows() || !slices.Equal(columns, []string{"x"}) {
		t.Errorf("%d folds, %d rows judge, inputs %v", len(tr.folds), rows, columns)
	}
	m, err := Fit(t.Context(), table, dataset.Classes("y"), Options{Method: Linear, Validation: dataset.CrossValidateGroups("group", 3)})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`held out by CrossValidateGroups("group", 3), in the first of 3 folds`, "on the rows held out, the mean of 3 folds"} {
		if text := m.String(); !strings.Contains(text, want) {
			t.Errorf("%v\nwant %q", text, want)
		}
	}
}

// growingTable has rows in the order of time, of a number that grows and of one
// that is measured in the later ones alone.
func growingTable(t *testing.T) *dataset.Table {
	t.Helper()
	text := "x,late,season,y\n"
	for i := range 80 {
		late := ""
		if i >= 30 {
			late = fmt.Sprint(i * i % 13)
		}
		text += fmt.Sprintf("%d,%s,%s,%d\n", i+i%3, late, []string{"dry", "wet", "cold"}[i/30], 3*i+i%5)
	}
	table, err := dataset.ReadTable(strings.NewReader(text), ',')
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// By time each fold learns from what came before alone, and what has learned the
// most answers, as with HoldOutLast.
func TestCrossValidateTime(t *testing.T) {
	table := growingTable(t)
	opts := Options{Method: Linear, Validation: dataset.CrossValidateTime(3)}
	tr, err := newTrainer(t.Context(), table, dataset.Numbers("y"), both, opts)
	if err != nil {
		t.Fatal(err)
	}
	last, err := newTrainer(t.Context(), table, dataset.Numbers("y"), both, Options{Method: Linear, Validation: dataset.HoldOutLast(0.25)})
	if err != nil {
		t.Fatal(err)
	}
	got, err1 := tr.preparation.MarshalJSON()
	want, err2 := last.preparation.MarshalJSON()
	if err1 != nil || err2 != nil || string(got) != string(want) {
		t.Errorf("%v, %v: the preparation is not that of the last fold", err1, err2)
	}
	mean := func(f fold) float64 { return f.scale.Params()[0].Value.At(0, 0) }
	for i, f := range tr.folds {
		rows := 20 * (i + 1)
		sum := 0.0
		for row := range rows {
			sum += float64(3*row + row%5)
		}
		if f.train.Rows() != rows || f.held.Rows() != 20 || math.Abs(mean(f)-sum/float64(rows)) > 1e-9 {
			t.Errorf("fold %d: %d rows, mean %g, %d judge", i, f.train.Rows(), mean(f), f.held.Rows())
		}
	}

	m, err := Fit(t.Context(), table, dataset.Numbers("y"), opts)
	if err != nil {
		t.Fatal(err)
	}
	trial := m.Trials()[0]
	var scores []float64
	for _, h := range trial.Histories {
		scores = append(scores, h.Best.Score)
	}
	held, err := table.Subset(last.folds[0].rows.Test)
	if err != nil {
		t.Fatal(err)
	}
	answers, err := m.Pipeline().Evaluate(held)
	if err != nil {
		t.Fatal(err)
	}
	if len(scores) != 3 || math.Abs(answers.Score-scores[2]) > 1e-5 || math.Abs(m.Score()-(scores[0]+scores[1]+scores[2])/3) > 1e-5 {
		t.Errorf("score %g, of what answers %g; by fold %g", m.Score(), answers.Score, scores)
	}
	for _, want := range []string{"60 to train with, 20 held out by CrossValidateTime(3), in the last of 3 folds, which alone answers", "the mean of 3 folds"} {
		if text := m.String(); !strings.Contains(text, want) {
			t.Errorf("%v\nwant %q", text, want)
		}
	}
}

// A fold that has nothing to learn from is an error that says how many rows it has.
func TestCrossValidateTimeTooFew(t *testing.T) {
	text := "x,y\n"
	for i := range 40 {
		text += fmt.Sprintf("%d,%d\n", i%7, i/15)
	}
	table, err := dataset.ReadTable(strings.NewReader(text), ',')
	if err != nil {
		t.Fatal(err)
	}
	_, err = Fit(t.Context(), table, dataset.Classes("y"), Options{Validation: dataset.CrossValidateTime(3)})
	want := "tabular: Fit: the 10 rows to train with by CrossValidateTime(3): "
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("error %v, want %q", err, want)
	}
}

func TestHoldOutTable(t *testing.T) {
	table := groupedTable(t)
	judges, err := dataset.NewTable([]string{"y", "more", "group", "x"}, [][]string{{"class 1", "0", "group 1", "3"}, {"class 0", "0", "new", "5"}})
	if err != nil {
		t.Fatal(err)
	}
	tr, err := newTrainer(t.Context(), table, dataset.Classes("y"), quantiles, Options{Validation: dataset.HoldOutTable(judges)})
	if err != nil {
		t.Fatal(err)
	}
	f := tr.folds[0]
	labels, err := f.held.Labels()
	if err != nil || !slices.Equal(labels, []int{1, 0}) || f.train.Rows() != table.Rows() {
		t.Errorf("judges %v, %v, %d rows to train with", labels, err, f.train.Rows())
	}
}
