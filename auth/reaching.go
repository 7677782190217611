package auth

import (
	"context"
	"net/http"
)

// reaching makes requests whose secrets go as far as reach says.
type reaching struct {
	base  http.RoundTripper
	reach func(ctx context.Context) context.Context
}

// RoundTrip implements [http.RoundTripper].
func (r reaching) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := r.base.RoundTrip(req.WithContext(r.reach(req.Context())))
	if resp != nil {
		resp.Request = req
	}
	return resp, err
}
