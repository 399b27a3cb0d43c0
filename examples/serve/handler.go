package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"

	"example.com/mlp/dataset"
)

const maxBody = 1 << 20 // bytes of a request

// handler answers requests. One pipeline serves any number of them at once.
type handler struct{ pipeline *dataset.Pipeline }

// newHandler returns the handler of
//
//	GET  /model    what the columns and the classes are
//	POST /predict  a record, or a list of records
func newHandler(pipeline *dataset.Pipeline) http.Handler {
	h := &handler{pipeline}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /model", h.model)
	mux.HandleFunc("POST /predict", h.predict)
	return http.MaxBytesHandler(mux, maxBody)
}

type modelResponse struct {
	Columns []string `json:"columns"`
	Classes []string `json:"classes"`
}

func (h *handler) model(w http.ResponseWriter, _ *http.Request) {
	p := h.pipeline.Preparation()
	text, err := json.Marshal(modelResponse{p.Columns(), p.Classes()})
	if err != nil {
		fail(w, http.StatusInternalServerError, err)
		return
	}
	reply(w, http.StatusOK, text)
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
	answer, err := h.pipeline.PredictJSON(body)
	if err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	reply(w, http.StatusOK, answer)
}

// reply answers a request with JSON.
func reply(w http.ResponseWriter, status int, text []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if _, err := w.Write(append(text, '\n')); err != nil {
		log.Printf("answer: %v", err)
	}
}

// fail answers a request with an error.
func fail(w http.ResponseWriter, status int, err error) {
	text, _ := json.Marshal(map[string]string{"error": err.Error()}) // texts are always JSON
	reply(w, status, text)
}
