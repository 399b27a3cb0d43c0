package main

import (
	"bufio"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// unfinished ends the names of files that are being written.
const unfinished = ".unfinished"

// writeFile makes a file whole or not at all: it is written beside its place, under
// a name of its own for each process, and gets its name when it is on the disk.
func writeFile(name string, write func(w io.Writer) error) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	beside := filepath.Join(filepath.Dir(name), "."+filepath.Base(name)+"."+rand.Text()+unfinished)
	f, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666) // less what umask forbids
	if err != nil {
		return err
	}
	defer os.Remove(beside) // once it has its name, there is nothing to remove
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<16)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(beside, name)
}

func writeJSON(name string, v any) error {
	return writeFile(name, func(w io.Writer) error { return json.NewEncoder(w).Encode(v) })
}

func readJSON(name string, v any) error {
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// filesIn returns the CSV files of a folder, in the order of their names. It does
// not pass over rows in files such as rows.csv.gz: they are an error.
func filesIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		switch {
		case e.Name()[0] == '.': // hidden, or unfinished
		case filepath.Ext(name) == ".csv":
			files = append(files, name)
		case strings.Contains(strings.ToLower(e.Name()), ".csv"):
			return nil, fmt.Errorf("%s: want the ending .csv, of a file that is not packed", name)
		}
	}
	if files == nil {
		return nil, fmt.Errorf("no CSV files in %s", dir)
	}
	return files, nil
}

// removeUnfinished removes what killed processes have left in a folder.
func removeUnfinished(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if filepath.Ext(e.Name()) == unfinished {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) { // as after another merge
				return err
			}
		}
	}
	return nil
}
