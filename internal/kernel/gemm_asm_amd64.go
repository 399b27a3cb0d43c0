//go:build !noasm

package kernel

import "unsafe"

// panelBytes is the width of the widest tile.
func panelBytes() int {
	if isa == AVX512 {
		return 128
	}
	return 64
}

// maxRows is the number of rows of the largest tile of the given width.
func maxRows(width, word int) int {
	if isa == AVX2 && width*word == 64 {
		return 6
	}
	return 12
}

// strips returns the width of the tiles to use next if n columns are left and w
// is the widest, and how many strips of that width there are. The last may be
// wider than n.
func strips[T float](w, n int) (width, count int) {
	z, y := 64/sizeOf[T](), 32/sizeOf[T]() // lanes of the registers
	switch {
	case w == 2*z && n >= 2*z:
		return 2 * z, n / (2 * z)
	case n >= z:
		return z, n / z
	case n > y && isa == AVX512:
		return z, 1
	}
	return y, 1
}

// compute computes the tiles, which have the given width and number of rows.
func (t *tiles) compute(width, rows, word int) {
	if word == 4 {
		t.computeF32(width, rows)
		return
	}
	if isa == AVX512 {
		switch width {
		case 16:
			avx512Tilesx16(rows, t)
		case 8:
			avx512Tilesx8(rows, t)
		case 4:
			avx512Tilesx4(rows, t)
		}
		return
	}
	switch width {
	case 8:
		avx2Tilesx8(rows, t)
	case 4:
		avx2Tilesx4(rows, t)
	}
}

func (t *tiles) computeF32(width, rows int) {
	if isa == AVX512 {
		switch width {
		case 32:
			avx512Tilesx32F32(rows, t)
		case 16:
			avx512Tilesx16F32(rows, t)
		case 8:
			avx512Tilesx8F32(rows, t)
		}
		return
	}
	switch width {
	case 16:
		avx2Tilesx16F32(rows, t)
	case 8:
		avx2Tilesx8F32(rows, t)
	}
}

// prefersTransposed reports whether an m×n product of k steps takes less time if
// C is transposed. It takes fewer steps of vectors, because those of C are full,
// and then somewhat more than the time of one step for each number.
func prefersTransposed[T float](m, k, n int) bool {
	lanes := panelBytes() / 2 / sizeOf[T]()
	lost := (n+lanes-1)/lanes*lanes - n // lanes in each step of a row
	const few = 24
	return n <= few && m > max(few, 2*lanes-1) && k >= 16 && 8*k*lost > 9*n*lanes
}

// packsAhead reports whether the widest tiles of several rows pack another
// panel of B while they compute.
func packsAhead() bool { return isa == AVX512 }

// packsBefore reports whether products take less time if B has been packed.
func packsBefore() bool { return isa != Generic }

// packPanel copies k rows of a panel, ld bytes apart, to dst, where they are
// contiguous.
func packPanel(k int, src unsafe.Pointer, ld int, dst unsafe.Pointer) {
	if isa == AVX512 {
		avx512Pack(k, src, ld, dst)
	} else {
		avx2Pack(k, src, ld, dst)
	}
}

// stripWidth is the number of columns of the strips into which to split a row
// of n: a single strip if possible, otherwise several of about the same width.
// From a wide B, the CPU prefetches narrower strips faster.
func stripWidth[T float](n int) int {
	word := sizeOf[T]()
	one, some := 256/word, 256/word
	if isa == AVX512 {
		one, some = 1024/word, 512/word
	}
	if n <= one {
		return n
	}
	count, lanes := (n+some-1)/some, line/word
	return ((n+count-1)/count + lanes - 1) &^ (lanes - 1)
}

// stripRows is the number of rows of B that all strips of a row process before
// the next ones, so that the pages and lines that one strip touches are ready
// for the others. A single strip processes more, but not all: it holds up the
// garbage collector.
const (
	stripRows       = 128
	singleStripRows = 1024
)

// computeRow computes C[i, j0:j1] for a B of contiguous rows.
func (g *product[T]) computeRow(i, j0, j1 int) {
	word := sizeOf[T]()
	width, rows := stripWidth[T](j1-j0), stripRows
	if width >= j1-j0 {
		rows = singleStripRows
	}
	for p := 0; p < g.k; p += rows {
		k := min(rows, g.k-p)
		a := at(g.a, i*g.rsa+p*g.csa)
		for j := j0; j < j1; j += width {
			b, c := at(g.b, p*g.rsb+j), at(g.c, i*g.ldc+j)
			d := c // to continue the chains
			if p == 0 {
				d = nil
				if g.d != nil {
					d = at(g.d, i*g.ldd+j)
				}
			}
			cols := min(width, j1-j)
			rowStrip[T](k, cols, a, g.csa*word, b, g.rsb*word, c, d)
		}
	}
}

// rowStrip computes cols numbers of a row of C = D + A·B in k steps. The columns
// of A are csa bytes apart and the rows of B ldb bytes. A nil d is zero.
func rowStrip[T float](k, cols int, a unsafe.Pointer, csa int, b unsafe.Pointer, ldb int, c, d unsafe.Pointer) {
	switch {
	case sizeOf[T]() == 4 && isa == AVX512:
		avx512RowStripF32(k, cols, a, csa, b, ldb, c, d)
	case sizeOf[T]() == 4:
		avx2RowStripF32(k, cols, a, csa, b, ldb, c, d)
	case isa == AVX512:
		avx512RowStrip(k, cols, a, csa, b, ldb, c, d)
	default:
		avx2RowStrip(k, cols, a, csa, b, ldb, c, d)
	}
}

// smallRow is RowMulBias for rows that are one strip. It reports whether it has
// computed c.
func smallRow[T float](c, a, b, bias []T) (done bool) {
	k, n, word := len(a), len(c), sizeOf[T]()
	if isa == Generic || k == 0 || k > singleStripRows || n > stripWidth[T](n) {
		return false
	}
	rowStrip[T](k, n, at(a, 0), word, at(b, 0), n*word, at(c, 0), at(bias, 0))
	return true
}

// computeDots computes C[i, j0:j1] for a B of contiguous columns.
func (g *product[T]) computeDots(i, j0, j1 int) {
	word := sizeOf[T]()
	var t tiles
	t.k, t.csa, t.ldb = g.k, g.csa*word, g.csb*word
	for j := j0; j < j1; {
		width := 4
		for width < 32 && 2*width <= j1-j {
			width *= 2
		}
		t.cols = min(width, j1-j)
		t.a = at(g.a, i*g.rsa)
		t.b = at(g.b, j*g.csb)
		t.c = at(g.c, i*g.ldc+j)
		if g.d != nil {
			t.d = at(g.d, i*g.ldd+j)
		}
		count := max(1, min(j1-j, blockN)/width)
		t.stepColumns(count, width*t.ldb, width*word)
		if word == 4 {
			t.dotsF32(width)
		} else {
			t.dots(width)
		}
		j += count * width
	}
}

// dots computes the tiles of one row, for a B of contiguous columns.
func (t *tiles) dots(width int) {
	switch width {
	case 32:
		avx2Dots32(t)
	case 16:
		avx2Dots16(t)
	case 8:
		avx2Dots8(t)
	default:
		avx2Dots4(t)
	}
}

func (t *tiles) dotsF32(width int) {
	switch width {
	case 32:
		avx2Dots32F32(t)
	case 16:
		avx2Dots16F32(t)
	case 8:
		avx2Dots8F32(t)
	default:
		avx2Dots4F32(t)
	}
}
