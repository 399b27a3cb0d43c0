package mlptest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// CheckLayer checks the layers that newLayer returns, which must make a new
// layer of the same description in each call:
//
//   - parameters keep their order and identity, have names and, for a
//     mlp.Seeded layer, are drawn once and depend only on the generator;
//   - Infer equals Forward, treats each sample independently, writes only dst,
//     accepts views of larger matrices, and gives the same results from several
//     goroutines at once;
//   - Backward is the derivative of Forward with respect to x and to every
//     parameter, by finite differences, for a full batch and for a short and a
//     full one after it, and does not depend on what was computed before;
//   - every parameter has a gradient and is not changed by Forward, unless it is
//     State;
//   - a mlp.LogitLayer meets the requirements of that interface;
//   - wrong shapes panic with a *mlp.ShapeError, and right ones do not;
//   - Forward and Backward return memory of the pass, not of their arguments;
//   - a mlp.InputChecker accepts the samples that the layer is checked with, from
//     several goroutines at once, and does not modify them;
//   - nothing allocates after the first batch;
//   - a network of the layer that computes in single precision answers, and is
//     changed by a step of SGD, as one in double precision, to 1e-4.
//
// Use CheckTrainingLayer for layers that compute something different in
// training than in Infer, and Inputs to choose the samples.
func CheckLayer(t testing.TB, newLayer func() mlp.Layer) {
	t.Helper()
	Inputs{}.CheckLayer(t, newLayer)
}

// CheckLayer is the function CheckLayer with samples drawn from these inputs.
func (in Inputs) CheckLayer(t testing.TB, newLayer func() mlp.Layer) {
	t.Helper()
	defer reportShapeError(t)
	l := in.checkLayer(t, newLayer)
	x := in.batch(l)
	y := newPass(l).Forward(x)
	sameMatrix(t, "Infer against Forward", infer(l, x), y, rounding)
	if l, ok := l.(mlp.LogitLayer); ok {
		z := newPass(l).(mlp.LogitPass).ForwardLogits(x)
		sameMatrix(t, "InferLogits against ForwardLogits", inferLogits(l, x), z, rounding)
	}
}

// CheckTrainingLayer is CheckLayer for a layer that computes something
// different in training than in Infer, as dropout and batch normalization do.
// Instead of checking that Infer equals Forward, it checks that they differ. A
// pass must draw its random numbers from the generator passed to NewPass:
// gradients are compared for the same random numbers.
func CheckTrainingLayer(t testing.TB, newLayer func() mlp.Layer) {
	t.Helper()
	Inputs{}.CheckTrainingLayer(t, newLayer)
}

// CheckTrainingLayer is the function CheckTrainingLayer with samples drawn from
// these inputs.
func (in Inputs) CheckTrainingLayer(t testing.TB, newLayer func() mlp.Layer) {
	t.Helper()
	defer reportShapeError(t)
	l := in.checkLayer(t, newLayer)
	x := in.batch(l)
	if y := newPass(l).Forward(x); mat.EqualApprox(infer(l, x), y, rounding) {
		t.Error("Forward equals Infer: the layer is one for CheckLayer")
	}
}

// reportShapeError reports a panic with a *mlp.ShapeError. It must be deferred.
func reportShapeError(t testing.TB) {
	t.Helper()
	switch v := recover().(type) {
	case nil:
	case *mlp.ShapeError:
		t.Errorf("shapes that Dims asks for panic with %q", v)
	default:
		panic(v)
	}
}

// checkLayer checks the requirements of all layers and returns one of the
// layers.
func (in Inputs) checkLayer(t testing.TB, newLayer func() mlp.Layer) mlp.Layer {
	t.Helper()
	notNil(t, "newLayer", newLayer)
	l, twin := newLayer(), newLayer()
	notNil(t, "the layer", l)
	notNil(t, "the second layer", twin)
	if v, ok := l.(mlp.Validator); ok && v.Validate() != nil {
		t.Fatalf("Validate: %v", v.Validate())
	}
	if inputs, units := l.Dims(); inputs <= 0 || units <= 0 {
		t.Fatalf("Dims: %d inputs and %d units, want at least 1", inputs, units)
	}
	checkParams(t, initialized(l), initialized(twin))
	inputs, _ := l.Dims()
	in.checkColumns(t, inputs)
	x := in.batch(l)
	if c, ok := l.(mlp.InputChecker); ok {
		checkInputChecker(t, c, x)
	}
	checkForward(t, l, x)
	checkInfer(t, l, x)
	in.checkConcurrentInfer(t, l)

	short := x.Slice(batchRows-shortRows, batchRows, 0, inputs).(*mat.Dense)
	in.checkBackward(t, "full batch", l, nil, x)
	in.checkBackward(t, "short batch", l, []*mat.Dense{x}, short)
	in.checkBackward(t, "full batch again", l, []*mat.Dense{x, short}, x)
	if l, ok := l.(mlp.LogitLayer); ok {
		checkLogits(t, l, x)
	}
	in.checkShapes(t, l)
	checkLayerAllocs(t, l, x)
	in.checkPrecision(t, newLayer)
	return l
}

