package dataset_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"log"
	"math"
	"strings"
	"time"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

const flowers = `petal_length,petal_width,species
1.4,0.2,setosa
1.3,0.2,setosa
4.7,1.4,versicolor
4.5,1.5,versicolor
6.0,2.5,virginica
5.1,1.9,virginica
`

// From a file to the class of a flower that the network has not seen.
func Example() {
	table, err := dataset.ReadTable(strings.NewReader(flowers), ',')
	if err != nil {
		log.Fatal(err)
	}
	recipe := dataset.Recipe{Target: dataset.Classes("species")}
	prep, err := recipe.Fit(table)
	if err != nil {
		log.Fatal(err)
	}
	train, err := prep.Data(table)
	if err != nil {
		log.Fatal(err)
	}

	net, err := mlp.Model([]mlp.Layer{
		mlp.Dense(len(train.Features), 8, mlp.Tanh),
		mlp.Dense(8, len(train.Classes), mlp.Softmax),
	}, mlp.CategoricalCrossEntropy, mlp.WithSeed(1))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := net.Fit(context.Background(), train.X, train.Y, mlp.FitOptions{Epochs: 200}); err != nil {
		log.Fatal(err)
	}

	x := make([]float64, len(train.Features))
	err = prep.TransformMap(x, map[string]string{"petal_length": "4.4", "petal_width": "1.3"})
	if err != nil {
		log.Fatal(err)
	}
	probabilities := make([]float64, len(train.Classes))
	if err := net.PredictRow(probabilities, x); err != nil {
		log.Fatal(err)
	}
	class, err := prep.Class(net, probabilities)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(class)
	// Output: versicolor
}

// From a CSV file to a file of the network that takes raw records.
func ExamplePipeline() {
	const customers = `age,city,buys
31,Oslo,no
,Kiel,yes
45,Oslo,no
29,Kiel,yes
38,Bonn,no
`
	table, err := dataset.ReadTable(strings.NewReader(customers), ',')
	if err != nil {
		log.Fatal(err)
	}
	recipe := dataset.Recipe{
		Target:      dataset.Binary("buys", "yes"),
		Numeric:     dataset.Numeric{Impute: dataset.Median},
		Categorical: dataset.Categorical{Unknown: dataset.UnknownZeros},
	}
	pipeline, _, err := recipe.FitPipeline(context.Background(), table, func(train *dataset.Data) (mlp.Network, error) {
		return mlp.Model([]mlp.Layer{
			mlp.Dense(len(train.Features), 8, mlp.Tanh),
			mlp.Dense(8, 1, mlp.Sigmoid),
		}, mlp.BinaryCrossEntropy, mlp.WithSeed(1))
	}, mlp.FitOptions{Optimizer: mlp.Adam{LearningRate: 0.05}})
	if err != nil {
		log.Fatal(err)
	}

	var file bytes.Buffer // or a file, by SaveFile and LoadPipelineFile
	if err := pipeline.Save(&file); err != nil {
		log.Fatal(err)
	}
	loaded, err := dataset.LoadPipeline(&file)
	if err != nil {
		log.Fatal(err)
	}
	for _, record := range []map[string]any{
		{"age": "33", "city": "Kiel"},
		{"age": "", "city": "Bonn"},
	} {
		answer, err := loaded.PredictMap(record)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(record["city"], answer.Class)
	}
	// Output:
	// Kiel yes
	// Bonn no
}

// One record of JSON, or a list of them in which a bad one keeps no other from
// being answered: all that a handler of package http has to call.
func ExamplePipeline_PredictJSON() {
	const boats = `length,motor,price
4,no,2000
6,yes,9000
8,yes,12000
5,no,3000
`
	table, err := dataset.ReadTable(strings.NewReader(boats), ',')
	if err != nil {
		log.Fatal(err)
	}
	recipe := dataset.Recipe{Target: dataset.Numbers("price"), Numeric: dataset.Numeric{Scaling: dataset.Unscaled}}
	prep, err := recipe.Fit(table)
	if err != nil {
		log.Fatal(err)
	}
	net, err := mlp.Model([]mlp.Layer{mlp.Dense(2, 1, mlp.Identity, mlp.WithInitializer(mlp.Constant(1000)))}, mlp.MeanSquaredError)
	if err != nil {
		log.Fatal(err)
	}
	pipeline, err := dataset.NewPipeline(prep, net)
	if err != nil {
		log.Fatal(err)
	}
	for _, body := range []string{
		`{"length": 7, "motor": true}`,
		`[{"length": 5, "motor": "no"}, {"length": "long", "motor": "no"}]`,
	} {
		answer, err := pipeline.PredictJSON([]byte(body))
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(string(answer))
	}
	// Output:
	// {"value":8000}
	// [{"value":5000},{"error":"column \"length\": \"long\" is not a number"}]
}

