// Package kernel has the loops that determine how fast a network trains: matrix
// products, element-wise functions, masks of dropout and optimizer updates on
// float64, and most of them on float32.
//
// # Same bits everywhere
//
// Every element of a result is computed by one chain of operations in one
// order, in which each multiply-add is fused, that is, rounded once, but for the
// functions that say that they round twice, which do so everywhere. The order
// depends only on the definition of the function, and not on the instruction
// set (AVX-512, AVX2, NEON or pure Go), the tile size, the blocking, the
// alignment or the number of workers. All of them therefore give the same bits,
// and each can be tested against a plain loop of [math.FMA], or of the same in
// float32, which is not [math.FMA] converted to float32: that rounds twice.
//
// There are two exceptions. The sign and the payload of a NaN are unspecified.
// And without a fused multiply-add in hardware, computing one in software would
// be slower by two orders of magnitude: there, a product is rounded before it
// is added, and results differ in their last bits from those of other machines
// (though still not with the number of workers).
//
// # Assembly
//
// There is assembly for AVX-512 and AVX2 on amd64, and for NEON on arm64, for
// matrix products only. The program in the folder gen generates it and its
// declarations. The build tag noasm excludes it.
package kernel

//go:generate go run ./gen
