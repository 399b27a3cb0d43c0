// Package trust measures how reliable the predictions of a network are, and
// what they depend on.
//
// Calibration makes probabilities match observed frequencies:
//
//	FitTemperature, FitPlatt       correct the probabilities of a classifier
//	Reliability, CalibrationError  show how far they are off
//
// Conformal prediction replaces a single answer by a set or an interval that
// contains the correct one with a guaranteed probability:
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
// Calibration and conformal prediction must be fitted to rows that the network
// was not trained on: on its training rows, a network is overconfident. With
// n×k targets y and predictions p of such rows,
//
//	temperature, err := trust.FitTemperature(y, p)
//	...
//	calibrated, err := temperature.Apply(ptest)
//
// Rows are samples. Targets of classifiers are n×1 of 0 and 1 or n×k one-hot,
// probabilities are n×1 of class 1 or n×k. Two classes give the same results in
// one column and in two. Only zeros and ones in place of probabilities are an
// error when fitting or measuring, as these are labels, as returned by
// BinaryClassifier.Predict. Matrices are never modified. Errors for invalid
// arguments name the operation and the place:
//
//	trust: FitLAC: p has 3 rows, y has 4
//
// All functions and methods may be called from many goroutines at once.
package trust
