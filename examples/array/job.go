package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// A job writes files into one folder, of which each follows from the input and its
// number alone. So it does not matter who writes which, when and how often.
type job interface {
	files() []string
	write(ctx context.Context, w io.Writer, i int) error // what belongs into file i
	merge(ctx context.Context) error                     // once all files are there
}

// runIndex writes every parts-th file of the job, beginning with that of the
// index. Files that are there are written again: they may be of older input.
func runIndex(ctx context.Context, j job, index, parts int) error {
	files := j.files()
	parts = min(parts, len(files)) // or i could overflow
	for i := index; i < len(files); i += parts {
		if err := writeFile(files[i], func(w io.Writer) error { return j.write(ctx, w, i) }); err != nil {
			return fmt.Errorf("index %d: %s: %w", index, files[i], err)
		}
	}
	return nil
}

// merge ends the job, or says which of its indexes have to run first.
func merge(ctx context.Context, j job, parts int) error {
	var missing []string
	var indexes []int
	files := j.files()
	for i, name := range files {
		_, err := os.Stat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			missing = append(missing, name)
			indexes = append(indexes, i%parts)
		case err != nil:
			return err
		}
	}
	if missing != nil {
		slices.Sort(indexes)
		return fmt.Errorf("run indexes %v of %d: %d of %d files are missing, such as %v",
			slices.Compact(indexes), parts, len(missing), len(files), missing[:min(len(missing), 3)])
	}
	if err := j.merge(ctx); err != nil {
		return err
	}
	return removeUnfinished(filepath.Dir(files[0]))
}
