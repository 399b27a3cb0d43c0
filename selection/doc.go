// Package selection finds the settings that a network is best trained with.
//
// A candidate is any value that holds settings, most often a struct of the
// program. A Trial trains with the settings on some rows of the data and
// scores the network on others; a Search runs it for every candidate and every
// fold of a cross-validation, on all cores:
//
//	type settings struct {
//		Hidden int
//		L2     float64
//	}
//
//	search := selection.Search[settings]{
//		Trial: selection.OnData(data, fit, nil), // fit builds a network and trains it
//		Folds: folds,                            // of dataset.StratifiedKFold, for example
//	}
//	results, err := search.Run(ctx, candidates)
//	fmt.Print(results)
//	best, err := results.Best()
//
// Candidates are an ordinary slice: one for a plain cross-validation, the
// product of some lists, made by loops, for a grid search, what Draw returns
// for a random search. Search.Halve gives a growing budget to a shrinking
// number of candidates; Search.LearningCurve varies the number of training
// rows.
//
// A Trial learns everything from the training rows of its fold, the scaling of
// the data too: otherwise what is known of the test rows leaks into the
// network and the score is too good. OnData hands nothing but these rows to
// the program; OnTable fits a dataset.Recipe to them.
//
// Choosing the best of many candidates by a score makes that score too good as
// well. Rows that the search has not seen tell what the network is worth.
package selection
