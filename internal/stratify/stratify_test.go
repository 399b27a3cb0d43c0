package stratify_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"example.com/mlp/internal/stratify"
)

func repeat(n, classes int) []int { return slices.Repeat([]int{n}, classes) }

func TestShares(t *testing.T) {
	for _, c := range []struct {
		total  int
		counts []int
		want   []int
	}{
		{30, []int{50, 50, 50}, []int{10, 10, 10}},
		{15, []int{10, 20, 70}, []int{2, 3, 10}}, // 1.5, 3, 10.5: the first of equal remainders
		{5, []int{3, 5, 12}, []int{1, 1, 3}},     // 0.75, 1.25, 3
		{20, []int{2, 98}, []int{0, 20}},         // 0.4, 19.6
		{2, repeat(4, 4), []int{1, 1, 0, 0}},     // 0.5 each
		{4, []int{3, 3, 1}, []int{2, 2, 0}},      // the only row of a class stays
		{3, []int{2, 4}, []int{1, 2}},            // 1, 2
		{5, []int{2, 6}, []int{1, 4}},            // 1.25, 3.75
		{6, []int{2, 6}, []int{1, 5}},            // 1.5, 4.5, but one of each stays
		{7, []int{2, 6}, []int{2, 5}},            // 1.75, 5.25: too many for that
		{8, []int{2, 6}, []int{2, 6}},
		{10, []int{1, 1, 1, 1, 50, 100}, []int{0, 0, 0, 0, 3, 7}}, // 3.33, 6.67
		{3, []int{0, 2, 0, 4, 0}, []int{0, 1, 0, 2, 0}},
		{0, []int{3, 4}, []int{0, 0}},
		{1, []int{0, 1}, []int{0, 1}},
		{50, repeat(5, 100), slices.Concat(repeat(1, 50), repeat(0, 50))},
		{11, repeat(4, 26), slices.Concat(repeat(1, 11), repeat(0, 15))},
	} {
		if got := stratify.Shares(c.total, c.counts); !slices.Equal(got, c.want) {
			t.Errorf("%d of %v: %v, want %v", c.total, c.counts, got, c.want)
		}
	}
}

// Whatever the classes are, shares add up, and a class keeps a row where the
// others have enough.
func TestSharesOfAnything(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 20_000 {
		counts := make([]int, 1+rng.IntN(8))
		rows, room := 0, 0
		for c := range counts {
			counts[c] = rng.IntN(1 + rng.IntN(30))
			rows += counts[c]
			room += max(counts[c]-1, 0)
		}
		total := rng.IntN(rows + 1)
		sum := 0
		for c, n := range stratify.Shares(total, counts) {
			sum += n
			if n < 0 || n > counts[c] || n == counts[c] && n > 0 && total <= room {
				t.Fatalf("%d of %v: %v", total, counts, stratify.Shares(total, counts))
			}
		}
		if sum != total {
			t.Fatalf("%d of %v: %v", total, counts, stratify.Shares(total, counts))
		}
	}
}

func TestDeal(t *testing.T) {
	class := []int{0, 1, 0, 1, 0, 1, 0, 0, 2}
	order := []int{8, 7, 6, 5, 4, 3, 2, 1, 0}
	for _, c := range []struct {
		sizes []int
		want  [][]int
	}{
		{nil, [][]int{order}},
		{[]int{3}, [][]int{{7, 6, 5}, {8, 4, 3, 2, 1, 0}}},
		{[]int{3, 3}, [][]int{{7, 6, 5}, {4, 3, 2}, {8, 1, 0}}},
		{[]int{9}, [][]int{order, nil}},
	} {
		got := stratify.Deal(order, class, 3, c.sizes...)
		if !slices.EqualFunc(got, c.want, slices.Equal[[]int]) {
			t.Errorf("sizes %v: %v, want %v", c.sizes, got, c.want)
		}
	}
}

func TestFolds(t *testing.T) {
	class := []int{1, 0, 0, 1, 0, 1, 1}
	keep := func([]int) {}
	if got, want := stratify.Folds(class, 2, 3, keep), []int{0, 0, 1, 0, 2, 1, 2}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got, want := stratify.Folds(class, 2, 3, slices.Reverse), []int{2, 2, 1, 1, 0, 0, 0}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
