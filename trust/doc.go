// Package trust tells how far the predictions of a network can be relied on,
// and what they rest on.
//
// Calibration makes probabilities mean what they say:
//
//	FitTemperature, FitPlatt       correct the probabilities of a classifier
//	Reliability, CalibrationError  show how far they are off
//
// Conformal prediction replaces a single answer by a set or an interval that
// has the right one with a promised probability:
//
//	FitLAC, FitAPS  sets of classes
//	FitIntervals    intervals around numbers
//
// Explanations show which columns of x matter, and how:
//
//	PermutationImportance  how much worse the network is without a column or a group of them
//	PartialDependence      the mean prediction as a column changes
//	InputGradients         the slope of an output at each sample
//
// What is fitted here must be fitted to rows that the network was not trained
// on: a network is too sure of those. With n×k targets y and predictions p of
// such rows,
//
//	temperature, err := trust.FitTemperature(y, p)
//	...
//	calibrated, err := temperature.Apply(ptest)
//
// Rows are samples. Targets of classifiers are n×1 of 0 and 1 or n×k one-hot,
// probabilities are n×1 of class 1 or n×k. Two classes say the same in one column
// and in two. To fit or measure with zeros and ones alone in the place of
// probabilities is an error, as these are labels: what BinaryClassifier.Predict
// returns. Matrices are never written. Mistakes are errors that name the
// operation and the place:
//
//	trust: FitLAC: p has 3 rows, y has 4
//
// All functions and methods may be called from many goroutines at once.
package trust
