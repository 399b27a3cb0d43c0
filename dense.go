package mlp

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
)

// Dense returns a fully connected layer y = act(x·W + b) with the given
// number of inputs and units: a *SoftmaxDense if act is a RowActivation, else
// a *DefaultDense.
//
// Dense only describes the layer. Model draws the initial weights, by default
// with HeNormal for ReLU, LeakyReLU and ReLU6, LeCunNormal for SELU and
// GlorotUniform otherwise, and returns an error for invalid arguments. Biases
// are initialized to zero.
func Dense(inputs, units int, act Activation, opts ...DenseOption) Layer {
	d := dense{act: act}
	d.err = d.set(inputs, units, opts)
	if _, ok := act.(RowActivation); ok {
		return &SoftmaxDense{dense: d}
	}
	return &DefaultDense{dense: d}
}

// A DenseOption changes how Dense describes a layer.
type DenseOption func(*dense) error

// WithInitializer sets how the weights are initialized, for example with
// HeNormal or Uniform(-1, 1).
func WithInitializer(init Initializer) DenseOption {
	return func(d *dense) error {
		if init == nil {
			return errors.New("nil initializer")
		}
		d.init = init
		return nil
	}
}

// WithoutBias leaves out b: y = act(x·W).
func WithoutBias() DenseOption {
	return func(d *dense) error {
		d.bias = nil
		return nil
	}
}

// dense has what DefaultDense and SoftmaxDense have in common: the affine part
// z = x·W + b and its derivatives.
type dense struct {
	inputs, units int
	act           Activation
	weight        *mat.Dense // inputs × units
	bias          *mat.Dense // 1 × units, or nil
	init          Initializer
	penalty       elasticNet // of the weights
	constraint    Constraint // of the weights, or nil
	drawn         bool       // whether weight has its initial values
	err           error
}

// maxWeights bounds the number of entries of a weight matrix: 16 GiB of memory.
const maxWeights = math.MaxInt32

// set sets the arguments of Dense, and returns an error for one that is invalid.
func (d *dense) set(inputs, units int, opts []DenseOption) error {
	d.inputs, d.units = inputs, units
	switch {
	case inputs <= 0:
		return fmt.Errorf("%d inputs, want at least 1", inputs)
	case units <= 0:
		return fmt.Errorf("%d units, want at least 1", units)
	case inputs > maxWeights/units:
		return fmt.Errorf("%d×%d weights, at most %d are possible", inputs, units, maxWeights)
	case d.act == nil:
		return errors.New("nil activation")
	}
	if err := validate(d.act); err != nil {
		return err
	}
	d.init = defaultInitializer(d.act)
	d.weight = mat.NewDense(inputs, units, nil)
	d.bias = mat.NewDense(1, units, nil)
	for i, opt := range opts {
		if opt == nil {
			return fmt.Errorf("option %d is nil", i)
		}
		if err := opt(d); err != nil {
			return err
		}
	}
	return nil
}

// Validate returns the error in the arguments of Dense, if any.
func (d *dense) Validate() error { return d.err }

// Dims returns the number of inputs and units.
func (d *dense) Dims() (inputs, units int) { return d.inputs, d.units }

// made returns the number of inputs and units, or 0 for the zero value and for
// an invalid layer, which compute nothing.
func (d *dense) made() (inputs, units int) {
	if d.weight == nil {
		return 0, 0
	}
	return d.inputs, d.units
}

// Activation returns the activation given to Dense.
func (d *dense) Activation() Activation { return d.act }

// Params returns "weight" (inputs × units) and, unless the layer was made
// WithoutBias, "bias" (1 × units).
func (d *dense) Params() []Param {
	weight := Param{Name: "weight", Value: d.weight, Constraint: d.constraint}
	if d.penalty != (elasticNet{}) {
		weight.Penalty = d.penalty
	}
	params := []Param{weight}
	if d.bias != nil {
		params = append(params, Param{Name: "bias", Value: d.bias})
	}
	return params
}

