// Package strictjson reads JSON from untrusted files.
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// Unmarshal is json.Unmarshal except that it rejects everything that is
// ambiguous or hides a mistake: invalid UTF-8, null, duplicate names in an
// object, fields that v does not have, and values nested deeper than depth.
func Unmarshal(data []byte, v any, depth int) error {
	if !utf8.Valid(data) {
		return errors.New("invalid UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber() // keeps numbers as they are, unconverted
	if err := check(d, depth); errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	} else if err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("data after the end")
	}
	d = json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode(v)
}

// check reads one value.
func check(d *json.Decoder, depth int) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	switch {
	case token == nil:
		return errors.New("null")
	case token != json.Delim('{') && token != json.Delim('['):
		return nil
	case depth == 0:
		return errors.New("nested too deeply")
	}
	if token == json.Delim('[') {
		for d.More() {
			if err := check(d, depth-1); err != nil {
				return err
			}
		}
		_, err := d.Token() // the closing bracket
		return err
	}
	names := make(map[string]bool)
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string) // Token returns no other keys
		if names[name] {
			return fmt.Errorf("%q is there twice", name)
		}
		names[name] = true
		if err := check(d, depth-1); err != nil {
			return fmt.Errorf("%q: %w", name, err)
		}
	}
	_, err = d.Token() // the closing brace
	return err
}
