// Package plots draws how training went and what came of it, as PNG, SVG and
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
// What a network rests on:
//
//	Importance         permutation importances of the features
//	PartialDependence  the mean prediction as a feature changes
//	Weights            a weight matrix
//	Units              the weights of single units, as images
//
// Each returns a Figure, which is a *plot.Plot of gonum.org/v1/plot: titles,
// labels, ranges and whatever else is on it can be changed before it is saved
// or, by WriteTo, written somewhere else. Labels cannot know the unit of
// measurement of the data; it is added by
//
//	fig.X.Label.Text = "Predicted progression (points)"
//
// Classes and curves have the colors of Okabe and Ito, which color-blind people
// can tell apart; shares and weights have maps of even steps in lightness
// (Moreland, Diverging Color Maps for Scientific Visualization, 2009). The same
// figure makes the same bytes, except for PDF files, which carry their date.
// Long names end in dots.
//
// No fonts need to be installed. PNG and PDF files have them built in, the
// latter with the letters of Latin-1 alone; SVG files name theirs,
// Liberation Sans or one as wide.
//
// Matrices and slices are neither written nor kept. Mistakes are errors that
// name the operation and the place:
//
//	plots: Residuals: yhat has 3 rows, y has 4
//
// All functions may be called from many goroutines at once, a Figure by one at
// a time.
package plots
