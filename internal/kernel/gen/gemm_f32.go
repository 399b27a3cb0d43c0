package main

import "fmt"

// These functions transpose numbers of float32 on their way, four by four,
// which takes other instructions than with float64.

// packTransposedF32 is packTransposed for float32.
func packTransposedF32(f *file) {
	f.fn("packTransposedF32 copies 4·n rows of k numbers, ld bytes apart, to the columns of dst, whose rows are ldd bytes apart. n must be positive.",
		"packTransposedF32", "n, k int, src unsafe.Pointer, ld int, dst unsafe.Pointer, ldd int")
	f.load("src", "SI", "ld", "R8", "dst", "DI", "ldd", "R10", "n", "DX", "k", "BX")
	f.op("LEAQ (R8)(R8*2), R9")
	f.op("LEAQ (R10)(R10*2), R11")
	f.op("MOVQ BX, AX")
	f.op("ANDQ $3, AX")
	f.op("SHRQ $2, BX")
	rows := []string{"(R12)", "(R12)(R8*1)", "(R12)(R8*2)", "(R12)(R9*1)"}
	f.label("next")
	f.op("MOVQ SI, R12")
	f.op("MOVQ DI, R13")
	f.op("MOVQ BX, CX")
	f.op("TESTQ CX, CX")
	f.op("JZ   rest")
	f.label("four")
	for i, r := range rows {
		f.op("VMOVUPS %s, X%d", r, i)
	}
	f.op("VUNPCKLPS X1, X0, X4")
	f.op("VUNPCKHPS X1, X0, X5")
	f.op("VUNPCKLPS X3, X2, X6")
	f.op("VUNPCKHPS X3, X2, X7")
	f.op("VUNPCKLPD X6, X4, X0")
	f.op("VUNPCKHPD X6, X4, X1")
	f.op("VUNPCKLPD X7, X5, X2")
	f.op("VUNPCKHPD X7, X5, X3")
	f.op("VMOVUPS X0, (R13)")
	f.op("VMOVUPS X1, (R13)(R10*1)")
	f.op("VMOVUPS X2, (R13)(R10*2)")
	f.op("VMOVUPS X3, (R13)(R11*1)")
	f.op("ADDQ $16, R12")
	f.op("LEAQ (R13)(R10*4), R13")
	f.op("DECQ CX")
	f.op("JNZ  four")
	f.label("rest")
	f.op("MOVQ AX, CX")
	f.op("TESTQ CX, CX")
	f.op("JZ   done")
	f.label("one")
	f.op("VMOVSS    (R12), X0")
	f.op("VINSERTPS $0x10, (R12)(R8*1), X0, X0")
	f.op("VINSERTPS $0x20, (R12)(R8*2), X0, X0")
	f.op("VINSERTPS $0x30, (R12)(R9*1), X0, X0")
	f.op("VMOVUPS   X0, (R13)")
	f.op("ADDQ $4, R12")
	f.op("ADDQ R10, R13")
	f.op("DECQ CX")
	f.op("JNZ  one")
	f.label("done")
	f.op("LEAQ (SI)(R8*4), SI")
	f.op("ADDQ $16, DI")
	f.op("DECQ DX")
	f.op("JNZ  next")
	f.op("RET")
}

