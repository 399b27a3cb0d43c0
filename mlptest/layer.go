package mlptest

import (
	"math/rand/v2"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// CheckLayer checks the layers that newLayer returns, a fresh one of the same
// description in each call:
//
//   - parameters keep their order and identity, have names and, for a
//     mlp.Seeded layer, are drawn once and depend on nothing but the generator;
//   - Infer equals Forward, writes nothing but dst, takes views of larger
//     matrices, and gives the same from several goroutines at once;
//   - Backward is the derivative of Forward by x and by every parameter, by
//     finite differences, for a full batch and a short one after it, and does
//     not depend on what was computed before;
//   - a mlp.LogitLayer keeps the promises of that interface;
//   - wrong shapes panic with a *mlp.ShapeError;
//   - nothing allocates after the first batch.
func CheckLayer(t testing.TB, newLayer func() mlp.Layer) {
	t.Helper()
	l := initialised(newLayer())
	if v, ok := l.(mlp.Validator); ok && v.Validate() != nil {
		t.Fatalf("Validate: %v", v.Validate())
	}
	checkParams(t, l, initialised(newLayer()))
	inputs, _ := l.Dims()
	x := normal(newRand(), batchRows, inputs)
	checkInfer(t, l, x)
	checkConcurrentInfer(t, l)

	pass := newPass(l)
	checkBackward(t, "full batch", l, pass, x)
	short := x.Slice(batchRows-shortRows, batchRows, 0, inputs).(*mat.Dense)
	checkBackward(t, "short batch", l, pass, short)
	checkBackward(t, "full batch again", l, pass, x)
	if l, ok := l.(mlp.LogitLayer); ok {
		checkLogits(t, l, x)
	}
	checkShapes(t, l)
	checkLayerAllocs(t, l, x)
}

// initialised returns l with initial parameters drawn from a fixed seed.
func initialised(l mlp.Layer) mlp.Layer {
	if l, ok := l.(mlp.Seeded); ok {
		l.Init(newRand())
	}
	return l
}

// newPass returns a pass whose random numbers are the same in every call.
func newPass(l mlp.Layer) mlp.Pass { return l.NewPass(batchRows, newRand()) }

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

func checkInfer(t testing.TB, l mlp.Layer, x *mat.Dense) {
	t.Helper()
	rows, _ := x.Dims()
	_, units := l.Dims()
	before := mat.DenseCopyOf(x)
	y := newPass(l).Forward(x)
	dst := mat.NewDense(rows, units, nil)
	l.Infer(dst, x)
	sameMatrix(t, "Infer against Forward", dst, y, rounding)

	xView, _ := strided(x)
	dstView, intact := strided(dst)
	dstView.Zero()
	l.Infer(dstView, xView)
	sameMatrix(t, "Infer on views", dstView, dst, rounding)
	if !intact() {
		t.Error("Infer on views: writes outside dst")
	}
	sameMatrix(t, "Forward of a view", newPass(l).Forward(xView), y, rounding)
	sameMatrix(t, "x after Forward and Infer", x, before, 0)
}

func checkConcurrentInfer(t testing.TB, l mlp.Layer) {
	t.Helper()
	inputs, units := l.Dims()
	rng := newRand()
	var got, want [concurrency]*mat.Dense
	var wg sync.WaitGroup
	for i := range concurrency {
		x := normal(rng, batchRows, inputs)
		got[i], want[i] = mat.NewDense(batchRows, units, nil), mat.NewDense(batchRows, units, nil)
		l.Infer(want[i], x)
		wg.Go(func() { l.Infer(got[i], x) })
	}
	wg.Wait()
	for i := range concurrency {
		sameMatrix(t, "concurrent Infer", got[i], want[i], 0)
	}
}

// checkBackward checks the gradients of L = Σ y∘r for a fixed random r, so
// that ∂L/∂y = r.
func checkBackward(t testing.TB, what string, l mlp.Layer, pass mlp.Pass, x *mat.Dense) {
	t.Helper()
	rows, _ := x.Dims()
	_, units := l.Dims()
	r := normal(newRand(), rows, units)
	grads := pass.Grads()
	if len(grads) != len(l.Params()) {
		t.Fatalf("%s: %d gradients for %d parameters", what, len(grads), len(l.Params()))
	}
	pass.Forward(x)
	if dx := pass.Backward(mat.DenseCopyOf(r), false); dx != nil {
		t.Errorf("%s: Backward without needDX returns a gradient by x", what)
	}
	var first []*mat.Dense
	for _, g := range grads {
		first = append(first, mat.DenseCopyOf(g))
	}
	pass.Forward(x)
	dyView, _ := strided(r)
	dx := pass.Backward(dyView, true)
	if dx == nil {
		t.Fatalf("%s: Backward with needDX returns nil", what)
	}

	moving := mat.DenseCopyOf(x)
	f := func() float64 {
		var product mat.Dense
		product.MulElem(newPass(l).Forward(moving), r)
		return mat.Sum(&product)
	}
	same(t, what+": ∂L/∂x against finite differences", mat.DenseCopyOf(dx).RawMatrix().Data,
		gradient(f, moving.RawMatrix().Data), numericTol)
	for i, p := range l.Params() {
		if pass.Grads()[i] != grads[i] {
			t.Errorf("%s: Grads returns another matrix for %q", what, p.Name)
		}
		sameMatrix(t, what+": gradient by "+p.Name+" the second time", grads[i], first[i], rounding)
		same(t, what+": gradient by "+p.Name+" against finite differences", mat.DenseCopyOf(grads[i]).RawMatrix().Data,
			gradient(f, p.Value.RawMatrix().Data), numericTol)
	}
}

// checkLogits checks that a LogitLayer is its activation after its logits,
// forward and backward.
func checkLogits(t testing.TB, l mlp.LogitLayer, x *mat.Dense) {
	t.Helper()
	act := l.Activation()
	if act == nil {
		t.Fatal("LogitLayer: nil Activation")
	}
	pass, ok := newPass(l).(mlp.LogitPass)
	if !ok {
		t.Fatal("LogitLayer: NewPass does not return a LogitPass")
	}
	rows, _ := x.Dims()
	_, units := l.Dims()
	z := mat.DenseCopyOf(pass.ForwardLogits(x))
	dst := mat.NewDense(rows, units, nil)
	l.InferLogits(dst, x)
	sameMatrix(t, "InferLogits against ForwardLogits", dst, z, rounding)

	y, dy := mat.NewDense(rows, units, nil), normal(newRand(), rows, units)
	dz := mat.NewDense(rows, units, nil)
	for i := range rows {
		act.Apply(y.RawRowView(i), z.RawRowView(i))
		act.Backprop(dz.RawRowView(i), dy.RawRowView(i), z.RawRowView(i), y.RawRowView(i))
	}
	byLogits := mat.DenseCopyOf(pass.BackwardLogits(dz, true))
	var grads []*mat.Dense
	for _, g := range pass.Grads() {
		grads = append(grads, mat.DenseCopyOf(g))
	}
	sameMatrix(t, "Forward against the activation of ForwardLogits", pass.Forward(x), y, rounding)
	sameMatrix(t, "Backward against BackwardLogits: ∂L/∂x", pass.Backward(dy, true), byLogits, rounding)
	for i, g := range pass.Grads() {
		sameMatrix(t, "Backward against BackwardLogits: gradient by "+l.Params()[i].Name, g, grads[i], rounding)
	}
}

// checkShapes checks that wrong shapes panic with a *mlp.ShapeError.
func checkShapes(t testing.TB, l mlp.Layer) {
	t.Helper()
	inputs, units := l.Dims()
	zeros := func(rows, cols int) *mat.Dense { return mat.NewDense(rows, cols, nil) }
	for _, c := range []struct {
		what string
		call func()
	}{
		{"Infer with too many columns of x", func() { l.Infer(zeros(2, units), zeros(2, inputs+1)) }},
		{"Infer with too many columns of dst", func() { l.Infer(zeros(2, units+1), zeros(2, inputs)) }},
		{"Infer with too few rows of dst", func() { l.Infer(zeros(1, units), zeros(2, inputs)) }},
		{"Forward with too many columns", func() { newPass(l).Forward(zeros(2, inputs+1)) }},
		{"Forward with too many rows", func() { newPass(l).Forward(zeros(batchRows+1, inputs)) }},
		{"Backward with too many columns", func() {
			p := newPass(l)
			p.Forward(zeros(2, inputs))
			p.Backward(zeros(2, units+1), true)
		}},
		{"Backward with too few rows", func() {
			p := newPass(l)
			p.Forward(zeros(2, inputs))
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
	noAllocs(t, "Infer", func() { l.Infer(dst, x) })
	pass := newPass(l)
	short, shortDY := x.Slice(0, shortRows, 0, inputs).(*mat.Dense), dy.Slice(0, shortRows, 0, units).(*mat.Dense)
	noAllocs(t, "Forward and Backward", func() {
		pass.Forward(x)
		pass.Backward(dy, true)
		pass.Forward(short)
		pass.Backward(shortDY, true)
	})
}
