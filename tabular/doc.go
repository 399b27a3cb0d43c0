// Package tabular makes a network for a table in one call.
//
//	table, err := dataset.ReadTableFile("income.csv", ',')
//	...
//	model, err := tabular.Fit(ctx, table, dataset.Classes("income"), tabular.Options{})
//	...
//	fmt.Println(model)
//	err = model.SaveFile("income.mlp") // dataset.LoadPipelineFile reads it
//	...
//	answer, err := model.Pipeline().PredictMap(record)
//
// The table may hold numbers, names, truth values and gaps; [Fit] scales and
// encodes each column as its [Method] wants it. What a column is to be, other
// than what its cells show, is said by Options.Recipe.
//
// The method [Auto] trains several networks and answers with the mean of those
// that are best together. What is best is said by a [Metric], on rows that a
// [Validation] holds out: they also choose the best epoch of each network.
// [Tune] searches for better settings as well.
//
// Printed, the [Model] says what was made of the table and how good each network
// is, as Model.Trials does:
//
//	answers   TabM-mini
//	target    "income", 2 classes
//	columns   14, which become 100 features
//	rows      2400 to train with, 600 held out by HoldOut(0.2)
//	accuracy  0.8533 on the rows held out
//
//	    network  accuracy  epochs  best  training  an answer
//	  TabM-mini    0.8533      27    11     10.7s     20.8µs
//	    RealMLP    0.8483     256    16     30.7s     9.28µs
//	     linear    0.8383      17     1      18ms      208ns
//
// The column epochs has their number and best the one whose weights were kept,
// of several trainings the mean; training is the time of all of them, and an
// answer that for one of many rows. The last network is a linear model to compare
// with, on columns prepared as for the others. As the rows held out have chosen,
// the scores are a little too good: for an exact one, keep rows from Fit and
// call [dataset.Pipeline.Evaluate] with them.
//
// Everything that Fit does is made of the other packages: a [dataset.Recipe],
// layers, options of a training. To change more than Options has, begin with the
// examples of RealMLP and of BatchEnsemble in package mlp.
//
// Mistakes in the arguments and in the table are reported as errors, never as a
// panic. The same table, target and options give the same network to the bit,
// but for Options.Time, with which it depends on the speed of the machine.
package tabular
