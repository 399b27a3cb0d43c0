package mlp_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
)

func TestErrorRates(t *testing.T) {
	for _, c := range []struct {
		name    string
		y, yhat *mat.Dense
		want    float64
	}{
		{"all right", columnOf(0, 1, 1), columnOf(0, 1, 1), 0},
		{"one of four wrong", columnOf(0, 1, 1, 0), columnOf(0, 1, 0, 0), 0.25},
		{"all wrong", columnOf(0, 1), columnOf(1, 0), 1},
		{"largest entries", mat.NewDense(2, 3, []float64{0, 1, 0, 1, 0, 0}), mat.NewDense(2, 3, []float64{0.3, 0.4, 0.3, 0.1, 0.2, 0.7}), 0.5},
		{"the first of equals", mat.NewDense(1, 2, []float64{1, 0}), mat.NewDense(1, 2, []float64{0.5, 0.5}), 0},
	} {
		rate, err := mlp.ErrorRate(c.y, c.yhat)
		if err != nil || rate != c.want {
			t.Errorf("%s: ErrorRate %v, %v, want %v", c.name, rate, err, c.want)
		}
		accuracy, err := mlp.Accuracy(c.y, c.yhat)
		if err != nil || accuracy != 1-c.want {
			t.Errorf("%s: Accuracy %v, %v, want %v", c.name, accuracy, err, 1-c.want)
		}
		if _, k := c.y.Dims(); k > 1 {
			rate, err := mlp.OneHotErrorRate(c.y, c.yhat)
			if err != nil || rate != c.want {
				t.Errorf("%s: OneHotErrorRate %v, %v, want %v", c.name, rate, err, c.want)
			}
		}
	}
}

// Values from the documentation of scikit-learn's r2_score.
func TestR2(t *testing.T) {
	for _, c := range []struct {
		y, yhat *mat.Dense
		want    float64
	}{
		{columnOf(3, -0.5, 2, 7), columnOf(2.5, 0, 2, 8), 0.9486081370449679},
		{mat.NewDense(3, 2, []float64{0.5, 1, -1, 1, 7, -6}), mat.NewDense(3, 2, []float64{0, 2, -1, 2, 8, -5}), 0.9368005266622779},
		{columnOf(1, 2, 3), columnOf(1, 2, 3), 1},
		{columnOf(1, 2, 3), columnOf(2, 2, 2), 0},
		{columnOf(1, 2, 3), columnOf(3, 2, 1), -3},
		{columnOf(-2, -2, -2), columnOf(-2, -2, -2), 1},
		{columnOf(-2, -2, -2), columnOf(-2, -2, -2+1e-8), 0},
		{columnOf(0.1, 0.1, 0.1), columnOf(0.1, 0.1, 0.1), 1},
	} {
		got, err := mlp.R2(c.y, c.yhat)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "R2", got, c.want, 1e-15)
	}
}

