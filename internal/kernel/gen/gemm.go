package main

import "fmt"

// A tile is one assembly function: it computes tiles of C, rows rows by vecs
// vector registers.
type tile struct {
	number
	isa        string // prefix of the function's name
	reg        string // vector registers: Z or Y
	rows, vecs int
	masked     bool // only the first tiles.cols columns exist
}

// bytes returns the size of a vector register.
func (t tile) bytes() int   { return map[string]int{"Z": 64, "Y": 32}[t.reg] }
func (t tile) lanes() int   { return t.bytes() / t.size }
func (t tile) cols() int    { return t.vecs * t.lanes() }
func (t tile) name() string { return t.tileName(t.isa, t.rows, t.cols()) }

// opmask reports whether masks are in K1 (else in a vector register).
func (t tile) opmask() bool { return t.isa == "avx512" }

// v names vector register i.
func (t tile) v(i int) string { return fmt.Sprintf("%s%d", t.reg, i) }

// acc names the accumulator of row r, vector v.
func (t tile) acc(r, v int) string { return t.v(r*t.vecs + v) }

// gemm writes the tiles, strips of rows and packing functions of the matrix
// products, and a function for each width of tile that chooses among the
// numbers of rows.
func gemm(f *file) {
	families := []struct {
		tile
		maxRows int
	}{
		{tile{isa: "avx512", reg: "Z", vecs: 2}, 12},
		{tile{isa: "avx512", reg: "Z", vecs: 1, masked: true}, 12},
		{tile{isa: "avx512", reg: "Y", vecs: 1, masked: true}, 12},
		{tile{isa: "avx2", reg: "Y", vecs: 2}, 6},
		{tile{isa: "avx2", reg: "Y", vecs: 1, masked: true}, 12},
	}
	f.data("lanes", 0, 1, 2, 3)
	f.data("lanesF32", packed32(0, 1, 2, 3, 4, 5, 6, 7)...)
	for _, e := range numbers {
		for _, t := range families { // of at least two rows: a single row has its own strips
			t.number = e
			for t.rows = 2; t.rows <= t.maxRows; t.rows++ {
				t.write(f)
			}
		}
		for _, t := range families {
			t.number = e
			e.chooseRows(f, t.isa, t.cols(), 2, t.maxRows)
		}
		for _, isa := range isas {
			rowStrip(f, isa, e)
		}
	}
	for _, groups := range []int{8, 4, 2, 1} {
		dots(f, groups)
		dotsF32(f, groups)
	}
	packRows(f, "avx512", "Z", 64)
	packRows(f, "avx2", "Y", 32)
	packTransposed(f)
	packTransposedF32(f)
	f.fn("pause tells the CPU n times that this is a spin loop. n must be positive.", "pause", "n int")
	f.load("n", "CX")
	f.label("loop")
	f.op("PAUSE")
	f.op("DECQ CX")
	f.op("JNZ  loop")
	f.op("RET")
}

// chooseRows writes the function that chooses among the tiles of cols columns,
// which have minRows to maxRows rows.
func (e number) chooseRows(f *file, isa string, cols, minRows, maxRows int) {
	name := fmt.Sprintf("%sTilesx%d%s", isa, cols, e.suffix)
	f.decl("\n// %s computes tiles of %d columns and the given number of rows.\n", name, cols)
	f.decl("func %s(rows int, t *tiles) {\n\tswitch rows {\n", name)
	for rows := minRows; rows <= maxRows; rows++ {
		f.decl("\tcase %d:\n\t\t%s(t)\n", rows, e.tileName(isa, rows, cols))
	}
	f.decl("\t}\n}\n")
}

// tileName returns the name of the function for tiles of rows by cols.
func (e number) tileName(isa string, rows, cols int) string {
	return fmt.Sprintf("%sTile%dx%d%s", isa, rows, cols, e.suffix)
}

