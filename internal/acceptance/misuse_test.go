package acceptance_test

import (
	"cmp"
	"context"
	"encoding"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/internal/testkit"
)

// A network that was not made by Model returns errors.
func TestMisuseOfZeroNetworks(t *testing.T) {
	ctx := context.Background()
	x, y, _, _ := samples(9)
	one, three, four := make([]float64, 1), make([]float64, 3), make([]float64, 4)
	var none mlp.FitOptions
	b, c := &mlp.BinaryClassifier{}, &mlp.Classifier{}
	calls := []misuse{
		{"Probabilities", func() error { return second(b.Probabilities(x)) }, "mlp: Probabilities"},
		{"ProbabilitiesRow", func() error { return b.ProbabilitiesRow(one, four) }, "mlp: ProbabilitiesRow"},
		{"SetThreshold", func() error { return b.SetThreshold(0.5) }, "mlp: SetThreshold"},
		{"SetClassNames of two", func() error { return b.SetClassNames("a", "b") }, "mlp: SetClassNames"},
		{"Labels of two", func() error { return second(b.Labels(x)) }, "mlp: Labels"},
		{"LabelSets", func() error { return second(b.LabelSets(x)) }, "mlp: LabelSets"},
		{"Classes", func() error { return second(c.Classes(x)) }, "mlp: Classes"},
		{"SetClassNames", func() error { return c.SetClassNames("a", "b") }, "mlp: SetClassNames"},
		{"Labels", func() error { return second(c.Labels(x)) }, "mlp: Labels"},
	}
	if b.Threshold() != 0 || b.ClassNames() != nil || c.ClassNames() != nil || (&mlp.Regressor{}).TargetScaling() != nil {
		t.Errorf("threshold %g, classes %q and %q or scaled targets of nothing", b.Threshold(), b.ClassNames(), c.ClassNames())
	}
	for _, net := range []mlp.Network{c, b, &mlp.Regressor{}} {
		calls = append(calls, []misuse{
			{"Fit", func() error { return second(net.Fit(ctx, x, y, none)) }, "mlp: Fit"},
			{"FitBatches", func() error { return second(net.FitBatches(ctx, inBatches(x, y, 9), none)) }, "mlp: FitBatches"},
			{"Forward", func() error { return second(net.Forward(x)) }, "mlp: Forward"},
			{"Predict", func() error { return second(net.Predict(x)) }, "mlp: Predict"},
			{"PredictTo", func() error { return net.PredictTo(&mat.Dense{}, x) }, "mlp: PredictTo"},
			{"PredictRow", func() error { return net.PredictRow(three, four) }, "mlp: PredictRow"},
			{"PredictRow of nothing", func() error { return net.PredictRow(nil, nil) }, "mlp: PredictRow"},
			{"Evaluate", func() error { return second(net.Evaluate(x, y)) }, "mlp: Evaluate"},
			{"SetFeatureNames", func() error { return net.SetFeatureNames("a", "b", "c", "d") }, "mlp: SetFeatureNames"},
			{"SetMetadata", func() error { return net.SetMetadata("key", "value") }, "mlp: SetMetadata"},
			{"MarshalBinary", func() error { return second(net.(encoding.BinaryMarshaler).MarshalBinary()) }, "mlp: MarshalBinary"},
			{"MarshalJSON", func() error { return second(net.(json.Marshaler).MarshalJSON()) }, "mlp: MarshalJSON"},
		}...)
		if n := len(net.Layers()) + len(net.FeatureNames()) + len(net.Metadata()) + int(net.Seed()); n != 0 || net.Loss() != nil || net.String() != "no layers\n" {
			t.Errorf("a new %T has layers, a loss, names, metadata or a seed:\n%v", net, net)
		}
	}
	for _, net := range []mlp.Network{
		&mlp.Classifier{}, &mlp.BinaryClassifier{}, &mlp.Regressor{},
		(*mlp.Classifier)(nil), (*mlp.BinaryClassifier)(nil), (*mlp.Regressor)(nil),
	} {
		calls = append(calls, []misuse{
			{"NewTrainer", func() error { return second(mlp.NewTrainer(net, none)) }, "mlp: NewTrainer"},
			{"FindLearningRate", func() error { return second(mlp.FindLearningRate(ctx, net, x, y, none, mlp.RateSearch{})) }, "mlp: FindLearningRate"},
		}...)
	}
	for i := range calls {
		calls[i].Want += ": want a network that Model has made"
	}
	checkMisuses(t, func() []byte { return nil }, calls)
}

