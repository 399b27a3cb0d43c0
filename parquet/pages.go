package parquet

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// What a page has at most. Writers make pages of about a megabyte.
const (
	mostPageBytes  = 1 << 28
	mostPageValues = 1 << 26
)

// A page has values of a column, or its dictionary. The next page takes its memory.
type page struct {
	dictionary bool
	rows       int
	levels     []int32         // of the rows, 0 for null; nil if none is null
	count      int             // of the rows that are not null
	codes      []int32         // of values in the dictionary; nil without one
	values     encoding.Values // without codes
}

// pages read the pages of a column in a row group. The levels and the codes are read
// here and not by parquet-go, so that no page takes more memory than it says.
type pages struct {
	in       *input
	typ      parquet.Type
	optional bool

	at, end int64 // of the next page, and of the last one
	rows    int64 // that are still to come
	codec   format.CompressionCodec

	packed, unpacked, decoded []byte // memory of the page
	offsets                   []uint32
	levels, codes             []int32
}

// begin begins with the pages of a column in a row group of so many rows.
func (p *pages) begin(chunk *format.ColumnMetaData, rows int64) error {
	p.at, p.rows, p.codec = chunk.DataPageOffset, rows, chunk.Codec
	if d := chunk.DictionaryPageOffset; d > 0 && d < p.at {
		p.at = d
	}
	p.end = p.at + chunk.TotalCompressedSize
	if p.at < 0 || p.end < p.at || p.end > p.in.size {
		return fmt.Errorf("%w: its pages are in the bytes from %d to %d of %d", errBroken, p.at, p.end, p.in.size)
	}
	return nil
}

// next returns the next page.
func (p *pages) next() (page, error) {
	h, err := p.readHeader()
	if err != nil {
		return page{}, err
	}
	if err := p.readBytes(h); err != nil {
		return page{}, err
	}
	switch {
	case h.Type == format.DictionaryPage && h.DictionaryPageHeader.Valid:
		return p.dictionary(h)
	case h.Type == format.DataPage && h.DataPageHeader.Valid:
		return p.data(h)
	case h.Type == format.DataPageV2 && h.DataPageHeaderV2.Valid:
		return p.dataV2(h)
	}
	return page{}, nil // an index, or what is not known yet
}

// readHeader reads the header of a page.
func (p *pages) readHeader() (*format.PageHeader, error) {
	const usual, most = 1 << 10, 1 << 24
	for room := int64(usual); ; room = most {
		b := p.grow(&p.packed, int(min(room, p.end-p.at)))
		if err := readAt(p.in, b, p.at); err != nil {
			return nil, err
		}
		r := new(thrift.CompactProtocol).NewReaderFromBytes(b)
		h := new(format.PageHeader)
		err := thrift.NewDecoder(r).Decode(h)
		if err == nil {
			p.at += int64(r.BytesRead())
			return h, p.check(h)
		}
		if room == most || int64(len(b)) < room {
			return nil, err
		}
	}
}

// check returns an error unless a page is in its place and as large as can be.
func (p *pages) check(h *format.PageHeader) error {
	size := max(h.CompressedPageSize, h.UncompressedPageSize)
	rows := max(h.DataPageHeader.V.NumValues, h.DataPageHeaderV2.V.NumValues)
	values := max(rows, h.DictionaryPageHeader.V.NumValues)
	switch {
	case size > mostPageBytes:
		return fmt.Errorf("a page has %d bytes, the most is %d", size, mostPageBytes)
	case values > mostPageValues:
		return fmt.Errorf("a page has %d values, the most is %d", values, mostPageValues)
	case h.CompressedPageSize < 0 || h.UncompressedPageSize < 0 || int64(h.CompressedPageSize) > p.end-p.at:
		return fmt.Errorf("%w: a page of %d bytes, decompressed %d, where %d are left", errBroken, h.CompressedPageSize, h.UncompressedPageSize, p.end-p.at)
	case int64(rows) > p.rows:
		return fmt.Errorf("%w: a page of %d rows where %d are left", errBroken, rows, p.rows)
	case min(h.DataPageHeader.V.NumValues, h.DataPageHeaderV2.V.NumValues, h.DictionaryPageHeader.V.NumValues) < 0:
		return fmt.Errorf("%w: a page has less than no values", errBroken)
	}
	return nil
}