// write writes the function. Its registers:
//
//	SI, AX, R15  rows 0, 4 and 8 of A at the current k
//	R8, R13, R9  A's row stride, three times that, A's column stride
//	DI, R10, R12 B at the current k, its row stride, three times that
//	DX, R11      C and its row stride
//	BX, CX       loop counters; before that BX and R12 are D and its stride
//	R14          the argument, a *tiles
//
// The accumulators come first among the vector registers, then B, then the
// elements of A, broadcast.
func (t tile) write(f *file) {
	f.fn(fmt.Sprintf("%s computes tiles of %d rows and %d columns.", t.name(), t.rows, t.cols()), t.name(), "t *tiles")
	f.load("t", "R14")
	if t.masked {
		t.makeMask(f)
	}
	f.label("next")
	for _, a := range [][2]string{
		{"k", "CX"}, {"a", "SI"}, {"rsa", "R8"}, {"csa", "R9"}, {"b", "DI"}, {"ldb", "R10"},
		{"c", "DX"}, {"ldc", "R11"}, {"d", "BX"}, {"ldd", "R12"},
	} {
		f.op("MOVQ tiles_%s(R14), %s", a[0], a[1])
	}
	if t.rows > 3 {
		f.op("LEAQ (R8)(R8*2), R13")
	}
	if t.rows > 4 {
		f.op("LEAQ (SI)(R8*4), AX")
	}
	if t.rows > 8 {
		f.op("LEAQ (SI)(R8*8), R15")
	}

	f.op("TESTQ BX, BX")
	f.op("JZ    zero")
	for r := range t.rows {
		for v := range t.vecs {
			t.loadVector(f, "BX", v, t.acc(r, v))
		}
		if r+1 < t.rows {
			f.op("ADDQ R12, BX")
		}
	}
	if t.vecs == 2 {
		t.prefetchNext(f)
	}
	f.op("JMP  start")
	f.label("zero")
	for r := range t.rows {
		for v := range t.vecs {
			x := fmt.Sprintf("X%d", r*t.vecs+v)
			if r*t.vecs+v < 16 {
				f.op("VXORPD %s, %s, %s", x, x, x) // clears the whole register
			} else {
				f.op("VPXORQ %s, %s, %s", t.acc(r, v), t.acc(r, v), t.acc(r, v))
			}
		}
	}
	f.label("start")
	if t.vecs == 2 {
		f.op("MOVQ CX, BX")
		f.op("ANDQ $3, CX")
		f.op("SHRQ $2, BX")
		f.op("JZ   rest")
		f.op("LEAQ (R10)(R10*2), R12")
		if t.packsAhead() {
			f.op("CMPQ tiles_pack(R14), $0")
			f.op("JNE  ahead")
			f.op("MOVQ tiles_next(R14), DX")
			f.op("CMPQ DX, tiles_end(R14)")
			f.op("JCS  fetch")
			f.op("MOVQ tiles_c(R14), DX")
		}
		f.op("PCALIGN $32")
		f.label("four")
		t.step(f, "(DI)")
		t.step(f, "(DI)(R10*1)")
		t.step(f, "(DI)(R10*2)")
		t.step(f, "(DI)(R12*1)")
		f.op("LEAQ (DI)(R10*4), DI")
		f.op("DECQ BX")
		f.op("JNZ  four")
		f.label("rest")
	}
	f.op("TESTQ CX, CX")
	f.op("JLE   store")
	f.label("one")
	t.step(f, "(DI)")
	f.op("ADDQ R10, DI")
	f.op("DECQ CX")
	f.op("JNZ  one")

	f.label("store")
	if t.vecs == 2 {
		f.op("CMPB tiles_stream(R14), $0")
		f.op("JNE  stream")
	}
	t.storeRows(f)
	nextTile(f)
	if t.vecs == 2 {
		t.stream(f)
	}
	if t.packsAhead() {
		t.packAhead(f)
		t.fetchAhead(f)
	}
}

// packsAhead reports whether the tile can pack another panel while it computes,
// which takes two more registers.
func (t tile) packsAhead() bool { return t.isa == "avx512" && t.vecs == 2 }

