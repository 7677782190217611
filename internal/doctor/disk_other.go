//go:build !linux

package doctor

import "errors"

// diskOf is known on Linux only.
func diskOf(string) (diskState, error) {
	return diskState{}, errors.New("it is looked at on Linux only")
}
