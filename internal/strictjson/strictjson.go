// Package strictjson reads JSON from untrusted files.
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"example.com/mlp/internal/quote"
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
	err := d.Decode(v)
	const most = 300
	if err != nil && len(err.Error()) > most { // which quotes a name from the file
		text := err.Error()
		return fmt.Errorf("%s... (%d bytes)", strings.ToValidUTF8(text[:most], ""), len(text))
	}
	return err
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
			return fmt.Errorf("%s is there twice", quote.Text(name))
		}
		names[name] = true
		if err := check(d, depth-1); err != nil {
			return fmt.Errorf("%s: %w", quote.Text(name), err)
		}
	}
	_, err = d.Token() // the closing brace
	return err
}
