package dataset_test

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"example.com/mlp/dataset"
)

// largeTable returns the text of a table of eight columns of numbers, one of
// names and one of classes.
func largeTable(rows int) string {
	rng := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString("a,b,c,d,e,f,g,h,city,class\n")
	for range rows {
		for range 8 {
			fmt.Fprintf(&b, "%.4f,", rng.NormFloat64())
		}
		fmt.Fprintf(&b, "city %d,%c\n", rng.IntN(20), 'a'+rng.IntN(3))
	}
	return b.String()
}

func BenchmarkReadTable(b *testing.B) {
	for _, rows := range []int{1000, 10_000, 100_000} {
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			text := largeTable(rows)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := dataset.ReadTable(strings.NewReader(text), ','); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkReadNumbers compares reading a table of numbers with encoding/csv and
// strconv.ParseFloat on each cell.
func BenchmarkReadNumbers(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, format := range []string{"%.4f", "%.17g", "%v"} {
		var text strings.Builder
		for i := range 10_000 {
			if i == 0 {
				text.WriteString("a,b,c,d,e,f,g,h,i,j\n")
			}
			for range 9 {
				fmt.Fprintf(&text, format+",", rng.NormFloat64())
			}
			fmt.Fprintln(&text, i)
		}
		b.Run(format+"/ReadTable", func(b *testing.B) {
			b.SetBytes(int64(text.Len()))
			for b.Loop() {
				if _, err := dataset.ReadTable(strings.NewReader(text.String()), ','); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(format+"/csv", func(b *testing.B) {
			b.SetBytes(int64(text.Len()))
			for b.Loop() {
				r := csv.NewReader(strings.NewReader(text.String()))
				r.ReuseRecord = true
				for cells, err := r.Read(); err == nil; cells, err = r.Read() {
					for _, cell := range cells {
						strconv.ParseFloat(cell, 64)
					}
				}
			}
		})
	}
}

func BenchmarkRecipeFit(b *testing.B) {
	for _, rows := range []int{1000, 10_000, 100_000} {
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			text := largeTable(rows)
			table := readTable(b, text)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := (dataset.Recipe{Target: dataset.Classes("class")}).Fit(table); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkTransformRow(b *testing.B) {
	p := fitRecipe(b, dataset.Recipe{Target: dataset.Classes("class")}, largeTable(1000))
	cells := strings.Split("0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,city 7", ",")
	dst := make([]float64, len(p.Features()))
	b.ReportAllocs()
	for b.Loop() {
		if err := p.TransformRow(dst, cells); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPipeline reports the time of an answer for one record, and of the
// network alone for its features.
func BenchmarkPipeline(b *testing.B) {
	const text = "0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,city 7"
	p := fitPipeline(b, dataset.Recipe{Target: dataset.Classes("class")}, largeTable(1000))
	cells := strings.Split(text, ",")
	record := make(map[string]any)
	for i, name := range p.Preparation().Columns() {
		record[name] = cells[i]
	}
	x, y := make([]float64, len(p.Preparation().Features())), make([]float64, 3)
	if err := p.Preparation().TransformRow(x, cells); err != nil {
		b.Fatal(err)
	}
	point := struct {
		A, B, C, D, E, F, G, H float64
		City                   string
	}{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, "city 7"}
	for _, bench := range []struct {
		name    string
		predict func() error
	}{
		{"network", func() error { return p.Network().PredictRow(y, x) }},
		{"row", func() error { _, err := p.PredictRow(cells); return err }},
		{"map", func() error { _, err := p.PredictMap(record); return err }},
		{"struct", func() error { _, err := p.PredictStruct(&point); return err }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := bench.predict(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