// dotsF32 is dots for float32: four numbers of eight columns at a time, or of
// four if there are no more. AX is the fifth column of eight.
func dotsF32(f *file, groups int) {
	name := fmt.Sprintf("avx2Dots%dF32", 4*groups)
	f.fn(fmt.Sprintf("%s computes tiles of one row and %d columns, for a B of contiguous columns, ldb bytes apart.", name, 4*groups), name, "t *tiles")
	f.load("t", "R14")
	masked := groups == 1
	if masked {
		f.op("MOVQ tiles_cols(R14), CX")
		f.op("VMOVQ        CX, X13")
		f.op("VPBROADCASTD X13, X13")
		f.op("VPCMPGTD     lanesF32<>(SB), X13, X13")
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
	f.op("LEAQ  (R9)(R9*2), R11")
	f.op("TESTQ BX, BX")
	f.op("JZ    zero")
	accs, halves, reg := groups/2, 2, "Y"
	if masked { // four columns
		accs, halves, reg = 1, 1, "X"
	}
	v := func(i int) string { return fmt.Sprintf("%s%d", reg, i) }
	if masked {
		f.op("VMASKMOVPS (BX), X13, X0")
	} else {
		for a := range accs {
			f.op("VMOVUPS %d(BX), %s", 32*a, v(a))
		}
	}
	f.op("JMP   start")
	f.label("zero")
	for a := range accs {
		f.op("VXORPS X%d, X%[1]d, X%[1]d", a) // clears the whole register
	}
	f.label("start")
	f.op("MOVQ CX, BX")
	f.op("SHRQ $2, BX")
	f.op("JZ   last")
	f.label("four")
	columns := []string{"(%s)", "(%s)(R10*1)", "(%s)(R12*1)", "(%s)(R13*1)"}
	for a := range accs {
		for i, c := range columns {
			f.op("VMOVUPS   "+c+", X%d", "DI", 8+i)
		}
		if !masked {
			f.op("LEAQ      (DI)(R8*1), AX")
			for i, c := range columns {
				f.op("VINSERTF128 $1, "+c+", Y%d, Y%[2]d", "AX", 8+i)
			}
		}
		f.op("VUNPCKLPS %s, %s, %s", v(9), v(8), v(12))
		f.op("VUNPCKHPS %s, %s, %s", v(9), v(8), v(8))
		f.op("VUNPCKLPS %s, %s, %s", v(11), v(10), v(9))
		f.op("VUNPCKHPS %s, %s, %s", v(11), v(10), v(10))
		f.op("VUNPCKLPD %s, %s, %s", v(9), v(12), v(11))
		f.op("VUNPCKHPD %s, %s, %s", v(9), v(12), v(12))
		f.op("VUNPCKLPD %s, %s, %s", v(10), v(8), v(9))
		f.op("VUNPCKHPD %s, %s, %s", v(10), v(8), v(8))
		for i, x := range []int{11, 12, 9, 8} {
			f.op("VBROADCASTSS %s, %s", []string{"(SI)", "(SI)(R9*1)", "(SI)(R9*2)", "(SI)(R11*1)"}[i], v(14))
			f.op("VFMADD231PS %s, %s, %s", v(x), v(14), v(a))
		}
		if !masked {
			f.op("LEAQ (AX)(R8*1), DI")
		} else {
			f.op("ADDQ R8, DI")
		}
	}
	f.op("LEAQ (SI)(R9*4), SI")
	f.op("ADDQ R15, DI")
	f.op("ADDQ $16, DI")
	f.op("DECQ BX")
	f.op("JNZ  four")
	f.label("last")
	f.op("ANDQ $3, CX")
	f.op("JZ   store")
	f.label("one")
	f.op("VBROADCASTSS (SI), %s", v(14))
	for a := range accs {
		for half := range halves {
			x := 8 + half
			f.op("VMOVSS    (DI), X%d", x)
			for i, c := range columns[1:] {
				f.op("VINSERTPS $0x%d0, "+c+", X%d, X%[3]d", i+1, "DI", x)
			}
			f.op("ADDQ      R8, DI")
		}
		if !masked {
			f.op("VINSERTF128 $1, X9, Y8, Y8")
		}
		f.op("VFMADD231PS %s, %s, %s", v(8), v(14), v(a))
	}
	f.op("ADDQ R9, SI")
	f.op("ADDQ R15, DI")
	f.op("ADDQ $4, DI")
	f.op("DECQ CX")
	f.op("JNZ  one")
	f.label("store")
	if masked {
		f.op("VMASKMOVPS X0, X13, (DX)")
	} else {
		for a := range accs {
			f.op("VMOVUPS %s, %d(DX)", v(a), 32*a)
		}
	}
	nextTile(f)
}
