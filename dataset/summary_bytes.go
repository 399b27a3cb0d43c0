package dataset

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
)

// summaryMagic begins the bytes of a Summary. Its last byte is the version.
const summaryMagic = "mlp summary\x01"

// mostSummaryRows is the largest number of rows, of which sums do not overflow.
const mostSummaryRows = math.MaxInt / 4

var errOtherRecipe = errors.New("it is the summary of another recipe")

// digest tells recipes apart.
func (r Recipe) digest() [sha256.Size]byte {
	h := sha256.New()
	fmt.Fprintf(h, "%#v", r.Target.learner)
	for _, c := range r.Columns {
		v := reflect.ValueOf(c)
		for v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		fmt.Fprintf(h, "\n%#v", v)
	}
	r.Columns, r.Target = nil, Target{}
	fmt.Fprintf(h, "\n%#v", r)
	return [sha256.Size]byte(h.Sum(nil))
}

// MarshalBinary returns all that s knows: the same bytes for the same rows of the
// same recipe, whatever their order.
func (s *Summary) MarshalBinary() ([]byte, error) {
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("dataset: Summary.MarshalBinary: %w", err)
	}
	return s.append(nil), nil
}

func (s *Summary) append(b []byte) []byte {
	digest := s.recipe.digest()
	b = append(append(b, summaryMagic...), digest[:]...)
	b = s.rows.append(b)
	b = binary.AppendUvarint(b, uint64(len(s.header)))
	for _, name := range s.header {
		b = appendText(b, name)
	}
	for _, statistic := range s.statistics() {
		b = statistic.append(b)
	}
	return b
}

// UnmarshalBinary sets s, which NewSummary has made from the same recipe, to what
// MarshalBinary has returned. It distrusts the bytes: whatever does not make sense
// is an error, which leaves s as it was.
func (s *Summary) UnmarshalBinary(b []byte) error {
	if s == nil {
		return errors.New("dataset: Summary.UnmarshalBinary: the summary is nil")
	}
	t, err := s.recipe.readSummary(b)
	if err != nil {
		return fmt.Errorf("dataset: Summary.UnmarshalBinary: %w", err)
	}
	*s = *t
	return nil
}

func (r Recipe) readSummary(b []byte) (*Summary, error) {
	in := &byteReader{rest: b}
	name, version := summaryMagic[:len(summaryMagic)-1], summaryMagic[len(summaryMagic)-1]
	if !in.expect([]byte(name)) {
		return nil, errSummaryBytes
	}
	if v := in.byte(); in.err == nil && v != version {
		return nil, fmt.Errorf("version %d is not version %d", v, version)
	}
	if digest := r.digest(); !in.expect(digest[:]) {
		return nil, errOtherRecipe
	}
	s := r.NewSummary()
	s.rows.read(in, mostSummaryRows)
	var header []string
	for range in.count(len(in.rest)) {
		header = append(header, in.text())
	}
	if in.err != nil || (header == nil) != (s.rows == 0) {
		return nil, errSummaryBytes
	}
	if header != nil {
		if err := s.begin(header); err != nil {
			return nil, err
		}
	}
	for _, statistic := range s.statistics() {
		statistic.read(in, int(s.rows))
	}
	// The same summary is the same bytes.
	if in.err != nil || len(in.rest) > 0 || !bytes.Equal(s.append(nil), b) {
		return nil, errSummaryBytes
	}
	return s, s.limit()
}
