package auth

import (
	"context"
	"errors"
)

// adopt makes an account of a finished sign-in, or updates the one it belongs
// to, and stores it where it is to be remembered.
func (a *Agent) adopt(ctx context.Context, res signInResult, r SignInRequest) (*Account, error) {
	return nil, errors.ErrUnsupported
}
