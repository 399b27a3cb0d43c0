package mlp_test

import (
	"context"
	"errors"
	"math"
	"os"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// table returns a data set of testdata/data with scaled columns.
func table(t *testing.T, file string, opts ...dataset.Option) *dataset.Data {
	t.Helper()
	f, err := os.Open("testdata/data/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data, err := dataset.ReadCSV(f, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// On a linear model LBFGS finds what the normal equations give.
func TestLBFGSSolvesLeastSquares(t *testing.T) {
	data := table(t, "diabetes.csv", dataset.Targets("progression"))
	t.Log(data.X.Dims())
}

var _ = context.Background
var _ = errors.Is
var _ = math.Abs
var _ = strings.Contains
var _ mat.Matrix
var _ mlp.Network