// packAhead writes the code that replaces the loop over k if there is something
// to pack: products are computed while waiting for memory. Further registers:
//
//	CX, R12, R11  what to copy next, and where to
//	DX            over two rows, or over two columns (float32: one)
//
// Rows are prefetched early enough to come from memory. They may begin anywhere
// in a cache line: the line of the first number came with the panel before.
func (t tile) packAhead(f *file) {
	f.label("ahead")
	f.op("MOVQ tiles_src(R14), CX")
	f.op("MOVQ tiles_dst(R14), R11")
	f.op("CMPQ tiles_csb(R14), $%d", t.size)
	f.op("JNE  columns")

	f.op("MOVQ tiles_rsb(R14), DX")
	f.op("ADDQ DX, DX")
	f.label("rows4")
	f.op("VMOVUPD    (CX), Z30")
	f.op("VMOVUPD    64(CX), Z31")
	f.op("PREFETCHT0 63(CX)(DX*8)")
	f.op("PREFETCHT0 127(CX)(DX*8)")
	t.step(f, "(DI)")
	t.step(f, "(DI)(R10*1)")
	f.op("ADDQ tiles_rsb(R14), CX")
	f.op("VMOVUPD Z30, (R11)")
	f.op("VMOVUPD Z31, 64(R11)")
	f.op("ADDQ $128, R11")
	t.step(f, "(DI)(R10*2)")
	t.step(f, "(DI)(R12*1)")
	f.op("LEAQ (DI)(R10*4), DI")
	f.op("DECQ BX")
	f.op("JNZ  rows4")
	f.op("DECQ tiles_pack(R14)")
	f.op("JZ   whole") // no pointer past the data may remain
	f.op("MOVQ CX, tiles_src(R14)")
	f.op("MOVQ R11, tiles_dst(R14)")
	f.op("JMP  whole")

	f.label("columns")
	f.op("MOVQ tiles_csb(R14), DX")
	if t.size == 8 {
		t.packTwoColumns(f)
	} else {
		t.packFourColumns(f)
	}
	f.op("DECQ BX")
	f.op("JNZ  columns4")
	f.op("DECQ tiles_pack(R14)")
	f.op("JZ   whole")
	if t.size == 4 {
		f.op("SHLQ $2, DX")
	}
	f.op("ADDQ DX, tiles_src(R14)")
	f.op("ADDQ $16, tiles_dst(R14)")
	f.label("whole")
	f.op("MOVQ tiles_c(R14), DX")
	f.op("MOVQ tiles_ldc(R14), R11")
	f.op("JMP  store")
}

// fetchAhead writes the code that replaces the loop over k if there is memory to
// be fetched into the level 2 cache.
func (t tile) fetchAhead(f *file) {
	f.label("fetch")
	f.op("PREFETCHT1 (DX)")
	f.op("PREFETCHT1 64(DX)")
	f.op("ADDQ $128, DX")
	t.step(f, "(DI)")
	t.step(f, "(DI)(R10*1)")
	t.step(f, "(DI)(R10*2)")
	t.step(f, "(DI)(R12*1)")
	f.op("LEAQ (DI)(R10*4), DI")
	f.op("DECQ BX")
	f.op("JNZ  fetch")
	f.op("MOVQ DX, tiles_next(R14)")
	f.op("MOVQ tiles_c(R14), DX")
	f.op("JMP  rest")
}

// packTwoColumns begins a loop over k whose step packs four numbers of two
// columns of float64.
func (t tile) packTwoColumns(f *file) {
	f.op("LEAQ (CX)(DX*1), R12")
	f.op("ADDQ DX, DX")
	f.label("columns4")
	f.op("PREFETCHT0 (CX)(DX*1)")
	f.op("PREFETCHT0 (R12)(DX*1)")
	for p := range 4 {
		f.op("VMOVSD %d(CX), X30", 8*p)
		f.op("VMOVSD %d(R12), X31", 8*p)
		f.op("VMOVSD X30, %d(R11)", 128*p)
		f.op("VMOVSD X31, %d(R11)", 128*p+8)
		t.step(f, "(DI)")
		f.op("ADDQ R10, DI")
	}
	f.op("ADDQ $32, CX")
	f.op("ADDQ $32, R12")
	f.op("ADDQ $512, R11")
}

// packFourColumns begins a loop over k whose step packs four numbers of four
// columns of float32.
func (t tile) packFourColumns(f *file) {
	f.op("LEAQ (CX)(DX*2), R12")
	f.op("ADDQ DX, R12")
	f.label("columns4")
	f.op("PREFETCHT0 (CX)(DX*4)")
	f.op("PREFETCHT0 (R12)(DX*2)")
	for p := range 4 {
		f.op("VMOVSS    %d(CX), X30", 4*p)
		f.op("VINSERTPS $0x10, %d(CX)(DX*1), X30, X30", 4*p)
		f.op("VINSERTPS $0x20, %d(CX)(DX*2), X30, X30", 4*p)
		f.op("VINSERTPS $0x30, %d(R12), X30, X30", 4*p)
		f.op("VMOVUPS   X30, %d(R11)", 128*p)
		t.step(f, "(DI)")
		f.op("ADDQ R10, DI")
	}
	f.op("ADDQ $16, CX")
	f.op("ADDQ $16, R12")
	f.op("ADDQ $512, R11")
}

