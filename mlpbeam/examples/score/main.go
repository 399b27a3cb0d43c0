// Score answers for all rows of CSV files by the pipeline in the file of a model,
// on the runner of Apache Beam that a flag names:
//
//	score -model model.mlp -input 'in/*.csv' -output out -keep id
//	score -model gs://bucket/model.mlp -input 'gs://bucket/in/*.csv' -output gs://bucket/out -keep id \
//		--runner=dataflow --project=... --region=... --staging_location=gs://bucket/staging
//
// Without --runner it runs in this process, by prism.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/x/beamx"

	"example.com/mlp/mlpbeam"
)

var (
	model  = flag.String("model", "", "file of a dataset.Pipeline")
	input  = flag.String("input", "", "pattern for the names of CSV files with a header line")
	output = flag.String("output", "", "folder for a file of answers for each")
	keep   = flag.String("keep", "", "columns to write before the answers, separated by commas")
)

func main() {
	flag.Parse()
	beam.Init() // where a worker stays
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := score(ctx, flag.Args()); err != nil {
		log.Fatal(err)
	}
}

func score(ctx context.Context, rest []string) error {
	if len(rest) > 0 {
		return fmt.Errorf("score: %q is behind the flags: -input is one pattern, in quotes, or the shell makes names of it", rest)
	}
	if *model == "" || *input == "" || *output == "" {
		return errors.New("score: -model, -input and -output are needed")
	}
	var opts mlpbeam.ScoreOptions
	if *keep != "" {
		opts.Keep = strings.Split(*keep, ",")
	}
	p, s := beam.NewPipelineWithRoot()
	if _, _, err := mlpbeam.ScoreFiles(s, *model, *input, *output, opts); err != nil {
		return err
	}
	return beamx.Run(ctx, p)
}
