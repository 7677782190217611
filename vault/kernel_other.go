//go:build !linux

package vault

import (
	"fmt"
	"io/fs"
	"time"
)

func kernelSet(string, []byte, time.Duration) error {
	return fmt.Errorf("%w: only Linux has one", ErrKernelKeyring)
}

func kernelGet(string) ([]byte, error) { return nil, fs.ErrNotExist }

func kernelHas(string) bool { return false }

func kernelRemove(string) error { return nil }
