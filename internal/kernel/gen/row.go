package main

import "fmt"

// rowStrip writes the function for a strip of one row of C. It has a loop for
// each width, so that all chains advance together. Its registers:
//
//	SI, R9   A at the current k, its column stride
//	DI, R10  B at the current k, its row stride
//	DX, R8   C and D
//	CX, BX   loop counter, columns
//
// The accumulators come first among the vector registers, then an element of A,
// broadcast, and the existing part of the last vector of B.
func rowStrip(f *file, isa isa) {
	name, maxVecs := isa.name+"RowStrip", 2*isa.lanes
	f.fn(fmt.Sprintf("%s computes up to %d columns of one row, for a B of contiguous rows, ldb bytes apart. k and cols must be positive.", name, maxVecs*isa.lanes),
		name, "k, cols int, a unsafe.Pointer, csa int, b unsafe.Pointer, ldb int, c, d unsafe.Pointer")
	f.load("cols", "BX")
	f.op("LEAQ -1(BX), CX")
	f.op("ANDQ $%d, CX", isa.lanes-1)
	if isa.opmask() {
		f.op("MOVL  $2, AX")
		f.op("SHLL  CX, AX")
		f.op("DECL  AX")
		f.op("KMOVW AX, K1")
	} else {
		f.op("INCQ CX")
		f.op("MOVQ CX, AX")
		f.op("VMOVQ CX, X15")
		f.op("VPBROADCASTQ X15, Y15")
		f.op("VPCMPGTQ lanes<>(SB), Y15, Y15")
	}
	f.load("k", "CX", "a", "SI", "csa", "R9", "b", "DI", "ldb", "R10", "c", "DX", "d", "R8")
	for vecs := 1; vecs < maxVecs; vecs++ {
		f.op("CMPQ BX, $%d", vecs*isa.lanes)
		f.op("JLE  width%d", vecs)
	}
	for vecs := maxVecs; vecs > 0; vecs-- {
		strip{isa, vecs}.write(f)
	}
	f.label("store")
	if isa.opmask() {
		f.op("VMOVUPD Z0, K1, (DX)")
	} else { // masked stores are slow on some CPUs
		f.op("CMPQ AX, $4")
		f.op("JNE  two")
		f.op("VMOVUPD Y0, (DX)")
		f.op("JMP  done")
		f.label("two")
		f.op("TESTQ $2, AX")
		f.op("JZ   one")
		f.op("VMOVUPD X0, (DX)")
		f.op("VEXTRACTF128 $1, Y0, X0")
		f.op("ADDQ $16, DX")
		f.label("one")
		f.op("TESTQ $1, AX")
		f.op("JZ   done")
		f.op("VMOVSD X0, (DX)")
		f.label("done")
	}
	f.op("VZEROUPPER")
	f.op("RET")
}

// A strip is as wide as vecs registers, of which the last exists only in part.
// It leaves that in register 0, and its address in DX.
type strip struct {
	isa
	vecs int
}

func (s strip) write(f *file) {
	last := s.vecs - 1
	at := func(base string, v int) string {
		if v == 0 {
			return "(" + base + ")"
		}
		return fmt.Sprintf("%d(%s)", 8*s.lanes*v, base)
	}
	load := func(base string, dst int) {
		if s.opmask() {
			f.op("VMOVUPD.Z %s, K1, %s", at(base, last), s.r(dst))
		} else {
			f.op("VMASKMOVPD %s, Y15, %s", at(base, last), s.r(dst))
		}
	}
	loop, zero := fmt.Sprintf("loop%d", s.vecs), fmt.Sprintf("zero%d", s.vecs)

	f.label(fmt.Sprintf("width%d", s.vecs))
	f.op("TESTQ R8, R8")
	f.op("JZ    %s", zero)
	for v := range last {
		f.op("VMOVUPD %s, %s", at("R8", v), s.r(v))
	}
	load("R8", last)
	f.op("JMP   %s", loop)
	f.label(zero)
	for v := range s.vecs {
		f.op("VXORPD X%d, X%[1]d, X%[1]d", v) // clears the whole register
	}

	f.label(loop)
	x, b := s.vecs, s.vecs+1
	f.op("VBROADCASTSD (SI), %s", s.r(x))
	load("DI", b)
	for v := range last {
		f.op("VFMADD231PD %s, %s, %s", at("DI", v), s.r(x), s.r(v))
	}
	f.op("VFMADD231PD %s, %s, %s", s.r(b), s.r(x), s.r(last))
	f.op("ADDQ R9, SI")
	f.op("ADDQ R10, DI")
	f.op("DECQ CX")
	f.op("JNZ  %s", loop)

	if last == 0 {
		return // to the store
	}
	for v := range last {
		f.op("VMOVUPD %s, %s", s.r(v), at("DX", v))
	}
	f.op("VMOVAPD %s, %s", s.r(last), s.r(0))
	f.op("ADDQ $%d, DX", 8*s.lanes*last)
	f.op("JMP  store")
}
