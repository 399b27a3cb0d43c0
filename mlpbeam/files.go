package mlpbeam

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"

	"example.com/mlp/dataset"
	"example.com/mlp/internal/quote"
)

func init() { beam.RegisterDoFn(reflect.TypeFor[listFn]()) }

// listFiles returns the names of the files, each of which may become a bundle.
func listFiles(s beam.Scope, glob string) (beam.PCollection, error) {
	if strings.TrimSpace(glob) == "" {
		return beam.PCollection{}, errors.New("no pattern for the names of the files")
	}
	return beam.Reshuffle(s, beam.ParDo(s, &listFn{Glob: clean(glob)}, beam.Impulse(s))), nil
}

type listFn struct{ Glob string }

func (f *listFn) ProcessElement(ctx context.Context, _ []byte, emit func(string)) error {
	fs, err := filesystem.New(ctx, f.Glob)
	if err != nil {
		return err
	}
	defer fs.Close()
	names, err := fs.List(ctx, f.Glob)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return fmt.Errorf("mlpbeam: no files have a name like %s", quote.Text(f.Glob))
	}
	slices.Sort(names)
	for _, name := range names {
		emit(clean(name))
	}
	return nil
}

// readTables calls do for the rows of a CSV file in tables of at most so many, whose
// errors name the file.
func readTables(ctx context.Context, name string, rows int, comma rune, read dataset.ReadOptions, do func(t *dataset.Table) error) error {
	fs, err := filesystem.New(ctx, name)
	if err != nil {
		return err
	}
	defer fs.Close()
	file, err := fs.OpenRead(ctx, name)
	if err != nil {
		return err
	}
	defer file.Close()
	r := bufio.NewReader(file)
	if _, err := r.Peek(1); errors.Is(err, io.EOF) && read.NoHeader {
		return nil // a file without rows
	}
	for t, err := range dataset.CSV(r, comma, read).Tables(rows) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := do(t.From(name, 0)); err != nil {
			return err
		}
	}
	return nil
}

// writeFile writes a file beside the one of that name and renames it when it is
// whole. When it fails it leaves nothing behind, unless the process ends: then
// there is a file whose name ends in ".part".
func writeFile(ctx context.Context, name string, write func(w io.Writer) error) error {
	fs, err := filesystem.New(ctx, name)
	if err != nil {
		return err
	}
	defer fs.Close()
	part := fmt.Sprintf("%s.%016x.part", name, rand.Uint64()) // as others may write the same file
	out, err := fs.OpenWrite(ctx, part)
	if err != nil {
		return err
	}
	renamed := false
	defer func() {
		if renamed {
			return
		}
		out.Close()
		if fs, ok := fs.(filesystem.Remover); ok {
			fs.Remove(context.WithoutCancel(ctx), part)
		}
	}()
	w := bufio.NewWriter(out)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if f, ok := out.(interface{ Sync() error }); ok { // else a crash may leave an empty file of that name
		if err := f.Sync(); err != nil {
			return err
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	if err := filesystem.Rename(ctx, fs, part, name); err != nil {
		return err
	}
	renamed = true
	return nil
}

// clean returns a path in the form in which file systems list it.
func clean(path string) string {
	if hasScheme(path) {
		return path
	}
	return filepath.ToSlash(filepath.Clean(path))
}

// hasScheme reports whether a path is none of the local file system.
func hasScheme(path string) bool { return strings.Index(path, "://") > 0 }

// folderOf returns the longest folder that all files have in common whose names
// match the pattern, with a slash at its end.
func folderOf(glob string) string {
	fixed := glob
	if i := strings.IndexAny(glob, `*?[\`); i >= 0 {
		fixed = glob[:i]
	}
	return fixed[:strings.LastIndexByte(fixed, '/')+1]
}

// isIn reports whether a file is in a folder or below.
func isIn(folder, file string) bool {
	return strings.HasPrefix(absolute(file), strings.TrimSuffix(absolute(folder), "/")+"/")
}

func absolute(path string) string {
	if hasScheme(path) {
		return path
	}
	if a, err := filepath.Abs(path); err == nil {
		path = a
	}
	return filepath.ToSlash(path)
}
