package oauth

import (
	"context"
	"errors"
	"net/http"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// maxKeys bounds a key set document, in bytes.
const maxKeys = 512 << 10

// Keys gets the keys at an address that a provider published (RFC 7517 §5).
func (n *Network) Keys(ctx context.Context, p *providers.Provider, address string) (*idtoken.KeySet, error) {
	ctx = Reaching(ctx, p, HomeOf(p), nil) // no secret goes there, but the issuer may have named it
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil || !ask.Encrypted(req.URL) {
		// Whoever can put keys on the way can sign identities.
		return nil, &AnswerError{Step: trace.StepVerify, Reason: "the address of the keys cannot be used"}
	}
	req.Header.Set("Accept", "application/json, application/jwk-set+json")
	client, err := n.HTTP(p)
	if err != nil {
		return nil, err
	}
	answer, err := ask.Question{Client: client, Request: req, Most: maxKeys, OnlyOK: true}.Ask()
	if answer == nil {
		return nil, RequestError(trace.StepVerify, err)
	}
	n.origins.learn(serverOf(req.URL, false), answer.Header, n.clock())
	fail := func(reason phrase.Text, err error) (*idtoken.KeySet, error) {
		return nil, &AnswerError{Step: trace.StepVerify, Status: answer.StatusCode, Reason: reason, Err: err}
	}
	body, _ := errors.AsType[*ask.BodyError](err)
	switch {
	case answer.StatusCode != http.StatusOK:
		return fail(StatusReason(answer.StatusCode, "no keys"), nil)
	case body != nil && body.Most == 0:
		return fail("the keys were cut off", body.Err)
	case body != nil:
		return fail(phrase.Say("the key set is larger than {size}", plain.Size(maxKeys)), nil)
	}
	s, err := idtoken.ReadKeys(answer.Content)
	if err != nil {
		return fail("the keys are not a key set", err)
	}
	return s, nil
}
