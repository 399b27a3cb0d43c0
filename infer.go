package mlp

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
	"example.com/mlp/internal/workers"
)

const (
	// blockRows is the number of rows that pass through all layers together, so
	// that the outputs between two layers stay in the cache. It is a multiple
	// of the rows that a kernel computes at once, and too small for a product
	// to copy the weights first, which would cost more than it gains.
	blockRows = 60

	// If a layer has weights with wideLayer columns, copying these pays off for
	// blocks of wideBlockRows rows.
	wideLayer     = 256
	wideBlockRows = 252

	// From packedRows rows on, it pays off to pack weights with packedLayer
	// columns once for all blocks. Then those of wide layers have
	// packedBlockRows rows.
	packedRows      = 2048
	packedLayer     = 64
	packedBlockRows = 84

	// If a layer has manyUnits units but no such weights, as one of many members,
	// the cache holds the outputs of fewBlockRows rows, which counts for more than
	// weights of other layers. If samples have manyInputs numbers, it holds those
	// of two blocks of so many rows: of one, and of the next one, fetched meanwhile.
	manyUnits    = 1024
	manyInputs   = 512
	fewBlockRows = 24

	// minShared is the number of multiplications from which it pays to wake
	// another goroutine.
	minShared = 1 << 20
)

// scratch is the memory for the outputs between the layers, for one goroutine.
type scratch struct {
	layers []Layer
	packed *packedWeights // of the layers, or nil
	hidden []buffer       // outputs of all layers except the last
}

func newScratch(layers []Layer) *scratch {
	return &scratch{layers: layers, hidden: make([]buffer, len(layers)-1)}
}

// infer returns the input of the last layer for x, the input of layer i.
func (s *scratch) infer(i int, x *mat.Dense) *mat.Dense {
	for ; i < len(s.hidden); i++ {
		if d, ok := s.layers[i].(*DefaultDense); ok {
			x = s.sums(i, d, x, nil)
			applyActivation(d.act, x)
			continue
		}
		rows, _ := x.Dims()
		_, units := s.layers[i].Dims()
		y := s.hidden[i].resize(rows, units)
		s.layers[i].Infer(y, x)
		x = y
	}
	return x
}

// sums returns x·W + b of d, which is the hidden layer i, and fetches what is ahead
// into the cache meanwhile.
func (s *scratch) sums(i int, d *DefaultDense, x *mat.Dense, ahead []float64) *mat.Dense {
	rows, _ := x.Dims()
	z := s.hidden[i].resize(rows, d.units)
	inputs, units := d.made()
	checkInfer(inputs, units, z, x)
	if weights := s.packed.of(i); weights != nil {
		kernel.MulBiasPacked(z.RawMatrix(), x.RawMatrix(), weights, d.biasRow(), ahead)
	} else {
		kernel.MulBiasAhead(z.RawMatrix(), x.RawMatrix(), d.weight.RawMatrix(), d.biasRow(), ahead)
	}
	return z
}

// first reports whether x is finite. It returns the input of layer i for x, where i
// is 1 if layer 0 was computed to tell, otherwise 0.
func (s *scratch) first(x *mat.Dense, ahead []float64) (i int, y *mat.Dense, ok bool) {
	d, dense := s.layers[0].(*DefaultDense)
	if !dense || len(s.hidden) == 0 {
		return 0, x, allFinite(x.RawMatrix())
	}
	// A NaN or an infinity in a sample makes all its sums NaN or infinite, since no
	// product skips a factor of zero. To look at one of them takes less time than to
	// look at the sample.
	z := s.sums(0, d, x, ahead)
	if !firstFinite(z.RawMatrix()) && !allFinite(x.RawMatrix()) {
		return 0, nil, false
	}
	applyActivation(d.act, z)
	return 1, z, true
}

// run implements runner.
func (s *scratch) run(dst, x *mat.Dense, ahead []float64, logits bool) (ok bool) {
	i, y, ok := s.first(x, ahead)
	if !ok {
		return false
	}
	hidden, last := s.infer(i, y), s.layers[len(s.layers)-1]
	if logits {
		last.(logitInferrer).InferLogits(dst, hidden)
	} else {
		last.Infer(dst, hidden)
	}
	return true
}

