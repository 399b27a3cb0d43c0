// Records answers for structs, which come as lines of JSON.
package main

import (
	"encoding/json"
	"errors"
	"io"
	"log"
	"os"
	"slices"

	"example.com/mlp/dataset"
)

// A penguin has a field for each column of the model, by its tag. A nil pointer
// is a missing value.
type penguin struct {
	Name    string   `json:"name"`
	Island  string   `json:"island"`
	Sex     *string  `json:"sex"`
	Bill    *float64 `json:"bill_length_mm"`
	Depth   *float64 `json:"bill_depth_mm"`
	Flipper *float64 `json:"flipper_length_mm"`
	Mass    *float64 `json:"body_mass_g"`
}

type answer struct {
	Name        string  `json:"name"`
	Species     string  `json:"species"`
	Probability float64 `json:"probability"`
}

func main() {
	pipeline, err := dataset.LoadPipelineFile("penguins.mlp") // see serve
	if err != nil {
		log.Fatal(err)
	}
	if pipeline, err = pipeline.Freeze(); err != nil {
		log.Fatal(err)
	}
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var p penguin
		if err := in.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			log.Fatal(err)
		}
		species, err := pipeline.PredictStruct(p)
		if err != nil {
			log.Fatalf("%s: %v", p.Name, err)
		}
		if err := out.Encode(answer{p.Name, species.Class, slices.Max(species.Probabilities)}); err != nil {
			log.Fatal(err)
		}
	}
}
