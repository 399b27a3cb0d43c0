package mlp

import (
	"sync"

	"example.com/mlp/internal/kernel"
)

// memberStart is MemberInputs and the layer after it, in predictions in single
// precision.
type memberStart struct{ *stack }

// withMemberStarts returns the layers with each MemberInputs and the layer after
// it as one.
func withMemberStarts(layers []Layer) []Layer {
	var all []Layer
	for _, l := range layers {
		if last := len(all) - 1; last >= 0 {
			if in, ok := all[last].(*memberInputs); ok && startsMembers(l, in.members) {
				all[last] = memberStart{newStack([]Layer{all[last], l})}
				continue
			}
		}
		all = append(all, l)
	}
	return all
}

// startsMembers reports whether memberStart32 knows a layer, which need not have
// the members of MemberInputs, only as many columns.
func startsMembers(l Layer, members int) bool {
	switch l := l.(type) {
	case *batchEnsemble:
		return l.members == members
	case *memberLayers:
		if l.members == members && len(l.layers) == 1 {
			_, dense := l.layers[0].(*DefaultDense)
			return dense
		}
	}
	return false
}

// A productLayer32 begins with the product of a row for each member and weights
// that they share.
type productLayer32 interface {
	layer32

	// product returns that product, or nil if there is something before it.
	product() *dense32

	// finish takes what the product has stored in y through the rest of the
	// layer, and reports whether all is finite, what was stored included.
	finish(y matrix32) (ok bool)
}

// memberStart32 is memberStart. All members have zeros in the same columns, as
// those of names have many. Adding zeros changes nothing but the sign of a zero,
// so that the product leaves them out behind the last column that has few.
type memberStart32 struct {
	members int
	scale   *memberScale32 // of MemberInputs
	next    productLayer32
	turned  []float32 // r with a row for each column, of load
	leaves  bool      // whether zeros may be left out
	pool    sync.Pool // of *memberStartScratch32
}

// memberStartScratch32 is the memory of infer32.
type memberStartScratch32 struct {
	team   *kernel.Team
	scaled buffer32 // r∘x
	filled []int    // the columns of a row that are not zero
	counts []int    // of numbers in each column that are not zero
	a, b   buffer32 // r∘x and W of these columns, a row for each
}

func newMemberStart32(l memberStart) *memberStart32 {
	inputs := l.layers[0].(*memberInputs)
	s := &memberStart32{
		members: inputs.members,
		scale:   newMemberScale32(inputs.memberScale),
		next:    newLayer32(l.layers[1]).(productLayer32),
	}
	s.pool.New = func() any {
		n := inputs.inputs
		return &memberStartScratch32{team: kernel.NewTeam(1), filled: make([]int, 0, n), counts: make([]int, n)}
	}
	return s
}

func (l *memberStart32) load() {
	l.scale.load()
	l.next.load()
	d := l.next.product()
	l.leaves = d != nil && kernel.AllFinite32(l.scale.scale) && kernel.AllFinite32(d.weight)
	if !l.leaves {
		return
	}
	if l.turned == nil {
		l.turned = make([]float32, len(l.scale.scale))
	}
	inputs := len(l.turned) / l.members
	for i, r := range l.scale.scale {
		l.turned[i%inputs*l.members+i/inputs] = r
	}
}

func (l *memberStart32) infer32(dst, x matrix32) (ok bool) {
	s := l.pool.Get().(*memberStartScratch32)
	defer l.pool.Put(s)
	full := x.Cols
	if l.leaves {
		full = s.full(x)
	}
	if full == x.Cols {
		scaled := s.scaled.resize(x.Rows, l.members*x.Cols)
		l.scale.scaleRows(scaled, x) // what is not finite remains so until the end
		return l.next.infer32(dst, scaled)
	}
	d := l.next.product()
	scaled := s.scaled.resize(x.Rows*l.members, full)
	for i := range scaled.Rows {
		r := row32(l.scale.scale, i%l.members, x.Cols)
		kernel.MulElem32(row32(scaled.Data, i, full), r[:full], row32(x.Data, i/l.members, x.Cols)[:full])
	}
	s.team.MulBias32(kernel.NN, splitMembers(dst, l.members), scaled, newMatrix32(full, d.layer.units, d.weight), d.bias)
	for i := range x.Rows {
		y := rowsOf32(dst, i, i+1)
		l.addFilled(s, splitMembers(y, l.members), row32(x.Data, i, x.Cols), full)
		if !l.next.finish(y) {
			return false
		}
	}
	return true
}

// full returns how many columns of x to multiply whether they are zero or not: as
// many as cost least.
func (s *memberStartScratch32) full(x matrix32) int {
	const (
		most    = 8 // rows to look at
		perRow  = 8 // the cost of leaving out columns, in columns
		perEach = 2 // that of a number that is not left out
	)
	rows := min(x.Rows, most)
	clear(s.counts)
	for i := range rows {
		for j, v := range row32(x.Data, i, x.Cols) {
			if v != 0 {
				s.counts[j]++
			}
		}
	}
	full, least := x.Cols, x.Cols*rows
	cost := least + perRow*rows
	for j := x.Cols - 1; j >= 0; j-- {
		cost += perEach*s.counts[j] - rows
		if cost < least {
			full, least = j, cost
		}
	}
	return full
}

// addFilled adds the products with the numbers of x from column lo on that are not
// zero to y, which has a row for each member.
func (l *memberStart32) addFilled(s *memberStartScratch32, y matrix32, x []float32, lo int) {
	s.filled = s.filled[:0]
	for j, v := range x[lo:] {
		if v != 0 {
			s.filled = append(s.filled, lo+j)
		}
	}
	if len(s.filled) == 0 {
		return
	}
	a, b := s.a.resize(len(s.filled), l.members), s.b.resize(len(s.filled), y.Cols)
	weight := l.next.product().weight
	for k, j := range s.filled {
		for m, r := range row32(l.turned, j, l.members) {
			a.Data[k*l.members+m] = r * x[j]
		}
		copy(row32(b.Data, k, y.Cols), row32(weight, j, y.Cols))
	}
	s.team.MulAdd32(kernel.TN, y, a, b)
}
