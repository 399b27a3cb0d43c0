package onnx

import (
	"slices"

	"gonum.org/v1/gonum/mat"
)

// array is a value of a graph.
type array struct {
	dims []int
	data []float64
}

// newArray returns an array of zeros.
func newArray(dims ...int) *array { return &array{dims, make([]float64, entries(dims))} }

// entries returns how many entries an array of these dims has.
func entries(dims []int) int {
	n := 1
	for _, d := range dims {
		n *= d
	}
	return n
}

// axis returns an axis, of which negative ones count from the end.
func (a *array) axis(i int64) int { return (int(i) + len(a.dims)) % len(a.dims) }

// cols returns the size of the last axis.
func (a *array) cols() int { return a.dims[len(a.dims)-1] }

// matrix returns the array with all axes but the last one as rows.
func (a *array) matrix() *mat.Dense { return mat.NewDense(len(a.data)/a.cols(), a.cols(), a.data) }

// shaped returns the array in another shape.
func (a *array) shaped(dims ...int) *array { return &array{dims, a.data} }

// index returns the place of an entry in an array that is broadcast.
func (a *array) index(at []int) int {
	i := 0
	for k, d := range a.dims {
		i = i * d
		if d > 1 {
			i += at[len(at)-len(a.dims)+k]
		}
	}
	return i
}

// each calls f for all indices of an array of these dims, in order.
func each(dims []int, f func(i int, at []int)) {
	at := make([]int, len(dims))
	for i := range entries(dims) {
		for k, rest := len(dims)-1, i; k >= 0; k-- {
			at[k], rest = rest%dims[k], rest/dims[k]
		}
		f(i, at)
	}
}

// broadcast returns f of each pair of entries of a and b.
func broadcast(a, b *array, f func(a, b float64) float64) *array {
	dims := make([]int, max(len(a.dims), len(b.dims)))
	for i := range dims {
		dims[i] = 1
		for _, c := range []*array{a, b} {
			if k := i - len(dims) + len(c.dims); k >= 0 && c.dims[k] != 1 {
				dims[i] = c.dims[k]
			}
		}
	}
	y := newArray(dims...)
	each(dims, func(i int, at []int) { y.data[i] = f(a.data[a.index(at)], b.data[b.index(at)]) })
	return y
}

// matMul2 is the product of two matrices.
func matMul2(a, b *array) *array {
	var y mat.Dense
	y.Mul(a.matrix(), b.matrix())
	return &array{[]int{a.dims[0], b.dims[1]}, y.RawMatrix().Data}
}

// matMulOf is MatMul for matrices, for a stack of matrices and one matrix, and
// for two stacks.
func matMulOf(a, b *array) *array {
	if len(b.dims) == 2 {
		y := matMul2(a.shaped(len(a.data)/a.cols(), a.cols()), b)
		return y.shaped(append(slices.Clone(a.dims[:len(a.dims)-1]), b.dims[1])...)
	}
	stack, rows, inner, cols := b.dims[0], a.dims[1], a.dims[2], b.dims[2]
	y := &array{dims: []int{stack, rows, cols}}
	for k := range stack {
		part := matMul2(&array{[]int{rows, inner}, a.data[k*rows*inner:][:rows*inner]}, &array{[]int{inner, cols}, b.data[k*inner*cols:][:inner*cols]})
		y.data = append(y.data, part.data...)
	}
	return y
}

func transpose(a *array, perm []int64) *array {
	dims := make([]int, len(perm))
	for i, p := range perm {
		dims[i] = a.dims[p]
	}
	y, from := newArray(dims...), make([]int, len(perm))
	each(dims, func(i int, at []int) {
		for k, p := range perm {
			from[p] = at[k]
		}
		y.data[i] = a.data[a.index(from)]
	})
	return y
}

// meanAlong returns the means along an axis.
func meanAlong(a *array, axis int, keep bool) *array {
	dims := slices.Clone(a.dims)
	dims[axis] = 1
	y := newArray(dims...)
	each(a.dims, func(i int, at []int) { y.data[y.index(at)] += a.data[i] / float64(a.dims[axis]) })
	if !keep {
		y.dims = slices.Delete(dims, axis, axis+1)
	}
	return y
}

func reshapeTo(a *array, shape []int64) *array {
	dims, open := make([]int, len(shape)), -1
	for i, d := range shape {
		switch dims[i] = int(d); d {
		case 0:
			dims[i] = a.dims[i]
		case -1:
			open, dims[i] = i, 1
		}
	}
	if open >= 0 {
		dims[open] = len(a.data) / entries(dims)
	}
	return a.shaped(dims...)
}

func squeezeAt(a *array, axes []int64) *array {
	drop := make(map[int]bool)
	for _, i := range axes {
		drop[a.axis(i)] = true
	}
	var dims []int
	for i, d := range a.dims {
		if !drop[i] && (len(axes) > 0 || d != 1) {
			dims = append(dims, d)
		}
	}
	return a.shaped(dims...)
}

func unsqueezeAt(a *array, axes []int64) *array {
	dims := make([]int, len(a.dims)+len(axes))
	for _, i := range axes {
		dims[(int(i)+len(dims))%len(dims)] = 1
	}
	rest := a.dims
	for i := range dims {
		if dims[i] == 0 {
			dims[i], rest = rest[0], rest[1:]
		}
	}
	return a.shaped(dims...)
}

func concatAlong(parts []*array, axis int) *array {
	dims := slices.Clone(parts[0].dims)
	dims[axis] = 0
	for _, p := range parts {
		dims[axis] += p.dims[axis]
	}
	y, first := newArray(dims...), 0
	for _, p := range parts {
		each(p.dims, func(i int, at []int) {
			to := slices.Clone(at)
			to[axis] += first
			y.data[y.index(to)] = p.data[i]
		})
		first += p.dims[axis]
	}
	return y
}

func gatherAlong(a, chosen *array, axis int) *array {
	dims := slices.Concat(a.dims[:axis], chosen.dims, a.dims[axis+1:])
	y := newArray(dims...)
	each(dims, func(i int, at []int) {
		middle := at[axis : axis+len(chosen.dims)]
		from := slices.Concat(at[:axis], []int{int(chosen.data[chosen.index(middle)])}, at[axis+len(chosen.dims):])
		y.data[i] = a.data[a.index(from)]
	})
	return y
}

// sliceOf returns what is from one place to another along an axis.
func sliceOf(a *array, from, to int64, axis int) *array {
	dims := slices.Clone(a.dims)
	dims[axis] = int(to - from)
	y := newArray(dims...)
	each(dims, func(i int, at []int) {
		of := slices.Clone(at)
		of[axis] += int(from)
		y.data[i] = a.data[a.index(of)]
	})
	return y
}