// Describe implements Describer.
func (d *dense) Describe() LayerDescription {
	l := LayerDescription{Kind: "dense", Inputs: d.inputs, Units: d.units, Activation: d.act}
	l.Numbers = make(map[string]float64)
	if d.bias == nil {
		l.Numbers["without_bias"] = 1
	}
	if d.penalty.l1 != 0 {
		l.Numbers["l1"] = d.penalty.l1
	}
	if d.penalty.l2 != 0 {
		l.Numbers["l2"] = d.penalty.l2
	}
	if c, ok := d.constraint.(maxNorm); ok {
		l.Numbers["max_norm"] = float64(c)
	}
	return l
}

// denseSize is the Size of the kind "dense".
func denseSize(l LayerDescription) float64 {
	size := float64(l.Inputs) * float64(l.Units)
	if l.Numbers["without_bias"] == 0 {
		size += float64(l.Units)
	}
	return size
}

// denseFrom is the New of the kind "dense".
func denseFrom(l LayerDescription) Layer {
	return Dense(l.Inputs, l.Units, l.Activation, denseOptions(l)...)
}

// denseOptions returns the options that make a layer with the description.
func denseOptions(l LayerDescription) []DenseOption {
	opts := []DenseOption{
		WithL1(l.Numbers["l1"]),
		WithL2(l.Numbers["l2"]),
		WithInitializer(func(*mat.Dense, *rand.Rand) {}), // the weights are in the file
	}
	if l.Numbers["without_bias"] != 0 {
		opts = append(opts, WithoutBias())
	}
	if c, ok := l.Numbers["max_norm"]; ok {
		opts = append(opts, WithMaxNorm(c))
	}
	return opts
}

// Init draws the weights the first time it is called.
func (d *dense) Init(rng *rand.Rand) {
	if !d.drawn && d.init != nil { // init is nil in a zero value
		d.init(d.weight, rng)
		d.drawn = true
	}
}

// InferLogits stores x·W + b in dst. x is n×inputs and dst is n×units; it
// panics with a *ShapeError for other shapes.
func (d *dense) InferLogits(dst, x *mat.Dense) {
	inputs, units := d.made()
	checkInfer(inputs, units, dst, x)
	kernel.MulBias(kernel.NN, dst.RawMatrix(), x.RawMatrix(), d.weight.RawMatrix(), d.biasRow())
}

// Infer stores act(x·W + b) in dst. x is n×inputs and dst is n×units; it panics
// with a *ShapeError for other shapes. It is safe for concurrent use as long as
// no Fit is running on the layer.
func (d *dense) Infer(dst, x *mat.Dense) {
	d.InferLogits(dst, x)
	applyActivation(d.act, dst)
}

// inferRow implements rowLayer.
func (d *dense) inferRow(y, x []float64) (ok bool) {
	inputs, units := d.weight.Dims()
	bias := d.biasRow()
	if inputs != len(x) || units != len(y) || bias != nil && len(bias) != len(y) {
		return false
	}
	kernel.RowMulBias(y, x, d.weight.RawMatrix().Data, bias)
	d.act.Apply(y, y)
	return true
}

// biasRow returns the biases, or nil if there are none.
func (d *dense) biasRow() []float64 {
	if d.bias == nil {
		return nil
	}
	return d.bias.RawMatrix().Data
}

// densePass is the Pass of the affine part.
type densePass struct {
	batchShape
	layer  *dense
	team   *kernel.Team
	x      *mat.Dense // borrowed from Forward to Backward
	z, y   buffer
	dx     buffer
	dw, db *mat.Dense // db is nil without a bias
	grads  []*mat.Dense
}

func newDensePass(d *dense, rows int) densePass {
	inputs, units := d.made()
	p := densePass{
		batchShape: newBatchShape(inputs, units, rows),
		layer:      d,
		team:       kernel.NewTeam(1),
		dw:         mat.NewDense(d.inputs, d.units, nil),
	}
	p.z.resize(rows, d.units)
	p.grads = []*mat.Dense{p.dw}
	if d.bias != nil {
		p.db = mat.NewDense(1, d.units, nil)
		p.grads = append(p.grads, p.db)
	}
	return p
}

// useEnv makes the pass use the workers of a stepper.
func (p *densePass) useEnv(e *passEnv) { p.team = e.team }

// Grads returns ∂L/∂W and, if there is a bias, ∂L/∂b.
func (p *densePass) Grads() []*mat.Dense { return p.grads }

