//go:build linux || darwin

package peer

import "os"

// fileIn says which file is open.
func fileIn(f *os.File) (fileID, error) {
	info, err := f.Stat()
	if err != nil {
		return fileID{}, err
	}
	return fileOf(info), nil
}
