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

	"claviger/providers"
)

// stepRevoke names the step in errors; a revocation is no part of a sign-in.
const stepRevoke Step = "revoke"

var errNotOffered = errors.New("not offered")

// revokeStandard is RFC 7009 §2.1: the refresh token first, whose end should
// take the access tokens of the same grant with it, then the access token. A
// server that revokes refresh tokens only (§2.2.1) has done what it can.
func (a *Agent) revokeStandard(ctx context.Context, p *providers.Provider, md *providers.Metadata, rec *record) error {
	address := cmp.Or(fillAddress(p.SignOut.URL, p, rec), md.RevocationEndpoint)
	if address == "" {
		return errNotOffered
	}
	send := func(hint string, token Secret) error {
		return a.revokeToken(ctx, p, address, url.Values{"token": {token.Reveal()}, "token_type_hint": {hint}}, true)
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
	case p.SignOut.RefreshOnly, rec.Tokens.expired(a.now()):
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
func (a *Agent) revokeForm(ctx context.Context, p *providers.Provider, md *providers.Metadata, rec *record) error {
	address := cmp.Or(fillAddress(p.SignOut.URL, p, rec), md.RevocationEndpoint)
	if address == "" {
		return errNotOffered
	}
	token := rec.Tokens.Refresh
	if token.IsZero() {
		token = rec.Tokens.Access
	}
	return a.revokeToken(ctx, p, address, url.Values{"token": {token.Reveal()}}, false)
}

// revokeToken posts a revocation, with the client's credentials or without.
func (a *Agent) revokeToken(ctx context.Context, p *providers.Provider, address string, form url.Values, withClient bool) error {
	var user string
	var pass Secret
	if withClient {
		user, pass = authenticate(p, form)
	}
	req, err := formRequest(ctx, address, form, user, pass, stepRevoke)
	if err != nil {
		return err
	}
	return a.doRevoke(p, req)
}

// revokeGitHub ends the app's token: with the client's secret that one, else
// as one that was found somewhere, of which GitHub tells the owner by mail.
func (a *Agent) revokeGitHub(ctx context.Context, p *providers.Provider, rec *record) error {
	base := strings.TrimSuffix(cmp.Or(fillAddress(p.SignOut.URL, p, rec), "https://api.github.com"), "/")
	var req *http.Request
	var err error
	if p.Client.Secret.IsZero() {
		credentials := []string{rec.Tokens.Access.Reveal()}
		if !rec.Tokens.Refresh.IsZero() {
			credentials = append(credentials, rec.Tokens.Refresh.Reveal())
		}
		req, err = jsonRequest(ctx, http.MethodPost, base+"/credentials/revoke", map[string]any{"credentials": credentials})
	} else {
		address := base + "/applications/" + url.PathEscape(p.Client.ID) + "/token"
		req, err = jsonRequest(ctx, http.MethodDelete, address, map[string]any{"access_token": rec.Tokens.Access.Reveal()})
		if err == nil {
			req.SetBasicAuth(p.Client.ID, p.Client.Secret.Reveal())
		}
	}
	if err != nil {
		return &AnswerError{Step: stepRevoke, Reason: "the endpoint's address cannot be used"}
	}
	req.Header.Set("Accept", "application/vnd.github+json")
	return a.doRevoke(p, req)
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
// was unknown (RFC 7009 §2.2); GitHub says 202 and 204.
func (a *Agent) doRevoke(p *providers.Provider, req *http.Request) error {
	if !safeForToken(req.URL) {
		return ErrPlainHTTP
	}
	client, err := a.strictClient(p)
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
		return &AnswerError{Step: stepRevoke, Status: resp.StatusCode, Reason: statusReason(resp.StatusCode, "")}
	}
	var refusal struct {
		Error string `json:"error"`
	}
	if json.Unmarshal(body, &refusal) == nil && refusal.Error != "" {
		if refusal.Error == "invalid_token" { // Google: it was dead already
			return nil
		}
		return &ProviderError{Step: stepRevoke, Code: short(refusal.Error), Status: resp.StatusCode}
	}
	return &AnswerError{Step: stepRevoke, Status: resp.StatusCode, Reason: "the provider refused"}
}
