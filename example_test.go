package mlp_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// A network learns to tell whether the product of two numbers is positive.
func Example() {
	x := mat.NewDense(4, 2, []float64{
		1, 1,
		1, -1,
		-1, 1,
		-1, -1,
	})
	y := mat.NewDense(4, 1, []float64{1, 0, 0, 1})

	net, err := mlp.Model([]mlp.Layer{
		mlp.Dense(2, 8, mlp.Tanh),
		mlp.Dense(8, 1, mlp.Sigmoid),
	}, mlp.BinaryCrossEntropy, mlp.WithSeed(1))
	if err != nil {
		log.Fatal(err)
	}
	_, err = net.Fit(context.Background(), x, y, mlp.FitOptions{
		Epochs:    300,
		Optimizer: mlp.Adam{LearningRate: 0.05},
	})
	if err != nil {
		log.Fatal(err)
	}
	yhat, err := net.Predict(x)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(mat.Formatted(yhat.T()))
	// Output: [1  0  0  1]
}

func ExampleDense() {
	hidden := mlp.Dense(4, 32, mlp.ReLU)
	output := mlp.Dense(32, 3, mlp.Softmax)
	plain := mlp.Dense(4, 3, mlp.Identity, mlp.WithoutBias(), mlp.WithInitializer(mlp.Uniform(-1, 1)))

	for _, l := range []mlp.Layer{hidden, output, plain} {
		fmt.Printf("%T:", l)
		for _, p := range l.Params() {
			rows, cols := p.Value.Dims()
			fmt.Printf(" %s %d×%d", p.Name, rows, cols)
		}
		fmt.Println()
	}
	// Output:
	// *mlp.DefaultDense: weight 4×32 bias 1×32
	// *mlp.SoftmaxDense: weight 32×3 bias 1×3
	// *mlp.DefaultDense: weight 4×3
}

// The loss determines the type of the network.
func ExampleModel() {
	for _, c := range []struct {
		output mlp.Layer
		loss   mlp.Loss
	}{
		{mlp.Dense(8, 1, mlp.Sigmoid), mlp.BinaryCrossEntropy},
		{mlp.Dense(8, 3, mlp.Softmax), mlp.CategoricalCrossEntropy},
		{mlp.Dense(8, 2, mlp.Identity), mlp.MeanSquaredError},
	} {
		net, err := mlp.Model([]mlp.Layer{mlp.Dense(4, 8, mlp.ReLU), c.output}, c.loss)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%T\n", net)
	}
	// Output:
	// *mlp.BinaryClassifier
	// *mlp.Classifier
	// *mlp.Regressor
}

// Mistakes are errors that name the place.
func ExampleModel_mistake() {
	_, err := mlp.Model([]mlp.Layer{
		mlp.Dense(4, 32, mlp.ReLU),
		mlp.Dense(16, 3, mlp.Softmax),
	}, mlp.CategoricalCrossEntropy)
	fmt.Println(err)
	// Output: mlp: Model: layer 1 has 16 inputs, layer 0 gives 32
}

// A network is printed as a table of its layers.
func ExampleModel_print() {
	net, err := mlp.Model([]mlp.Layer{
		mlp.Dense(784, 128, mlp.ReLU),
		mlp.Dense(128, 10, mlp.Softmax),
	}, mlp.CategoricalCrossEntropy)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(net)
	// Output:
	// layer  kind          inputs  units  activation  parameters
	// 0      DefaultDense  784     128    relu        100480
	// 1      SoftmaxDense  128     10     softmax     1290
	// categorical_cross_entropy, 101770 parameters
}

