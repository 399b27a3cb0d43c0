// Package mlpbeam runs networks for tables in pipelines of Apache Beam: it scores
// rows, searches for settings, learns preparations and trains by averaging, on as
// many machines as the runner has. It is a module of its own, so that package mlp
// depends on nothing for it.
//
//	func init() { mlpbeam.RegisterStudy[study, settings]() } // of what the program itself sends to the workers
//
//	func main() {
//		flag.Parse()
//		beam.Init()
//		p, s := beam.NewPipelineWithRoot()
//		_, _, err := mlpbeam.ScoreFiles(s, "gs://bucket/model.mlp", "gs://bucket/in/*.csv", "gs://bucket/out",
//			mlpbeam.ScoreOptions{Keep: []string{"id"}})
//		...
//		err = beamx.Run(ctx, p)
//		...
//	}
//
// The functions add transforms to a pipeline and return at once; a mistake in their
// arguments is an error. What goes wrong on a worker ends the run with an error that
// names the file or the row. The runner and the file systems are those that the
// program imports.
//
// Elements are coarse where they can be: a file, a trial, a round of training. What
// comes out is the same, byte for byte, as that of the same work on one machine,
// whatever the runner does with bundles. A bundle that is tried again writes
// the same files again. All is for bounded data in the global window.
package mlpbeam
