package main

import (
	"strings"
	"testing"
)

const measured = `{"peer": "mlp", "workload": "W1", "metric": "us_per_step", "value": 2}
{"peer": "mlp", "workload": "W1", "metric": "us_per_step", "value": 40}
{"peer": "mlp", "workload": "W1", "metric": "us_per_step", "value": 3}
{"peer": "mlp", "workload": "W1", "metric": "final_train_loss", "value": 0.25445086}
{"peer": "torch f64", "workload": "W1", "metric": "us_per_step", "value": 60}
{"peer": "scikit-learn f64", "workload": "W1", "metric": "us_per_step", "value": 30}
{"peer": "mlp", "workload": "P2-W3", "metric": "rows_per_s", "value": 1000}
{"peer": "mlp float32", "workload": "P2-W3", "metric": "rows_per_s", "value": 2000}
{"peer": "torch f32", "workload": "P2-W3", "metric": "rows_per_s", "value": 500}
`

func TestReport(t *testing.T) {
	var out strings.Builder
	if err := report(&out, strings.NewReader(measured)); err != nil {
		t.Error(err)
	}
	want := `| workload | mlp | mlp float32 | torch f64 | torch f32 | scikit-learn f64 | to the best float64 peer | to torch f32 | float32 to torch f32 |
|---|---:|---:|---:|---:|---:|---:|---:|---:|
| W1 seed, µs per step | 3.00 |  | 60.0 |  | 30.0 | 0.10 |  |  |
| P2-W3, rows per second | 1000 | 2000 |  | 500 |  |  | 0.50 | 0.25 |

| figure | specified | mlp | mlp float32 | torch f64 | torch f32 | scikit-learn f64 |
|---|---:|---:|---:|---:|---:|---:|
| W1 final loss | 0.254451 | 0.254451 |  |  |  |  |
`
	if got := out.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// The kernels of OpenBLAS differ in which is faster for what.
const measuredWithKernels = `{"peer": "torch f32", "workload": "W3", "metric": "us_per_step", "value": 400, "kernels": "Haswell"}
{"peer": "torch f32", "workload": "W3", "metric": "us_per_step", "value": 100, "kernels": "SkylakeX"}
{"peer": "torch f32", "workload": "W3", "metric": "us_per_step", "value": 300, "kernels": "Haswell"}
{"peer": "torch f32", "workload": "W3", "metric": "us_per_step", "value": 390, "kernels": "SkylakeX"}
{"peer": "torch f32", "workload": "W3", "metric": "us_per_step", "value": 310, "kernels": "Haswell"}
{"peer": "torch f32", "workload": "W3", "metric": "us_per_step", "value": 380, "kernels": "SkylakeX"}
{"peer": "torch f32", "workload": "W3", "metric": "final_train_loss", "value": 0.25, "kernels": "SkylakeX"}
{"peer": "torch f32", "workload": "W3", "metric": "final_train_loss", "value": 0.5, "kernels": "Haswell"}
{"peer": "mlp float32", "workload": "W3", "metric": "us_per_step", "value": 155}
{"peer": "torch f64", "workload": "P2-W3", "metric": "rows_per_s", "value": 1000, "kernels": "Haswell"}
{"peer": "torch f64", "workload": "P2-W3", "metric": "rows_per_s", "value": 2000, "kernels": "SkylakeX"}
{"peer": "torch f32", "workload": "START", "metric": "ms_to_first_prediction", "value": 800}
`

func TestReportFasterKernels(t *testing.T) {
	var out strings.Builder
	if err := report(&out, strings.NewReader(measuredWithKernels)); err != nil {
		t.Error(err)
	}
	want := `| workload | mlp | mlp float32 | torch f64 | torch f32 | scikit-learn f64 | to the best float64 peer | to torch f32 | float32 to torch f32 |
|---|---:|---:|---:|---:|---:|---:|---:|---:|
| W3 fashion, µs per step |  | 155 |  | 310 |  |  |  | 0.50 |
| P2-W3, rows per second |  |  | 2000 |  |  |  |  |  |
| START, ms |  |  |  | 800 |  |  |  |  |

| figure | specified | mlp | mlp float32 | torch f64 | torch f32 | scikit-learn f64 |
|---|---:|---:|---:|---:|---:|---:|
| W3 final loss | 0.335309 |  |  |  | 0.500000 |  |

| kernels of OpenBLAS | torch f64 | torch f32 | scikit-learn f64 |
|---|---:|---:|---:|
| W3 |  | Haswell |  |
| P2-W3 | SkylakeX |  |  |
`
	if got := out.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// Only the library has figures for frozen networks; they are compared with what
// the peers take in any case.
const measuredFrozen = `{"peer": "mlp", "workload": "P1-W1", "metric": "us_per_predict", "value": 4}
{"peer": "mlp frozen", "workload": "P1-W1", "metric": "us_per_predict", "value": 2}
{"peer": "mlp float32 frozen", "workload": "P1-W1", "metric": "us_per_predict", "value": 1}
{"peer": "torch f32", "workload": "P1-W1", "metric": "us_per_predict", "value": 10, "kernels": "Haswell"}
{"peer": "torch f32", "workload": "P1-W3", "metric": "us_per_predict", "value": 20, "kernels": "Haswell"}
`

func TestReportFrozen(t *testing.T) {
	var out strings.Builder
	if err := report(&out, strings.NewReader(measuredFrozen)); err != nil {
		t.Error(err)
	}
	want := `| workload | mlp | mlp float32 | torch f64 | torch f32 | scikit-learn f64 | to the best float64 peer | to torch f32 | float32 to torch f32 |
|---|---:|---:|---:|---:|---:|---:|---:|---:|
| P1-W1, µs per row | 4.00 |  |  | 10.0 |  |  | 0.40 |  |
| P1-W1 frozen, µs per row | 2.00 | 1.00 |  | 10.0 |  |  | 0.20 | 0.10 |
| P1-W3, µs per row |  |  |  | 20.0 |  |  |  |  |

| figure | specified | mlp | mlp float32 | torch f64 | torch f32 | scikit-learn f64 |
|---|---:|---:|---:|---:|---:|---:|

| kernels of OpenBLAS | torch f64 | torch f32 | scikit-learn f64 |
|---|---:|---:|---:|
| P1-W1 |  | Haswell |  |
| P1-W3 |  | Haswell |  |
`
	if got := out.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestReportWrongLoss(t *testing.T) {
	for _, test := range []struct{ line, want string }{
		{
			`{"peer": "mlp", "workload": "W6", "metric": "final_train_loss", "value": 0.07305}`,
			"W6: final loss is 0.07305, want 0.07304",
		},
		{
			`{"peer": "mlp float32", "workload": "W6", "metric": "final_train_loss", "value": 0.0804}`,
			"W6 float32: final loss is 0.08040, want about 0.07304",
		},
		{`{"peer": "mlp float32", "workload": "W6", "metric": "final_train_loss", "value": 0.0743}`, ""},
		{`{"peer": "mlp float32", "workload": "W3", "metric": "test_acc", "value": 0.866}`, ""},
		{`{"peer": "torch f32", "workload": "W6", "metric": "final_train_loss", "value": 5}`, ""},
	} {
		got := ""
		if err := report(&strings.Builder{}, strings.NewReader(test.line)); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s: got error %q, want %q", test.line, got, test.want)
		}
	}
}

func TestSignificant(t *testing.T) {
	for _, test := range []struct {
		value  float64
		digits int
		want   string
	}{
		{0, 3, "0"},
		{4.2318e-05, 4, "4.232e-05"},
		{0.0730400, 4, "0.07304"},
		{6.9134, 4, "6.913"},
		{894123, 3, "894123"},
	} {
		if got := significant(test.value, test.digits); got != test.want {
			t.Errorf("significant(%v, %d) is %q, want %q", test.value, test.digits, got, test.want)
		}
	}
}
