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
// is an error if the file has changed, by its size or the time of its last change.
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
	file   os.FileInfo  // before it was divided
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
	var err error
	if d.file, err = f.Stat(); err != nil {
		return err
	}
	if !d.file.Mode().IsRegular() {
		return errors.New("this is no file that can be read in any order: CSVFile reads it from its beginning")
	}
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
		r.size = int(min(max(d.file.Size()/1000, 1<<16), 1<<22))
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
				d.blocks[i].from += d.file.Size() - total // where the rows begin
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
			return t.readRows(&blockReader{r: t.lines(r), comma: t.comma, size: int(min(int64(t.size), b.size)), longest: t.longest, line: b.line})
		})
	}}
}

// open returns a reader of the bytes of a block.
func (d *csvDivision) open(b csvBlock) (io.ReadCloser, error) {
	f, err := os.Open(d.name)
	if err != nil {
		return nil, err
	}
	if err := d.check(f); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", d.name, err)
	}
	return &blockFile{f, io.NewSectionReader(f, b.from, b.size), b.size}, nil
}

// check returns an error if the file has changed.
func (d *csvDivision) check(f *os.File) error {
	info, err := f.Stat()
	switch {
	case err != nil:
		return err
	case info.Size() != d.file.Size():
		return fmt.Errorf("the file has %d bytes, it had %d when it was divided", info.Size(), d.file.Size())
	case !info.ModTime().Equal(d.file.ModTime()):
		return fmt.Errorf("the file was changed at %v, the one that was divided at %v", info.ModTime(), d.file.ModTime())
	}
	return nil
}

// A blockFile reads the bytes of a block, and all of them.
type blockFile struct {
	*os.File // to be closed
	block    io.Reader
	left     int64
}

func (b *blockFile) Read(p []byte) (int, error) {
	n, err := b.block.Read(p)
	if b.left -= int64(n); err == io.EOF && b.left > 0 {
		err = fmt.Errorf("the file was cut off while it was read: %w", io.ErrUnexpectedEOF)
	}
	return n, err
}
