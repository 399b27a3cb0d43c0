package mlpbeam

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"example.com/mlp/selection"
)

// A Study makes a search on a worker. It is a struct with exported fields, such as
// the name of a file, which go to the workers as JSON; the search with its data and
// functions could not.
type Study[S any] interface {
	// Search returns the search, the same on each worker. It is called once for
	// each bundle that runs at the same time.
	Search(ctx context.Context) (selection.Search[S], error)
}

// RegisterStudy tells Beam of a type that is passed to [Search] and of the settings
// of its search. Call it in an init of the program, which the workers run too.
func RegisterStudy[T Study[S], S any]() {
	beam.RegisterDoFn(reflect.TypeFor[trialsFn[T, S]]())
	beam.RegisterDoFn(reflect.TypeFor[trialFn[T, S]]())
}

// Search runs the trial of a search for each of the candidates and each fold. The
// settings go to the workers as JSON.
//
// It returns a PCollection<string> of [selection.Outcome] as JSON, which
// [selection.Collect] makes into Results, equal to those of Search.Run to the bit.
// A trial that fails, for instance since the training diverges, is an outcome with
// an error and does not end the run.
func Search[T Study[S], S any](s beam.Scope, study T, candidates []S) (outcomes beam.PCollection, err error) {
	err = construct("Search", s, func(s beam.Scope) error {
		if err := checkSent[trialFn[T, S]](study, "RegisterStudy"); err != nil {
			return err
		}
		if len(candidates) == 0 {
			return errors.New("no candidates")
		}
		settings := make([]string, len(candidates))
		for i, c := range candidates {
			var err error
			if settings[i], err = encode(c); err != nil {
				return fmt.Errorf("candidate %d: %w", i, err)
			}
		}
		// Without Reshuffle all trials were one bundle.
		trials := beam.Reshuffle(s, beam.ParDo(s, &trialsFn[T, S]{study, settings}, beam.Impulse(s)))
		outcomes = beam.ParDo(s, &trialFn[T, S]{Study: study}, trials)
		return nil
	})
	return outcomes, err
}

// A trial is one for a worker, as JSON.
type trial struct {
	Candidate, Fold int
	Settings        json.RawMessage
}

// trialsFn lists the trials, as only a worker knows how many folds there are.
type trialsFn[T Study[S], S any] struct {
	Study    T
	Settings []string
}

func (f *trialsFn[T, S]) ProcessElement(ctx context.Context, _ []byte, emit func(string)) error {
	search, err := f.Study.Search(ctx)
	if err == nil && len(search.Folds) == 0 {
		err = errors.New("the search has no folds")
	}
	if err != nil {
		return fmt.Errorf("mlpbeam: Search: %w", err)
	}
	for i, settings := range f.Settings {
		for fold := range search.Folds {
			text, err := json.Marshal(trial{i, fold, json.RawMessage(settings)})
			if err != nil {
				return err
			}
			emit(string(text))
		}
	}
	return nil
}

type trialFn[T Study[S], S any] struct {
	Study T

	search selection.Search[S]
}

func (f *trialFn[T, S]) Setup(ctx context.Context) error {
	search, err := f.Study.Search(ctx)
	if err == nil && search.Trial == nil {
		err = errors.New("the search has no trial")
	}
	if err != nil {
		return fmt.Errorf("mlpbeam: Search: %w", err)
	}
	f.search = search
	return nil
}

func (f *trialFn[T, S]) ProcessElement(ctx context.Context, text string, emit func(string)) error {
	var t trial
	var settings S
	if err := json.Unmarshal([]byte(text), &t); err != nil {
		return err
	}
	if err := json.Unmarshal(t.Settings, &settings); err != nil {
		return fmt.Errorf("mlpbeam: Search: candidate %d: %w", t.Candidate, err)
	}
	if t.Fold >= len(f.search.Folds) {
		return fmt.Errorf("mlpbeam: Search: fold %d, the search has %d folds on this worker", t.Fold, len(f.search.Folds))
	}
	score, err := f.search.Try(ctx, settings, t.Fold)
	if ctx.Err() != nil {
		return ctx.Err() // canceled, not failed
	}
	outcome, err := json.Marshal(selection.Outcome{Candidate: t.Candidate, Fold: t.Fold, Score: score, Err: err})
	if err != nil {
		return err
	}
	emit(string(outcome))
	return nil
}
