package parquet

import (
	"fmt"
	"slices"
	"time"

	"github.com/parquet-go/parquet-go"

	"example.com/mlp/dataset"
)

// RowGroups returns the row groups of the Parquet file of that name, each as a
// source like that of [File], which can be read in any order:
// [dataset.Preparation.Batches] shuffles them. Errors name rows by their number in
// the file. The footer is read once, and a row group is an error if the file has
// changed since then, by its size or the time of its last change.
func RowGroups(name string, columns ...string) (dataset.Shards, error) {
	shards, err := rowGroups(name, slices.Clone(columns))
	if err != nil {
		return nil, fmt.Errorf("parquet: RowGroups: %w", err)
	}
	return shards, nil
}

func rowGroups(name string, columns []string) (shards dataset.Shards, err error) {
	in, err := openFile(name)
	if err != nil {
		return nil, err
	}
	defer in.close()
	footer, err := readFooter(in)
	if err == nil {
		_, err = newReader(in, footer, columns) // which checks them
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	first := int64(0)
	for i, g := range footer.RowGroups() {
		group := rowGroup{footer, in.size, in.changed, i, first, first + g.NumRows()}
		shards = append(shards, &source{
			op:    "RowGroups",
			name:  name,
			open:  func() (*input, error) { return openFile(name) },
			begin: func(in *input) (*reader, error) { return group.begin(in, columns) },
		})
		first = group.end
	}
	return shards, nil
}

// A rowGroup is a part of a file.
type rowGroup struct {
	footer     *parquet.File
	size       int64 // of the file
	changed    time.Time
	index      int
	first, end int64 // rows
}

// begin returns a reader of the row group.
func (g rowGroup) begin(in *input, columns []string) (*reader, error) {
	if in.size != g.size {
		return nil, fmt.Errorf("the file has %d bytes, it had %d when its row groups were listed", in.size, g.size)
	}
	if !in.changed.Equal(g.changed) {
		return nil, fmt.Errorf("the file was changed at %v, the one whose row groups were listed at %v", in.changed, g.changed)
	}
	r, err := newReader(in, g.footer, columns)
	if err != nil {
		return nil, err
	}
	r.first, r.end = g.first, g.end
	for _, c := range r.columns {
		c.group = g.index
	}
	return r, nil
}
