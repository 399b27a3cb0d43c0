package main

import "math"

// randomState is the generator of numpy.random.RandomState, so that the data
// are the same as those made with NumPy: the Mersenne Twister MT19937
// (Matsumoto and Nishimura, 1998) with NumPy's distributions on top.
type randomState struct {
	key  [624]uint32
	next int // index into key; its length when all are used up
}

func newRandomState(seed uint32) *randomState {
	r := &randomState{}
	r.key[0] = seed
	for i := 1; i < len(r.key); i++ {
		prev := r.key[i-1]
		r.key[i] = 1812433253*(prev^prev>>30) + uint32(i)
	}
	r.next = len(r.key)
	return r
}

// uint32 returns the next output of the twister.
func (r *randomState) uint32() uint32 {
	if r.next == len(r.key) {
		r.twist()
	}
	y := r.key[r.next]
	r.next++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

func (r *randomState) twist() {
	n := len(r.key)
	for i := range n {
		y := r.key[i]&0x80000000 | r.key[(i+1)%n]&0x7fffffff
		r.key[i] = r.key[(i+397)%n] ^ y>>1 ^ y&1*0x9908b0df
	}
	r.next = 0
}

// float64 returns a number in [0, 1).
func (r *randomState) float64() float64 {
	hi, lo := r.uint32()>>5, r.uint32()>>6
	return (float64(hi)*(1<<26) + float64(lo)) / (1 << 53)
}

// uniform returns n numbers in [low, high).
func (r *randomState) uniform(low, high float64, n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = low + float64((high-low)*r.float64())
	}
	return values
}

// normal returns n standard normal numbers, n even, by Marsaglia's polar
// method.
func (r *randomState) normal(n int) []float64 {
	values := make([]float64, n)
	for i := 0; i < n; {
		a, b := 2*r.float64()-1, 2*r.float64()-1
		s := float64(a*a) + float64(b*b)
		if s >= 1 || s == 0 {
			continue
		}
		f := math.Sqrt(-2 * math.Log(s) / s)
		values[i], values[i+1] = f*b, f*a
		i += 2
	}
	return values
}

// atMost returns a number in [0, limit].
func (r *randomState) atMost(limit uint32) uint32 {
	mask := limit
	for shift := 1; shift < 32; shift *= 2 {
		mask |= mask >> shift
	}
	for {
		if v := r.uint32() & mask; v <= limit {
			return v
		}
	}
}

// permutation returns the numbers below n in random order.
func (r *randomState) permutation(n int) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	for i := n - 1; i > 0; i-- {
		j := r.atMost(uint32(i))
		p[i], p[j] = p[j], p[i]
	}
	return p
}
