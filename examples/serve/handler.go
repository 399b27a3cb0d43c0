package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

const (
	maxBody = 1 << 20 // bytes of a request
	maxRows = 10_000
)

// handler answers requests. One network serves any number of them at once.
type handler struct{ net *mlp.Classifier }

// newHandler returns the handler of
//
//	GET  /model    what the columns and the classes are
//	POST /predict  {"rows": [[...], ...]}
func newHandler(net *mlp.Classifier) http.Handler {
	h := &handler{net}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /model", h.model)
	mux.HandleFunc("POST /predict", h.predict)
	return http.MaxBytesHandler(mux, maxBody)
}

type modelResponse struct {
	Features []string `json:"features"`
	Classes  []string `json:"classes"`
}

func (h *handler) model(w http.ResponseWriter, r *http.Request) {
	reply(w, http.StatusOK, modelResponse{h.net.FeatureNames(), h.net.ClassNames()})
}

type predictResponse struct {
	Predictions []prediction `json:"predictions"`
}

type prediction struct {
	Class         string    `json:"class"`
	Probabilities []float64 `json:"probabilities"` // in the order of the classes
}

func (h *handler) predict(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		fail(w, http.StatusRequestEntityTooLarge, fmt.Errorf("the request has more than %d bytes", tooLarge.Limit))
		return
	}
	if err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	x, err := h.samples(body)
	if err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	probabilities, err := h.net.Predict(x)
	if errors.Is(err, mlp.ErrNotFinite) { // numbers that are too large for the network
		fail(w, http.StatusUnprocessableEntity, err)
		return
	}
	if err != nil {
		fail(w, http.StatusInternalServerError, err)
		return
	}
	rows, _ := probabilities.Dims()
	response := predictResponse{make([]prediction, rows)}
	classes := h.net.ClassNames()
	for i := range response.Predictions {
		p := probabilities.RawRowView(i)
		response.Predictions[i] = prediction{classes[floats.MaxIdx(p)], p}
	}
	reply(w, http.StatusOK, response)
}

// samples returns the samples of the body of a request.
func (h *handler) samples(body []byte) (*mat.Dense, error) {
	var rows [][]*float64 // pointers, as null would be 0
	if err := unmarshal(body, map[string]any{"rows": &rows}); err != nil {
		return nil, fmt.Errorf("body: %w", err)
	}
	if len(rows) == 0 || len(rows) > maxRows {
		return nil, fmt.Errorf("%d rows, want from 1 to %d", len(rows), maxRows)
	}
	features := h.net.FeatureNames()
	x := mat.NewDense(len(rows), len(features), nil)
	for i, row := range rows {
		if len(row) != len(features) {
			return nil, fmt.Errorf("row %d has %d numbers, want %d: %q", i, len(row), len(features), features)
		}
		for j, v := range row {
			if v == nil {
				return nil, fmt.Errorf("row %d has no %s", i, features[j])
			}
			x.Set(i, j, *v)
		}
	}
	return x, nil
}
