package dataset

import (
	"fmt"
	"iter"
	"slices"

	"example.com/mlp/internal/matrix"
)

// Shards are the parts of one table, such as the files that it is stored in:
//
//	names, err := filepath.Glob("rows-*.csv")
//	...
//	var shards dataset.Shards
//	for _, name := range names {
//		shards = append(shards, dataset.CSVFile(name, ','))
//	}
//
// As a [Source] they have the rows of all, one part after the other, and the
// tables of all must have the same columns in the same order. [Preparation.Batches]
// takes the parts in another order in each epoch, and mixes several: so the more
// parts there are, the better the rows are shuffled. [CSVBlocks] divides a file.
type Shards []Source

// Tables implements [Source]. Errors of the parts are returned as they are. It is
// an error if a part is nil or has other columns than those before it.
func (s Shards) Tables(rows int) iter.Seq2[*Table, error] {
	return func(yield func(*Table, error) bool) {
		if err := checkPart(rows); err != nil {
			yield(nil, fmt.Errorf("dataset: Shards.Tables: %w", err))
			return
		}
		var header []string
		for i, source := range s {
			if matrix.IsNil(source) {
				yield(nil, fmt.Errorf("dataset: Shards.Tables: part %d is nil", i))
				return
			}
			for t, err := range source.Tables(rows) {
				if err != nil {
					yield(nil, err)
					return
				}
				if err := t.sameHeader(&header); err != nil {
					yield(nil, fmt.Errorf("dataset: Shards.Tables: part %d: %w", i, err))
					return
				}
				if !yield(t, nil) {
					return
				}
			}
		}
	}
}

// sameHeader returns an error unless t has the columns of the header, which it sets
// if it is nil.
func (t *Table) sameHeader(header *[]string) error {
	if err := t.check(); err != nil {
		return err
	}
	if *header == nil {
		*header = t.header
	}
	if !slices.Equal(t.header, *header) {
		return t.in(fmt.Errorf("the columns are %s, those of the parts before %s", quoteAll(t.header), quoteAll(*header)))
	}
	return nil
}
