package main

import "strings"

// drops writes the functions that draw masks and multiply by them, for AVX-512
// alone: without its products of 64 bits, vectors take no less time than Go.
func drops(f *file) {
	const (
		hi, lo         = 0, 1
		stepHi, stepLo = 16, 17
		stepLo32       = 18 // the upper half of stepLo
		addHi, addLo   = 19, 20
		multiplier     = 21
		one            = 22
		least          = 23
		kept           = 24
		low53, low32   = 25, 26
		minusOne       = 27

		below, notBelow = "$1", "$5"
	)
	f.word("dxsmMultiplier", 0xda942042e4dd58b5)
	v := &vector{file: f, isa: isas[0], number: f64}
	z := v.r
	for _, e := range numbers {
		name := v.isa.name + "Drop" + e.suffix
		f.fn(name+" is Drop for blocks of eight numbers. blocks must be positive.",
			name, strings.ReplaceAll("blocks int, y *T, mask *T, x *T, pcg *PCG, least uint64, kept *T", "T", e.goType()))
		f.load("blocks", "CX", "y", "DI", "mask", "R8", "x", "R9", "pcg", "SI", "least", "AX", "kept", "DX")
		f.op("VMOVDQU64 PCG_Hi(SI), %s", z(hi))
		f.op("VMOVDQU64 PCG_Lo(SI), %s", z(lo))
		for _, field := range []struct {
			name string
			reg  int
		}{{"StepHi", stepHi}, {"StepLo", stepLo}, {"AddHi", addHi}, {"AddLo", addLo}} {
			f.op("VPBROADCASTQ PCG_%s(SI), %s", field.name, z(field.reg))
		}
		f.op("VPBROADCASTQ AX, %s", z(least))
		f.op(map[int]string{8: "VBROADCASTSD", 4: "VBROADCASTSS"}[e.size]+" (DX), %s", z(kept))
		v.ins("VMOVDQU64", "dxsmMultiplier", multiplier)
		f.op("VPTERNLOGD $255, %s, %s, %[1]s", z(minusOne), z(minusOne))
		v.ins("VPSRLQ", "$63", minusOne, one)
		v.ins("VPSRLQ", "$11", minusOne, low53)
		v.ins("VPSRLQ", "$32", minusOne, low32)
		v.ins("VPSRLQ", "$32", stepLo, stepLo32)
		f.op("MOVL $0xaaaa, AX")
		f.op("KMOVW AX, K2") // the upper halves of all numbers

		f.label("loop")
		v.ins("VPSRLQ", "$32", hi, 2)
		v.ins("VPXORQ", hi, 2, 2)
		v.ins("VPMULLQ", multiplier, 2, 2)
		v.ins("VPSRLQ", "$48", 2, 3)
		v.ins("VPXORQ", 3, 2, 2)
		v.ins("VPORQ", one, lo, 3)
		v.ins("VPMULLQ", 3, 2, 2)
		v.ins("VPANDQ", low53, 2, 2)
		f.op("VPCMPUQ %s, %s, %s, K1", notBelow, z(least), z(2))
		if e.size == 8 {
			f.op("VMOVUPD.Z %s, K1, %s", z(kept), z(2))
			f.op("VMOVUPD %s, (R8)", z(2))
			f.op("VMULPD (R9), %s, %[1]s", z(2))
			f.op("VMOVUPD %s, (DI)", z(2))
		} else {
			f.op("VMOVUPS.Z Y%d, K1, Y2", kept)
			f.op("VMOVUPS Y2, (R8)")
			f.op("VMULPS (R9), Y2, Y2")
			f.op("VMOVUPS Y2, (DI)")
		}

		// The product of 128 bits, from those of the halves of lo and stepLo.
		v.ins("VPSRLQ", "$32", lo, 3)
		v.ins("VPMULUDQ", stepLo, lo, 4)
		v.ins("VPMULUDQ", stepLo32, lo, 5)
		v.ins("VPMULUDQ", stepLo, 3, 6)
		v.ins("VPMULUDQ", stepLo32, 3, 7)
		v.ins("VPMULLQ", stepLo, hi, 8)
		v.ins("VPMULLQ", stepHi, lo, 9)
		v.ins("VPSRLQ", "$32", 4, 10)
		v.ins("VPADDQ", 10, 6, 6)
		v.ins("VPANDQ", low32, 6, 10)
		v.ins("VPADDQ", 10, 5, 5)
		v.ins("VPSRLQ", "$32", 6, 6)
		v.ins("VPADDQ", 6, 7, 7)
		v.ins("VPSRLQ", "$32", 5, 10)
		v.ins("VPADDQ", 10, 7, 7)
		v.ins("VPSLLQ", "$32", 5, 5)
		f.op("VMOVDQA32 %s, K2, %s", z(5), z(4))
		v.ins("VPADDQ", 8, 9, 8)
		v.ins("VPADDQ", 7, 8, hi)

		v.ins("VPADDQ", addLo, 4, lo)
		f.op("VPCMPUQ %s, %s, %s, K1", below, z(addLo), z(lo)) // the carry
		v.ins("VPADDQ", addHi, hi, hi)
		f.op("VPSUBQ %s, %s, K1, %s", z(minusOne), z(hi), z(hi))
		for _, p := range []string{"DI", "R8", "R9"} {
			f.op("ADDQ $%d, %s", 8*e.size, p)
		}
		f.op("DECQ CX")
		f.op("JNZ  loop")
		f.op("VMOVDQU64 %s, PCG_Hi(SI)", z(hi))
		f.op("VMOVDQU64 %s, PCG_Lo(SI)", z(lo))
		f.op("VZEROUPPER")
		f.op("RET")

		f.decl("\n// dropAsm%s returns the number of elements on which it has worked.\n", e.suffix)
		f.decl(strings.ReplaceAll("func dropAsm%s(y, mask, x []T, g *PCG, least uint64, kept T) int {\n", "T", e.goType()), e.suffix)
		f.decl("if isa != AVX512 {\nreturn 0\n}\nn := len(y) &^ 7\n")
		f.decl("for i := 0; i < n; i += piece {\navx512Drop%s(min(piece, n-i)/8, &y[i], &mask[i], &x[i], g, least, &kept)\n}\nreturn n\n}\n", e.suffix)
	}
}
