package main

import "fmt"

// A neonTile is the tile of NEON: rows rows by cols columns. Its vectors have 16
// bytes, but a narrower tile uses only 8 or 4 of them.
type neonTile struct {
	number
	rows, cols int
}

func (t neonTile) name() string { return t.tileName("neon", t.rows, t.cols) }
func (t neonTile) vecs() int    { return (t.cols*t.size + 15) / 16 }

// gemmNEON writes the tiles and packing functions of the matrix products, and a
// function for each width of tile that chooses among the numbers of rows.
func gemmNEON(f *file) {
	families := []struct{ bytes, maxRows int }{{256, 1}, {128, 1}, {64, 6}, {32, 8}, {16, 8}, {8, 8}, {4, 8}}
	for _, e := range numbers {
		for _, x := range families {
			for rows := 1; rows <= x.maxRows && x.bytes >= e.size; rows++ {
				neonTile{e, rows, x.bytes / e.size}.write(f)
			}
		}
		for _, x := range families {
			if x.maxRows > 1 && x.bytes >= e.size {
				e.chooseRows(f, "neon", x.bytes/e.size, 1, x.maxRows)
			}
		}
	}
	neonPackPanel(f)
	neonPackTransposed(f)
	neonPackTransposedF32(f)
	f.fn("pause passes a little time in a spin loop. n must be positive.", "pause", "n int")
	f.load("n", "R0")
	f.label("loop")
	f.op("ISB  $15") // YIELD does nothing on most CPUs
	f.op("SUB  $1, R0")
	f.op("CBNZ R0, loop")
	f.op("RET")
}

// write writes the function. Its registers:
//
//	R0       the argument, a *tiles
//	R1       loop counter
//	R2, R3   B at the current k, its row stride
//	R4, R5   C and its row stride
//	R6, R7   D and its row stride
//	R8, R9   A's column stride, that times the current k
//	R10-R17  rows of A
//	V0-V23   accumulators
//	V24-V27  B
//	V28-V31  elements of A
func (t neonTile) write(f *file) {
	f.fn(fmt.Sprintf("%s computes tiles of %d rows and %d columns.", t.name(), t.rows, t.cols), t.name(), "t *tiles")
	f.load("t", "R0")
	f.label("next")
	for _, a := range [][2]string{
		{"k", "R1"}, {"b", "R2"}, {"ldb", "R3"}, {"c", "R4"}, {"ldc", "R5"}, {"d", "R6"}, {"ldd", "R7"},
		{"csa", "R8"}, {"rsa", "R9"}, {"a", "R10"},
	} {
		f.op("MOVD tiles_%s(R0), %s", a[0], a[1])
	}
	for r := 1; r < t.rows; r++ {
		f.op("ADD  R9, R%d, R%d", 9+r, 10+r)
	}
	f.op("MOVD ZR, R9")

	f.op("CBZ  R6, zero")
	for r := range t.rows {
		for v := 0; v < t.vecs(); v += 2 {
			t.load(f, "R6", v, r*t.vecs()+v)
		}
		if r+1 < t.rows {
			f.op("ADD  R7, R6")
		}
	}
	f.op("B    loop")
	f.label("zero")
	for i := range t.rows * t.vecs() {
		f.op("VEOR V%d.B16, V%d.B16, V%d.B16", i, i, i)
	}

	f.op("PCALIGN $32")
	f.label("loop")
	t.step(f)
	f.op("ADD  R8, R9")
	f.op("ADD  R3, R2")
	f.op("SUB  $1, R1")
	f.op("CBNZ R1, loop")

	for r := range t.rows {
		for v := 0; v < t.vecs(); v += 2 {
			t.store(f, "R4", v, r*t.vecs()+v)
		}
		if r+1 < t.rows {
			f.op("ADD  R5, R4")
		}
	}
	f.op("MOVD tiles_n(R0), R1")
	f.op("SUB  $1, R1")
	f.op("MOVD R1, tiles_n(R0)")
	f.op("CBZ  R1, done")
	for _, a := range []string{"a", "b", "c", "d"} {
		f.op("MOVD tiles_%s(R0), R1", a)
		f.op("MOVD tiles_d%s(R0), R2", a)
		f.op("ADD  R2, R1")
		f.op("MOVD R1, tiles_%s(R0)", a)
	}
	f.op("B    next")
	f.label("done")
	f.op("RET")
}

