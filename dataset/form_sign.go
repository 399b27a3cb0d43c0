package dataset

import "fmt"

// signForm is one feature for two names.
type signForm struct{}

func loadSign(s savedColumn) (form, error) {
	if len(s.Categories) != 2 || s.Unknown != UnknownRefused && s.Unknown != UnknownZeros {
		return nil, fmt.Errorf("%s with a sign, %d categories and unknown %v", categoricalKind, len(s.Categories), s.Unknown)
	}
	return signForm{}, nil
}

func (signForm) learn(rows []int, unknown int) (constant []bool, err error) {
	return []bool{!varies(rows, unknown)}, nil
}

func (signForm) features(column string, names []string) []Feature {
	return []Feature{{Name: column + "=" + names[1], Column: column, Kind: FeatureSign, Category: names[1]}}
}

func (signForm) encode(dst []float64, name int) {
	dst[0] = 0
	if name != unknownName {
		dst[0] = float64(2*name - 1)
	}
}

func (signForm) save(s *savedColumn) { s.Sign = true }
