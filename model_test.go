package mlp_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

func TestModelPicksTheNetwork(t *testing.T) {
	if net, ok := classifier(t).(*mlp.Classifier); !ok {
		t.Errorf("categorical cross-entropy gives %T", net)
	}
	if net, ok := regressor(t).(*mlp.Regressor); !ok {
		t.Errorf("mean squared error gives %T", net)
	}
	if binaryNet(t).Threshold() != 0.5 {
		t.Errorf("a new binary classifier has threshold %v", binaryNet(t).Threshold())
	}
}

func TestMistakesInModel(t *testing.T) {
	relu := func(inputs, units int) mlp.Layer { return mlp.Dense(inputs, units, mlp.ReLU) }
	softmax := mlp.Dense(4, 3, mlp.Softmax)
	shared := relu(4, 4)
	cce, bce, mse := mlp.CategoricalCrossEntropy, mlp.BinaryCrossEntropy, mlp.MeanSquaredError
	for name, c := range map[string]struct {
		layers []mlp.Layer
		loss   mlp.Loss
		opts   []mlp.ModelOption
		want   string
	}{
		"no layers":            {nil, cce, nil, "mlp: Model: no layers"},
		"nil loss":             {[]mlp.Layer{softmax}, nil, nil, "mlp: Model: nil loss"},
		"nil layer":            {[]mlp.Layer{relu(4, 4), nil}, cce, nil, "mlp: Model: layer 1 is nil"},
		"nil pointer":          {[]mlp.Layer{(*mlp.DefaultDense)(nil)}, cce, nil, "mlp: Model: layer 0 is nil"},
		"nil option":           {[]mlp.Layer{softmax}, cce, []mlp.ModelOption{nil}, "mlp: Model: option 0 is nil"},
		"zero units":           {[]mlp.Layer{relu(4, 0)}, mse, nil, "mlp: Model: layer 0: 0 units, want at least 1"},
		"negative units":       {[]mlp.Layer{relu(4, -2)}, mse, nil, "mlp: Model: layer 0: -2 units, want at least 1"},
		"zero inputs":          {[]mlp.Layer{relu(0, 4)}, mse, nil, "mlp: Model: layer 0: 0 inputs, want at least 1"},
		"negative inputs":      {[]mlp.Layer{relu(-1, 4)}, mse, nil, "mlp: Model: layer 0: -1 inputs, want at least 1"},
		"too many weights":     {[]mlp.Layer{relu(1<<30, 1<<30)}, mse, nil, "mlp: Model: layer 0: 1073741824×1073741824 weights, at most 2147483647 are possible"},
		"nil activation":       {[]mlp.Layer{mlp.Dense(4, 4, nil)}, mse, nil, "mlp: Model: layer 0: nil activation"},
		"nil dense option":     {[]mlp.Layer{mlp.Dense(4, 4, mlp.ReLU, nil)}, mse, nil, "mlp: Model: layer 0: option 0 is nil"},
		"nil initializer":      {[]mlp.Layer{mlp.Dense(4, 4, mlp.ReLU, mlp.WithInitializer(nil))}, mse, nil, "mlp: Model: layer 0: nil initializer"},
		"negative L1":          {[]mlp.Layer{mlp.Dense(4, 4, mlp.ReLU, mlp.WithL1(-1))}, mse, nil, "mlp: Model: layer 0: WithL1(-1), want a finite number of at least 0"},
		"infinite L2":          {[]mlp.Layer{mlp.Dense(4, 4, mlp.ReLU, mlp.WithL2(math.Inf(1)))}, mse, nil, "mlp: Model: layer 0: WithL2(+Inf), want a finite number of at least 0"},
		"zero max norm":        {[]mlp.Layer{mlp.Dense(4, 4, mlp.ReLU, mlp.WithMaxNorm(0))}, mse, nil, "mlp: Model: layer 0: WithMaxNorm(0), want a finite number above 0"},
		"layers do not fit":    {[]mlp.Layer{relu(4, 6), relu(5, 1)}, mse, nil, "mlp: Model: layer 1 has 5 inputs, layer 0 gives 6"},
		"layer twice":          {[]mlp.Layer{shared, shared}, mse, nil, `mlp: Model: layer 1: parameter "weight" belongs to layer 0 already`},
		"softmax with binary":  {[]mlp.Layer{mlp.Dense(4, 1, mlp.Softmax)}, bce, nil, "mlp: Model: layer 0: binary_cross_entropy takes probabilities of single outputs, softmax spreads one over the row: use sigmoid"},
		"identity with binary": {[]mlp.Layer{mlp.Dense(4, 1, mlp.Identity)}, bce, nil, "mlp: Model: layer 0: binary_cross_entropy takes probabilities, identity(-100) is -100: use sigmoid"},
		"relu with binary":     {[]mlp.Layer{relu(4, 1)}, bce, nil, "mlp: Model: layer 0: binary_cross_entropy takes probabilities, relu(100) is 100: use sigmoid"},
		"tanh with binary":     {[]mlp.Layer{mlp.Dense(4, 1, mlp.Tanh)}, bce, nil, "mlp: Model: layer 0: binary_cross_entropy takes probabilities, tanh(-100) is -1: use sigmoid"},
		"sigmoid for classes":  {[]mlp.Layer{mlp.Dense(4, 3, mlp.Sigmoid)}, cce, nil, "mlp: Model: layer 0: categorical_cross_entropy takes rows of probabilities that sum to one, sigmoid does not give them: use softmax"},
		"log-softmax classes":  {[]mlp.Layer{mlp.Dense(4, 3, mlp.LogSoftmax)}, cce, nil, "mlp: Model: layer 0: categorical_cross_entropy takes rows of probabilities that sum to one, log_softmax does not give them: use softmax"},
		"slope of leaky_relu":  {[]mlp.Layer{mlp.Dense(4, 4, mlp.NewLeakyReLU(-1))}, mse, nil, "mlp: Model: layer 0: leaky_relu: slope is -1, want a finite number of at least 0"},
		"one class":            {[]mlp.Layer{mlp.Dense(4, 1, mlp.Softmax)}, cce, nil, "mlp: Model: layer 0 has 1 units, categorical_cross_entropy takes at least 2"},
		"wrong dims":           {[]mlp.Layer{wide{relu(4, 4)}}, mse, nil, "mlp: Model: layer 0 has 4 inputs and 0 units, want at least 1"},
		"parameter is a view":  {[]mlp.Layer{sliced{relu(4, 4)}}, mse, nil, `mlp: Model: layer 0: parameter "weight" has stride 9 and 4 columns, want a matrix of its own`},
		"unknown task":         {[]mlp.Layer{softmax}, taskless{mse}, nil, "mlp: Model: mean_squared_error has an unknown task, Task(0)"},
	} {
		t.Run(name, func(t *testing.T) {
			net, err := mlp.Model(c.layers, c.loss, c.opts...)
			if net != nil || err == nil || err.Error() != c.want {
				t.Errorf("got %v, %v\nwant the error %s", net, err, c.want)
			}
		})
	}
}

