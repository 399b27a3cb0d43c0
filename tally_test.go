package mlp_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// tallied are the metrics that add up.
var tallied = []mlp.Metric{mlp.MetricUsual, mlp.MetricAccuracy, mlp.MetricLogLoss, mlp.MetricBrierScore, mlp.MetricR2, mlp.MetricRMSE, mlp.MetricMAE}

// judgedRows returns targets and answers for a task.
func judgedRows(rng *rand.Rand, task mlp.Task, rows, cols int) (y, answers *mat.Dense) {
	y, answers = mat.NewDense(rows, cols, nil), mat.NewDense(rows, cols, nil)
	for i := range rows {
		t, a := y.RawRowView(i), answers.RawRowView(i)
		sum := 0.0
		for j := range cols {
			a[j] = rng.Float64()
			sum += a[j]
			switch task {
			case mlp.Binary:
				t[j] = float64(rng.IntN(2))
			case mlp.Margin:
				t[j], a[j] = float64(rng.IntN(2)), a[j]-0.5
			case mlp.Regression:
				t[j], a[j] = 1e6+rng.NormFloat64(), 1e6+rng.NormFloat64()
			case mlp.Counting:
				t[j] = float64(rng.IntN(9))
			}
		}
		if task == mlp.Multiclass {
			for j := range a {
				a[j] /= sum
			}
			if i%3 > 0 {
				t[rng.IntN(cols)] = 1
			} else { // probabilities
				t[0], t[cols-1] = 0.25, 0.75
			}
		}
	}
	return y, answers
}

func newTally(t *testing.T, metric mlp.Metric, task mlp.Task) *mlp.Tally {
	t.Helper()
	tally, err := mlp.NewTally(metric, task)
	if err != nil {
		t.Fatal(err)
	}
	return tally
}

