package main

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The program scores the customers of whom it is not known whether they left, and
// no others, and gives the same scores when it runs again.
func TestScore(t *testing.T) {
	file := filepath.Join(t.TempDir(), "customers.db")
	first := scores(t, file)
	if len(first) != 100 {
		t.Fatalf("%d customers have a score, want 100", len(first))
	}
	low, high := 0, 0
	for id, score := range first {
		switch {
		case id <= 700:
			t.Errorf("customer %d, of whom it is known, has a score", id)
		case score < 0 || score > 1:
			t.Errorf("customer %d has the score %v", id, score)
		case score < 0.5:
			low++
		default:
			high++
		}
	}
	if low < 5 || high < 5 {
		t.Errorf("%d scores are below 0.5 and %d above, want some of each", low, high)
	}
	for id, score := range scores(t, file) {
		if score != first[id] {
			t.Errorf("customer %d: %v, then %v", id, first[id], score)
		}
	}
}

// scores runs the program and returns the scores in the database.
func scores(t *testing.T, file string) map[int]float64 {
	all := make(map[int]float64)
	err := withDatabase(file, func(ctx context.Context, db *sql.DB) error {
		if err := score(ctx, db); err != nil {
			return err
		}
		rows, err := db.QueryContext(ctx, "SELECT id, score FROM customers WHERE score IS NOT NULL")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id int
			var score float64
			if err := rows.Scan(&id, &score); err != nil {
				return err
			}
			all[id] = score
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// The program stays as short as its README says.
func TestLength(t *testing.T) {
	main, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(main), "\n"); n > 50 {
		t.Errorf("main.go has %d lines, want at most 50", n)
	}
}
