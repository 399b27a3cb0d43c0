package mlp

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
	"example.com/mlp/internal/moments"
	"example.com/mlp/internal/order"
)

// PiecewiseLinear is a layer that turns each column of x into several numbers
// that bend where the data ask, with weights of its own (Gorishniy et al., On
// Embeddings for Numerical Features in Tabular Deep Learning, 2022, in the form
// of TabM, 2025). Between the edges b₀ < … < bₘ of its m bins, a number v becomes
//
//	y = v·w + c + Σ pⱼ·Uⱼ    pⱼ = (v − bⱼ₋₁)/(bⱼ − bⱼ₋₁)
//
// where pⱼ is 0 below its bin and 1 above. Below b₀ and above bₘ it goes on as in
// the first and the last bin. A column without bins is y = v·w + c, and so are
// all before Adapt, which takes the edges from data, or Set, which sets them
// directly.
//
// The columns of y are those for the first column of x, then those for the
// second and so on. For f columns of x, at most m bins and d numbers for each,
// the parameters are "edges", f×(m+1), which is not trained by a gradient and
// repeats the last edge where a column has fewer bins, "weight", w, and "bias",
// c, both f×d and drawn from U(±1/√d), and "bin_weight", U, which has m rows for
// each column of x, d columns and begins as zeros.
//
// Adapt and Set need exclusive access to the layer and to any network that
// contains it. All other methods except Init may be called from many goroutines
// at once.
type PiecewiseLinear struct {
	use
	features, bins, units int
	edges                 *mat.Dense // features × bins+1
	weight, bias          *mat.Dense // features × units
	binWeight             *mat.Dense // features·bins × units
	drawn                 bool       // whether weight and bias have their initial values
	err                   error      // the error in the arguments, if any
}

// NewPiecewiseLinear returns a PiecewiseLinear for this many columns, with at
// most this many bins for each and this many numbers for each. 48 bins and 16
// numbers are usual. Model returns an error for invalid arguments.
func NewPiecewiseLinear(features, bins, units int) *PiecewiseLinear {
	l := &PiecewiseLinear{features: features, bins: bins, units: units, err: checkBins(features, bins, units)}
	if l.err == nil {
		l.edges = mat.NewDense(features, bins+1, nil)
		l.weight, l.bias = mat.NewDense(features, units, nil), mat.NewDense(features, units, nil)
		l.binWeight = mat.NewDense(features*bins, units, nil)
	}
	return l
}

// checkBins returns an error unless there can be such a PiecewiseLinear.
func checkBins(features, bins, units int) error {
	switch {
	case features <= 0:
		return fmt.Errorf("%d features, want at least 1", features)
	case bins <= 0:
		return fmt.Errorf("%d bins, want at least 1", bins)
	case units <= 0:
		return fmt.Errorf("%d units for a feature, want at least 1", units)
	case features > maxWeights/units/bins:
		return fmt.Errorf("%d×%d×%d weights, at most %d are possible", features, bins, units, maxWeights)
	}
	return nil
}

// Adapt sets the edges of each column to the quantiles 0, 1/m, …, 1 of its
// entries in x, without those that repeat. They are the quantiles of the rows,
// or of the distinct values where one value has more than a quarter of the rows.
// A column with at most m+1 distinct values has these as its edges, so that a
// constant one has no bins.
//
// It is an error, and nothing changes, if x is empty, has a different number of
// columns than the layer, or contains a NaN or an infinity, or if the range of a
// column overflows.
func (l *PiecewiseLinear) Adapt(x mat.Matrix) error {
	const op = "Adapt"
	d, err := checkAdapt(op, l.features, l.unusable(), x)
	if err != nil {
		return err
	}
	edges := make([][]float64, l.features)
	for j := range edges {
		edges[j] = edgesOf(mat.Col(nil, j, d), l.bins)
		if err := checkEdges(j, edges[j], len(edges[j])-1); err != nil { // the range may overflow
			return fmt.Errorf("mlp: %s: %w", op, err)
		}
	}
	return l.set(op, edges)
}

// edgesOf returns the edges of at most this many bins for a column, which it
// sorts.
func edgesOf(column []float64, bins int) []float64 {
	slices.Sort(column)
	distinct := slices.CompactFunc(slices.Clone(column), sameUpToRounding)
	if len(distinct) <= bins+1 {
		return distinct
	}
	if 4*longestRun(column) > len(column) {
		column = distinct
	}
	edges := make([]float64, bins+1)
	for t := range edges {
		edges[t] = order.Quantile(column, float64(t)/float64(bins))
	}
	return slices.CompactFunc(edges, sameUpToRounding)
}

