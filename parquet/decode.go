package parquet

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding"
	"github.com/parquet-go/parquet-go/format"

	"example.com/mlp/dataset"
	"example.com/mlp/internal/quote"
)

// A decoder adds some values of a page or a dictionary to cells. At an error
// there are the cells before it.
type decoder func(c *cells, v encoding.Values, from, to int) error

// errLeaveOut says what helps against a column that is no column of a table.
var errLeaveOut = errors.New("name the other columns in the call to leave it out")

// decoderOf returns the decoder for the values of a type.
func decoderOf(t parquet.Type) (decoder, error) {
	var logical format.LogicalTypeValue
	if l := t.LogicalType(); l != nil {
		logical = l.Value
	}
	kind := t.Kind()
	switch l := logical.(type) {
	case *format.NullType:
		return decodeNothing, nil
	case *format.StringType, *format.EnumType, *format.JsonType:
		if kind == parquet.ByteArray {
			return decodeTexts, nil
		}
	case *format.DateType:
		if kind == parquet.Int32 {
			return decodeDates, nil
		}
	case *format.TimestampType:
		if kind == parquet.Int64 && l.Unit.Value != nil {
			return timesIn(l.Unit.Value.Duration()), nil
		}
	case *format.DecimalType:
		if d := decimalsOf(kind, l.Scale); d != nil {
			return d, nil
		}
	case *format.UUIDType:
		if kind == parquet.FixedLenByteArray && t.Length() == 16 {
			return decodeUUIDs, nil
		}
	case *format.IntType:
		switch {
		case kind == parquet.Int32 && l.IsSigned:
			return decodeInt32, nil
		case kind == parquet.Int64 && l.IsSigned:
			return decodeInt64, nil
		case kind == parquet.Int32:
			return decodeUint32, nil
		case kind == parquet.Int64:
			return decodeUint64, nil
		}
	case nil:
		switch kind {
		case parquet.Boolean:
			return decodeTruths, nil
		case parquet.Int96:
			return decodeInt96, nil
		case parquet.Float:
			return decodeFloats, nil
		case parquet.Double:
			return decodeDoubles, nil
		case parquet.ByteArray:
			return decodeTexts, nil
		}
	}
	return nil, fmt.Errorf("it is of type %v, which is no truth value, number, text or date: %w", t, errLeaveOut)
}

// decodeNothing is for columns that have nothing but nulls.
func decodeNothing(c *cells, v encoding.Values, from, to int) error {
	if from < to {
		return fmt.Errorf("%w: a value in a column of nulls", errBroken)
	}
	return nil
}

func decodeTruths(c *cells, v encoding.Values, from, to int) error {
	bits := v.Boolean()
	for i := from; i < to; i++ {
		c.add(dataset.Truth(bits[i/8]>>(i%8)&1 == 1))
	}
	return nil
}

func decodeDoubles(c *cells, v encoding.Values, from, to int) error {
	c.addNumbers(v.Double()[from:to])
	return nil
}

func decodeFloats(c *cells, v encoding.Values, from, to int) error {
	for _, f := range v.Float()[from:to] {
		c.addNumber(widen(f))
	}
	return nil
}

// widen returns the number that the shortest decimal text of f reads as.
func widen(f float32) float64 {
	wide := float64(f)
	if wide-wide != 0 || wide == float64(int32(wide)) {
		return wide
	}
	var text [24]byte
	wide, _ = strconv.ParseFloat(string(strconv.AppendFloat(text[:0], wide, 'g', -1, 32)), 64) // what was written can be read
	return wide
}

func decodeInt32(c *cells, v encoding.Values, from, to int) error {
	for _, i := range v.Int32()[from:to] {
		c.addNumber(float64(i))
	}
	return nil
}

func decodeUint32(c *cells, v encoding.Values, from, to int) error {
	for _, u := range v.Uint32()[from:to] {
		c.addNumber(float64(u))
	}
	return nil
}

// exact is up to where float64 has all integers.
const exact = 1 << 53

