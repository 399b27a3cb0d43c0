package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/exec"
)

// runLocally makes rows and runs all jobs on them, each index in a process of its
// own, in a folder that it removes.
func runLocally(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "array")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ctx, stop := context.WithCancel(ctx) // after an error, the other processes end
	defer stop()
	if err := makeRows(dir, 20_000, 10); err != nil {
		return err
	}
	for n, name := range []string{"summary", "search", "ensemble", "score"} {
		const parts = 10
		processes := make([]*exec.Cmd, parts)
		for i := range processes {
			if processes[i], err = start(ctx, dir, name, i, parts); err != nil {
				return err
			}
			if i == 3 {
				processes[i].Process.Kill() // as engines do with a machine that they need
			}
		}
		for i, p := range processes {
			err := p.Wait()
			if err == nil {
				continue
			}
			log.Printf("%s: index %d: %v", name, i, err)
			again, err := start(ctx, dir, name, i, parts)
			if err != nil {
				return err
			}
			if err := again.Wait(); err != nil {
				return fmt.Errorf("%s: index %d: %w", name, i, err)
			}
		}
		if n > 0 {
			fmt.Println()
		}
		fmt.Printf("%s, in %d processes, one of which was killed and run again:\n", name, parts)
		job, err := open(name, dir)
		if err != nil {
			return err
		}
		if err := merge(ctx, job, parts); err != nil {
			return err
		}
	}
	return nil
}

// start starts a process for an index, as Kubernetes does.
func start(ctx context.Context, dir, name string, index, parts int) (*exec.Cmd, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := exec.CommandContext(ctx, program, "run", "-dir", dir, "-parts", fmt.Sprint(parts), name)
	p.Env = append(os.Environ(), fmt.Sprint("JOB_COMPLETION_INDEX=", index))
	p.Stderr = os.Stderr
	return p, p.Start()
}
