package parquet

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// appendRuns appends n integers of so many bits each, which are in b as runs of
// the same one and as groups of eight. It takes memory for no more than n.
func appendRuns(dst []int32, b []byte, width, n int) ([]int32, error) {
	if width > 32 {
		return dst, fmt.Errorf("%w: integers of %d bits", errBroken, width)
	}
	for width == 0 && n > 0 { // some writers leave out what is zero in any case
		dst, n = append(dst, 0), n-1
	}
	for n > 0 {
		header, size := binary.Uvarint(b)
		if size <= 0 {
			return dst, fmt.Errorf("%w: %d integers are missing", errBroken, n)
		}
		b = b[size:]
		var count int
		var err error
		if header&1 == 0 {
			count = int(min(header>>1, uint64(n)))
			dst, b, err = appendRun(dst, b, width, count)
		} else {
			groups := min(header>>1, uint64(len(b)/width)+1) // the last one need not be whole
			count = int(min(8*groups, uint64(n)))
			packed := min(int(groups)*width, len(b))
			dst, err = appendPacked(dst, b[:packed], width, count)
			b = b[packed:]
		}
		if err != nil {
			return dst, err
		}
		n -= count
	}
	return dst, nil
}

// appendRun appends the same integer several times.
func appendRun(dst []int32, b []byte, width, count int) ([]int32, []byte, error) {
	size := (width + 7) / 8
	if len(b) < size {
		return dst, b, fmt.Errorf("%w: a run without its integer", errBroken)
	}
	var bytes [4]byte
	copy(bytes[:], b[:size])
	v := int32(binary.LittleEndian.Uint32(bytes[:]))
	for range count {
		dst = append(dst, v)
	}
	return dst, b[size:], nil
}

// appendPacked appends integers whose bits follow each other, the lowest first.
func appendPacked(dst []int32, b []byte, width, count int) ([]int32, error) {
	if int64(len(b)) < (int64(count)*int64(width)+7)/8 {
		return dst, fmt.Errorf("%w: %d integers of %d bits in %d bytes", errBroken, count, width, len(b))
	}
	from := len(dst)
	dst = slices.Grow(dst, count)[:from+count]
	packed := dst[from:]
	mask := uint64(1)<<width - 1
	at := uint(0) // the first bit of the next one, which ends within eight bytes
	for len(packed) > 0 && int(at/8)+8 <= len(b) {
		packed[0] = int32(binary.LittleEndian.Uint64(b[at/8:]) >> (at % 8) & mask)
		packed, at = packed[1:], at+uint(width)
	}
	var end [16]byte
	copy(end[:], b[min(int(at/8), len(b)):])
	for at %= 8; len(packed) > 0; at += uint(width) {
		packed[0] = int32(binary.LittleEndian.Uint64(end[at/8:]) >> (at % 8) & mask)
		packed = packed[1:]
	}
	return dst, nil
}
