package receive

import (
	"context"
	"net/url"
	"strings"
)

// Receiver is how an authorization response (RFC 6749 §4.1.2) comes back to the
// sign-in that waits for it. [Loopback] is the one of desktops; a web server or an
// app with a link of its own has another.
type Receiver interface {
	// RedirectURI is where the provider sends the browser.
	RedirectURI() string
	// Receive begins to take what comes for s, and does not wait.
	Receive(s *SignIn)
	// Offer is what whoever opens the browser is given: an address that leads to link,
	// or link itself if no one else can see it there.
	Offer(link string) string
	// Close ends it, once. If graceful, a browser that is on its way gets the page with
	// the outcome first.
	Close(ctx context.Context, graceful bool)
}

// SignIn is what a [Receiver] knows of the sign-in that it receives for. All of it is
// safe for concurrent use.
type SignIn struct {
	// Judge reads a response, which is the query of the redirect URI or the body of a
	// form post. A reason means that it is not for this sign-in, which goes on waiting;
	// else take ends the wait, the first time only.
	Judge func(query string) (take func(), reason string)
	// Ignored reports something that was not accepted, and why.
	Ignored func(reason string)
	// Renew makes the link another one, since others may know it; it reports
	// false after the response, when nothing can be renewed any more. Renewed is called
	// when the old link leads nowhere.
	Renew   func() bool
	Renewed func()
	// Done is closed when the sign-in is over; Outcome is then what to show.
	Done    <-chan struct{}
	Outcome func() Page
}

// Query is the response in an address that a person copied from a browser on another
// machine, where the redirect URI's port leads nowhere: the address bar has everything.
// A reason says why it is none.
func Query(redirectURI, pasted string) (query, reason string) {
	pasted = strings.Trim(strings.TrimSpace(pasted), `"'<>`)
	u, err := url.Parse(pasted)
	if err != nil || len(pasted) > maxCallback {
		return "", "it is not an address"
	}
	want, err := url.Parse(redirectURI)
	if err != nil {
		return "", "there is nothing to compare it with"
	}
	samePath := u.EscapedPath() == want.EscapedPath() || u.EscapedPath() == "" && want.EscapedPath() == "/"
	if u.Scheme != want.Scheme || !accepts(want.Host, u.Host) || !samePath {
		return "", "it does not start with " + redirectURI
	}
	return u.RawQuery, ""
}
