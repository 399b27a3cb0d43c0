// Package tabular makes networks that predict columns of a table from the
// others, in one call.
//
//	table, err := dataset.ReadTableFile("housing.csv", ',')
//	...
//	model, err := tabular.Fit(ctx, table, dataset.Numbers("median_house_value"), tabular.Options{})
//	...
//	fmt.Println(model)
//	err = model.SaveFile("housing.mlp") // dataset.LoadPipelineFile reads it
//	...
//	answer, err := model.Pipeline().PredictJSON([]byte(`{"median_income": 3.5}`))
//
// The table may hold numbers, names, truth values and gaps; [Fit] scales and
// encodes each column as its [Method] wants it. What a column is, where its cells
// do not show it, is said by Options.Recipe.
//
// The method [Auto] trains several networks and a linear model, and answers with
// the mean of those that are best together. What is best is decided by a
// [mlp.Metric], on rows that a [dataset.Validation] holds out; they also choose the
// best epoch of each network. [Tune] searches for better settings as well.
//
// Options.Size makes networks smaller, for quick trials and large tables, or as large
// as published. Options.Validation holds out rows at random, by groups or by time,
// once or in cross-validation.
//
// Trial.Setup has the training of each network as a [dataset.Training], to be
// printed, changed and run again.
//
// Printed, the [Model] says what was made of the table and how good each network
// is, as Model.Trials does. The program examples/tables, which sets Epochs to 64,
// prints this:
//
//	answers  TabM and RealMLP-N (3 seeds)
//	target   "median_house_value"
//	columns  9, which become 21 features
//	rows     1920 to train with, 480 held out by HoldOut(0.2)
//	r2       0.7969 on the rows held out
//
//	               network      r2  epochs  best  training  an answer
//	             TabM-mini  0.7761      55    39     4.69s     8.81µs
//	                  TabM  0.7864      62    46     6.09s      7.1µs
//	     RealMLP (3 seeds)  0.7428      64    38     5.87s       11µs
//	   RealMLP-N (3 seeds)  0.7875      64    45     5.84s     11.1µs
//	       plain (3 seeds)  0.7420      49    35     454ms      969ns
//	  plain-tanh (3 seeds)  0.7459      58    48     1.58s      2.9µs
//	                linear  0.6510      64    57    13.4ms       59ns
//
// The column epochs has the number of epochs, and best the one whose weights were
// kept; with several seeds or folds, both are means. The column training has the
// time of all trainings of the network together, and an answer that for one of
// many rows by all of them that answer. The last line is a linear model to compare
// with. As the rows held out have chosen, the scores are a little too good: for an
// exact one, keep rows from Fit and call [dataset.Pipeline.Report] with them. The
// lines above the table are in the saved file, too, in the metadata "tabular" of the
// network.
//
// Everything that Fit does is made of the other packages: a [dataset.Recipe],
// layers, options of a training. To change more than Options has, change the Setup
// of a Trial, or begin with the examples of RealMLP and of BatchEnsemble in package
// mlp.
//
// Mistakes in the arguments and in the table are reported as errors, never as a
// panic. The same table, target and options give the same network to the bit, on
// any number of cores, but for Options.Time, with which it depends on the speed of
// the machine. All functions and methods may be called from several goroutines.
package tabular
