package mlp_test

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// The scores as defined by scikit-learn's multilabel_confusion_matrix,
// precision_recall_fscore_support with zero_division=0, hamming_loss and
// accuracy_score. No row has the last label.
func TestLabelReport(t *testing.T) {
	y := mat.NewDense(5, 4, []float64{
		1, 0, 1, 0,
		1, 1, 0, 0,
		0, 1, 0, 0,
		0, 0, 0, 0,
		1, 0, 0, 0,
	})
	yhat := mat.NewDense(5, 4, []float64{
		1, 1, 1, 0,
		0, 1, 0, 0,
		0, 1, 0, 1,
		0, 0, 0, 0,
		1, 0, 1, 0,
	})
	r, err := mlp.NewLabelReport(y, yhat, "red", "green", "blue", "black")
	if err != nil {
		t.Fatal(err)
	}
	for j, want := range [][][]int{{{2, 0}, {1, 2}}, {{2, 1}, {0, 2}}, {{3, 1}, {0, 1}}, {{4, 1}, {0, 0}}} {
		if got := r.Confusions[j].Counts; !slices.EqualFunc(got, want, slices.Equal[[]int]) {
			t.Errorf("label %d: counts %v, want %v", j, got, want)
		}
	}
	for i, want := range []mlp.ClassScores{
		{Name: "red", Precision: 1, Recall: 2. / 3, F1: 0.8, Support: 3},
		{Name: "green", Precision: 2. / 3, Recall: 1, F1: 0.8, Support: 2},
		{Name: "blue", Precision: 0.5, Recall: 1, F1: 2. / 3, Support: 1},
		{Name: "black"},
		{Name: "micro avg", Precision: 5. / 8, Recall: 5. / 6, F1: 5. / 7, Support: 6},
		{Name: "macro avg", Precision: 13. / 24, Recall: 2. / 3, F1: 17. / 30, Support: 6},
		{Name: "weighted avg", Precision: 29. / 36, Recall: 5. / 6, F1: 7. / 9, Support: 6},
	} {
		got := append(slices.Clone(r.Labels), r.Micro, r.Macro, r.Weighted)[i]
		if got.Name != want.Name || got.Support != want.Support {
			t.Errorf("got %+v, want %+v", got, want)
		}
		near(t, want.Name+": precision", got.Precision, want.Precision, 1e-15)
		near(t, want.Name+": recall", got.Recall, want.Recall, 1e-15)
		near(t, want.Name+": F1", got.F1, want.F1, 1e-15)
	}
	near(t, "accuracy", r.Accuracy, 0.8, 0)
	near(t, "exact", r.Exact, 0.2, 0)
	const table = `              precision    recall  f1-score   support

         red       1.00      0.67      0.80         3
       green       0.67      1.00      0.80         2
        blue       0.50      1.00      0.67         1
       black       0.00      0.00      0.00         0

   micro avg       0.62      0.83      0.71         6
   macro avg       0.54      0.67      0.57         6
weighted avg       0.81      0.83      0.78         6
`
	if got := r.String(); got != table {
		t.Errorf("got\n%swant\n%s", got, table)
	}
	if r, err := mlp.NewLabelReport(y, yhat); err != nil || r.Labels[3].Name != "3" {
		t.Errorf("without names: %v, %v", r, err)
	}
	for _, c := range []struct {
		metric func() error
		want   string
	}{
		{func() error { return second(mlp.NewLabelReport(y, yhat, "red")) }, "mlp: NewLabelReport: 1 names for 4 labels"},
		{func() error { return second(mlp.NewLabelReport(y, with(yhat, 2, 1, 0.5))) }, "mlp: NewLabelReport: yhat[2,1] is 0.5, want 0 or 1"},
		{func() error { return second(mlp.NewLabelReport(with(y, 2, 1, 2), yhat)) }, "mlp: NewLabelReport: y[2,1] is 2, want 0 or 1"},
		{func() error { return second(mlp.NewLabelReport(y, y.Slice(0, 5, 0, 3))) }, "mlp: NewLabelReport: yhat has 3 columns, y has 4"},

		// Metrics for classes, of which each row has one.
		{func() error { return second(mlp.ErrorRate(y, yhat)) }, "mlp: ErrorRate: y row 0 has 2 labels, want one class; NewLabelReport compares labels"},
		{func() error { return second(mlp.Accuracy(with(y, 0, 0, 0.5), yhat)) }, "mlp: Accuracy: y row 1 has 2 labels, want one class; NewLabelReport compares labels"},
		{func() error { return second(mlp.OneHotErrorRate(yhat, y)) }, "mlp: OneHotErrorRate: y row 0 has 3 labels, want one class; NewLabelReport compares labels"},
		{func() error { return second(mlp.OneHotErrorRate(y.Slice(2, 3, 0, 4), y.Slice(3, 4, 0, 4))) }, "mlp: OneHotErrorRate: yhat row 0 has 0 labels, want one class; NewLabelReport compares labels"},
		{func() error { return second(mlp.NewConfusion(y, yhat)) }, "mlp: NewConfusion: y row 0 sums to 2, want one-hot rows or probabilities"},
		{func() error { return second(mlp.LogLoss(y, yhat)) }, "mlp: LogLoss: y row 0 sums to 2, want one-hot rows or probabilities"},
		{func() error { return second(mlp.BalancedClassWeights(y)) }, "mlp: BalancedClassWeights: y row 0 sums to 2, want one-hot rows or probabilities"},
	} {
		if err := c.metric(); err == nil || err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
}
