//go:build (amd64 || arm64) && !noasm

package kernel

import (
	"slices"
	"unsafe"
)

// Sizes of the blocks in which a large product is computed: blockK bytes of
// each of blockN packed columns of B stay in the level 2 or 3 cache, along with
// as much of blockM rows of A in level 2, and one panel of B in level 1 or 2.
// They also limit the time for which assembly holds up the garbage collector.
const (
	blockK = 2048
	blockM = 252
	blockN = 2048

	// A matrix that is packed beforehand is read in order, and fetched ahead, so
	// that its panels may be longer. Then fewer steps load the numbers of C again.
	packedK = 8192

	// Up to this many bytes, packed panels stay in the level 2 cache.
	cachedPanels = 1 << 20

	// From this many rows of C on, copying B into contiguous panels takes less
	// time than it saves.
	packMin = 64

	// Numbers at this distance in bytes share a set of the level 1 cache.
	conflict = 4096

	// Up to this many numbers, all of B stays in the level 1 cache, not only
	// the current panel.
	smallB = 2048

	// This many numbers of C, written once, would only evict others from the
	// level 2 cache.
	streamMin = 1 << 19
)

const line = 64 // size of a cache line in bytes

// A buffer holds packed blocks of A and B, and a transposed C.
type buffer[T float] struct{ a, b, c []T }

// compute computes C[i0:i1, j0:j1].
func (g *product[T]) compute(buf *buffer[T], i0, i1, j0, j1 int) {
	if isa == Generic || g.k == 0 {
		g.computeGeneric(i0, i1, j0, j1)
		return
	}
	m := i1 - i0
	if m == 1 {
		if g.csb == 1 {
			g.computeRow(i0, j0, j1)
		} else {
			g.computeDots(i0, j0, j1)
		}
		return
	}
	if g.rsa == 1 && g.csa != 1 && prefersTransposed[T](m, g.k, j1-j0) {
		g.computeTransposed(buf, i0, i1, j0, j1)
		return
	}
	word := sizeOf[T]()
	var x block[T]
	x.width = panelBytes() / word
	x.t.rsa, x.t.csa = g.rsa*word, g.csa*word
	x.t.ldb = g.rsb * word
	x.t.ldc = g.ldc * word
	x.rsb, x.csb = g.rsb*word, g.csb*word
	x.t.next = uintptr(unsafe.Pointer(unsafe.SliceData(g.ahead)))
	x.t.end = x.t.next + uintptr(len(g.ahead))*unsafe.Sizeof(g.ahead[0])
	packs := g.panels == nil && (g.csb != 1 || m >= packMin)
	// A is packed if the rows or columns of a tile would evict one another from
	// the cache.
	packedA := m >= packMin && j1-j0 >= packMin &&
		(g.rsa*word%conflict == 0 || g.csa*word%conflict == 0)
	kb, mb := blockSize(g.k, blockK/word), blockSize(m, blockM)
	if g.panels != nil {
		kb = blockSize(g.k, packedK/word)
		x.room = len(g.panels) * word
	}
	if packs || g.panels != nil {
		x.t.ldb = x.width * word
	}
	x.t.stream = kb == g.k && m*(j1-j0) >= streamMin &&
		g.ldc*word%line == 0 && uintptr(at(g.c, i0*g.ldc+j0))%line == 0
	for j := j0; j < j1; j += blockN {
		n := min(blockN, j1-j)
		for p := 0; p < g.k; p += kb {
			x.t.k = min(kb, g.k-p)
			x.panel = x.width * word
			switch {
			case g.panels != nil:
				x.panel *= g.k
				x.b = at(g.panels, j*g.k+p*x.width)
			case packs:
				x.unpacked = at(g.b, p*g.rsb+j*g.csb)
				x.panel *= x.t.k
				x.room = (n + x.width - 1) / x.width * x.panel
				if m <= mb && m > maxRows(x.width, word) && x.t.k*n > smallB {
					x.room = 2 * x.panel // of one strip, used once, and of the next
				}
				x.b = buf.panels(x.room / word)
			default:
				x.b = at(g.b, p*g.rsb+j)
			}
			for i := i0; i < i1; i += mb {
				m := min(mb, i1-i)
				if packedA {
					x.packA(g, buf, i, m, p)
				} else {
					x.a = at(g.a, i*g.rsa+p*g.csa)
				}
				x.c = at(g.c, i*g.ldc+j)
				switch {
				case p > 0: // continue the chains
					x.d, x.t.ldd = x.c, x.t.ldc
				case g.d != nil:
					x.d, x.t.ldd = at(g.d, i*g.ldd+j), g.ldd*word
				default:
					x.d = nil
				}
				x.fetches = x.unpacked == nil && x.room > cachedPanels
				x.compute(m, n)
				x.unpacked = nil // now it is packed
			}
		}
	}
}

