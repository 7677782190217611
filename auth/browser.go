package auth

import (
	"context"
	"errors"
)

// OpenBrowser opens an address in the person's browser.
func OpenBrowser(ctx context.Context, url string) error { return errors.ErrUnsupported }
