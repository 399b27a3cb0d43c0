package kernel

import (
	"math"
	"time"
)

// The cores of a machine are not always equally fast: there are slower kinds, and
// some share their units or their time with another program. The pieces of a Work
// are therefore as long as the workers are fast, so that all end at about the same
// time. Large products tell how fast they are.

const (
	// measuredMin is the number of multiply-adds of a worker from which a product
	// takes milliseconds. Shorter ones do not tell enough.
	measuredMin = 1 << 26

	// speedStep is how far the speed of a worker moves at most after a product: a
	// core that was interrupted once is not slow.
	speedStep = 1.0 / 32
)

// A workPiece is the piece lo ≤ i < hi of a Work.
type workPiece struct {
	lo, hi int
	took   time.Duration // if it has been measured
}

// divide divides [0, n) into pieces that begin at multiples of grain, one for each
// of the first len(speeds) workers. None is empty if there is a grain for each.
func divide(pieces []workPiece, speeds []float64, n, grain int) {
	grains := (n + grain - 1) / grain
	total := sum(speeds)
	lo, part := 0, 0.0
	for i, speed := range speeds {
		part += speed
		hi := int(math.Round(part / total * float64(grains)))
		hi = max(lo+1, min(hi, grains-(len(speeds)-1-i)))
		pieces[i] = workPiece{lo: lo * grain, hi: min(hi*grain, n)}
		lo = hi
	}
}

// measure moves the speeds of the workers, of which only the ratios matter, towards
// what the times of their pieces tell. The caller counts as the worker whose piece
// it has done.
func measure(speeds []float64, pieces []workPiece) {
	speeds = speeds[:len(pieces)]
	rates := 0.0
	for _, p := range pieces {
		rates += p.rate()
	}
	total := sum(speeds)
	for i, p := range pieces {
		change := p.rate()/rates*total - speeds[i]
		speeds[i] += max(-speedStep, min(change/2, speedStep))
	}
	drift := sum(speeds) / total // because steps are limited
	for i := range speeds {
		speeds[i] /= drift
	}
}

// rate returns how much was done in a unit of time.
func (p *workPiece) rate() float64 { return float64(p.hi-p.lo) / float64(max(p.took, 1)) }

func sum(s []float64) float64 {
	sum := 0.0
	for _, v := range s {
		sum += v
	}
	return sum
}
