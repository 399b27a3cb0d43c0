package dataset

import "fmt"

// codeForm is one feature, the code of the name.
type codeForm struct {
	codes []int // of each name: 1, 2, 3 and so on, 0 for those without a training row
	size  int   // how many codes there are, with 0
}

func loadCodes(s savedColumn) (form, error) {
	if len(s.Codes) != len(s.Categories) || s.Unknown == UnknownShares {
		return nil, fmt.Errorf("%s with %d codes, %d categories and unknown %v", categoricalKind, len(s.Codes), len(s.Categories), s.Unknown)
	}
	f := &codeForm{codes: s.Codes, size: 1}
	for _, code := range s.Codes {
		if code == 0 {
			continue
		}
		if code != f.size {
			return nil, fmt.Errorf("%s with code %d, want 0 or %d", categoricalKind, code, f.size)
		}
		f.size++
	}
	return f, nil
}

func (f *codeForm) learn(rows []int, unknown int) (constant []bool, err error) {
	f.codes, f.size = make([]int, len(rows)), 1
	for i, n := range rows {
		if n > 0 {
			f.codes[i] = f.size
			f.size++
		}
	}
	return []bool{!varies(rows, unknown)}, nil
}

func (f *codeForm) features(column string, _ []string) []Feature {
	return []Feature{{Name: column, Column: column, Kind: FeatureCode, Names: f.size}}
}

func (f *codeForm) encode(dst []float64, name int) {
	dst[0] = 0
	if name != unknownName {
		dst[0] = float64(f.codes[name])
	}
}

func (f *codeForm) save(s *savedColumn) { s.Codes = f.codes }