// prefetchAhead prefetches what is ahead of the row of B at b: in a panel, the
// row that is needed eight steps later, in time to come from the level 2 cache.
// Where B is not packed, that is a later part of the same row, which tiles to
// come need.
func (t tile) prefetchAhead(f *file, b string) {
	const distance = 1024
	for at := 0; at < t.bytes()*t.vecs; at += 64 {
		f.op("PREFETCHT0 %d%s", distance+at, b)
	}
}

// prefetchNext prefetches the rows of the next tile of C.
func (t tile) prefetchNext(f *file) {
	f.op("MOVQ tiles_dc(R14), BX")
	f.op("ADDQ DX, BX")
	for r := range t.rows {
		f.op("PREFETCHT0 (BX)")
		if t.bytes()*t.vecs > 64 {
			f.op("PREFETCHT0 64(BX)")
		}
		if r+1 < t.rows {
			f.op("ADDQ R11, BX")
		}
	}
}

// makeMask makes the mask of the first tiles.cols lanes.
func (t tile) makeMask(f *file) {
	f.op("MOVQ tiles_cols(R14), CX")
	if t.opmask() {
		f.op("MOVL  $1, AX")
		f.op("SHLL  CX, AX")
		f.op("DECL  AX")
		f.op("KMOVW AX, K1")
		return
	}
	f.op("VMOVQ        CX, X13")
	f.op("VPBROADCAST%s X13, Y13", t.index)
	f.op("VPCMPGT%s     lanes%s<>(SB), Y13, Y13", t.index, t.suffix)
}

// loadVector loads vector v of the row at the address in register src.
func (t tile) loadVector(f *file, src string, v int, dst string) {
	at := fmt.Sprintf("%d(%s)", v*t.bytes(), src)
	switch {
	case !t.masked:
		f.op(t.ins("VMOVUPD")+" %s, %s", at, dst)
	case t.opmask():
		f.op(t.ins("VMOVUPD.Z")+" %s, K1, %s", at, dst)
	default:
		f.op(t.ins("VMASKMOVPD")+" %s, Y13, %s", at, dst)
	}
}

// step adds to every accumulator the product for one k. The row of B is at b.
func (t tile) step(f *file, b string) {
	rowsOfA := []string{
		"(SI)", "(SI)(R8*1)", "(SI)(R8*2)", "(SI)(R13*1)",
		"(AX)", "(AX)(R8*1)", "(AX)(R8*2)", "(AX)(R13*1)",
		"(R15)", "(R15)(R8*1)", "(R15)(R8*2)", "(R15)(R13*1)",
	}
	free := t.rows * t.vecs
	switch {
	case t.vecs == 2:
		b0, b1 := t.v(free), t.v(free+1)
		f.op(t.ins("VMOVUPD")+" %s, %s", b, b0)
		f.op(t.ins("VMOVUPD")+" %d%s, %s", t.bytes(), b, b1)
		if t.isa == "avx512" {
			t.prefetchAhead(f, b)
		}
		for r := range t.rows {
			x := t.v(free + 2 + r%2)
			f.op(t.ins("VBROADCASTSD")+" %s, %s", rowsOfA[r], x)
			f.op(t.ins("VFMADD231PD")+" %s, %s, %s", b0, x, t.acc(r, 0))
			f.op(t.ins("VFMADD231PD")+" %s, %s, %s", b1, x, t.acc(r, 1))
		}
	case t.opmask():
		b0 := t.v(free)
		t.loadVector(f, "DI", 0, b0)
		for r := range t.rows {
			f.op(t.ins("VFMADD231PD.BCST")+" %s, %s, %s", rowsOfA[r], b0, t.acc(r, 0))
		}
	default:
		t.loadVector(f, "DI", 0, "Y12")
		for r := range t.rows {
			x := t.v(14 + r%2)
			f.op(t.ins("VBROADCASTSD")+" %s, %s", rowsOfA[r], x)
			f.op(t.ins("VFMADD231PD")+" Y12, %s, %s", x, t.acc(r, 0))
		}
	}
	for i, p := range []string{"SI", "AX", "R15"} {
		if t.rows > 4*i {
			f.op("ADDQ R9, %s", p)
		}
	}
}