// A logitInferrer is a LogitLayer, or a layer whose logits have another shape
// than its outputs.
type logitInferrer interface {
	InferLogits(dst, x *mat.Dense)
}

// A runner takes samples through all layers, for one goroutine. It stores the
// outputs of the last layer, or its logits, in dst, and reports whether its
// precision can hold all numbers. ahead are the samples after x, or nil.
type runner interface {
	run(dst, x *mat.Dense, ahead []float64, logits bool) (ok bool)
}

// window is a goroutine's view of the caller's memory: the block it computes.
type window struct {
	runner
	in, out mat.Dense
}

// newRunner returns a runner for a few rows at a time.
func (n *network) newRunner() runner {
	if n.precision == Float32 {
		return newRunner32(n.rounding)
	}
	return newScratch(n.layers)
}

// infer runs the samples x through all layers, block by block and on several
// goroutines if that pays off, and lets last store the result of each block in
// its rows of dst. It reports whether all of x and all results of last are
// finite, which is checked along the way, while a block is in the cache; if not,
// dst is incomplete.
func (n *network) infer(dst, x *mat.Dense, last lastStep) (ok bool) {
	r := n.inferences.Get().(*inference)
	r.dst, r.x, r.last = dst, x, last
	r.start()
	r.dst, r.x, r.last = nil, nil, lastStep{}
	ok = !r.bad.Load()
	n.inferences.Put(r)
	return ok
}

// inference is one call of network.infer. Its goroutines take the next block
// until none is left.
type inference struct {
	dst, x  *mat.Dense
	last    lastStep
	next    atomic.Int64 // the first row that no goroutine has taken
	bad     atomic.Bool  // whether x or a result of last has a NaN or an infinity
	helpers sync.WaitGroup
	failure atomic.Pointer[any] // the value of a layer's panic on another goroutine
	own     *window             // of the caller
	helps   []func()            // of the other goroutines
	loaded  *layers32           // of own and helps; nil in double precision
	packed  *packedWeights      // of own and helps; nil in single precision
	few     *window             // of the caller in the place of own, for less than loadRows rows
	policy  *workers.Policy     // for the number of goroutines
	weights int                 // multiplications for a row
	wide    bool                // whether weights have wideLayer columns
	many    bool                // whether a layer has manyUnits units
	block   int                 // rows of a block
	sharers int                 // goroutines that compute blocks
}

func newInference(n *network) *inference {
	r := &inference{own: &window{runner: n.newRunner()}}
	newRunner := n.newRunner
	if n.precision == Float64 {
		r.packed = newPackedWeights(n.layers)
		newRunner = func() runner {
			s := newScratch(n.layers)
			s.packed = r.packed
			return s
		}
		r.own = &window{runner: newRunner()}
	}
	if n.precision == Float32 && !n.fixed {
		r.few = r.own
		r.loaded = newLayers32(n.layers)
		newRunner = func() runner { return newRunner32(r.loaded) }
		r.own = &window{runner: newRunner()}
	}
	for range runtime.GOMAXPROCS(0) - 1 {
		w := &window{runner: newRunner()}
		r.helps = append(r.helps, func() { r.help(w) })
	}
	r.policy = workers.NewPolicy(len(r.helps) + 1)
	for _, l := range n.layers {
		for _, p := range l.Params() {
			rows, cols := p.Value.Dims()
			r.weights += rows * cols
		}
		r.look(l)
	}
	return r
}

// look notes what decides how many rows a block has, on the layers inside of l as
// well, and returns whether any of them has weights with wideLayer columns.
func (r *inference) look(l Layer) (wide bool) {
	within := inside(l)
	for _, l := range within {
		wide = r.look(l) || wide
	}
	if len(within) == 0 {
		for _, p := range l.Params() {
			rows, cols := p.Value.Dims()
			wide = wide || rows > 1 && cols >= wideLayer
		}
	}
	_, units := l.Dims()
	r.wide = r.wide || wide
	r.many = r.many || !wide && units >= manyUnits
	return wide
}

