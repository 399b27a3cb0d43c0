package main

import (
	"fmt"
	"strconv"
)

// indexVariables are those in which Kubernetes, Slurm and AWS Batch say the index.
var indexVariables = []string{"JOB_COMPLETION_INDEX", "SLURM_ARRAY_TASK_ID", "AWS_BATCH_JOB_ARRAY_INDEX"}

// findIndex returns the index of this process, from 0 to parts−1: the one that is
// given, unless that is negative, or that of a variable. It is an error if there
// is none, or if two differ.
func findIndex(given, parts int, lookup func(name string) (string, bool)) (int, error) {
	index, from := given, "-index"
	for _, name := range indexVariables {
		text, ok := lookup(name)
		if !ok {
			continue
		}
		i, err := strconv.Atoi(text)
		if err != nil || i < 0 {
			return 0, fmt.Errorf("%s is %q, want an index from 0", name, text)
		}
		if index >= 0 && index != i {
			return 0, fmt.Errorf("the index is %d by %s, but %d by %s", index, from, i, name)
		}
		index, from = i, name
	}
	switch {
	case index < 0:
		return 0, fmt.Errorf("no index: none of %v is set, and -index is not given", indexVariables)
	case index >= parts:
		return 0, fmt.Errorf("index %d by %s, but the %d indexes of -parts begin with 0", index, from, parts)
	}
	return index, nil
}
