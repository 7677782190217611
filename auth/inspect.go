package auth

import (
	"context"
	"errors"
)

// Inspect decodes a token and, for an ID token of a known provider, checks it.
func (a *Agent) Inspect(ctx context.Context, id string, token Secret) (*Inspection, error) {
	return nil, errors.ErrUnsupported
}

// Inspection is a decoded token.
type Inspection struct {
	// Format is "jwt" or "opaque".
	Format string         `json:"format"`
	Header map[string]any `json:"header,omitempty"`
	Claims map[string]any `json:"claims,omitempty"`
	Checks []Check        `json:"checks,omitempty"`
}