// storeRows stores the accumulators to C.
func (t tile) storeRows(f *file) {
	rows := func(store func(r int)) {
		for r := range t.rows {
			store(r)
			if r+1 < t.rows {
				f.op("ADDQ R11, DX")
			}
		}
	}
	switch {
	case !t.masked:
		rows(func(r int) {
			for v := range t.vecs {
				f.op("VMOVUPD %s, %d(DX)", t.acc(r, v), v*t.bytes())
			}
		})
	case t.opmask():
		rows(func(r int) { f.op(t.ins("VMOVUPD")+" %s, K1, (DX)", t.acc(r, 0)) })
	case t.size == 4: // masked stores are slow on some CPUs
		t.storeHalves(f, rows)
	default:
		f.op("CMPQ tiles_cols(R14), $2")
		f.op("JLT  cols1")
		f.op("JEQ  cols2")
		f.op("CMPQ tiles_cols(R14), $3")
		f.op("JEQ  cols3")
		rows(func(r int) { f.op("VMOVUPD Y%d, (DX)", r) })
		f.op("JMP  stored")
		f.label("cols3")
		rows(func(r int) {
			f.op("VMOVUPD      X%d, (DX)", r)
			f.op("VEXTRACTF128 $1, Y%d, X%d", r, r)
			f.op("VMOVSD       X%d, 16(DX)", r)
		})
		f.op("JMP  stored")
		f.label("cols2")
		rows(func(r int) { f.op("VMOVUPD X%d, (DX)", r) })
		f.op("JMP  stored")
		f.label("cols1")
		rows(func(r int) { f.op("VMOVSD X%d, (DX)", r) })
	}
}

// storeHalves stores up to eight columns of float32 by halving: four, two, one.
// rows writes the code for each row, with its address in DX.
func (t tile) storeHalves(f *file, rows func(store func(r int))) {
	f.op("MOVQ tiles_cols(R14), CX")
	f.op("CMPQ CX, $8")
	f.op("JNE  part")
	rows(func(r int) { f.op("VMOVUPS Y%d, (DX)", r) })
	f.op("JMP  stored")
	f.label("part")
	f.op("MOVQ DX, BX")
	f.op("TESTQ $4, CX")
	f.op("JZ   two")
	rows(func(r int) {
		f.op("VMOVUPS      X%d, (DX)", r)
		f.op("VEXTRACTF128 $1, Y%d, X%d", r, r)
	})
	f.op("ADDQ $16, BX")
	f.label("two")
	f.op("MOVQ BX, DX")
	f.op("TESTQ $2, CX")
	f.op("JZ   single")
	rows(func(r int) {
		f.op("VMOVLPS   X%d, (DX)", r)
		f.op("VPERMILPD $1, X%d, X%d", r, r)
	})
	f.op("ADDQ $8, BX")
	f.label("single")
	f.op("MOVQ BX, DX")
	f.op("TESTQ $1, CX")
	f.op("JZ   stored")
	rows(func(r int) { f.op("VMOVSS X%d, (DX)", r) })
}

// stream writes the code that replaces the stores and the step to the next tile
// if the stores are to bypass the caches.
func (t tile) stream(f *file) {
	f.label("stream")
	for r := range t.rows {
		for v := range t.vecs {
			f.op(t.ins("VMOVNTPD")+" %s, %d(DX)", t.acc(r, v), v*t.bytes())
		}
		if r+1 < t.rows {
			f.op("ADDQ R11, DX")
		}
	}
	f.op("CMPQ tiles_n(R14), $1")
	f.op("JNE  stored")
	f.op("SFENCE") // for whoever is told that C is complete
	f.op("JMP  stored")
}

