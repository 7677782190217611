package oauth

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/providers"
)

// stepRevoke names the step in errors; a revocation is no part of a sign-in.
const stepRevoke trace.Step = "revoke"

// ErrNotOffered means that the provider has no revocation or introspection, or none for
// these tokens.
var ErrNotOffered = errors.New("not offered")

// maxRevoked is how much of an answer to a revocation is read, in bytes: the status says
// what there is to know, and an error is short.
const maxRevoked = 64 << 10

// revokePatience bounds all requests of a revocation.
const revokePatience = 15 * time.Second

// Fill fills the {placeholders} of an address that a provider's file names.
type Fill func(address string) string

// Revoke ends tokens at the provider, in the provider's own way. Errors are
// [ErrNotOffered], [*ProviderError], [*AnswerError] or wrap [ErrOffline].
func (c *Client) Revoke(ctx context.Context, t Tokens, fill Fill) error {
	ctx, cancel := context.WithTimeout(ctx, revokePatience)
	defer cancel()
	ctx = c.Reaching(ctx)
	switch c.Provider.SignOut.Method {
	case "rfc7009":
		return c.revokeStandard(ctx, t, fill)
	case "form":
		return c.revokeForm(ctx, t, fill)
	}
	return c.revokeRequests(ctx, t, fill)
}

// revokeStandard is RFC 7009 §2.1: the refresh token first, whose end should
// take the access tokens of the same grant with it, then the access token. A
// server that revokes refresh tokens only (§2.2.1) has done what it can.
func (c *Client) revokeStandard(ctx context.Context, t Tokens, fill Fill) error {
	p := c.Provider
	address := cmp.Or(fill(p.SignOut.URL), c.Metadata.RevocationEndpoint)
	if address == "" {
		return ErrNotOffered
	}
	send := func(hint string, token providers.Secret) error {
		form := url.Values{"token": {token.Reveal()}, "token_type_hint": {hint}}
		return c.revokeToken(ctx, address, form, c.authenticate(form))
	}
	ended := false
	if !t.Refresh.IsZero() {
		if err := send("refresh_token", t.Refresh); err != nil {
			return err
		}
		ended = true
	}
	switch {
	case p.SignOut.RefreshOnly && !ended:
		return ErrNotOffered
	case p.SignOut.RefreshOnly, t.Expired(c.net.now()):
		return nil
	}
	err := send("access_token", t.Access)
	var refused *ProviderError
	if ended && errors.As(err, &refused) {
		return nil
	}
	return err
}

// revokeForm is Google's way: one token ends the whole grant.
func (c *Client) revokeForm(ctx context.Context, t Tokens, fill Fill) error {
	address := cmp.Or(fill(c.Provider.SignOut.URL), c.Metadata.RevocationEndpoint)
	if address == "" {
		return ErrNotOffered
	}
	token := t.Refresh
	if token.IsZero() {
		token = t.Access
	}
	return c.revokeToken(ctx, address, url.Values{"token": {token.Reveal()}}, credentials{})
}

// revokeToken posts a revocation.
func (c *Client) revokeToken(ctx context.Context, address string, form url.Values, client credentials) error {
	req, err := formRequest(ctx, address, form, client, stepRevoke)
	if err != nil {
		return err
	}
	return c.doRevoke(req, c.scrubber(form))
}

// revokeRequests makes the first of the provider's own requests that can be
// made: one that needs the client's secret waits for a client that has one.
func (c *Client) revokeRequests(ctx context.Context, t Tokens, fill Fill) error {
	p := c.Provider
	base, list := p.SignOutRequests()
	for i := range list {
		r := &list[i]
		if r.Auth == "basic" && p.Client.Secret.IsZero() {
			continue
		}
		body, err := revocationBody(r.Body, p, t)
		if err != nil {
			return err
		}
		address := fill(base) + strings.ReplaceAll(r.Path, "{client_id}", url.PathEscape(p.Client.ID))
		req, err := ask.JSONRequest(ctx, r.Method, address, body)
		if err != nil {
			return &AnswerError{Step: stepRevoke, Reason: "the endpoint's address cannot be used"}
		}
		for name, value := range r.Headers {
			req.Header.Set(name, fill(value))
		}
		if r.Auth == "basic" {
			req.SetBasicAuth(p.Client.ID, p.Client.Secret.Reveal())
		}
		return c.doRevoke(req, trace.NewScrubber(t.Access.Reveal(), t.Refresh.Reveal(), p.Client.Secret.Reveal()))
	}
	return ErrNotOffered
}

// revocationBody fills the blanks of a body. They are whole values, so that no
// token can change the form of what is around it.
func revocationBody(text string, p *providers.Provider, t Tokens) (any, error) {
	var body any
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		return nil, &AnswerError{Step: stepRevoke, Reason: "the provider's file defines no usable revocation request"}
	}
	return fillBody(body, map[string]string{
		"{access_token}":  t.Access.Reveal(),
		"{refresh_token}": t.Refresh.Reveal(),
		"{client_id}":     p.Client.ID,
	}), nil
}

func fillBody(v any, values map[string]string) any {
	switch v := v.(type) {
	case string:
		if value, ok := values[v]; ok {
			return value
		}
	case map[string]any:
		for k := range v {
			v[k] = fillBody(v[k], values)
		}
	case []any:
		out := make([]any, 0, len(v))
		for _, entry := range v {
			if filled := fillBody(entry, values); filled != "" {
				out = append(out, filled)
			}
		}
		return out
	}
	return v
}

// doRevoke sends a revocation. 200 says that the token is dead, even if it
// was unknown (RFC 7009 §2.2); some say 202 or 204. scrub knows the secrets of
// the request's address and body, which an error could repeat.
func (c *Client) doRevoke(req *http.Request, scrub trace.Scrubber) error {
	scrub = scrubHeaders(scrub, req)
	if !ask.Encrypted(req.URL) {
		return ErrPlainHTTP
	}
	client, err := c.net.Strict(c.Provider)
	if err != nil {
		return err
	}
	answer, err := ask.Question{Client: client, Request: req, Most: maxRevoked}.Ask()
	if cut, ok := errors.AsType[*ask.BodyError](err); err != nil && (!ok || cut.Most == 0) {
		return Unread(stepRevoke, answer, "", err)
	}
	status := answer.StatusCode
	if status >= 200 && status < 300 {
		return nil
	}
	if Busy(status) {
		err := &AnswerError{Step: stepRevoke, Status: status, Reason: StatusReason(status, "")}
		return limited(err, status, c.net.now(), answer.Header)
	}
	fields, _ := ParseAnswer(answer.Header.Get("Content-Type"), answer.Content)
	switch code := foreign.String(fields["error"]); code {
	case "":
	case "invalid_token": // Google: it was dead already
		return nil
	default:
		return &ProviderError{
			Step: stepRevoke, Status: status, Code: scrub.Text(code, 60),
			Description: scrub.Text(foreign.String(fields["error_description"]), 300),
		}
	}
	if status == http.StatusUnauthorized {
		// RFC 6749 §5.2: it is the client that was not let in. Glewlwyd says no
		// more to a client without a secret.
		return &ProviderError{Step: stepRevoke, Code: "invalid_client", Status: status}
	}
	return &AnswerError{Step: stepRevoke, Status: status, Reason: "the provider refused"}
}
