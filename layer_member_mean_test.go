package mlp_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// memberCases are networks of three members of every type, with and without
// fusion of the loss, for the data of samples.
func memberCases(x *mat.Dense, classes, yes, numbers *mat.Dense) []memberCase {
	scale := mlp.NewNormalization(numbers.RawMatrix().Cols)
	if err := scale.Adapt(numbers); err != nil {
		panic(err)
	}
	counts := mat.DenseCopyOf(yes)
	counts.Scale(3, counts)
	return []memberCase{
		{"classes", mlp.CategoricalCrossEntropy, mlp.Softmax, classes, []mlp.ModelOption{mlp.WithClasses("a", "b", "c")}},
		{"smooth classes", mlp.LabelSmoothing(mlp.CategoricalCrossEntropy, 0.1), mlp.Softmax, classes, nil},
		{"divergence", plainLoss{mlp.CategoricalCrossEntropy}, mlp.Softmax, classes, nil},
		{"yes or no", mlp.BinaryCrossEntropy, mlp.Sigmoid, yes, []mlp.ModelOption{mlp.WithClasses("no", "yes")}},
		{"labels", mlp.BinaryCrossEntropy, mlp.Sigmoid, labels(x), nil},
		{"margins", mlp.SquaredHinge, mlp.Identity, yes, nil},
		{"numbers", mlp.MeanSquaredError, mlp.Identity, numbers, nil},
		{"scaled numbers", mlp.Huber(1), mlp.Identity, numbers, []mlp.ModelOption{mlp.WithTargetScaling(scale)}},
		{"bounded numbers", mlp.MeanSquaredError, mlp.Tanh, numbers, nil},
		{"counts", mlp.Poisson, mlp.Identity, counts, nil},
	}
}

type memberCase struct {
	name string
	loss mlp.Loss
	act  mlp.Activation
	y    *mat.Dense
	opts []mlp.ModelOption
}

const memberCount = 3

// net returns a network of members.
func (c *memberCase) net(t testing.TB, opts ...mlp.ModelOption) mlp.Network {
	units := c.y.RawMatrix().Cols
	return model(t, c.loss, append(append([]mlp.ModelOption{mlp.WithSeed(3)}, c.opts...), opts...),
		mlp.MemberInputs(memberCount, 4, mlp.Normal(0, 1), []int{0, 0, 1, 2}),
		mlp.BatchEnsemble(memberCount, 4, 7, mlp.Tanh),
		mlp.MemberLayers(memberCount, mlp.Dense(7, 5, mlp.SiLU), mlp.Dropout(5, 0.1)),
		mlp.MemberHeads(memberCount, 5, units),
		mlp.MemberMean(memberCount, units, c.act))
}

// plainLoss hides that a loss fuses.
type plainLoss struct{ mlp.Loss }

func (l plainLoss) Name() string { return "unfused_" + l.Loss.Name() }

// never is a schedule of 0.
type never struct{}

func (never) Scale(float64) float64 { return 0 }

// memberOutputs returns the outputs of each member, from the layers alone.
func memberOutputs(net mlp.Network, x *mat.Dense, act mlp.Activation) []*mat.Dense {
	layers := net.Layers()
	for _, l := range layers[:len(layers)-1] {
		x = infer(l, x)
	}
	rows, cols := x.Dims()
	all := make([]*mat.Dense, memberCount)
	for m := range all {
		all[m] = mat.DenseCopyOf(x.Slice(0, rows, m*cols/memberCount, (m+1)*cols/memberCount))
		for i := range rows {
			act.Apply(all[m].RawRowView(i), all[m].RawRowView(i))
		}
	}
	return all
}

// The loss is the mean over the members, everything else comes from their mean.
func TestMembersAnswerTogether(t *testing.T) {
	x, classes, yes, numbers := samples(70)
	for name, p := range precisions {
		for _, c := range memberCases(x, classes, yes, numbers) {
			t.Run(name+"/"+c.name, func(t *testing.T) {
				net := c.net(t, p.option)
				fit(t, net, x, c.y, mlp.FitOptions{Epochs: 2, BatchSize: 16})
				tol := 1e4 * p.roundoff
				outputs := memberOutputs(net, x, c.act)
				loss, mean := 0.0, mat.NewDense(70, c.y.RawMatrix().Cols, nil)
				y := c.y
				if r, ok := net.(*mlp.Regressor); ok && r.TargetScaling() != nil {
					y = infer(r.TargetScaling(), y)
				}
				for _, out := range outputs {
					loss += c.loss.Eval(nil, out, y) / memberCount
					mean.Add(mean, out)
				}
				mean.Scale(1/float64(memberCount), mean)

				got, err1 := net.Forward(x)
				scores, err2 := net.Evaluate(x, c.y)
				answers, err3 := net.Predict(x)
				if err := errors.Join(err1, err2, err3); err != nil {
					t.Fatal(err)
				}
				nearMatrix(t, "outputs", got, mean, tol)
				near(t, "loss", scores.Loss, loss, tol*max(1, loss))
				row := make([]float64, c.y.RawMatrix().Cols)
				for i := range 70 {
					if err := net.PredictRow(row, x.RawRowView(i)); err != nil || !sameBits(row, answers.RawRowView(i)) {
						t.Fatalf("row %d alone: %v, among all %v (%v)", i, row, answers.RawRowView(i), err)
					}
				}
				frozenAnswers, err := frozen(t, net).Predict(x)
				if err != nil {
					t.Fatal(err)
				}
				nearMatrix(t, "frozen answers", frozenAnswers, answers, tol*max(1, mat.Max(answers)))

				var r mlp.Scores
				switch net.(type) {
				case *mlp.Classifier:
					right := 0.0
					for i := range 70 {
						if argmaxOf(mean.RawRowView(i)) == argmaxOf(c.y.RawRowView(i)) {
							right++
						}
					}
					r.Score = right / 70
				case *mlp.BinaryClassifier:
					right := 0.0
					for i, v := range answers.RawMatrix().Data {
						if v == c.y.RawMatrix().Data[i] {
							right++
						}
					}
					r.Score = right / float64(len(answers.RawMatrix().Data))
				default:
					if r.Score, err = mlp.R2(c.y, answers); err != nil {
						t.Fatal(err)
					}
				}
				near(t, "score", scores.Score, r.Score, tol)
			})
		}
	}
}

