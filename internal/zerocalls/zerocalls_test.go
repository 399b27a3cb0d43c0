// Package zerocalls_test calls everything that the packages of this module
// export with zero values: every method of a zero value and every function,
// with zero arguments. Nothing may panic, except what is documented to.
package zerocalls_test

import (
	"errors"
	"fmt"
	"go/token"
	"os"
	"path"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/interop"
	"example.com/mlp/onnx"
	"example.com/mlp/plots"
	"example.com/mlp/progress"
	"example.com/mlp/report"
	"example.com/mlp/selection"
	"example.com/mlp/tabular"
	"example.com/mlp/trust"
)

var module = reflect.TypeFor[mlp.Param]().PkgPath()

// shapePanics are the methods that return no error and panic with a
// *mlp.ShapeError, as mlp.ShapeError says.
var shapePanics = []string{
	"Infer", "InferLogits", "NewPass", "CheckInfer", // of layers
	"Forward", "ForwardLogits", "Backward", "BackwardLogits", // of passes
	"Eval", "EvalLogits", // of losses
	"Step", // of optimizers
}

// types are pointers to every exported type with methods.
var types = []any{
	(*mlp.Adadelta)(nil), (*mlp.Adagrad)(nil), (*mlp.Adam)(nil), (*mlp.AdamW)(nil), (*mlp.Adamax)(nil), (*mlp.BinaryClassifier)(nil),
	(*mlp.CallbackFunc)(nil), (*mlp.Checkpoint)(nil), (*mlp.Classifier)(nil), (*mlp.Confusion)(nil), (*mlp.CosineDecay)(nil), (*mlp.CosineLog)(nil), (*mlp.CosineRestarts)(nil),
	(*mlp.DefaultDense)(nil), (*mlp.DivergedError)(nil), (*mlp.EarlyStopping)(nil), (*mlp.ExponentialDecay)(nil), (*mlp.FlatCosine)(nil), (*mlp.History)(nil),
	(*mlp.InverseTimeDecay)(nil), (*mlp.LabelReport)(nil), (*mlp.KeepBest)(nil), (*mlp.LBFGS)(nil), (*mlp.Lion)(nil), (*mlp.MultiStepDecay)(nil), (*mlp.NAdam)(nil), (*mlp.Metric)(nil), (*mlp.Normalization)(nil), (*mlp.InputError)(nil), (*mlp.PiecewiseLinear)(nil),
	(*mlp.OneCycle)(nil), (*mlp.PolynomialDecay)(nil), (*mlp.Precision)(nil), (*mlp.Predictor)(nil), (*mlp.RAdam)(nil), (*mlp.RMSprop)(nil), (*mlp.ReduceOnPlateau)(nil), (*mlp.Regressor)(nil),
	(*mlp.Report)(nil), (*mlp.Rprop)(nil), (*mlp.SGD)(nil), (*mlp.ShapeError)(nil), (*mlp.ShareSchedule)(nil), (*mlp.SoftmaxDense)(nil), (*mlp.StepDecay)(nil), (*mlp.Tally)(nil), (*mlp.Task)(nil),
	(*mlp.Trainer)(nil), (*mlp.Warmup)(nil),
	(*dataset.Cell)(nil), (*dataset.Data)(nil), (*dataset.DateField)(nil), (*dataset.FeatureKind)(nil), (*dataset.Imputation)(nil), (*dataset.Measure)(nil), (*dataset.MinMaxScaler)(nil), (*dataset.Notation)(nil),
	(*dataset.Pipeline)(nil), (*dataset.Prediction)(nil), (*dataset.Preparation)(nil), (*dataset.QuantileScaler)(nil), (*dataset.Recipe)(nil), (*dataset.Report)(nil), (*dataset.RobustScaler)(nil), (*dataset.RowsError)(nil),
	(*dataset.Scaling)(nil), (*dataset.Shards)(nil), (*dataset.StandardScaler)(nil), (*dataset.Summary)(nil), (*dataset.Table)(nil), (*dataset.Training)(nil), (*dataset.Unknown)(nil),
	(*onnx.Precision)(nil),
	(*plots.Figure)(nil),
	(*progress.Bar)(nil), (*progress.Bars)(nil),
	(*selection.Outcome)(nil), (*selection.Result[int])(nil), (*selection.Results[int])(nil), (*selection.Search[int])(nil),
	(*tabular.Method)(nil), (*tabular.Model)(nil), (*tabular.Run)(nil), (*tabular.Size)(nil), (*dataset.Target)(nil), (*dataset.Validation)(nil),
	(*trust.Intervals)(nil), (*trust.Platt)(nil), (*trust.Sets)(nil), (*trust.Temperature)(nil),
}

