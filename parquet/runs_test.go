package parquet

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestAppendRuns(t *testing.T) {
	for _, c := range []struct {
		b        []byte
		width, n int
		want     []int32 // nil for an error
	}{
		{[]byte{0x03, 0x88, 0xc6, 0xfa}, 3, 8, []int32{0, 1, 2, 3, 4, 5, 6, 7}}, // the example of the format's description
		{[]byte{0x03, 0x88, 0xc6}, 3, 5, []int32{0, 1, 2, 3, 4}},                // a last group that is not whole
		{[]byte{0x03, 0x88, 0xc6}, 3, 6, nil},
		{[]byte{0x08, 0x05}, 3, 4, []int32{5, 5, 5, 5}},
		{[]byte{0x04, 0x01, 0x03, 0x02}, 1, 5, []int32{1, 1, 0, 1, 0}},
		{[]byte{0xff, 0xff, 0xff, 0xff, 0x0e, 0x01}, 1, 3, []int32{1, 0, 0}}, // 2³¹ groups, of which one byte is there
		{[]byte{0xfe, 0xff, 0xff, 0xff, 0x0f, 0x01}, 1, 3, []int32{1, 1, 1}}, // a run of 2³¹
		{[]byte{0x02, 0x01, 0x02, 0x03, 0x04}, 32, 1, []int32{0x04030201}},
		{nil, 0, 3, []int32{0, 0, 0}},
		{nil, 1, 1, nil},
		{[]byte{0x08}, 3, 4, nil},
		{[]byte{0x02, 0x01}, 33, 1, nil},
	} {
		got, err := appendRuns(nil, c.b, c.width, c.n)
		switch {
		case c.want == nil && !errors.Is(err, errBroken):
			t.Errorf("%x: %v and %v, want an error", c.b, got, err)
		case c.want != nil && (err != nil || !slices.Equal(got, c.want)):
			t.Errorf("%x: %v and %v, want %v", c.b, got, err, c.want)
		}
	}
}

func TestAppendPacked(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for width := 1; width <= 32; width++ {
		for count := range 40 {
			b := make([]byte, (count*width+7)/8)
			want := make([]int32, count)
			for i := range want {
				v := random.Uint64() & (1<<width - 1)
				want[i] = int32(v)
				for bit := range width {
					at := i*width + bit
					b[at/8] |= byte(v>>bit&1) << (at % 8)
				}
			}
			if got, err := appendPacked(nil, b, width, count); err != nil || !slices.Equal(got, want) {
				t.Fatalf("%d of %d bits: %v and %v, want %v", count, width, got, err, want)
			}
		}
	}
}
