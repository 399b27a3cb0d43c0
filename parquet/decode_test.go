package parquet_test

import (
	"encoding/hex"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go/deprecated"
)

type types struct {
	Uint32 uint32           `parquet:"uint32"`
	Int64  int64            `parquet:"int64"`
	Uint64 uint64           `parquet:"uint64"`
	Float  float32          `parquet:"float"`
	Double float64          `parquet:"double"`
	Bytes  []byte           `parquet:"bytes"`
	Enum   string           `parquet:"enum,enum"`
	UUID   [16]byte         `parquet:"uuid,uuid"`
	Date   int32            `parquet:"date,date"`
	Millis int64            `parquet:"millis,timestamp(millisecond)"`
	Micros int64            `parquet:"micros,timestamp(microsecond)"`
	Nanos  time.Time        `parquet:"nanos,timestamp(nanosecond)"`
	Int96  deprecated.Int96 `parquet:"int96"`
	Dec32  int32            `parquet:"dec32,decimal(2:9)"`
	Dec64  int64            `parquet:"dec64,decimal(3:18)"`
	Dec16  [16]byte         `parquet:"dec16,decimal(1:38)"`
}

// The cells of all types, in plain pages.
func TestTypes(t *testing.T) {
	bytes16 := func(digits string) (b [16]byte) {
		if _, err := hex.Decode(b[:], []byte(digits)); err != nil {
			t.Fatal(err)
		}
		return b
	}
	at := time.Date(2024, 3, 31, 23, 59, 59, 999, time.UTC)
	file := write(t, []types{
		{
			Uint32: math.MaxUint32, Int64: 1<<53 + 1, Uint64: math.MaxUint64, Float: 0.1, Double: math.Inf(1),
			Bytes: []byte(" Kiel "), Enum: "a", UUID: bytes16("00112233445566778899aabbccddeeff"), Date: -1,
			Millis: at.UnixMilli(), Micros: at.UnixMicro(), Nanos: at, Int96: deprecated.Int96{0, 0, 2440589},
			Dec32: 1250, Dec64: 1<<53 + 1, Dec16: bytes16("ffffffffffffffffffffffffffffffff"),
		},
		{
			Int64: -1<<53 - 1, Uint64: 1 << 60, Float: 16777216, Double: math.NaN(), Date: 19813, Millis: -1, Micros: -1e6,
			Nanos: time.Unix(0, -1), Int96: deprecated.Int96{1_000_000_000, 0, 2440587}, Dec32: -5, Dec64: -999,
			Dec16: bytes16("7fffffffffffffffffffffffffffffff"),
		},
	}, 2)
	table := read(t, file)
	for name, want := range map[string][]string{
		"uint32": {"4294967295", "0"},
		"int64":  {"9007199254740993", "-9007199254740993"}, // which float64 does not have
		"uint64": {"18446744073709551615", "1.152921504606847e+18"},
		"float":  {"0.1", "16777216"},
		"double": {"+Inf", "NaN"},
		"bytes":  {"Kiel", ""},
		"enum":   {"a", ""},
		"uuid":   {"00112233-4455-6677-8899-aabbccddeeff", "00000000-0000-0000-0000-000000000000"},
		"date":   {"1969-12-31T00:00:00Z", "2024-03-31T00:00:00Z"},
		"millis": {"2024-03-31T23:59:59Z", "1969-12-31T23:59:59Z"},
		"micros": {"2024-03-31T23:59:59Z", "1969-12-31T23:59:59Z"},
		"nanos":  {"2024-03-31T23:59:59Z", "1969-12-31T23:59:59Z"},
		"int96":  {"1970-01-02T00:00:00Z", "1969-12-31T00:00:01Z"},
		"dec32":  {"12.5", "-0.05"},
		"dec64":  {"9007199254740.992", "-0.999"},
		"dec16":  {"-0.1", "1.7014118346046924e+37"}, // 17014118346046923173168730371588410572.7
	} {
		if got := column(t, table, name); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
