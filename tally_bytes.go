package mlp

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"

	"example.com/mlp/internal/exact"
)

// tallyMagic begins the bytes of a Tally. Its last byte is the version.
const tallyMagic = "mlp tally\x01"

var errTallyBytes = errors.New("the bytes are not those of a tally")

// MarshalBinary returns all that t knows: the same bytes for the same rows,
// whatever their order and their parts.
func (t *Tally) MarshalBinary() ([]byte, error) {
	if err := t.check(); err != nil {
		return nil, fmt.Errorf("mlp: Tally.MarshalBinary: %w", err)
	}
	return t.append(nil), nil
}

func (t *Tally) append(b []byte) []byte {
	b = append(b, tallyMagic...)
	b = append(b, byte(len(t.metric.String())))
	b = append(b, t.metric.String()...)
	b = append(b, byte(t.task))
	b = binary.AppendUvarint(b, uint64(t.rows))
	b = binary.AppendUvarint(b, uint64(t.cols))
	for i := range t.sums {
		b = t.sums[i].Append(b)
	}
	return b
}

// UnmarshalBinary sets t to what MarshalBinary has returned. It is an error, which
// leaves t as it was, if the bytes are not those of a Tally.
func (t *Tally) UnmarshalBinary(b []byte) error {
	if err := t.read(b); err != nil {
		return fmt.Errorf("mlp: Tally.UnmarshalBinary: %w", err)
	}
	return nil
}

// MarshalText returns what MarshalBinary returns, in base64.
func (t *Tally) MarshalText() ([]byte, error) {
	if err := t.check(); err != nil {
		return nil, fmt.Errorf("mlp: Tally.MarshalText: %w", err)
	}
	return base64.StdEncoding.AppendEncode(nil, t.append(nil)), nil
}

// UnmarshalText sets t to what MarshalText has returned, as UnmarshalBinary does.
func (t *Tally) UnmarshalText(text []byte) error {
	b, err := base64.StdEncoding.AppendDecode(nil, text)
	if err == nil {
		err = t.read(b)
	}
	if err != nil {
		return fmt.Errorf("mlp: Tally.UnmarshalText: %w", err)
	}
	return nil
}

func (t *Tally) read(b []byte) error {
	if t == nil {
		return errors.New("the tally is nil")
	}
	read, err := readTally(b)
	if err != nil {
		return err
	}
	*t = *read
	return nil
}

func readTally(b []byte) (*Tally, error) {
	rest, ok := bytes.CutPrefix(b, []byte(tallyMagic[:len(tallyMagic)-1]))
	if !ok || len(rest) < 2 || len(rest) < 3+int(rest[1]) {
		return nil, errTallyBytes
	}
	if v, version := rest[0], tallyMagic[len(tallyMagic)-1]; v != version {
		return nil, fmt.Errorf("version %d is not version %d", v, version)
	}
	end := 2 + int(rest[1])
	name, rest := string(rest[2:end]), rest[end:]
	metric, err := MetricByName(name)
	if err != nil {
		return nil, errTallyBytes
	}
	t, err := newTally(metric, Task(rest[0]))
	if err != nil {
		return nil, errTallyBytes
	}
	rest = rest[1:]
	for _, n := range []*int{&t.rows, &t.cols} {
		v, size := binary.Uvarint(rest)
		if size <= 0 || v > mostEntries {
			return nil, errTallyBytes
		}
		*n, rest = int(v), rest[size:]
	}
	if (t.rows == 0) != (t.cols == 0) || t.rows > 0 && t.rows > mostEntries/t.cols {
		return nil, errTallyBytes
	}
	if err := t.readSums(rest); err != nil {
		return nil, err
	}
	if !bytes.Equal(t.append(nil), b) { // the same tally is the same bytes
		return nil, errTallyBytes
	}
	return t, nil
}

// readSums reads the sums for the rows and columns of t.
func (t *Tally) readSums(b []byte) error {
	if t.rows == 0 {
		return nil
	}
	const least = 6 // bytes of Sums
	n := t.rule.count(t.cols)
	if n > len(b)/least {
		return errTallyBytes
	}
	terms := t.rows
	if t.rule.perColumn == 0 {
		terms *= t.cols
	}
	t.sums = make([]exact.Sums, n)
	for i := range t.sums {
		var err error
		if b, err = t.sums[i].Read(b, terms); err != nil {
			return errTallyBytes
		}
	}
	return nil
}
