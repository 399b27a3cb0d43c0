package parquet_test

import (
	"math/rand/v2"
	"testing"

	pq "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"

	"example.com/mlp/dataset"
)

// seeds are small files, which have all types and page versions and some codecs.
func seeds(t testing.TB) (files [][]byte) {
	in, _ := mixedRows(20)
	for _, codec := range []compress.Codec{&pq.Uncompressed, &pq.Snappy, &pq.Zstd} {
		for _, version := range []int{1, 2} {
			options := []pq.WriterOption{pq.Compression(codec), pq.DataPageVersion(version), pq.PageBufferSize(100)}
			files = append(files, write(t, in, 11, options...), write(t, make([]types, 3), 2, options...))
		}
	}
	return files
}

// readSome reads the first tables of a file, whatever it is.
func readSome(t testing.TB, file []byte) {
	all := 0
	for table, err := range source(file).Tables(5) {
		if err != nil {
			if table != nil {
				t.Error("a table beside an error")
			}
			return
		}
		if n := table.Rows(); n < 1 || n > 5 {
			t.Fatalf("a table of %d rows", n)
		}
		if all++; all == 20 {
			return
		}
	}
}

// Files with some bytes changed are read or refused, without a panic.
func TestBrokenFiles(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, file := range seeds(t) {
		for range 300 {
			broken := append([]byte(nil), file...)
			for range 1 + random.IntN(4) {
				broken[random.IntN(len(broken))] = byte(random.Uint32())
			}
			readSome(t, broken)
		}
		for _, n := range []int{0, 3, 4, 12, len(file) / 2, len(file) - 9} {
			if _, err := dataset.ReadAll(source(file[:n])); err == nil {
				t.Errorf("a file cut after %d of %d bytes is no error", n, len(file))
			}
			readSome(t, append(append([]byte(nil), file[:n]...), file[len(file)-n:]...))
		}
	}
}

func FuzzFile(f *testing.F) {
	for _, file := range seeds(f) {
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) { readSome(t, file) })
}
