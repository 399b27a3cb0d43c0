package parquet

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
)

// readFooter reads the footer of a file.
func readFooter(in *input) (f *parquet.File, err error) {
	err = guard(func() error {
		if err := checkFooter(in); err != nil {
			return err
		}
		f, err = parquet.OpenFile(in, in.size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
		return err
	})
	return f, err
}

// checkFooter returns an error unless the footer is in the file and has as much
// in it as it says, for that is how much memory reading it takes.
func checkFooter(in *input) error {
	const magic = "PAR1"
	end := make([]byte, 4+len(magic))
	if in.size < int64(len(magic)+len(end)) {
		return fmt.Errorf("the file is not Parquet: it has %d bytes", in.size)
	}
	if err := readAt(in, end, in.size-int64(len(end))); err != nil {
		return err
	}
	if got := string(end[4:]); got != magic {
		if got == "PARE" {
			return fmt.Errorf("the file is encrypted")
		}
		return fmt.Errorf("the file is not Parquet: it ends with %q, not %q", got, magic)
	}
	size := int64(binary.LittleEndian.Uint32(end))
	if most := in.size - int64(len(magic)+len(end)); size > most {
		return fmt.Errorf("%w: a footer of %d bytes in a file that has room for %d", errBroken, size, most)
	}
	footer := make([]byte, size)
	if err := readAt(in, footer, in.size-int64(len(end))-size); err != nil {
		return err
	}
	var nothing struct { // so that all fields are skipped, without memory for them
		None int8 `thrift:"32767,optional"`
	}
	return thrift.NewDecoder(new(thrift.CompactProtocol).NewReaderFromBytes(footer)).Decode(&nothing)
}

// readAt fills b with the bytes from an offset on.
func readAt(r io.ReaderAt, b []byte, at int64) error {
	n, err := r.ReadAt(b, at)
	if n == len(b) {
		return nil
	}
	if err == nil {
		err = io.ErrUnexpectedEOF
	}
	return err
}