// dots writes the function for one row of C where the columns of B are
// contiguous. It processes groups of four columns, whose numbers it transposes
// two by two on the way to the accumulators. Its registers:
//
//	DI, R10, R12, R13  B at the current k, from one column to the next, 2nd, 3rd
//	R8, R15            to the next group; back to the first and on to the next k
//	SI, R9, DX         A, from one element to the next, C
func dots(f *file, groups int) {
	name := fmt.Sprintf("avx2Dots%d", 4*groups)
	f.fn(fmt.Sprintf("%s computes tiles of one row and %d columns, for a B of contiguous columns, ldb bytes apart.", name, 4*groups), name, "t *tiles")
	f.load("t", "R14")
	masked := groups == 1
	if masked {
		tile{number: f64}.makeMask(f)
	}
	f.label("next")
	for _, a := range [][2]string{
		{"k", "CX"}, {"a", "SI"}, {"csa", "R9"}, {"b", "DI"}, {"ldb", "R10"}, {"c", "DX"}, {"d", "BX"},
	} {
		f.op("MOVQ tiles_%s(R14), %s", a[0], a[1])
	}
	f.op("LEAQ (R10)(R10*1), R12")
	f.op("LEAQ (R10)(R10*2), R13")
	if masked {
		// The columns that do not exist repeat the first.
		f.op("XORL    AX, AX")
		for i, r := range []string{"R10", "R12", "R13"} {
			f.op("CMPQ    tiles_cols(R14), $%d", i+2)
			f.op("CMOVQLT AX, %s", r)
		}
	}
	f.op("LEAQ  (DI)(R10*4), R8")
	f.op("SUBQ  DI, R8")
	f.op("MOVQ  R8, R15")
	f.op("IMULQ $%d, R15", -groups)
	f.op("ADDQ  $16, R15")
	f.op("TESTQ BX, BX")
	f.op("JZ    zero")
	for g := range groups {
		if masked {
			f.op("VMASKMOVPD (BX), Y13, Y0")
		} else {
			f.op("VMOVUPD %d(BX), Y%d", 32*g, g)
		}
	}
	f.op("JMP   start")
	f.label("zero")
	for g := range groups {
		f.op("VXORPD X%d, X%d, X%d", g, g, g)
	}
	f.label("start")
	f.op("MOVQ CX, BX")
	f.op("SHRQ $1, BX")
	f.op("JZ   last")
	f.label("two")
	f.op("VBROADCASTSD (SI), Y12")
	f.op("VBROADCASTSD (SI)(R9*1), Y14")
	f.op("LEAQ         (SI)(R9*2), SI")
	for g := range groups {
		f.op("VMOVUPD     (DI), X8")
		f.op("VMOVUPD     (DI)(R10*1), X9")
		f.op("VINSERTF128 $1, (DI)(R12*1), Y8, Y8")
		f.op("VINSERTF128 $1, (DI)(R13*1), Y9, Y9")
		f.op("VUNPCKLPD   Y9, Y8, Y10")
		f.op("VUNPCKHPD   Y9, Y8, Y11")
		f.op("VFMADD231PD Y10, Y12, Y%d", g)
		f.op("VFMADD231PD Y11, Y14, Y%d", g)
		f.op("ADDQ        R8, DI")
	}
	f.op("ADDQ R15, DI")
	f.op("DECQ BX")
	f.op("JNZ  two")
	f.label("last")
	f.op("ANDQ $1, CX")
	f.op("JZ   store")
	f.op("VBROADCASTSD (SI), Y12")
	for g := range groups {
		f.op("VMOVSD      (DI), X8")
		f.op("VMOVHPD     (DI)(R10*1), X8, X8")
		f.op("VMOVSD      (DI)(R12*1), X9")
		f.op("VMOVHPD     (DI)(R13*1), X9, X9")
		f.op("VINSERTF128 $1, X9, Y8, Y8")
		f.op("VFMADD231PD Y8, Y12, Y%d", g)
		f.op("ADDQ        R8, DI")
	}
	f.label("store")
	for g := range groups {
		if masked {
			f.op("VMASKMOVPD Y0, Y13, (DX)")
		} else {
			f.op("VMOVUPD Y%d, %d(DX)", g, 32*g)
		}
	}
	nextTile(f)
}

// nextTile jumps to the label next as long as there are tiles, then returns.
func nextTile(f *file) {
	f.label("stored")
	f.op("DECQ tiles_n(R14)")
	f.op("JZ   done")
	for _, a := range []string{"a", "b", "c", "d"} {
		f.op("MOVQ tiles_d%s(R14), CX", a)
		f.op("ADDQ CX, tiles_%s(R14)", a)
	}
	f.op("JMP  next")
	f.label("done")
	f.op("VZEROUPPER")
	f.op("RET")
}

