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

const usage = `usage: benchmarks WORKLOAD [float32]                   measure W1 | ... | W7 | P1-W1 | P1-W3 | P1-W7 | P2-W3 | P2-W4 | P2-W7
       benchmarks P1-WORKLOAD [float32] frozen         measure it with a frozen network
       benchmarks first                                print one prediction
       benchmarks start PEER PROGRAM [ARGUMENT ...]    measure how soon a program prints a line
       benchmarks cores                                measure how far the cores are from each other
       benchmarks prep TABLES [FASHION-MNIST]          write the data
       benchmarks report                               turn measured lines into tables

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
	case name == "cores" && len(rest) == 0:
		return cores(os.Stdout)
	case name == "prep" && len(rest) == 1:
		return prepare(rest[0], "")
	case name == "prep" && len(rest) == 2:
		return prepare(rest[0], rest[1])
	case name == "report" && len(rest) == 0:
		return report(os.Stdout, os.Stdin)
	default:
		u, ok := useOf(rest)
		if !ok {
			return errUsage
		}
		f, err := measure(name, u)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return f.write(os.Stdout, u.peer(), name)
	}
}

// measure runs a workload by its name.
func measure(name string, u use) (figures, error) {
	kind, id, predicts := strings.Cut(name, "-")
	if !predicts {
		id = name
	}
	w, err := workloadOf(id)
	if err != nil {
		return nil, err
	}
	w.use = u
	switch {
	case kind == "P1":
		return w.latency()
	case u.frozen:
	case !predicts:
		return w.train()
	case kind == "P2":
		return w.throughput()
	}
	return nil, errUsage
}
