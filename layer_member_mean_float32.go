package mlp

// memberMeanPass32 is the pass of MemberMean. Of the last layer, only the logits
// are asked for, which are x; the mean is in double precision.
type memberMeanPass32 struct{ *widenedPass }

func (memberMeanPass32) forwardLogits32(x matrix32) matrix32 { return x }

func (memberMeanPass32) backwardLogits32(dz matrix32, _ bool) matrix32 { return dz }
