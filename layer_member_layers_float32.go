package mlp

// memberPass32 is the pass of MemberLayers in single precision.
type memberPass32 struct {
	*stackPass32
	members int
}

func (p *memberPass32) forward32(x matrix32) matrix32 {
	return joinMembers(p.stackPass32.forward32(splitMembers(x, p.members)), p.members)
}

func (p *memberPass32) backward32(dy matrix32, needDX bool) matrix32 {
	dx := p.stackPass32.backward32(splitMembers(dy, p.members), needDX)
	if !needDX {
		return matrix32{}
	}
	return joinMembers(dx, p.members)
}

// memberLayers32 is MemberLayers in predictions.
type memberLayers32 struct {
	*stack32
	members int
}

func (l *memberLayers32) infer32(dst, x matrix32) (ok bool) {
	return l.stack32.infer32(splitMembers(dst, l.members), splitMembers(x, l.members))
}

func (l *memberLayers32) product() *dense32 {
	d, _ := l.each32[0].(*dense32)
	return d
}

// finish is only for a single dense layer.
func (l *memberLayers32) finish(y matrix32) (ok bool) {
	return l.product().act.applyChecked(splitMembers(y, l.members))
}

// splitMembers returns x with a row for each member of each sample.
func splitMembers(x matrix32, members int) matrix32 {
	return newMatrix32(x.Rows*members, x.Cols/members, x.Data)
}

// joinMembers is the inverse of splitMembers.
func joinMembers(x matrix32, members int) matrix32 {
	return newMatrix32(x.Rows/members, x.Cols*members, x.Data)
}
