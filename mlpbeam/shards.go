package mlpbeam

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
)

func init() {
	beam.RegisterDoFn(reflect.TypeFor[shardFn]())
	beam.RegisterDoFn(reflect.TypeFor[dealFn]())
	beam.RegisterDoFn(reflect.TypeFor[writeShardFn]())
}

// WriteShards writes a PCollection<string> of lines to n files, of which
// prefix-00000-of-00008 is the first of 8. Each begins with the header, unless that
// is "". There are always n files, some perhaps without lines. Those of an earlier
// run with another n stay.
//
// The lines are dealt out and ordered by a hash of their text, which mixes them for
// a training, and so the files are the same whatever the order of the elements. A
// worker holds the lines of a file in memory. A file gets its name when it is whole.
//
// It returns a PCollection<string> of the names.
func WriteShards(s beam.Scope, prefix string, n int, header string, lines beam.PCollection) (files beam.PCollection, err error) {
	err = construct("WriteShards", s, func(s beam.Scope) error {
		if strings.TrimSpace(prefix) == "" {
			return errors.New("no prefix for the names of the files")
		}
		if n < 1 {
			return fmt.Errorf("%d files, want at least 1", n)
		}
		numbers := make([]int, n)
		for i := range numbers {
			numbers[i] = i
		}
		shards := beam.ParDo(s, &shardFn{}, beam.CreateList(s, numbers)) // as those without lines are files, too
		dealt := beam.ParDo(s, &dealFn{n}, lines)
		files = beam.ParDo(s, &writeShardFn{prefix, n, header}, beam.CoGroupByKey(s, shards, dealt))
		return nil
	})
	return files, err
}

type shardFn struct{}

func (*shardFn) ProcessElement(shard int) (int, bool) { return shard, true }

type dealFn struct{ Shards int }

func (f *dealFn) ProcessElement(line string) (int, string) {
	hash := sha256.Sum256([]byte(line))
	return int(binary.BigEndian.Uint64(hash[:]) % uint64(f.Shards)), line
}

type writeShardFn struct {
	Prefix string
	Shards int
	Header string
}

func (f *writeShardFn) ProcessElement(ctx context.Context, shard int, _ func(*bool) bool, next func(*string) bool, emit func(string)) error {
	var lines []hashedLine
	for line := ""; next(&line); {
		lines = append(lines, hashedLine{sha256.Sum256([]byte(line)), line})
	}
	slices.SortFunc(lines, hashedLine.compare)
	name := fmt.Sprintf("%s-%05d-of-%05d", f.Prefix, shard, f.Shards)
	err := writeFile(ctx, name, func(w io.Writer) error {
		if f.Header != "" {
			if _, err := io.WriteString(w, f.Header+"\n"); err != nil {
				return err
			}
		}
		for _, l := range lines {
			if _, err := io.WriteString(w, l.line+"\n"); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("mlpbeam: WriteShards: %w", err)
	}
	emit(name)
	return nil
}

type hashedLine struct {
	hash [sha256.Size]byte
	line string
}

func (l hashedLine) compare(other hashedLine) int {
	// The first bytes say which shard it is, the last ones order its lines.
	const first = 8
	if c := bytes.Compare(l.hash[first:], other.hash[first:]); c != 0 {
		return c
	}
	return strings.Compare(l.line, other.line)
}
