package mlp

import (
	"slices"
	"sync"
)

// batchEnsemble32 is BatchEnsemble in predictions. After the product, each row
// goes through the rest while it is in the first-level cache.
type batchEnsemble32 struct {
	members int
	before  *memberScale32 // r
	shared  *dense32       // W
	after   *memberScale32 // s and b
	act     activate32
	ones    bool      // whether r is known to be ones, which change nothing
	pool    sync.Pool // of *buffer32, for r∘x
}

func newBatchEnsemble32(l *batchEnsemble) *batchEnsemble32 {
	b := &batchEnsemble32{
		members: l.members,
		before:  newMemberScale32(l.layers[0].(*memberScale)),
		shared:  newDense32(&l.layers[1].(*memberLayers).layers[0].(*DefaultDense).dense, Identity),
		after:   newMemberScale32(l.after),
		act:     newActivate32(l.act),
	}
	b.pool.New = func() any { return &buffer32{} }
	return b
}

func (l *batchEnsemble32) load() {
	l.before.load()
	l.shared.load()
	l.after.load()
	l.ones = !slices.ContainsFunc(l.before.scale, func(r float32) bool { return r != 1 })
}

func (l *batchEnsemble32) infer32(dst, x matrix32) (ok bool) {
	if !l.ones {
		b := l.pool.Get().(*buffer32)
		defer l.pool.Put(b)
		scaled := b.resize(x.Rows, x.Cols)
		l.before.scaleRows(scaled, x)
		x = scaled
	}
	// What is not finite remains so until the end.
	l.shared.multiply(splitMembers(dst, l.members), splitMembers(x, l.members), nil)
	return l.finish(dst)
}

func (l *batchEnsemble32) product() *dense32 {
	if !l.ones {
		return nil
	}
	return l.shared
}

func (l *batchEnsemble32) finish(y matrix32) (ok bool) {
	for i := range y.Rows {
		yi := rowsOf32(y, i, i+1)
		l.after.scaleRows(yi, yi)
		if !l.act.applyChecked(splitMembers(yi, l.members)) {
			return false
		}
	}
	return true
}