// ForwardLogits returns z = x·W + b.
func (p *densePass) ForwardLogits(x *mat.Dense) (z *mat.Dense) {
	p.checkForward(x)
	p.x = x
	z = p.z.resize(p.rows, p.units)
	p.team.MulBias(kernel.NN, z.RawMatrix(), x.RawMatrix(), p.layer.weight.RawMatrix(), p.layer.biasRow())
	return z
}

// BackwardLogits takes dz = ∂L/∂z and stores
//
//	∂L/∂W = xᵀ·dz    ∂L/∂b = Σ dz over the rows
//
// in Grads. It returns ∂L/∂x = dz·Wᵀ if needDX.
func (p *densePass) BackwardLogits(dz *mat.Dense, needDX bool) (dx *mat.Dense) {
	p.checkBackward(dz)
	g := dz.RawMatrix()
	p.team.Mul(kernel.TN, p.dw.RawMatrix(), p.x.RawMatrix(), g)
	if p.db != nil {
		p.team.ColSums(p.db.RawMatrix().Data, g)
	}
	if !needDX {
		return nil
	}
	dx = p.dx.resize(p.rows, p.inputs)
	p.team.Mul(kernel.NT, dx.RawMatrix(), g, p.layer.weight.RawMatrix())
	return dx
}

// DefaultDense is the dense layer with an element-wise activation. Dense
// makes it. All but Init may be called from many goroutines at once while
// nobody trains the layer.
type DefaultDense struct {
	dense
	use
}

// NewPass returns a LogitPass for batches of at most rows samples; rng is not
// used.
func (d *DefaultDense) NewPass(rows int, rng *rand.Rand) Pass {
	p := &defaultPass{densePass: newDensePass(&d.dense, rows), activation: activationWork{act: d.act}}
	p.out = outputOf(d.act, &p.y, &p.z)
	return p
}

// outputOf returns where a pass stores f(z): in y, or in the place of z if the
// derivative can be told from f(z).
func outputOf(act Activation, y, z *buffer) *buffer {
	if act == ReLU {
		return z
	}
	return y
}

// defaultPass applies the activation to all entries of a batch at once.
type defaultPass struct {
	densePass
	activation activationWork
	out        *buffer // y or z, see outputOf
	outer      outerReLU[float64]
	dz         buffer // for outer
}

func (p *defaultPass) Forward(x *mat.Dense) *mat.Dense {
	if block := p.blockRows(x); block > 0 {
		return p.forwardBlocks(x, block)
	}
	z := p.ForwardLogits(x)
	y := p.out.resize(z.Dims())
	p.activation.apply(p.team, y.RawMatrix().Data, z.RawMatrix().Data)
	return y
}

// blockRows returns how many rows of x to compute at once, or 0 for all: if the
// sums are short, and not many enough for other cores, as many as stay in the
// first-level cache from the product to the activation.
func (p *defaultPass) blockRows(x *mat.Dense) int {
	const blockLen, short = 1 << 12, 32
	rows, _ := dims(x)
	n := rows * p.units
	if p.inputs > short || n <= blockLen || n >= minSharedEntries {
		return 0
	}
	return max(1, blockLen/p.units)
}

// forwardBlocks is Forward, block rows at a time.
func (p *defaultPass) forwardBlocks(x *mat.Dense, block int) *mat.Dense {
	p.checkForward(x)
	p.x = x
	z, y := p.z.resize(p.rows, p.units), p.out.resize(p.rows, p.units)
	for lo := 0; lo < p.rows; lo += block {
		hi := min(lo+block, p.rows)
		zs := rowsOf(z, lo, hi)
		p.team.MulBias(kernel.NN, zs, rowsOf(x, lo, hi), p.layer.weight.RawMatrix(), p.layer.biasRow())
		p.activation.apply(p.team, rowsOf(y, lo, hi).Data, zs.Data)
	}
	return y
}

// Backward multiplies dy by f'(z), element by element, in place.
func (p *defaultPass) Backward(dy *mat.Dense, needDX bool) *mat.Dense {
	p.checkBackward(dy)
	if g := dy.RawMatrix(); g.Stride == g.Cols {
		p.activation.backprop(p.team, g.Data, g.Data, p.z.view.RawMatrix().Data, p.out.view.RawMatrix().Data)
	} else {
		backpropRows(p.layer.act, dy, &p.z.view, &p.out.view)
	}
	return p.BackwardLogits(dy, needDX)
}
