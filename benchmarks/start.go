package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// start measures the time from the start of a program to its first line of
// output: the median over some runs.
func start(command []string) (figures, error) {
	const duration, atLeast = 2 * time.Second, 5
	var times []float64
	for begin := time.Now(); time.Since(begin) < duration || len(times) < atLeast; {
		t, err := firstLine(command)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", command[0], err)
		}
		times = append(times, t.Seconds()*1e3)
	}
	return figures{"ms_to_first_prediction": median(times)}, nil
}

// firstLine runs the command and returns the time until its first line of
// output.
func firstLine(command []string) (time.Duration, error) {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	out := bufio.NewReader(stdout)
	_, lineErr := out.ReadString('\n')
	elapsed := time.Since(begin)
	_, _ = io.Copy(io.Discard, out)
	if err := cmd.Wait(); err != nil {
		return 0, err
	}
	return elapsed, lineErr
}
