package tabular_test

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"

	"example.com/mlp/dataset"
	"example.com/mlp/tabular"
)

// Whether a customer comes back, which depends on age and purchases together, so
// that a linear model does not see it.
func ExampleFit() {
	rng := rand.New(rand.NewPCG(1, 2))
	header := []string{"age", "purchases", "city", "returns"}
	var rows [][]string
	for range 500 {
		age, purchases := 20+rng.IntN(50), rng.IntN(20)
		returns := "no"
		if (age > 45) == (purchases > 10) {
			returns = "yes"
		}
		rows = append(rows, []string{fmt.Sprint(age), fmt.Sprint(purchases), []string{"Bremen", "Kiel"}[rng.IntN(2)], returns})
	}
	rows[7][0] = "" // a gap
	table, err := dataset.NewTable(header, rows)
	if err != nil {
		log.Fatal(err)
	}
	model, err := tabular.Fit(context.Background(), table, dataset.Classes("returns"), tabular.Options{Epochs: 30})
	if err != nil {
		log.Fatal(err)
	}
	trials := model.Trials()
	linear := trials[len(trials)-1]
	fmt.Println("accuracy above 0.95:", model.Score() > 0.95)
	fmt.Println("better than a linear model:", model.Score() > linear.Score+0.2)
	answer, err := model.Pipeline().PredictMap(map[string]any{"age": 60, "purchases": 17, "city": "Lübeck"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("returns:", answer.Class)
	// Output:
	// accuracy above 0.95: true
	// better than a linear model: true
	// returns: yes
}
