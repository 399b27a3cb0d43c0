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
func rowStrip(f *file, isa isa, e number) {
	name, lanes, maxVecs := isa.name+"RowStrip"+e.suffix, isa.bytes/e.size, isa.bytes/4
	f.fn(fmt.Sprintf("%s computes up to %d columns of one row, for a B of contiguous rows, ldb bytes apart. k and cols must be positive.", name, maxVecs*lanes),
		name, "k, cols int, a unsafe.Pointer, csa int, b unsafe.Pointer, ldb int, c, d unsafe.Pointer")
	f.load("cols", "BX")
	f.op("LEAQ -1(BX), CX")
	f.op("ANDQ $%d, CX", lanes-1)
	if isa.opmask() {
		f.op("MOVL  $2, AX")
		f.op("SHLL  CX, AX")
		f.op("DECL  AX")
		f.op("KMOVW AX, K1")
	} else {
		f.op("INCQ CX")
		f.op("MOVQ CX, AX")
		f.op("VMOVQ CX, X15")
		f.op("VPBROADCAST%s X15, Y15", e.index)
		f.op("VPCMPGT%s lanes%s<>(SB), Y15, Y15", e.index, e.suffix)
	}
	f.load("k", "CX", "a", "SI", "csa", "R9", "b", "DI", "ldb", "R10", "c", "DX", "d", "R8")
	for vecs := 1; vecs < maxVecs; vecs++ {
		f.op("CMPQ BX, $%d", vecs*lanes)
		f.op("JLE  width%d", vecs)
	}
	for vecs := maxVecs; vecs > 0; vecs-- {
		strip{isa, e, vecs}.write(f)
	}
	f.label("store")
	if isa.opmask() {
		f.op(e.ins("VMOVUPD") + " Z0, K1, (DX)")
	} else { // masked stores are slow on some CPUs
		f.op("CMPQ AX, $%d", lanes)
		f.op("JNE  %s", halves[lanes/2])
		f.op("VMOVUPD Y0, (DX)")
		f.op("JMP  done")
		for n := lanes / 2; n > 0; n /= 2 {
			f.label(halves[n])
			f.op("TESTQ $%d, AX", n)
			f.op("JZ   %s", halves[n/2])
			switch n * e.size {
			case 16:
				f.op("VMOVUPD X0, (DX)")
				f.op("VEXTRACTF128 $1, Y0, X0")
				f.op("ADDQ $16, DX")
			case 8:
				f.op("VMOVSD X0, (DX)")
				if n > 1 {
					f.op("VPERMILPD $1, X0, X0")
					f.op("ADDQ $8, DX")
				}
			case 4:
				f.op("VMOVSS X0, (DX)")
			}
		}
		f.label("done")
	}
	f.op("VZEROUPPER")
	f.op("RET")
}

// halves are labels of stores of so many elements, the last for nothing left.
var halves = map[int]string{4: "four", 2: "two", 1: "one", 0: "done"}

// A strip is as wide as vecs registers, of which the last exists only in part.
// It leaves that in register 0, and its address in DX.
type strip struct {
	isa
	number
	vecs int
}

func (s strip) write(f *file) {
	last := s.vecs - 1
	at := func(base string, v int) string {
		if v == 0 {
			return "(" + base + ")"
		}
		return fmt.Sprintf("%d(%s)", s.bytes*v, base)
	}
	load := func(base string, dst int) {
		if s.opmask() {
			f.op(s.ins("VMOVUPD.Z")+" %s, K1, %s", at(base, last), s.r(dst))
		} else {
			f.op(s.ins("VMASKMOVPD")+" %s, Y15, %s", at(base, last), s.r(dst))
		}
	}
	loop, zero := fmt.Sprintf("loop%d", s.vecs), fmt.Sprintf("zero%d", s.vecs)

	f.label(fmt.Sprintf("width%d", s.vecs))
	f.op("TESTQ R8, R8")
	f.op("JZ    %s", zero)
	for v := range last {
		f.op(s.ins("VMOVUPD")+" %s, %s", at("R8", v), s.r(v))
	}
	load("R8", last)
	f.op("JMP   %s", loop)
	f.label(zero)
	for v := range s.vecs {
		f.op("VXORPD X%d, X%[1]d, X%[1]d", v) // clears the whole register
	}

	f.label(loop)
	x, b := s.vecs, s.vecs+1
	f.op(s.ins("VBROADCASTSD")+" (SI), %s", s.r(x))
	load("DI", b)
	for v := range last {
		f.op(s.ins("VFMADD231PD")+" %s, %s, %s", at("DI", v), s.r(x), s.r(v))
	}
	f.op(s.ins("VFMADD231PD")+" %s, %s, %s", s.r(b), s.r(x), s.r(last))
	f.op("ADDQ R9, SI")
	f.op("ADDQ R10, DI")
	f.op("DECQ CX")
	f.op("JNZ  %s", loop)

	if last == 0 {
		return // to the store
	}
	for v := range last {
		f.op(s.ins("VMOVUPD")+" %s, %s", s.r(v), at("DX", v))
	}
	f.op("VMOVAPD %s, %s", s.r(last), s.r(0))
	f.op("ADDQ $%d, DX", s.bytes*last)
	f.op("JMP  store")
}
