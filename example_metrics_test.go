package mlp_test

import (
	"fmt"
	"log"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// Targets and predictions of a Classifier become a confusion matrix, from
// which the scores follow.
func ExampleNewConfusion() {
	y := mat.NewDense(6, 3, []float64{
		1, 0, 0,
		1, 0, 0,
		0, 1, 0,
		0, 1, 0,
		0, 0, 1,
		0, 0, 1,
	})
	yhat := mat.NewDense(6, 3, []float64{ // what Predict returns
		0.9, 0.1, 0.0,
		0.7, 0.2, 0.1,
		0.1, 0.8, 0.1,
		0.0, 0.4, 0.6,
		0.1, 0.1, 0.8,
		0.0, 0.0, 1.0,
	})
	c, err := mlp.NewConfusion(y, yhat, "setosa", "versicolor", "virginica")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(c)
	fmt.Printf("accuracy %.3f, kappa %.3f, macro F1 %.3f\n", c.Accuracy(), c.Kappa(), c.Macro().F1)
	fmt.Printf("%.0f %% of what is said to be virginica is\n", 100*c.Class(2).Precision)
	// Output:
	//             setosa  versicolor  virginica
	// setosa           2           0          0
	// versicolor       0           1          1
	// virginica        0           0          2
	// accuracy 0.833, kappa 0.750, macro F1 0.822
	// 67 % of what is said to be virginica is
}

// The scores of all classes in one table.
func ExampleConfusion_Report() {
	c, err := mlp.ConfusionOf([]int{0, 0, 1, 1, 2, 2}, []int{0, 0, 1, 2, 2, 2}, "cat", "dog", "fish")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(c.Report())
	// Output:
	//               precision    recall  f1-score   support
	//
	//          cat       1.00      1.00      1.00         2
	//          dog       1.00      0.50      0.67         2
	//         fish       0.67      1.00      0.80         2
	//
	//     accuracy                           0.83         6
	//    macro avg       0.89      0.83      0.82         6
	// weighted avg       0.89      0.83      0.82         6
}

// Choose the threshold of a BinaryClassifier that finds nine out of ten
// positives.
func ExampleROC() {
	y := mat.NewDense(8, 1, []float64{0, 0, 1, 0, 1, 0, 1, 1})
	p := mat.NewDense(8, 1, []float64{0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9}) // what Probabilities returns
	auc, err := mlp.ROCAUC(y, p)
	if err != nil {
		log.Fatal(err)
	}
	points, err := mlp.ROC(y, p)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("AUC %.4f\n", auc)
	for _, point := range points {
		if point.TPR >= 0.9 {
			fmt.Printf("from %.1f on: %.0f %% found, %.0f %% false alarms\n", point.Threshold, 100*point.TPR, 100*point.FPR)
			break
		}
	}
	// Output:
	// AUC 0.8125
	// from 0.3 on: 100 % found, 50 % false alarms
}
