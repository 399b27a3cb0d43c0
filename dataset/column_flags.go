package dataset

import (
	"fmt"
	"maps"
	"slices"
)

// flagFeatures returns the indices of the features that are neither numbers nor
// codes.
func flagFeatures(features []Feature) []int {
	var at []int
	for i, f := range features {
		if f.Kind == FeatureFlag || f.Kind == FeatureOneHot || f.Kind == FeatureSign {
			at = append(at, i)
		}
	}
	return at
}

// learnFlags learns the scales of the flags from the training rows, of which
// gaps are missing: from those of each name, of a column that has names.
func (c *columnEncoder) learnFlags(learned learned, rows, gaps int) error {
	at := flagFeatures(c.features)
	if len(at) == 0 {
		return nil
	}
	samples := make([]*numberCounts, len(at)) // of the numbers of a feature
	for k := range samples {
		samples[k] = newNumberCounts(true)
	}
	x := make([]float64, len(c.features))
	count := func(rows int) {
		for k, i := range at {
			samples[k].add(x[i], rows)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(learned.names)) {
		if err := c.encode(x, Text(name), false); err != nil {
			return err
		}
		count(learned.names[name])
	}
	if learned.unknown > 0 {
		if err := c.encodeUnknown(x); err != nil {
			return err
		}
		count(learned.unknown)
	}
	if learned.names == nil && rows > gaps { // the only flag is the one of missing cells
		count(rows - gaps)
	}
	if gaps > 0 {
		if err := c.encode(x, Cell{}, true); err != nil {
			return err
		}
		count(gaps)
	}
	flags := make([]columnScale, len(at))
	for k, sample := range samples {
		scale, _, err := newColumnScale(SmoothClip, sample)
		if err != nil {
			return err
		}
		flags[k] = *scale
	}
	c.flags = flags
	return c.init()
}

// encodeUnknown stores the features of an unknown name in dst, before there are
// scales of flags.
func (c *columnEncoder) encodeUnknown(dst []float64) error {
	own := dst
	if c.indicator {
		own = dst[:len(dst)-1]
	}
	clear(dst)
	err := c.encoder.(unknowner).encodeUnknown(own)
	for _, i := range c.constant {
		dst[i] = 0
	}
	return err
}

// checkFlags returns an error unless the scales, which may come from a file,
// make sense.
func (c *columnEncoder) checkFlags() error {
	if len(c.flags) != len(c.flagAt) {
		return fmt.Errorf("%d scales of flags, want %d", len(c.flags), len(c.flagAt))
	}
	for i := range c.flags {
		if s := &c.flags[i]; s.Scaling != SmoothClip {
			return fmt.Errorf("flag %d with the scaling %v, want %v", i, s.Scaling, SmoothClip)
		} else if err := s.check(); err != nil {
			return err
		}
	}
	return nil
}

// scaleFlags scales the flags of a row of features, which may be nil.
func (c *columnEncoder) scaleFlags(row []float64) error {
	if row == nil {
		return nil
	}
	for k, i := range c.flagAt {
		var err error
		if row[i], err = c.flags[k].apply(row[i]); err != nil {
			return err
		}
	}
	return nil
}
