// Serve learns which species a penguin is, once, and answers over HTTP.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net/http"
	"time"

	"example.com/mlp/dataset"
	"example.com/mlp/tabular"
)

func main() {
	addr := flag.String("addr", "localhost:8080", "address to listen on")
	flag.Parse()
	pipeline, err := dataset.LoadPipelineFile("penguins.mlp")
	if errors.Is(err, fs.ErrNotExist) {
		pipeline, err = train("penguins.csv", "penguins.mlp")
	}
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("POST /predict", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		answer, err := pipeline.PredictJSON(body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Write(answer)
	})
	server := http.Server{Addr: *addr, ReadTimeout: 5 * time.Second}
	log.Printf("listening on http://%s", *addr)
	log.Fatal(server.ListenAndServe())
}

// train makes a model of a CSV file and saves it.
func train(csv, file string) (*dataset.Pipeline, error) {
	table, err := dataset.ReadTableFile(csv, ',')
	if err != nil {
		return nil, err
	}
	model, err := tabular.Fit(context.Background(), table, dataset.Classes("species"), tabular.Options{Method: tabular.TabMMini})
	if err != nil {
		return nil, err
	}
	fmt.Println(model)
	return model.Pipeline(), model.SaveFile(file)
}
