package main

import (
	"database/sql"
	_ "embed"
	"encoding/csv"
	"errors"
	"strings"

	_ "modernc.org/sqlite" // without cgo
)

//go:embed customers.csv
var customers string

// openCustomers opens the database in a file, with the table of customers.
func openCustomers(file string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", file)
	if err != nil {
		return nil, err
	}
	if err := fill(db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// fill makes the table of customers, unless it is there. An empty cell is NULL.
func fill(db *sql.DB) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() // which does nothing after Commit
	var tables int
	if err := tx.QueryRow("SELECT count(*) FROM sqlite_schema WHERE name = 'customers'").Scan(&tables); err != nil || tables > 0 {
		return err
	}
	const schema = `CREATE TABLE customers (
		id INTEGER PRIMARY KEY, age INTEGER, balance REAL, country TEXT, active BOOLEAN, left BOOLEAN, score REAL)`
	if _, err := tx.Exec(schema); err != nil {
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
		if _, err := tx.Exec("INSERT INTO customers VALUES (?, ?, ?, ?, ?, ?, NULL)", values...); err != nil {
			return err
		}
	}
	return tx.Commit()
}
