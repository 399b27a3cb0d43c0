// Package dataset turns tables into the matrices that a network learns from.
//
// [ReadTable] reads a CSV or TSV file with a header line. A [Recipe] says what
// is to be predicted and how columns of numbers, of names, of truth values and of
// dates, with gaps or without, become numbers. A [Training] says besides which
// network learns from them, and how; what it makes is a [Pipeline], which is saved
// in one file, answers for raw records, be they rows of a table, maps, structs or
// JSON, and says by a [Report] how good the answers are.
//
//	table, err := dataset.ReadTableFile("iris.csv", ',')
//	...
//	train, test, err := table.StratifiedSplit("species", dataset.SplitOptions{})
//	...
//	training := dataset.Training{
//		Recipe:     dataset.Recipe{Target: dataset.Classes("species")},
//		Build:      network, // returns an mlp.Network for the prepared rows
//		Validation: dataset.HoldOut(0.2),
//	}
//	pipeline, err := training.Fit(ctx, train)
//	...
//	report, err := pipeline.Report(ctx, test, dataset.ReportOptions{Train: train})
//	...
//	answer, err := pipeline.PredictMap(map[string]any{"petal_length": 4.7, "petal_width": 1.4})
//
// What a recipe has learned is one value, the [Preparation]. It is learned from
// training rows alone, so that nothing of the test rows leaks into the training,
// and it prepares all other rows, also single ones. What a [Cell] of them means
// does not depend on where it comes from. Names become one-hot features, signs,
// or codes for an [mlp.Embedding], and Layout says which feature is what. Printed,
// a Preparation says what becomes of each column. Whoever trains by themselves
// takes its matrices:
//
//	prep, train, test, err := recipe.FitFold(table, fold)
//	...
//	history, err := net.Fit(ctx, train.X, train.Y, mlp.FitOptions{})
//	...
//	pipeline, err := dataset.NewPipeline(prep, net)
//
// In all matrices the rows are samples. The [Target] is one of
//
//	Numbers     regression                   Y is n×k, the numbers of k columns
//	Classes     multiclass classification    Y is n×k, one-hot
//	Binary      binary classification        Y is n×1, of 0 and 1
//	Labels      several labels a sample      Y is n×k, of 0 and 1, from k columns
//	LabelSets   the same                     Y is n×k, of 0 and 1, from lists of labels
//
// What does not fit into memory, or is no file with a header line, is a [Source],
// which has its rows in tables of any size: [CSVFile], [JSONLinesFile], [SQL],
// [Structs] and [Maps] make one, and a Table is one. [ReadAll] makes a table of it,
// Preparation.Batches trains on it, and Pipeline.Predict answers for its tables.
// Recipe.FitSource learns the Preparation from it, or, in parts on several
// machines, a [Summary]. Many files, or blocks of one file by [CSVBlocks], are
// [Shards], which Preparation.Batches shuffles.
//
// Splits and cross-validation deal out row numbers, which pick rows of tables
// and of matrices alike: [Split], [StratifiedSplit] and [GroupSplit] for one
// test, [KFold], [StratifiedKFold], [GroupKFold] and [TimeSeriesSplit] for
// several. Table.Split and its like make tables of the parts at once.
//
// For data that are numbers already: [ReadCSV] reads a table of numbers,
// [ReadIDXImages] and [ReadIDXLabels] the files of MNIST, [ReadNPY] an array of
// NumPy, and [FitStandardScaler], [FitMinMaxScaler], [FitRobustScaler] and
// [FitQuantileScaler] bring features of different ranges to a common one.
//
// What is random follows from a seed: the same seed gives the same rows in the
// same order on every machine.
//
// Mistakes in the arguments and in the data are reported as errors, never as a
// panic, and a function that returns an error returns nothing else, save that
// [Pipeline.Predict] answers for the other rows beside a [RowsError]. The error
// names the operation and the place:
//
//	dataset: Recipe.Fit: people.csv: line 17, column 3 "age": "abc" is not a number
package dataset
