//go:build !noasm

package kernel

// panelWidth is the number of columns of the widest tile for m rows of C. That
// for one row is for a B that is not packed.
func panelWidth(m int) int {
	if m == 1 {
		return 32
	}
	return 8
}

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

// packsAhead reports that tiles only compute.
func packsAhead() bool { return false }

// computeDots computes C[i, j0:j1] for a B of contiguous columns. To
// gather the lanes of a vector from two columns takes as long as it saves.
func (g *product) computeDots(i, j0, j1 int) {
	g.computeGeneric(i, i+1, j0, j1)
}
