package providers

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/near"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
)

const maxMetadata = 1 << 20

// Metadata returns the provider's endpoints, from discovery if it has any,
// completed and overridden by its file. Answers are cached per [Set] for an
// hour, and used for longer if the provider cannot be reached; client's
// timeouts apply, sizes and redirects are limited. Errors wrap [ErrDiscovery],
// [ErrNoVariable], or what the network said.
func (p *Provider) Metadata(ctx context.Context, client *http.Client) (*Metadata, error) {
	return p.metadata(ctx, client, true)
}

// FreshMetadata is [Provider.Metadata] as the provider publishes it now,
// whatever the cache has.
func (p *Provider) FreshMetadata(ctx context.Context, client *http.Client) (*Metadata, error) {
	return p.metadata(ctx, client, false)
}

func (p *Provider) metadata(ctx context.Context, client *http.Client, cached bool) (*Metadata, error) {
	if err := p.blanks(); err != nil {
		return nil, err
	}
	issuer := p.Expand(p.Issuer)
	if p.Discovery == "none" {
		return p.complete(&Metadata{Issuer: issuer}), nil
	}
	if issuer == "" {
		return nil, undiscovered("{provider} has no issuer yet", p.Name)
	}
	var accept func(string) bool
	if pattern := p.Expand(p.IDToken.Issuer); pattern != "" {
		accept = func(got string) bool { return fitsPattern(pattern, got) }
	}
	fetch := func(ctx context.Context) (*Metadata, error) {
		return discover(ctx, client, issuer, []string{p.Discovery}, accept)
	}
	var m *Metadata
	var err error
	if p.shared == nil || !cached {
		m, err = fetch(ctx)
	} else {
		// A document read under one provider's authorities is not good for another provider.
		key := strings.Join([]string{p.Discovery, issuer, p.IDToken.Issuer, p.Trust.CAFile}, " ")
		m, err = p.shared.metadata.get(ctx, key, fetch)
	}
	if err != nil {
		return nil, err
	}
	return p.complete(m), nil
}

// complete puts the file's endpoints over the published ones.
func (p *Provider) complete(m *Metadata) *Metadata {
	c := *m
	e := p.Endpoints
	for _, pair := range []struct {
		to   *string
		from string
	}{
		{&c.AuthorizationEndpoint, e.Authorization},
		{&c.TokenEndpoint, e.Token},
		{&c.DeviceAuthorizationEndpoint, e.DeviceAuthorization},
		{&c.UserinfoEndpoint, e.Userinfo},
		{&c.JWKSURI, e.JWKS},
		{&c.RevocationEndpoint, e.Revocation},
		{&c.EndSessionEndpoint, e.EndSession},
		{&c.PAREndpoint, e.PushedAuthorization},
	} {
		*pair.to = cmp.Or(p.Expand(pair.from), *pair.to)
	}
	return &c
}

// Discover reads the metadata an issuer publishes (OIDC Discovery 1.0 §4,
// then RFC 8414 §3). The document's issuer must be the one asked for, byte for
// byte, or, if the address of the document itself is asked for, the one before its
// "/.well-known/…". Errors wrap [ErrDiscovery].
func Discover(ctx context.Context, client *http.Client, issuer string) (*Metadata, error) {
	issuer, pasted := issuerOf(issuer)
	var accept func(string) bool
	if pasted {
		accept = func(got string) bool { return strings.TrimSuffix(got, "/") == strings.TrimSuffix(issuer, "/") }
	}
	return discover(ctx, client, issuer, []string{"oidc", "oauth2"}, accept)
}

func discover(ctx context.Context, client *http.Client, issuer string, kinds []string, accept func(string) bool) (*Metadata, error) {
	u, err := url.Parse(issuer)
	switch {
	case err != nil || !ask.Secure(u):
		return nil, undiscovered("the issuer must be an https address (http only for this computer)")
	case u.RawQuery != "" || u.Fragment != "":
		return nil, undiscovered("an issuer has no \"?\" or \"#\" part")
	}
	if accept == nil {
		accept = func(string) bool { return false }
	}
	var first error
	for _, kind := range kinds {
		for _, address := range wellKnown(u, kind) {
			m, err := fetchMetadata(ctx, client, address, func(got string) bool { return got == issuer || accept(got) }, issuer)
			if err == nil {
				return m, nil
			}
			var missing *statusError
			if first == nil {
				first = err
			}
			// Only an absent document sends us to the next place.
			if !errors.As(err, &missing) || missing.status == http.StatusTooManyRequests || missing.status >= 500 {
				return nil, err
			}
		}
	}
	return nil, first
}

// wellKnown lists the addresses of a metadata document. OIDC Discovery §4
// appends to the issuer, RFC 8414 §3 inserts between host and path.
func wellKnown(u *url.URL, kind string) []string {
	path := strings.TrimSuffix(u.EscapedPath(), "/")
	origin := u.Scheme + "://" + u.Host
	if kind == "oidc" {
		return []string{origin + path + "/.well-known/openid-configuration"}
	}
	return []string{origin + "/.well-known/oauth-authorization-server" + path}
}

