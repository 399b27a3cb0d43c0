//go:build unix

package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// runKilled runs ten indexes in a process each. The third one reads its input from
// a pipe in the place of that file, and is killed when it has begun to read it.
func runKilled(t *testing.T, dir, job, input string) {
	t.Helper()
	text := read(t, input)
	if err := os.Remove(input); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(input, 0o600); err != nil {
		t.Fatal(err)
	}
	processes := make([]*exec.Cmd, 10)
	for i := range processes {
		from := dir
		if i == 3 {
			from = filepath.Join(dir, "3")
		}
		processes[i] = process(from, job, i)
		processes[i].Stderr = os.Stderr
		if err := processes[i].Start(); err != nil {
			t.Fatal(err)
		}
		defer processes[i].Process.Kill()
	}
	w, err := os.OpenFile(input, os.O_WRONLY, 0) // returns when the process has opened it to read
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if _, err := w.Write(text[:len(text)/2]); err != nil {
		t.Fatal(err)
	}
	for i, p := range processes {
		if i == 3 {
			p.Process.Kill()
		}
		if err := p.Wait(); (err != nil) != (i == 3) {
			t.Fatalf("index %d: %v", i, err)
		}
	}
	if err := os.Remove(input); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(input, text, 0o666); err != nil {
		t.Fatal(err)
	}
}

// thirdFolder makes the folder of the third index: links to all that is in dir,
// save one file, of which it has a copy of its own.
func thirdFolder(t *testing.T, dir, own string) {
	t.Helper()
	third := filepath.Join(dir, "3")
	for _, name := range []string{"rows", "trials", "answers", "train.csv", "test.csv", "model.safetensors"} {
		path := filepath.Join(third, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if name == own {
			if err := os.WriteFile(path, read(t, dir, name), 0o666); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if filepath.Ext(name) == "" {
			if err := os.MkdirAll(filepath.Join(dir, name), 0o777); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Symlink(filepath.Join("..", name), path); err != nil {
			t.Fatal(err)
		}
	}
}

// mergeAfterKill wants merging to name what the third index has not written, and
// to succeed when that has run again.
func mergeAfterKill(t *testing.T, dir, name, missing string) {
	t.Helper()
	job, err := open(name, dir)
	if err != nil {
		t.Fatal(err)
	}
	err = merge(context.Background(), job, 10)
	if want := "run indexes [3] of 10: " + missing; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Fatalf("merging: %v, want %s", err, want)
	}
	if text, err := process(dir, name, 3).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if err := merge(context.Background(), job, 10); err != nil {
		t.Fatal(err)
	}
}

// Of ten processes that search, one is killed and run again. The results are those
// of Run to the bit.
func TestSearchKilled(t *testing.T) {
	dir := makeDir(t, 10, 10)
	thirdFolder(t, dir, "train.csv")
	runKilled(t, dir, "search", filepath.Join(dir, "3", "train.csv"))
	mergeAfterKill(t, dir, "search", "10 of 100 files are missing, such as [")
	sameResults(t, dir, local(t, dir))
}

// Of ten processes that score, one is killed in the middle of its file, which then
// has no name, and run again. The answers are those of Predict.
func TestScoreKilled(t *testing.T) {
	dir := makeDir(t, 3000, 10)
	saveModel(t, dir)
	thirdFolder(t, dir, "")
	runKilled(t, dir, "score", filepath.Join(dir, "rows", "00003.csv"))

	names := answersIn(t, dir)
	if len(names) != 10 || slices.Contains(names, "00003.csv") || !strings.HasPrefix(names[0], ".00003.csv.") {
		t.Errorf("after the kill there are %v", names)
	}
	mergeAfterKill(t, dir, "score", "1 of 10 files are missing, such as ["+filepath.Join(dir, "answers", "00003.csv")+"]")
	names = answersIn(t, dir)
	if len(names) != 10 || names[3] != "00003.csv" {
		t.Errorf("after the merge there are %v", names)
	}
	for _, name := range names {
		sameAnswers(t, dir, name)
	}
	before := read(t, dir, "answers", "00003.csv")
	if text, err := process(dir, "score", 3).CombinedOutput(); err != nil { // as engines may
		t.Fatalf("%v: %s", err, text)
	}
	if !bytes.Equal(read(t, dir, "answers", "00003.csv"), before) {
		t.Error("an index that runs once more writes something else")
	}
}

// Who may read files is a matter of umask.
func TestUmask(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o027))
	name := filepath.Join(t.TempDir(), "private.json")
	if err := writeJSON(name, 1); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(name)
	if err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func answersIn(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, "answers"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
