package dataset

// Drop is a column that is left out, such as a serial number.
type Drop struct {
	Column string
}

func (c Drop) name() string                         { return c.Column }
func (c Drop) filling() filling                     { return filling{} }
func (c Drop) learner(sampleMaker) (learner, error) { return nil, nil }
