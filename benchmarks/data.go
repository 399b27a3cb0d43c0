package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"gonum.org/v1/gonum/mat"
)

// fashion is the data set that comes in two parts, stored as bytes.
const fashion = "fashion"

// dataFile returns the path of a file of data.
func dataFile(name string) string {
	return filepath.Join(os.Getenv("BENCH_DATA"), name)
}

// load returns the samples and targets of a part, "train" or "test".
func (w *workload) load(part string) (x, y *mat.Dense, err error) {
	inputs, outputs := w.sizes[0], w.sizes[len(w.sizes)-1]
	if w.data == fashion {
		return loadFashion(part, inputs, outputs)
	}
	if x, err = loadMatrix(w.data+"_x.f64", inputs); err != nil {
		return nil, nil, err
	}
	y, err = loadMatrix(w.data+"_y.f64", outputs)
	return x, y, err
}

// loadMatrix reads a matrix with this many columns.
func loadMatrix(name string, cols int) (*mat.Dense, error) {
	info, err := os.Stat(dataFile(name))
	if err != nil {
		return nil, err
	}
	m := mat.NewDense(int(info.Size())/8/cols, cols, nil)
	return m, readFloats(name, m.RawMatrix().Data)
}

// readFloats fills dst from a file of little-endian float64.
func readFloats(name string, dst []float64) error {
	f, err := os.Open(dataFile(name))
	if err != nil {
		return err
	}
	defer f.Close()
	if err := binary.Read(f, binary.LittleEndian, dst); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// writeFloats writes a file that readFloats reads.
func writeFloats(name string, values []float64) error {
	f, err := os.Create(dataFile(name))
	if err != nil {
		return err
	}
	if err := binary.Write(f, binary.LittleEndian, values); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// loadFashion reads a part of Fashion-MNIST: pixels in [0, 1], one-hot labels.
func loadFashion(part string, pixels, classes int) (x, y *mat.Dense, err error) {
	info, err := os.Stat(dataFile("fashion_" + part + "_y.u8"))
	if err != nil {
		return nil, nil, err
	}
	rows := int(info.Size())
	x = mat.NewDense(rows, pixels, nil)
	flat := x.RawMatrix().Data
	err = eachByte("fashion_"+part+"_x.u8", func(i int, b byte) { flat[i] = float64(b) / 255 })
	if err != nil {
		return nil, nil, err
	}
	y = mat.NewDense(rows, classes, nil)
	err = eachByte("fashion_"+part+"_y.u8", func(i int, b byte) { y.Set(i, int(b), 1) })
	return x, y, err
}

// eachByte calls do for each byte of a file, without holding the file in
// memory.
func eachByte(name string, do func(i int, b byte)) error {
	f, err := os.Open(dataFile(name))
	if err != nil {
		return err
	}
	defer f.Close()
	r := bufio.NewReader(f)
	for i := 0; ; i++ {
		b, err := r.ReadByte()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		do(i, b)
	}
}