// wide is a layer of another package that has no units.
type wide struct{ mlp.Layer }

func (wide) Dims() (inputs, units int) { return 4, 0 }

// sliced is a layer of another package whose parameter is a view.
type sliced struct{ mlp.Layer }

func (sliced) Params() []mlp.Param {
	return []mlp.Param{{Name: "weight", Value: mat.NewDense(9, 9, nil).Slice(0, 4, 0, 4).(*mat.Dense)}}
}

// taskless is a loss without a valid task.
type taskless struct{ mlp.Loss }

func (taskless) Task() mlp.Task { return 0 }

func TestMistakesInData(t *testing.T) {
	x, classes, yes, numbers := samples(9)
	nan, inf := math.NaN(), math.Inf(-1)
	ctx := context.Background()
	fit := func(net mlp.Network, x, y mat.Matrix, opts mlp.FitOptions) func() error {
		return func() error {
			before := weights(net)
			h, err := net.Fit(ctx, x, y, opts)
			if h != nil {
				t.Error("Fit returns a history with the error")
			}
			if !sameBits(before, weights(net)) {
				t.Error("Fit changed weights")
			}
			return err
		}
	}
	c, b, r := classifier(t), binaryNet(t), regressor(t)
	row := func(net mlp.Network, dst, x []float64) func() error {
		return func() error { return net.PredictRow(dst, x) }
	}
	metric := func(f func(y, yhat mat.Matrix) (float64, error), y, yhat mat.Matrix) func() error {
		return func() error { _, err := f(y, yhat); return err }
	}
	var none mlp.FitOptions
	for name, call := range map[string]struct {
		call func() error
		want string
	}{
		"nil x":                        {fit(c, nil, classes, none), "mlp: Fit: x is nil"},
		"nil pointer x":                {fit(c, (*mat.Dense)(nil), classes, none), "mlp: Fit: x is nil"},
		"nil vector x":                 {fit(c, (*mat.VecDense)(nil), classes, none), "mlp: Fit: x is nil"},
		"nil y":                        {fit(c, x, nil, none), "mlp: Fit: y is nil"},
		"empty x":                      {fit(c, &mat.Dense{}, classes, none), "mlp: Fit: x is empty (0×0)"},
		"empty y":                      {fit(c, x, &mat.Dense{}, none), "mlp: Fit: y is empty (0×0)"},
		"columns of x":                 {fit(c, classes, classes, none), "mlp: Fit: x has 3 columns, layer 0 takes 4"},
		"columns of y":                 {fit(c, x, numbers, none), "mlp: Fit: y has 2 columns, layer 1 gives 3"},
		"labels":                       {fit(c, x, yes, none), "mlp: Fit: y has 1 columns, one-hot rows (see dataset.OneHot) have 3"},
		"two columns, binary":          {fit(b, x, numbers, none), "mlp: Fit: y has 2 columns, layer 1 gives 1"},
		"rows":                         {fit(c, x, classes.Slice(0, 7, 0, 3), none), "mlp: Fit: y has 7 rows, x has 9"},
		"NaN in x":                     {fit(c, with(x, 7, 2, nan), classes, none), "mlp: Fit: x[7,2] is NaN: not finite"},
		"Inf in x":                     {fit(c, with(x, 0, 3, inf), classes, none), "mlp: Fit: x[0,3] is -Inf: not finite"},
		"NaN in y":                     {fit(r, x, with(numbers, 8, 1, nan), none), "mlp: Fit: y[8,1] is NaN: not finite"},
		"NaN in x, transposed":         {fit(c, with(x, 7, 2, nan).T().(mat.Transpose).Untranspose(), classes, none), "mlp: Fit: x[7,2] is NaN: not finite"},
		"label 2":                      {fit(b, x, with(yes, 3, 0, 2), none), "mlp: Fit: y[3,0] is 2, binary_cross_entropy takes 0 or 1"},
		"label 0.5":                    {fit(b, x, with(yes, 3, 0, 0.5), none), "mlp: Fit: y[3,0] is 0.5, binary_cross_entropy takes 0 or 1"},
		"row sums to 2":                {fit(c, x, with(classes, 4, 2, 1), none), "mlp: Fit: y row 4 sums to 2, categorical_cross_entropy takes one-hot rows or probabilities"},
		"row sums to 0":                {fit(c, x, with(classes, 4, 1, 0), none), "mlp: Fit: y row 4 sums to 0, categorical_cross_entropy takes one-hot rows or probabilities"},
		"negative probability":         {fit(c, x, with(classes, 4, 2, -1), none), "mlp: Fit: y row 4 has -1 in column 2, categorical_cross_entropy takes one-hot rows or probabilities"},
		"negative epochs":              {fit(c, x, classes, mlp.FitOptions{Epochs: -1}), "mlp: Fit: Epochs is -1, want at least 1 (or 0 for the default)"},
		"negative batch":               {fit(c, x, classes, mlp.FitOptions{BatchSize: -8}), "mlp: Fit: BatchSize is -8, want at least 1 (or 0 for the default)"},
		"nil callback":                 {fit(c, x, classes, mlp.FitOptions{Callbacks: []mlp.Callback{nil}}), "mlp: Fit: callback 0 is nil"},
		"nil function":                 {fit(c, x, classes, mlp.FitOptions{Callbacks: []mlp.Callback{mlp.CallbackFunc(nil)}}), "mlp: Fit: callback 0 is nil"},
		"validation columns":           {fit(c, x, classes, mlp.FitOptions{Validation: &mlp.Dataset{X: numbers, Y: classes}}), "mlp: Fit: Validation: x has 2 columns, layer 0 takes 4"},
		"validation nil":               {fit(c, x, classes, mlp.FitOptions{Validation: &mlp.Dataset{}}), "mlp: Fit: Validation: x is nil"},
		"negative rate":                {fit(c, x, classes, mlp.FitOptions{Optimizer: mlp.SGD{LearningRate: -1}}), "mlp: Fit: SGD.LearningRate is -1, want a finite number above 0 (or 0 for the default)"},
		"NaN rate":                     {fit(c, x, classes, mlp.FitOptions{Optimizer: mlp.Adam{LearningRate: nan}}), "mlp: Fit: Adam.LearningRate is NaN, want a finite number above 0 (or 0 for the default)"},
		"infinite rate":                {fit(c, x, classes, mlp.FitOptions{Optimizer: mlp.Adam{LearningRate: math.Inf(1)}}), "mlp: Fit: Adam.LearningRate is +Inf, want a finite number above 0 (or 0 for the default)"},
		"momentum 1":                   {fit(c, x, classes, mlp.FitOptions{Optimizer: mlp.SGD{Momentum: 1}}), "mlp: Fit: SGD.Momentum is 1, want a number in [0, 1)"},
		"nesterov alone":               {fit(c, x, classes, mlp.FitOptions{Optimizer: mlp.SGD{Nesterov: true}}), "mlp: Fit: SGD.Nesterov needs SGD.Momentum, which is 0"},
		"beta1":                        {fit(c, x, classes, mlp.FitOptions{Optimizer: mlp.Adam{Beta1: 1.5}}), "mlp: Fit: Adam.Beta1 is 1.5, want a number in [0, 1)"},
		"beta2":                        {fit(c, x, classes, mlp.FitOptions{Optimizer: mlp.Adam{Beta2: -0.1}}), "mlp: Fit: Adam.Beta2 is -0.1, want a number in [0, 1)"},
		"epsilon":                      {fit(c, x, classes, mlp.FitOptions{Optimizer: mlp.Adam{Epsilon: -1}}), "mlp: Fit: Adam.Epsilon is -1, want a finite number of at least 0"},
		"schedule":                     {fit(c, x, classes, mlp.FitOptions{Schedule: mlp.StepDecay{}}), "mlp: Fit: StepDecay.Every is 0, want a finite number above 0"},
		"clip norm":                    {fit(c, x, classes, mlp.FitOptions{ClipNorm: -1}), "mlp: Fit: ClipNorm is -1, want a finite number above 0 (or 0 for no limit)"},
		"clip value":                   {fit(c, x, classes, mlp.FitOptions{ClipValue: nan}), "mlp: Fit: ClipValue is NaN, want a finite number above 0 (or 0 for no limit)"},
		"few sample weights":           {fit(c, x, classes, mlp.FitOptions{SampleWeights: []float64{1}}), "mlp: Fit: SampleWeights has 1 entries, x has rows: 9"},
		"negative sample weight":       {fit(r, x, numbers, mlp.FitOptions{SampleWeights: []float64{1, 1, -1, 1, 1, 1, 1, 1, 1}}), "mlp: Fit: SampleWeights[2] is -1, want a finite number of at least 0"},
		"zero sample weights":          {fit(r, x, numbers, mlp.FitOptions{SampleWeights: make([]float64, 9)}), "mlp: Fit: the weights of all rows are 0"},
		"few class weights":            {fit(b, x, yes, mlp.FitOptions{ClassWeights: []float64{1}}), "mlp: Fit: ClassWeights has 1 entries, the network has classes: 2"},
		"infinite class weight":        {fit(b, x, yes, mlp.FitOptions{ClassWeights: []float64{1, math.Inf(1)}}), "mlp: Fit: ClassWeights[1] is +Inf, want a finite number of at least 0"},
		"class weights for none":       {fit(r, x, numbers, mlp.FitOptions{ClassWeights: []float64{1, 2}}), "mlp: Fit: ClassWeights for a regression, which has no classes"},
		"nil context":                  {func() error { _, err := c.Fit(nil, x, classes, none); return err }, "mlp: Fit: nil context"}, //lint:ignore SA1012 that is the mistake
		"forward columns":              {func() error { _, err := c.Forward(classes); return err }, "mlp: Forward: x has 3 columns, layer 0 takes 4"},
		"forward NaN":                  {func() error { _, err := c.Forward(with(x, 1, 1, nan)); return err }, "mlp: Forward: x[1,1] is NaN: not finite"},
		"predict nil":                  {func() error { _, err := c.Predict(nil); return err }, "mlp: Predict: x is nil"},
		"predict binary":               {func() error { _, err := b.Predict(classes); return err }, "mlp: Predict: x has 3 columns, layer 0 takes 4"},
		"predict regressor":            {func() error { _, err := r.Predict(&mat.Dense{}); return err }, "mlp: Predict: x is empty (0×0)"},
		"probabilities":                {func() error { _, err := b.Probabilities(nil); return err }, "mlp: Probabilities: x is nil"},
		"probabilities row":            {func() error { return b.ProbabilitiesRow(make([]float64, 1), make([]float64, 3)) }, "mlp: ProbabilitiesRow: x has 3 entries, layer 0 takes 4"},
		"classes":                      {func() error { _, err := c.(*mlp.Classifier).Classes(nil); return err }, "mlp: Classes: x is nil"},
		"row too short":                {row(c, make([]float64, 3), make([]float64, 3)), "mlp: PredictRow: x has 3 entries, layer 0 takes 4"},
		"row nil":                      {row(b, make([]float64, 1), nil), "mlp: PredictRow: x has 0 entries, layer 0 takes 4"},
		"row dst":                      {row(r, make([]float64, 1), make([]float64, 4)), "mlp: PredictRow: dst has 1 entries, layer 1 gives 2"},
		"row NaN":                      {row(r, make([]float64, 2), []float64{0, 0, nan, 0}), "mlp: PredictRow: x[2] is NaN: not finite"},
		"evaluate rows":                {func() error { _, err := c.Evaluate(x, classes.Slice(0, 7, 0, 3)); return err }, "mlp: Evaluate: y has 7 rows, x has 9"},
		"evaluate labels":              {func() error { _, err := b.Evaluate(x, with(yes, 0, 0, -1)); return err }, "mlp: Evaluate: y[0,0] is -1, binary_cross_entropy takes 0 or 1"},
		"evaluate overflow":            {func() error { _, err := r.Evaluate(x, with(numbers, 0, 0, 1e200)); return err }, "mlp: Evaluate: the loss is +Inf: not finite"},
		"threshold":                    {func() error { return b.SetThreshold(1.5) }, "mlp: SetThreshold: 1.5 is not in [0, 1]"},
		"threshold NaN":                {func() error { return b.SetThreshold(nan) }, "mlp: SetThreshold: NaN is not in [0, 1]"},
		"error rate nil":               {metric(mlp.ErrorRate, nil, yes), "mlp: ErrorRate: y is nil"},
		"error rate rows":              {metric(mlp.ErrorRate, yes, yes.Slice(0, 2, 0, 1)), "mlp: ErrorRate: yhat has 2 rows, y has 9"},
		"accuracy columns":             {metric(mlp.Accuracy, classes, yes), "mlp: Accuracy: yhat has 1 columns, y has 3"},
		"one-hot error rate NaN":       {metric(mlp.OneHotErrorRate, classes, with(classes, 2, 1, nan)), "mlp: OneHotErrorRate: yhat[2,1] is NaN: not finite"},
		"one-hot error rate of labels": {metric(mlp.OneHotErrorRate, yes, yes), "mlp: OneHotErrorRate: y has 1 columns, want at least 2"},
		"R2 of nothing":                {metric(mlp.R2, &mat.Dense{}, yes), "mlp: R2: y is empty (0×0)"},
	} {
		t.Run(name, func(t *testing.T) {
			err := call.call()
			if err == nil || err.Error() != call.want {
				t.Errorf("got  %v\nwant %s", err, call.want)
			}
			if err != nil && strings.Contains(call.want, "not finite") != errors.Is(err, mlp.ErrNotFinite) {
				t.Error("errors.Is(err, ErrNotFinite) does not tell")
			}
		})
	}
	var shape *mlp.ShapeError
	if err := row(c, make([]float64, 3), make([]float64, 3))(); !errors.As(err, &shape) || shape.Got != 3 || shape.Want != 4 {
		t.Errorf("errors.As gives %+v", shape)
	}
}

