// Package licences has the licences of the modules that the program is made of.
package licences

import (
	"bytes"
	"compress/gzip"
	_ "embed" // of the file
	"encoding/json"
	"fmt"
)

// File is the name of the file with the licences; script/docs makes it.
const File = "licences.json.gz"

//go:embed licences.json.gz
var file []byte

// Module is a module of the build.
type Module struct {
	Path    string `json:"path"`
	Version string `json:"version,omitempty"`
	// Kind is the short name of its licence, such as "MIT"; "" if it is not one of the
	// common ones.
	Kind string `json:"kind,omitempty"`
	// Text is its licence files, one after the other.
	Text string `json:"text"`
}

// All are the modules of the builds for Linux, Windows and macOS, by path.
func All() ([]Module, error) {
	r, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("licences: %w", err)
	}
	var all []Module
	if err := json.NewDecoder(r).Decode(&all); err != nil {
		return nil, fmt.Errorf("licences: %w", err)
	}
	return all, nil
}

// Pack is the form of the file.
func Pack(all []Module) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if err := json.NewEncoder(w).Encode(all); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
