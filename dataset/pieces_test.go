package dataset

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestPieces(t *testing.T) {
	var p, q pieces[int]
	var want []int
	for i := range 3*pieceSize + 7 {
		q.append(i)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for len(want) < 5*pieceSize {
		from := rng.IntN(q.len())
		to := from + rng.IntN(q.len()-from)
		p.join(&q, from, to)
		p.append(-1)
		for v := from; v < to; v++ {
			want = append(want, v)
		}
		want = append(want, -1)
	}
	for _, i := range []int{0, pieceSize - 1, pieceSize, len(want) - 1} {
		p.set(i, -i)
		want[i] = -i
		if p.at(i) != -i {
			t.Errorf("entry %d is %d, want %d", i, p.at(i), -i)
		}
	}
	if p.len() != len(want) || !slices.Equal(slices.Collect(p.all()), want) {
		t.Error("the entries are others")
	}
	if whole := p.whole(); !slices.Equal(whole, want) || cap(whole) > len(want)*33/32 || p.len() != 0 {
		t.Error("the whole is another, or has too much memory")
	}
}