func TestPredictions(t *testing.T) {
	x, _, _, _ := samples(300) // several blocks and a short one
	c, b, r := classifier(t).(*mlp.Classifier), binaryNet(t), regressor(t)
	for _, net := range []mlp.Network{c, b, r} {
		all, err := net.Predict(x)
		if err != nil {
			t.Fatal(err)
		}
		forward, err := net.Forward(x)
		if err != nil {
			t.Fatal(err)
		}
		rows, units := all.Dims()
		dst := make([]float64, units)
		for i := range rows {
			if err := net.PredictRow(dst, x.RawRowView(i)); err != nil {
				t.Fatal(err)
			}
			nearMatrix(t, "PredictRow against Predict", mat.NewDense(1, units, dst), all.Slice(i, i+1, 0, units), 1e-14)
		}
		if net != b {
			nearMatrix(t, "Predict against Forward", all, forward, 0)
		}
		same, err := net.Predict(mat.DenseCopyOf(x.T()).T())
		if err != nil {
			t.Fatal(err)
		}
		nearMatrix(t, "Predict of a mat.Transpose", same, all, 0)
		view := mat.NewDense(rows+1, units+2, nil).Slice(1, rows+1, 1, units+1).(*mat.Dense)
		for _, dst := range []*mat.Dense{{}, mat.NewDense(rows, units, nil), view} {
			if err := net.PredictTo(dst, x); err != nil {
				t.Fatal(err)
			}
			nearMatrix(t, "PredictTo", dst, all, 0)
		}
	}

	p, err := b.Probabilities(x)
	if err != nil {
		t.Fatal(err)
	}
	for _, threshold := range []float64{0, p.At(5, 0), 1} {
		if err := b.SetThreshold(threshold); err != nil {
			t.Fatal(err)
		}
		labels, err := b.Predict(x)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 300 {
			want := 0.0
			if p.At(i, 0) >= threshold {
				want = 1
			}
			if labels.At(i, 0) != want {
				t.Fatalf("threshold %v, probability %v: label %v", threshold, p.At(i, 0), labels.At(i, 0))
			}
		}
	}

	q, err := c.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	classes, err := c.Classes(x)
	if err != nil {
		t.Fatal(err)
	}
	for i, k := range classes {
		if sum := mat.Sum(q.Slice(i, i+1, 0, 3)); math.Abs(sum-1) > 1e-15*4 {
			t.Errorf("row %d: probabilities sum to %v", i, sum)
		}
		if q.At(i, k) != mat.Max(q.Slice(i, i+1, 0, 3)) {
			t.Errorf("row %d: class %d of %v", i, k, q.RawRowView(i))
		}
	}
}