// computeTransposed computes Cᵀ = Dᵀ + Bᵀ·Aᵀ and transposes that.
func (g *product[T]) computeTransposed(buf *buffer[T], i0, i1, j0, j1 int) {
	m, n, word := i1-i0, j1-j0, sizeOf[T]()
	if len(buf.c) < m*n {
		buf.c = make([]T, m*n)
	}
	var h product[T]
	h.k = g.k
	h.a, h.rsa, h.csa = g.b[j0*g.csb:], g.csb, g.rsb
	h.b, h.rsb, h.csb = g.a[i0*g.rsa:], g.csa, g.rsa
	h.c, h.ldc = buf.c, m
	if g.d != nil {
		h.d, h.ldd = h.c, h.ldc
		packColumns[T](n, m, at(g.d, i0*g.ldd+j0), g.ldd*word, at(h.c, 0), h.ldc)
	}
	h.compute(buf, 0, n, 0, m)
	packColumns[T](m, n, at(h.c, 0), h.ldc*word, at(g.c, i0*g.ldc+j0), g.ldc)
}

// blockSize returns the length of the blocks into which to split n: all about
// equally long, and about as long as best.
func blockSize(n, best int) int {
	if n <= best {
		return n
	}
	count := (n + best/2) / best
	return ((n+count-1)/count + 7) &^ 7
}

// at returns the address of s[i].
func at[T float](s []T, i int) unsafe.Pointer {
	return unsafe.Add(unsafe.Pointer(unsafe.SliceData(s)), i*sizeOf[T]())
}

// panels returns the address of space for n packed numbers of B.
func (buf *buffer[T]) panels(n int) unsafe.Pointer {
	if len(buf.b) < n {
		buf.b = make([]T, n)
	}
	return at(buf.b, 0)
}

// pack copies the columns of B from j on, up to n, to the panel that is b bytes
// from x.b, where its rows are contiguous.
func (x *block[T]) pack(j, n, b int) {
	word := sizeOf[T]()
	k, cols := x.t.k, min(x.width, n-j)
	src, dst := unsafe.Add(x.unpacked, j*x.csb), unsafe.Add(x.b, b)
	switch {
	case x.csb != word:
		packColumns[T](k, cols, src, x.csb, dst, x.width)
	case cols < x.width:
		packRows[T](k, cols, src, x.rsb, dst, x.width)
	default:
		packPanel(k, src, x.rsb, dst)
	}
}

// packAhead lets the next of count tiles do the work of pack while they
// compute. It reports whether they will.
func (x *block[T]) packAhead(count, j, n, b int) bool {
	word := sizeOf[T]()
	t := &x.t
	// A tile packs a quarter of the rows or the columns of 16 bytes.
	need := 4
	if x.csb != word {
		need = x.width * word / 16
	}
	if !packsAhead() || count < need || n-j < x.width || t.k%4 != 0 {
		return false
	}
	t.pack = need
	t.src, t.dst = unsafe.Add(x.unpacked, j*x.csb), unsafe.Add(x.b, b)
	t.rsb, t.csb = x.rsb, x.csb
	return true
}