func tallyBytes(t *testing.T, tally *mlp.Tally) []byte {
	t.Helper()
	b, err := tally.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// parts adds the rows in random order, in parts of random sizes, to tallies that
// travel as bytes or text and are merged in random order.
func parts(t *testing.T, rng *rand.Rand, metric mlp.Metric, task mlp.Task, y, answers *mat.Dense) *mlp.Tally {
	t.Helper()
	rows, cols := y.Dims()
	order := rng.Perm(rows)
	machines := make([]*mlp.Tally, 1+rng.IntN(4)) // of which some may have no rows
	for i := range machines {
		machines[i] = newTally(t, metric, task)
	}
	for len(order) > 0 {
		n := 1 + rng.IntN(len(order))
		a, b := mat.NewDense(n, cols, nil), mat.NewDense(n, cols, nil)
		for i, row := range order[:n] {
			a.SetRow(i, y.RawRowView(row))
			b.SetRow(i, answers.RawRowView(row))
		}
		order = order[n:]
		if err := machines[rng.IntN(len(machines))].Add(a, b); err != nil {
			t.Fatal(err)
		}
	}
	sum := &mlp.Tally{}
	for i, k := range rng.Perm(len(machines)) {
		read := &mlp.Tally{}
		var text []byte
		err := read.UnmarshalBinary(tallyBytes(t, machines[k]))
		if err == nil {
			text, err = json.Marshal(read)
		}
		if err == nil {
			err = json.Unmarshal(text, read)
		}
		if i == 0 {
			sum = read
		} else if err == nil {
			err = sum.Merge(read)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return sum
}

// A tally is Metric.Of for all rows, and the same bytes for any order and any
// parts.
func TestTallyIsMetric(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	checked := 0
	for _, task := range []mlp.Task{mlp.Binary, mlp.Multiclass, mlp.Regression, mlp.Margin, mlp.Counting} {
		for _, cols := range []int{1, 3} {
			if task == mlp.Multiclass && cols == 1 {
				continue
			}
			y, answers := judgedRows(rng, task, 60, cols)
			for _, metric := range tallied {
				want, err := metric.Of(task, y, answers)
				if err != nil {
					continue
				}
				name := fmt.Sprintf("%v of %v, %d columns", metric, task, cols)
				whole := newTally(t, metric, task)
				if err := whole.Add(y, answers); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				got, err := whole.Value()
				if err != nil || !(math.Abs(got-want) <= 1e-13*max(1, math.Abs(want))) {
					t.Errorf("%s: %v, %v, want %v", name, got, err, want)
				}
				for range 3 {
					sum := parts(t, rng, metric, task, y, answers)
					if v, err := sum.Value(); err != nil || v != got || !bytes.Equal(tallyBytes(t, sum), tallyBytes(t, whole)) {
						t.Errorf("%s: in parts %v, %v, want %v and the same bytes", name, v, err, got)
					}
				}
				checked++
			}
		}
	}
	if checked != 32 {
		t.Errorf("%d metrics, want 32", checked)
	}
}

// The sums are exact for numbers of all sizes.
func TestTallyIsExact(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	draws := []func() float64{
		func() float64 { return math.Float64frombits(rng.Uint64() &^ (1 << 62)) }, // of any size below 2
		func() float64 { return math.Float64frombits(rng.Uint64() >> 12) },        // subnormal
		func() float64 { return math.Ldexp(rng.NormFloat64(), 1000-rng.IntN(2)*900) },
		func() float64 { return float64(rng.IntN(3)) },
	}
	rat := func(v float64) *big.Rat { return new(big.Rat).SetFloat64(v) }
	for k, draw := range draws {
		for range 20 {
			n := 2 + rng.IntN(20)
			y, answers := mat.NewDense(n, 1, nil), mat.NewDense(n, 1, nil)
			absolute, squares, targets := new(big.Rat), new(big.Rat), new(big.Rat)
			for i := range n {
				y.Set(i, 0, draw())
				answers.Set(i, 0, draw())
				r := rat(answers.At(i, 0) - y.At(i, 0))
				targets.Add(targets, rat(y.At(i, 0)))
				absolute.Add(absolute, new(big.Rat).Abs(r))
				squares.Add(squares, r.Mul(r, r))
			}
			rows := rat(float64(n))
			mae, _ := new(big.Rat).Quo(absolute, rows).Float64()
			mean := targets.Quo(targets, rows)
			total := new(big.Rat)
			for i := range n {
				d := rat(y.At(i, 0))
				total.Add(total, d.Mul(d.Sub(d, mean), d))
			}
			r2 := 0.0
			if total.Sign() > 0 {
				r2, _ = new(big.Rat).Sub(big.NewRat(1, 1), new(big.Rat).Quo(squares, total)).Float64()
			} else if squares.Sign() == 0 {
				r2 = 1
			}
			root := new(big.Float).SetPrec(5000).SetRat(squares.Quo(squares, rows))
			rmse, _ := root.Sqrt(root).Float64()
			for metric, want := range map[mlp.Metric]float64{mlp.MetricMAE: mae, mlp.MetricR2: max(r2, -math.MaxFloat64), mlp.MetricRMSE: rmse} {
				got, err := parts(t, rng, metric, mlp.Regression, y, answers).Value()
				if err != nil || got != want {
					t.Errorf("numbers of kind %d: %v is %v, %v, want %v", k, metric, got, err, want)
				}
			}
		}
	}
}

// Evaluate asks the network as Metric.Evaluate does, with its threshold.
func TestTallyEvaluate(t *testing.T) {
	x, kinds, targets := members(t, 1)
	checked := 0
	for kind, nets := range kinds {
		net, y := nets[0], targets[kind]
		_, cols := y.Dims()
		for _, metric := range tallied {
			want, err := metric.Evaluate(net, x, y)
			if err != nil {
				continue
			}
			tally := newTally(t, metric, net.Loss().Task())
			for lo := 0; lo < 60; lo += 25 {
				hi := min(lo+25, 60)
				if err := tally.Evaluate(net, x.Slice(lo, hi, 0, 4), y.Slice(lo, hi, 0, cols)); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := tally.Value(); err != nil || !(math.Abs(got-want) <= 1e-12*max(1, math.Abs(want))) {
				t.Errorf("%v of %s: %v, %v, want %v", metric, kind, got, err, want)
			}
			checked++
		}
	}
	if checked != 12 {
		t.Errorf("%d metrics, want 12", checked)
	}
}

func TestTallyErrors(t *testing.T) {
	for want, try := range map[string]func() error{
		"NewTally: roc_auc cannot be added up, since it takes all rows at once: see Metric.Of":                                     func() error { _, err := mlp.NewTally(mlp.MetricROCAUC, mlp.Binary); return err },
		"NewTally: average_precision cannot be added up, since it takes all rows at once: see Metric.Of":                           func() error { _, err := mlp.NewTally(mlp.MetricAveragePrecision, mlp.Binary); return err },
		"NewTally: brier_score is not for margin, which has accuracy, balanced_accuracy, f1, f1_macro, roc_auc, average_precision": func() error { _, err := mlp.NewTally(mlp.MetricBrierScore, mlp.Margin); return err },
		"NewTally: f1_macro follows from counts: see Confusion.Merge":                                                              func() error { _, err := mlp.NewTally(mlp.MetricMacroF1, mlp.Binary); return err },
		"NewTally: rmse is not for binary, which has accuracy, balanced_accuracy, f1, f1_macro, roc_auc, average_precision, log_loss, brier_score": func() error {
			_, err := mlp.NewTally(mlp.MetricRMSE, mlp.Binary)
			return err
		},
		"NewTally: Task(0) is no task":                                        func() error { _, err := mlp.NewTally(mlp.MetricRMSE, 0); return err },
		"Tally.Value: no rows":                                                func() error { _, err := newTally(t, mlp.MetricRMSE, mlp.Regression).Value(); return err },
		"Tally.Value: the tally is nil or zero, NewTally makes one":           func() error { _, err := (&mlp.Tally{}).Value(); return err },
		"Tally.Add: the tally is nil or zero, NewTally makes one":             func() error { return (*mlp.Tally)(nil).Add(columnOf(1), columnOf(1)) },
		"Tally.Evaluate: the tally is nil or zero, NewTally makes one":        func() error { return (&mlp.Tally{}).Evaluate(nil, nil, nil) },
		"Tally.MarshalBinary: the tally is nil or zero, NewTally makes one":   func() error { _, err := (&mlp.Tally{}).MarshalBinary(); return err },
		"Tally.MarshalText: the tally is nil or zero, NewTally makes one":     func() error { _, err := (&mlp.Tally{}).MarshalText(); return err },
		"Tally.UnmarshalBinary: the tally is nil":                             func() error { return (*mlp.Tally)(nil).UnmarshalBinary(nil) },
		"Tally.UnmarshalText: illegal base64 data at input byte 0":            func() error { return (&mlp.Tally{}).UnmarshalText([]byte("!")) },
		"Tally.Evaluate: want a network that Model has made":                  func() error { return newTally(t, mlp.MetricRMSE, mlp.Regression).Evaluate(nil, nil, nil) },
		"Tally.Evaluate: the network is for multiclass, the tally for binary": func() error { return newTally(t, mlp.MetricAccuracy, mlp.Binary).Evaluate(classifier(t), nil, nil) },
	} {
		if err := try(); err == nil || err.Error() != "mlp: "+want {
			t.Errorf("error %v\nwant  mlp: %s", err, want)
		}
	}
}

// An error leaves a tally as it was.
func TestTallyKeepsWhatItHas(t *testing.T) {
	two := mat.NewDense(1, 2, []float64{1, 2})
	for _, metric := range []mlp.Metric{mlp.MetricR2, mlp.MetricRMSE, mlp.MetricMAE} {
		tally := newTally(t, metric, mlp.Regression)
		if err := tally.Add(columnOf(1, 2, 4), columnOf(1, 3, 5)); err != nil {
			t.Fatal(err)
		}
		before := tallyBytes(t, tally)
		wide := newTally(t, metric, mlp.Regression)
		if err := wide.Add(two, two); err != nil {
			t.Fatal(err)
		}
		for want, err := range map[string]error{
			"mlp: Tally.Add: the difference of the answer -1.7e+308 and the target 1.7e+308 in row 1, column 0, is -Inf: not finite": tally.Add(columnOf(1, 1.7e308), columnOf(2, -1.7e308)),
			"mlp: Tally.Add: y[0,0] is NaN: not finite":                                tally.Add(columnOf(nan), columnOf(2)),
			"mlp: Tally.Add: yhat has 1 rows, y has 2":                                 tally.Add(columnOf(1, 2), columnOf(2)),
			"mlp: Tally.Add: targets of 1 columns and of 2":                            tally.Add(two, two),
			"mlp: Tally.Merge: targets of 1 columns and of 2":                          tally.Merge(wide),
			"mlp: Tally.Merge: a tally for regression and one for counting":            tally.Merge(newTally(t, metric, mlp.Counting)),
			"mlp: Tally.Merge: the tally is nil or zero, NewTally makes one":           tally.Merge(nil),
			"mlp: Tally.Merge: a tally of " + metric.String() + " and one of accuracy": tally.Merge(newTally(t, mlp.MetricAccuracy, mlp.Binary)),
			"mlp: Tally.UnmarshalBinary: the bytes are not those of a tally":           tally.UnmarshalBinary(before[:len(before)-1]),
		} {
			if err == nil || err.Error() != want {
				t.Errorf("error %v\nwant  %s", err, want)
			}
		}
		if !bytes.Equal(tallyBytes(t, tally), before) {
			t.Errorf("%v: an error changes the tally", metric)
		}
	}
	if err := newTally(t, mlp.MetricRMSE, mlp.Regression).Add(columnOf(1), columnOf(inf)); !errors.Is(err, mlp.ErrNotFinite) {
		t.Errorf("error %v", err)
	}
}

// Merged with itself, a tally has each row twice.
func TestTallyMergesItself(t *testing.T) {
	tally := newTally(t, mlp.MetricR2, mlp.Regression)
	if err := tally.Add(columnOf(3), columnOf(3)); err != nil {
		t.Fatal(err)
	}
	if v, err := tally.Value(); err != nil || !math.IsNaN(v) {
		t.Errorf("R² of a row: %v, %v", v, err)
	}
	if err := tally.Merge(tally); err != nil {
		t.Fatal(err)
	}
	if v, err := tally.Value(); err != nil || v != 1 {
		t.Errorf("R² of equal targets that are predicted: %v, %v", v, err)
	}
	if err := tally.Add(columnOf(3), columnOf(4)); err != nil {
		t.Fatal(err)
	}
	if v, err := tally.Value(); err != nil || v != 0 {
		t.Errorf("R² of equal targets that are not predicted: %v, %v", v, err)
	}
}

func TestTallyGob(t *testing.T) {
	tally := newTally(t, mlp.MetricMAE, mlp.Counting)
	if err := tally.Add(columnOf(3, 4), columnOf(3.5, 1)); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	var read mlp.Tally
	if err := gob.NewEncoder(&b).Encode(tally); err != nil {
		t.Fatal(err)
	}
	if err := gob.NewDecoder(&b).Decode(&read); err != nil {
		t.Fatal(err)
	}
	if v, err := read.Value(); err != nil || v != 1.75 {
		t.Errorf("%v, %v", v, err)
	}
}

// Whatever the bytes are, a tally of them has a value or says that it has none, and
// is written as them.
func FuzzTally(f *testing.F) {
	for _, metric := range []mlp.Metric{mlp.MetricR2, mlp.MetricRMSE, mlp.MetricMAE} {
		tally, err := mlp.NewTally(metric, mlp.Regression)
		if err != nil {
			f.Fatal(err)
		}
		for range 2 {
			b, err := tally.MarshalBinary()
			if err != nil {
				f.Fatal(err)
			}
			f.Add(b)
			if err := tally.Add(columnOf(1, 2.5, -3), columnOf(1e9, 2, 0)); err != nil {
				f.Fatal(err)
			}
		}
	}
	f.Add([]byte("mlp tally\x02"))
	f.Add([]byte("mlp tally\x01\xfe" + strings.Repeat("a", 300)))
	f.Add([]byte("mlp tally\x01\x03mae\x03\x01\xff\xff\xff\xff\xff\xff\xff\xff\x1f"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var tally mlp.Tally
		if err := tally.UnmarshalBinary(b); err != nil {
			if !strings.HasPrefix(err.Error(), "mlp: Tally.UnmarshalBinary: ") {
				t.Errorf("error %v", err)
			}
			return
		}
		if again := tallyBytes(t, &tally); !bytes.Equal(again, b) {
			t.Errorf("%q is written as %q", b, again)
		}
		if _, err := tally.Value(); err == nil {
			err = tally.Merge(&tally)
			if err == nil {
				_, err = tally.Value()
			}
			if err != nil {
				t.Log(err)
			}
		}
	})
}
