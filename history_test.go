package mlp_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
)

// recorded is a history with and without validation, and with a gradient that
// JSON cannot represent.
var recorded = &mlp.History{
	Epochs: []mlp.Epoch{
		{Number: 1, Train: mlp.Scores{Loss: 0.5, Score: 0.25}, LearningRate: 0.1, GradientNorm: 2, Duration: 1500 * time.Millisecond},
		{Number: 2, Train: mlp.Scores{Loss: 1. / 3, Score: 1}, Validation: &mlp.Scores{Loss: 2, Score: -1}, LearningRate: 0.01, GradientNorm: math.Inf(1), Duration: time.Second},
	},
	BestEpoch: 2,
	Stopped:   mlp.ErrStop,
}

func TestHistoryAsJSON(t *testing.T) {
	got, err := json.Marshal(recorded)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"epochs":[` +
		`{"epoch":1,"loss":0.5,"score":0.25,"learning_rate":0.1,"gradient_norm":2,"seconds":1.5},` +
		`{"epoch":2,"loss":0.3333333333333333,"score":1,"validation_loss":2,"validation_score":-1,"learning_rate":0.01,"seconds":1}` +
		`],"best_epoch":2,"stopped":"stopped"}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, err := json.Marshal(&mlp.History{}); err != nil || string(got) != `{"epochs":[]}` {
		t.Errorf("an empty history is %s (%v)", got, err)
	}
}

// A history says why its run has ended early, without the places that an error
// goes through.
func TestStopped(t *testing.T) {
	x, classes, _, _ := samples(10)
	enough := errors.New("enough")
	for want, opts := range map[string]mlp.FitOptions{
		"no improvement since epoch 1":             {Callbacks: []mlp.Callback{&mlp.EarlyStopping{Patience: 2, Monitor: script(1, 1, 1)}}},
		"the time limit of 1ns is over":            {Callbacks: []mlp.Callback{mlp.TimeLimit(1)}},
		"no entry of the gradient is above 1e+300": {Optimizer: mlp.LBFGS{Tolerance: 1e300}},
		"epoch 1: enough":                          {Callbacks: []mlp.Callback{&recorder{failAt: "epoch 1", err: fmt.Errorf("epoch 1: %w: %w", enough, mlp.ErrStop)}}},
		"the first step is enough":                 {Callbacks: []mlp.Callback{&recorder{failAt: "batch 1.1", err: fmt.Errorf("the first step is enough: %w", mlp.ErrStop)}}},
		"stopped":                                  {Callbacks: []mlp.Callback{&recorder{failAt: "begin", err: mlp.ErrStop}}},
	} {
		h := fit(t, classifier(t), x, classes, opts)
		if !errors.Is(h.Stopped, mlp.ErrStop) || h.Stopped.Error() != want {
			t.Errorf("stopped: %v, want %s", h.Stopped, want)
		}
		if errors.Is(h.Stopped, enough) != strings.HasSuffix(want, ": enough") {
			t.Errorf("%v wraps another error than that of the callback", h.Stopped)
		}
		if text, err := json.Marshal(h); err != nil || !strings.HasSuffix(string(text), `,"stopped":"`+want+`"}`) {
			t.Errorf("%s (%v) does not end with %s", text, err, want)
		}
	}
}

func TestHistoryAsCSV(t *testing.T) {
	var b strings.Builder
	if err := recorded.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	want := "epoch,loss,score,validation_loss,validation_score,learning_rate,gradient_norm,seconds\n" +
		"1,0.5,0.25,,,0.1,2,1.5\n" +
		"2,0.3333333333333333,1,2,-1,0.01,,1\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
	if err := recorded.WriteCSV(testkit.Failing{}); !errors.Is(err, testkit.ErrFull) {
		t.Errorf("a failing writer gives %v", err)
	}
}

func TestHistory(t *testing.T) {
	x, classes, _, _ := samples(50)
	net := classifier(t)
	h := fit(t, net, x, classes, mlp.FitOptions{Epochs: 4, BatchSize: 16, Validation: &mlp.Dataset{X: x, Y: classes}})
	if len(h.Epochs) != 4 {
		t.Fatalf("%d epochs", len(h.Epochs))
	}
	for i, e := range h.Epochs {
		if e.Number != i+1 || e.Duration <= 0 || e.Validation == nil || !(e.Train.Loss > 0) || !(e.Train.Score >= 0 && e.Train.Score <= 1) {
			t.Errorf("epoch %d: %+v", i+1, e)
		}
	}
	scores, err := net.Evaluate(x, classes)
	if err != nil || *h.Epochs[3].Validation != scores {
		t.Errorf("the last validation says %+v, Evaluate %+v, %v", *h.Epochs[3].Validation, scores, err)
	}
}