// initialized returns l with initial parameters drawn from a fixed seed.
func initialized(l mlp.Layer) mlp.Layer {
	if l, ok := l.(mlp.Seeded); ok {
		l.Init(newRand())
	}
	return l
}

// newPass returns a pass that draws the same random numbers in every call.
func newPass(l mlp.Layer) mlp.Pass { return l.NewPass(batchRows, newRand()) }

// passAfter returns a new pass that has trained on some batches.
func passAfter(l mlp.Layer, batches []*mat.Dense) mlp.Pass {
	pass := newPass(l)
	for _, x := range batches {
		rows, units := pass.Forward(x).Dims()
		pass.Backward(normal(newRand(), rows, units), true)
	}
	return pass
}

// infer returns the result of Infer for x.
func infer(l mlp.Layer, x *mat.Dense) *mat.Dense {
	rows, _ := x.Dims()
	_, units := l.Dims()
	dst := mat.NewDense(rows, units, nil)
	l.Infer(dst, x)
	return dst
}

// inferLogits returns the result of InferLogits for x.
func inferLogits(l mlp.LogitLayer, x *mat.Dense) *mat.Dense {
	rows, _ := x.Dims()
	_, units := l.Dims()
	dst := mat.NewDense(rows, units, nil)
	l.InferLogits(dst, x)
	return dst
}

// values returns copies of the parameters of l.
func values(l mlp.Layer) []*mat.Dense {
	var all []*mat.Dense
	for _, p := range l.Params() {
		all = append(all, mat.DenseCopyOf(p.Value))
	}
	return all
}

func checkParams(t testing.TB, l, twin mlp.Layer) {
	t.Helper()
	params, again, others := l.Params(), l.Params(), twin.Params()
	if len(params) != len(again) || len(params) != len(others) {
		t.Fatalf("Params: %d, then %d, and %d in a layer of the same description", len(params), len(again), len(others))
	}
	names := make(map[string]bool)
	for i, p := range params {
		if p.Name == "" || names[p.Name] {
			t.Errorf("parameter %d: name %q is empty or taken", i, p.Name)
		}
		names[p.Name] = true
		if p.Value == nil || p.Value.IsEmpty() {
			t.Fatalf("parameter %q is nil or empty", p.Name)
		}
		if p.Value != again[i].Value {
			t.Errorf("parameter %q: Params returns another matrix in another call", p.Name)
		}
		if g := p.Value.RawMatrix(); g.Stride != g.Cols {
			t.Errorf("parameter %q: not contiguous: stride %d, %d columns", p.Name, g.Stride, g.Cols)
		}
		if p.Value == others[i].Value {
			t.Errorf("parameter %q: shared by two layers", p.Name)
		}
		sameMatrix(t, "parameter "+p.Name+" drawn from the same seed", others[i].Value, p.Value, 0)
	}
	seeded, ok := l.(mlp.Seeded)
	if !ok {
		return
	}
	seeded.Init(rand.New(rand.NewPCG(3, 4)))
	for i, p := range params {
		sameMatrix(t, "parameter "+p.Name+" after a second Init", p.Value, others[i].Value, 0)
	}
}

// sameMemory reports whether two matrices begin at the same address.
func sameMemory(a, b *mat.Dense) bool { return &a.RawMatrix().Data[0] == &b.RawMatrix().Data[0] }

