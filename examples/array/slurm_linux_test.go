package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

var slurm = flag.Bool("slurm", false, "run jobs on a Slurm cluster of this machine alone, for some minutes, as root")

// Under Slurm, which runs an index of each job again after a kill, results and
// answers are those of one process.
func TestSlurm(t *testing.T) {
	if !*slurm {
		t.Skip("takes minutes, root and the Debian packages slurm-wlm and munge: go test ./examples/array -run Slurm -v -slurm")
	}
	dir := t.TempDir()
	work := filepath.Join(dir, "work")
	if err := makeRows(work, 3000, 10); err != nil {
		t.Fatal(err)
	}
	saveModel(t, work)
	for _, err := range []error{
		os.WriteFile(filepath.Join(dir, "slurm.sh"), read(t, "slurm.sh"), 0o777),
		os.Rename(filepath.Join(work, "rows", "00003.csv"), filepath.Join(dir, "00003.csv")),
		syscall.Mkfifo(filepath.Join(work, "rows", "00003.csv"), 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "array"), ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	text, err := exec.Command("unshare", "-n", "-u", "bash", "testdata/slurm/run", dir).CombinedOutput()
	t.Logf("%s", text)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(text, []byte("DUE TO JOB REQUEUE")); n != 2 {
		t.Errorf("%d indexes were killed and run again, want 2", n)
	}
	sameResults(t, work, local(t, work))
	for i := range 10 {
		sameAnswers(t, work, fmt.Sprintf("%05d.csv", i))
	}
}
