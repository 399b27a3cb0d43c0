// Report makes a model of a table, judges it on rows that it has not seen, and
// says which columns it relies on.
package main

import (
	"context"
	"fmt"
	"log"

	"example.com/mlp/dataset"
	"example.com/mlp/report"
	"example.com/mlp/tabular"
	"example.com/mlp/trust"
)

func main() {
	table, err := dataset.ReadTableFile("penguins.csv", ',')
	if err != nil {
		log.Fatal(err)
	}
	train, test, err := table.StratifiedSplit("species", dataset.SplitOptions{Test: 0.5})
	if err != nil {
		log.Fatal(err)
	}
	model, err := tabular.Fit(context.Background(), train, dataset.Classes("species"), tabular.Options{Method: tabular.TabMMini})
	if err != nil {
		log.Fatal(err)
	}
	r, err := model.Pipeline().Report(context.Background(), test, dataset.ReportOptions{Train: train})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r)
	if err := report.WriteFile("penguins.html", r); err != nil {
		log.Fatal(err)
	}
	importances, err := model.Pipeline().Importance(context.Background(), test, trust.PermutationOptions{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("\nwithout the column, the accuracy falls by")
	for _, c := range importances {
		fmt.Printf("%-18s %.3f\n", c.Group, c.Mean)
	}
}
