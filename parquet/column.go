package parquet

import (
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"

	"example.com/mlp/dataset"
	"example.com/mlp/internal/quote"
)

// A column reads the cells of a column from one row group after the other.
type column struct {
	name   string
	number int // in the file, from 1
	decode decoder

	file  *parquet.File
	leaf  int // the column of a row group
	group int // the next row group

	pages pages // of the row group that is being read
	page  page
	row   int   // the next row of the page
	value int   // the next one of the values, which nulls are not among
	words cells // of the dictionary

	cells cells // the rows that were read
}

func newColumn(in *input, f *parquet.File, c *parquet.Column, number int) (*column, error) {
	col := &column{name: c.Name(), number: number, file: f, leaf: c.Index()}
	err := guard(func() (err error) {
		switch {
		case !c.Leaf():
			return fmt.Errorf("it is nested: %w", errLeaveOut)
		case c.Repeated():
			return fmt.Errorf("it is repeated: %w", errLeaveOut)
		}
		col.pages = pages{in: in, typ: c.Type(), optional: c.Optional()}
		col.decode, err = decoderOf(c.Type())
		return err
	})
	if err != nil {
		return nil, col.at(err)
	}
	return col, nil
}

// read sets the cells to the next n rows. first is the number of the first one.
func (c *column) read(first int64, n int) error {
	c.cells.reset()
	err := guard(func() error {
		for c.cells.len() < n {
			if c.row == c.page.rows {
				if err := c.nextPage(); err != nil {
					return err
				}
			}
			if err := c.take(min(n-c.cells.len(), c.page.rows-c.row)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("row %d, %w", first+int64(c.cells.len()), c.at(err))
	}
	return nil
}

// at says in which column an error is.
func (c *column) at(err error) error {
	return fmt.Errorf("column %d %s: %w", c.number, quote.Text(c.name), err)
}

// nextPage begins with the next page, or with the next row group.
func (c *column) nextPage() (err error) {
	if c.pages.rows == 0 {
		return c.nextGroup()
	}
	c.row, c.value, c.page.rows = 0, 0, 0
	if c.page, err = c.pages.next(); err != nil {
		return err
	}
	if c.page.dictionary {
		return c.learn()
	}
	return nil
}

// nextGroup begins with the next row group.
func (c *column) nextGroup() error {
	groups := c.file.Metadata().RowGroups
	if c.group == len(groups) {
		return io.ErrUnexpectedEOF
	}
	g := &groups[c.group]
	c.group++
	c.words.reset()
	return c.pages.begin(&g.Columns[c.leaf].MetaData, g.NumRows)
}

// learn sets the words to those of the dictionary that is the page.
func (c *column) learn() error {
	c.words.reset()
	if c.page.count == 0 {
		return nil
	}
	if err := c.decode(&c.words, c.page.values, 0, c.page.count); err != nil {
		return fmt.Errorf("entry %d of the dictionary: %w", c.words.len(), err)
	}
	return nil
}

// take adds the next rows of the page to the cells.
func (c *column) take(rows int) error {
	for end := c.row + rows; c.row < end; {
		from, levels := c.row, c.page.levels
		if levels == nil {
			c.row = end
		}
		for c.row < end && levels[c.row] != 0 {
			c.row++
		}
		if err := c.add(c.row - from); err != nil {
			return err
		}
		for c.row < end && levels[c.row] == 0 {
			c.cells.add(dataset.Cell{})
			c.row++
		}
	}
	return nil
}

// add adds the next values of the page to the cells.
func (c *column) add(values int) error {
	from := c.value
	c.value += values
	if values == 0 {
		return nil
	}
	if c.page.codes == nil {
		return c.decode(&c.cells, c.page.values, from, c.value)
	}
	return c.cells.addWords(&c.words, c.page.codes[from:c.value])
}
