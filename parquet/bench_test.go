package parquet_test

import (
	"bufio"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	pq "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/encoding"

	"example.com/mlp/dataset"
	"example.com/mlp/parquet"
)

// BenchmarkReadAll reads 1,000,000 rows of 20 numbers from a Parquet file and, for
// comparison, from a CSV file.
func BenchmarkReadAll(b *testing.B) {
	type wide struct{ A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Q, R, S, T float64 }
	const n = 1_000_000
	random := rand.New(rand.NewPCG(1, 2))
	in := make([]wide, n)
	csv := filepath.Join(b.TempDir(), "wide.csv")
	f, err := os.Create(csv)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(f)
	w.WriteString("A,B,C,D,E,F,G,H,I,J,K,L,M,N,O,P,Q,R,S,T\n")
	var line []byte
	for i := range in {
		line = line[:0]
		r := &in[i]
		for _, v := range []*float64{&r.A, &r.B, &r.C, &r.D, &r.E, &r.F, &r.G, &r.H, &r.I, &r.J, &r.K, &r.L, &r.M, &r.N, &r.O, &r.P, &r.Q, &r.R, &r.S, &r.T} {
			*v = math.Round(random.NormFloat64()*1e4) / 1e4
			line = append(strconv.AppendFloat(line, *v, 'g', -1, 64), ',')
		}
		line[len(line)-1] = '\n'
		w.Write(line)
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	b.Run("CSV", func(b *testing.B) {
		for b.Loop() {
			if _, err := dataset.ReadTableFile(csv, ','); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, codec := range []compress.Codec{&pq.Uncompressed, &pq.Snappy, &pq.Zstd} {
		for _, e := range []encoding.Encoding{&pq.Plain, &pq.RLEDictionary} {
			name := filepath.Join(b.TempDir(), "wide.parquet")
			if err := os.WriteFile(name, write(b, in, 200_000, pq.Compression(codec), pq.DefaultEncodingFor(pq.Double, e)), 0o666); err != nil {
				b.Fatal(err)
			}
			b.Run(fmt.Sprintf("Parquet %v %v", codec, e), func(b *testing.B) {
				for b.Loop() {
					if _, err := dataset.ReadAll(parquet.File(name)); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
