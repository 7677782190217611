//go:build !linux && !freebsd && !openbsd && !netbsd && !windows

package choosefile

import (
	"context"
	"errors"
)

// Ask reports that this system has no portal.
func Ask(context.Context, Question) (string, error) { return "", errors.ErrUnsupported }
