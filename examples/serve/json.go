package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
)

// unmarshal stores the values of a JSON object in the fields of their names.
// Each name is there once and in this very spelling, where package json takes
// "ROWS" for "rows", and the last one of two.
func unmarshal(data []byte, fields map[string]any) error {
	if err := json.Unmarshal(data, new(json.RawMessage)); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	if brace, _ := d.Token(); brace != json.Delim('{') { // no errors: the syntax is right
		return errors.New("want an object")
	}
	seen := make(map[string]bool)
	for d.More() {
		token, _ := d.Token()
		name, _ := token.(string)
		field, known := fields[name]
		switch {
		case !known:
			return fmt.Errorf("unknown name %q", name)
		case seen[name]:
			return fmt.Errorf("%q is there twice", name)
		}
		seen[name] = true
		if err := d.Decode(field); err != nil {
			return fmt.Errorf("%q: %w", name, err)
		}
	}
	return nil
}

// reply answers a request with JSON.
func reply(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value) // before the status is sent
	if err != nil {
		log.Printf("answer: %v", err)
		status, body = http.StatusInternalServerError, []byte(`{"error":"the answer cannot be written as JSON"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if _, err := w.Write(append(body, '\n')); err != nil {
		log.Printf("answer: %v", err)
	}
}

// fail answers a request with an error.
func fail(w http.ResponseWriter, status int, err error) {
	reply(w, status, map[string]string{"error": err.Error()})
}
