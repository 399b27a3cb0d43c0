package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strconv"
)

// makeRows makes a table to try the jobs with: of 8 columns of numbers, 2 of names,
// and the grade to predict from them. It has so many rows in so many files, and
// 1,000 others each to train and to test with.
func makeRows(dir string, rows, files int) error {
	if rows < files || files < 1 {
		return errors.New("fewer rows than files, or no files")
	}
	for i := range files {
		name := filepath.Join(dir, "rows", fmt.Sprintf("%05d.csv", i))
		if err := makeFile(name, rows*(i+1)/files-rows*i/files, uint64(i)); err != nil {
			return err
		}
	}
	for i, name := range []string{"train.csv", "test.csv"} {
		if err := makeFile(filepath.Join(dir, name), 1000, uint64(files+i)); err != nil {
			return err
		}
	}
	return nil
}

func makeFile(name string, rows int, seed uint64) error {
	rng := rand.New(rand.NewPCG(1, seed))
	ports := []string{"Genoa", "Kiel", "Cadiz", "Brest", "Split"}
	return writeFile(name, func(w io.Writer) error {
		line := []byte("a,b,c,d,e,f,g,h,port,kind,grade\n")
		for range rows {
			if _, err := w.Write(line); err != nil {
				return err
			}
			line = line[:0]
			sum := 0.0
			for range 8 {
				v := rng.NormFloat64()
				sum += math.Sin(v)
				line = append(strconv.AppendFloat(line, v, 'f', 5, 64), ',')
			}
			port, grade := rng.IntN(len(ports)), "low"
			if sum += float64(port) - 2; sum > 1.5 {
				grade = "high"
			} else if sum > -1.5 {
				grade = "mid"
			}
			line = fmt.Appendf(line, "%s,k%02d,%s\n", ports[port], rng.IntN(20), grade)
		}
		_, err := w.Write(line)
		return err
	})
}