func TestMetricErrors(t *testing.T) {
	binary, shares := columnOf(0, 1, 1), columnOf(0.2, 0.7, 0.9)
	three := testkit.TargetsOf([]int{0, 1, 2}, 3)
	two := testkit.TargetsOf([]int{0, 1, 1}, 3) // class 2 is absent
	nan := columnOf(0.2, math.NaN(), 0.9)
	type metric = func(y, yhat mat.Matrix) (float64, error)
	confusion := func(names ...string) metric {
		return func(y, yhat mat.Matrix) (float64, error) {
			_, err := mlp.NewConfusion(y, yhat, names...)
			return 0, err
		}
	}
	roc := func(y, yhat mat.Matrix) (float64, error) { _, err := mlp.ROC(y, yhat); return 0, err }
	pr := func(y, yhat mat.Matrix) (float64, error) { _, err := mlp.PrecisionRecall(y, yhat); return 0, err }
	topK := func(k int) metric {
		return func(y, yhat mat.Matrix) (float64, error) { return mlp.TopKAccuracy(y, yhat, k) }
	}
	pinball := func(q float64) metric {
		return func(y, yhat mat.Matrix) (float64, error) { return mlp.PinballLoss(y, yhat, q) }
	}
	for _, c := range []struct {
		metric  metric
		y, yhat mat.Matrix
		want    string
	}{
		{mlp.MSE, nil, binary, "mlp: MSE: y is nil"},
		{mlp.MAE, binary, &mat.Dense{}, "mlp: MAE: yhat is empty (0×0)"},
		{mlp.RMSE, binary, columnOf(1), "mlp: RMSE: yhat has 1 rows, y has 3"},
		{mlp.MAPE, binary, three, "mlp: MAPE: yhat has 3 columns, y has 1"},
		{mlp.MedianAbsoluteError, nan, binary, "mlp: MedianAbsoluteError: y[1,0] is NaN: not finite"},
		{mlp.ExplainedVariance, binary, nan, "mlp: ExplainedVariance: yhat[1,0] is NaN: not finite"},
		{pinball(1.5), binary, binary, "mlp: PinballLoss: q is 1.5, want a number in [0, 1]"},
		{pinball(math.NaN()), binary, binary, "mlp: PinballLoss: q is NaN, want a number in [0, 1]"},
		{confusion(), binary, shares, "mlp: NewConfusion: yhat[0,0] is 0.2, want 0 or 1"},
		{confusion(), shares, binary, "mlp: NewConfusion: y[0,0] is 0.2, want 0 or 1"},
		{confusion(), mat.NewDense(1, 3, nil), mat.NewDense(1, 3, nil), "mlp: NewConfusion: y row 0 sums to 0, want one-hot rows or probabilities"},
		{confusion("no"), binary, binary, "mlp: NewConfusion: 1 names for 2 classes"},
		{confusion(), mat.NewDense(1, 10001, nil), mat.NewDense(1, 10001, nil), "mlp: NewConfusion: 10001 classes, at most 10000 are possible"},
		{mlp.Accuracy, binary, shares, "mlp: Accuracy: yhat[0,0] is 0.2, want a label, which is a whole number: of probabilities there are LogLoss, BrierScore and ROCAUC"},
		{mlp.ErrorRate, shares, binary, "mlp: ErrorRate: y[0,0] is 0.2, want a label, which is a whole number: of probabilities there are LogLoss, BrierScore and ROCAUC"},
		{mlp.LogLoss, binary, columnOf(0.2, 1.5, 0.1), "mlp: LogLoss: yhat[1,0] is 1.5, want a probability"},
		{mlp.LogLoss, shares, shares, "mlp: LogLoss: y[0,0] is 0.2, want 0 or 1"},
		{mlp.LogLoss, three, mat.NewDense(3, 3, nil), "mlp: LogLoss: yhat row 0 sums to 0, want probabilities that sum to one"},
		{mlp.BrierScore, binary, columnOf(0.2, -0.5, 0.1), "mlp: BrierScore: yhat[1,0] is -0.5, want a probability"},
		{topK(1), binary, shares, "mlp: TopKAccuracy: y has 1 columns, it takes at least 2"},
		{topK(0), three, three, "mlp: TopKAccuracy: k is 0, want a number in [1, 3]"},
		{topK(4), three, three, "mlp: TopKAccuracy: k is 4, want a number in [1, 3]"},
		{roc, columnOf(1, 1, 1), shares, "mlp: ROC: y has no 0, want both classes"},
		{roc, columnOf(0, 0, 0), shares, "mlp: ROC: y has no 1, want at least one"},
		{roc, three, three, "mlp: ROC: y has 3 columns, it takes 1"},
		{roc, shares, shares, "mlp: ROC: y[0,0] is 0.2, want 0 or 1"},
		{pr, columnOf(0, 0, 0), shares, "mlp: PrecisionRecall: y has no 1, want at least one"},
		{mlp.ROCAUC, columnOf(1, 1, 1), shares, "mlp: ROCAUC: y column 0 has no 0, want both classes"},
		{mlp.ROCAUC, two, three, "mlp: ROCAUC: y column 2 has no 1, want at least one"},
		{mlp.AveragePrecision, two, three, "mlp: AveragePrecision: y column 2 has no 1, want at least one"},
		{mlp.AveragePrecision, shares, shares, "mlp: AveragePrecision: y[0,0] is 0.2, want 0 or 1"},
	} {
		if _, err := c.metric(c.y, c.yhat); err == nil || err.Error() != c.want {
			t.Errorf("error %v\nwant  %s", err, c.want)
		}
	}
}