func argmaxOf(s []float64) int { return slices.Index(s, slices.Max(s)) }

// A step of gradient descent goes along the derivative of the loss that Evaluate
// reports, with weights of rows and classes, too.
func TestGradientsOfMembers(t *testing.T) {
	x, classes, yes, numbers := samples(12)
	for _, c := range memberCases(x, classes, yes, numbers) {
		net := c.net(t)
		before := weights(net)
		const h = 1e-6
		var numeric []float64
		for _, l := range net.Layers() {
			for _, p := range l.Params() {
				for i, v := range p.Value.RawMatrix().Data {
					at := func(v float64) float64 {
						p.Value.RawMatrix().Data[i] = v
						s, err := net.Evaluate(x, c.y)
						if err != nil {
							t.Fatal(err)
						}
						return s.Loss
					}
					numeric = append(numeric, (at(v+h)-at(v-h))/(2*h))
					at(v)
				}
			}
		}
		fit(t, net, x, c.y, mlp.FitOptions{Epochs: 1, BatchSize: 12, Optimizer: mlp.SGD{LearningRate: 1}, DropoutSchedule: never{}})
		for i, after := range weights(net) {
			near(t, fmt.Sprintf("%s: derivative by weight %d", c.name, i), before[i]-after, numeric[i], 1e-7)
		}
	}
}

// Weights of samples count like repeated rows.
func TestMembersWithWeights(t *testing.T) {
	x, classes, yes, numbers := samples(8)
	for _, c := range memberCases(x, classes, yes, numbers) {
		plain, weighted := c.net(t), c.net(t)
		twice := func(m *mat.Dense) *mat.Dense {
			var all mat.Dense
			all.Stack(m, m.Slice(0, 1, 0, m.RawMatrix().Cols))
			return &all
		}
		opts := mlp.FitOptions{Epochs: 1, BatchSize: 9, KeepOrder: true, Optimizer: mlp.SGD{LearningRate: 0.1}, DropoutSchedule: never{}}
		fit(t, plain, twice(x), twice(c.y), opts)
		opts.SampleWeights = []float64{2, 1, 1, 1, 1, 1, 1, 1}
		fit(t, weighted, x, c.y, opts)
		for i, v := range weights(weighted) {
			near(t, fmt.Sprintf("%s: weight %d", c.name, i), v, weights(plain)[i], 1e-12)
		}
	}
}

// Files keep networks of members, and a loaded one trains to the same bits.
func TestSaveMembers(t *testing.T) {
	x, classes, yes, numbers := samples(40)
	for name, p := range precisions {
		for _, c := range memberCases(x, classes, yes, numbers) {
			net := c.net(t, p.option)
			opts := mlp.FitOptions{Epochs: 2, BatchSize: 7}
			fit(t, net, x, c.y, opts)
			again, err := mlp.Load(bytes.NewReader(saved(t, net)), mlp.WithLosses(c.loss))
			if err != nil {
				t.Fatal(err)
			}
			sameNetworks(t, again, net, x)
			fit(t, net, x, c.y, opts)
			fit(t, again, x, c.y, opts)
			if !sameBits(weights(again), weights(net)) {
				t.Errorf("%s/%s: trains to other weights", name, c.name)
			}
		}
	}
}

// Networks of members may be members of an Ensemble.
func TestEnsembleOfMembers(t *testing.T) {
	x, classes, yes, numbers := samples(30)
	for _, c := range memberCases(x, classes, yes, numbers) {
		one, other := c.net(t), c.net(t)
		fit(t, other, x, c.y, mlp.FitOptions{Epochs: 1})
		both := ensemble(t, one, other)
		a, err1 := one.Forward(x)
		b, err2 := other.Forward(x)
		got, err3 := both.Forward(x)
		_, err4 := both.Evaluate(x, c.y)
		if err := errors.Join(err1, err2, err3, err4); err != nil {
			t.Fatal(err)
		}
		a.Add(a, b)
		a.Scale(0.5, a)
		nearMatrix(t, c.name, got, a, 1e-14)
	}
}

func TestMembersConcurrently(t *testing.T) {
	x, classes, yes, numbers := samples(300)
	for _, p := range precisions {
		for _, c := range memberCases(x, classes, yes, numbers) {
			net := c.net(t, p.option)
			want, err1 := net.Predict(x)
			scores, err2 := net.Evaluate(x, c.y)
			if err := errors.Join(err1, err2); err != nil {
				t.Fatal(err)
			}
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					got, err1 := net.Predict(x)
					s, err2 := net.Evaluate(x, c.y)
					if err := errors.Join(err1, err2); err != nil || !sameBits(got.RawMatrix().Data, want.RawMatrix().Data) || s != scores {
						t.Errorf("%s: other answers (%v)", c.name, err)
					}
					row := make([]float64, c.y.RawMatrix().Cols)
					for i := range 50 {
						if err := net.PredictRow(row, x.RawRowView(i)); err != nil || !sameBits(row, want.RawRowView(i)) {
							t.Errorf("%s: row %d is another (%v)", c.name, i, err)
						}
					}
				})
			}
			wg.Wait()
		}
	}
}
