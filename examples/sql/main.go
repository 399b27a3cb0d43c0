// Sql learns from a SQLite database which customers leave, and writes into it how
// probable that is for those of whom it is not known yet.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"log"

	"example.com/mlp/dataset"
	"example.com/mlp/tabular"
)

func main() {
	if err := withDatabase("customers.db", score); err != nil {
		log.Fatal(err)
	}
}

func score(ctx context.Context, db *sql.DB) error {
	read := func(query string) (*dataset.Table, error) {
		return dataset.ReadAll(dataset.SQL(func() (dataset.Rows, error) { return db.QueryContext(ctx, query) }))
	}
	known, err := read("SELECT age, balance, country, active, left FROM customers WHERE left IS NOT NULL ORDER BY id")
	if err != nil {
		return err
	}
	model, err := tabular.Fit(ctx, known, dataset.Binary("left", "1"), tabular.Options{Method: tabular.TabMMini})
	if err != nil {
		return err
	}
	others, err := read("SELECT id, age, balance, country, active FROM customers WHERE left IS NULL ORDER BY id")
	if err != nil {
		return err
	}
	answers, err := model.Pipeline().Predict(others)
	if err != nil {
		return err
	}
	fmt.Printf("%v\n\nthe first answers: %v\n", model, answers[:3])
	return inTransaction(ctx, db, func(tx *sql.Tx) error {
		for i, a := range answers {
			if _, err := tx.ExecContext(ctx, "UPDATE customers SET score = ? WHERE id = ?", a.Probabilities[1], others.Cell(i, 0)); err != nil {
				return err
			}
		}
		return nil
	})
}
