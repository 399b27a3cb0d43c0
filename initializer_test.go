package mlp_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// draw returns a matrix with initial values from the given seed.
func draw(init mlp.Initializer, inputs, units int, seed uint64) *mat.Dense {
	w := mat.NewDense(inputs, units, nil)
	w.Apply(func(i, j int, v float64) float64 { return nan }, w) // all must be set
	init(w, rand.New(rand.NewPCG(seed, 1)))
	return w
}

func TestInitializers(t *testing.T) {
	const inputs, units = 200, 100
	// Kurtosis of the two distributions, E(x−μ)⁴/σ⁴.
	const uniform, normal = 1.8, 3
	for _, c := range []struct {
		name           string
		init           mlp.Initializer
		mean, variance float64
		kurtosis       float64
	}{
		{"Uniform(1, 4)", mlp.Uniform(1, 4), 2.5, 9. / 12, uniform},
		{"Normal(-2, 0.5)", mlp.Normal(-2, 0.5), -2, 0.25, normal},
		{"GlorotUniform", mlp.GlorotUniform, 0, 2. / (inputs + units), uniform},
		{"GlorotNormal", mlp.GlorotNormal, 0, 2. / (inputs + units), normal},
		{"HeUniform", mlp.HeUniform, 0, 2. / inputs, uniform},
		{"HeNormal", mlp.HeNormal, 0, 2. / inputs, normal},
		{"LeCunUniform", mlp.LeCunUniform, 0, 1. / inputs, uniform},
		{"LeCunNormal", mlp.LeCunNormal, 0, 1. / inputs, normal},
	} {
		w := draw(c.init, inputs, units, 5).RawMatrix().Data
		n := float64(len(w))
		sum, below := 0.0, 0
		var powers [5]float64 // Σ (x−μ)ᵏ
		for _, v := range w {
			sum += v
			if v < c.mean {
				below++
			}
			for k := range powers {
				powers[k] += math.Pow(v-c.mean, float64(k))
			}
		}
		// Five standard errors each.
		if mean := sum / n; math.Abs(mean-c.mean) > 5*math.Sqrt(c.variance/n) {
			t.Errorf("%s: mean %v, want %v", c.name, mean, c.mean)
		}
		variance := powers[2] / n
		if math.Abs(variance/c.variance-1) > 5*math.Sqrt((c.kurtosis-1)/n) {
			t.Errorf("%s: variance %v, want %v", c.name, variance, c.variance)
		}
		if share := float64(below) / n; math.Abs(share-0.5) > 5*math.Sqrt(0.25/n) {
			t.Errorf("%s: %v of the weights are below the mean", c.name, share)
		}
		// The standard error of x⁴ is that of the normal distribution, 96 σ⁸.
		if kurtosis := powers[4] / n / (variance * variance); math.Abs(kurtosis-c.kurtosis) > 5*math.Sqrt(96/n) {
			t.Errorf("%s: kurtosis %v, want %v", c.name, kurtosis, c.kurtosis)
		}
	}
}

func TestUniformKeepsItsLimits(t *testing.T) {
	for _, v := range draw(mlp.Uniform(-0.25, 0.5), 50, 50, 1).RawMatrix().Data {
		if v < -0.25 || v >= 0.5 {
			t.Errorf("%v is not in [-0.25, 0.5)", v)
		}
	}
}

func TestConstantWeights(t *testing.T) {
	for _, v := range draw(mlp.Zeros, 3, 2, 1).RawMatrix().Data {
		if v != 0 {
			t.Errorf("Zeros gives %v", v)
		}
	}
	for _, v := range draw(mlp.Constant(-0.5), 3, 2, 1).RawMatrix().Data {
		if v != -0.5 {
			t.Errorf("Constant(-0.5) gives %v", v)
		}
	}
}

func TestOrthogonal(t *testing.T) {
	for _, c := range [][2]int{{1, 1}, {1, 5}, {5, 1}, {4, 4}, {7, 3}, {3, 7}, {120, 120}, {90, 150}, {150, 90}} {
		w := draw(mlp.Orthogonal, c[0], c[1], 3)
		var product mat.Dense
		if c[0] > c[1] {
			product.Mul(w.T(), w)
		} else {
			product.Mul(w, w.T())
		}
		n, _ := product.Dims()
		for i := range n {
			for j := range n {
				want := 0.0
				if i == j {
					want = 1
				}
				near(t, "product with the transpose", product.At(i, j), want, 1e-14)
			}
		}
	}
}

