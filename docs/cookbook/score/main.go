// Score answers for each row of a file, whatever its size, in the memory of some
// thousand rows. A bad row is an error in its line, and the others are answered.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"

	"example.com/mlp/dataset"
)

func main() {
	if err := run("penguins.csv", "scores.jsonl"); err != nil {
		log.Fatal(err)
	}
}

func run(from, to string) error {
	pipeline, err := dataset.LoadPipelineFile("penguins.mlp") // that of serve
	if err != nil {
		return err
	}
	file, err := os.Create(to)
	if err != nil {
		return err
	}
	defer file.Close()
	buffer := bufio.NewWriter(file)
	out := json.NewEncoder(buffer)
	rows, bad := 0, 0
	for table, err := range dataset.CSVFile(from, ',').Tables(4096) {
		if err != nil {
			return err
		}
		answers, err := pipeline.Predict(table)
		var some *dataset.RowsError
		if errors.As(err, &some) {
			bad += len(some.Errors)
		} else if err != nil {
			return err
		}
		for _, answer := range answers {
			if err := out.Encode(answer); err != nil {
				return err
			}
		}
		rows += table.Rows()
	}
	if err := buffer.Flush(); err != nil {
		return err
	}
	fmt.Printf("%d rows, %d of them without an answer\n", rows, bad)
	return file.Close()
}
