package dataset

import (
	"errors"
	"fmt"
)

// oneHotForm is a feature for each name.
type oneHotForm struct {
	unknown Unknown
	shares  []float64 // of the training rows, for UnknownShares
}

func loadOneHot(s savedColumn) (form, error) {
	f := &oneHotForm{s.Unknown, s.Shares}
	if f.unknown != UnknownShares {
		return f, nil // checkFields finds shares that are not wanted
	}
	if len(f.shares) != len(s.Categories) {
		return nil, fmt.Errorf("%s with %d shares for %d categories", categoricalKind, len(f.shares), len(s.Categories))
	}
	for _, share := range f.shares {
		if !(share >= 0 && share <= 1) {
			return nil, fmt.Errorf("%s with a share of %g", categoricalKind, share)
		}
	}
	return f, nil
}

func (f *oneHotForm) learn(rows []int, unknown int) (constant []bool, err error) {
	known := 0
	for _, n := range rows {
		known += n
	}
	for _, n := range rows {
		constant = append(constant, n == 0 || n == known+unknown)
		if f.unknown == UnknownShares {
			f.shares = append(f.shares, float64(n)/float64(max(1, known)))
		}
	}
	switch f.unknown {
	case UnknownFeature:
		constant = append(constant, known == 0 || unknown == 0)
	case UnknownShares:
		if known == 0 {
			err = errors.New("no training row has one of the categories, so there are no shares for other names")
		}
	}
	return constant, err
}

func (f *oneHotForm) features(column string, names []string) []Feature {
	feature := Feature{Column: column, Kind: FeatureOneHot, Names: len(names)}
	if f.unknown == UnknownFeature {
		feature.Names++
	}
	features := make([]Feature, 0, feature.Names)
	for _, name := range names {
		feature.Name, feature.Category = column+"="+name, name
		features = append(features, feature)
	}
	if f.unknown == UnknownFeature {
		feature.Name, feature.Category = column+" is unknown", ""
		features = append(features, feature)
	}
	return features
}

func (f *oneHotForm) encode(dst []float64, name int) {
	if name == unknownName && f.unknown == UnknownShares {
		copy(dst, f.shares)
		return
	}
	clear(dst)
	switch {
	case name != unknownName:
		dst[name] = 1
	case f.unknown == UnknownFeature:
		dst[len(dst)-1] = 1
	}
}

func (f *oneHotForm) save(s *savedColumn) {
	if f.unknown == UnknownShares {
		s.Shares = f.shares
	}
}