// EarlyStopping ends a run when the validation loss no longer falls.
func ExampleEarlyStopping() {
	x, y := mat.NewDense(100, 1, nil), mat.NewDense(100, 1, nil)
	for i := range 100 {
		x.Set(i, 0, float64(i)/50-1)
		y.Set(i, 0, float64(i%7)) // nothing to learn
	}
	net, err := mlp.Model([]mlp.Layer{mlp.Dense(1, 1, mlp.Identity)}, mlp.MeanSquaredError, mlp.WithSeed(1))
	if err != nil {
		log.Fatal(err)
	}
	history, err := net.Fit(context.Background(), x, y, mlp.FitOptions{
		Epochs:          1000,
		Optimizer:       mlp.SGD{LearningRate: 0.1},
		ValidationSplit: 0.2,
		Callbacks:       []mlp.Callback{&mlp.EarlyStopping{Patience: 20}},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(history.Epochs) < 1000, history.BestEpoch < len(history.Epochs))
	// Output: true true
}

// A function is enough to follow a run and to end it.
func ExampleCallbackFunc() {
	x := mat.NewDense(5, 1, []float64{-2, -1, 0, 1, 2})
	y := mat.NewDense(5, 1, []float64{-3, -1, 1, 3, 5}) // 2x + 1

	net, err := mlp.Model([]mlp.Layer{mlp.Dense(1, 1, mlp.Identity)}, mlp.MeanSquaredError, mlp.WithSeed(1))
	if err != nil {
		log.Fatal(err)
	}
	follow := mlp.CallbackFunc(func(e *mlp.Epoch) error {
		if e.Number%10 == 0 {
			fmt.Printf("epoch %d: loss %.4f\n", e.Number, e.Train.Loss)
		}
		if e.Train.Loss < 1e-3 {
			return fmt.Errorf("the loss is below 0.001: %w", mlp.ErrStop)
		}
		return nil
	})
	history, err := net.Fit(context.Background(), x, y, mlp.FitOptions{
		Optimizer: mlp.SGD{LearningRate: 0.1},
		Callbacks: []mlp.Callback{follow},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(history.Epochs), "epochs:", history.Stopped)
	// Output:
	// epoch 10: loss 0.0197
	// 17 epochs: the loss is below 0.001
}

func ExampleNetwork_Fit() {
	x := mat.NewDense(5, 1, []float64{-2, -1, 0, 1, 2})
	y := mat.NewDense(5, 1, []float64{-3, -1, 1, 3, 5}) // 2x + 1

	net, err := mlp.Model([]mlp.Layer{mlp.Dense(1, 1, mlp.Identity)}, mlp.MeanSquaredError, mlp.WithSeed(1))
	if err != nil {
		log.Fatal(err)
	}
	history, err := net.Fit(context.Background(), x, y, mlp.FitOptions{
		Epochs:    200,
		BatchSize: 5,
		Optimizer: mlp.SGD{LearningRate: 0.1},
	})
	if err != nil {
		log.Fatal(err)
	}
	last := history.Epochs[len(history.Epochs)-1]
	fmt.Printf("epoch %d: loss %.3f, R² %.3f\n", last.Number, last.Train.Loss, last.Train.Score)
	for _, p := range net.Layers()[0].Params() {
		fmt.Printf("%s %.3f\n", p.Name, p.Value.At(0, 0))
	}
	// Output:
	// epoch 200: loss 0.000, R² 1.000
	// weight 2.000
	// bias 1.000
}

// PredictRow predicts one sample at a time without allocating.
func ExampleNetwork_PredictRow() {
	net, err := mlp.Model([]mlp.Layer{mlp.Dense(1, 1, mlp.Identity)}, mlp.MeanSquaredError)
	if err != nil {
		log.Fatal(err)
	}
	weight, bias := net.Layers()[0].Params()[0], net.Layers()[0].Params()[1]
	weight.Value.Set(0, 0, 2)
	bias.Value.Set(0, 0, 1)

	y := make([]float64, 1)
	for _, x := range []float64{10, 20} {
		if err := net.PredictRow(y, []float64{x}); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%.2f\n", y[0])
	}
	// Output:
	// 21.00
	// 41.00
}

func ExampleNewActivation() {
	square := mlp.NewActivation("square",
		func(z float64) float64 { return z * z },
		func(z float64) float64 { return 2 * z })
	net, err := mlp.Model([]mlp.Layer{
		mlp.Dense(2, 8, square),
		mlp.Dense(8, 1, mlp.Identity),
	}, mlp.MeanSquaredError)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(net.Layers()[0].(mlp.LogitLayer).Activation().Name())
	// Output: square
}

func ExampleTrainer() {
	net, err := mlp.Model([]mlp.Layer{mlp.Dense(1, 1, mlp.Identity)}, mlp.MeanSquaredError, mlp.WithSeed(1))
	if err != nil {
		log.Fatal(err)
	}
	trainer, err := mlp.NewTrainer(net, mlp.FitOptions{Optimizer: mlp.SGD{LearningRate: 0.1}})
	if err != nil {
		log.Fatal(err)
	}
	for i := range 1000 { // measurements of 3x + 1, as they come in
		x := math.Sin(float64(i))
		if _, err := trainer.FitBatch(mat.NewDense(1, 1, []float64{x}), mat.NewDense(1, 1, []float64{3*x + 1})); err != nil {
			log.Fatal(err)
		}
	}
	y := []float64{0}
	if err := net.PredictRow(y, []float64{2}); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f\n", y[0])
	// Output: 7.000
}

func ExampleLBFGS() {
	x := mat.NewDense(4, 2, []float64{0, 0, 0, 1, 1, 0, 1, 1})
	y := mat.NewDense(4, 1, []float64{0, 1, 1, 0})
	net, err := mlp.Model([]mlp.Layer{mlp.Dense(2, 8, mlp.Tanh), mlp.Dense(8, 1, mlp.Sigmoid)}, mlp.BinaryCrossEntropy, mlp.WithSeed(1))
	if err != nil {
		log.Fatal(err)
	}
	h, err := net.Fit(context.Background(), x, y, mlp.FitOptions{Optimizer: mlp.LBFGS{}})
	if err != nil {
		log.Fatal(err)
	}
	yhat, err := net.Predict(x)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(h.Epochs) < 50, mat.Formatted(yhat.T()))
	// Output: true [0  1  1  0]
}