// Columns with gaps, categories, an order and truth values.
func ExampleRecipe() {
	const customers = `id,age,city,size,member,buys
1,31,Oslo,small,yes,no
2,,Kiel,large,no,yes
3,45,Oslo,medium,yes,yes
4,29,Bonn,small,no,no
`
	table, err := dataset.ReadTable(strings.NewReader(customers), ',')
	if err != nil {
		log.Fatal(err)
	}
	prep, err := dataset.Recipe{
		Target: dataset.Binary("buys", "yes"),
		Columns: []dataset.Column{
			dataset.Drop{Column: "id"},
			dataset.Numeric{Column: "age", Impute: dataset.Median, Indicator: true, Scaling: dataset.MinMax},
			dataset.Categorical{Column: "city", Unknown: dataset.UnknownZeros},
			dataset.Ordinal{Column: "size", Order: []string{"small", "medium", "large"}, Scaling: dataset.Unscaled},
		},
	}.Fit(table)
	if err != nil {
		log.Fatal(err)
	}
	x, err := prep.Transform(table)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%q\n", prep.Features())
	fmt.Println(mat.Formatted(x))
	// Output:
	// ["age" "age is missing" "city=Bonn" "city=Kiel" "city=Oslo" "size" "member"]
	// ⎡0.125      0      0      0      1      0      1⎤
	// ⎢0.125      1      0      1      0      2      0⎥
	// ⎢    1      0      0      0      1      1      1⎥
	// ⎣    0      0      1      0      0      0      0⎦
}

// A mistake in the file is an error that names the place.
func ExampleRecipe_Fit() {
	table, err := dataset.ReadTable(strings.NewReader("age,name\n31,Ann\n3o,Bob\n"), ',')
	if err != nil {
		log.Fatal(err)
	}
	numbers := []dataset.Column{dataset.Numeric{Column: "age"}}
	_, err = dataset.Recipe{Columns: numbers}.Fit(table)
	fmt.Println(err)
	// Output: dataset: Recipe.Fit: line 3, column 1 "age": "3o" is not a number
}

// Which features are numbers, and which belong together.
func ExamplePreparation_Layout() {
	const customers = "age,city,member\n31,Oslo,yes\n,Kiel,no\n45,Oslo,yes\n"
	table, err := dataset.ReadTable(strings.NewReader(customers), ',')
	if err != nil {
		log.Fatal(err)
	}
	prep, err := dataset.Recipe{Numeric: dataset.Numeric{Impute: dataset.Mean, Indicator: true}}.Fit(table)
	if err != nil {
		log.Fatal(err)
	}
	for i, f := range prep.Layout() {
		fmt.Printf("%d %q is a %v of the column %s\n", i, f.Name, f.Kind, f.Column)
	}
	// Output:
	// 0 "age" is a number of the column age
	// 1 "age is missing" is a flag of the column age
	// 2 "city=Kiel" is a one_hot of the column city
	// 3 "city=Oslo" is a one_hot of the column city
	// 4 "member" is a flag of the column member
}

