// Sql learns from a SQLite database which customers leave, and writes into it how
// probable that is for those of whom it is not known yet.
package main

import (
	"context"
	"fmt"
	"log"

	"example.com/mlp/dataset"
	"example.com/mlp/tabular"
)

func main() {
	db, err := openCustomers("customers.db") // sql.Open, and makes the table if there is none
	if err != nil {
		log.Fatal(err)
	}
	read := func(query string) (*dataset.Table, error) {
		return dataset.ReadAll(dataset.SQL(func() (dataset.Rows, error) { return db.Query(query) }))
	}
	known, err := read("SELECT age, balance, country, active, left FROM customers WHERE left IS NOT NULL ORDER BY id")
	if err != nil {
		log.Fatal(err)
	}
	model, err := tabular.Fit(context.Background(), known, dataset.Binary("left", "1"), tabular.Options{Method: tabular.TabMMini})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(model)
	others, err := read("SELECT id, age, balance, country, active FROM customers WHERE left IS NULL ORDER BY id")
	if err != nil {
		log.Fatal(err)
	}
	answers, err := model.Pipeline().Predict(others)
	if err != nil {
		log.Fatal(err)
	}
	tx, err := db.Begin()
	if err != nil {
		log.Fatal(err)
	}
	for i, a := range answers {
		if _, err := tx.Exec("UPDATE customers SET score = ? WHERE id = ?", a.Probabilities[1], others.Cell(i, 0)); err != nil {
			log.Fatal(err) // without Commit no score is written
		}
	}
	if err := tx.Commit(); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("\n%d customers have a score, the first ones %v\n", len(answers), answers[:3])
}
