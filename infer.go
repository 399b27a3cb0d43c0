package mlp

import (
	"runtime"
	"sync"
	"sync/atomic"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

const (
	// blockRows is the number of rows that pass through all layers together, so
	// that the outputs between two layers stay in the cache. It is a multiple
	// of the rows that a kernel computes at once, and too small for a product
	// to copy the weights first, which would cost more than it gains.
	blockRows = 60

	// If a layer has wideLayer units, copying the weights pays off for blocks
	// of wideBlockRows rows.
	wideLayer     = 256
	wideBlockRows = 252

	// minShared is the number of multiplications from which it pays to wake
	// another goroutine.
	minShared = 1 << 20
)

// scratch is the memory for the outputs between the layers, for one goroutine.
type scratch struct {
	in, out mat.Dense // views of the caller's memory
	layers  []Layer
	hidden  []buffer // outputs of all layers except the last
}

func newScratch(layers []Layer) *scratch {
	return &scratch{layers: layers, hidden: make([]buffer, len(layers)-1)}
}

// infer returns the input of the last layer for x.
func (s *scratch) infer(x *mat.Dense) *mat.Dense {
	rows, _ := x.Dims()
	for i := range s.hidden {
		_, units := s.layers[i].Dims()
		y := s.hidden[i].resize(rows, units)
		s.layers[i].Infer(y, x)
		x = y
	}
	return x
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
	r.dst, r.x, r.last = nil, nil, nil
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
	scratch *scratch            // of the caller
	helps   []func()            // of the other goroutines
	weights int                 // multiplications for a row
	wide    bool                // whether a layer has wideLayer units
	block   int                 // rows of a block
}

func newInference(layers []Layer) *inference {
	r := &inference{scratch: newScratch(layers)}
	for range runtime.GOMAXPROCS(0) - 1 {
		s := newScratch(layers)
		r.helps = append(r.helps, func() { r.help(s) })
	}
	for _, l := range layers {
		for _, p := range l.Params() {
			rows, cols := p.Value.Dims()
			r.weights += rows * cols
		}
		_, units := l.Dims()
		r.wide = r.wide || units >= wideLayer
	}
	return r
}

// start computes all blocks.
func (r *inference) start() {
	rows, _ := r.x.Dims()
	goroutines := 1
	if rows*r.weights >= minShared {
		goroutines = min(len(r.helps)+1, (rows-1)/blockRows+1)
	}
	r.block = blockRows
	if r.wide {
		r.block = min(max(blockRows, (rows-1)/goroutines+1), wideBlockRows)
	}
	r.next.Store(0)
	r.bad.Store(false)
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
	r.blocks(r.scratch)
}

// help computes blocks on its own goroutine. The panic of a layer is passed on
// to the caller, who can recover.
func (r *inference) help(s *scratch) {
	defer r.helpers.Done()
	defer func() {
		if v := recover(); v != nil {
			r.bad.Store(true) // so that the others stop
			r.failure.Store(&v)
		}
	}()
	r.blocks(s)
}

// blocks computes blocks until none is left.
func (r *inference) blocks(s *scratch) {
	rows, _ := r.x.Dims()
	for {
		hi := int(r.next.Add(int64(r.block)))
		lo := hi - r.block
		if lo >= rows {
			break
		}
		x := viewRows(&s.in, r.x, lo, min(hi, rows))
		if r.bad.Load() || !allFinite(x.RawMatrix()) || !r.last(viewRows(&s.out, r.dst, lo, min(hi, rows)), s.infer(x)) {
			r.bad.Store(true)
			break
		}
	}
	s.in.SetRawMatrix(blas64.General{}) // the memory is the caller's
	s.out.SetRawMatrix(blas64.General{})
}
