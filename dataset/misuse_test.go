package dataset_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

var errFull = errors.New("full")

// failing is a writer, or a reader, that fails.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }
func (failing) Read([]byte) (int, error)  { return 0, errFull }

// second returns the error of a call that returns a value as well.
func second[T any](_ T, err error) error { return err }

// attempt returns the error of a call, or an error for its panic.
func attempt(call func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	return call()
}

// Calls that are mistakes return an error and do not panic.
func TestMisuse(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	x := mat.NewDense(3, 2, []float64{1, 2, 3, 4, 5, 6})
	table, err := dataset.NewTable([]string{"a", "b", "c"}, [][]string{{"1", "x", "2"}, {"2", "y", "3"}, {"3", "x", "5"}})
	if err != nil {
		t.Fatal(err)
	}
	recipe := func(target dataset.Target, columns ...dataset.Column) func() error {
		return func() error { return second(dataset.Recipe{Columns: columns, Target: target}.Fit(table)) }
	}
	data := &dataset.Data{X: x, Y: mat.NewDense(3, 1, []float64{0, 1, 0})}
	prep, err := dataset.Recipe{Columns: []dataset.Column{dataset.Numeric{Column: "a"}, dataset.Drop{Column: "b"}, dataset.Drop{Column: "c"}}}.Fit(table)
	if err != nil {
		t.Fatal(err)
	}
	var none dataset.Target
	for _, m := range []struct {
		name string
		call func() error
		want string
	}{
		{"ReadCSV empty", func() error { return second(dataset.ReadCSV(strings.NewReader(""), dataset.Numbers("a"))) }, "dataset: ReadCSV: the file is empty, a header line is needed"},
		{"ReadCSV zero target", func() error { return second(dataset.ReadCSV(strings.NewReader("a\n1\n"), none)) }, "dataset: ReadCSV: the target is the zero Target, use Numbers, Classes or Binary"},
		{"ReadCSV overflow", func() error {
			return second(dataset.ReadCSV(strings.NewReader("a,b\n1e999,1\n"), dataset.Numbers("b")))
		}, `dataset: ReadCSV: line 2, column 1 "a": "1e999" is too large`},
		{"ReadCSV NaN", func() error { return second(dataset.ReadCSV(strings.NewReader("a,b\nNaN,1\n"), dataset.Numbers("b"))) }, `dataset: ReadCSV: line 2, column 1 "a": "NaN" is not a finite number`},
		{"ReadCSV ragged", func() error { return second(dataset.ReadCSV(strings.NewReader("a,b\n1,2\n1\n"), dataset.Numbers("b"))) }, "dataset: ReadCSV: line 3 has 1 columns, the header has 2"},
		{"ReadTable nil", func() error { return second(dataset.ReadTable(nil, ',')) }, "dataset: ReadTable: the reader is nil"},
		{"ReadTable comma", func() error { return second(dataset.ReadTable(strings.NewReader("a\n1\n"), '\n')) }, "dataset: ReadTable: csv: invalid field or comment delimiter"},
		{"ReadTable fails", func() error { return second(dataset.ReadTable(failing{}, ',')) }, "dataset: ReadTable: full"},
		{"NewTable nil", func() error { return second(dataset.NewTable(nil, nil)) }, "dataset: NewTable: the header is empty"},
		{"NewTable ragged", func() error { return second(dataset.NewTable([]string{"a"}, [][]string{{"1"}, {}})) }, "dataset: NewTable: row 1 has 0 columns, the header has 1"},
		{"Column", func() error { return second(table.Column("z")) }, `dataset: Column: no column "z", the columns are "a", "b", "c"`},
		{"rows below 0", func() error { return second(table.Subset([]int{math.MinInt32})) }, "dataset: Subset: rows[0] is -2147483648, the table has rows 0 to 2"},
		{"rows beyond", func() error { return second(data.Subset([]int{0, math.MaxInt32})) }, "dataset: Subset: rows[1] is 2147483647, the data have rows 0 to 2"},
		{"nil column", recipe(none, nil), "dataset: Fit: in Recipe.Columns[0] is nil"},
		{"unknown column", recipe(none, dataset.Numeric{Column: "z"}), `dataset: Fit: in Recipe.Columns[0]: no column "z", the columns are "a", "b", "c"`},
		{"column twice", recipe(none, dataset.Numeric{Column: "a"}, dataset.Numeric{Column: "a"}), `dataset: Fit: in Recipe.Columns[1]: "a" is named a second time`},
		{"column and target", recipe(dataset.Numbers("a"), dataset.Numeric{Column: "a"}), `dataset: Fit: in Recipe.Columns[0]: "a" is the target`},
		{"words as numbers", recipe(none, dataset.Numeric{Column: "a"}, dataset.Numeric{Column: "b"}), `dataset: Fit: row 0, column 2 "b": "x" is not a number`},
		{"infinite fill", recipe(none, dataset.Numeric{Column: "a", Impute: dataset.Constant, Fill: inf}), `dataset: Fit: column 1 "a": the field Fill is +Inf`},
		{"unknown scaling", recipe(none, dataset.Numeric{Column: "a", Scaling: dataset.Scaling(99)}), `dataset: Fit: column 1 "a": there is no dataset.Scaling(99)`},
		{"unknown imputation", recipe(none, dataset.Numeric{Column: "a", Impute: dataset.Imputation(-1)}), `dataset: Fit: column 1 "a": dataset.Imputation(-1) is not for numbers`},
		{"Fit of nil", func() error { return second(dataset.Recipe{}.Fit(nil)) }, "dataset: Fit: the table is nil or empty"},
		{"FitPipeline without build", func() error {
			_, _, err := dataset.Recipe{Target: dataset.Numbers("a"), Columns: []dataset.Column{dataset.Drop{Column: "b"}, dataset.Numeric{Column: "c"}}}.FitPipeline(context.Background(), table, nil, mlp.FitOptions{})
			return err
		}, "dataset: FitPipeline: build is nil"},
		{"Transform nil", func() error { return second(prep.Transform(nil)) }, "dataset: Transform: the table is nil or empty"},
		{"TransformRow nil", func() error { return prep.TransformRow(nil, nil) }, "dataset: TransformRow: dst has 0 entries, the preparation gives 1"},
		{"TransformMap nil", func() error { return prep.TransformMap(make([]float64, 1), nil) }, `dataset: TransformMap: the record has no "a"`},
		{"TransformStruct nil", func() error { return prep.TransformStruct(make([]float64, 1), nil) }, "dataset: TransformStruct: the record is a <nil>, not a struct"},
		{"TransformStruct nil pointer", func() error { return prep.TransformStruct(make([]float64, 1), (*struct{ A int })(nil)) }, "dataset: TransformStruct: the record is a *struct { A int }, not a struct"},
		{"UnmarshalJSON of nil", func() error { return (*dataset.Preparation)(nil).UnmarshalJSON(nil) }, "dataset: UnmarshalJSON: the preparation is nil"},
		{"UnmarshalJSON nil", func() error { return new(dataset.Preparation).UnmarshalJSON(nil) }, "dataset: UnmarshalJSON: EOF"},
		{"NewPipeline of a zero network", func() error { return second(dataset.NewPipeline(prep, &mlp.Regressor{})) }, "dataset: NewPipeline: the recipe had no target"},
		{"LoadPipeline nil", func() error { return second(dataset.LoadPipeline(nil)) }, "mlp: Load: the reader is nil"},
		{"LoadPipelineFS nil", func() error { return second(dataset.LoadPipelineFS(nil, "x")) }, "mlp: LoadFS: the file system is nil"},
		{"LoadPipelineFS none", func() error { return second(dataset.LoadPipelineFS(fstest.MapFS{}, "x")) }, "mlp: LoadFS: open x: file does not exist"},
		{"Split NaN", func() error { return second(dataset.Split(3, dataset.SplitOptions{Test: nan})) }, "dataset: Split: test fraction is NaN, it must lie between 0 and 1"},
		{"Split rows", func() error { return second(dataset.Split(-1, dataset.SplitOptions{Test: 0.5})) }, "dataset: Split: -1 rows, at least 2 are needed"},
		{"KFold folds", func() error { return second(dataset.KFold(3, dataset.FoldOptions{Folds: math.MaxInt32})) }, "dataset: KFold: 2147483647 folds of 3 rows, there must not be more folds than rows"},
		{"KFold negative", func() error { return second(dataset.KFold(3, dataset.FoldOptions{Folds: -1})) }, "dataset: KFold: -1 folds, at least 2 are needed"},
		{"KFold nothing", func() error { return second(dataset.KFold(0, dataset.FoldOptions{})) }, "dataset: KFold: 5 folds of 0 rows, there must not be more folds than rows"},
		{"GroupKFold nil", func() error { return second(dataset.GroupKFold[int](nil, dataset.FoldOptions{})) }, "dataset: GroupKFold: 5 folds of 0 groups, there must not be more folds than groups"},
		{"StratifiedKFold nil", func() error { return second(dataset.StratifiedKFold[string](nil, dataset.FoldOptions{})) }, "dataset: StratifiedKFold: 5 folds of 0 rows, there must not be more folds than rows"},
		{"TimeSeriesSplit", func() error { return second(dataset.TimeSeriesSplit(3, dataset.TimeSeriesOptions{Gap: math.MaxInt32})) }, "dataset: TimeSeriesSplit: 5 folds of 3 rows, there must not be more folds than rows"},
		{"TimeSeriesSplit folds", func() error {
			return second(dataset.TimeSeriesSplit(math.MaxInt32, dataset.TimeSeriesOptions{Folds: math.MaxInt32}))
		}, "dataset: TimeSeriesSplit: 2147483647 folds with 0 rows of Test and a gap of 0 leave none of 2147483647 rows for the first Train"},
		{"OneHot below 0", func() error { return second(dataset.OneHot([]int{-1}, 2)) }, "dataset: OneHot: labels[0] is -1, the classes are 0 to 1"},
		{"OneHot huge", func() error { return second(dataset.OneHot([]int{0, 0}, math.MaxInt32)) }, "dataset: OneHot: 2×2147483647 entries, at most 2147483647 are possible"},
		{"scaler nil", func() error { return second(dataset.FitStandardScaler(nil)) }, "dataset: FitStandardScaler: x is nil"},
		{"scaler infinite", func() error { return second(dataset.FitRobustScaler(mat.NewDense(1, 1, []float64{inf}))) }, "dataset: FitRobustScaler: x[0,0] is +Inf"},
		{"zero scaler", func() error { return second((&dataset.StandardScaler{}).Transform(x)) }, "dataset: Transform: the scaler is empty"},
		{"zero quantile scaler", func() error { return second((&dataset.QuantileScaler{}).Inverse(x)) }, "dataset: Inverse: the scaler is empty"},
		{"WriteNPY full", func() error { return dataset.WriteNPY(failing{}, x) }, "dataset: WriteNPY: full"},
		{"WriteNPY empty", func() error { return dataset.WriteNPY(io.Discard, &mat.Dense{}) }, "dataset: WriteNPY: m is empty (0×0)"},
		{"ReadIDXImages nil", func() error { return second(dataset.ReadIDXImages(nil)) }, "dataset: ReadIDXImages: the reader is nil"},
		{"ReadIDXLabels cut off", func() error {
			return second(dataset.ReadIDXLabels(strings.NewReader("\x00\x00\x08\x01\x00\x01\x00\x00")))
		}, "dataset: ReadIDXLabels: the file ends after 0 of 65536 entries"},
	} {
		if err := attempt(m.call); err == nil || err.Error() != m.want {
			t.Errorf("%s:\ngot  %v\nwant %s", m.name, err, m.want)
		}
	}
}

// What is nil has no columns, and so on.
func TestNil(t *testing.T) {
	var pipeline *dataset.Pipeline
	prep, net := pipeline.Preparation(), pipeline.Network()
	if prep != nil || net != nil {
		t.Errorf("%v, %v", prep, net)
	}
	var table *dataset.Table
	if prep.Columns() != nil || prep.Features() != nil || prep.Classes() != nil || prep.Target() != "" || table.Header() != nil {
		t.Error("something out of nothing")
	}
}