// start computes all blocks, on the number of goroutines that is fastest if
// there is enough work to share.
func (r *inference) start() {
	rows, _ := r.x.Dims()
	if rows*r.weights < minShared || rows <= blockRows {
		r.compute(1)
		return
	}
	begin := time.Now()
	r.compute(min(r.policy.Workers(), (rows-1)/blockRows+1))
	if !r.bad.Load() {
		r.policy.Took(rows, time.Since(begin))
	}
}

// compute computes all blocks on at most so many goroutines.
func (r *inference) compute(goroutines int) {
	rows, _ := r.x.Dims()
	r.block = blockRows
	packed := !r.many && r.packed.pack(rows)
	switch {
	case r.many:
		r.block = fewBlockRows
	case r.wide && packed:
		r.block = evenBlock(rows, goroutines, packedBlockRows)
	case r.wide:
		r.block = evenBlock(rows, goroutines, wideBlockRows)
	case r.x.RawMatrix().Cols >= manyInputs:
		r.block = fewBlockRows
	}
	r.next.Store(0)
	r.bad.Store(false)
	own := r.own
	if r.loaded != nil {
		if rows < loadRows {
			own, goroutines = r.few, 1
		} else {
			r.loaded.load()
		}
	}
	r.sharers = goroutines
	r.helpers.Add(goroutines - 1)
	for _, help := range r.helps[:goroutines-1] {
		go help()
	}
	defer func() {
		r.helpers.Wait()
		if v := r.failure.Swap(nil); v != nil {
			panic(*v)
		}
	}()
	r.blocks(own)
}

// evenBlock returns the number of rows of a block, at most so many, that gives all
// goroutines about as many blocks of about the same size. It is at least blockRows.
func evenBlock(rows, goroutines, most int) int {
	share := (rows-1)/goroutines + 1
	blocks := (share-1)/most + 1
	return max(blockRows, (share-1)/blocks+1)
}

// help computes blocks on its own goroutine. The panic of a layer is passed on
// to the caller, who can recover.
func (r *inference) help(w *window) {
	defer r.helpers.Done()
	defer func() {
		if v := recover(); v != nil {
			r.bad.Store(true) // so that the others stop
			r.failure.Store(&v)
		}
	}()
	r.blocks(w)
}

// take takes the next block and returns its first row, which may be beyond the
// last one.
func (r *inference) take() int { return int(r.next.Add(int64(r.block))) - r.block }

// ahead returns the numbers of the block of x from row lo on, or nil if there are
// none or too many for the cache to hold beside those of another block.
func (r *inference) ahead(lo int) []float64 {
	const most = 1 << 16
	g := r.x.RawMatrix()
	n := (min(lo+r.block, g.Rows) - lo) * g.Stride
	if n <= 0 || n > most {
		return nil
	}
	return g.Data[lo*g.Stride : min(lo*g.Stride+n, len(g.Data))]
}

// blocks computes blocks until none is left. It takes the next one early, to fetch
// it meanwhile, as long as that leaves one for each of the others.
func (r *inference) blocks(w *window) {
	rows, _ := r.x.Dims()
	for lo := r.take(); lo < rows; {
		hi, next := min(lo+r.block, rows), rows
		early := rows-int(r.next.Load()) > (r.sharers-1)*r.block
		if early {
			next = r.take()
		}
		x, out := viewRows(&w.in, r.x, lo, hi), viewRows(&w.out, r.dst, lo, hi)
		if r.bad.Load() || !w.run(out, x, r.ahead(next), r.last.logits) || !r.last.finish(out.RawMatrix()) {
			r.bad.Store(true)
			break
		}
		if !early {
			next = r.take()
		}
		lo = next
	}
	w.in.SetRawMatrix(blas64.General{}) // the memory is the caller's
	w.out.SetRawMatrix(blas64.General{})
}
