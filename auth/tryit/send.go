package tryit

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/plain"
)

// maxRedirects bounds the redirects that are followed, all on one origin.
const maxRedirects = 5

// ElsewhereError means that the token may not go to a server without the person's
// yes. Nothing was sent.
type ElsewhereError struct {
	// Origin is the server's scheme, host and port.
	Origin string
	Place  Place
}

// Error implements error.
func (e *ElsewhereError) Error() string {
	return e.Origin + " is not a server of the account's provider"
}

// UnreachedError means that the request was sent and came to nothing. Its server need not
// be the provider's.
type UnreachedError struct {
	Host string // with the port, if the address has one
	Err  error
}

// Error implements error.
func (e *UnreachedError) Error() string { return e.Err.Error() }

// Unwrap is for [errors.Is] and [errors.As].
func (e *UnreachedError) Unwrap() error { return e.Err }

// RedirectWhy says why a redirect was not followed.
type RedirectWhy string

// The reasons.
const (
	// Elsewhere is a redirect to another origin, which must not get the token.
	Elsewhere RedirectWhy = "elsewhere"
	// Changes is a redirect of a request that may change something: it is not made twice.
	Changes RedirectWhy = "changes"
	// TooMany is a redirect after [maxRedirects] others.
	TooMany RedirectWhy = "too-many"
	// BadLocation is a redirect to what is no address.
	BadLocation RedirectWhy = "bad"
)

// Redirect is a redirect that was not followed.
type Redirect struct {
	To  string
	Why RedirectWhy
}

// check says why the token may not go to an address; nil if it may.
func (a *Account) check(u *url.URL, allowed []string) error {
	origin := ask.Origin(u)
	if u.Scheme == "http" && (!a.Here || !ask.Loopback(u.Hostname())) {
		return &Mistake{Code: PlainHTTP}
	}
	if slices.Contains(a.Own, origin) || slices.Contains(allowed, origin) {
		return nil
	}
	if a.Unknown != nil {
		return a.Unknown // it may be one of those that the issuer publishes
	}
	return &ElsewhereError{Origin: origin, Place: placeOf(u)}
}

// send makes the request and follows redirects on its origin. The body of the answer is
// still to be read.
func (a *Account) send(ctx context.Context, r Request, u *url.URL) (*http.Response, *Redirect, error) {
	from := ask.Origin(u)
	for followed := 0; ; followed++ {
		req, err := http.NewRequestWithContext(ctx, r.Method, u.String(), r.body())
		if err != nil {
			return nil, nil, &Mistake{Code: BadURL}
		}
		req.Header = r.headers()
		if req.Header.Get("User-Agent") == "" {
			req.Header.Set("User-Agent", ask.UserAgent)
		}
		// Not by an http.Client: it follows, and it reads a name and password out of a Location.
		resp, err := a.Transport.RoundTrip(req)
		if err != nil {
			return nil, nil, &UnreachedError{Host: u.Host, Err: oauth.RequestError(trace.StepProfile, err)}
		}
		next, stop := follow(r.Method, from, u, resp, followed)
		if next == nil {
			return resp, stop, nil
		}
		ask.Discard(resp)
		u = next
	}
}

// follow is where a redirect leads that may be followed with the token, or why not;
// both are nil for an answer that is none.
func follow(method, from string, base *url.URL, resp *http.Response, followed int) (*url.URL, *Redirect) {
	location := resp.Header.Get("Location")
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, nil
	}
	if location == "" {
		return nil, nil
	}
	stop := &Redirect{To: plain.Line(location, 2000), Why: BadLocation}
	if strings.ContainsFunc(location, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' }) {
		return nil, stop
	}
	to, err := base.Parse(location)
	if err != nil {
		return nil, stop
	}
	stop.To = plain.Line(trace.Address(to.String()), 2000)
	next, m := target(to.String())
	switch {
	case m != nil:
		return nil, stop
	case ask.Origin(next) != from:
		stop.Why = Elsewhere
	case HasBody(method):
		stop.Why = Changes
	case followed >= maxRedirects:
		stop.Why = TooMany
	default:
		return next, nil
	}
	return nil, stop
}

// took is a time for people: whole milliseconds.
func took(start, now time.Time) time.Duration {
	return now.Sub(start).Round(time.Millisecond)
}
