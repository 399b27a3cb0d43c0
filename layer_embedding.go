package mlp

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// maxCodes is the largest number of codes of an Embedding: single precision has
// no others.
const maxCodes = 1 << 24

// Embedding returns a layer that turns its only input, a code from 0 to size−1,
// into a vector that it learns (Guo and Berkhahn, Entity Embeddings of
// Categorical Variables, 2016),
//
//	y = E[code]
//
// Code 0 stands for names that are missing or were never seen. It is an
// InputChecker, which refuses other numbers; Columns gives it its column of x.
//
// The parameter is "table", E, which is size×units. Model draws the rows from
// N(0, 1), as in RealMLP, except for row 0, which begins as zeros: unless code 0
// occurs in training, it adds nothing to the next layer. Model returns an error
// for invalid arguments.
func Embedding(size, units int) Layer { return newEmbedding(size, units) }

func newEmbedding(size, units int) *embedding {
	l := &embedding{size: size, units: units, err: checkUnits(units)}
	switch {
	case l.err != nil:
	case size <= 0:
		l.err = fmt.Errorf("a table of %d codes, want at least 1", size)
	case size > maxCodes:
		l.err = fmt.Errorf("a table of %d codes, at most %d are possible", size, maxCodes)
	case size > maxWeights/units:
		l.err = fmt.Errorf("a table of %d×%d numbers, at most %d are possible", size, units, maxWeights)
	default:
		l.table = mat.NewDense(size, units, nil)
	}
	return l
}

type embedding struct {
	use
	size, units int
	table       *mat.Dense // size × units
	drawn       bool       // whether table has its initial values
	err         error      // the error in the arguments, if any
}

var _ InputChecker = (*embedding)(nil)

// Validate returns the error in the arguments, if any.
func (l *embedding) Validate() error { return l.err }

func (l *embedding) Dims() (inputs, units int) {
	if l.err != nil {
		return 0, 0
	}
	return 1, l.units
}

func (l *embedding) Params() []Param { return []Param{{Name: "table", Value: l.table}} }

func (l *embedding) Describe() LayerDescription {
	return LayerDescription{Kind: "embedding", Inputs: 1, Units: l.units, Numbers: map[string]float64{"size": float64(l.size)}}
}

// embeddingSize is the Size of the kind "embedding".
func embeddingSize(d LayerDescription) float64 { return d.Numbers["size"] * float64(d.Units) }

// embeddingFrom is the New of the kind "embedding".
func embeddingFrom(d LayerDescription) Layer {
	l := newEmbedding(int(d.Numbers["size"]), d.Units)
	l.drawn = true
	return l
}

// Init draws all rows of the table except row 0, the first time it is called.
func (l *embedding) Init(rng *rand.Rand) {
	if l.drawn || l.err != nil {
		return
	}
	Normal(0, 1)(l.table, rng)
	clear(l.table.RawRowView(0))
	l.drawn = true
}

// CheckInput returns an *InputError unless row is a code.
func (l *embedding) CheckInput(row []float64) error {
	if len(row) != 1 {
		return &ShapeError{Op: "CheckInput", Subject: "row", Got: len(row), Unit: "entries", Wanting: "the layer takes", Want: 1}
	}
	if v := row[0]; v != math.Trunc(v) || v < 0 || v >= float64(l.size) {
		return &InputError{Value: v, Want: fmt.Sprintf("a code from 0 to %d", l.size-1)}
	}
	return nil
}

func (l *embedding) Infer(dst, x *mat.Dense) {
	CheckInfer(l, dst, x)
	for i := range x.RawMatrix().Rows {
		copy(dst.RawRowView(i), l.table.RawRowView(int(x.At(i, 0))))
	}
}

func (l *embedding) NewPass(rows int, rng *rand.Rand) Pass {
	return NewPass(l, rows, Formulas{Grads: l.grads})
}

// grads adds dy to the rows of ∂L/∂E that the batch has the codes of.
func (l *embedding) grads(grads []*mat.Dense, dy, x, _ *mat.Dense) {
	for i := range x.RawMatrix().Rows {
		kernel.Axpy(grads[0].RawRowView(int(x.At(i, 0))), 1, dy.RawRowView(i))
	}
}
