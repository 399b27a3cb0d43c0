package main

// conversions writes the functions between float64 and float32, which work on
// blocks of eight elements, and those that choose among them.
func conversions(f *file) {
	for _, isa := range isas {
		name := isa.name + "Narrow"
		f.fn(name+" rounds src to dst, and ors the bits of x-x for each x of dst into bits. blocks must be positive.",
			name, "blocks int, dst *float32, src *float64, bits *[4]uint64")
		f.load("blocks", "CX", "dst", "DI", "src", "SI", "bits", "DX")
		f.op("VMOVUPS (DX), Y1")
		f.label("loop")
		if isa.opmask() {
			f.op("VCVTPD2PS (SI), Y0")
		} else {
			f.op("VCVTPD2PSY (SI), X0")
			f.op("VCVTPD2PSY 32(SI), X2")
			f.op("VINSERTF128 $1, X2, Y0, Y0")
		}
		f.op("PREFETCHT0 2048(SI)") // of the caller's matrices
		f.op("VMOVUPS Y0, (DI)")
		f.op("VSUBPS Y0, Y0, Y0")
		f.op("VORPS Y0, Y1, Y1")
		f.op("ADDQ $64, SI")
		f.op("ADDQ $32, DI")
		f.op("DECQ CX")
		f.op("JNZ  loop")
		f.op("VMOVUPS Y1, (DX)")
		f.op("VZEROUPPER")
		f.op("RET")

		name = isa.name + "Widen"
		f.fn(name+" converts src to dst. blocks must be positive.", name, "blocks int, dst *float64, src *float32")
		f.load("blocks", "CX", "dst", "DI", "src", "SI")
		f.label("loop")
		for h := range isa.halves() {
			f.op("VCVTPS2PD %d(SI), %s", isa.bytes/2*h, isa.r(h))
			f.op("VMOVUPD %s, %d(DI)", isa.r(h), isa.bytes*h)
		}
		f.op("ADDQ $32, SI")
		f.op("ADDQ $64, DI")
		f.op("DECQ CX")
		f.op("JNZ  loop")
		f.op("VZEROUPPER")
		f.op("RET")
	}
	for _, x := range []struct{ name, params, args string }{
		{"narrow", "dst []float32, src []float64, bits *[4]uint64", ", bits"},
		{"widen", "dst []float64, src []float32", ""},
	} {
		f.decl("\n// %sAsm returns the number of elements on which it has worked.\nfunc %[1]sAsm(%[2]s) int {\n", x.name, x.params)
		f.decl("n := len(src) &^ 7\n")
		choose(f, "0", func(prefix string) {
			f.decl("for i := 0; i < n; i += piece {\n%s%s(min(piece, n-i)/8, &dst[i], &src[i]%s)\n}\n", prefix, title(x.name), x.args)
		})
		f.decl("return n\n}\n")
	}
}
