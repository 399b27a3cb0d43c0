package tabular

import "testing"

func TestMethodString(t *testing.T) {
	for want, m := range map[string]Method{"Auto": Auto, "TabMMini": TabMMini, "RealMLPSimple": RealMLPSimple, "Linear": Linear, "Method(7)": 7, "Method(-1)": -1} {
		if got := m.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
