package tryit

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/providers"
)

// Account is whose token is sent, and where it may go.
type Account struct {
	// Own are the origins of the servers that get the token without a question.
	Own []string
	// Here reports that the provider is on this computer.
	Here bool
	// Unknown is why it is not known what else the issuer publishes; nil if it is.
	Unknown error
	// Suggestions are requests that the provider answers.
	Suggestions []Suggestion
	// Fresh makes sure that there is a token that is good for a request.
	Fresh func(ctx context.Context) error
	// Transport sends requests with the token to Own and to what the person allowed.
	Transport http.RoundTripper
	// Hidden has the account's tokens, once Fresh was called.
	Hidden *Hidden
}

// Suggestion is a request that a provider answers.
type Suggestion struct {
	Title, Method, URL string
	Headers            []Header
}

// Desk is where a person tries requests. It is safe for concurrent use.
type Desk struct {
	kept    *Kept
	account func(ctx context.Context, id string, allowed []string) (*Account, error)
	now     func() time.Time
}

// NewDesk returns a desk. account says whose token is sent; allowed are further origins
// that its transport may send it to.
func NewDesk(kept *Kept, account func(ctx context.Context, id string, allowed []string) (*Account, error), now func() time.Time) *Desk {
	return &Desk{kept: kept, account: account, now: now}
}

// Page is what is known before a request is sent.
type Page struct {
	Suggestions []Suggestion
	// Own are the origins that get the token without a question.
	Own []string
	// Requests are those sent before, the newest first.
	Requests []Sent
	// Allowed are the origins that the person allowed besides.
	Allowed []Allowed
}

// Gets reports whether the token goes to the server of an address without a question.
func (p *Page) Gets(address string) bool {
	u, mistake := target(address)
	return mistake == nil && (slices.Contains(p.Own, ask.Origin(u)) || slices.Contains(originsOf(p.Allowed), ask.Origin(u)))
}

// Page reads what is known of an account's requests. It may ask the provider what it
// publishes; without a network, the page has what is known.
func (d *Desk) Page(ctx context.Context, id string) (*Page, error) {
	kept, err := d.kept.read(ctx, id)
	if err != nil {
		return nil, err
	}
	p := &Page{Requests: kept.Requests, Allowed: kept.Allowed}
	slices.Reverse(p.Requests)
	brief, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if acc, err := d.account(brief, id, nil); err == nil {
		p.Suggestions, p.Own = acc.Suggestions, acc.Own
	}
	return p, ctx.Err()
}

// Send sends a request with the account's token. Errors are a [*Mistake], an
// [*ElsewhereError], or those of getting a token and of connections. If the answer is
// [Large], close it.
func (d *Desk) Send(ctx context.Context, id string, r Request) (*Answer, error) {
	if m := r.check(); m != nil {
		return nil, m
	}
	u, m := target(r.URL)
	if m != nil {
		return nil, m
	}
	kept, err := d.kept.read(ctx, id)
	if err != nil {
		return nil, err
	}
	allowed := originsOf(kept.Allowed)
	acc, err := d.account(ctx, id, allowed)
	if err != nil {
		return nil, err
	}
	if err := acc.check(u, allowed); err != nil {
		return nil, err
	}
	if err := acc.Fresh(ctx); err != nil {
		return nil, err
	}
	notKept := d.kept.add(ctx, id, r, acc.Hidden, d.now())
	// The rest of a large answer outlives the caller's context.
	whole, end := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, end)
	start := d.now()
	resp, redirect, err := acc.send(whole, r, u)
	if err != nil {
		end()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	a := head(r, resp, redirect, acc.Hidden)
	a.read(resp, end)
	a.Took, a.Kept = took(start, d.now()), notKept
	if !stop() && ctx.Err() != nil {
		a.Close()
		return nil, ctx.Err()
	}
	a.understand(resp.Header.Get("Content-Type"))
	return a, nil
}

// Allow lets an origin have the account's token, or no more.
func (d *Desk) Allow(ctx context.Context, id, origin string, yes bool) error {
	u, m := target(origin)
	if m != nil {
		return m
	}
	return d.kept.allow(ctx, id, originOfURL(u), yes, d.now())
}

// Clear forgets the requests of an account, and keeps where its token may go.
func (d *Desk) Clear(ctx context.Context, id string) error { return d.kept.clear(ctx, id) }

// Suggest are the requests that a provider's file has, its userinfo endpoint, and what a
// sign-in reads. userinfo is its address, "" if there is none.
func Suggest(p *providers.Provider, userinfo string) []Suggestion {
	var out []Suggestion
	add := func(title, method, address string, headers map[string]string) {
		address = p.Expand(address)
		known := slices.ContainsFunc(out, func(s Suggestion) bool { return s.URL == address && s.Method == method })
		if _, m := target(address); m != nil || known || hasBlank(address) {
			return // nothing, or with a blank that only a sign-in fills
		}
		s := Suggestion{Title: title, Method: method, URL: address}
		for _, name := range slices.Sorted(maps.Keys(headers)) {
			value := strings.ReplaceAll(p.Expand(headers[name]), "{client_id}", p.Client.ID)
			s.Headers = append(s.Headers, Header{Name: name, Value: value})
		}
		out = append(out, s)
	}
	for _, t := range p.Try {
		add(t.Title, t.HTTPMethod(), t.URL, nil)
	}
	add("Userinfo", http.MethodGet, userinfo, nil)
	for _, s := range p.Profile.Sources {
		add(s.Name, http.MethodGet, s.URL, s.Headers)
	}
	for _, s := range p.Groups {
		add(s.Name, http.MethodGet, s.URL, s.Headers)
	}
	return out
}
