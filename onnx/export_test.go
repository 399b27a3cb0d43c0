package onnx

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// activationNames returns the names of the activations of package mlp, which
// the lookup gives with the error for an unknown one.
func activationNames(t *testing.T) []string {
	t.Helper()
	_, err := mlp.ActivationByName("?")
	_, list, _ := strings.Cut(err.Error(), "have ")
	var names []string
	for _, m := range regexp.MustCompile(`"(\w+)"`).FindAllStringSubmatch(list, -1) {
		names = append(names, m[1])
	}
	if len(names) < 20 {
		t.Fatalf("only %d names in %v", len(names), err)
	}
	return names
}

// network is a network that an export is tested with.
type network struct {
	mlp.Network
	name string
	back string // what an import makes of it, "" for the same layers

	x *mat.Dense // some samples
}

// varied gives the parameters of a network values on both sides of zero, and
// of scales and variances positive ones.
func varied(t *testing.T, name, back string, layers ...mlp.Layer) network {
	t.Helper()
	net, err := mlp.Model(layers, mlp.MeanSquaredError, mlp.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range net.Layers() {
		for j, p := range l.Params() {
			if strings.HasSuffix(p.Name, "edges") { // which must ascend
				continue
			}
			positive := strings.HasSuffix(p.Name, "var") || p.Name == "std"
			p.Value.Apply(func(r, c int, _ float64) float64 {
				v := float64((3*i+7*j+11*r+5*c)%18)/16 - 0.53125 // exact on every processor
				if positive {
					return 1.5 + v
				}
				return v
			}, p.Value)
		}
	}
	inputs, _ := layers[0].Dims()
	return network{net, name, back, samples(9, inputs)}
}

// networks returns a network with each activation and each kind of layer.
func networks(t *testing.T) []network {
	t.Helper()
	var all []network
	for _, name := range append(activationNames(t), "leaky_relu(0.25)", "elu(0.7)", "celu(1.3)", "hard_sigmoid(0.2,0.5)", "hard_tanh(-0.5,0.8)",
		"hard_tanh(-Inf,0.5)", "hard_tanh(0.25,+Inf)") {
		act, err := mlp.ActivationByName(name)
		if err != nil {
			t.Fatal(err)
		}
		back := ""
		if name == "identity" {
			back = "layer_norm dense(5,3,identity)"
		}
		all = append(all,
			varied(t, "dense "+name, "", mlp.Dense(4, 5, act), mlp.Dense(5, 3, mlp.Identity)),
			varied(t, "layer "+name, back, mlp.LayerNorm(5), mlp.ActivationLayer(5, act), mlp.Dense(5, 3, mlp.Identity)))
	}
	d := func() mlp.Layer { return mlp.Dense(4, 4, mlp.Tanh) }
	scale := mlp.NewNormalization(3)
	if err := scale.Set([]float64{100, -0.3, 0}, []float64{20, 0.7, 1}); err != nil {
		t.Fatal(err)
	}
	scaled := varied(t, "target scaling", "", d(), mlp.Dense(4, 3, mlp.Identity))
	var err error
	if scaled.Network, err = mlp.Model(scaled.Layers(), mlp.MeanSquaredError, mlp.WithTargetScaling(scale)); err != nil {
		t.Fatal(err)
	}
	counts := varied(t, "counts", "", d(), mlp.Dense(4, 3, mlp.Identity))
	if counts.Network, err = mlp.Model(counts.Layers(), mlp.Poisson); err != nil {
		t.Fatal(err)
	}
	all = append(all, tableNetworks(t)...)
	return append(all,
		scaled,
		counts,
		varied(t, "labels", "", d(), mlp.Dense(4, 3, mlp.Sigmoid)),
		varied(t, "normalized outputs", "", d(), mlp.NewNormalization(4)),
		varied(t, "without bias", "", mlp.Dense(4, 3, mlp.ReLU, mlp.WithoutBias()), mlp.Dense(3, 2, mlp.Softmax, mlp.WithoutBias())),
		varied(t, "one unit", "", mlp.Dense(1, 1, mlp.Sigmoid)),
		varied(t, "normalization", "", mlp.NewNormalization(4), d()),
		varied(t, "batch norm", "", mlp.BatchNorm(4), d(), mlp.BatchNorm(4), mlp.ActivationLayer(4, mlp.ReLU)),
		varied(t, "batch norm with options", "", d(), mlp.BatchNorm(4, mlp.WithEpsilon(0.125), mlp.WithMomentum(0.01))),
		varied(t, "layer norm with an epsilon", "", d(), mlp.LayerNorm(4, mlp.WithEpsilon(0.125))),
		varied(t, "layer norm", "", d(), mlp.LayerNorm(4)),
		varied(t, "prelu", "", mlp.PReLU(4), d(), mlp.PReLU(4)),
		varied(t, "dropout", "", mlp.Dropout(4, 0.25), d(), mlp.Dropout(4, 0.1)),
		varied(t, "noise", "dense(4,4,tanh)", mlp.GaussianNoise(4, 0.5), d(), mlp.GaussianNoise(4, 0.1)),
		varied(t, "residual", "", mlp.Residual(d()), mlp.Residual(mlp.Dense(4, 6, mlp.GELU), mlp.Dense(6, 4, mlp.Identity)), d()),
		varied(t, "residual of residuals", "", mlp.Residual(mlp.LayerNorm(4), mlp.Residual(mlp.PReLU(4), d()), mlp.ActivationLayer(4, mlp.SiLU)), d()),
		varied(t, "activation behind a layer without one", "dense(4,4,relu)", mlp.Dense(4, 4, mlp.Identity), mlp.ActivationLayer(4, mlp.ReLU)),
	)
}

// exported returns what Export writes.
func exported(t *testing.T, net mlp.Network, p Precision) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Export(&b, unwrapped(net), p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// unwrapped returns the network that Model has made.
func unwrapped(net mlp.Network) mlp.Network {
	if n, ok := net.(network); ok {
		return n.Network
	}
	return net
}

// forward returns what the model of a network computes: what its last layer
// gives, in the units of the targets.
func forward(t *testing.T, net mlp.Network, x *mat.Dense) *mat.Dense {
	t.Helper()
	y, err := answer(net, x)
	if err != nil {
		t.Fatal(err)
	}
	return y
}

// answer is what the exported graph of the network computes for x.
func answer(net mlp.Network, x *mat.Dense) (*mat.Dense, error) {
	if r, ok := unwrapped(net).(*mlp.Regressor); ok {
		return r.Predict(x)
	}
	return net.Forward(x)
}

// What is exported reads back, and means what its operators say.
func TestExport(t *testing.T) {
	for _, net := range networks(t) {
		t.Run(net.name, func(t *testing.T) {
			want := forward(t, net, net.x)
			for precision, tol := range map[Precision]float64{Float32: 1e-6, Float64: 1e-12} {
				file := exported(t, net, precision)
				back, err := Import(bytes.NewReader(file))
				if err != nil {
					t.Fatal(precision, err)
				}
				layers := net.back
				if layers == "" {
					layers = arch(net.Network)
				}
				if got := arch(back); got != layers {
					t.Errorf("%v: got %s, want %s", precision, got, layers)
				}
				y := forward(t, back, net.x)
				if precision == Float64 && !mat.Equal(y, want) {
					t.Errorf("%v: the outputs have other bits, by %g", precision, distance(t, y, want))
				}
				if d := distance(t, y, want); !(d <= tol) {
					t.Errorf("%v: the outputs differ by %g", precision, d)
				}
				if usesFloat32(net) { // its parameters are float32 in a file
					tol = max(tol, 1e-7)
				}
				m, err := decodeModel(file)
				if err != nil {
					t.Fatal(err)
				}
				if d := distance(t, evaluate(t, m, outputName, net.x), want); !(d <= tol) {
					t.Errorf("%v: the operators give outputs that differ by %g", precision, d)
				}
			}
		})
	}
}

// usesFloat32 reports whether the name of a network has an activation with a
// parameter that is not the same in float32.
func usesFloat32(net network) bool {
	for _, name := range []string{"leaky_relu", "elu(0.7)", "hard_sigmoid"} {
		if strings.Contains(net.name, name) {
			return true
		}
	}
	return false
}

// foreign is a layer of another package, and other says that it is one of
// package mlp.
type (
	foreign struct{ mlp.Layer }
	other   struct{ mlp.Describer }
)

func TestRefusedExports(t *testing.T) {
	cube := mlp.NewActivation("cube", func(z float64) float64 { return z * z * z }, func(z float64) float64 { return 3 * z * z })
	false1 := mlp.NewActivation("relu", func(z float64) float64 { return z }, func(z float64) float64 { return 1 })
	large := mlp.Dense(4, 3, mlp.Tanh)
	net := varied(t, "", "", large)
	large.Params()[0].Value.Set(1, 2, 1e39)
	bias := varied(t, "", "", mlp.Dense(4, 3, mlp.Tanh))
	bias.Layers()[0].Params()[1].Value.Set(0, 1, -1e300)
	mean := varied(t, "", "", mlp.NewNormalization(4))
	mean.Layers()[0].Params()[0].Value.Set(0, 1, 1e300)
	scale := mlp.NewNormalization(3)
	if err := scale.Set([]float64{1e300, 0, 0}, []float64{1, 1, 1}); err != nil {
		t.Fatal(err)
	}
	scaled, err := mlp.Model([]mlp.Layer{mlp.Dense(4, 3, mlp.Tanh)}, mlp.MeanSquaredError, mlp.WithTargetScaling(scale))
	if err != nil {
		t.Fatal(err)
	}
	std := varied(t, "", "", mlp.NewNormalization(3))
	tiny := std.Layers()[0].(*mlp.Normalization)
	if err := tiny.Set([]float64{0, 0, 0}, []float64{1, 1e-50, 1}); err != nil {
		t.Fatal(err)
	}
	units, err := mlp.Model([]mlp.Layer{mlp.Dense(4, 3, mlp.Tanh)}, mlp.MeanSquaredError, mlp.WithTargetScaling(tiny))
	if err != nil {
		t.Fatal(err)
	}
	norm := varied(t, "", "", mlp.LayerNorm(4))
	norm.Layers()[0].Params()[0].Value.Set(0, 1, 1e300)
	broken := varied(t, "", "", mlp.Dense(4, 3, mlp.Tanh))
	broken.Layers()[0].Params()[0].Value.Set(1, 2, math.NaN())
	for _, c := range []struct {
		net  mlp.Network
		p    Precision
		want string
	}{
		{broken, Float32, `layers.0: layers.0.weight[5] is NaN: not finite`},
		{broken, Float64, `layers.0: layers.0.weight[5] is NaN: not finite`},
		{varied(t, "", "", mlp.Dense(4, 3, cube)), Float32, `layers.0: the activation "cube" is not known`},
		{varied(t, "", "", mlp.Dense(4, 3, mlp.Tanh), mlp.ActivationLayer(3, false1)), Float64, `layers.1: the activation "relu" is not known`},
		{varied(t, "", "", mlp.Dense(4, 3, mlp.Tanh), foreign{mlp.Dropout(3, 0.1)}), Float32, `layers.1: a layer of type onnx.foreign is not known`},
		{varied(t, "", "", mlp.Residual(mlp.Dense(4, 4, mlp.Tanh), foreign{mlp.Dropout(4, 0.1)})), Float32, `layers.0: layers.0.1: a layer of type onnx.foreign is not known`},
		{varied(t, "", "", &other{mlp.PReLU(4).(mlp.Describer)}), Float32, `layers.0: a layer of type *onnx.other is not known`},
		{varied(t, "", "", mlp.Columns(1, mlp.ColumnGroup{Columns: []int{0}, Layer: foreign{mlp.Dropout(1, 0.1)}})), Float32, `layers.0: layers.0.0: a layer of type onnx.foreign is not known`},
		{varied(t, "", "", mlp.ParametricActivation(2, cube)), Float32, `layers.0: the activation "cube" is not known`},
		{varied(t, "", "", mlp.MemberMean(2, 2, cube)), Float32, `layers.0: the activation "cube" is not known`},
		{varied(t, "", "", mlp.MemberLayers(2, mlp.Dense(2, 2, cube))), Float32, `layers.0: layers.0.0: the activation "cube" is not known`},
		{varied(t, "", "", bent(t, []float64{0, 1, 1 + 1e-9, 2})), Float32, `layers.0: layers.0.edges of column 0: 1 and 1.000000001 are the same in float32`},
		{varied(t, "", "", bent(t, []float64{-0x1p127, 0x1p127})), Float32, `layers.0: constants.layers.0.width[0] is 3.402823669209385e+38, too large for float32`},
		{varied(t, "", "", averageOf(t, stackOf(mlp.Dense(4, 3, mlp.Tanh)), stackOf(mlp.Scale(4), mlp.Dense(4, 3, cube)))), Float32, `layers.0: layers.0.1: layers.0.1.1: the activation "cube" is not known`},
		{varied(t, "", "", mlp.LayerNorm(4, mlp.WithEpsilon(1e-300))), Float64, `layers.0: epsilon is 1e-300, beyond float32`},
		{scaled, Float32, `target_scaling.mean[0] is 1e+300, too large for float32`},
		{varied(t, "", "", mlp.Dense(4, 3, mlp.NewELU(1e-300))), Float64, `layers.0: the activation "elu(1e-300)" has a parameter beyond float32`},
		{varied(t, "", "", mlp.Dense(4, 3, mlp.NewHardTanh(0, 1e300))), Float32, `layers.0: the activation "hard_tanh(0,1e+300)" has a parameter beyond float32`},
		{net, Float32, `layers.0: layers.0.weight[5] is 1e+39, too large for float32`},
		{bias, Float32, `layers.0: layers.0.bias[1] is -1e+300, too large for float32`},
		{mean, Float32, `layers.0: layers.0.mean[1] is 1e+300, too large for float32`},
		{norm, Float32, `layers.0: layers.0.weight[1] is 1e+300, too large for float32`},
		{std, Float32, `layers.0: layers.0.std[1] is 1e-50, too small for float32`},
		{units, Float32, `target_scaling.std[1] is 1e-50, too small for float32`},
	} {
		var b bytes.Buffer
		err := Export(&b, c.net, c.p)
		if want := "onnx: Export: " + c.want; err == nil || err.Error() != want || b.Len() > 0 {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	if err := Export(&bytes.Buffer{}, net, Float64); err != nil {
		t.Errorf("1e39 in float64: %v", err)
	}
}

func TestPrecisionString(t *testing.T) {
	if s := fmt.Sprint(Float32, Float64, Precision(7)); s != "float32 float64 Precision(7)" {
		t.Errorf("got %s", s)
	}
}

// Exports are the same bytes as ever.
func TestGoldenExports(t *testing.T) {
	for name, c := range map[string]struct {
		net network
		p   Precision
	}{
		"float32":  {varied(t, "", "", mlp.NewNormalization(4), mlp.Dense(4, 5, mlp.ReLU), mlp.Dropout(5, 0.2), mlp.Dense(5, 3, mlp.Softmax)), Float32},
		"float64":  {varied(t, "", "", mlp.Dense(4, 4, mlp.GELU), mlp.Residual(mlp.LayerNorm(4), mlp.Dense(4, 4, mlp.NewELU(0.5))), mlp.BatchNorm(4), mlp.Dense(4, 1, mlp.Sigmoid)), Float64},
		"tabm":     {varied(t, "", "", smallTabM(t)...), Float32},
		"realmlp":  {varied(t, "", "", smallRealMLP()...), Float64},
		"ensemble": {varied(t, "", "", smallEnsemble(t)), Float32},
	} {
		got, file := exported(t, c.net, c.p), filepath.Join("testdata", "golden", name+".onnx")
		if *update {
			if err := os.WriteFile(file, got, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes, want %d, or others (%v)", name, len(got), len(want), err)
		}
	}
}

var update = flag.Bool("update", false, "write the golden files")
