// Package report writes a [dataset.Report] as an HTML page to be read, printed
// and sent around:
//
//	r, err := pipeline.Report(ctx, test, dataset.ReportOptions{Train: train})
//	...
//	err = report.WriteFile("report.html", r)
//
// The page is one file that needs nothing else: pictures are in it as SVG, it
// loads nothing from elsewhere and has no scripts. It is light or dark as the
// reader's system is, and all that a picture shows is in a table or text as well.
// It has the measures with their intervals beside those of the baselines, and
//
//	classes   scores of each, confusion matrix, ROC and precision-recall curves, calibration
//	labels    the same but for the confusion matrix
//	numbers   quantiles of the residuals, predicted against true values, residuals
//
// and how the loss went in the training, unless the pipeline is from a file, and
// what the preparation does to each column. The same report gives the same
// bytes. Names, which may come from anywhere, are escaped.
//
// It is a package of its own, so that a program that only judges, or answers, is
// not linked with package plots.
package report