func decodeInt64(c *cells, v encoding.Values, from, to int) error {
	for _, i := range v.Int64()[from:to] {
		if -exact <= i && i <= exact {
			c.addNumber(float64(i))
		} else if err := c.addValue(i); err != nil {
			return err
		}
	}
	return nil
}

func decodeUint64(c *cells, v encoding.Values, from, to int) error {
	for _, u := range v.Uint64()[from:to] {
		if u <= exact {
			c.addNumber(float64(u))
		} else if err := c.addValue(u); err != nil {
			return err
		}
	}
	return nil
}

func decodeTexts(c *cells, v encoding.Values, from, to int) error {
	bytes, offsets := v.ByteArray()
	start := offsets[from]
	all := string(bytes[start:offsets[to]]) // one piece of memory for all
	for i := from; i < to; i++ {
		text := all[offsets[i]-start : offsets[i+1]-start]
		if !utf8.ValidString(text) {
			return fmt.Errorf("%s is not UTF-8", quote.Text(text))
		}
		c.add(dataset.Text(text))
	}
	return nil
}

func decodeUUIDs(c *cells, v encoding.Values, from, to int) error {
	bytes, size := v.FixedLenByteArray()
	for i := from; i < to; i++ {
		b := bytes[i*size : (i+1)*size]
		text := hex.EncodeToString(b)
		c.add(dataset.Text(text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]))
	}
	return nil
}

const secondsOfDay = 24 * 60 * 60

func decodeDates(c *cells, v encoding.Values, from, to int) error {
	for _, day := range v.Int32()[from:to] {
		c.add(dataset.Time(time.Unix(int64(day)*secondsOfDay, 0).UTC()))
	}
	return nil
}

// timesIn returns the decoder for times that count this unit since 1970.
func timesIn(unit time.Duration) decoder {
	second := int64(time.Second / unit)
	return func(c *cells, v encoding.Values, from, to int) error {
		for _, t := range v.Int64()[from:to] {
			s := t / second
			if t%second < 0 {
				s--
			}
			c.add(dataset.Time(time.Unix(s, 0).UTC()))
		}
		return nil
	}
}

// decodeInt96 is for the times of old writers: nanoseconds of a Julian day.
func decodeInt96(c *cells, v encoding.Values, from, to int) error {
	const day1970 = 2440588
	for _, t := range v.Int96()[from:to] {
		nanoseconds := int64(t[1])<<32 | int64(t[0])
		s := (int64(int32(t[2]))-day1970)*secondsOfDay + nanoseconds/int64(time.Second)
		c.add(dataset.Time(time.Unix(s, 0).UTC()))
	}
	return nil
}

// decimalsOf returns the decoder for integers with so many decimals, nil if
// there is none.
func decimalsOf(kind parquet.Kind, scale int32) decoder {
	const most = 1000
	if scale < 0 || scale > most {
		return nil
	}
	switch kind {
	case parquet.Int32:
		return func(c *cells, v encoding.Values, from, to int) error {
			for _, i := range v.Int32()[from:to] {
				if err := c.addDecimal(int64(i), int(scale)); err != nil {
					return err
				}
			}
			return nil
		}
	case parquet.Int64:
		return func(c *cells, v encoding.Values, from, to int) error {
			for _, i := range v.Int64()[from:to] {
				if err := c.addDecimal(i, int(scale)); err != nil {
					return err
				}
			}
			return nil
		}
	case parquet.FixedLenByteArray:
		return func(c *cells, v encoding.Values, from, to int) error {
			bytes, size := v.FixedLenByteArray()
			for i := from; i < to; i++ {
				if err := c.addDecimalBytes(bytes[i*size:(i+1)*size], int(scale)); err != nil {
					return err
				}
			}
			return nil
		}
	case parquet.ByteArray:
		return func(c *cells, v encoding.Values, from, to int) error {
			bytes, offsets := v.ByteArray()
			for i := from; i < to; i++ {
				if err := c.addDecimalBytes(bytes[offsets[i]:offsets[i+1]], int(scale)); err != nil {
					return err
				}
			}
			return nil
		}
	}
	return nil
}
