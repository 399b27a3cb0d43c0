package parquet

import (
	"bytes"
	"fmt"
	"io"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/format"
	"github.com/pierrec/lz4/v4"
)

// spare is how much more capacity than length the memory for what zstd decompresses
// should have, a block and a vector: its decoder then copies whole vectors up to the
// end.
const spare = 128<<10 + 16

// decompress sets dst to what is compressed in src, and returns an error unless it
// has exactly the length of dst. It takes memory for no more, unlike the codecs of
// parquet-go.
func decompress(dst, src []byte, codec format.CompressionCodec) error {
	n := 0
	var err error
	switch codec {
	case format.Uncompressed:
		n = copy(dst, src)
		n += len(src) - n
	case format.Snappy:
		if n, err = snappy.DecodedLen(src); err == nil && n == len(dst) {
			_, err = snappy.Decode(dst, src)
		}
	case format.Zstd:
		n, err = unzstd(dst, src)
	case format.Lz4Raw:
		n, err = lz4.UncompressBlock(src, dst)
	case format.Gzip:
		var z *gzip.Reader
		if z, err = gzip.NewReader(bytes.NewReader(src)); err == nil {
			n, err = readFull(z, dst)
		}
	case format.Brotli:
		n, err = readFull(brotli.NewReader(bytes.NewReader(src)), dst)
	default:
		return fmt.Errorf("compressed by %v, which cannot be read", codec)
	}
	if err != nil {
		return fmt.Errorf("%w: %v: %w", errBroken, codec, err)
	}
	if n != len(dst) {
		return fmt.Errorf("%w: a page has %d bytes, not %d, when it is decompressed", errBroken, n, len(dst))
	}
	return nil
}

// readFull fills b and returns how many bytes there are, one more than fit if
// there are more.
func readFull(r io.Reader, b []byte) (int, error) {
	n, err := io.ReadFull(r, b)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return n, nil
	}
	if err != nil {
		return n, err
	}
	var more [1]byte
	if k, err := io.ReadFull(r, more[:]); err != io.EOF {
		return n + k, err
	}
	return n, nil
}

// zstdReaders are the decoders for zstd, which are costly to make.
var zstdReaders = sync.Pool{New: func() any {
	z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(mostPageBytes))
	if err != nil {
		panic(err) // options that are wrong
	}
	return z
}}

func unzstd(dst, src []byte) (int, error) {
	z := zstdReaders.Get().(*zstd.Decoder)
	defer zstdReaders.Put(z)
	b, err := z.DecodeAll(src, dst[:0])
	return max(copy(dst, b), len(b)), err // b may be memory of its own
}
