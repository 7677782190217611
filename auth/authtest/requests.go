package authtest

import (
	"net/url"
	"slices"
	"sync"
	"time"
)

// Request is one request that the provider got.
type Request struct {
	Endpoint string
	// GrantType is that of a token request.
	GrantType string
	Start     time.Time
	End       time.Time
	Status    int
	// Form are the parameters of a request of the browser, or the fields of a
	// form. It holds whatever was sent, secrets too.
	Form url.Values
	// Authorized reports whether it carried an access token, Basic whether it
	// carried a client's ID and secret in its header.
	Authorized, Basic bool
}

// requestLog is what came. It is safe for concurrent use.
type requestLog struct {
	mu   sync.Mutex
	list []Request
}

func (l *requestLog) add(r Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, r)
}

// Requests lists what came so far, in the order of their ends.
func (l *requestLog) Requests() []Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.list)
}

// Count is how many requests an endpoint got.
func (l *requestLog) Count(endpoint string) int {
	n := 0
	for _, r := range l.Requests() {
		if r.Endpoint == endpoint {
			n++
		}
	}
	return n
}

// Last is the newest request to an endpoint; the zero value where there was
// none.
func (l *requestLog) Last(endpoint string) Request {
	var last Request
	for _, r := range l.Requests() {
		if r.Endpoint == endpoint {
			last = r
		}
	}
	return last
}

// Refreshes is how many refresh requests came, successful or not.
func (l *requestLog) Refreshes() int {
	n := 0
	for _, r := range l.Requests() {
		if r.GrantType == "refresh_token" {
			n++
		}
	}
	return n
}

// Forget empties what Requests and Count tell.
func (l *requestLog) Forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = nil
}

// RoundTrips is how many of the requests so far had to wait for an earlier one
// to end: requests made at the same time are one round trip. The browser's
// are left out.
func (l *requestLog) RoundTrips() int {
	all := l.Requests()
	slices.SortFunc(all, func(a, b Request) int { return a.Start.Compare(b.Start) })
	rounds := 0
	var end time.Time
	for _, r := range all {
		if r.Endpoint == Authorize {
			continue
		}
		if rounds == 0 || r.Start.After(end) {
			rounds++
			end = r.End
		} else if r.End.Before(end) {
			end = r.End // the next may start when the first of them ended
		}
	}
	return rounds
}