func TestConfusionOfErrors(t *testing.T) {
	for _, c := range []struct {
		y, yhat []int
		names   []string
		want    string
	}{
		{nil, nil, nil, "mlp: ConfusionOf: y is empty"},
		{[]int{0, 1}, []int{0}, nil, "mlp: ConfusionOf: yhat has 1 entries, y has 2"},
		{[]int{0, -1}, []int{0, 1}, nil, "mlp: ConfusionOf: y[1] is -1, want a class in [0, 2)"},
		{[]int{0, 1}, []int{0, 2}, []string{"a", "b"}, "mlp: ConfusionOf: yhat[1] is 2, want a class in [0, 2)"},
		{[]int{0, 20000}, []int{0, 2}, nil, "mlp: ConfusionOf: 20001 classes, at most 10000 are possible"},
	} {
		if _, err := mlp.ConfusionOf(c.y, c.yhat, c.names...); err == nil || err.Error() != c.want {
			t.Errorf("error %v\nwant  %s", err, c.want)
		}
	}
}

// A Confusion that is nil or only partly filled in has the scores of the
// existing counts.
func TestIncompleteConfusions(t *testing.T) {
	for _, c := range []struct {
		confusion *mlp.Confusion
		whole     *mlp.Confusion
	}{
		{&mlp.Confusion{Counts: [][]int{{4, 1}, {2, 3}}}, &mlp.Confusion{Counts: [][]int{{4, 1}, {2, 3}}, Names: []string{"0", "1"}}},
		{&mlp.Confusion{Counts: [][]int{{4, 1, 2}, nil, {3}}, Names: []string{"a"}}, &mlp.Confusion{Counts: [][]int{{4, 1, 2}, {0, 0, 0}, {3, 0, 0}}, Names: []string{"a", "1", "2"}}},
		{&mlp.Confusion{Counts: [][]int{{4, 1, 2}}}, &mlp.Confusion{Counts: [][]int{{4, 1, 2}, {0, 0, 0}, {0, 0, 0}}, Names: []string{"0", "1", "2"}}},
	} {
		all := func(c *mlp.Confusion) string {
			return fmt.Sprint(c, c.Accuracy(), c.BalancedAccuracy(), c.Matthews(), c.Kappa(), c.Macro(), c.Weighted(), c.Report(), c.Class(0), c.Class(2), c.Class(-1), c.Class(3))
		}
		if got, want := all(c.confusion), all(c.whole); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
	if got := (&mlp.Confusion{}).Class(0); got != (mlp.ClassScores{}) {
		t.Errorf("no class has %+v", got)
	}
}

// Merged, the counts of parts are those of all rows.
func TestConfusionMerge(t *testing.T) {
	y, yhat := []int{0, 1, 2, 2, 1, 0, 0}, []int{0, 2, 2, 1, 1, 0, 2}
	names := []string{"a", "b", "c"}
	want, err := mlp.ConfusionOf(y, yhat, names...)
	if err != nil {
		t.Fatal(err)
	}
	var sum mlp.Confusion
	for _, part := range [][2]int{{4, 7}, {0, 1}, {1, 4}} {
		c, err := mlp.ConfusionOf(y[part[0]:part[1]], yhat[part[0]:part[1]], names...)
		if err != nil {
			t.Fatal(err)
		}
		before := c.String()
		if err := sum.Merge(c); err != nil {
			t.Fatal(err)
		}
		if err := sum.Merge(&mlp.Confusion{}); err != nil {
			t.Fatal(err)
		}
		if c.String() != before {
			t.Errorf("the part has become\n%v", c)
		}
	}
	if !reflect.DeepEqual(&sum, want) {
		t.Errorf("got\n%v\nwant\n%v", &sum, want)
	}
	partly := &mlp.Confusion{Counts: [][]int{{1, 2, 3}}}
	if err := partly.Merge(&mlp.Confusion{Counts: [][]int{{}, {4}, {0, 0, 5}}}); err != nil || fmt.Sprint(partly.Counts) != "[[1 2 3] [4 0 0] [0 0 5]]" {
		t.Errorf("%v, %v", partly.Counts, err)
	}

	for text, other := range map[string]*mlp.Confusion{
		"3 classes and 2": {Counts: [][]int{{1, 0}, {0, 1}}},
		`class 1 is "b" in one and "x" in the other`:                              {Counts: [][]int{{1, 0, 0}, nil, nil}, Names: []string{"a", "x", "c"}},
		fmt.Sprintf("counts of 1 and %d rows of class 1 as class 1", math.MaxInt): {Counts: [][]int{nil, {0, math.MaxInt}, {0, 0, 0}}, Names: names},
		"counts of 2 and -1 rows of class 0 as class 0":                           {Counts: [][]int{{-1, 0, 0}, nil, nil}, Names: names},
		"a confusion matrix is nil":                                               nil,
	} {
		if err := sum.Merge(other); err == nil || err.Error() != "mlp: Confusion.Merge: "+text {
			t.Errorf("error %v\nwant  mlp: Confusion.Merge: %s", err, text)
		}
	}
	many := &mlp.Confusion{Counts: make([][]int, 10_001)}
	if err := new(mlp.Confusion).Merge(many); err == nil || err.Error() != "mlp: Confusion.Merge: 10001 classes, at most 10000 are possible" {
		t.Errorf("error %v", err)
	}
	if !reflect.DeepEqual(&sum, want) {
		t.Errorf("an error changes the counts to\n%v", &sum)
	}
}

func TestTopKAccuracyCountsTheFirstOfEquals(t *testing.T) {
	yhat := mat.NewDense(1, 4, []float64{0.1, 0.3, 0.3, 0.3})
	for class, want := range [][4]float64{{0, 0, 0, 1}, {1, 1, 1, 1}, {0, 1, 1, 1}, {0, 0, 1, 1}} {
		for k := 1; k <= 4; k++ {
			got, err := mlp.TopKAccuracy(testkit.TargetsOf([]int{class}, 4), yhat, k)
			if err != nil || got != want[k-1] {
				t.Errorf("class %d, k = %d: %v, %v, want %v", class, k, got, err, want[k-1])
			}
		}
	}
}

// Views into larger matrices and matrices that are not a *mat.Dense give the
// same results.
func TestMetricsTakeAnyMatrix(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	wide, labels := mat.NewDense(50, 3, nil), mat.NewDense(50, 3, nil)
	for i := range 50 {
		wide.Set(i, 1, rng.Float64())
		labels.Set(i, 1, float64(rng.IntN(2)))
	}
	view, y := wide.Slice(0, 50, 1, 2), labels.Slice(0, 50, 1, 2)
	wide0, labels0 := mat.DenseCopyOf(wide), mat.DenseCopyOf(labels)
	for name, metric := range map[string]func(y, yhat mat.Matrix) (float64, error){
		"LogLoss": mlp.LogLoss, "BrierScore": mlp.BrierScore, "ROCAUC": mlp.ROCAUC, "AveragePrecision": mlp.AveragePrecision,
		"MSE": mlp.MSE, "RMSE": mlp.RMSE, "MedianAbsoluteError": mlp.MedianAbsoluteError, "ExplainedVariance": mlp.ExplainedVariance,
	} {
		want, err := metric(mat.DenseCopyOf(y), mat.DenseCopyOf(view))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := metric(y, view); err != nil || got != want {
			t.Errorf("%s of views: %v, %v, want %v", name, got, err, want)
		}
		if got, err := metric(y.T().T(), mat.DenseCopyOf(view).T().T()); err != nil || got != want {
			t.Errorf("%s of other matrices: %v, %v, want %v", name, got, err, want)
		}
	}
	if !mat.Equal(wide, wide0) || !mat.Equal(labels, labels0) {
		t.Error("a metric wrote to its arguments")
	}
}

// A million errors of a tenth add up without rounding error.
func TestMetricsAddUpAccurately(t *testing.T) {
	const rows = 1e6
	y, yhat := mat.NewDense(rows, 1, nil), mat.NewDense(rows, 1, nil)
	for i := range int(rows) {
		yhat.Set(i, 0, 0.1)
	}
	if got, err := mlp.MAE(y, yhat); err != nil || got != 0.1 {
		t.Errorf("MAE %v, %v, want 0.1", got, err)
	}
	if got, err := mlp.RMSE(y, yhat); err != nil || got != 0.1 {
		t.Errorf("RMSE %v, %v, want 0.1", got, err)
	}
}

// The area under the ROC is the share of pairs in the right order.
func TestROCAUCCountsPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		const rows = 40
		y, yhat := mat.NewDense(rows, 1, nil), mat.NewDense(rows, 1, nil)
		for i := range rows {
			y.Set(i, 0, float64(i%2))
			yhat.Set(i, 0, float64(rng.IntN(10)))
		}
		right := 0.0
		for i := 0; i < rows; i += 2 {
			for j := 1; j < rows; j += 2 {
				switch d := yhat.At(j, 0) - yhat.At(i, 0); {
				case d > 0:
					right++
				case d == 0:
					right += 0.5
				}
			}
		}
		if got, err := mlp.ROCAUC(y, yhat); err != nil || got != right/(rows*rows/4) {
			t.Errorf("ROCAUC %v, %v, want %v", got, err, right/(rows*rows/4))
		}
	}
}

