// Package kernel has the loops that decide how fast a network trains: matrix
// products, element-wise functions and optimiser updates on float64.
//
// # Same bits everywhere
//
// Every element of a result is computed by one chain of operations in one
// order, in which each multiply-add is a fused one, rounded once. The order
// depends on nothing but the definition of the function: not on the
// instruction set (AVX-512, AVX2, NEON or pure Go), the tile size, the blocking, the
// alignment, nor the number of workers. Each of them therefore gives the same
// bits, and each can be tested against a plain loop of [math.FMA].
//
// Two things are outside this promise. The sign and the payload of a NaN are
// not defined. And where the hardware has no fused multiply-add, computing one
// in software would be slower by two orders of magnitude: there a product is
// rounded before it is added, and results differ in their last bits from those
// of other machines (though still not with the number of workers).
//
// # Assembly
//
// There is assembly for AVX-512 and AVX2 on amd64, and for NEON, matrix products
// only, on arm64. The program in the folder gen writes it and its declarations.
// The build tag noasm leaves it out.
package kernel

//go:generate go run ./gen