// sameUpToRounding reports whether a and b differ by rounding only.
func sameUpToRounding(a, b float64) bool { return moments.IsConstant(a, math.Abs(b-a)) }

// longestRun returns how often the value that a sorted column has most often is
// there.
func longestRun(sorted []float64) int {
	longest, start := 0, 0
	for i, v := range sorted {
		if v != sorted[start] {
			start = i
		}
		longest = max(longest, i+1-start)
	}
	return longest
}

// Set sets the edges of each column: from 1, for no bins, to m+1 numbers in
// ascending order. It is an error, and nothing changes, if a number is not
// finite, is not above the one before it, or if a range overflows.
func (l *PiecewiseLinear) Set(edges [][]float64) error {
	const op = "Set"
	if err := l.unusable(); err != nil {
		return fmt.Errorf("mlp: %s: %w", op, err)
	}
	if len(edges) != l.features {
		return &ShapeError{Op: op, Subject: "edges", Got: len(edges), Unit: "entries", Wanting: "the layer takes", Want: l.features}
	}
	for j, column := range edges {
		if n := len(column); n < 1 || n > l.bins+1 {
			return fmt.Errorf("mlp: %s: edges[%d] has %d numbers, want from 1 to %d", op, j, n, l.bins+1)
		}
		if err := checkEdges(j, column, len(column)-1); err != nil {
			return fmt.Errorf("mlp: %s: %w", op, err)
		}
	}
	return l.set(op, edges)
}

// set is Set for valid edges.
func (l *PiecewiseLinear) set(op string, edges [][]float64) error {
	if err := l.hold(op); err != nil {
		return err
	}
	defer l.release()
	for j, column := range edges {
		row := l.edges.RawRowView(j)
		for t := copy(row, column); t < len(row); t++ {
			row[t] = row[t-1]
		}
	}
	return nil
}

// unusable returns the error in the arguments of the layer, if any.
func (l *PiecewiseLinear) unusable() error {
	if l.edges == nil && l.err == nil {
		return errors.New("a PiecewiseLinear that NewPiecewiseLinear has not made")
	}
	return l.err
}

// Validate returns the error in the arguments or in the edges, if any.
func (l *PiecewiseLinear) Validate() error {
	if err := l.unusable(); err != nil {
		return err
	}
	for j := range l.features {
		row := l.edges.RawRowView(j)
		if err := checkEdges(j, row, binsOf(row)); err != nil {
			return err
		}
	}
	return nil
}

// checkEdges returns an error unless the edges of a column ascend for this many
// bins and are the last one from there on.
func checkEdges(column int, edges []float64, bins int) error {
	for t, v := range edges {
		switch {
		case !finite(v):
			return fmt.Errorf("edges[%d][%d] is %g: %w", column, t, v, ErrNotFinite)
		case t > 0 && t <= bins && v <= edges[t-1], t > bins && v != edges[bins]:
			return fmt.Errorf("edges[%d][%d] is %g, after %g: want ascending numbers", column, t, v, edges[t-1])
		}
	}
	if lo, hi := edges[0], edges[bins]; !finite(hi - lo) {
		return fmt.Errorf("edges[%d] are from %g to %g: the range overflows", column, lo, hi)
	}
	return nil
}

// binsOf returns how many bins a row of edges has, whose last edge may repeat.
func binsOf(edges []float64) int { return sort.SearchFloat64s(edges, edges[len(edges)-1]) }

// Dims returns the number of columns of x and of y.
func (l *PiecewiseLinear) Dims() (inputs, units int) {
	if l.unusable() != nil {
		return 0, 0
	}
	return l.features, l.features * l.units
}

// Params returns "edges", "weight", "bias" and "bin_weight".
func (l *PiecewiseLinear) Params() []Param {
	return []Param{
		{Name: "edges", Value: l.edges, State: true},
		{Name: "weight", Value: l.weight},
		{Name: "bias", Value: l.bias},
		{Name: "bin_weight", Value: l.binWeight},
	}
}

// Describe implements Describer.
func (l *PiecewiseLinear) Describe() LayerDescription {
	return LayerDescription{Kind: "piecewise_linear", Inputs: l.features, Units: l.features * l.units, Numbers: map[string]float64{"bins": float64(l.bins)}}
}

// piecewiseLinearSize is the Size of the kind "piecewise_linear".
func piecewiseLinearSize(d LayerDescription) float64 {
	bins := d.Numbers["bins"]
	return float64(d.Inputs)*(bins+1) + (bins+2)*float64(d.Units)
}

