package mlp

// A Schedule scales the learning rate in the course of a run. The schedules of
// this package are pure functions, but for ReduceOnPlateau; none of them at all
// means a constant rate.
//
// Lengths are in epochs and may be fractions. As a schedule does not know how
// many epochs a run has, they have no default values.
type Schedule interface {
	// Scale returns the factor of the learning rate at a time since the start
	// of the run in epochs: 2.5 is the middle of the third.
	Scale(epoch float64) float64
}

// listener returns the Callback among a schedule and those that take over from
// it, nil if there is none.
func listener(s Schedule) Callback {
	for range maxSchedules {
		if c, ok := s.(Callback); ok {
			return c
		}
		first, ok := s.(interface{ then() Schedule })
		if !ok {
			return nil
		}
		s = first.then()
	}
	return nil
}

// maxSchedules bounds how many schedules take over from one another, of which
// one may be its own successor.
const maxSchedules = 100
