package mlp

import "example.com/mlp/internal/kernel"

// batchNormPass32 is the pass of BatchNorm in single precision.
type batchNormPass32 struct {
	normPass32
	batchStatistics
	factor []float64 // w/√(σ² + ε) of each column
}

func newBatchNormPass32(l *batchNorm, rows int, env *passEnv) *batchNormPass32 {
	p := &batchNormPass32{
		normPass32:      newNormPass32(l.units, rows),
		batchStatistics: newBatchStatistics(l),
		factor:          make([]float64, l.units),
	}
	p.useEnv(env)
	return p
}

func (p *batchNormPass32) forward32(x matrix32) matrix32 {
	hat, y := p.hat.resize(x.Rows, x.Cols), p.y.resize(x.Rows, x.Cols)
	p.measure(x)
	p.moveStatistics(x.Rows)
	for i := range x.Rows {
		h := row32(hat.Data, i, x.Cols)
		p.center(x, i)
		kernel.MulElem(p.wide, p.wide, p.scale)
		kernel.Narrow(h, p.wide) // what is not finite shows in the loss
		p.transform(row32(y.Data, i, x.Cols), h)
	}
	return y
}

// measure remembers the statistics of the batch.
func (p *batchNormPass32) measure(x matrix32) {
	n := float64(x.Rows)
	clear(p.mean)
	for i := range x.Rows {
		kernel.Widen(p.wide, row32(x.Data, i, x.Cols))
		kernel.Axpy(p.mean, 1, p.wide)
	}
	for j := range p.mean {
		p.mean[j] /= n
	}
	clear(p.variance)
	for i := range x.Rows {
		p.center(x, i)
		kernel.AddMulElem(p.variance, p.wide, p.wide)
	}
	p.setScale(n)
}

// center stores x − μ of row i in wide.
func (p *batchNormPass32) center(x matrix32, i int) {
	kernel.Widen(p.wide, row32(x.Data, i, x.Cols))
	kernel.Axpy(p.wide, -1, p.mean)
}

// backward32 computes what grads and backward of batchNormPass do.
func (p *batchNormPass32) backward32(dy matrix32, needDX bool) matrix32 {
	p.grads(dy)
	if !needDX {
		return matrix32{}
	}
	inv := 1 / float64(dy.Rows)
	kernel.Scale(p.dw, inv) // now the means over the rows
	kernel.Scale(p.db, inv)
	for j, w := range p.weight.value {
		p.factor[j] = float64(w) * p.scale[j]
	}
	dx := p.dx.resize(dy.Rows, dy.Cols)
	for i := range dy.Rows {
		kernel.Widen(p.wide, row32(dy.Data, i, dy.Cols))
		kernel.Widen(p.wideHat, row32(p.hat.data, i, dy.Cols))
		kernel.MulElem(p.wideHat, p.wideHat, p.dw)
		kernel.Axpy(p.wide, -1, p.db)
		kernel.Axpy(p.wide, -1, p.wideHat)
		kernel.MulElem(p.wide, p.wide, p.factor)
		kernel.Narrow(row32(dx.Data, i, dy.Cols), p.wide)
	}
	return dx
}

// gradients returns none for the running statistics, which are state.
func (p *batchNormPass32) gradients() []gradient {
	return append(p.normPass32.gradients(), gradient{}, gradient{})
}

// batchNorm32 is BatchNorm in predictions. It computes each number in double
// precision.
type batchNorm32 struct{ layer *batchNorm }

func (batchNorm32) load() {}

func (l batchNorm32) infer32(dst, x matrix32) (ok bool) {
	inferBatchNorm(l.layer, x.Rows, dst.Data, dst.Cols, x.Data, x.Cols)
	return kernel.AllFinite32(dst.Data)
}
