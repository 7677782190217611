// Package demotest answers the demo provider's pages as a person would.
package demotest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
)

// maxHops bounds the redirects between the provider's own pages.
const maxHops = 10

// Approve opens an authorization request of the demo provider in its own browser, chooses the person with that id ("tess", "ola", "sam" or "noor"),
// allows every scope except those in without, and returns the address that the
// browser is sent back to. It does not go there.
func Approve(ctx context.Context, authURL, user string, without ...string) (*url.URL, error) {
	b, err := open(ctx, authURL)
	if err != nil || b.back != nil {
		return b.back, err
	}
	if err := b.post(ctx, "/login", url.Values{"user": {user}}); err != nil || b.back != nil {
		return b.back, err
	}
	var scopes []string
	for _, scope := range []string{"openid", "profile", "email", "offline_access", "groups", "roles"} {
		if !slices.Contains(without, scope) {
			scopes = append(scopes, scope)
		}
	}
	err = b.post(ctx, "/consent", url.Values{"answer": {"allow"}, "scope": scopes})
	return b.back, err
}

// Deny is [Approve] by a person who says no.
func Deny(ctx context.Context, authURL, user string) (*url.URL, error) {
	b, err := open(ctx, authURL)
	if err != nil || b.back != nil {
		return b.back, err
	}
	if err := b.post(ctx, "/login", url.Values{"user": {user}}); err != nil {
		return nil, err
	}
	err = b.post(ctx, "/consent", url.Values{"answer": {"deny"}})
	return b.back, err
}

// ApproveDevice types the code of a device flow (RFC 8628 §3.3) into the page
// at verificationURI and lets the device in as user.
func ApproveDevice(ctx context.Context, verificationURI, userCode, user string) error {
	b, err := open(ctx, verificationURI)
	if err != nil {
		return err
	}
	if err := b.post(ctx, "/device", url.Values{"user_code": {userCode}}); err != nil {
		return err
	}
	if err := b.post(ctx, "/login", url.Values{"user": {user}}); err != nil {
		return err
	}
	return b.post(ctx, "/consent", url.Values{
		"answer": {"allow"},
		"scope":  {"openid", "profile", "email", "offline_access", "groups", "roles"},
	})
}

// browser is the state of a person's browser.
type browser struct {
	http *http.Client
	at   *url.URL
	back *url.URL
}

// open opens an address of the provider.
func open(ctx context.Context, address string) (*browser, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return &browser{}, err
	}
	b := &browser{http: &http.Client{
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	if b.at, err = url.Parse(address); err != nil {
		return b, errors.New("the address is not well formed")
	}
	return b, b.visit(ctx, http.MethodGet, b.at, nil)
}

// post sends the form at path, of the request that the browser is at.
func (b *browser) post(ctx context.Context, path string, form url.Values) error {
	form.Set("request", b.at.Query().Get("request"))
	return b.visit(ctx, http.MethodPost, b.at.ResolveReference(&url.URL{Path: path}), form)
}

// visit sends a request and follows redirects while they stay at the provider.
func (b *browser) visit(ctx context.Context, method string, u *url.URL, form url.Values) error {
	for range maxHops {
		req, err := http.NewRequestWithContext(ctx, method, u.String(), strings.NewReader(form.Encode()))
		if err != nil {
			return errors.New("the address is not well formed")
		}
		if method == http.MethodPost {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		res, err := b.http.Do(req)
		if err != nil {
			return fmt.Errorf("demo provider's page %s: %w", u.Path, errors.Unwrap(err))
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		b.at = u
		if res.StatusCode < 300 || res.StatusCode > 399 {
			if res.StatusCode != http.StatusOK {
				return fmt.Errorf("demo provider's page %s: status %d", u.Path, res.StatusCode)
			}
			return nil
		}
		to, err := res.Location()
		if err != nil {
			return fmt.Errorf("demo provider's page %s: %w", u.Path, err)
		}
		if to.Host != u.Host {
			b.back = to
			return nil
		}
		method, u, form = http.MethodGet, to, nil
	}
	return errors.New("demo provider's pages lead in a circle")
}