// checkForward checks that Forward gives the same result in a new pass, accepts
// views, does not write to x, and does not change the parameters that have a
// gradient, which are all except State.
func checkForward(t testing.TB, l mlp.Layer, x *mat.Dense) {
	t.Helper()
	before, params := mat.DenseCopyOf(x), values(l)
	pass := newPass(l)
	notNil(t, "what NewPass returns", pass)
	if len(pass.Grads()) != len(params) {
		t.Fatalf("%d gradients for %d parameters", len(pass.Grads()), len(params))
	}
	y := pass.Forward(x)
	sameMatrix(t, "x after Forward", x, before, 0)
	_, units := l.Dims()
	hasShape(t, "what Forward returns", y, batchRows, units)
	if sameMemory(y, x) {
		t.Error("Forward returns the memory of x, not of the pass")
	}
	for i, p := range l.Params() {
		grad := pass.Grads()[i]
		if grad != nil {
			rows, cols := p.Value.Dims()
			hasShape(t, fmt.Sprintf("the gradient by parameter %q", p.Name), grad, rows, cols)
		}
		switch trained := grad != nil; {
		case trained && p.State:
			t.Errorf("parameter %q is State, and has a gradient", p.Name)
		case !trained && !p.State:
			t.Errorf("parameter %q has no gradient, and is not State", p.Name)
		case trained && !mat.Equal(p.Value, params[i]):
			t.Errorf("parameter %q has a gradient, and Forward changes it", p.Name)
		}
	}
	sameMatrix(t, "Forward in a new pass", newPass(l).Forward(x), y, 0)
	xView, _ := strided(x)
	sameMatrix(t, "Forward of a view", newPass(l).Forward(xView), y, rounding)
}

// checkInfer checks that Infer treats each row independently, accepts views,
// and writes only dst.
func checkInfer(t testing.TB, l mlp.Layer, x *mat.Dense) {
	t.Helper()
	rows, _ := x.Dims()
	before, params := mat.DenseCopyOf(x), values(l)
	want := infer(l, x)
	for i := range rows {
		row := func(m *mat.Dense) *mat.Dense {
			_, cols := m.Dims()
			return mat.DenseCopyOf(m.Slice(i, i+1, 0, cols))
		}
		sameMatrix(t, "Infer of a row alone", infer(l, row(x)), row(want), rounding)
	}
	xView, _ := strided(x)
	dst, intact := strided(want)
	dst.Zero()
	l.Infer(dst, xView)
	sameMatrix(t, "Infer on views", dst, want, rounding)
	if !intact() {
		t.Error("Infer on views: writes outside dst")
	}
	sameMatrix(t, "x after Infer", x, before, 0)
	for i, p := range l.Params() {
		sameMatrix(t, "parameter "+p.Name+" after Infer", p.Value, params[i], 0)
	}
}

func (in Inputs) checkConcurrentInfer(t testing.TB, l mlp.Layer) {
	t.Helper()
	inputs, units := l.Dims()
	rng := newRand()
	var got, want [concurrency]*mat.Dense
	var wg sync.WaitGroup
	for i := range concurrency {
		x := in.samples(rng, batchRows, inputs)
		got[i], want[i] = mat.NewDense(batchRows, units, nil), mat.NewDense(batchRows, units, nil)
		l.Infer(want[i], x)
		wg.Go(func() { l.Infer(got[i], x) })
	}
	wg.Wait()
	for i := range concurrency {
		sameMatrix(t, "concurrent Infer", got[i], want[i], 0)
	}
}

// checkBackward checks the gradients of L = Σ y∘r for a fixed random r, so that
// ∂L/∂y = r, in passes that have already trained on the batches before.
func (in Inputs) checkBackward(t testing.TB, what string, l mlp.Layer, before []*mat.Dense, x *mat.Dense) {
	t.Helper()
	rows, inputs := x.Dims()
	_, units := l.Dims()
	r := normal(newRand(), rows, units)
	moving := mat.DenseCopyOf(x)

	withoutDX := passAfter(l, before)
	withoutDX.Forward(x)
	if dx := withoutDX.Backward(mat.DenseCopyOf(r), false); dx != nil {
		t.Errorf("%s: Backward without needDX returns a gradient by x", what)
	}
	pass := passAfter(l, before)
	grads := slices.Clone(pass.Grads())
	y := pass.Forward(x)
	yBefore := mat.DenseCopyOf(y)
	dyView, _ := strided(r)
	dx := pass.Backward(dyView, true)
	hasShape(t, what+": what Backward with needDX returns", dx, rows, inputs)
	sameMatrix(t, what+": x after Backward", x, moving, 0)
	sameMatrix(t, what+": y after Backward", y, yBefore, 0)
	if sameMemory(dx, dyView) {
		t.Errorf("%s: Backward returns the memory of dy, not of the pass", what)
	}

	f := func() float64 {
		var product mat.Dense
		product.MulElem(passAfter(l, before).Forward(moving), r)
		return mat.Sum(&product)
	}
	same(t, what+": ∂L/∂x against finite differences", mat.DenseCopyOf(dx).RawMatrix().Data,
		in.gradient(f, moving).RawMatrix().Data, numericTol)
	for i, p := range l.Params() {
		if pass.Grads()[i] != grads[i] {
			t.Errorf("%s: Grads returns another matrix for %q", what, p.Name)
		}
		if grads[i] == nil {
			continue
		}
		sameMatrix(t, what+": gradient by "+p.Name+" without needDX", withoutDX.Grads()[i], grads[i], rounding)
		same(t, what+": gradient by "+p.Name+" against finite differences", mat.DenseCopyOf(grads[i]).RawMatrix().Data,
			gradient(f, p.Value.RawMatrix().Data), numericTol)
	}
}

