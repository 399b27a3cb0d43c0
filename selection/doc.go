// Package selection finds the best settings for training a network.
//
// A candidate is any value that holds settings, usually a struct of the caller.
// A Trial trains with the settings on some rows of the data and scores the
// network on others; a Search runs it for every candidate and every fold of a
// cross-validation, on all cores:
//
//	type settings struct {
//		Hidden int
//		L2     float64
//	}
//
//	search := selection.Search[settings]{
//		Trial: selection.OnTraining(table, training, nil), // training returns a dataset.Training for settings
//		Folds: folds,                                      // of dataset.StratifiedKFold, for example
//	}
//	results, err := search.Run(ctx, candidates)
//	fmt.Print(results)
//	best, err := results.Best()
//
// Candidates are an ordinary slice: one candidate for a plain cross-validation,
// the product of several lists, made by loops, for a grid search, or the result
// of Draw for a random search. Search.Halve gives a growing budget to a
// shrinking number of candidates; Search.LearningCurve varies the number of
// training rows.
//
// On several machines, each runs some of the trials by Search.Try, stores their
// Outcomes as JSON, and Collect makes the Results from them.
//
// A Trial must learn everything from the training rows of its fold, including
// the scaling of the data: otherwise information about the test rows leaks into
// the network and the score is too good. OnTraining fits a dataset.Training to these
// rows alone. OnTable and OnData are for trainings that take more than one Fit: they
// pass these rows to the caller's function, prepared by a dataset.Recipe or as they
// are.
//
// OutOfFold gives the answers of the folds themselves: for each row that of a
// pipeline that has not seen it.
//
// Choosing the best of many candidates by a score makes that score too good as
// well. Measure the chosen network on rows that the search has not seen.
package selection
