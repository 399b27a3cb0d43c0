package main

import "fmt"

// drops writes the functions that draw masks of dropout and multiply by them, for
// AVX-512 alone: without its products of 64 bits, vectors take no less time than
// Go.
func drops(f *file) {
	f.word("dxsmMultiplier", 0xda942042e4dd58b5)
	for _, e := range numbers {
		drop(f, e)
		f.decl("\n// dropAsm%s returns the number of elements on which it has worked.\n", e.suffix)
		f.decl("func dropAsm%s(y, mask, x []%s, g *PCG, least uint64, kept %[2]s) int {\n", e.suffix, e.goType())
		f.decl("if isa != AVX512 {\nreturn 0\n}\nn := len(y) &^ 7\n")
		f.decl("for i := 0; i < n; i += piece {\navx512Drop%s(min(piece, n-i)/8, &y[i], &mask[i], &x[i], g, least, float64(kept))\n}\n", e.suffix)
		f.decl("return n\n}\n")
	}
}

func drop(f *file, e number) {
	const (
		hi, lo             = 0, 1 // the states
		number             = 2
		upper              = 3          // half of lo
		ll, lh, hl, hh     = 4, 5, 6, 7 // products of the halves of lo and factorLo
		cross, cross2, tmp = 8, 9, 10

		factorHi, factorLo = 16, 17
		factorUpper        = 18 // half of factorLo
		termHi, termLo     = 19, 20
		multiplier         = 21
		one, minusOne      = 22, 23
		low53, low32       = 24, 25
		least, kept        = 26, 27

		below, notBelow = "$1", "$5"
	)
	v := &vector{file: f, isa: avx512, number: f64}
	z := v.r
	name := v.isa.name + "Drop" + e.suffix
	f.fn(name+" is Drop for blocks of eight numbers. blocks must be positive.", name,
		fmt.Sprintf("blocks int, y *%s, mask *%[1]s, x *%[1]s, pcg *PCG, least uint64, kept float64", e.goType()))
	f.load("blocks", "CX", "y", "DI", "mask", "R8", "x", "R9", "pcg", "SI", "least", "AX")
	f.op("VMOVDQU64 PCG_Hi(SI), %s", z(hi))
	f.op("VMOVDQU64 PCG_Lo(SI), %s", z(lo))
	f.op("VPBROADCASTQ PCG_FactorHi(SI), %s", z(factorHi))
	f.op("VPBROADCASTQ PCG_FactorLo(SI), %s", z(factorLo))
	f.op("VPBROADCASTQ PCG_TermHi(SI), %s", z(termHi))
	f.op("VPBROADCASTQ PCG_TermLo(SI), %s", z(termLo))
	f.op("VPBROADCASTQ AX, %s", z(least))
	if e.size == 8 {
		f.op("VBROADCASTSD %s, %s", f.arg("kept"), z(kept))
	} else {
		f.op("VCVTSD2SS %s, X2, X2", f.arg("kept"))
		f.op("VBROADCASTSS X2, %s", z(kept))
	}
	v.ins("VMOVDQU64", "dxsmMultiplier", multiplier)
	f.op("VPTERNLOGD $255, %s, %s, %[1]s", z(minusOne), z(minusOne))
	v.ins("VPSRLQ", "$63", minusOne, one)
	v.ins("VPSRLQ", "$11", minusOne, low53)
	v.ins("VPSRLQ", "$32", minusOne, low32)
	v.ins("VPSRLQ", "$32", factorLo, factorUpper)
	f.op("MOVL $0xaaaa, AX")
	f.op("KMOVW AX, K2") // the upper halves of all numbers

	f.label("loop")
	v.ins("VPSRLQ", "$32", hi, number)
	v.ins("VPXORQ", hi, number, number)
	v.ins("VPMULLQ", multiplier, number, number)
	v.ins("VPSRLQ", "$48", number, tmp)
	v.ins("VPXORQ", tmp, number, number)
	v.ins("VPORQ", one, lo, tmp)
	v.ins("VPMULLQ", tmp, number, number)
	v.ins("VPANDQ", low53, number, number)
	f.op("VPCMPUQ %s, %s, %s, K1", notBelow, z(least), z(number))
	if e.size == 8 {
		f.op("VMOVUPD.Z %s, K1, %s", z(kept), z(number))
		f.op("VMOVUPD %s, (R8)", z(number))
		f.op("VMULPD (R9), %s, %[1]s", z(number))
		f.op("VMOVUPD %s, (DI)", z(number))
	} else {
		f.op("VMOVUPS.Z Y%d, K1, Y%d", kept, number)
		f.op("VMOVUPS Y%d, (R8)", number)
		f.op("VMULPS (R9), Y%d, Y%[1]d", number)
		f.op("VMOVUPS Y%d, (DI)", number)
	}

	// lo·factorLo, whose upper half goes to hh and whose lower half goes to ll.
	v.ins("VPSRLQ", "$32", lo, upper)
	v.ins("VPMULUDQ", factorLo, lo, ll)
	v.ins("VPMULUDQ", factorUpper, lo, lh)
	v.ins("VPMULUDQ", factorLo, upper, hl)
	v.ins("VPMULUDQ", factorUpper, upper, hh)
	v.ins("VPMULLQ", factorLo, hi, cross)
	v.ins("VPMULLQ", factorHi, lo, cross2)
	v.ins("VPSRLQ", "$32", ll, tmp)
	v.ins("VPADDQ", tmp, hl, hl)
	v.ins("VPANDQ", low32, hl, tmp)
	v.ins("VPADDQ", tmp, lh, lh)
	v.ins("VPSRLQ", "$32", hl, hl)
	v.ins("VPADDQ", hl, hh, hh)
	v.ins("VPSRLQ", "$32", lh, tmp)
	v.ins("VPADDQ", tmp, hh, hh)
	v.ins("VPSLLQ", "$32", lh, lh)
	f.op("VMOVDQA32 %s, K2, %s", z(lh), z(ll))

	v.ins("VPADDQ", cross, cross2, cross)
	v.ins("VPADDQ", cross, hh, hi)
	v.ins("VPADDQ", termLo, ll, lo)
	f.op("VPCMPUQ %s, %s, %s, K1", below, z(termLo), z(lo)) // the carry
	v.ins("VPADDQ", termHi, hi, hi)
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
}
