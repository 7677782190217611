//go:build !nogui && !unix

package main

import (
	"fmt"
	"os"
)

// checkOwnFolder reports whether path is a folder. On Windows the temporary
// folder is the user's own.
func checkOwnFolder(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return fmt.Errorf("folder of the window's socket: %w", err)
	}
	if !info.IsDir() {
		return fmt.Errorf("%s must be a folder; remove it", path)
	}
	return nil
}
