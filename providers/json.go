package providers

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// decodeJSON keeps numbers as they are written, so that an int64 id survives,
// and refuses anything after the value.
func decodeJSON(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON value")
	}
	return v, nil
}
