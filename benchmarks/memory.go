package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
)

// peakMemory returns the largest resident set that the process has had, in
// bytes. It works only on Linux.
func peakMemory() (int64, error) {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if value, ok := strings.CutPrefix(lines.Text(), "VmHWM:"); ok {
			var kib int64
			_, err := fmt.Sscan(value, &kib)
			return kib << 10, err
		}
	}
	return 0, errors.Join(lines.Err(), errors.New("no VmHWM in /proc/self/status"))
}

// heapUse is the memory allocated, whether or not it has been freed since.
type heapUse struct {
	objects, bytes uint64
}

// allocations returns the heap use of do.
func allocations(do func() error) (heapUse, error) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	err := do()
	runtime.ReadMemStats(&after)
	return heapUse{after.Mallocs - before.Mallocs, after.TotalAlloc - before.TotalAlloc}, err
}
