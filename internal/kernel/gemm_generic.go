package kernel

import "math"

// computeGeneric computes C[i0:i1, j0:j1] in Go.
func (g *product) computeGeneric(i0, i1, j0, j1 int) {
	for i := i0; i < i1; i++ {
		row := g.c[i*g.ldc+j0 : i*g.ldc+j1]
		if g.d == nil {
			clear(row)
		} else {
			copy(row, g.d[i*g.ldd+j0:])
		}
		if g.k == 0 {
			continue
		}
		if g.csb == 1 {
			g.addRows(row, g.a[i*g.rsa:], j0)
		} else {
			g.addDots(row, g.a[i*g.rsa:], j0)
		}
	}
}

// addRows adds to row the products of a, a row of A, and the columns of B from
// j0 on, where the rows of B are contiguous.
func (g *product) addRows(row, a []float64, j0 int) {
	n := len(row)
	b := func(p int) []float64 { return g.b[p*g.rsb+j0:][:n] }
	four, single := addFourFMA, addOneFMA
	if !hasFMA {
		four, single = addFour, addOne
	}
	p := 0
	for ; p+4 <= g.k; p += 4 {
		four(row, b(p), b(p+1), b(p+2), b(p+3),
			a[p*g.csa], a[(p+1)*g.csa], a[(p+2)*g.csa], a[(p+3)*g.csa])
	}
	for ; p < g.k; p++ {
		single(row, b(p), a[p*g.csa])
	}
}

// addFourFMA adds x0·b0, x1·b1, x2·b2 and x3·b3 to c, in that order.
func addFourFMA(c, b0, b1, b2, b3 []float64, x0, x1, x2, x3 float64) {
	b0, b1, b2, b3 = b0[:len(c)], b1[:len(c)], b2[:len(c)], b3[:len(c)]
	for j, s := range c {
		s = math.FMA(x0, b0[j], s)
		s = math.FMA(x1, b1[j], s)
		s = math.FMA(x2, b2[j], s)
		c[j] = math.FMA(x3, b3[j], s)
	}
}

func addFour(c, b0, b1, b2, b3 []float64, x0, x1, x2, x3 float64) {
	b0, b1, b2, b3 = b0[:len(c)], b1[:len(c)], b2[:len(c)], b3[:len(c)]
	for j, s := range c {
		s += float64(x0 * b0[j])
		s += float64(x1 * b1[j])
		s += float64(x2 * b2[j])
		c[j] = s + float64(x3*b3[j])
	}
}

// addOneFMA adds x·b to c.
func addOneFMA(c, b []float64, x float64) {
	b = b[:len(c)]
	for j, s := range c {
		c[j] = math.FMA(x, b[j], s)
	}
}

func addOne(c, b []float64, x float64) {
	b = b[:len(c)]
	for j, s := range c {
		c[j] = s + float64(x*b[j])
	}
}

// addDots is addRows for a B whose columns are contiguous.
func (g *product) addDots(row, a []float64, j0 int) {
	k := g.k
	b := func(j int) []float64 { return g.b[(j0+j)*g.csb:][:k] }
	four, single := dotFourFMA, dotOneFMA
	if !hasFMA {
		four, single = dotFour, dotOne
	}
	j := 0
	for ; j+4 <= len(row); j += 4 {
		four(row[j:j+4], a, g.csa, b(j), b(j+1), b(j+2), b(j+3))
	}
	for ; j < len(row); j++ {
		row[j] = single(row[j], a, g.csa, b(j))
	}
}

// dotFourFMA adds to c the products of a, whose elements are inc apart, and
// four columns of B: four chains at once hide the latency of each.
func dotFourFMA(c []float64, a []float64, inc int, b0, b1, b2, b3 []float64) {
	b1, b2, b3 = b1[:len(b0)], b2[:len(b0)], b3[:len(b0)]
	s0, s1, s2, s3 := c[0], c[1], c[2], c[3]
	for p, y := range b0 {
		x := a[p*inc]
		s0 = math.FMA(x, y, s0)
		s1 = math.FMA(x, b1[p], s1)
		s2 = math.FMA(x, b2[p], s2)
		s3 = math.FMA(x, b3[p], s3)
	}
	c[0], c[1], c[2], c[3] = s0, s1, s2, s3
}

func dotFour(c []float64, a []float64, inc int, b0, b1, b2, b3 []float64) {
	b1, b2, b3 = b1[:len(b0)], b2[:len(b0)], b3[:len(b0)]
	s0, s1, s2, s3 := c[0], c[1], c[2], c[3]
	for p, y := range b0 {
		x := a[p*inc]
		s0 += float64(x * y)
		s1 += float64(x * b1[p])
		s2 += float64(x * b2[p])
		s3 += float64(x * b3[p])
	}
	c[0], c[1], c[2], c[3] = s0, s1, s2, s3
}

// dotOneFMA adds to s the product of a, whose elements are inc apart, and b.
func dotOneFMA(s float64, a []float64, inc int, b []float64) float64 {
	for p, y := range b {
		s = math.FMA(a[p*inc], y, s)
	}
	return s
}

func dotOne(s float64, a []float64, inc int, b []float64) float64 {
	for p, y := range b {
		s += float64(a[p*inc] * y)
	}
	return s
}