// piecewiseLinearFrom is the New of the kind "piecewise_linear".
func piecewiseLinearFrom(d LayerDescription) Layer {
	l := NewPiecewiseLinear(d.Inputs, int(d.Numbers["bins"]), d.Units/d.Inputs)
	l.drawn = true
	return l
}

// Init draws w and c the first time it is called.
func (l *PiecewiseLinear) Init(rng *rand.Rand) {
	if l.drawn || l.unusable() != nil {
		return
	}
	bound := 1 / math.Sqrt(float64(l.units))
	draw := Uniform(-bound, bound)
	draw(l.weight, rng)
	draw(l.bias, rng)
	l.drawn = true
}

// binPlace says where a number lies in the bins of a column.
type binPlace struct {
	row   int     // of bin_weight for the first bin
	below int     // bins that are below the number
	part  float64 // p of the bin after these
	width float64 // of that bin; 0 if there are no bins
}

// find returns where v lies in column j.
func (l *PiecewiseLinear) find(j int, v float64) binPlace {
	edges := l.edges.RawRowView(j)
	bins := binsOf(edges)
	if bins == 0 {
		return binPlace{}
	}
	below := sort.SearchFloat64s(edges[1:bins], v)
	width := edges[below+1] - edges[below]
	return binPlace{j * l.bins, below, (v - edges[below]) / width, width}
}

// add adds Σ pⱼ·Uⱼ to y.
func (p binPlace) add(y []float64, binWeight *mat.Dense) {
	if p.width == 0 {
		return
	}
	for t := range p.below {
		kernel.Axpy(y, 1, binWeight.RawRowView(p.row+t))
	}
	kernel.Axpy(y, p.part, binWeight.RawRowView(p.row+p.below))
}

// addGrad adds pⱼ·dy to the rows of ∂L/∂U.
func (p binPlace) addGrad(grad *mat.Dense, dy []float64) {
	if p.width == 0 {
		return
	}
	for t := range p.below {
		kernel.Axpy(grad.RawRowView(p.row+t), 1, dy)
	}
	kernel.Axpy(grad.RawRowView(p.row+p.below), p.part, dy)
}

// of returns the numbers for column j in a row of y.
func (l *PiecewiseLinear) of(y []float64, j int) []float64 { return y[j*l.units : (j+1)*l.units] }

// Infer stores v·w + c + Σ pⱼ·Uⱼ for each column in dst. It panics with a
// *ShapeError if the shapes do not match.
func (l *PiecewiseLinear) Infer(dst, x *mat.Dense) {
	CheckInfer(l, dst, x)
	for i := range x.RawMatrix().Rows {
		for j, v := range x.RawRowView(i) {
			y := l.of(dst.RawRowView(i), j)
			copy(y, l.bias.RawRowView(j))
			kernel.Axpy(y, v, l.weight.RawRowView(j))
			l.find(j, v).add(y, l.binWeight)
		}
	}
}

// NewPass returns a Pass for batches of at most rows samples; rng is not used.
func (l *PiecewiseLinear) NewPass(rows int, rng *rand.Rand) Pass {
	return NewPass(l, rows, Formulas{Grads: l.grads, Backward: l.backward})
}

// grads adds ∂L/∂w = Σ v·dy, ∂L/∂c = Σ dy and ∂L/∂Uⱼ = Σ pⱼ·dy over the rows.
func (l *PiecewiseLinear) grads(grads []*mat.Dense, dy, x, _ *mat.Dense) {
	dw, dc, du := grads[1], grads[2], grads[3]
	for i := range x.RawMatrix().Rows {
		for j, v := range x.RawRowView(i) {
			d := l.of(dy.RawRowView(i), j)
			kernel.Axpy(dw.RawRowView(j), v, d)
			kernel.Axpy(dc.RawRowView(j), 1, d)
			l.find(j, v).addGrad(du, d)
		}
	}
}

// backward stores ∂L/∂v = dy·w + dy·Uⱼ/(bⱼ − bⱼ₋₁) in dx, for the bin j of v; at
// an edge, that is the one below.
func (l *PiecewiseLinear) backward(dx, dy, x, _ *mat.Dense) {
	for i := range x.RawMatrix().Rows {
		for j, v := range x.RawRowView(i) {
			d := l.of(dy.RawRowView(i), j)
			sum := dot(d, l.weight.RawRowView(j))
			if p := l.find(j, v); p.width != 0 {
				sum += dot(d, l.binWeight.RawRowView(p.row+p.below)) / p.width
			}
			dx.Set(i, j, sum)
		}
	}
}