// step adds to every accumulator the product for one k. A tile of several rows
// has at most the four vectors of B that fit into registers.
func (t neonTile) step(f *file) {
	n := min(t.vecs(), 4)
	for v := 0; v < t.vecs(); v += n {
		for i := 0; i < n; i += 2 {
			t.load(f, "R2", v+i, 24+i)
		}
		for r := range t.rows {
			x := 28 + r%4
			if v == 0 {
				f.op("%s (R%d)(R9), F%d", t.move(t.size), 10+r, x)
			}
			for i := range n {
				t.fmlaByElement(f, x, 24+i, r*t.vecs()+v+i)
			}
		}
	}
}

// fmlaByElement adds to all lanes of V(acc) the products of the lanes of V(b)
// and the first lane of V(x). Go's assembler lacks this form of the
// instruction. It saves copying x to all lanes, which would take time from the
// multiplications.
func (e number) fmlaByElement(f *file, x, b, acc int) {
	code, lane, lanes := 0x4fc01000, "D", "D2"
	if e.size == 4 {
		code, lane, lanes = 0x4f801000, "S", "S4"
	}
	f.op("WORD $%#08x // VFMLA V%d.%s[0], V%d.%s, V%d.%s", code|x<<16|b<<5|acc, x, lane, b, lanes, acc, lanes)
}

// move returns the instruction that moves so many bytes between memory and the
// beginning of a vector register.
func (neonTile) move(bytes int) string {
	return map[int]string{4: "FMOVS", 8: "FMOVD", 16: "FMOVQ"}[bytes]
}

// load loads vector v of the row at the address in register src, and the vector
// after it if the row has one, to registers from dst on.
func (t neonTile) load(f *file, src string, v, dst int) {
	if bytes := t.cols * t.size; bytes <= 16 {
		f.op("%s (%s), F%d", t.move(bytes), src, dst)
	} else {
		f.op("FLDPQ %d(%s), (F%d, F%d)", 16*v, src, dst, dst+1)
	}
}

// store is the reverse of load.
func (t neonTile) store(f *file, dst string, v, src int) {
	if bytes := t.cols * t.size; bytes <= 16 {
		f.op("%s F%d, (%s)", t.move(bytes), src, dst)
	} else {
		f.op("FSTPQ (F%d, F%d), %d(%s)", src, src+1, 16*v, dst)
	}
}

// neonPackPanel writes the function that copies a panel of B.
func neonPackPanel(f *file) {
	f.fn("packPanel copies k rows of 64 bytes, ld bytes apart, to dst, where they touch. k must be positive.",
		"packPanel", "k int, src unsafe.Pointer, ld int, dst unsafe.Pointer")
	f.load("k", "R0", "src", "R1", "ld", "R2", "dst", "R3")
	f.label("loop")
	f.op("FLDPQ (R1), (F0, F1)")
	f.op("FLDPQ 32(R1), (F2, F3)")
	f.op("FSTPQ (F0, F1), (R3)")
	f.op("FSTPQ (F2, F3), 32(R3)")
	f.op("ADD  R2, R1")
	f.op("ADD  $64, R3")
	f.op("SUB  $1, R0")
	f.op("CBNZ R0, loop")
	f.op("RET")
}

