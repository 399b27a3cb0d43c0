package mlp

import (
	"slices"
	"testing"
)

// However many workers share the pieces, each piece is done once, and of each
// large parameter a worker does about the same share as of all.
func TestShareOfLeaves(t *testing.T) {
	net, err := Model([]Layer{Dense(784, 128, ReLU), Dense(128, 700, ReLU), Dense(700, 3, Softmax)}, CategoricalCrossEntropy)
	if err != nil {
		t.Fatal(err)
	}
	s, err := newStepper("Fit", &net.(*Classifier).network, FitOptions{Optimizer: SGD{}}, 32)
	if err != nil {
		t.Fatal(err)
	}
	defer s.env.team.Close()
	ls := s.leaves
	for workers := 1; workers <= 5; workers++ {
		for i := range ls.pieces {
			ls.pieces[i].sum = 0
		}
		done := make(map[string]int) // numbers of each parameter
		ls.do = func(l *leaf) {
			done[l.name] += len(l.value)
			l.sum++
		}
		share := (ls.size + workers - 1) / workers
		for lo := 0; lo < ls.size; lo += share {
			hi := min(lo+share, ls.size)
			ls.Run(lo, hi)
			for _, l := range ls.whole {
				want := int(float64(len(l.value)) * float64(hi) / float64(ls.size))
				if got := done[l.name]; len(l.value) > pieceLen && (got < want-pieceLen || got > want+pieceLen) {
					t.Errorf("%d workers: up to %d of %d, %d of the %d numbers of %s are done", workers, hi, ls.size, got, len(l.value), l.name)
				}
			}
		}
		if i := slices.IndexFunc(ls.pieces, func(l leaf) bool { return l.sum != 1 }); i >= 0 {
			t.Fatalf("%d workers: a piece of %s is done %v times", workers, ls.pieces[i].name, ls.pieces[i].sum)
		}
	}
}