// packRows writes the function that copies a panel of B.
func packRows(f *file, isa, reg string, size int) {
	name := isa + "Pack"
	f.fn(fmt.Sprintf("%s copies k rows of %d bytes, ld bytes apart, to dst, where they touch. k must be positive.", name, 2*size),
		name, "k int, src unsafe.Pointer, ld int, dst unsafe.Pointer")
	f.load("k", "CX", "src", "SI", "ld", "R8", "dst", "DI")
	f.label("loop")
	f.op("VMOVUPD (SI), %s0", reg)
	f.op("VMOVUPD %d(SI), %s1", size, reg)
	f.op("VMOVUPD %s0, (DI)", reg)
	f.op("VMOVUPD %s1, %d(DI)", reg, size)
	f.op("ADDQ R8, SI")
	f.op("ADDQ $%d, DI", 2*size)
	f.op("DECQ CX")
	f.op("JNZ  loop")
	f.op("VZEROUPPER")
	f.op("RET")
}

// packTransposed writes the function that copies rows of B to columns of a
// panel, four by four.
func packTransposed(f *file) {
	f.fn("packTransposed copies 4·n rows of k numbers, ld bytes apart, to the columns of dst, whose rows are ldd bytes apart. n must be positive.",
		"packTransposed", "n, k int, src unsafe.Pointer, ld int, dst unsafe.Pointer, ldd int")
	f.load("src", "SI", "ld", "R8", "dst", "DI", "ldd", "R10", "n", "DX", "k", "BX")
	f.op("LEAQ (R8)(R8*2), R9")
	f.op("LEAQ (R10)(R10*2), R11")
	f.op("MOVQ BX, AX")
	f.op("ANDQ $3, AX")
	f.op("SHRQ $2, BX")
	f.op("VMOVQ        AX, X15")
	f.op("VPBROADCASTQ X15, Y15")
	f.op("VPCMPGTQ     lanes<>(SB), Y15, Y15")
	transpose := func() {
		f.op("VUNPCKLPD  Y1, Y0, Y4")
		f.op("VUNPCKHPD  Y1, Y0, Y5")
		f.op("VUNPCKLPD  Y3, Y2, Y6")
		f.op("VUNPCKHPD  Y3, Y2, Y7")
		f.op("VPERM2F128 $0x20, Y6, Y4, Y0")
		f.op("VPERM2F128 $0x20, Y7, Y5, Y1")
		f.op("VPERM2F128 $0x31, Y6, Y4, Y2")
		f.op("VPERM2F128 $0x31, Y7, Y5, Y3")
	}
	rows := []string{"(R12)", "(R12)(R8*1)", "(R12)(R8*2)", "(R12)(R9*1)"}
	f.label("next")
	f.op("MOVQ SI, R12")
	f.op("MOVQ DI, R13")
	f.op("MOVQ BX, CX")
	f.op("TESTQ CX, CX")
	f.op("JZ   rest")
	f.label("four")
	for i, r := range rows {
		f.op("VMOVUPD %s, Y%d", r, i)
	}
	transpose()
	f.op("VMOVUPD Y0, (R13)")
	f.op("VMOVUPD Y1, (R13)(R10*1)")
	f.op("VMOVUPD Y2, (R13)(R10*2)")
	f.op("VMOVUPD Y3, (R13)(R11*1)")
	f.op("ADDQ $32, R12")
	f.op("LEAQ (R13)(R10*4), R13")
	f.op("DECQ CX")
	f.op("JNZ  four")
	f.label("rest")
	f.op("TESTQ AX, AX")
	f.op("JZ   done")
	for i, r := range rows {
		f.op("VMASKMOVPD %s, Y15, Y%d", r, i)
	}
	transpose()
	f.op("VMOVUPD Y0, (R13)")
	f.op("CMPQ AX, $2")
	f.op("JLT  done")
	f.op("VMOVUPD Y1, (R13)(R10*1)")
	f.op("JEQ  done")
	f.op("VMOVUPD Y2, (R13)(R10*2)")
	f.label("done")
	f.op("LEAQ (SI)(R8*4), SI")
	f.op("ADDQ $32, DI")
	f.op("DECQ DX")
	f.op("JNZ  next")
	f.op("VZEROUPPER")
	f.op("RET")
}