// funcs are all exported functions except those of mlptest, which take a testing.TB.
var funcs = []any{
	mlp.Accuracy, mlp.AveragePrecision, mlp.BalancedClassWeights, mlp.BrierScore, mlp.ErrorRate, mlp.ExplainedVariance, mlp.GlorotNormal,
	mlp.GlorotUniform, mlp.HeNormal, mlp.HeUniform, mlp.LeCunNormal, mlp.LeCunUniform, mlp.LoadCheckpoint, mlp.LogLoss, mlp.MAE, mlp.MAPE, mlp.MSE,
	mlp.MedianAbsoluteError, mlp.OneHotErrorRate, mlp.Orthogonal, mlp.PinballLoss, mlp.R2, mlp.RMSE, mlp.ROCAUC, mlp.Save, mlp.SaveFile,
	mlp.TopKAccuracy, mlp.Zeros, mlp.ActivationByName, mlp.NewActivation, mlp.NewCELU, mlp.NewELU, mlp.NewHardSigmoid, mlp.NewHardTanh, mlp.NewLeakyReLU,
	mlp.TimeLimit, mlp.ConfusionOf, mlp.NewConfusion, mlp.NewLabelReport, mlp.WithInitializer, mlp.WithL1, mlp.WithL2, mlp.WithMaxNorm, mlp.WithoutBias, mlp.Constant,
	mlp.Normal, mlp.Uniform, mlp.ActivationLayer, mlp.BatchNorm, mlp.Dense, mlp.Dropout, mlp.GaussianNoise, mlp.LayerNorm, mlp.PReLU, mlp.Residual,
	mlp.Columns, mlp.Embedding, mlp.NewPiecewiseLinear, mlp.PBLD, mlp.Periodic, mlp.Scale, mlp.Stack, mlp.WithSharedWeights, mlp.WithSigma,
	mlp.WithActivations, mlp.WithLayerKinds, mlp.WithLosses, mlp.Focal, mlp.Huber, mlp.LabelSmoothing, mlp.Quantile, mlp.LossByName, mlp.MetricByName, mlp.WithClasses,
	mlp.WithFeatures, mlp.WithSeed, mlp.WithPrecision, mlp.WithTargetScaling, mlp.Freeze, mlp.Adapt, mlp.RandomSigns, mlp.BatchEnsemble, mlp.MemberHeads,
	mlp.MemberInputs, mlp.MemberLayers, mlp.MemberMean, mlp.NTKDense, mlp.ParametricActivation, mlp.Average, mlp.Ensemble, mlp.Load, mlp.LoadFS, mlp.LoadFile, mlp.Model, mlp.WithEpsilon,
	mlp.WithMomentum, mlp.CheckInfer, mlp.NewPass, mlp.NewNormalization, mlp.OptimizerByName, mlp.PrecisionRecall, mlp.ROC, mlp.FindLearningRate, mlp.NewTally, mlp.NewTrainer,
	dataset.OneHot, dataset.ReadIDXImages, dataset.ReadIDXLabels, dataset.ReadNPY, dataset.WriteNPY, dataset.ReadCSV, dataset.GroupKFold[int],
	dataset.GroupSplit[int], dataset.KFold, dataset.Split, dataset.StratifiedKFold[int], dataset.StratifiedSplit[int], dataset.TimeSeriesSplit,
	dataset.FitMinMaxScaler, dataset.LoadPipeline, dataset.LoadPipelineFS, dataset.LoadPipelineFile, dataset.NewPipeline, dataset.FitQuantileScaler,
	dataset.FitRobustScaler, dataset.FitStandardScaler, dataset.NewTable, dataset.ReadTable, dataset.ReadTableFS, dataset.ReadTableFile, dataset.Binary, dataset.Classes,
	dataset.LabelSets, dataset.Labels, dataset.Numbers, dataset.NumbersIn, dataset.CellOf, dataset.Number, dataset.Text, dataset.Time, dataset.Truth,
	dataset.NewTableOf, dataset.CellValues, dataset.NumberValues, dataset.TextValues,
	dataset.CSV, dataset.CSVBlocks, dataset.CSVFS, dataset.CSVFile, dataset.JSONLines, dataset.JSONLinesFS, dataset.JSONLinesFile, dataset.Maps[int], dataset.ReadAll, dataset.SQL,
	dataset.SQLRows, dataset.Structs[int],
	interop.ReadPyTorch, interop.ReadScikitLearn, interop.WritePyTorch, interop.WriteScikitLearn,
	onnx.Export, onnx.ExportFile, onnx.Import, onnx.ImportFS, onnx.ImportFile,
	plots.Confusion, plots.DecisionBoundary, plots.GradientNorm, plots.Importance, plots.Intervals, plots.LearningCurve, plots.LearningRate,
	plots.Loss, plots.Losses, plots.PartialDependence, plots.PrecisionRecall, plots.Predictions,
	plots.ROC, plots.Reliability, plots.Residuals, plots.Score, plots.Scores, plots.Units, plots.Weights,
	progress.New, progress.NewBars,
	report.Write, report.WriteFile,
	selection.By, selection.Collect[int], selection.Draw[int], selection.OnData[int], selection.OnTable[int], selection.OnTraining[int], selection.OutOfFold,
	dataset.CrossValidate, dataset.CrossValidateGroups, dataset.CrossValidateTime, dataset.HoldOut, dataset.HoldOutGroups, dataset.HoldOutLast, dataset.HoldOutTable, tabular.Fit, tabular.Tune,
	trust.CalibrationError, trust.Grid, trust.InputGradients, trust.PartialDependence, trust.Reliability, trust.PermutationImportance,
	trust.FitIntervals, trust.FitPlatt, trust.FitAPS, trust.FitLAC, trust.FitTemperature,
}