// All orthogonal matrices are equally likely: every entry has mean 0 and
// variance 1/n, both signs, and the determinant is 1 as often as −1.
func TestOrthogonalIsUniform(t *testing.T) {
	const n, runs = 3, 4000
	var sum, squares [n][n]float64
	positive := 0
	for seed := range uint64(runs) {
		w := draw(mlp.Orthogonal, n, n, seed)
		for i := range n {
			for j := range n {
				sum[i][j] += w.At(i, j)
				squares[i][j] += w.At(i, j) * w.At(i, j)
			}
		}
		if mat.Det(w) > 0 {
			positive++
		}
	}
	for i := range n {
		for j := range n {
			if mean := sum[i][j] / runs; math.Abs(mean) > 5*math.Sqrt(1./n/runs) {
				t.Errorf("mean of entry %d,%d is %v", i, j, mean)
			}
			// E x⁴ is 3/(n(n+2)).
			se := math.Sqrt((3./(n*(n+2)) - 1./(n*n)) / runs)
			if v := squares[i][j] / runs; math.Abs(v-1./n) > 5*se {
				t.Errorf("variance of entry %d,%d is %v, want %v", i, j, v, 1./n)
			}
		}
	}
	if share := float64(positive) / runs; math.Abs(share-0.5) > 5*math.Sqrt(0.25/runs) {
		t.Errorf("%v of the determinants are positive", share)
	}
}

func TestInitializersDependOnTheSeedAlone(t *testing.T) {
	for name, init := range map[string]mlp.Initializer{
		"Uniform":       mlp.Uniform(-1, 1),
		"Normal":        mlp.Normal(0, 1),
		"GlorotUniform": mlp.GlorotUniform,
		"GlorotNormal":  mlp.GlorotNormal,
		"HeUniform":     mlp.HeUniform,
		"HeNormal":      mlp.HeNormal,
		"LeCunUniform":  mlp.LeCunUniform,
		"LeCunNormal":   mlp.LeCunNormal,
		"Orthogonal":    mlp.Orthogonal,
	} {
		first, again, other := draw(init, 6, 4, 1), draw(init, 6, 4, 1), draw(init, 6, 4, 2)
		if !sameBits(first.RawMatrix().Data, again.RawMatrix().Data) {
			t.Errorf("%s: not the same values from the same seed", name)
		}
		if mat.Equal(first, other) {
			t.Errorf("%s: the same values from another seed", name)
		}
	}
}

// Views of larger matrices are filled, and nothing around them is.
func TestInitializersOnViews(t *testing.T) {
	for name, init := range map[string]mlp.Initializer{
		"Zeros": mlp.Zeros, "Constant": mlp.Constant(1), "Uniform": mlp.Uniform(-1, 1), "Normal": mlp.Normal(0, 1), "Orthogonal": mlp.Orthogonal,
	} {
		for _, c := range [][2]int{{3, 5}, {5, 3}} {
			whole := mat.NewDense(8, 8, nil)
			init(whole.Slice(1, 1+c[0], 2, 2+c[1]).(*mat.Dense), rand.New(rand.NewPCG(1, 1)))
			want := mat.NewDense(8, 8, nil)
			want.Slice(1, 1+c[0], 2, 2+c[1]).(*mat.Dense).Copy(draw(init, c[0], c[1], 1))
			if !mat.Equal(whole, want) {
				t.Errorf("%s: a %d×%d view differs", name, c[0], c[1])
			}
		}
	}
}

func TestInitialWeights(t *testing.T) {
	for _, c := range []struct {
		name string
		l    mlp.Layer
		sd   float64
	}{
		{"ReLU: He", mlp.Dense(200, 100, mlp.ReLU), math.Sqrt(2. / 200)},
		{"leaky ReLU: He", mlp.Dense(200, 100, mlp.NewLeakyReLU(0.2)), math.Sqrt(2. / 200)},
		{"ReLU6: He", mlp.Dense(200, 100, mlp.ReLU6), math.Sqrt(2. / 200)},
		{"SELU: LeCun", mlp.Dense(200, 100, mlp.SELU), math.Sqrt(1. / 200)},
		{"ELU: Glorot", mlp.Dense(200, 100, mlp.ELU), math.Sqrt(2. / 300)},
		{"tanh: Glorot", mlp.Dense(200, 100, mlp.Tanh), math.Sqrt(2. / 300)},
		{"softmax: Glorot", mlp.Dense(200, 100, mlp.Softmax), math.Sqrt(2. / 300)},
		{"Uniform(-1, 1)", mlp.Dense(200, 100, mlp.ReLU, mlp.WithInitializer(mlp.Uniform(-1, 1))), math.Sqrt(1. / 3)},
	} {
		model(t, mlp.MeanSquaredError, []mlp.ModelOption{mlp.WithSeed(7)}, c.l)
		w := c.l.Params()[0].Value.RawMatrix().Data
		sum, squares := 0.0, 0.0
		for _, v := range w {
			sum += v
			squares += v * v
		}
		n := float64(len(w))
		// Five standard errors of the mean and of the standard deviation.
		if mean := sum / n; math.Abs(mean) > 5*c.sd/math.Sqrt(n) {
			t.Errorf("%s: mean %v", c.name, mean)
		}
		if sd := math.Sqrt(squares / n); math.Abs(sd-c.sd) > 5*c.sd/math.Sqrt(2*n) {
			t.Errorf("%s: standard deviation %v, want %v", c.name, sd, c.sd)
		}
		if b := c.l.Params()[1].Value; mat.Norm(b, 1) != 0 {
			t.Errorf("%s: biases %v, want zeros", c.name, b)
		}
	}
}
