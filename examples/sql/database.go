package main

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/csv"
	"os"
	"os/signal"
	"strings"

	_ "modernc.org/sqlite" // without cgo
)

//go:embed customers.csv
var customers string

// withDatabase calls do with the database in a file, which is made if it is not
// there. An interrupt cancels the context.
func withDatabase(file string, do func(ctx context.Context, db *sql.DB) error) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := inTransaction(ctx, db, func(tx *sql.Tx) error { return fill(ctx, tx) }); err != nil {
		return err
	}
	return do(ctx, db)
}

// inTransaction calls do in a transaction, of which nothing is left if it returns
// an error.
func inTransaction(ctx context.Context, db *sql.DB, do func(tx *sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // which does nothing after Commit
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// fill makes the table of customers, unless it is there. An empty cell is NULL.
func fill(ctx context.Context, tx *sql.Tx) error {
	var tables int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema WHERE name = 'customers'").Scan(&tables); err != nil || tables > 0 {
		return err
	}
	const schema = `CREATE TABLE customers (
		id INTEGER PRIMARY KEY, age INTEGER, balance REAL, country TEXT, active BOOLEAN, left BOOLEAN, score REAL)`
	if _, err := tx.ExecContext(ctx, schema); err != nil {
		return err
	}
	rows, err := csv.NewReader(strings.NewReader(customers)).ReadAll()
	if err != nil {
		return err
	}
	for _, row := range rows[1:] {
		values := make([]any, len(row))
		for i, cell := range row {
			if cell != "" {
				values[i] = cell
			}
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO customers VALUES (?, ?, ?, ?, ?, ?, NULL)", values...); err != nil {
			return err
		}
	}
	return nil
}
