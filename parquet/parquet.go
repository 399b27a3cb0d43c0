// Package parquet reads Parquet files as a [dataset.Source]. It is a module of
// its own, so that package dataset depends on nothing for it:
//
//	source := parquet.File("passengers.parquet", "age", "port", "survived")
//	table, err := dataset.ReadAll(source)
//
// A column becomes cells as follows, and null is a missing value:
//
//	BOOLEAN                          truth values
//	integers, FLOAT, DOUBLE, DECIMAL numbers
//	STRING, ENUM, JSON, UUID         texts
//	BYTE_ARRAY                       texts, which must be UTF-8
//	DATE, TIMESTAMP, INT96           points in time, to the second
//
// What float64 does not hold is treated as by [dataset.CellOf]: an integer above
// 2⁵³ becomes the text of its digits, and a FLOAT is the number that its
// shortest decimal text reads as. A time is what the clock shows in UTC or, if the
// column is not adjusted to it, where it was written. A column of another type,
// and one that is nested or repeated, is an error unless the choice of columns
// leaves it out.
//
// Columns are read page by page, on all cores.
package parquet

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"time"

	"example.com/mlp/dataset"
	"example.com/mlp/internal/matrix"
)

// File returns the rows of the Parquet file of that name, which is opened at each
// call of Tables and closed at its end. The columns are those of these names in
// this order, all if none is named.
//
// A table has at most 1,048,576 cells, even if more rows are asked for, so that
// memory does not grow with the file. A file without rows has no tables.
//
// These are errors, which name the column, and the row, from 0, if it is one of a
// cell: a column that there is not, or that is named twice; a type that is not in
// the list of this package; a text that is not UTF-8; a page of more than 256 MiB
// or 67,108,864 values; a file that is broken or encrypted.
//
// What a page takes in memory is bounded by these two, except for texts in the
// encoding DELTA_BYTE_ARRAY, which a file can make much longer than itself.
//
// A source is safe for concurrent use.
func File(name string, columns ...string) dataset.Source {
	return newSource("File", name, columns, func() (*input, error) { return openFile(name) })
}

// ReaderAt is File for the bytes of r, which are so many. r must be safe for
// concurrent use, as files and bytes.Reader are.
func ReaderAt(r io.ReaderAt, size int64, columns ...string) dataset.Source {
	return newSource("ReaderAt", "", columns, func() (*input, error) {
		if matrix.IsNil(r) {
			return nil, errors.New("the reader is nil")
		}
		return &input{ReaderAt: r, size: size, close: func() error { return nil }}, nil
	})
}

// An input has the bytes of a file.
type input struct {
	io.ReaderAt
	size    int64
	changed time.Time // the last time; zero if there is no file
	close   func() error
}

func openFile(name string) (*input, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	return &input{f, info.Size(), info.ModTime(), f.Close}, nil
}

// A source is a Parquet file, or a part of one.
type source struct {
	op    string // the function that made the source, for errors
	name  string // of the file; "" if it has none
	open  func() (*input, error)
	begin func(in *input) (*reader, error)
}

// newSource returns the source of the columns of a file.
func newSource(op, name string, columns []string, open func() (*input, error)) *source {
	columns = slices.Clone(columns)
	return &source{op, name, open, func(in *input) (*reader, error) {
		footer, err := readFooter(in)
		if err != nil {
			return nil, err
		}
		return newReader(in, footer, columns)
	}}
}

// errStopped says that no more tables are wanted.
var errStopped = errors.New("no more tables are wanted")

func (s *source) Tables(rows int) iter.Seq2[*dataset.Table, error] {
	return func(yield func(*dataset.Table, error) bool) {
		err := s.each(rows, func(t *dataset.Table) error {
			if !yield(t, nil) {
				return errStopped
			}
			return nil
		})
		if err != nil && err != errStopped {
			yield(nil, fmt.Errorf("parquet: %s: %w", s.op, err))
		}
	}
}

// each calls do for the tables and returns its error.
func (s *source) each(rows int, do func(t *dataset.Table) error) error {
	if rows < 1 {
		return fmt.Errorf("tables of %d rows, want at least 1", rows)
	}
	in, err := s.open()
	if err != nil {
		return err
	}
	defer in.close()
	r, err := s.begin(in)
	if err != nil {
		return s.in(err)
	}
	for r.first < r.end {
		first := r.first
		t, err := r.table(rows)
		if err != nil {
			return s.in(err)
		}
		if err := do(t.From(s.name, int(first))); err != nil {
			return err
		}
	}
	return nil
}

// in says in which file an error is.
func (s *source) in(err error) error {
	if s.name == "" {
		return err
	}
	return fmt.Errorf("%s: %w", s.name, err)
}
