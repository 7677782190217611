//go:build !linux

package doctor

import "runtime"

// systemName is all that is known without starting a program.
func systemName() string { return runtime.GOOS }
