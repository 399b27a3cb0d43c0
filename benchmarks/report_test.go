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
{"peer": "torch f32", "workload": "P2-W3", "metric": "rows_per_s", "value": 500}
`

func TestReport(t *testing.T) {
	var out strings.Builder
	if err := report(&out, strings.NewReader(measured)); err != nil {
		t.Error(err)
	}
	want := `| workload | mlp | torch f64 | torch f32 | scikit-learn f64 | to the best float64 peer | to torch f32 |
|---|---:|---:|---:|---:|---:|---:|
| W1 seed, µs per step | 3.00 | 60.0 |  | 30.0 | 0.10 |  |
| P2-W3, rows per second | 1000 |  | 500 |  |  | 0.50 |

| figure | specified | mlp | torch f64 | torch f32 | scikit-learn f64 |
|---|---:|---:|---:|---:|---:|
| W1 final loss | 0.254451 | 0.254451 |  |  |  |
`
	if got := out.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestReportWrongLoss(t *testing.T) {
	const wrong = `{"peer": "mlp", "workload": "W6", "metric": "final_train_loss", "value": 0.07305}`
	err := report(&strings.Builder{}, strings.NewReader(wrong))
	if err == nil || err.Error() != "W6: final loss is 0.07305, want 0.07304" {
		t.Errorf("got error %v", err)
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