// readBytes reads a page as it is in the file.
func (p *pages) readBytes(h *format.PageHeader) error {
	b := p.grow(&p.packed, int(h.CompressedPageSize))
	if err := readAt(p.in, b, p.at); err != nil {
		return err
	}
	p.at += int64(len(b))
	if sum := crc32.ChecksumIEEE; h.CRC != 0 && sum(b) != uint32(h.CRC) {
		return fmt.Errorf("%w: the checksum of a page is %08x, not %08x", errBroken, sum(b), uint32(h.CRC))
	}
	return nil
}

// unpack decompresses bytes of a page to so many.
func (p *pages) unpack(b []byte, size int, codec format.CompressionCodec) ([]byte, error) {
	if codec == format.Uncompressed && len(b) == size {
		return b, nil
	}
	room := size
	if codec == format.Zstd && size >= spare { // so that many columns of small pages take no more
		room += spare
	}
	unpacked := p.grow(&p.unpacked, room)[:size]
	return unpacked, decompress(unpacked, b, codec)
}

func (p *pages) dictionary(h *format.PageHeader) (page, error) {
	b, err := p.unpack(p.packed, int(h.UncompressedPageSize), p.codec)
	if err != nil {
		return page{}, err
	}
	d := page{dictionary: true, count: int(h.DictionaryPageHeader.V.NumValues)}
	return d, p.decode(&d, b, format.Plain) // all dictionaries are plain
}

func (p *pages) data(h *format.PageHeader) (page, error) {
	v := h.DataPageHeader.V
	b, err := p.unpack(p.packed, int(h.UncompressedPageSize), p.codec)
	if err != nil {
		return page{}, err
	}
	p.rows -= int64(v.NumValues)
	d := page{rows: int(v.NumValues), count: int(v.NumValues)}
	if p.optional {
		if v.DefinitionLevelEncoding != format.RLE {
			return page{}, fmt.Errorf("nulls in the encoding %v, which cannot be read", v.DefinitionLevelEncoding)
		}
		levels, rest, err := withLength(b)
		if err == nil {
			err = p.nulls(&d, levels)
		}
		if err != nil {
			return page{}, err
		}
		b = rest
	}
	return d, p.decode(&d, b, v.Encoding)
}

func (p *pages) dataV2(h *format.PageHeader) (page, error) {
	v := h.DataPageHeaderV2.V
	repetition, definition := int(v.RepetitionLevelsByteLength), int(v.DefinitionLevelsByteLength)
	b := p.packed
	size := int(h.UncompressedPageSize) - repetition - definition
	if repetition < 0 || definition < 0 || repetition+definition > len(b) || size < 0 {
		return page{}, fmt.Errorf("%w: levels of %d and %d bytes in a page of %d", errBroken, repetition, definition, len(b))
	}
	p.rows -= int64(v.NumValues)
	d := page{rows: int(v.NumValues), count: int(v.NumValues)}
	if p.optional {
		if err := p.nulls(&d, b[repetition:repetition+definition]); err != nil {
			return page{}, err
		}
	}
	codec := p.codec
	if d.count == 0 || v.IsCompressed.Valid && !v.IsCompressed.V {
		codec = format.Uncompressed
	}
	values := b[repetition+definition:]
	if d.count > 0 {
		var err error
		if values, err = p.unpack(values, size, codec); err != nil {
			return page{}, err
		}
	}
	return d, p.decode(&d, values, v.Encoding)
}