// packed returns all of B, packed, in the memory of dst if that is large enough,
// or nil if products take no less time with it.
func (b *general[T]) packed(dst []T) []T {
	if !packsBefore() || b.Rows == 0 {
		return nil
	}
	word := sizeOf[T]()
	x := block[T]{width: panelBytes() / word, rsb: b.Stride * word, csb: word, unpacked: at(b.Data, 0)}
	x.t.k = b.Rows
	panel := b.Rows * x.width
	count := (b.Cols + x.width - 1) / x.width
	dst = slices.Grow(dst[:0], count*panel)[:count*panel]
	x.b = at(dst, 0)
	for i := range count {
		x.pack(i*x.width, b.Cols, i*panel*word)
	}
	return dst
}

// packA copies A[i:i+m, p:p+x.t.k] to buf, unchanged except for the distance of
// its rows or columns, which becomes an odd number of cache lines.
func (x *block[T]) packA(g *product[T], buf *buffer[T], i, m, p int) {
	word := sizeOf[T]()
	count, length, ld := m, x.t.k, g.rsa
	if g.csa != 1 {
		count, length, ld = x.t.k, m, g.csa
	}
	lanes := line / word
	padded := (length+lanes-1)&^(lanes-1) | lanes
	if need := count * padded; len(buf.a) < need {
		buf.a = make([]T, need)
	}
	src := g.a[i*g.rsa+p*g.csa:]
	for j := range count {
		copy(buf.a[j*padded:][:length], src[j*ld:])
	}
	x.a = at(buf.a, 0)
	x.t.rsa, x.t.csa = padded*word, word
	if g.csa != 1 {
		x.t.rsa, x.t.csa = word, padded*word
	}
}

// packRows copies k rows of cols numbers, ld bytes apart, to the rows of a
// panel of width columns.
func packRows[T float](k, cols int, src unsafe.Pointer, ld int, dst unsafe.Pointer, width int) {
	word := sizeOf[T]()
	for p := range k {
		copy(floats[T](unsafe.Add(dst, p*width*word), cols), floats[T](unsafe.Add(src, p*ld), cols))
	}
}

// packColumns copies cols rows of k numbers, ld bytes apart, to the columns of
// a panel of width columns.
func packColumns[T float](k, cols int, src unsafe.Pointer, ld int, dst unsafe.Pointer, width int) {
	word := sizeOf[T]()
	if cols >= 4 {
		packTransposed := packTransposed
		if word == 4 {
			packTransposed = packTransposedF32
		}
		packTransposed(cols/4, k, src, ld, dst, width*word)
		if cols%4 != 0 { // the last four, some of them again
			j := cols - 4
			packTransposed(1, k, unsafe.Add(src, j*ld), ld, unsafe.Add(dst, j*word), width*word)
		}
		return
	}
	for j := range cols {
		to := floats[T](dst, (k-1)*width+cols)
		for p, v := range floats[T](unsafe.Add(src, j*ld), k) {
			to[p*width+j] = v
		}
	}
}

// floats returns the n numbers at p.
func floats[T float](p unsafe.Pointer, n int) []T {
	return unsafe.Slice((*T)(p), n)
}

// tiles is the argument of the assembly: n tiles of C = D + A·B,
//
//	C[i,j] = D[i,j] + Σ A[i,p]·B[p,j]  for p = 0, 1, ..., k-1,
//
// where the rows of A, B, C and D are rsa, ldb, ldc and ldd bytes apart, and
// the columns of A csa bytes. A nil d is zero. On amd64, tiles of one vector
// register have cols columns; all others have as many as they are wide. From
// each tile to the next, the addresses advance by da, db, dc and dd bytes.
type tiles struct {
	n, k, cols     int
	a              unsafe.Pointer
	rsa, csa       int
	b              unsafe.Pointer
	ldb            int
	c              unsafe.Pointer
	ldc            int
	d              unsafe.Pointer
	ldd            int
	da, db, dc, dd int

	// Only for the widest tiles of several rows, on amd64. The first pack tiles
	// of AVX-512 copy a panel of B from src, where its rows and columns are rsb
	// and csb bytes apart, to dst, where its rows are contiguous.
	stream   bool // stores to C bypass the caches; its rows begin at a cache line
	pack     int
	src, dst unsafe.Pointer
	rsb, csb int

	// Tiles that pack nothing fetch the memory from next to end into the cache,
	// or somewhat more. Nothing is read, so that these are no pointers.
	next, end uintptr
}

