package main

import (
	"os"
	"strings"
	"testing"

	"example.com/mlp/internal/testkit"
)

// The program scores the customers of whom it is not known whether they left, and
// no others, and gives the same scores when it runs again.
func TestScore(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	printed, first := scores(t)
	if !strings.Contains(testkit.WithoutTimes(string(text)), "$ go run .\n"+testkit.WithoutTimes(printed)+"```") {
		t.Errorf("README.md does not say\n%s", printed)
	}
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
	_, again := scores(t)
	for id, score := range again {
		if score != first[id] {
			t.Errorf("customer %d: %v, then %v", id, first[id], score)
		}
	}
}

// scores runs the program and returns what it prints, and the scores in the
// database.
func scores(t *testing.T) (printed string, all map[int]float64) {
	t.Helper()
	file, err := os.Create("printed")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	stdout := os.Stdout
	os.Stdout = file
	main()
	os.Stdout = stdout
	text, err := os.ReadFile("printed")
	if err != nil {
		t.Fatal(err)
	}
	db, err := openCustomers("customers.db")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("SELECT id, score FROM customers WHERE score IS NOT NULL")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	all = make(map[int]float64)
	for rows.Next() {
		var id int
		var score float64
		if err := rows.Scan(&id, &score); err != nil {
			t.Fatal(err)
		}
		all[id] = score
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return string(text), all
}
