//go:build !noasm

package kernel

// panelBytes is the width of the widest tile of several rows.
func panelBytes() int { return 64 }

// rowBytes is the width of the widest tile of one row.
const rowBytes = 256

// maxRows is the number of rows of the largest tile of the given width.
func maxRows(width, word int) int {
	if width*word == 64 {
		return 6
	}
	return 8
}

// strips returns the width of the tiles to use next if n columns are left and w
// is the widest, and how many strips of that width there are.
func strips[T float](w, n int) (width, count int) {
	for w > n {
		w /= 2
	}
	return w, n / w
}

// compute computes the tiles, which have the given width and number of rows.
func (t *tiles) compute(width, rows, word int) {
	if word == 4 {
		t.computeF32(width, rows)
		return
	}
	switch width {
	case 32:
		neonTile1x32(t)
	case 16:
		neonTile1x16(t)
	case 8:
		neonTilesx8(rows, t)
	case 4:
		neonTilesx4(rows, t)
	case 2:
		neonTilesx2(rows, t)
	case 1:
		neonTilesx1(rows, t)
	}
}

func (t *tiles) computeF32(width, rows int) {
	switch width {
	case 64:
		neonTile1x64F32(t)
	case 32:
		neonTile1x32F32(t)
	case 16:
		neonTilesx16F32(rows, t)
	case 8:
		neonTilesx8F32(rows, t)
	case 4:
		neonTilesx4F32(rows, t)
	case 2:
		neonTilesx2F32(rows, t)
	case 1:
		neonTilesx1F32(rows, t)
	}
}

// prefersTransposed returns false: narrow vectors of the rows of C are full.
func prefersTransposed[T float](_, _, _ int) bool { return false }

// packsAhead returns false: tiles only compute.
func packsAhead() bool { return false }

// packsBefore returns false: tiles do not fetch what they will need.
func packsBefore() bool { return false }

// computeRow computes C[i, j0:j1] for a B of contiguous rows, a few of them at
// a time, so that the pages and lines that a strip touches are ready for the
// next.
func (g *product[T]) computeRow(i, j0, j1 int) {
	word := sizeOf[T]()
	var t tiles
	t.csa, t.ldb = g.csa*word, g.rsb*word
	for p := 0; p < g.k; p += blockK / word {
		t.k = min(blockK/word, g.k-p)
		t.a = at(g.a, i*g.rsa+p*g.csa)
		for j := j0; j < j1; {
			width, count := strips[T](rowBytes/word, min(blockN, j1-j))
			t.cols = min(width, j1-j)
			t.b = at(g.b, p*g.rsb+j)
			t.c = at(g.c, i*g.ldc+j)
			switch {
			case p > 0: // continue the chains
				t.d = t.c
			case g.d != nil:
				t.d = at(g.d, i*g.ldd+j)
			}
			t.stepColumns(count, width*word, width*word)
			t.compute(width, 1, word)
			j += count * width
		}
	}
}

// computeDots computes C[i, j0:j1] for a B of contiguous columns. Gathering the
// lanes of a vector from two columns would take as long as it saves.
func (g *product[T]) computeDots(i, j0, j1 int) {
	g.computeGeneric(i, i+1, j0, j1)
}

// smallRow leaves all rows to compute.
func smallRow[T float](c, a, b, bias []T) (done bool) { return false }
