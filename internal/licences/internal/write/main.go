// Command write writes the licences of the program into internal/licences.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/claviger/claviger/internal/licences"
	"github.com/claviger/claviger/internal/licences/collect"
)

func main() {
	if err := write(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write() error {
	all, err := collect.Modules(context.Background(), ".")
	if err != nil {
		return err
	}
	data, err := licences.Pack(all)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join("internal", "licences", licences.File), data, 0o644) //nolint:gosec // a source file
}