// R² does not depend on the unit of the numbers.
func TestR2OfAnySize(t *testing.T) {
	y, yhat := columnOf(1, 2, 3, 5), columnOf(1.5, 2, 2.5, 5)
	want, err := mlp.R2(y, yhat)
	if err != nil {
		t.Fatal(err)
	}
	for _, exp := range []int{-1060, -1000, -600, -100, 100, 600, 1000, 1021} {
		got, err := mlp.R2(scaledBy(y, math.Ldexp(1, exp)), scaledBy(yhat, math.Ldexp(1, exp)))
		if got != want || err != nil {
			t.Errorf("times 2^%d: %v, %v, want %v", exp, got, err, want)
		}
	}
	if got, err := mlp.R2(columnOf(-math.MaxFloat64, math.MaxFloat64), columnOf(-math.MaxFloat64, math.MaxFloat64)); got != 1 || err != nil {
		t.Errorf("R² of the largest numbers is %v, %v, want 1", got, err)
	}
}

// The root of the mean of squares is finite even if the squares are not.
func TestRMSEOfAnySize(t *testing.T) {
	y, yhat := columnOf(1, 2, 4, 0), columnOf(2, 1.5, 4, 0.25)
	want, err := mlp.RMSE(y, yhat)
	if err != nil {
		t.Fatal(err)
	}
	for _, exp := range []int{-1050, -1000, -600, -540, 511, 600, 1000, 1020} {
		got, err := mlp.RMSE(scaledBy(y, math.Ldexp(1, exp)), scaledBy(yhat, math.Ldexp(1, exp)))
		if got = math.Ldexp(got, -exp); !(math.Abs(got-want) <= 1e-7*want) || exp > -1000 && got != want || err != nil {
			t.Errorf("times 2^%d: %v, %v, want %v", exp, got, err, want)
		}
	}
	for _, c := range []struct{ y, yhat, want float64 }{
		{1e300, 1e300, 0},
		{0, math.MaxFloat64, math.MaxFloat64},
		{0, math.SmallestNonzeroFloat64, math.SmallestNonzeroFloat64},
		{-math.MaxFloat64, math.MaxFloat64, inf}, // which no number is
	} {
		if got, err := mlp.RMSE(columnOf(c.y, c.y), columnOf(c.yhat, c.yhat)); got != c.want || err != nil {
			t.Errorf("%g for %g: %v, %v, want %v", c.yhat, c.y, got, err, c.want)
		}
	}
}

func TestExplainedVarianceOfAnyScale(t *testing.T) {
	y, yhat := mat.NewDense(3, 1, []float64{1, 2, 4}), mat.NewDense(3, 1, []float64{2, 1, 3})
	want, err := mlp.ExplainedVariance(y, yhat)
	if err != nil {
		t.Fatal(err)
	}
	for _, exp := range []int{-1070, -700, -540, 512, 700, 1020} {
		var a, b mat.Dense
		a.Scale(math.Ldexp(1, exp), y)
		b.Scale(math.Ldexp(1, exp), yhat)
		if got, err := mlp.ExplainedVariance(&a, &b); err != nil || got != want {
			t.Errorf("times 2^%d: %v, %v, want %v", exp, got, err, want)
		}
	}
}
