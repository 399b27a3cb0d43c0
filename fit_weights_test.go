package mlp_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

func TestSampleWeightsAreRepetitions(t *testing.T) {
	x, classes, _, _ := samples(6)
	counts := []float64{1, 3, 0, 2, 1, 1}
	var rows []int
	for i, n := range counts {
		for range int(n) {
			rows = append(rows, i)
		}
	}
	repeatedX, repeatedY := mat.NewDense(len(rows), 4, nil), mat.NewDense(len(rows), 3, nil)
	for i, r := range rows {
		repeatedX.SetRow(i, x.RawRowView(r))
		repeatedY.SetRow(i, classes.RawRowView(r))
	}
	lossA, a := gradientByFit(t, classifier(t, mlp.WithSeed(2)), x, classes, mlp.FitOptions{SampleWeights: counts})
	lossB, b := gradientByFit(t, classifier(t, mlp.WithSeed(2)), repeatedX, repeatedY, mlp.FitOptions{})
	near(t, "loss", lossA, lossB, 1e-12)
	for i := range a {
		near(t, "gradient", a[i], b[i], 1e-12)
	}
}

// Shuffling keeps the weights with their rows.
func TestSampleWeightsFollowTheirRows(t *testing.T) {
	x, classes, _, _ := samples(40)
	weights := make([]float64, 40)
	for i := range 20 {
		weights[i] = 1 // the other rows do not count, and are wrong
		classes.SetRow(20+i, []float64{1, 0, 0})
	}
	net := classifier(t, mlp.WithSeed(1))
	fit(t, net, x, classes, mlp.FitOptions{Epochs: 300, BatchSize: 4, Optimizer: mlp.Adam{LearningRate: 0.01}, SampleWeights: weights})
	scores, err := net.Evaluate(x.Slice(0, 20, 0, 4), classes.Slice(0, 20, 0, 3))
	if err != nil || scores.Score != 1 {
		t.Errorf("accuracy %v of the rows that count (%v)", scores.Score, err)
	}
}

// Weights that leave no row to train on are rejected, however they come about.
func TestNothingToTrainWith(t *testing.T) {
	x, classes, _, _ := samples(20)
	const share = 0.25
	train, validation, err := mlp.SplitRows(3, classes, share, rand.New(rand.NewPCG(1, 1)))
	if err != nil || len(train) == 0 {
		t.Fatal(train, err)
	}
	apart := make([]float64, 20) // only the validation rows have weight
	for _, i := range validation {
		apart[i] = 1
	}
	zero := mlp.FitOptions{ClassWeights: make([]float64, 3)}
	net := classifier(t, mlp.WithSeed(1))
	_, err1 := net.Fit(t.Context(), x, classes, mlp.FitOptions{SampleWeights: apart, ValidationSplit: share})
	_, err2 := net.FitBatches(t.Context(), inBatches(x, classes, 20), zero)
	_, err3 := mlp.NewTrainer(net, zero)
	for want, err := range map[string]error{
		"mlp: Fit: the weights of all rows are 0": err1,
		"mlp: FitBatches: ClassWeights are all 0": err2,
		"mlp: NewTrainer: ClassWeights are all 0": err3,
	} {
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestBalancedClassWeights(t *testing.T) {
	for _, c := range []struct {
		y    *mat.Dense
		want []float64
	}{
		{mat.NewDense(4, 1, []float64{0, 0, 0, 1}), []float64{4. / 6, 2}},
		{mat.NewDense(4, 3, []float64{1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1}), []float64{4. / 3, 4. / 6, 4. / 3}},
	} {
		got, err := mlp.BalancedClassWeights(c.y)
		if err != nil {
			t.Fatal(err)
		}
		for i := range c.want {
			near(t, "weight", got[i], c.want[i], 1e-15)
		}
	}
	for _, c := range []struct {
		y    mat.Matrix
		want string
	}{
		{nil, "mlp: BalancedClassWeights: y is nil"},
		{mat.NewDense(2, 1, []float64{1, 1}), "mlp: BalancedClassWeights: class 0 has no rows"},
		{mat.NewDense(2, 1, []float64{1, 3}), "mlp: BalancedClassWeights: y[1,0] is 3, want 0 or 1"},
		{mat.NewDense(2, 2, []float64{math.NaN(), 0, 0, 1}), "mlp: BalancedClassWeights: y[0,0] is NaN: not finite"},
	} {
		if _, err := mlp.BalancedClassWeights(c.y); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}
