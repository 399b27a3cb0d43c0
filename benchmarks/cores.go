package main

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync/atomic"
	"time"
)

// cores prints how far the first core is from the others: the time in which it
// gets an answer from the nearest and from the farthest one. It works only on
// Linux.
func cores(out io.Writer) error {
	cpus, err := usableCPUs()
	if err != nil {
		return err
	}
	if len(cpus) < 2 {
		return errors.New("there is only one core")
	}
	var times []float64
	for _, cpu := range cpus[1:] {
		t, err := roundTrip(cpus[0], cpu)
		if err != nil {
			return err
		}
		times = append(times, t)
	}
	_, err = fmt.Fprintln(out, span(times))
	return err
}

// span formats the least and the largest of some times in nanoseconds.
func span(times []float64) string {
	least, largest := fixed(slices.Min(times), 0), fixed(slices.Max(times), 0)
	if least == largest {
		return least + " ns"
	}
	return least + " to " + largest + " ns"
}

// roundTrip measures the time in nanoseconds in which two processors answer
// each other.
func roundTrip(asking, answering int) (float64, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(max(2, runtime.GOMAXPROCS(0))))
	var t float64
	done := make(chan error)
	go onCPU(asking, done, func() (err error) {
		t, err = ask(answering)
		return err
	})
	err := <-done
	return t, err
}

// ask measures how soon a processor answers: the median over batches of
// questions, so that it matters little if other programs interrupt some.
func ask(answering int) (float64, error) {
	const batches, questions = 200, 500
	var turn struct { // alone on its cache lines
		_ [128]byte
		atomic.Int64
		_ [128]byte
	}
	ready := make(chan error)
	go onCPU(answering, ready, func() error {
		ready <- nil
		for i := int64(0); i < 2*batches*questions; i += 2 {
			for turn.Load() != i+1 {
			}
			turn.Store(i + 2)
		}
		return nil
	})
	if err := <-ready; err != nil {
		return 0, err
	}
	times := make([]float64, batches)
	i := int64(0)
	for b := range times {
		begin := time.Now()
		for range questions {
			turn.Store(i + 1)
			i += 2
			for turn.Load() != i {
			}
		}
		times[b] = float64(time.Since(begin)) / questions
	}
	return median(times), <-ready
}

// onCPU calls do on a thread that is bound to a processor, and sends its error.
// It must be called by a goroutine of its own, whose end ends the thread.
func onCPU(cpu int, done chan<- error, do func() error) {
	runtime.LockOSThread()
	if err := pin(cpu); err != nil {
		done <- fmt.Errorf("processor %d: %w", cpu, err)
		return
	}
	done <- do()
}