// neonPackTransposed writes the function that copies rows of B to columns of a
// panel, four by two.
func neonPackTransposed(f *file) {
	f.fn("packTransposed copies 4·n rows of k numbers, ld bytes apart, to the columns of dst, whose rows are ldd bytes apart. n must be positive.",
		"packTransposed", "n, k int, src unsafe.Pointer, ld int, dst unsafe.Pointer, ldd int")
	f.load("n", "R0", "k", "R1", "src", "R2", "ld", "R3", "dst", "R4", "ldd", "R5")
	f.label("next")
	f.op("ADD  R3, R2, R6")
	f.op("ADD  R3, R6, R7")
	f.op("ADD  R3, R7, R8")
	f.op("MOVD R2, R9")
	f.op("MOVD R4, R10")
	f.op("LSR  $1, R1, R11")
	f.op("CBZ  R11, last")
	rows := []string{"R9", "R6", "R7", "R8"}
	f.label("two")
	for i, r := range rows {
		f.op("FMOVQ.P 16(%s), F%d", r, i)
	}
	f.op("VZIP1 V1.D2, V0.D2, V4.D2")
	f.op("VZIP1 V3.D2, V2.D2, V5.D2")
	f.op("VZIP2 V1.D2, V0.D2, V6.D2")
	f.op("VZIP2 V3.D2, V2.D2, V7.D2")
	for _, pair := range []string{"(F4, F5)", "(F6, F7)"} {
		f.op("FSTPQ %s, (R10)", pair)
		f.op("ADD  R5, R10")
	}
	f.op("SUB  $1, R11")
	f.op("CBNZ R11, two")
	f.label("last")
	f.op("TBZ  $0, R1, done")
	for i, r := range rows {
		f.op("FMOVD (%s), F%d", r, i)
	}
	f.op("FSTPD (F0, F1), (R10)")
	f.op("FSTPD (F2, F3), 16(R10)")
	f.label("done")
	f.op("ADD  R3<<2, R2")
	f.op("ADD  $32, R4")
	f.op("SUB  $1, R0")
	f.op("CBNZ R0, next")
	f.op("RET")
}

// neonPackTransposedF32 is neonPackTransposed for float32, four by four.
func neonPackTransposedF32(f *file) {
	f.fn("packTransposedF32 copies 4·n rows of k numbers, ld bytes apart, to the columns of dst, whose rows are ldd bytes apart. n must be positive.",
		"packTransposedF32", "n, k int, src unsafe.Pointer, ld int, dst unsafe.Pointer, ldd int")
	f.load("n", "R0", "k", "R1", "src", "R2", "ld", "R3", "dst", "R4", "ldd", "R5")
	f.label("next")
	f.op("ADD  R3, R2, R6")
	f.op("ADD  R3, R6, R7")
	f.op("ADD  R3, R7, R8")
	f.op("MOVD R2, R9")
	f.op("MOVD R4, R10")
	f.op("LSR  $2, R1, R11")
	f.op("CBZ  R11, rest")
	rows := []string{"R9", "R6", "R7", "R8"}
	f.label("four")
	for i, r := range rows {
		f.op("FMOVQ.P 16(%s), F%d", r, i)
	}
	f.op("VZIP1 V2.S4, V0.S4, V4.S4")
	f.op("VZIP2 V2.S4, V0.S4, V5.S4")
	f.op("VZIP1 V3.S4, V1.S4, V6.S4")
	f.op("VZIP2 V3.S4, V1.S4, V7.S4")
	f.op("VZIP1 V6.S4, V4.S4, V0.S4")
	f.op("VZIP2 V6.S4, V4.S4, V1.S4")
	f.op("VZIP1 V7.S4, V5.S4, V2.S4")
	f.op("VZIP2 V7.S4, V5.S4, V3.S4")
	for i := range rows {
		f.op("FMOVQ F%d, (R10)", i)
		f.op("ADD  R5, R10")
	}
	f.op("SUB  $1, R11")
	f.op("CBNZ R11, four")
	f.label("rest")
	f.op("AND  $3, R1, R11")
	f.op("CBZ  R11, done")
	f.label("one")
	for i, r := range rows {
		f.op("FMOVS.P 4(%s), F%d", r, i)
	}
	for i := range rows {
		f.op("FMOVS F%d, %d(R10)", i, 4*i)
	}
	f.op("ADD  R5, R10")
	f.op("SUB  $1, R11")
	f.op("CBNZ R11, one")
	f.label("done")
	f.op("ADD  R3<<2, R2")
	f.op("ADD  $16, R4")
	f.op("SUB  $1, R0")
	f.op("CBNZ R0, next")
	f.op("RET")
}
