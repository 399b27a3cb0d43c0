// Benchmarks measures the library through its public API. The script run builds
// it, runs it alongside programs that do the same work with other libraries,
// and has it write the tables; README.md describes what is measured.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

const usage = `usage: benchmarks W1 | ... | W6 | P1-W1 | P1-W3 | P2-W3 | P2-W4   measure a workload
       benchmarks first                                         print one prediction
       benchmarks start PEER PROGRAM [ARGUMENT ...]             measure how soon a program prints a line
       benchmarks prep TABLES [FASHION-MNIST]                   write the data
       benchmarks report                                        turn measured lines into a table

The environment variable BENCH_DATA names the folder of the data.`

var errUsage = errors.New("wrong arguments")

func main() {
	err := run(os.Args[1:])
	switch {
	case errors.Is(err, errUsage):
		fmt.Fprintln(os.Stderr, usage)
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "benchmarks:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return errUsage
	}
	switch name, rest := args[0], args[1:]; {
	case name == "first" && len(rest) == 0:
		return first(os.Stdout)
	case name == "start" && len(rest) >= 2:
		f, err := start(rest[1:])
		if err != nil {
			return err
		}
		return f.write(os.Stdout, rest[0], "START")
	case name == "prep" && len(rest) == 1:
		return prepare(rest[0], "")
	case name == "prep" && len(rest) == 2:
		return prepare(rest[0], rest[1])
	case name == "report" && len(rest) == 0:
		return report(os.Stdout, os.Stdin)
	case len(rest) == 0:
		f, err := measure(name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return f.write(os.Stdout, library, name)
	}
	return errUsage
}

// measure runs a workload by its name.
func measure(name string) (figures, error) {
	kind, id, predicts := strings.Cut(name, "-")
	if !predicts {
		id = name
	}
	w, err := workloadOf(id)
	if err != nil {
		return nil, err
	}
	switch {
	case !predicts:
		return w.train()
	case kind == "P1":
		return w.latency()
	case kind == "P2":
		return w.throughput()
	}
	return nil, errUsage
}
