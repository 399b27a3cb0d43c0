// Array runs jobs that are too long for one machine, by indexes: as a Kubernetes
// Indexed Job, a Slurm job array or an AWS Batch array job, which say to each
// process which index is its own. A job may be killed and run again at any time.
//
//	array make                  rows to try it with
//	array run -parts 10 JOB     one of ten indexes of a job
//	array merge -parts 10 JOB   one file of what all indexes have written
//
// The jobs are summary and search, ensemble, which takes what these have found, and
// score, which takes what that has trained. All have their files in one folder, which
// every machine sees. study.go says what is learned, and how: put your own there.
//
// Without arguments the program runs all of them on this machine, each index in a
// process of its own, of which it kills one.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("array: ")
	if err := run(context.Background(), os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return runLocally(ctx)
	}
	flags := flag.NewFlagSet("array "+args[0], flag.ExitOnError)
	dir := flags.String("dir", "work", "`folder` of all files")
	parts := flags.Int("parts", 10, "`number` of indexes of the job")
	index := flags.Int("index", -1, "`index` to run, where no engine says which")
	rows := flags.Int("rows", 20_000, "`number` of rows to make")
	files := flags.Int("files", 10, "`number` of files to make them in")
	flags.Parse(args[1:])

	names := 1 // of jobs
	switch args[0] {
	case "make":
		names = 0
	case "run", "merge":
	default:
		return fmt.Errorf("%q is none of make, run and merge", args[0])
	}
	switch {
	case flags.NArg() > names:
		return fmt.Errorf("%q is too much: flags come before the job", flags.Arg(names))
	case *parts < 1:
		return fmt.Errorf("-parts %d, want at least 1", *parts)
	}
	switch args[0] {
	case "make":
		return makeRows(*dir, *rows, *files)
	case "merge":
		job, err := open(flags.Arg(0), *dir)
		if err != nil {
			return err
		}
		return merge(ctx, job, *parts)
	}
	i, err := findIndex(*index, *parts, os.LookupEnv)
	if err != nil {
		return err
	}
	job, err := open(flags.Arg(0), *dir)
	if err != nil {
		return err
	}
	return runIndex(ctx, job, i, *parts)
}

func open(name, dir string) (job, error) {
	switch name {
	case "summary":
		return newSummaryJob(dir)
	case "search":
		return newSearchJob(dir)
	case "ensemble":
		return newEnsembleJob(dir)
	case "score":
		return newScoreJob(dir)
	}
	return nil, fmt.Errorf("%q is none of the jobs summary, search, ensemble and score", name)
}
