package tabular

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/mlp/dataset"
)

// Larger networks have more parameters, but RealMLP only more epochs, and only
// those of all sizes that are not Medium are named in the report.
func TestSizes(t *testing.T) {
	if (Options{}).Size != Medium {
		t.Error("the zero value is not Medium")
	}
	table := groupedTable(t)
	for _, method := range []Method{TabMMini, TabM, RealMLP, RealMLPSimple, Plain, Linear} {
		var params []int
		for _, size := range []Size{Small, Medium, Large} {
			m, err := Fit(t.Context(), table, dataset.Classes("y"), Options{Method: method, Size: size, Epochs: 1})
			if err != nil {
				t.Fatal(err)
			}
			sum := 0
			for _, l := range m.Pipeline().Network().Layers() {
				for _, p := range l.Params() {
					rows, cols := p.Value.Dims()
					sum += rows * cols
				}
			}
			params = append(params, sum)
			if text := strings.Join(strings.Fields(m.String()), " "); strings.Contains(text, fmt.Sprintf(" size %v ", size)) != (size != Medium) {
				t.Errorf("%v: %s", size, text)
			}
		}
		grows := params[0] < params[1] && params[1] < params[2]
		switch method {
		case RealMLP, RealMLPSimple:
			grows = params[0] < params[1] && params[1] == params[2]
		case Linear:
			grows = params[0] == params[1] && params[1] == params[2]
		}
		if !grows {
			t.Errorf("%v: %d parameters", method, params)
		}
	}
}

// RealMLP takes as many epochs as published, or as make enough steps.
func TestSizeEpochs(t *testing.T) {
	for _, c := range []struct {
		rows int
		want []int
	}{
		{1000, []int{128, 256, 256}},
		{20000, []int{25, 76, 256}},
		{1000000, []int{16, 16, 256}},
	} {
		for _, network := range []func(Size) *network{realMLP, realMLPNormal, realMLPSimple} {
			var got []int
			for _, size := range []Size{Small, Medium, Large} {
				got = append(got, network(size).epochs(c.rows, false))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%d rows: epochs %d, want %d", c.rows, got, c.want)
			}
		}
	}
}

func TestSizeString(t *testing.T) {
	for want, s := range map[string]Size{"Small": Small, "Medium": Medium, "Large": Large, "Size(2)": 2, "Size(-2)": -2} {
		if s.String() != want {
			t.Errorf("%v, want %s", s, want)
		}
	}
}
