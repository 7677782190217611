package identity

import (
	"context"
	"net/http"
	"time"

	"github.com/claviger/claviger/providers"
)

// Request is what [Ask] needs.
type Request struct {
	// HTTP makes the requests. It must not add credentials.
	HTTP     *http.Client
	Metadata *providers.Metadata
	// AccessToken goes, as a Bearer header (RFC 6750 §2.1), to the hosts named
	// in the provider's file and metadata and to no other.
	AccessToken providers.Secret
	// Authorized, if set, makes the requests that need AccessToken, which is then
	// not sent: its transport adds what the token needs to
	// each request by itself, such as a proof of the key that it is bound to
	// (RFC 9449). The rule of the hosts is the same.
	Authorized *http.Client
	// IDTokenClaims are verified claims; nil if there is no ID token.
	IDTokenClaims map[string]any
	// Verify checks user info that came as a signed JWT (OIDC Core §5.3.2) and
	// returns its claims, or an error in plain words. Without it such user info
	// is not used.
	Verify func(ctx context.Context, signed providers.Secret) (map[string]any, error)
	// Scopes are the granted ones.
	Scopes []string
	Groups bool
	// Observe, if set, is called for each request, from several goroutines.
	Observe func(Exchange)
	// Progress, if set, is called with how far sources with pages are and which
	// of them wait for the provider, from several goroutines.
	Progress func(Progress)
}

// Progress is how far one source of groups is.
type Progress struct {
	// Name is the source's name.
	Name string
	// Page was the last one, from 1; Groups is how many there are so far. Both
	// are 0 if a request for the profile waits.
	Page   int
	Groups int
	// Wait is how long the provider wants a pause before it is asked again;
	// else 0.
	Wait time.Duration
	// Last says that the source ended, with or without an error.
	Last bool
}

// Exchange is one finished request for user details, free of secrets.
type Exchange struct {
	Name string
	// Page counts from 1 if the answer is a page of groups; else 0.
	Page   int
	Method string
	// URL has no query.
	URL    string
	Status int
	Start  time.Time
	End    time.Time
	Err    error
}
