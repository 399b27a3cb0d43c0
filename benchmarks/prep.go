package main

import (
	"compress/gzip"
	"io"
	"math"
	"os"
	"path/filepath"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/dataset"
)

// prepare writes the data and initial weights that all programs share. tables
// is the folder of the CSV files, fashionDir that of Fashion-MNIST or "".
func prepare(tables, fashionDir string) error {
	rng := newRandomState(0)
	for _, t := range []table{
		{csv: "iris.csv", target: dataset.Classes("species"), name: "iris"},
		{csv: "breast_cancer.csv", target: dataset.Binary("diagnosis", "benign"), name: "bc", scaleX: true},
		{csv: "diabetes.csv", target: dataset.Numbers("progression"), name: "diab", scaleX: true, scaleY: true},
	} {
		if err := t.prepare(tables, rng); err != nil {
			return err
		}
	}
	if err := prepareSynthetic(rng); err != nil {
		return err
	}
	if err := prepareWeights(rng); err != nil {
		return err
	}
	if err := prepareTable(rng); err != nil {
		return err
	}
	if fashionDir == "" {
		return nil
	}
	return prepareFashion(fashionDir)
}

// A table describes a CSV file and how it is prepared.
type table struct {
	csv            string
	target         dataset.Target
	name           string
	scaleX, scaleY bool // to mean 0 and standard deviation 1
}

// prepare writes the table with its rows shuffled.
func (t table) prepare(dir string, rng *randomState) error {
	f, err := os.Open(filepath.Join(dir, t.csv))
	if err != nil {
		return err
	}
	defer f.Close()
	d, err := dataset.ReadCSV(f, t.target)
	if err != nil {
		return err
	}
	if t.scaleX {
		if d.X, err = scale(d.X); err != nil {
			return err
		}
	}
	if t.scaleY {
		if d.Y, err = scale(d.Y); err != nil {
			return err
		}
	}
	if d, err = d.Subset(rng.permutation(d.Rows())); err != nil {
		return err
	}
	if err := writeFloats(t.name+"_x.f64", d.X.RawMatrix().Data); err != nil {
		return err
	}
	return writeFloats(t.name+"_y.f64", d.Y.RawMatrix().Data)
}

// scale returns m with every column scaled.
func scale(m *mat.Dense) (*mat.Dense, error) {
	s, err := dataset.FitStandardScaler(m)
	if err != nil {
		return nil, err
	}
	return s.Transform(m)
}

// prepareSynthetic writes normal samples with random labels.
func prepareSynthetic(rng *randomState) error {
	const rows, inputs, classes = 1024, 1024, 1000
	if err := writeFloats("syn_x.f64", rng.normal(rows*inputs)); err != nil {
		return err
	}
	y := make([]float64, rows*classes)
	for i := range rows {
		y[i*classes+int(rng.atMost(classes-1))] = 1
	}
	return writeFloats("syn_y.f64", y)
}

// prepareWeights writes the initial weights of all workloads of dense layers:
// U(-1, 1) for W1, Glorot uniform for the others.
func prepareWeights(rng *randomState) error {
	for _, w := range workloads {
		if w.layers != nil {
			continue
		}
		for i, inputs := range w.sizes[:len(w.sizes)-1] {
			units := w.sizes[i+1]
			limit := 1.0
			if w.id != "W1" {
				limit = math.Sqrt(6 / float64(inputs+units))
			}
			if err := writeFloats(w.weightFile(i), rng.uniform(-limit, limit, inputs*units)); err != nil {
				return err
			}
		}
	}
	return nil
}

// prepareFashion unpacks the files of Fashion-MNIST and removes their headers.
func prepareFashion(dir string) error {
	for _, f := range []struct {
		name, packed string
		header       int64
	}{
		{"fashion_train_x.u8", "train-images-idx3-ubyte.gz", 16},
		{"fashion_train_y.u8", "train-labels-idx1-ubyte.gz", 8},
		{"fashion_test_x.u8", "t10k-images-idx3-ubyte.gz", 16},
		{"fashion_test_y.u8", "t10k-labels-idx1-ubyte.gz", 8},
	} {
		if err := unpack(dataFile(f.name), filepath.Join(dir, f.packed), f.header); err != nil {
			return err
		}
	}
	return nil
}

// unpack writes the contents of a gzip file without the first skip bytes.
func unpack(dst, src string, skip int64) error {
	f, err := os.Open(src)
	if err != nil {
		return err
	}
	defer f.Close()
	r, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	if _, err := io.CopyN(io.Discard, r, skip); err != nil {
		return err
	}
	out, err := os.Create(dst)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, r); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}
