package tabular

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/selection"
)

// The networks that were drawn come before those of Auto.
func TestTune(t *testing.T) {
	table := groupedTable(t)
	for _, v := range []dataset.Validation{{}, dataset.HoldOutGroups("group", 0.3), dataset.HoldOutTable(table), dataset.CrossValidate(2), dataset.CrossValidateTime(2)} {
		m, err := Tune(t.Context(), table, dataset.Classes("y"), 4, Options{Epochs: 3, Validation: v})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, trial := range m.Trials() {
			names = append(names, trial.Network)
			if trial.Err != nil {
				t.Errorf("%v: %s: %v", v, trial.Network, trial.Err)
			}
		}
		var usual []string
		for _, n := range plans[Auto].of(Medium) {
			usual = append(usual, n.name)
		}
		drawn := max(0, len(names)-len(usual))
		if !slices.Equal(names[drawn:], usual) || drawn == 0 || !strings.Contains(names[0], "dropout") {
			t.Errorf("%v: networks %q", v, names)
		}
		if _, err := m.Pipeline().Predict(table); err != nil {
			t.Error(err)
		}
	}
}

// The trainings of the search count.
func TestTuneRuns(t *testing.T) {
	var runs []Run
	opts := Options{Epochs: 1, Seeds: 2, Callbacks: func(r Run) []mlp.Callback {
		runs = append(runs, r)
		return nil
	}}
	if _, err := Tune(t.Context(), groupedTable(t), dataset.Classes("y"), 4, opts); err != nil {
		t.Fatal(err)
	}
	if want := 4 + 2 + 2*(1+7); len(runs) != want {
		t.Errorf("%d runs, want %d", len(runs), want)
	}
	for i, r := range runs {
		if r.Number != i+1 || r.Of != len(runs) {
			t.Errorf("run %d is %+v", i, r)
		}
	}
}

func TestTuneSameBits(t *testing.T) {
	table := groupedTable(t)
	tuned := func(cores int) []byte {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		m, err := Tune(t.Context(), table, dataset.Classes("y"), 5, Options{Epochs: 3, Metric: mlp.MetricLogLoss})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := m.Pipeline().Save(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	if !bytes.Equal(tuned(1), tuned(3)) {
		t.Error("another number of goroutines gives other bits")
	}
}

func TestTuneErrors(t *testing.T) {
	table := groupedTable(t)
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		ctx   context.Context
		draws int
		opts  Options
		want  string
	}{
		{t.Context(), 0, Options{}, "tabular: Tune: 0 draws, want at least 1"},
		{t.Context(), 1, Options{Method: RealMLP}, "tabular: Tune: Options.Method is RealMLP, want Auto"},
		{t.Context(), 1, Options{Seeds: -1}, "tabular: Tune: Options.Seeds is -1"},
		{canceled, 1, Options{}, context.Canceled.Error()},
	} {
		if _, err := Tune(c.ctx, table, dataset.Classes("y"), c.draws, c.opts); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
	m, err := Tune(t.Context(), table, dataset.Classes("y"), 1, Options{Time: time.Nanosecond})
	if err != nil {
		t.Fatal(err)
	}
	wantLinear(t, m)
	if _, err := Tune(canceled, table, dataset.Classes("y"), 1, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

// wantLinear checks that only the linear model was trained, which needs next to
// no time.
func wantLinear(t *testing.T, m *Model) {
	t.Helper()
	for _, trial := range m.Trials() {
		if linear := trial.Network == "linear"; trial.Chosen != linear || (trial.Err == nil) != linear {
			t.Errorf("%+v", trial)
		}
	}
}

// A round that ended before it compared networks does not undo the one before.
func TestBestThird(t *testing.T) {
	round := func(ranks ...int) *selection.Results[settings] {
		r := &selection.Results[settings]{}
		for i, rank := range ranks {
			r.Candidates = append(r.Candidates, selection.Result[settings]{Settings: settings{network: &network{name: string(rune('a' + i))}}, Rank: rank})
		}
		return r
	}
	for _, c := range []struct {
		rounds []*selection.Results[settings]
		want   string
	}{
		{nil, ""},
		{[]*selection.Results[settings]{round(0, 0, 0)}, ""},
		{[]*selection.Results[settings]{round(3, 1, 2)}, "b"},
		{[]*selection.Results[settings]{round(3, 1, 2, 4)}, "bc"},
		{[]*selection.Results[settings]{round(1, 2, 3, 4), round(2, 1)}, "b"},
		{[]*selection.Results[settings]{round(4, 2, 3, 1), round(0, 0)}, "bd"},
	} {
		got := ""
		for _, n := range bestThird(c.rounds) {
			got += n.name
		}
		if got != c.want {
			t.Errorf("the best are %q, want %q", got, c.want)
		}
	}
}