// vars are all exported variables.
var vars = map[string]any{
	"Identity": mlp.Identity, "ReLU": mlp.ReLU, "LeakyReLU": mlp.LeakyReLU, "ReLU6": mlp.ReLU6, "ELU": mlp.ELU,
	"SELU": mlp.SELU, "CELU": mlp.CELU, "GELU": mlp.GELU, "GELUTanh": mlp.GELUTanh, "SiLU": mlp.SiLU, "Mish": mlp.Mish,
	"Softplus": mlp.Softplus, "Sigmoid": mlp.Sigmoid, "Tanh": mlp.Tanh, "Softsign": mlp.Softsign,
	"HardSigmoid": mlp.HardSigmoid, "HardTanh": mlp.HardTanh, "HardSwish": mlp.HardSwish, "Softmax": mlp.Softmax,
	"LogSoftmax": mlp.LogSoftmax, "ErrInTraining": mlp.ErrInTraining, "ErrNotFinite": mlp.ErrNotFinite, "ErrStop": mlp.ErrStop,
	"BinaryCrossEntropy": mlp.BinaryCrossEntropy, "CategoricalCrossEntropy": mlp.CategoricalCrossEntropy,
	"Hinge": mlp.Hinge, "KLDivergence": mlp.KLDivergence, "LogCosh": mlp.LogCosh,
	"MeanAbsoluteError": mlp.MeanAbsoluteError, "MeanSquaredError": mlp.MeanSquaredError, "Poisson": mlp.Poisson,
	"SquaredHinge": mlp.SquaredHinge,
}

// exported is the contents of testdata/api.txt.
type exported struct {
	methods map[string][]string // of "mlp.Confusion"
	funcs   []string
	vars    []string
}

