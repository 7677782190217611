package oauth

import (
	"context"
	"net/http"
	"strings"

	"github.com/claviger/claviger/providers"
)

// Subject is what a refusal of the token endpoint is about; "" is not clear, or more
// than one thing.
type Subject string

// The subjects.
const (
	AboutCode     Subject = "code"
	AboutClient   Subject = "client"
	AboutRedirect Subject = "redirect"
	AboutToken    Subject = "token" // it was no refusal: a token came
)

// TestCode redeems a code that nobody was given. What the refusal is about shows
// whether the token endpoint lets the client in (RFC 6749 §5.2).
func (c *Client) TestCode(ctx context.Context, redirect string) (Subject, error) {
	q, code := &AuthorizationRequest{RedirectURI: redirect}, providers.NewSecret("claviger-test-"+randomText())
	r, err := c.redeem(ctx, q, newBinding(false), code, nil)
	refused, ok := asRefusal(err)
	switch {
	case r != nil:
		return AboutToken, ErrAnyCode
	case !ok || Busy(refused.Status):
		return "", err
	}
	return refused.subject(), err
}

// Nobody is a client that no provider knows.
func Nobody() providers.Client { return providers.Client{ID: "claviger-test-" + randomText()} }

// subject says what a refusal of the token endpoint is about.
func (e *ProviderError) subject() Subject {
	switch {
	case e.Code == "invalid_request" && strings.Contains(e.Description, "client_secret"),
		e.Code == "access_denied" && e.Status == http.StatusUnauthorized: // RFC 6749 §5.2: the client was not let in
		return AboutClient
	}
	return SubjectOf(e.Code)
}

// SubjectOf is what an OAuth error code is about.
func SubjectOf(code string) Subject {
	switch code {
	case "redirect_uri_mismatch", "invalid_redirect_uri":
		return AboutRedirect
	case "invalid_client", "incorrect_client_credentials", "deleted_client", "unauthorized_client":
		return AboutClient
	case "invalid_grant", "bad_verification_code":
		return AboutCode
	}
	return ""
}
