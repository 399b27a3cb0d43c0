// Package plots draws the course and the results of training as PNG, SVG and
// PDF:
//
//	history, err := net.Fit(ctx, x, y, opts)
//	...
//	fig, err := plots.Loss(history)
//	...
//	err = fig.SaveFile("loss.png")
//
// Training:
//
//	Loss, Score                 training and validation curves
//	Losses, Scores              those of several runs
//	LearningRate, GradientNorm  what the optimizer did
//	LearningCurve               scores against the number of training rows
//
// Classifiers:
//
//	Confusion             which classes are taken for which
//	ROC, PrecisionRecall  what each threshold finds
//	Reliability           whether probabilities mean what they say
//	DecisionBoundary      the classes in the plane of two features
//
// Regressors:
//
//	Predictions, Residuals  predicted against true values, and what is left
//	Intervals               prediction intervals and the true values
//
// What a network relies on:
//
//	Importance         permutation importances of the features
//	PartialDependence  the mean prediction as a feature changes
//	Weights            a weight matrix
//	Units              the weights of single units, as images
//
// Each returns a Figure, which is a *plot.Plot of gonum.org/v1/plot: titles,
// labels, ranges and everything else in it can be changed before it is saved
// or, by WriteTo, written elsewhere. The labels do not include the unit of
// measurement of the data; it is added by
//
//	fig.X.Label.Text = "Predicted progression (points)"
//
// Classes and curves have the colors of Okabe and Ito, which color-blind people
// can distinguish; shares and weights have color maps with even steps in
// lightness (Moreland, Diverging Color Maps for Scientific Visualization,
// 2009). The same figure gives the same bytes, except for PDF files, which
// contain their date. Long names are cut and end in dots.
//
// No fonts need to be installed. PNG and PDF files have them built in, PDF
// files with only the letters of Latin-1; SVG files refer to a font by name,
// Liberation Sans or one of the same widths.
//
// Matrices and slices are neither modified nor retained. Errors for invalid
// arguments name the operation and the place:
//
//	plots: Residuals: yhat has 3 rows, y has 4
//
// All functions may be called from many goroutines at once; a Figure may be
// used by only one at a time.
package plots