func readAPI(t *testing.T) exported {
	t.Helper()
	text, err := os.ReadFile("../../testdata/api.txt")
	if err != nil {
		t.Fatal(err)
	}
	api := exported{methods: make(map[string][]string)}
	method := regexp.MustCompile(`^(\w+): func \((?:\w+ )?\*?(\w+)(?:\[\w+\])?\) (\w+)`)
	function := regexp.MustCompile(`^(\w+): func (\w+)`)
	variable := regexp.MustCompile(`^\w+: var (\w+)`)
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "mlptest: ") {
			continue // it takes a testing.TB
		}
		if m := method.FindStringSubmatch(line); m != nil {
			name := m[1] + "." + m[2]
			api.methods[name] = append(api.methods[name], m[3])
		} else if m := function.FindStringSubmatch(line); m != nil {
			api.funcs = append(api.funcs, m[1]+"."+m[2])
		} else if m := variable.FindStringSubmatch(line); m != nil {
			api.vars = append(api.vars, m[1])
		}
	}
	return api
}

func TestMethods(t *testing.T) {
	api := readAPI(t)
	for _, pointer := range types {
		elem := reflect.TypeOf(pointer).Elem()
		name, _, _ := strings.Cut(elem.String(), "[")
		methods := api.methods[name]
		if len(methods) == 0 {
			t.Errorf("%s has no methods", name)
		}
		delete(api.methods, name)
		for _, m := range methods {
			call(t, name+"{}."+m, reflect.New(elem).MethodByName(m))
		}
	}
	for name := range api.methods {
		t.Errorf("%s is not among types", name)
	}
}

func TestFunctions(t *testing.T) {
	api := readAPI(t)
	for _, f := range funcs {
		v := reflect.ValueOf(f)
		full := strings.Replace(runtime.FuncForPC(v.Pointer()).Name(), module+".", "mlp.", 1)
		name := strings.TrimSuffix(path.Base(full), "[...]")
		api.funcs = slices.DeleteFunc(api.funcs, func(s string) bool { return s == name })
		call(t, name, v)
	}
	for _, name := range api.funcs {
		t.Errorf("%s is not among funcs", name)
	}
}

func TestVariables(t *testing.T) {
	api := readAPI(t)
	for name, v := range vars {
		api.vars = slices.DeleteFunc(api.vars, func(s string) bool { return s == name })
		use(t, "mlp."+name, reflect.ValueOf(v))
	}
	for _, name := range api.vars {
		t.Errorf("%s is not among vars", name)
	}
}

// Values that are not zero accept zero arguments too.
func TestThings(t *testing.T) {
	hidden := func() mlp.Layer { return mlp.Dense(2, 2, mlp.ReLU, mlp.WithL2(1), mlp.WithMaxNorm(1)) }
	things := []any{
		hidden(), mlp.Dense(2, 3, mlp.Softmax), mlp.ActivationLayer(2, mlp.Tanh), mlp.Residual(hidden()), mlp.NewNormalization(2), mlp.PReLU(2),
		mlp.BatchNorm(2), mlp.LayerNorm(2), mlp.Dropout(2, 0.5), mlp.GaussianNoise(2, 1),
		mlp.Columns(1, mlp.ColumnGroup{Columns: []int{0}, Layer: mlp.Scale(1)}), mlp.Embedding(2, 1), mlp.NewPiecewiseLinear(2, 2, 2), mlp.PBLD(2, 2, 2), mlp.Periodic(2, 2, 2), mlp.Scale(2), mlp.Stack(hidden()),
		mlp.Warmup{Epochs: 1, Then: &mlp.ReduceOnPlateau{}}, &mlp.Confusion{Counts: [][]int{{1}, {2, 3, 4}, nil}, Names: []string{"a"}},
		&selection.Results[int]{Candidates: []selection.Result[int]{{Rank: 1}, {}}},
	}
	for loss, last := range map[mlp.Loss]mlp.Layer{
		mlp.BinaryCrossEntropy:      mlp.Dense(2, 1, mlp.Sigmoid),
		mlp.CategoricalCrossEntropy: mlp.Dense(2, 3, mlp.Softmax),
		mlp.MeanSquaredError:        mlp.Dense(2, 2, mlp.Identity),
	} {
		net, err1 := mlp.Model([]mlp.Layer{hidden(), last}, loss)
		trainer, err2 := mlp.NewTrainer(net, mlp.FitOptions{})
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		things = append(things, net, trainer)
	}
	for _, v := range things {
		use(t, fmt.Sprintf("%T", v), reflect.ValueOf(v))
	}
}