// A block is a product small enough for the caches.
type block[T float] struct {
	a, b, c, d unsafe.Pointer // first elements; a nil d is zero
	width      int            // columns of a panel of B, and of the widest tile
	panel      int            // bytes from one panel to the next
	unpacked   unsafe.Pointer // first element of B, if B is to be packed
	rsb, csb   int            // its strides in bytes
	fetches    bool           // whether tiles fetch the next panel
	room       int            // bytes of the packed panels from b on, which start over at b
	t          tiles          // with k and the strides
}

// compute computes the m×n block in strips as wide as a tile, from the left.
func (x *block[T]) compute(m, n int) {
	word := sizeOf[T]()
	b := 0          // bytes from x.b to column j
	packed := false // whether its panel has been packed
	for j := 0; j < n; {
		w, strips := strips[T](x.width, n-j)
		x.t.cols = min(w, n-j)
		step := w * word
		if w == x.width {
			step = x.panel
		}
		count, rows, more := cut(m, maxRows(w, word))
		begins := x.unpacked != nil && j%x.width == 0 // a panel to be packed
		if count == 1 || count <= strips && x.t.k*n <= smallB {
			if begins {
				for s := range (strips*w + x.width - 1) / x.width {
					x.pack(j+s*x.width, n, b+s*x.panel)
				}
			}
			for i := 0; i < m; {
				r := rows
				if i < more*(rows+1) {
					r++
				}
				x.place(i, j, b)
				x.t.stepColumns(strips, step, w*word)
				x.t.compute(w, r, word)
				i += r
			}
			j += strips * w
			b += strips * step
			continue
		}
		for range strips {
			next := b + step
			if x.fetches {
				x.fetch(next)
			}
			if begins {
				if !packed {
					x.pack(j, n, b)
				}
				if w == x.width && next >= x.room {
					next = 0
				}
				packed = x.packAhead(count, j+w, n, next)
			}
			if more > 0 {
				x.place(0, j, b)
				x.t.stepRows(more, rows+1)
				x.t.compute(w, rows+1, word)
			}
			x.place(more*(rows+1), j, b)
			x.t.stepRows(count-more, rows)
			x.t.compute(w, rows, word)
			j += w
			b = next
		}
	}
}

// fetch lets the next tiles fetch the panel that is b bytes from x.b, or what is
// there in the place of one.
func (x *block[T]) fetch(b int) {
	x.t.next = uintptr(x.b) + uintptr(b)
	x.t.end = x.t.next + uintptr(x.t.k*x.t.ldb)
}

// cut splits m rows into count tiles of at most max rows, all about equally
// large: first more tiles of rows+1 rows, then the others of rows.
func cut(m, max int) (count, rows, more int) {
	if m <= max {
		return 1, m, 0
	}
	count = (m + max - 1) / max
	rows = m / count
	return count, rows, m - count*rows
}

// place puts the tile at row i and column j. That column of B is b bytes from
// the first.
func (x *block[T]) place(i, j, b int) {
	word := sizeOf[T]()
	t := &x.t
	t.a = unsafe.Add(x.a, i*t.rsa)
	t.b = unsafe.Add(x.b, b)
	t.c = unsafe.Add(x.c, i*t.ldc+j*word)
	t.d = nil
	if x.d != nil {
		t.d = unsafe.Add(x.d, i*t.ldd+j*word)
	}
}

// stepColumns makes t a row of n tiles.
func (t *tiles) stepColumns(n, db, dc int) {
	t.n = n
	t.da, t.db, t.dc, t.dd = 0, db, dc, 0
	if t.d != nil {
		t.dd = t.dc
	}
}

// stepRows makes t a column of n tiles.
func (t *tiles) stepRows(n, rows int) {
	t.n = n
	t.da, t.db, t.dc, t.dd = rows*t.rsa, 0, rows*t.ldc, 0
	if t.d != nil {
		t.dd = rows * t.ldd
	}
}
