package parquet

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/parquet-go/parquet-go"

	"example.com/mlp/dataset"
	"example.com/mlp/internal/parallel"
	"example.com/mlp/internal/quote"
)

// mostCells is how many cells a table has at most.
const mostCells = 1 << 20

// A reader reads the rows of a file, once.
type reader struct {
	columns []*column
	end     int64 // the number of the one after the last
	first   int64 // the number of the next row
}

// newReader returns a reader for the columns of these names of the file that in has
// the bytes of.
func newReader(in *input, f *parquet.File, names []string) (*reader, error) {
	all := f.Root().Columns()
	chosen, err := choose(all, names)
	if err != nil {
		return nil, err
	}
	r := new(reader)
	for _, g := range f.RowGroups() {
		if r.end += g.NumRows(); g.NumRows() < 0 || r.end < 0 {
			return nil, fmt.Errorf("%w: a row group has %d rows", errBroken, g.NumRows())
		}
	}
	for _, j := range chosen {
		c, err := newColumn(in, f, all[j], j+1)
		if err != nil {
			return nil, err
		}
		r.columns = append(r.columns, c)
	}
	return r, nil
}

// choose returns the indices of the columns of these names, of all for none.
func choose(columns []*parquet.Column, names []string) ([]int, error) {
	index := make(map[string]int, len(columns))
	var all []string
	var chosen []int
	for j, c := range columns {
		if i, ok := index[c.Name()]; ok {
			return nil, fmt.Errorf("columns %d and %d are both named %s", i+1, j+1, quote.Text(c.Name()))
		}
		index[c.Name()] = j
		all = append(all, c.Name())
		chosen = append(chosen, j)
	}
	if len(all) == 0 {
		return nil, errors.New("the file has no columns")
	}
	if len(names) == 0 {
		return chosen, nil
	}
	chosen = nil
	for _, name := range names {
		j, ok := index[name]
		if !ok {
			return nil, fmt.Errorf("no column %s, the columns are %s", quote.Text(name), quote.List(all))
		}
		if slices.Contains(chosen, j) {
			return nil, fmt.Errorf("the column %s is named twice", quote.Text(name))
		}
		chosen = append(chosen, j)
	}
	return chosen, nil
}

// table returns the next rows, at most so many.
func (r *reader) table(rows int) (*dataset.Table, error) {
	n := int(min(int64(rows), r.end-r.first, int64(max(1, mostCells/len(r.columns)))))
	if err := r.read(n); err != nil {
		return nil, err
	}
	values := make([]dataset.Values, len(r.columns))
	for j, c := range r.columns {
		values[j] = c.cells.values(c.name)
	}
	r.first += int64(n)
	return dataset.NewTableOf(values...)
}

// read reads so many rows, the columns on all cores.
func (r *reader) read(n int) error {
	errs := make([]error, len(r.columns))
	parallel.For(len(r.columns), func(j int) { errs[j] = r.columns[j].read(r.first, n) })
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// errBroken is the error for a file that contradicts itself.
var errBroken = errors.New("the file is broken")

// guard calls a function that reads from a file. It turns the panics of package
// parquet-go, which some broken files cause, into errors.
func guard(read func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %s", errBroken, quote.Plain(fmt.Sprint(p)))
		}
	}()
	err = read()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: it ends too early", errBroken)
	}
	return err
}