// nulls reads which rows are null.
func (p *pages) nulls(d *page, b []byte) (err error) {
	if p.levels, err = appendRuns(p.levels[:0], b, 1, d.rows); err != nil {
		return err
	}
	for _, level := range p.levels {
		if level == 0 {
			d.count--
		}
	}
	if d.count < d.rows {
		d.levels = p.levels
	}
	return nil
}

// decode reads the values of a page.
func (p *pages) decode(d *page, b []byte, e format.Encoding) (err error) {
	switch {
	case d.count == 0:
		return nil
	//lint:ignore SA1019 old writers use it
	case e == format.PlainDictionary || e == format.RLEDictionary:
		if len(b) == 0 {
			return io.ErrUnexpectedEOF
		}
		p.codes, err = appendRuns(p.codes[:0], b[1:], int(b[0]), d.count)
		d.codes = p.codes
		return err
	case e == format.RLE && p.typ.Kind() == parquet.Boolean:
		if b, _, err = withLength(b); err != nil {
			return err
		}
		if p.codes, err = appendRuns(p.codes[:0], b, 1, d.count); err != nil {
			return err
		}
		p.decoded = packBits(p.decoded[:0], p.codes)
		d.values = encoding.BooleanValues(p.decoded)
		return nil
	case e == format.DeltaBinaryPacked || e == format.DeltaLengthByteArray || e == format.DeltaByteArray:
		if n := deltaCount(b); n != uint64(d.count) {
			return fmt.Errorf("%w: %d values where %d are", errBroken, n, d.count)
		}
	}
	if p.offsets == nil {
		p.offsets = make([]uint32, 0, 1)
	}
	if d.values, err = p.typ.Decode(p.typ.NewValues(p.decoded[:0], p.offsets[:0]), b, parquet.LookupEncoding(e)); err != nil {
		return err
	}
	p.decoded, p.offsets = d.values.Data()
	if n := lenOf(d.values); n < d.count || n > d.count && d.values.Kind() != encoding.Boolean {
		return fmt.Errorf("%w: a page has %d values, not %d", errBroken, n, d.count)
	}
	return nil
}

// deltaCount returns how many values there are in one of the encodings by deltas.
func deltaCount(b []byte) (count uint64) {
	for range 3 { // the sizes of blocks and their parts come first
		n := 0
		if count, n = binary.Uvarint(b); n <= 0 {
			return 0
		}
		b = b[n:]
	}
	return count
}

// packBits appends bits, the lowest first.
func packBits(dst []byte, bits []int32) []byte {
	for i, bit := range bits {
		if i%8 == 0 {
			dst = append(dst, 0)
		}
		dst[i/8] |= byte(bit) << (i % 8)
	}
	return dst
}

// lenOf returns how many values there are, of truth values up to seven too many.
func lenOf(v encoding.Values) int {
	b, offsets := v.Data()
	switch v.Kind() {
	case encoding.Boolean:
		return 8 * len(b)
	case encoding.ByteArray:
		return len(offsets) - 1
	case encoding.Int32, encoding.Float:
		return len(b) / 4
	case encoding.Int64, encoding.Double:
		return len(b) / 8
	case encoding.Int96:
		return len(b) / 12
	case encoding.FixedLenByteArray:
		if _, size := v.FixedLenByteArray(); size > 0 {
			return len(b) / size
		}
	}
	return 0
}

// withLength returns the bytes that follow their length, and the rest.
func withLength(b []byte) (bytes, rest []byte, err error) {
	if len(b) < 4 {
		return nil, nil, io.ErrUnexpectedEOF
	}
	n := int64(binary.LittleEndian.Uint32(b))
	if b = b[4:]; n > int64(len(b)) {
		return nil, nil, io.ErrUnexpectedEOF
	}
	return b[:n], b[n:], nil
}

// grow sets b to memory of so many bytes.
func (p *pages) grow(b *[]byte, n int) []byte {
	if cap(*b) < n {
		*b = make([]byte, n)
	}
	*b = (*b)[:n]
	return *b
}
