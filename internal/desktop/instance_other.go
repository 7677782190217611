//go:build !unix

package desktop

import (
	"fmt"
	"os"
)

// lockFlags open the lock's file.
const lockFlags = os.O_CREATE | os.O_RDWR

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