// odd is a layer of another package with the wrong parameters, gradients or
// outputs.
type odd struct {
	mlp.Layer
	params func() []mlp.Param
	pass   func() mlp.Pass
}

func (o odd) Params() []mlp.Param {
	if o.params != nil {
		return o.params()
	}
	return o.Layer.Params()
}

func (o odd) NewPass(rows int, rng *rand.Rand) mlp.Pass {
	if o.pass != nil {
		return o.pass()
	}
	return o.Layer.NewPass(rows, rng)
}

func TestMisuse(t *testing.T) {
	ctx := context.Background()
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	x, classes, yes, numbers := samples(9)
	nan, inf := math.NaN(), math.Inf(1)
	c, b, r := classifier(t, mlp.WithSeed(1)).(*mlp.Classifier), binaryNet(t), regressor(t).(*mlp.Regressor)
	margins := model(t, mlp.Hinge, nil, mlp.Dense(4, 1, mlp.Identity)).(*mlp.BinaryClassifier)
	square := model(t, mlp.MeanSquaredError, nil, mlp.Dense(4, 4, mlp.Identity))
	var none mlp.FitOptions
	fit := func(opts mlp.FitOptions) func() error {
		return func() error { return second(c.Fit(ctx, x, classes, opts)) }
	}
	optimizer := func(o mlp.Optimizer) func() error { return fit(mlp.FitOptions{Optimizer: o}) }
	schedule := func(s mlp.Schedule) func() error { return fit(mlp.FitOptions{Schedule: s}) }
	callback := func(cb mlp.Callback) func() error { return fit(mlp.FitOptions{Callbacks: []mlp.Callback{cb}}) }
	batches := func(b mlp.Batches) func() error {
		return func() error { return second(c.FitBatches(ctx, b, none)) }
	}
	build := func(layers ...mlp.Layer) func() error {
		return func() error { return second(mlp.Model(layers, mlp.MeanSquaredError)) }
	}
	initial := func(init mlp.Initializer) func() error {
		return build(mlp.Dense(4, 4, mlp.ReLU, mlp.WithInitializer(init)))
	}
	option := func(o mlp.ModelOption) func() error {
		return func() error {
			return second(mlp.Model([]mlp.Layer{mlp.Dense(4, 3, mlp.Softmax)}, mlp.CategoricalCrossEntropy, o))
		}
	}
	trained := func(l mlp.Layer) func() error {
		net, err := mlp.Model([]mlp.Layer{l}, mlp.MeanSquaredError)
		return func() error {
			if err != nil {
				return err
			}
			return second(net.Fit(ctx, x, mat.NewDense(9, 4, nil), mlp.FitOptions{Epochs: 1}))
		}
	}
	dense := mlp.Dense(4, 4, mlp.Identity)
	trainer, err1 := mlp.NewTrainer(c, none)
	heavy, err2 := mlp.NewTrainer(c, mlp.FitOptions{ClassWeights: slices.Repeat([]float64{1e308}, 3)})
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	whole := mat.NewDense(9, 9, nil)
	left, right := whole.Slice(0, 9, 0, 4).(*mat.Dense), whole.Slice(0, 9, 3, 7).(*mat.Dense)
	long := make([]float64, 9)

	checkMisuses(t, savedAll(t, c, b, r, margins, square), []misuse{
		// Parts that do not fit together.
		{"y of another loss", func() error { return second(b.Fit(ctx, x, classes, none)) }, "mlp: Fit: y has 3 columns, layer 1 gives 1"},
		{"x transposed", func() error { return second(c.Fit(ctx, x.T(), classes, none)) }, "mlp: Fit: x has 9 columns, layer 0 takes 4"},
		{"x and y exchanged", func() error { return second(c.Fit(ctx, classes, x, none)) }, "mlp: Fit: x has 3 columns, layer 0 takes 4"},
		{"zero rows", func() error { return second(c.Forward(&mat.VecDense{})) }, "mlp: Forward: x is empty (0×0)"},
		{"vector as x", func() error { return second(c.Predict(mat.NewVecDense(4, nil))) }, "mlp: Predict: x has 1 columns, layer 0 takes 4"},
		{"infinite y", func() error { return second(r.Fit(ctx, x, with(numbers, 3, 0, inf), none)) }, "mlp: Fit: y[3,0] is +Inf: not finite"},
		{"probabilities of 1.1", func() error { return second(c.Fit(ctx, x, with(classes, 0, 0, 1.1), none)) }, "mlp: Fit: y row 0 has 1.1 in column 0, categorical_cross_entropy takes one-hot rows or probabilities"},
		{"label NaN", func() error { return second(b.Fit(ctx, x, with(yes, 0, 0, nan), none)) }, "mlp: Fit: y[0,0] is NaN: not finite"},
		{"label denormal", func() error { return second(b.Fit(ctx, x, with(yes, 0, 0, 5e-324), none)) }, "mlp: Fit: y[0,0] is 5e-324, binary_cross_entropy takes 0 or 1"},
		{"validation rows", fit(mlp.FitOptions{Validation: &mlp.Dataset{X: x, Y: yes}}), "mlp: Fit: Validation: y has 1 columns, one-hot rows (see dataset.OneHot) have 3"},
		{"validation NaN", fit(mlp.FitOptions{Validation: &mlp.Dataset{X: with(x, 2, 1, nan), Y: classes}}), "mlp: Fit: Validation: x[2,1] is NaN: not finite"},
		{"validation labels", fit(mlp.FitOptions{Validation: &mlp.Dataset{X: x, Y: with(classes, 2, 0, 7)}}), "mlp: Fit: Validation: y row 2 has 7 in column 0, categorical_cross_entropy takes one-hot rows or probabilities"},
		{"split -1", fit(mlp.FitOptions{ValidationSplit: -1}), "mlp: Fit: ValidationSplit is -1, want a number in (0, 1)"},
		{"split NaN", fit(mlp.FitOptions{ValidationSplit: nan}), "mlp: Fit: ValidationSplit is NaN, want a number in (0, 1)"},
		{"split too large", fit(mlp.FitOptions{ValidationSplit: 0.999999}), "mlp: Fit: ValidationSplit 0.999999 of 9 rows leaves none to train"},
		{"infinite clip", fit(mlp.FitOptions{ClipNorm: inf}), "mlp: Fit: ClipNorm is +Inf, want a finite number above 0 (or 0 for no limit)"},
		{"sample weight NaN", fit(mlp.FitOptions{SampleWeights: slices.Concat(make([]float64, 8), []float64{nan})}), "mlp: Fit: SampleWeights[8] is NaN, want a finite number of at least 0"},
		{"sample weights, empty", fit(mlp.FitOptions{SampleWeights: []float64{}}), "mlp: Fit: SampleWeights has 0 entries, x has rows: 9"},
		{"class weights, empty", fit(mlp.FitOptions{ClassWeights: []float64{}}), "mlp: Fit: ClassWeights has 0 entries, the network has classes: 3"},
		{"class weights of zero", fit(mlp.FitOptions{ClassWeights: make([]float64, 3)}), "mlp: Fit: ClassWeights are all 0"},
		{"weights that overflow", fit(mlp.FitOptions{Epochs: 1, SampleWeights: slices.Repeat([]float64{1e308}, 9), ClassWeights: []float64{10, 10, 10}}), "mlp: Fit: the weights of the rows sum to +Inf: not finite"},
		{"weights whose sum overflows", fit(mlp.FitOptions{Epochs: 1, SampleWeights: slices.Repeat([]float64{1e308}, 9)}), "mlp: Fit: the weights of the rows sum to +Inf: not finite"},
		{"nil pointer as callback", callback((*mlp.EarlyStopping)(nil)), "mlp: Fit: callback 0 is nil"},
		{"empty state", fit(mlp.FitOptions{Resume: &mlp.TrainingState{}}), "mlp: Fit: Resume is of a network with seed 0, this one has 1"},

		// Hyperparameters.
		{"adadelta", optimizer(mlp.Adadelta{Rho: 1}), "mlp: Fit: Adadelta.Rho is 1, want a number in [0, 1)"},
		{"adagrad", optimizer(mlp.Adagrad{InitialAccumulator: -1}), "mlp: Fit: Adagrad.InitialAccumulator is -1, want a finite number of at least 0"},
		{"adam epsilon", optimizer(mlp.Adam{Epsilon: inf}), "mlp: Fit: Adam.Epsilon is +Inf, want a finite number of at least 0"},
		{"adamw", optimizer(mlp.AdamW{WeightDecay: nan}), "mlp: Fit: AdamW.WeightDecay is NaN, want a finite number of at least 0"},
		{"adamax", optimizer(mlp.Adamax{Beta2: 1}), "mlp: Fit: Adamax.Beta2 is 1, want a number in [0, 1)"},
		{"lion", optimizer(mlp.Lion{Beta1: -1}), "mlp: Fit: Lion.Beta1 is -1, want a number in [0, 1)"},
		{"nadam", optimizer(mlp.NAdam{Beta1: inf}), "mlp: Fit: NAdam.Beta1 is +Inf, want a number in [0, 1)"},
		{"radam", optimizer(mlp.RAdam{LearningRate: -inf}), "mlp: Fit: RAdam.LearningRate is -Inf, want a finite number above 0 (or 0 for the default)"},
		{"rmsprop", optimizer(mlp.RMSprop{Rho: 2}), "mlp: Fit: RMSprop.Rho is 2, want a number in [0, 1)"},
		{"rprop", optimizer(mlp.Rprop{LearningRate: -1}), "mlp: Fit: Rprop.LearningRate is -1, want a finite number above 0 (or 0 for the default)"},
		{"sgd", optimizer(mlp.SGD{Momentum: nan}), "mlp: Fit: SGD.Momentum is NaN, want a number in [0, 1)"},
		{"step decay", schedule(mlp.StepDecay{Every: 1, Factor: -1}), "mlp: Fit: StepDecay.Factor is -1, want a finite number of at least 0"},
		{"multi-step decay", schedule(mlp.MultiStepDecay{Milestones: []float64{3, 1}, Factor: 0.5}), "mlp: Fit: MultiStepDecay.Milestones[1] is 1 after 3, want ascending numbers"},
		{"exponential decay", schedule(mlp.ExponentialDecay{}), "mlp: Fit: ExponentialDecay.Factor is 0, want a finite number above 0"},
		{"inverse-time decay", schedule(mlp.InverseTimeDecay{Rate: -1}), "mlp: Fit: InverseTimeDecay.Rate is -1, want a finite number above 0"},
		{"polynomial decay", schedule(mlp.PolynomialDecay{Epochs: -1}), "mlp: Fit: PolynomialDecay.Epochs is -1, want a finite number above 0 (or 0 for the whole run)"},
		{"cosine decay", schedule(mlp.CosineDecay{Epochs: inf}), "mlp: Fit: CosineDecay.Epochs is +Inf, want a finite number above 0 (or 0 for the whole run)"},
		{"cosine restarts", schedule(mlp.CosineRestarts{Period: 1, Growth: -1}), "mlp: Fit: CosineRestarts.Growth is -1, want at least 1 (or 0 for the default)"},
		{"warm-up", schedule(mlp.Warmup{Epochs: -1}), "mlp: Fit: Warmup.Epochs is -1, want a finite number above 0"},
		{"one cycle", schedule(mlp.OneCycle{Epochs: nan}), "mlp: Fit: OneCycle.Epochs is NaN, want a finite number above 0 (or 0 for the whole run)"},
		{"plateau", schedule(&mlp.ReduceOnPlateau{Factor: 2}), "mlp: Fit: ReduceOnPlateau.Factor is 2, want a number in [0, 1)"},
		{"checkpoint without a run", func() error { return (&mlp.Checkpoint{Path: "x"}).Checkpoint(1, nil) }, "Checkpoint: no run has begun"},
		{"checkpoint of nothing", func() error { return (&mlp.Checkpoint{Path: "x"}).FitBegin(nil) }, "Checkpoint: no run of a network"},
		{"nothing to take", func() error {
			cp := &mlp.Checkpoint{Path: "x"}
			return cmp.Or(cp.FitBegin(&mlp.Run{Network: c}), cp.Checkpoint(1, nil))
		}, "Checkpoint: nothing to take the state with"},
		{"nothing taken", func() error {
			cp := &mlp.Checkpoint{Path: "x"}
			return cmp.Or(cp.FitBegin(&mlp.Run{Network: c}), cp.Checkpoint(1, func() (*mlp.TrainingState, error) { return nil, nil }))
		}, "Checkpoint: the state is nil"},
		{"early stopping of nothing", func() error { return (&mlp.EarlyStopping{}).FitBegin(&mlp.Run{}) }, "EarlyStopping: no run of a network"},
		{"early stopping after nothing", func() error {
			s := &mlp.EarlyStopping{}
			return cmp.Or(s.FitBegin(&mlp.Run{Network: c, Validates: true}), s.EpochEnd(nil))
		}, "EarlyStopping: the epoch is nil"},
		{"plateau of nothing", func() error { return (&mlp.ReduceOnPlateau{}).EpochEnd(nil) }, "ReduceOnPlateau: the epoch is nil"},
		{"nil CallbackFunc", func() error { return mlp.CallbackFunc(nil).EpochEnd(&mlp.Epoch{}) }, "CallbackFunc is nil"},
		{"smoothing of nothing", func() error {
			return second(mlp.Model([]mlp.Layer{mlp.Dense(4, 1, mlp.Sigmoid)}, mlp.LabelSmoothing(nil, 0.1)))
		}, "mlp: Model: label_smoothing(nil,0.1): labels are smoothed for binary_cross_entropy and categorical_cross_entropy only"},
		{"patience", callback(&mlp.EarlyStopping{Patience: -1}), "mlp: Fit: callback: EarlyStopping.Patience is -1, want at least 1 (or 0 for the default)"},
		{"delta", callback(&mlp.EarlyStopping{MinDelta: nan}), "mlp: Fit: callback: EarlyStopping.MinDelta is NaN, want a finite number of at least 0"},

		// Batches.
		{"batches of nothing", batches(func(int) iter.Seq2[mlp.Dataset, error] { return nil }), "mlp: FitBatches: epoch 1 has no batches"},
		{"no batches", batches(func(int) iter.Seq2[mlp.Dataset, error] { return func(func(mlp.Dataset, error) bool) {} }), "mlp: FitBatches: epoch 1 has no batches"},
		{"empty batch", batches(func(int) iter.Seq2[mlp.Dataset, error] {
			return func(yield func(mlp.Dataset, error) bool) { yield(mlp.Dataset{}, nil) }
		}), "mlp: FitBatches: epoch 1, batch 1: x is nil"},
		{"failing batch", batches(func(int) iter.Seq2[mlp.Dataset, error] {
			return func(yield func(mlp.Dataset, error) bool) { yield(mlp.Dataset{}, testkit.ErrFull) }
		}), "mlp: FitBatches: epoch 1, batch 1: full"},
		{"FitBatch of nil", func() error { return second(trainer.FitBatch(nil, nil)) }, "mlp: FitBatch: x is nil"},
		{"FitBatch columns", func() error { return second(trainer.FitBatch(numbers, classes)) }, "mlp: FitBatch: x has 2 columns, layer 0 takes 4"},
		{"FitBatch NaN", func() error { return second(trainer.FitBatch(with(x, 0, 0, nan), classes)) }, "mlp: FitBatch: x[0,0] is NaN: not finite"},
		{"FitBatch of weights that overflow", func() error { return second(heavy.FitBatch(x, classes)) }, "mlp: FitBatch: the weights of the rows sum to +Inf: not finite"},
		{"zero Trainer", func() error { return second((&mlp.Trainer{}).FitBatch(x, classes)) }, "mlp: FitBatch: want a Trainer that NewTrainer has made"},

		// Contexts and searches.
		{"cancelled search", func() error { return second(mlp.FindLearningRate(cancelled, c, x, classes, none, mlp.RateSearch{})) }, "mlp: FindLearningRate: step 1: context canceled"},
		{"nil context for batches", func() error { return second(c.FitBatches(nil, inBatches(x, classes, 9), none)) }, "mlp: FitBatches: nil context"}, //lint:ignore SA1012 that is the mistake
		{"search from 0", func() error {
			return second(mlp.FindLearningRate(ctx, c, x, classes, none, mlp.RateSearch{Low: 1, High: 1}))
		}, "mlp: FindLearningRate: rates from 1 to 1, want ascending numbers above 0"},
		{"search to infinity", func() error { return second(mlp.FindLearningRate(ctx, c, x, classes, none, mlp.RateSearch{High: inf})) }, "mlp: FindLearningRate: rates from 1e-07 to +Inf, want ascending numbers above 0"},

		// Memory.
		{"PredictTo nil", func() error { return c.PredictTo(nil, x) }, "mlp: PredictTo: dst is nil"},
		{"PredictTo rows", func() error { return c.PredictTo(mat.NewDense(8, 3, nil), x) }, "mlp: PredictTo: dst has 8 rows, x has 9"},
		{"PredictTo columns", func() error { return r.PredictTo(mat.NewDense(9, 3, nil), x) }, "mlp: PredictTo: dst has 3 columns, layer 1 gives 2"},
		{"PredictTo x", func() error { return square.PredictTo(x, x) }, "mlp: PredictTo: dst overlaps x"},
		{"PredictTo a part of x", func() error { return square.PredictTo(left, right) }, "mlp: PredictTo: dst overlaps x"},
		{"PredictRow x", func() error { return square.PredictRow(long[:4], long[:4]) }, "mlp: PredictRow: dst overlaps x"},
		{"PredictRow a part of x", func() error { return square.PredictRow(long[3:7], long[:4]) }, "mlp: PredictRow: dst overlaps x"},
		{"ProbabilitiesRow x", func() error { return b.ProbabilitiesRow(long[3:4], long[:4]) }, "mlp: ProbabilitiesRow: dst overlaps x"},
		{"PredictRow nil", func() error { return c.PredictRow(nil, nil) }, "mlp: PredictRow: x has 0 entries, layer 0 takes 4"},
		{"PredictRow infinite", func() error { return c.PredictRow(long[:3], []float64{0, inf, 0, 0}) }, "mlp: PredictRow: x[1] is +Inf: not finite"},

		// Names, thresholds, metadata.
		{"threshold below 0", func() error { return b.SetThreshold(-5e-324) }, "mlp: SetThreshold: -5e-324 is not in [0, 1]"},
		{"margin", func() error { return margins.SetThreshold(inf) }, "mlp: SetThreshold: +Inf is no margin: not finite"},
		{"no probabilities", func() error { return second(margins.Probabilities(x)) }, "mlp: Probabilities: hinge trains margins, not probabilities; Forward returns them"},
		{"no probability", func() error { return margins.ProbabilitiesRow(long[:1], long[1:5]) }, "mlp: ProbabilitiesRow: hinge trains margins, not probabilities; Forward returns them"},
		{"labels without names", func() error { return second(c.Labels(x)) }, "mlp: Labels: the classes have no names, see WithClasses"},
		{"labels of nil", func() error { return second(b.Labels(nil)) }, "mlp: Labels: the classes have no names, see WithClasses"},
		{"few names", func() error { return c.SetClassNames("a") }, "mlp: SetClassNames: the list has 1 names, the network has classes: 3"},
		{"name twice", func() error { return c.SetClassNames("a", "b", "a") }, `mlp: SetClassNames: the list: "a" is name 0 and 2`},
		{"many features", func() error { return r.SetFeatureNames("a", "b", "c", "d", "e") }, "mlp: SetFeatureNames: the list has 5 names, layer 0 takes 4"},
		{"feature twice", func() error { return r.SetFeatureNames("a", "b", "c", "a") }, `mlp: SetFeatureNames: the list: "a" is name 0 and 3`},
		{"name of no text", func() error { return b.SetClassNames("a", "\xff") }, `mlp: SetClassNames: the list: name 1 is "\xff", want some text in UTF-8`},
		{"features in Model", option(mlp.WithFeatures("a")), "mlp: Model: WithFeatures has 1 names, layer 0 takes 4"},
		{"targets of classes", option(mlp.WithTargetScaling(mlp.NewNormalization(3))), "mlp: Model: WithTargetScaling: categorical_cross_entropy is no loss of a regression"},
		{"reserved key", func() error { return c.SetMetadata("layers", "x") }, `mlp: SetMetadata: the key "layers" belongs to the format`},
		{"value of no text", func() error { return c.SetMetadata("k", "\xff") }, `mlp: SetMetadata: "k" is not UTF-8`},

		// Layers.
		{"nothing in Residual", build(mlp.Residual(nil)), "mlp: Model: layer 0: residual block: layer 0 is nil"},
		{"initial NaN", initial(mlp.Constant(nan)), "mlp: Model: layers.0.weight[0,0] is NaN: not finite"},
		{"initial infinity", initial(mlp.Uniform(-math.MaxFloat64, math.MaxFloat64)), "mlp: Model: layers.0.weight[0,0] is +Inf: not finite"},
		{"initial infinite mean", initial(mlp.Normal(inf, 1)), "mlp: Model: layers.0.weight[0,0] is +Inf: not finite"},
		{"one initial NaN", initial(func(w *mat.Dense, rng *rand.Rand) { w.Set(0, 0, nan) }), "mlp: Model: layers.0.weight[0,0] is NaN: not finite"},
		{"zero layer", build(&mlp.DefaultDense{}), "mlp: Model: layer 0 has 0 inputs and 0 units, want at least 1"},
		{"zero softmax layer", build(&mlp.SoftmaxDense{}), "mlp: Model: layer 0 has 0 inputs and 0 units, want at least 1"},
		{"zero normalization", build(&mlp.Normalization{}), "mlp: Model: layer 0: 0 units, want at least 1"},
		{"nil normalization", build((*mlp.Normalization)(nil)), "mlp: Model: layer 0 is nil"},
		{"nil loss", func() error { return second(mlp.Model([]mlp.Layer{dense}, (*lossOfNil)(nil))) }, "mlp: Model: nil loss"},
		{"no activation", build(withoutActivation{dense.(mlp.LogitLayer)}), "mlp: Model: layer 0 is a LogitLayer without an Activation"},
		{"nil parameter", build(odd{Layer: dense, params: func() []mlp.Param { return []mlp.Param{{Name: "w"}} }}), `mlp: Model: layer 0: parameter "w" is nil or empty`},
		{"empty parameter", build(odd{Layer: dense, params: func() []mlp.Param { return []mlp.Param{{Name: "w", Value: &mat.Dense{}}} }}), `mlp: Model: layer 0: parameter "w" is nil or empty`},
		{"parameter twice", build(odd{Layer: dense, params: func() []mlp.Param { return slices.Repeat(dense.Params()[:1], 2) }}), `mlp: Model: layer 0: parameter "weight" belongs to layer 0 already`},
		{"pass of another", trained(odd{Layer: dense, pass: func() mlp.Pass { return mlp.ActivationLayer(4, mlp.ReLU).NewPass(9, nil) }}), "mlp: Fit: the pass of layer 0 has 0 gradients, the layer has parameters: 2"},
		{"pass of other widths", trained(odd{Layer: dense, pass: func() mlp.Pass { return mlp.Dense(4, 5, mlp.ReLU).NewPass(9, nil) }}), `mlp: Fit: layer 0: gradient of "weight" is 4×5 with stride 5, the parameter is 4×4`},
		{"Adapt columns", func() error { return mlp.NewNormalization(4).Adapt(numbers) }, "mlp: Adapt: x has 2 columns, the layer takes 4"},
		{"Adapt NaN", func() error { return mlp.NewNormalization(4).Adapt(with(x, 1, 1, nan)) }, "mlp: Adapt: x[1,1] is NaN: not finite"},
		{"Adapt a zero layer", func() error { return (&mlp.Normalization{}).Adapt(x) }, "mlp: Adapt: 0 units, want at least 1"},
		{"Set lengths", func() error { return mlp.NewNormalization(4).Set([]float64{1}, []float64{1}) }, "mlp: Set: mean has 1 entries, the layer takes 4"},
		{"Set nil", func() error { return mlp.NewNormalization(4).Set(nil, nil) }, "mlp: Set: mean has 0 entries, the layer takes 4"},
		{"Set NaN", func() error { return mlp.NewNormalization(1).Set([]float64{nan}, []float64{1}) }, "mlp: Set: mean[0] is NaN: not finite"},
		{"negative normalization", build(mlp.NewNormalization(-1)), "mlp: Model: layer 0: -1 units, want at least 1"},

		// Files.
		{"Save to nil", func() error { return mlp.Save(nil, c) }, "mlp: Save: the writer is nil"},
		{"Save nil", func() error { return mlp.Save(io.Discard, nil) }, "mlp: Save: the network is a <nil> that Model has not made"},
		{"Save to a full disk", func() error { return mlp.Save(testkit.Failing{}, c) }, "mlp: Save: full"},
		{"Load nil", func() error { return second(mlp.Load(nil)) }, "mlp: Load: the reader is nil"},
		{"Load nothing", func() error { return second(mlp.Load(strings.NewReader(""))) }, "mlp: Load: length of the header: unexpected EOF"},
		{"Load something else", func() error { return second(mlp.Load(strings.NewReader(strings.Repeat("a", 100)))) }, "mlp: Load: not a safetensors file: it is a text, such as CSV"},
		{"Load what fails", func() error { return second(mlp.Load(testkit.Failing{})) }, "mlp: Load: length of the header: full"},
		{"LoadFS nil", func() error { return second(mlp.LoadFS(nil, "x")) }, "mlp: LoadFS: the file system is nil"},
		{"LoadFS none", func() error { return second(mlp.LoadFS(fstest.MapFS{}, "x")) }, "mlp: LoadFS: open x: file does not exist"},
		{"UnmarshalBinary nil", func() error { return c.UnmarshalBinary(nil) }, "mlp: UnmarshalBinary: length of the header: unexpected EOF"},
		{"UnmarshalBinary of another", func() error { return c.UnmarshalBinary(saved(t, b)) }, "mlp: UnmarshalBinary: the data are those of a *mlp.BinaryClassifier"},
		{"nil in an Ensemble", func() error { return second(mlp.Ensemble(c, (*mlp.Classifier)(nil))) }, "mlp: Ensemble: member 1 is a *mlp.Classifier that Model has not made"},
		{"Save a nil pointer", func() error { return mlp.Save(io.Discard, (*mlp.Classifier)(nil)) }, "mlp: Save: the network is a *mlp.Classifier that Model has not made"},
		{"WriteCSV nil", func() error { return (&mlp.History{}).WriteCSV(nil) }, "mlp: WriteCSV: the writer is nil"},
		{"WriteCSV full", func() error { return (&mlp.History{Epochs: make([]mlp.Epoch, 1000)}).WriteCSV(testkit.Failing{}) }, "mlp: WriteCSV: full"},

		// Metrics.
		{"balanced without a class", func() error { return second(mlp.BalancedClassWeights(columnOf(0, 0))) }, "mlp: BalancedClassWeights: class 1 has no rows"},
		{"accuracy of vectors", func() error { return second(mlp.Accuracy(mat.NewVecDense(2, nil), mat.NewVecDense(3, nil))) }, "mlp: Accuracy: yhat has 3 rows, y has 2"},
		{"R2 nil", func() error { return second(mlp.R2(yes, (*mat.Dense)(nil))) }, "mlp: R2: yhat is nil"},
		{"huge class", func() error { return second(mlp.ConfusionOf([]int{math.MaxInt32 - 1}, []int{0})) }, "mlp: ConfusionOf: 2147483647 classes, at most 10000 are possible"},
		{"smallest class", func() error { return second(mlp.ConfusionOf([]int{math.MinInt32}, []int{0})) }, "mlp: ConfusionOf: y[0] is -2147483648, want a class in [0, 2)"},
	})
	// Runs that have begun have drawn from the generator, but changed no
	// weight.
	checkMisuses(t, func() []byte { return fmt.Append(nil, weights(c), weights(r)) }, []misuse{
		{"y of 1e300", func() error { return second(r.Fit(ctx, x, with(numbers, 0, 0, 1e300), none)) }, "mlp: Fit: diverged in epoch 1, step 1, in the loss alone (loss +Inf): try a smaller learning rate or scaled data"},
		{"cancelled", func() error { return second(c.Fit(cancelled, x, classes, none)) }, "mlp: Fit: epoch 1: context canceled"},
		{"cancelled LBFGS", func() error { return second(c.Fit(cancelled, x, classes, mlp.FitOptions{Optimizer: mlp.LBFGS{}})) }, "mlp: Fit: epoch 1: context canceled"},
		{"cancelled batches", func() error { return second(c.FitBatches(cancelled, inBatches(x, classes, 9), none)) }, "mlp: FitBatches: epoch 1: context canceled"},
	})
}

// withoutActivation is a layer of another package.
type withoutActivation struct{ mlp.LogitLayer }

func (withoutActivation) Activation() mlp.Activation { return nil }

// lossOfNil is a loss of another package.
type lossOfNil struct{ mlp.Loss }