// checkLogits checks that a LogitLayer equals its activation applied to its
// logits, forward and backward.
func checkLogits(t testing.TB, l mlp.LogitLayer, x *mat.Dense) {
	t.Helper()
	act := l.Activation()
	if act == nil {
		t.Fatal("LogitLayer: nil Activation")
	}
	logits, ok := newPass(l).(mlp.LogitPass)
	if !ok {
		t.Fatal("LogitLayer: NewPass does not return a LogitPass")
	}
	sameMatrix(t, "Infer against the activation of InferLogits", infer(l, x), apply(act, inferLogits(l, x)), rounding)

	z := mat.DenseCopyOf(logits.ForwardLogits(x))
	y := apply(act, z)
	rows, units := y.Dims()
	dy := normal(newRand(), rows, units)
	byLogits := logits.BackwardLogits(backprop(act, dy, z, y), true)
	pass := newPass(l)
	sameMatrix(t, "Forward against the activation of ForwardLogits", pass.Forward(x), y, rounding)
	sameMatrix(t, "Backward against BackwardLogits: ∂L/∂x", pass.Backward(dy, true), byLogits, rounding)
	for i, g := range pass.Grads() {
		if g != nil {
			sameMatrix(t, "Backward against BackwardLogits: gradient by "+l.Params()[i].Name, g, logits.Grads()[i], rounding)
		}
	}
}

// checkShapes checks that wrong shapes panic with a *mlp.ShapeError.
func (in Inputs) checkShapes(t testing.TB, l mlp.Layer) {
	t.Helper()
	inputs, units := l.Dims()
	zeros := func(rows, cols int) *mat.Dense { return mat.NewDense(rows, cols, nil) }
	samples := func(rows int) *mat.Dense { return in.samples(newRand(), rows, inputs) }
	for _, c := range []struct {
		what string
		call func()
	}{
		{"Infer with too many columns of x", func() { l.Infer(zeros(2, units), zeros(2, inputs+1)) }},
		{"Infer with too many columns of dst", func() { l.Infer(zeros(2, units+1), samples(2)) }},
		{"Infer with too few rows of dst", func() { l.Infer(zeros(1, units), samples(2)) }},
		{"Forward with too many columns", func() { newPass(l).Forward(zeros(2, inputs+1)) }},
		{"Forward with too many rows", func() { newPass(l).Forward(samples(batchRows + 1)) }},
		{"Backward with too many columns", func() {
			p := newPass(l)
			p.Forward(samples(2))
			p.Backward(zeros(2, units+1), true)
		}},
		{"Backward with too few rows", func() {
			p := newPass(l)
			p.Forward(samples(2))
			p.Backward(zeros(1, units), true)
		}},
	} {
		v := panicOf(c.call)
		if _, ok := v.(*mlp.ShapeError); !ok {
			t.Errorf("%s: panics with %v, want a *mlp.ShapeError", c.what, v)
		}
	}
}

func checkLayerAllocs(t testing.TB, l mlp.Layer, x *mat.Dense) {
	t.Helper()
	rows, inputs := x.Dims()
	_, units := l.Dims()
	dst, dy := mat.NewDense(rows, units, nil), mat.NewDense(rows, units, nil)
	if !raceDetector {
		noAllocs(t, "Infer", func() { l.Infer(dst, x) })
	}
	pass := newPass(l)
	short, shortDY := x.Slice(0, shortRows, 0, inputs).(*mat.Dense), dy.Slice(0, shortRows, 0, units).(*mat.Dense)
	noAllocs(t, "Forward and Backward", func() {
		pass.Forward(x)
		pass.Backward(dy, true)
		pass.Forward(short)
		pass.Backward(shortDY, true)
	})
}
