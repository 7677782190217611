package auth

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/providers"
)

// stepRevoke names the step in errors; a revocation is no part of a sign-in.
const stepRevoke Step = "revoke"

var errNotOffered = errors.New("not offered")

// revoker ends tokens at their provider, and looks whether they are dead.
type revoker struct{ *asker }

// revokePatience bounds all requests of a revocation.
const revokePatience = 15 * time.Second

// revokeTokens ends the tokens at the provider, in the provider's own way.
func (v *revoker) revokeTokens(ctx context.Context, p *providers.Provider, md *providers.Metadata, rec *record) error {
	ctx, cancel := context.WithTimeout(ctx, revokePatience)
	defer cancel()
	switch p.SignOut.Method {
	case "rfc7009":
		return v.revokeStandard(ctx, p, md, rec)
	case "form":
		return v.revokeForm(ctx, p, md, rec)
	}
	return v.revokeRequests(ctx, p, rec)
}

// revokedResult is what a revocation came to that is not tried again.
func (v *revoker) revokedResult(p *providers.Provider, err error) Result {
	switch {
	case err == nil:
		return came(OutcomeDone, fact{Code: factRevoked})
	case errors.Is(err, errNotOffered):
		return came(OutcomeNotOffered, fact{Code: factNoRevocation, Page: pageOf(p)})
	}
	v.o.Log.Info("revocation failed", "provider", p.ID, "error", err)
	f := fact{Code: factRefused, Cause: Explain(err, p, "").Title, Status: statusOf(err), Page: pageOf(p)}
	if refused, ok := errors.AsType[*ProviderError](err); ok {
		f.Words = refused.Description
	}
	return came(OutcomeFailed, f)
}

// revokeStandard is RFC 7009 §2.1: the refresh token first, whose end should
// take the access tokens of the same grant with it, then the access token. A
// server that revokes refresh tokens only (§2.2.1) has done what it can.
func (v *revoker) revokeStandard(ctx context.Context, p *providers.Provider, md *providers.Metadata, rec *record) error {
	address := cmp.Or(fillAddress(p.SignOut.URL, p, rec), md.RevocationEndpoint)
	if address == "" {
		return errNotOffered
	}
	send := func(hint string, token Secret) error {
		form := url.Values{"token": {token.Reveal()}, "token_type_hint": {hint}}
		return v.revokeToken(ctx, p, address, form, authenticate(p, md, form))
	}
	ended := false
	if !rec.Tokens.Refresh.IsZero() {
		if err := send("refresh_token", rec.Tokens.Refresh); err != nil {
			return err
		}
		ended = true
	}
	switch {
	case p.SignOut.RefreshOnly && !ended:
		return errNotOffered
	case p.SignOut.RefreshOnly, rec.Tokens.expired(v.now()):
		return nil
	}
	err := send("access_token", rec.Tokens.Access)
	var refused *ProviderError
	if ended && errors.As(err, &refused) {
		return nil
	}
	return err
}

// revokeForm is Google's way: one token ends the whole grant.
func (v *revoker) revokeForm(ctx context.Context, p *providers.Provider, md *providers.Metadata, rec *record) error {
	address := cmp.Or(fillAddress(p.SignOut.URL, p, rec), md.RevocationEndpoint)
	if address == "" {
		return errNotOffered
	}
	token := rec.Tokens.Refresh
	if token.IsZero() {
		token = rec.Tokens.Access
	}
	return v.revokeToken(ctx, p, address, url.Values{"token": {token.Reveal()}}, credentials{})
}

// revokeToken posts a revocation.
func (v *revoker) revokeToken(ctx context.Context, p *providers.Provider, address string, form url.Values, client credentials) error {
	req, err := formRequest(ctx, address, form, client, stepRevoke)
	if err != nil {
		return err
	}
	return v.doRevoke(p, req, formScrubber(p, form))
}

// revokeRequests makes the first of the provider's own requests that can be
// made: one that needs the client's secret waits for a client that has one.
func (v *revoker) revokeRequests(ctx context.Context, p *providers.Provider, rec *record) error {
	base, list := p.SignOutRequests()
	for i := range list {
		r := &list[i]
		if r.Auth == "basic" && p.Client.Secret.IsZero() {
			continue
		}
		body, err := revocationBody(r.Body, p, rec)
		if err != nil {
			return err
		}
		address := fillAddress(base, p, rec) + strings.ReplaceAll(r.Path, "{client_id}", url.PathEscape(p.Client.ID))
		req, err := jsonRequest(ctx, r.Method, address, body)
		if err != nil {
			return &AnswerError{Step: stepRevoke, Reason: "the endpoint's address cannot be used"}
		}
		for name, value := range r.Headers {
			req.Header.Set(name, fillAddress(value, p, rec))
		}
		if r.Auth == "basic" {
			req.SetBasicAuth(p.Client.ID, p.Client.Secret.Reveal())
		}
		return v.doRevoke(p, req, trace.NewScrubber(rec.Tokens.Access.Reveal(), rec.Tokens.Refresh.Reveal(), p.Client.Secret.Reveal()))
	}
	return errNotOffered
}

// revocationBody fills the blanks of a body. They are whole values, so that no
// token can change the form of what is around it.
func revocationBody(text string, p *providers.Provider, rec *record) (any, error) {
	var body any
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		return nil, &AnswerError{Step: stepRevoke, Reason: "the provider's file defines no usable revocation request"}
	}
	return fillBody(body, map[string]string{
		"{access_token}":  rec.Tokens.Access.Reveal(),
		"{refresh_token}": rec.Tokens.Refresh.Reveal(),
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

func jsonRequest(ctx context.Context, method, address string, body any) (*http.Request, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	return req, nil
}

// doRevoke sends a revocation. 200 says that the token is dead, also where it
// was unknown (RFC 7009 §2.2); some say 202 or 204. scrub knows the secrets of
// the request's address and body, which an error could repeat.
func (v *revoker) doRevoke(p *providers.Provider, req *http.Request, scrub trace.Scrubber) error {
	scrub = scrubHeaders(scrub, req)
	if !safeForToken(req.URL) {
		return ErrPlainHTTP
	}
	client, err := v.strictClient(p)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return requestError(stepRevoke, err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return requestError(stepRevoke, err)
	}
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		return nil
	}
	if busy(resp.StatusCode) {
		err := &AnswerError{Step: stepRevoke, Status: resp.StatusCode, Reason: statusReason(resp.StatusCode, "")}
		return limitedBy(err, resp.StatusCode, v.now(), resp.Header)
	}
	fields, _ := parseAnswer(resp.Header.Get("Content-Type"), body)
	switch code := foreign.String(fields["error"]); code {
	case "":
	case "invalid_token": // Google: it was dead already
		return nil
	default:
		return &ProviderError{
			Step: stepRevoke, Status: resp.StatusCode, Code: scrub.Text(code, 60),
			Description: scrub.Text(foreign.String(fields["error_description"]), 300),
		}
	}
	if resp.StatusCode == http.StatusUnauthorized {
		// RFC 6749 §5.2: it is the client that was not let in. Glewlwyd says no
		// more to a client without a secret.
		return &ProviderError{Step: stepRevoke, Code: "invalid_client", Status: resp.StatusCode}
	}
	return &AnswerError{Step: stepRevoke, Status: resp.StatusCode, Reason: "the provider refused"}
}
