package auth

import (
	"context"
	"io"
	"net/http"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/providers"
)

// maxKeys bounds a key set document, in bytes.
const maxKeys = 512 << 10

// fetchKeys gets the keys at an address that a provider published (RFC 7517 §5). It
// ends with the agent at the latest.
func (a *asker) fetchKeys(ctx context.Context, p *providers.Provider, address string) (*idtoken.KeySet, error) {
	ctx, cancel := a.tasks.Within(ctx)
	defer cancel()
	ctx = reaching(ctx, p, HomeOf(p), nil) // no secret goes there, but the issuer may have named it
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil || !safeForToken(req.URL) {
		// Whoever can put keys on the way can sign identities.
		return nil, &AnswerError{Step: StepVerify, Reason: "the address of the keys cannot be used"}
	}
	req.Header.Set("Accept", "application/json, application/jwk-set+json")
	client, err := a.client(p)
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, requestError(StepVerify, err)
	}
	defer func() { _ = resp.Body.Close() }()
	a.origins.learn(serverOf(req.URL, false), resp.Header, a.o.Now())
	if resp.StatusCode != http.StatusOK {
		return nil, &AnswerError{Step: StepVerify, Status: resp.StatusCode, Reason: statusReason(resp.StatusCode, "no keys")}
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxKeys+1))
	if err != nil {
		return nil, &AnswerError{Step: StepVerify, Status: resp.StatusCode, Reason: "the keys were cut off", Err: withoutURL(err)}
	}
	if len(body) > maxKeys {
		return nil, &AnswerError{Step: StepVerify, Status: resp.StatusCode, Reason: "the key set is larger than 512 KiB"}
	}
	s, err := idtoken.ReadKeys(body)
	if err != nil {
		return nil, &AnswerError{Step: StepVerify, Status: resp.StatusCode, Reason: "the keys are not a key set", Err: err}
	}
	return s, nil
}