func TestEvaluateAgreesWithPredict(t *testing.T) {
	x, classes, yes, numbers := samples(300)
	for _, c := range []struct {
		net   mlp.Network
		y     *mat.Dense
		score func(y, yhat mat.Matrix) (float64, error)
	}{
		{classifier(t), classes, mlp.Accuracy},
		{binaryNet(t), yes, mlp.Accuracy},
		{regressor(t), numbers, mlp.R2},
	} {
		scores, err := c.net.Evaluate(x, c.y)
		if err != nil {
			t.Fatal(err)
		}
		yhat, err := c.net.Predict(x)
		if err != nil {
			t.Fatal(err)
		}
		want, err := c.score(c.y, yhat)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "score", scores.Score, want, 1e-12)
		out, err := c.net.Forward(x)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "loss", scores.Loss, c.net.Loss().Eval(nil, out, c.y), 1e-12)
	}
}

// A sigmoid of 40 is rounded to 1, but Evaluate knows how wrong it is.
func TestEvaluateOfSaturatedOutputs(t *testing.T) {
	net := model(t, mlp.BinaryCrossEntropy, nil, mlp.Dense(1, 1, mlp.Sigmoid))
	net.Layers()[0].Params()[0].Value.Set(0, 0, 40)
	scores, err := net.Evaluate(mat.NewDense(1, 1, []float64{1}), mat.NewDense(1, 1, []float64{0}))
	if err != nil || scores.Loss != 40 {
		t.Errorf("loss %v, %v, want 40", scores.Loss, err)
	}
}

func TestLayersOfATrainedNetworkKeepTheirWeights(t *testing.T) {
	body := mlp.Dense(4, 5, mlp.Tanh)
	first := model(t, mlp.BinaryCrossEntropy, nil, body, mlp.Dense(5, 1, mlp.Sigmoid))
	before := mat.DenseCopyOf(body.Params()[0].Value)
	second := model(t, mlp.MeanSquaredError, nil, body, mlp.Dense(5, 2, mlp.Identity))
	nearMatrix(t, "weights in the second network", second.Layers()[0].Params()[0].Value, before, 0)
	if first.Layers()[0] != second.Layers()[0] {
		t.Error("the layer is not shared")
	}
}
