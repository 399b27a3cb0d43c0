package selection

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// Collect returns the Results for the outcomes of trials that ran anywhere, in
// any order: those that Run gives on one machine, to the bit, except that errors
// from JSON are their text alone. candidates are those of the trials in the same
// order, folds is the number of Search.Folds.
//
// Engines may run a trial twice: outcomes of the same trial count once. It is an
// error if they differ, for then the trials had other data, seeds or programs, and
// if an outcome is of no candidate or no fold, or has neither an error nor a finite
// score. If outcomes are missing or no candidate has a score for every fold, Collect
// returns the results and an error.
func Collect[S any](candidates []S, folds int, outcomes []Outcome) (*Results[S], error) {
	r, err := collect(candidates, folds, outcomes)
	if err != nil {
		err = fmt.Errorf("selection: Collect: %w", err)
	}
	return r, err
}

func collect[S any](candidates []S, folds int, outcomes []Outcome) (*Results[S], error) {
	switch {
	case len(candidates) == 0:
		return nil, errors.New("no candidates")
	case folds < 1:
		return nil, fmt.Errorf("%d folds, want at least 1", folds)
	}
	once, err := distinct(outcomes, len(candidates), folds)
	if err != nil {
		return nil, err
	}
	r := newResults(candidates, folds, once)
	if want := len(candidates) * folds; len(once) < want {
		first := firstMissing(once, folds)
		return r, fmt.Errorf("%d of %d trials have no outcome, the first is %s", want-len(once), want, first.place())
	}
	if _, err := r.best(); err != nil {
		return r, err
	}
	return r, nil
}

// distinct returns the outcomes by candidate and fold, one for each trial.
func distinct(outcomes []Outcome, candidates, folds int) ([]Outcome, error) {
	for i, o := range outcomes {
		switch {
		case o.Candidate < 0 || o.Candidate >= candidates:
			return nil, fmt.Errorf("outcomes[%d] is of candidate %d, there are %d candidates, the first is 0", i, o.Candidate, candidates)
		case o.Fold < 0 || o.Fold >= folds:
			return nil, fmt.Errorf("outcomes[%d] is of fold %d, there are %d folds, the first is 0", i, o.Fold, folds)
		}
		if err := o.check(); err != nil {
			return nil, fmt.Errorf("outcomes[%d]: %w", i, err)
		}
	}
	sorted := slices.Clone(outcomes)
	slices.SortFunc(sorted, func(a, b Outcome) int {
		if c := compareTrials(a, b); c != 0 {
			return c
		}
		return cmp.Compare(a.gave(), b.gave()) // of several errors the same one for any order
	})
	for i, o := range sorted {
		if i > 0 && compareTrials(sorted[i-1], o) == 0 && !sorted[i-1].same(o) {
			return nil, fmt.Errorf("%s has two outcomes: %s and %s", o.place(), sorted[i-1].gave(), o.gave())
		}
	}
	return slices.CompactFunc(sorted, func(a, b Outcome) bool { return compareTrials(a, b) == 0 }), nil
}

func compareTrials(a, b Outcome) int {
	return cmp.Or(cmp.Compare(a.Candidate, b.Candidate), cmp.Compare(a.Fold, b.Fold))
}

// firstMissing returns the first trial that is not among outcomes, which are
// sorted and lack at least one.
func firstMissing(outcomes []Outcome, folds int) Outcome {
	i := 0
	for i < len(outcomes) && outcomes[i].Candidate*folds+outcomes[i].Fold == i {
		i++
	}
	return Outcome{Candidate: i / folds, Fold: i % folds}
}
