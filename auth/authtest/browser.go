package authtest

import (
	"context"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// Browser is a person with a browser. Its Open is for auth.Options.Browser.
// The zero value signs in at once and comes back.
type Browser struct {
	// Away never opens the link: the person does something else.
	Away bool
	// Deny comes back with access_denied.
	Deny bool
	// Change, where set, changes the parameters that the provider sends back.
	Change func(url.Values)
	// Before is called with the callback's address before the person comes
	// back: the place for strays, which [Get] and [Post] send.
	Before func(ctx context.Context, callback *url.URL)
	// Twice comes back two times.
	Twice bool
	// Err is what opening fails with.
	Err error
	// Transport, where set, makes the requests to the provider; those to
	// this computer, such as to the callback, never go through it.
	Transport http.RoundTripper

	mu      sync.Mutex
	opened  []string
	visits  []Visit
	running sync.WaitGroup
	leading leading
}

// leading counts the one-time pages that are being asked for.
type leading struct {
	pages int
	ended sync.Cond
}

// Visit is a page that the browser ended on.
type Visit struct {
	URL    string
	Status int
	Header http.Header
	Body   string
	Err    error
}

// Open opens a link as the system's opener does: it returns at once, and the
// person does the rest.
func (b *Browser) Open(ctx context.Context, link string) error {
	if b.Err == nil && leadsOn(link) {
		b.lead(1)
		defer b.lead(-1)
		link = Get(context.WithoutCancel(ctx), link).Header.Get("Location")
	}
	b.mu.Lock()
	b.opened = append(b.opened, link)
	b.mu.Unlock()
	if b.Err != nil {
		return b.Err
	}
	if b.Away {
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	b.running.Go(func() { b.follow(ctx, link) })
	return nil
}

// Opened lists the links so far; in place of a one-time page of auth the address
// that it led to.
func (b *Browser) Opened() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waitLed()
	return append([]string(nil), b.opened...)
}

// lead counts the one-time pages that are being asked for.
func (b *Browser) lead(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.leading.pages += n
	b.leading.ended.L = &b.mu
	b.leading.ended.Broadcast()
}

// waitLed waits until each of them has led on. b.mu is held.
func (b *Browser) waitLed() {
	for b.leading.pages > 0 {
		b.leading.ended.Wait()
	}
}

// Wait waits for the person to be through and lists the pages they ended on.
func (b *Browser) Wait() []Visit {
	b.mu.Lock()
	b.waitLed()
	b.mu.Unlock()
	b.running.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]Visit(nil), b.visits...)
}

// follow does what a person does.
func (b *Browser) follow(ctx context.Context, link string) {
	page := do(ctx, http.MethodGet, link, "", b.Transport)
	callback, values, post := answerOf(page)
	if callback == nil {
		b.keep(page) // an error page of the provider, or none
		return
	}
	if b.Deny {
		values.Del("code")
		values.Set("error", "access_denied")
	}
	if b.Change != nil {
		b.Change(values)
	}
	if b.Before != nil {
		b.Before(ctx, callback)
	}
	times := 1
	if b.Twice {
		times = 2
	}
	for range times {
		if post {
			b.keep(land(ctx, Post(ctx, callback.String(), values)))
			continue
		}
		back := *callback
		back.RawQuery = values.Encode()
		b.keep(land(ctx, Get(ctx, back.String())))
	}
}

// leadsOn reports whether a link is not the provider's but the one-time page of
// auth that leads on to it.
func leadsOn(link string) bool {
	u, err := url.Parse(link)
	return err == nil && u.Scheme == "http" && slices.Contains(loopbackHosts, u.Hostname()) && strings.HasPrefix(u.Path, "/go/")
}

// land follows the callback's redirects on its own host, as a browser does.
func land(ctx context.Context, v Visit) Visit {
	for range 3 {
		from, err := url.Parse(v.URL)
		if err != nil || v.Err != nil || v.Header.Get("Location") == "" {
			return v
		}
		to, err := from.Parse(v.Header.Get("Location"))
		if err != nil || to.Host != from.Host {
			return v
		}
		v = Get(ctx, to.String())
	}
	return v
}

func (b *Browser) keep(v Visit) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.visits = append(b.visits, v)
}

var (
	formAction = regexp.MustCompile(`<form method="post" action="([^"]*)">`)
	formInput  = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
)

// answerOf finds where a page of the provider sends the browser.
func answerOf(page Visit) (callback *url.URL, values url.Values, post bool) {
	if loc := page.Header.Get("Location"); loc != "" {
		u, err := url.Parse(loc)
		if err != nil {
			return nil, nil, false
		}
		values = u.Query()
		u.RawQuery = ""
		return u, values, false
	}
	m := formAction.FindStringSubmatch(page.Body)
	if m == nil {
		return nil, nil, false
	}
	u, err := url.Parse(html.UnescapeString(m[1]))
	if err != nil {
		return nil, nil, false
	}
	values = url.Values{}
	for _, in := range formInput.FindAllStringSubmatch(page.Body, -1) {
		values.Set(html.UnescapeString(in[1]), html.UnescapeString(in[2]))
	}
	return u, values, true
}

// Get asks for a page and follows no redirect.
func Get(ctx context.Context, address string) Visit {
	return do(ctx, http.MethodGet, address, "", nil)
}

// Post sends a form and follows no redirect.
func Post(ctx context.Context, address string, form url.Values) Visit {
	return do(ctx, http.MethodPost, address, form.Encode(), nil)
}

func do(ctx context.Context, method, address, body string, rt http.RoundTripper) Visit {
	v := Visit{URL: address}
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		v.Err = fmt.Errorf("authtest: %w", err)
		return v
	}
	req.Header.Set("Accept", "text/html")
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if rt == nil {
		// A transport of its own: an idle connection of another visit would
		// keep a callback listener from closing.
		rt = &http.Transport{DisableKeepAlives: true}
	}
	client := &http.Client{
		Transport:     rt,
		Timeout:       30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(req)
	if err != nil {
		v.Err = err
		return v
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	v.Status, v.Header, v.Body, v.Err = resp.StatusCode, resp.Header, string(data), err
	return v
}
