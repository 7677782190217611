package providers

import (
	"net/http"
	"time"
)

// IdentityRequest is what [Provider.Identity] needs.
type IdentityRequest struct {
	// HTTP makes the requests. It must not add credentials.
	HTTP     *http.Client
	Metadata *Metadata
	// AccessToken goes, as a Bearer header (RFC 6750 §2.1), to the hosts named
	// in the provider's file and metadata and to no other.
	AccessToken Secret
	// IDTokenClaims are verified claims; nil where there is no ID token.
	IDTokenClaims map[string]any
	// Scopes are the granted ones.
	Scopes []string
	Groups bool
	// Observe, where set, is told of each request, from several goroutines.
	Observe func(Request)
}

// Request is one finished request for user details, free of secrets.
type Request struct {
	Name   string
	Method string
	// URL has no query.
	URL    string
	Status int
	Start  time.Time
	End    time.Time
	Err    error
}
