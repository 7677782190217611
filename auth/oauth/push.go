package oauth

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/plain"
)

// maxRequestURI bounds the name of a pushed request, which goes into a link.
const maxRequestURI = 2 << 10

// PAR says whether authorization requests are pushed to the provider (RFC 9126).
type PAR int

// The uses.
const (
	PARNever   PAR = iota
	PAROffered     // it can be tried
	PARRequired
)

// PAR is what the provider's file and metadata say.
func (c *Client) PAR() PAR {
	switch {
	case c.Provider.Authorization.PAR == "never":
		return PARNever
	case c.Provider.Authorization.PAR == "required", c.Metadata.RequirePAR:
		return PARRequired
	case c.Metadata.PAREndpoint == "":
		return PARNever
	}
	return PAROffered
}

// Push pushes the request (RFC 9126 §2.1) and returns the link that names it (§4).
// observe gets one event, with the error that is returned too.
func (c *Client) Push(ctx context.Context, q *AuthorizationRequest, b Binding, observe func(trace.Event, error)) (string, error) {
	// RFC 9449 §10.1: the proof gives the server the key, and this program the
	// nonce that the token request will need.
	rep, err := c.postProved(ctx, q.Key, c.Metadata.PAREndpoint, c.params(q, b), trace.StepPush)
	uri := foreign.String(rep.fields["request_uri"])
	if err == nil && (uri == "" || len(uri) > maxRequestURI) {
		err = &AnswerError{Step: trace.StepPush, Status: rep.status, Reason: "no usable request URI in the response"}
	}
	ev := rep.event(trace.StepPush, err)
	if ttl := lifetime(rep.fields["expires_in"]); err == nil && ttl > 0 {
		ev.Detail = "valid for " + plain.Duration(ttl)
	}
	observe(ev, err)
	if err != nil {
		return "", err
	}
	return c.link(c.pushedParams(uri))
}

// pushedParams are left for the link of a client (RFC 9126 §4).
func (c *Client) pushedParams(uri string) url.Values {
	return url.Values{"client_id": {c.Provider.Client.ID}, "request_uri": {uri}}
}

// NotPushed reports whether an error may be about pushing, so that the ordinary
// link can do better: no answer, none of this endpoint, a client that may not
// use it. Public clients are refused by some that ask for a secret there and
// nowhere else, and not all of them say so by the same code.
func NotPushed(err error) bool {
	var refused *ProviderError
	var answer *AnswerError
	switch {
	case errors.As(err, &refused):
		return !aboutRequest(refused)
	case errors.As(err, &answer):
		return answer.Status != 0 // else nothing that is to be trusted answered
	}
	return errors.Is(err, ErrOffline)
}

// aboutRequest reports whether a refusal would be the same in the browser (RFC
// 9126 §2.3).
func aboutRequest(refused *ProviderError) bool {
	switch refused.Code {
	case "invalid_scope", "invalid_target", "invalid_redirect_uri", "redirect_uri_mismatch", "unsupported_response_type":
		return true
	}
	return refused.Code == "invalid_request" && strings.Contains(strings.ToLower(refused.Description), "redirect")
}

// LetIn is what the token endpoint says of a client that was not let in when pushing,
// which err is about; nil if it lets it in. Keycloak says invalid_request there, and
// only the status is as RFC 6749 §5.2 has it. One that lets in whoever comes, with any
// code, is no provider to sign in to ([ErrAnyCode]).
func (c *Client) LetIn(ctx context.Context, redirect string, err error) error {
	if code := Code(err); code != "invalid_client" && code != "unauthorized_client" && StatusOf(err) != http.StatusUnauthorized {
		return nil
	}
	about, refused := c.TestCode(ctx, redirect)
	if about != AboutClient && about != AboutToken {
		return nil
	}
	return refused
}
