package onnx

import (
	"fmt"

	"example.com/mlp/internal/quote"
)

// constant is a tensor of the file, after the Casts and Transposes of it.
type constant struct {
	*tensor
	transposed bool
	casts      []elemType // in their order, each of another type than before
}

// shape returns the dimensions.
func (c *constant) shape() []int64 {
	if c.transposed {
		return []int64{c.dims[1], c.dims[0]}
	}
	return c.dims
}

// elemType returns the type of the elements.
func (c *constant) elemType() elemType {
	if n := len(c.casts); n > 0 {
		return c.casts[n-1]
	}
	return c.elem
}

// element returns element i in the order of the file, of a tensor that count
// has found right.
func (c *constant) element(i int) (float64, error) {
	v := c.number(i)
	for _, t := range c.casts {
		w := t.cast(v)
		if w-w != 0 && v-v == 0 {
			return w, fmt.Errorf("tensor %s: element %d is %g, too large for %v", quote.Text(c.name), i, v, t)
		}
		v = w
	}
	return v, nil
}

// numbers returns the elements in the order of the file.
func (c *constant) numbers() ([]float64, error) {
	n, err := c.count()
	if err != nil {
		return nil, err
	}
	v := make([]float64, n)
	for i := range v {
		if v[i], err = c.element(i); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// scalar returns the number of a constant with one element.
func (c *constant) scalar() (v float64, ok bool) {
	if n, err := c.count(); err != nil || n != 1 {
		return 0, false
	}
	v, err := c.element(0)
	return v, err == nil
}

// integers returns the elements of a constant of integers.
func (c *constant) integers() ([]int64, error) {
	n, err := c.count()
	if err != nil {
		return nil, err
	}
	for _, t := range append([]elemType{c.elem}, c.casts...) {
		if !t.isInteger() {
			return nil, fmt.Errorf("tensor %s: elements of %v, want integers", quote.Text(c.name), t)
		}
	}
	v := make([]int64, n)
	for i := range v {
		if _, err := c.element(i); err != nil {
			return nil, err
		}
		v[i] = c.integer(i)
	}
	return v, nil
}
