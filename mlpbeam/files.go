package mlpbeam

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"

	"example.com/mlp/dataset"
	"example.com/mlp/internal/quote"
)

// A fileList is the files whose names match a pattern.
type fileList struct{ Glob string }

func newFileList(glob string) (fileList, error) {
	if strings.TrimSpace(glob) == "" {
		return fileList{}, errors.New("no pattern for the names of the files")
	}
	return fileList{clean(glob)}, nil
}

// names returns the names in ascending order. There is at least one.
func (l fileList) names(ctx context.Context) ([]string, error) {
	fs, err := filesystem.New(ctx, l.Glob)
	if err != nil {
		return nil, err
	}
	defer fs.Close()
	names, err := fs.List(ctx, l.Glob)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", l.Glob, err)
	}
	names = slices.DeleteFunc(names, isPart)
	if len(names) == 0 {
		return nil, fmt.Errorf("no files have a name like %s", quote.Text(l.Glob))
	}
	for i, name := range names {
		names[i] = clean(name)
	}
	slices.Sort(names)
	return names, nil
}

// folder returns the longest folder that all of the files have in common by the
// pattern, with a slash at its end.
func (l fileList) folder() string {
	fixed := l.Glob
	if i := strings.IndexAny(fixed, `*?[\`); i >= 0 {
		fixed = fixed[:i]
	}
	return fixed[:strings.LastIndexByte(fixed, '/')+1]
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
		return fmt.Errorf("%s: %w", name, err)
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
// there is a file whose name ends in ".part". Errors of write come back as they are.
func writeFile(ctx context.Context, name string, write func(w io.Writer) error) error {
	failed := func(err error) error { return fmt.Errorf("writing %s: %w", name, err) }
	fs, err := filesystem.New(ctx, name)
	if err != nil {
		return err
	}
	defer fs.Close()
	part := partOf(name)
	out, err := fs.OpenWrite(ctx, part)
	if err != nil {
		return failed(err)
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
		return failed(err)
	}
	if f, ok := out.(interface{ Sync() error }); ok { // else a crash may leave an empty file of that name
		if err := f.Sync(); err != nil {
			return failed(err)
		}
	}
	if err := out.Close(); err != nil {
		return failed(err)
	}
	if err := filesystem.Rename(ctx, fs, part, name); err != nil {
		return failed(err)
	}
	renamed = true
	return nil
}

// partOf returns a name for a file until it is whole, another one each time, as
// others may write the same file.
func partOf(name string) string { return fmt.Sprintf("%s.%016x.part", name, rand.Uint64()) }

var partName = regexp.MustCompile(`\.[0-9a-f]{16}\.part$`)

// isPart reports whether a file is one that partOf has named, which has only some
// of its rows.
func isPart(name string) bool { return partName.MatchString(name) }

// clean returns a path in the form in which file systems list it.
func clean(path string) string {
	if hasScheme(path) {
		return path
	}
	return filepath.ToSlash(filepath.Clean(path))
}

// hasScheme reports whether a path is none of the local file system.
func hasScheme(path string) bool { return strings.Index(path, "://") > 0 }

// isIn reports whether a file is in a folder or below.
func isIn(folder, file string) bool {
	return strings.HasPrefix(absolute(file), strings.TrimSuffix(absolute(folder), "/")+"/")
}

// absolute returns the one name that a file has of all that links give to it.
func absolute(name string) string {
	if hasScheme(name) {
		return name
	}
	dir, err := filepath.Abs(name)
	if err != nil {
		return filepath.ToSlash(name)
	}
	rest := "" // what does not exist yet
	for dir != filepath.Dir(dir) {
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			dir = real
			break
		}
		dir, rest = filepath.Dir(dir), filepath.Join(filepath.Base(dir), rest)
	}
	return filepath.ToSlash(filepath.Join(dir, rest))
}
