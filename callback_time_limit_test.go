package mlp_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"example.com/mlp"
)

func TestTimeLimit(t *testing.T) {
	x, classes, _, _ := samples(30)
	h := fit(t, classifier(t), x, classes, mlp.FitOptions{Epochs: math.MaxInt, Callbacks: []mlp.Callback{mlp.TimeLimit(5 * time.Millisecond)}})
	if !errors.Is(h.Stopped, mlp.ErrStop) || h.Stopped.Error() != "the time limit of 5ms is over" {
		t.Errorf("stopped by %v", h.Stopped)
	}
	if h = fit(t, classifier(t), x, classes, mlp.FitOptions{Epochs: 2, Callbacks: []mlp.Callback{mlp.TimeLimit(time.Hour)}}); h.Stopped != nil {
		t.Errorf("stopped by %v", h.Stopped)
	}
}