// Samples may come as a struct, such as the body of a request.
func ExamplePreparation_TransformStruct() {
	table, err := dataset.ReadTable(strings.NewReader(flowers), ',')
	if err != nil {
		log.Fatal(err)
	}
	recipe := dataset.Recipe{
		Target:  dataset.Classes("species"),
		Numeric: dataset.Numeric{Scaling: dataset.Unscaled},
	}
	prep, err := recipe.Fit(table)
	if err != nil {
		log.Fatal(err)
	}
	type flower struct {
		Length float64 `dataset:"petal_length"`
		Width  float64 `dataset:"petal_width"`
	}
	x := make([]float64, len(prep.Features()))
	if err := prep.TransformStruct(x, flower{Length: 4.4, Width: 1.3}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(x)
	// Output: [4.4 1.3]
}

// A preparation is kept as JSON.
func ExamplePreparation_MarshalJSON() {
	table, err := dataset.ReadTable(strings.NewReader("age,buys\n20,no\n40,yes\n"), ',')
	if err != nil {
		log.Fatal(err)
	}
	prep, err := dataset.Recipe{Target: dataset.Binary("buys", "yes")}.Fit(table)
	if err != nil {
		log.Fatal(err)
	}
	text, err := json.Marshal(prep)
	if err != nil {
		log.Fatal(err)
	}

	var again dataset.Preparation
	if err := json.Unmarshal(text, &again); err != nil {
		log.Fatal(err)
	}
	x := make([]float64, 1)
	if err := again.TransformRow(x, []string{"50"}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(x, again.Classes())
	// Output: [2] [no yes]
}

// Cross-validation is a plain loop.
func ExampleStratifiedKFold() {
	labels := []string{"a", "a", "a", "a", "b", "b"}
	folds, err := dataset.StratifiedKFold(labels, dataset.FoldOptions{Folds: 2, KeepOrder: true})
	if err != nil {
		log.Fatal(err)
	}
	for _, fold := range folds {
		fmt.Println(fold.Train, fold.Test)
	}
	// Output:
	// [2 3 5] [0 1 4]
	// [0 1 4] [2 3 5]
}

func ExampleTimeSeriesSplit() {
	folds, err := dataset.TimeSeriesSplit(8, dataset.TimeSeriesOptions{Folds: 3})
	if err != nil {
		log.Fatal(err)
	}
	for _, fold := range folds {
		fmt.Println(fold.Train, fold.Test)
	}
	// Output:
	// [0 1] [2 3]
	// [0 1 2 3] [4 5]
	// [0 1 2 3 4 5] [6 7]
}

// All samples of one patient are on the same side.
func ExampleGroupSplit() {
	patients := []string{"Ann", "Ann", "Bob", "Cleo", "Bob"}
	fold, err := dataset.GroupSplit(patients, dataset.SplitOptions{Test: 0.3, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(fold.Train, fold.Test)
	// Output: [0 1 3] [2 4]
}

func ExampleReadCSV() {
	data, err := dataset.ReadCSV(strings.NewReader(flowers), dataset.Numbers("petal_width"))
	fmt.Println(data, err)

	data, err = dataset.ReadCSV(strings.NewReader("length,width\n1.4,0.2\n1.3,0.2\n"), dataset.Numbers("width"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(data.Features, data.Target, data.Rows())
	// Output:
	// <nil> dataset: ReadCSV: line 2, column 3 "species": "setosa" is not a number
	// [length] width 2
}

func ExampleClasses() {
	data, err := dataset.ReadCSV(strings.NewReader(flowers), dataset.Classes("species", "virginica", "setosa", "versicolor"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(data.Classes)
	fmt.Println(mat.Formatted(data.Y))
	// Output:
	// [virginica setosa versicolor]
	// ⎡0  1  0⎤
	// ⎢0  1  0⎥
	// ⎢0  0  1⎥
	// ⎢0  0  1⎥
	// ⎢1  0  0⎥
	// ⎣1  0  0⎦
}

func ExampleBinary() {
	const patients = "size,diagnosis\n10,benign\n20,malignant\n12,benign\n"
	data, err := dataset.ReadCSV(strings.NewReader(patients), dataset.Binary("diagnosis", "malignant"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(data.Classes)
	fmt.Println(mat.Formatted(data.Y))
	// Output:
	// [benign malignant]
	// ⎡0⎤
	// ⎢1⎥
	// ⎣0⎦
}

// A film may be of several kinds at once.
func ExampleLabelSets() {
	const films = "minutes,kinds\n98,comedy|drama\n120,\n87,drama\n"
	data, err := dataset.ReadCSV(strings.NewReader(films), dataset.LabelSets("kinds", "|"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(data.Classes)
	fmt.Println(mat.Formatted(data.Y))
	// Output:
	// [comedy drama]
	// ⎡1  1⎤
	// ⎢0  0⎥
	// ⎣0  1⎦
}

// Several labels at once, and the answer as JSON.
func ExampleLabels() {
	const patients = `temperature,cough,fever
36.6,0,0
39.1,1,1
37.0,1,0
38.8,0,1
`
	table, err := dataset.ReadTable(strings.NewReader(patients), ',')
	if err != nil {
		log.Fatal(err)
	}
	recipe := dataset.Recipe{Target: dataset.Labels("cough", "fever")}
	pipeline, _, err := recipe.FitPipeline(context.Background(), table, func(train *dataset.Data) (mlp.Network, error) {
		return mlp.Model([]mlp.Layer{
			mlp.Dense(len(train.Features), 8, mlp.Tanh),
			mlp.Dense(8, len(train.Classes), mlp.Sigmoid),
		}, mlp.BinaryCrossEntropy, mlp.WithSeed(1))
	}, mlp.FitOptions{Epochs: 500, Optimizer: mlp.Adam{LearningRate: 0.05}})
	if err != nil {
		log.Fatal(err)
	}
	answer, err := pipeline.PredictRow([]string{"39.1"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.Labels)
	for i := range answer.Probabilities {
		answer.Probabilities[i] = math.Round(answer.Probabilities[i])
	}
	text, err := json.Marshal(answer)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(text))
	// Output:
	// [cough fever]
	// {"labels":["cough","fever"],"probabilities":{"cough":1,"fever":1}}
}

func ExampleStandardScaler() {
	x := mat.NewDense(2, 3, []float64{
		1, 200, 7,
		3, 600, 7,
	})
	scaler, err := dataset.FitStandardScaler(x)
	if err != nil {
		log.Fatal(err)
	}
	z, err := scaler.Transform(x)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(scaler.Mean, scaler.Scale)
	fmt.Println(mat.Formatted(z))
	// Output:
	// [2 400 7] [1 200 1]
	// ⎡-1  -1   0⎤
	// ⎣ 1   1   0⎦
}

// A file that does not fit into memory is read anew in each epoch, a few rows
// at a time. Its preparation has been learned from rows that do fit.
func ExamplePreparation_Data() {
	table, err := dataset.ReadTable(strings.NewReader(flowers), ',') // or the first thousands of lines
	if err != nil {
		log.Fatal(err)
	}
	prep, err := dataset.Recipe{Target: dataset.Classes("species")}.Fit(table)
	if err != nil {
		log.Fatal(err)
	}
	net, err := mlp.Model([]mlp.Layer{
		mlp.Dense(len(prep.Features()), 8, mlp.Tanh),
		mlp.Dense(8, len(prep.Classes()), mlp.Softmax),
	}, mlp.CategoricalCrossEntropy, mlp.WithSeed(1))
	if err != nil {
		log.Fatal(err)
	}

	batches := func(epoch int) iter.Seq2[mlp.Dataset, error] {
		file := csv.NewReader(strings.NewReader(flowers)) // or os.Open
		return func(yield func(mlp.Dataset, error) bool) {
			header, err := file.Read()
			for err == nil {
				var rows [][]string
				for row := []string(nil); len(rows) < 4; rows = append(rows, row) {
					if row, err = file.Read(); err != nil {
						break
					}
				}
				if len(rows) > 0 && !yield(batch(prep, header, rows)) {
					return
				}
			}
			if err != io.EOF {
				yield(mlp.Dataset{}, err)
			}
		}
	}
	history, err := net.FitBatches(context.Background(), batches, mlp.FitOptions{Optimizer: mlp.Adam{LearningRate: 0.05}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("accuracy %.2f\n", history.Epochs[99].Train.Score)
	// Output: accuracy 1.00
}

// batch returns rows of a table, prepared.
func batch(prep *dataset.Preparation, header []string, rows [][]string) (mlp.Dataset, error) {
	table, err := dataset.NewTable(header, rows)
	if err != nil {
		return mlp.Dataset{}, err
	}
	data, err := prep.Data(table)
	if err != nil {
		return mlp.Dataset{}, err
	}
	return mlp.Dataset{X: data.X, Y: data.Y}, nil
}

// Numbers in another notation and dates are errors that say how to name the
// column.
func ExampleDate() {
	const sales = `day;price;port
2024-02-01;1.250,50;Genoa
2024-05-15;990,00;Kiel
2024-08-30;;Kiel
`
	table, err := dataset.ReadTable(strings.NewReader(sales), ';')
	if err != nil {
		log.Fatal(err)
	}
	_, err = dataset.Recipe{}.Fit(table)
	fmt.Println(err)
	prep, err := dataset.Recipe{Columns: []dataset.Column{
		dataset.Date{Column: "day", Fields: []dataset.DateField{dataset.DateSeason, dataset.DateWeekday}},
		dataset.Numeric{Column: "price", Decimal: ',', Grouping: '.', Impute: dataset.Median, Scaling: dataset.MinMax},
	}}.Fit(table)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(prep)
	x := make([]float64, len(prep.Features()))
	err = prep.TransformValues(x, map[string]any{"day": time.Date(2024, time.July, 1, 12, 0, 0, 0, time.UTC), "price": 1250.5, "port": "Genoa"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f\n", x)
	// Output:
	// dataset: Recipe.Fit: line 2, column 1 "day": "2024-02-01" looks like a date or a time: name the column in Recipe.Columns, as Date{Column: "day"}, as Categorical if it is a name, or as Drop
	// line 2, column 2 "price": "1.250,50" looks like a number with points between thousands: name the column in Recipe.Columns, as Numeric{Column: "price", Decimal: ',', Grouping: '.'}, as Categorical if it is a name, or as Drop
	// 3 columns to 6 features
	// "day"    date: season, weekday (standard)
	// "price"  number written with Decimal: ',', Grouping: '.', minus 990, divided by 260.5 (min_max); a missing cell is "1120.25", in 1 training row: "" (1)
	// "port"   one-hot, 2 names: "Genoa", "Kiel"
	// [0.01 -1.00 -3.67 1.00 1.00 0.00]
}
