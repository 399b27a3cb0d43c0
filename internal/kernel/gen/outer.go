package main

import "fmt"

// outers writes the functions that compute ReLU's gradient of an outer product.
func outers(f *file) {
	for _, e := range numbers {
		for _, isa := range isas {
			outer(f, isa, e)
		}
		f.decl("\n// reluGradOuterAsm%s reports whether it has done the work. No slice may be empty.\n", e.suffix)
		f.decl("func reluGradOuterAsm%s(dz, a, b, z []%s) bool {\n", e.suffix, e.goType())
		f.decl("n := len(b)\nif n > piece {\nreturn false\n}\nrows := piece / n\n")
		choose(f, "false", func(prefix string) {
			f.decl("for i := 0; i < len(a); i += rows {\n")
			f.decl("%sReluGradOuter%s(min(rows, len(a)-i), n, &dz[i*n], &a[i], &b[0], &z[i*n])\n}\n", prefix, e.suffix)
		})
		f.decl("return true\n}\n")
	}
}

// outer writes the function for matrices of any number of rows. Its registers:
//
//	SI, R8   the current rows of dz and z
//	R9, DI   the current element of a, the first of b
//	BX, DX   the rows that remain, the bytes of a row
//	AX       the current column
//	R10, CX  the columns in whole vectors, those in the last part of one
func outer(f *file, isa isa, e number) {
	const x, zero = 2, 6 // an element of a, broadcast, and what reluGrad needs
	name, lanes := isa.name+"ReluGradOuter"+e.suffix, isa.bytes/e.size
	f.fn(name+" works on rows of n elements. Both numbers must be positive.", name,
		fmt.Sprintf("rows, n int, dz *%s, a *%[1]s, b *%[1]s, z *%[1]s", e.goType()))
	v := &vector{file: f, isa: isa, number: e, slices: map[string]string{}}
	for slice, reg := range map[string]string{"dz": "SI", "b": "DI", "z": "R8"} {
		v.slices[slice] = fmt.Sprintf("(%s)(AX*%d)", reg, e.size)
	}
	body := func() {
		v.load("z", 0)
		v.load("b", 1)
		v.ins("VFMADD213PD", zero, x, 1) // as in a product
		v.reluGrad()
		v.store(1, "dz")
	}
	f.load("rows", "BX", "n", "R10", "dz", "SI", "a", "R9", "b", "DI", "z", "R8")
	f.op("LEAQ (R10*%d), DX", e.size)
	f.op("MOVQ R10, CX")
	f.op("ANDQ $%d, CX", lanes-1)
	f.op("SUBQ CX, R10")
	v.mask("CX", 0, 15)
	v.op("VXORPD X%d, X%[1]d, X%[1]d", zero)

	f.label("row")
	f.op(e.ins("VBROADCASTSD")+" (R9), %s", v.r(x))
	f.op("XORL AX, AX")
	f.op("TESTQ R10, R10")
	f.op("JZ   tail")
	f.op("PCALIGN $32")
	f.label("loop")
	body()
	f.op("ADDQ $%d, AX", lanes)
	f.op("CMPQ AX, R10")
	f.op("JLT  loop")
	f.op("TESTQ CX, CX")
	f.op("JZ   next")
	f.label("tail")
	v.masked = true
	body()
	f.label("next")
	f.op("ADDQ DX, SI")
	f.op("ADDQ DX, R8")
	f.op("ADDQ $%d, R9", e.size)
	f.op("DECQ BX")
	f.op("JNZ  row")
	f.op("VZEROUPPER")
	f.op("RET")
}