// undiscovered is an [ErrDiscovery] that says why.
func undiscovered(text phrase.Text, values ...string) error {
	return fmt.Errorf("%w: %s", ErrDiscovery, phrase.Say(text, values...))
}

type statusError struct {
	host   string
	status int
}

func (e *statusError) Error() string {
	switch {
	case e.status == http.StatusNotFound:
		return phrase.Say("{host} publishes no metadata for this issuer; check the issuer URL", e.host)
	case e.status >= 500:
		return phrase.Say("{host} answered {status}; try again later", e.host, strconv.Itoa(e.status))
	}
	return phrase.Say("{host} answered {status}; check the issuer URL", e.host, strconv.Itoa(e.status))
}

// HTTPStatus lets a caller distinguish a provider with a problem from a wrong address.
func (e *statusError) HTTPStatus() int { return e.status }

func fetchMetadata(ctx context.Context, client *http.Client, address string, fits func(string) bool, issuer string) (*Metadata, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, undiscovered("the issuer is not a valid URL")
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", ask.UserAgent)
	resp, err := ask.Question{Client: ask.SameHost(client), Request: req, Most: maxMetadata, OnlyOK: true}.Ask()
	body, _ := errors.AsType[*ask.BodyError](err)
	switch {
	case resp == nil:
		return nil, fmt.Errorf("%w: %w", ErrDiscovery, err)
	case resp.StatusCode >= 300 && resp.StatusCode < 400:
		return nil, undiscovered("{host} redirects its metadata to another host, which is not followed", req.URL.Host)
	case resp.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%w: %w", ErrDiscovery, &statusError{req.URL.Host, resp.StatusCode})
	case body != nil && body.Most == 0:
		return nil, fmt.Errorf("%w: %w", undiscovered("the metadata of {host} was cut off", req.URL.Host), body.Err)
	case body != nil:
		return nil, undiscovered("the metadata of {host} is larger than {size}", req.URL.Host, plain.Size(maxMetadata))
	}
	m, err := parseMetadata(resp.Content, req.URL.Hostname())
	if err != nil {
		return nil, undiscovered("the metadata of {host}: {fault}", req.URL.Host, err.Error())
	}
	if !fits(m.Issuer) { // RFC 8414 §3.3, OIDC Discovery §4.3
		var said phrase.Text = "the metadata is for another issuer ({quoted}, not {before}); use the one it names"
		if strings.TrimSuffix(m.Issuer, "/") == strings.TrimSuffix(issuer, "/") {
			said = "the metadata is for another issuer ({quoted}, not {before}); the trailing \"/\" counts"
		}
		return nil, undiscovered(said, strconv.Quote(shortText(m.Issuer)), strconv.Quote(issuer))
	}
	return m, nil
}

// parseMetadata reads a metadata document of a host, member by member, and
// checks its addresses. What a sign-in needs but cannot be used is an error;
// what it can do without is left out.
func parseMetadata(data []byte, host string) (*Metadata, error) {
	var m Metadata
	dropped, err := foreign.Members(data, &m)
	if err != nil {
		if bytes.HasPrefix(foreign.Text(data), []byte("<")) {
			return nil, phrase.Error("a web page instead of metadata; check the issuer URL")
		}
		return nil, phrase.Error("no valid JSON; check the issuer URL")
	}
	if m.Issuer == "" {
		return nil, phrase.Error("it names no issuer")
	}
	for name, address := range m.endpoints() {
		needed := slices.Contains([]string{"authorization_endpoint", "token_endpoint", "jwks_uri"}, name)
		if needed && slices.Contains(dropped, name) {
			return nil, phrase.Error("the member {claim} is not text", name)
		}
		if *address == "" {
			continue
		}
		if fault := faultOfAddress(*address, host); fault != "" {
			if needed {
				return nil, phrase.Error("the member {claim} is {fault}", name, fault)
			}
			*address = ""
			dropped = append(dropped, name)
			continue
		}
		m.published = append(m.published, OriginOf(*address))
	}
	slices.Sort(dropped)
	m.dropped = dropped
	return &m, nil
}

// faultOfAddress says why an address that the metadata of a host names must not
// be used; "" if it may.
func faultOfAddress(address, host string) phrase.Text {
	u, err := url.Parse(address)
	switch {
	case err != nil || !ask.Secure(u) || u.Scheme == "http" && !ask.Loopback(host):
		return "not an https address"
	case near.Host(u.Hostname()) < near.Host(host):
		// Only a provider on this computer may send us to others on it, and
		// only one in a private network to others in such a network.
		return "an address of this computer or of a closed network, which a server elsewhere must not name"
	}
	return ""
}
