package mlp

import (
	"fmt"
	"time"
)

// TimeLimit returns a Callback that ends each run of Fit, without an error,
// once it has taken the given time, after the step in progress. The batches that a
// resumed epoch goes through again count.
func TimeLimit(limit time.Duration) Callback { return &timeLimit{limit: limit} }

type timeLimit struct {
	limit   time.Duration
	end     time.Time
	serving serving
}

func (l *timeLimit) FitBegin(*Run) error {
	if err := l.serving.begin("TimeLimit"); err != nil {
		return err
	}
	l.end = time.Now().Add(l.limit)
	return nil
}

func (l *timeLimit) FitEnd(*History) { l.serving.end() }

func (l *timeLimit) BatchEnd(*Batch) error { return l.check() }
func (l *timeLimit) EpochEnd(*Epoch) error { return l.check() }

// checkTime returns the error of a TimeLimit that is over, for batches without a
// step.
func (cs callbacks) checkTime() error {
	for _, c := range cs {
		if l, ok := c.(*timeLimit); ok {
			if err := l.check(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *timeLimit) check() error {
	if time.Now().Before(l.end) {
		return nil
	}
	return fmt.Errorf("the time limit of %v is over: %w", l.limit, ErrStop)
}