// call calls f with zero arguments and uses its results. It reports a panic that
// is not documented.
func call(t *testing.T, name string, f reflect.Value) {
	defer func() {
		v := recover()
		err, _ := v.(error)
		var shape *mlp.ShapeError
		shapes := errors.As(err, &shape) && slices.Contains(shapePanics, name[strings.LastIndex(name, ".")+1:])
		if v != nil && !shapes {
			t.Errorf("%s panics: %v", name, v)
		}
	}()
	args := make([]reflect.Value, f.Type().NumIn())
	for i := range args {
		args[i] = reflect.Zero(f.Type().In(i))
	}
	var results []reflect.Value
	if f.Type().IsVariadic() {
		results = f.CallSlice(args)
	} else {
		results = f.Call(args)
	}
	for _, r := range results {
		if err, ok := r.Interface().(error); ok && f.Type().Out(len(results)-1) == errorType {
			checkError(t, name, err)
		}
		use(t, name+"()", r)
	}
}

var errorType = reflect.TypeFor[error]()

// called are the methods that Fit, Model, Freeze and LoadCheckpoint call, of
// which each begins its error with an operation and a place of its own.
var called = regexp.MustCompile(`\.(Validate|FitBegin|BatchEnd|EpochEnd|Checkpoint|CheckpointStep)$|(EarlyStopping|KeepBest|ReduceOnPlateau)\{\}\.UnmarshalBinary$`)

// checkError reports an error of the call name that does not begin with the
// package, the type and the operation: "dataset: Table.Split: ". In package mlp,
// methods that several types have leave out the type: "mlp: Fit: ".
func checkError(t *testing.T, name string, err error) {
	pkg, operation, method := strings.TrimPrefix(name, "*"), name[strings.LastIndex(name, ".")+1:], strings.Count(name, ".") > 1
	pkg = pkg[:strings.Index(pkg, ".")]
	form := "^" + pkg + ": " + operation + ": ."
	switch {
	case strings.HasSuffix(name, "()"): // of a function that was returned
		return
	case pkg == "mlp" && called.MatchString(name):
		form = "^[^:]"
		if strings.HasPrefix(err.Error(), "mlp: ") {
			t.Errorf("%s: %v: the package is named twice", name, err)
		}
	case pkg == "mlp":
		form = `^mlp: ([A-Z]\w*\.)?` + operation + ": ."
	case method:
		form = "^" + pkg + `: [A-Z]\w*\.` + operation + ": ."
	}
	if !regexp.MustCompile(form).MatchString(err.Error()) {
		t.Errorf("%s: %v: want an error of the form %s", name, err, form)
	}
}

// use calls v, if it is a function, and its methods, if its type is of this
// module.
func use(t *testing.T, name string, v reflect.Value) {
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() || strings.Count(name, "()") > 3 {
		return
	}
	typ := v.Type()
	if v.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	if !strings.HasPrefix(typ.PkgPath(), module) {
		return
	}
	if v.Kind() == reflect.Pointer && v.IsNil() { // returned along with an error
		return
	}
	for i := range v.NumMethod() {
		call(t, name+"."+v.Type().Method(i).Name, v.Method(i))
	}
	if v.Kind() == reflect.Func && !v.IsNil() && !isOption(typ) {
		call(t, name, v)
	}
}

// isOption reports whether functions of the type take an argument that only
// their package can make.
func isOption(typ reflect.Type) bool {
	return typ.NumIn() == 1 && typ.In(0).Kind() == reflect.Pointer && !token.IsExported(typ.In(0).Elem().Name())
}
