package authtest

import (
	"net/url"
	"slices"
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

// Requests lists what came so far, in the order of their ends.
func (p *Provider) Requests() []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.requests)
}

// Count is how many requests an endpoint got.
func (p *Provider) Count(endpoint string) int {
	n := 0
	for _, r := range p.Requests() {
		if r.Endpoint == endpoint {
			n++
		}
	}
	return n
}

// Last is the newest request to an endpoint; the zero value where there was
// none.
func (p *Provider) Last(endpoint string) Request {
	var last Request
	for _, r := range p.Requests() {
		if r.Endpoint == endpoint {
			last = r
		}
	}
	return last
}

// Refreshes is how many refresh requests came, successful or not.
func (p *Provider) Refreshes() int {
	n := 0
	for _, r := range p.Requests() {
		if r.GrantType == "refresh_token" {
			n++
		}
	}
	return n
}

// Forget empties what Requests and Count tell.
func (p *Provider) Forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests = nil
}

// RoundTrips is how many of the requests so far had to wait for an earlier one
// to end: requests made at the same time are one round trip. The browser's
// are left out.
func (p *Provider) RoundTrips() int {
	all := p.Requests()
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
