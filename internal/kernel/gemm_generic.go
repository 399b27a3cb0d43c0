package kernel

// computeGeneric computes C[i0:i1, j0:j1] in Go.
func (g *product[T]) computeGeneric(i0, i1, j0, j1 int) {
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
func (g *product[T]) addRows(row, a []T, j0 int) {
	n := len(row)
	b := func(p int) []T { return g.b[p*g.rsb+j0:][:n] }
	four, single := addFourFMA[T], addOneFMA[T]
	switch {
	case !hasFMA:
		four, single = addFour[T], addOne[T]
	case sizeOf[T]() == 4 && !fuses32:
		four, single = addFourByOdd[T], addOneByOdd[T]
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
func addFourFMA[T float](c, b0, b1, b2, b3 []T, x0, x1, x2, x3 T) {
	b0, b1, b2, b3 = b0[:len(c)], b1[:len(c)], b2[:len(c)], b3[:len(c)]
	for j, s := range c {
		s = mulAdd(x0, b0[j], s)
		s = mulAdd(x1, b1[j], s)
		s = mulAdd(x2, b2[j], s)
		c[j] = mulAdd(x3, b3[j], s)
	}
}

func addFour[T float](c, b0, b1, b2, b3 []T, x0, x1, x2, x3 T) {
	b0, b1, b2, b3 = b0[:len(c)], b1[:len(c)], b2[:len(c)], b3[:len(c)]
	for j, s := range c {
		s += T(x0 * b0[j])
		s += T(x1 * b1[j])
		s += T(x2 * b2[j])
		c[j] = s + T(x3*b3[j])
	}
}

// addOneFMA adds x·b to c.
func addOneFMA[T float](c, b []T, x T) {
	b = b[:len(c)]
	for j, s := range c {
		c[j] = mulAdd(x, b[j], s)
	}
}

func addOne[T float](c, b []T, x T) {
	b = b[:len(c)]
	for j, s := range c {
		c[j] = s + T(x*b[j])
	}
}

// addFourByOdd is addFourFMA for float32 with [fmaByOdd].
func addFourByOdd[T float](c, b0, b1, b2, b3 []T, x0, x1, x2, x3 T) {
	addOneByOdd(c, b0, x0)
	addOneByOdd(c, b1, x1)
	addOneByOdd(c, b2, x2)
	addOneByOdd(c, b3, x3)
}

func addOneByOdd[T float](c, b []T, x T) {
	b = b[:len(c)]
	for j, s := range c {
		c[j] = T(fmaByOdd(float32(x), float32(b[j]), float32(s)))
	}
}

// addDots is addRows for a B whose columns are contiguous.
func (g *product[T]) addDots(row, a []T, j0 int) {
	k := g.k
	b := func(j int) []T { return g.b[(j0+j)*g.csb:][:k] }
	four, single := dotFourFMA[T], dotOneFMA[T]
	switch {
	case !hasFMA:
		four, single = dotFour[T], dotOne[T]
	case sizeOf[T]() == 4 && !fuses32:
		four, single = dotFourByOdd[T], dotOneByOdd[T]
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
func dotFourFMA[T float](c []T, a []T, inc int, b0, b1, b2, b3 []T) {
	b1, b2, b3 = b1[:len(b0)], b2[:len(b0)], b3[:len(b0)]
	s0, s1, s2, s3 := c[0], c[1], c[2], c[3]
	for p, y := range b0 {
		x := a[p*inc]
		s0 = mulAdd(x, y, s0)
		s1 = mulAdd(x, b1[p], s1)
		s2 = mulAdd(x, b2[p], s2)
		s3 = mulAdd(x, b3[p], s3)
	}
	c[0], c[1], c[2], c[3] = s0, s1, s2, s3
}

func dotFour[T float](c []T, a []T, inc int, b0, b1, b2, b3 []T) {
	b1, b2, b3 = b1[:len(b0)], b2[:len(b0)], b3[:len(b0)]
	s0, s1, s2, s3 := c[0], c[1], c[2], c[3]
	for p, y := range b0 {
		x := a[p*inc]
		s0 += T(x * y)
		s1 += T(x * b1[p])
		s2 += T(x * b2[p])
		s3 += T(x * b3[p])
	}
	c[0], c[1], c[2], c[3] = s0, s1, s2, s3
}

// dotOneFMA adds to s the product of a, whose elements are inc apart, and b.
func dotOneFMA[T float](s T, a []T, inc int, b []T) T {
	for p, y := range b {
		s = mulAdd(a[p*inc], y, s)
	}
	return s
}

func dotOne[T float](s T, a []T, inc int, b []T) T {
	for p, y := range b {
		s += T(a[p*inc] * y)
	}
	return s
}

// dotFourByOdd is dotFourFMA for float32 with [fmaByOdd].
func dotFourByOdd[T float](c []T, a []T, inc int, b0, b1, b2, b3 []T) {
	c[0] = dotOneByOdd(c[0], a, inc, b0)
	c[1] = dotOneByOdd(c[1], a, inc, b1)
	c[2] = dotOneByOdd(c[2], a, inc, b2)
	c[3] = dotOneByOdd(c[3], a, inc, b3)
}

func dotOneByOdd[T float](s T, a []T, inc int, b []T) T {
	for p, y := range b {
		s = T(fmaByOdd(float32(a[p*inc]), float32(y), float32(s)))
	}
	return s
}
