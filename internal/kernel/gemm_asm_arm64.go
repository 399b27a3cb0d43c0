//go:build !noasm

package kernel

// panelWidth is the number of columns of the widest tile of several rows.
func panelWidth() int { return 8 }

// rowWidth is the number of columns of the widest tile of one row.
const rowWidth = 32

// maxRows is the number of rows of the largest tile of the given width.
func maxRows(width int) int {
	if width == 8 {
		return 6
	}
	return 8
}

// strips returns the width of the tiles to use next if n columns are left and w
// is the widest, and how many strips of that width there are.
func strips(w, n int) (width, count int) {
	for w > n {
		w /= 2
	}
	return w, n / w
}

// compute computes the tiles, which have the given width and number of rows.
func (t *tiles) compute(width, rows int) {
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

// packsAhead returns false: tiles only compute.
func packsAhead() bool { return false }

// computeRow computes C[i, j0:j1] for a B of contiguous rows, a few of them at
// a time, so that the pages and lines that a strip touches are ready for the
// next.
func (g *product) computeRow(i, j0, j1 int) {
	var t tiles
	t.csa, t.ldb = g.csa*word, g.rsb*word
	for p := 0; p < g.k; p += blockK {
		t.k = min(blockK, g.k-p)
		t.a = at(g.a, i*g.rsa+p*g.csa)
		for j := j0; j < j1; {
			width, count := strips(rowWidth, min(blockN, j1-j))
			t.cols = min(width, j1-j)
			t.b = at(g.b, p*g.rsb+j)
			t.c = at(g.c, i*g.ldc+j)
			switch {
			case p > 0: // continue the chains
				t.d = t.c
			case g.d != nil:
				t.d = at(g.d, i*g.ldd+j)
			}
			t.stepColumns(count, width, width*word)
			t.compute(width, 1)
			j += count * width
		}
	}
}

// computeDots computes C[i, j0:j1] for a B of contiguous columns. Gathering the
// lanes of a vector from two columns would take as long as it saves.
func (g *product) computeDots(i, j0, j1 int) {
	g.computeGeneric(i, i+1, j0, j1)
}
