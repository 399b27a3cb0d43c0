package dataset

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// CSVBlocks divides the file of that name into blocks of rows that can be read in
// any order, for [Preparation.Batches] to shuffle. It reads the file once, to find
// the lines: there are about 1,000 blocks, of 64 KiB at least and 4 MiB at most.
// All in their order have the rows of [CSVFile], and errors name the same lines.
//
// It is an error if the file is compressed, which has no place to begin in, or has
// one column alone, and what is an error of [ReadTable] in the first lines. A block
// is an error if the file has another size when it is read.
func CSVBlocks(name string, comma rune, options ...ReadOptions) (Shards, error) {
	shards, err := csvBlocks(name, comma, options, 0)
	if err != nil {
		return nil, fmt.Errorf("dataset: CSVBlocks: %w", err)
	}
	return shards, nil
}

// csvBlocks is CSVBlocks with blocks of so many bytes, 0 for the usual number.
func csvBlocks(name string, comma rune, options []ReadOptions, size int) (shards Shards, err error) {
	t, err := newTableReader(comma, options)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	d := &csvDivision{name: name, layout: t}
	if err := d.divide(f, size); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for _, b := range d.blocks {
		shards = append(shards, d.source(b))
	}
	return shards, nil
}

// A csvDivision is a file that is divided into blocks.
type csvDivision struct {
	name   string
	layout *tableReader // which reads no rows itself
	size   int64        // of the file
	blocks []csvBlock
}

// A csvBlock is a part of a file, of whole records.
type csvBlock struct {
	from, size int64
	line       int // the first one
}

func (d *csvDivision) divide(f *os.File, size int) error {
	start := make([]byte, len(gzipStart))
	if n, _ := f.ReadAt(start, 0); string(start[:n]) == gzipStart {
		return errors.New("the file is compressed, which is read from its beginning alone: CSVFile does that")
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	d.size = info.Size()
	text, err := openText(f)
	if err != nil {
		return err
	}
	r, err := d.layout.begin(text)
	if errors.Is(err, errNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if d.layout.width == 1 {
		return errors.New("the file has one column alone, in which empty lines may be rows: CSVFile reads it")
	}
	r.r, r.rest = io.MultiReader(bytes.NewReader(r.rest), r.r), nil // so that the first block is no larger
	if r.size = size; size == 0 {
		r.size = int(min(max(d.size/1000, 1<<16), 1<<22))
	}
	return d.find(r)
}

// find finds the blocks that r reads.
func (d *csvDivision) find(r *blockReader) error {
	var text tableBlock
	var total int64
	for {
		switch err := r.next(&text); err {
		case nil:
			size := int64(len(text.text))
			d.blocks = append(d.blocks, csvBlock{total, size, text.line})
			total += size
		case io.EOF:
			for i := range d.blocks {
				d.blocks[i].from += d.size - total // where the rows begin
			}
			return nil
		default:
			return err
		}
	}
}

func (d *csvDivision) source(b csvBlock) Source {
	in := input{d.name, func() (io.ReadCloser, error) { return d.open(b) }}
	return &tableSource{"CSVBlocks", d.name, func(rows int, do func(t *Table) error) error {
		return in.read(func(r io.Reader) error {
			t := *d.layout
			t.most, t.do = rows, do
			return t.readRows(&blockReader{r: t.lines(r), comma: t.comma, size: int(min(int64(t.size), b.size)), line: b.line})
		})
	}}
}

// open returns a reader of the bytes of a block.
func (d *csvDivision) open(b csvBlock) (io.ReadCloser, error) {
	f, err := os.Open(d.name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.Size() != d.size {
		err = fmt.Errorf("%s: the file has %d bytes, it had %d when it was divided", d.name, info.Size(), d.size)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{io.NewSectionReader(f, b.from, b.size), f}, nil
}
