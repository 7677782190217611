package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/providers"
)

// stepRegister names the step in errors; a registration is no part of a
// sign-in.
const stepRegister Step = "register"

// maxRegistration bounds an answer of the registration endpoint, in bytes.
const maxRegistration = 256 << 10

// RegisterRequest says what app to register. Zero values are usable.
type RegisterRequest struct {
	// Name is what people read at the provider; default "Claviger".
	Name string
	// Scopes are what the app may ask for; nil are those that a provider file
	// for the issuer asks for.
	Scopes []string
	// Redirects are tried in order, each where the one before was refused; nil
	// is a loopback address of any port together with fixed ones, then each alone.
	Redirects []providers.Redirect
	// InitialToken is the initial access token (RFC 7591 §1.2) of providers
	// whose registration is not open to everybody.
	InitialToken Secret
	// CAFile is as [providers.Trust] has it.
	CAFile string
}

// Registration is an app that was registered by request.
type Registration struct {
	providers.Registered
	// Secret is the client secret, where the provider gave one.
	Secret Secret
	// SecretExpires is when it ends; zero where it does not.
	SecretExpires time.Time
	// Access is how the registration can be deleted; zero where the provider
	// gave no way.
	Access RegistrationAccess
	// Changes say in plain words what is other than asked for.
	Changes []string
}

// Register registers this app with the provider whose metadata m is (RFC 7591
// §3.1), as a native public client where the provider knows such. Errors wrap
// [ErrNoRegistration], [ErrNotOpen], [ErrInitialToken], [ErrNotThisApp],
// [ErrOffline], [providers.ErrCAFile] or [ErrAnswer], or are a [*ProviderError].
func (a *Agent) Register(ctx context.Context, m *providers.Metadata, r RegisterRequest) (*Registration, error) {
	if m.RegistrationEndpoint == "" {
		return nil, ErrNoRegistration
	}
	if u, err := url.Parse(m.RegistrationEndpoint); err != nil || !safeForToken(u) {
		return nil, fmt.Errorf("registration endpoint: %w", ErrPlainHTTP)
	}
	var err error
	if r.Scopes == nil {
		if r.Scopes, err = providers.RegistrationScopes(m); err != nil {
			return nil, err
		}
	}
	for _, redirects := range r.redirects(m.Issuer) {
		var reg *Registration
		reg, err = a.register(ctx, m, registrationOf(m, r, redirects), r)
		if scopeRefused(err) && len(r.Scopes) > 0 {
			// It is optional (RFC 7591 §2), and some have a rule about it.
			r.Scopes = []string{}
			reg, err = a.register(ctx, m, registrationOf(m, r, redirects), r)
		}
		if err == nil {
			return reg, nil
		}
		if !redirectRefused(err) {
			return nil, err
		}
	}
	return nil, err
}

// scopeRefused reports whether err may be about the scopes: a rule of the
// provider's own has no code, so that it may be about anything.
func scopeRefused(err error) bool {
	var refused *ProviderError
	if errors.As(err, &refused) {
		return refused.Code == "invalid_scope" ||
			refused.Code == "invalid_client_metadata" && strings.Contains(strings.ToLower(refused.Description), "scope")
	}
	return statusOf(err) == http.StatusForbidden
}

// clientMetadata is a registration request (RFC 7591 §2, OpenID Connect
// Registration 1.0 §2).
type clientMetadata struct {
	Name            string   `json:"client_name"`
	ApplicationType string   `json:"application_type"`
	RedirectURIs    []string `json:"redirect_uris"`
	GrantTypes      []string `json:"grant_types"`
	ResponseTypes   []string `json:"response_types"`
	Auth            string   `json:"token_endpoint_auth_method"`
	Scope           string   `json:"scope,omitempty"`

	redirects []providers.Redirect
}

func registrationOf(m *providers.Metadata, r RegisterRequest, redirects []providers.Redirect) clientMetadata {
	c := clientMetadata{
		Name: cmp.Or(r.Name, "Claviger"), ApplicationType: "native",
		ResponseTypes: []string{"code"},
		GrantTypes:    []string{"authorization_code"},
		Auth:          registrationAuth(m.TokenEndpointAuthMethods),
		Scope:         joined(r.Scopes),
		redirects:     redirects,
	}
	for _, redirect := range redirects {
		c.RedirectURIs = append(c.RedirectURIs, redirect.URIs()...)
	}
	known := func(grant string) bool {
		return len(m.GrantTypesSupported) == 0 || slices.Contains(m.GrantTypesSupported, grant)
	}
	if known("refresh_token") {
		c.GrantTypes = append(c.GrantTypes, "refresh_token")
	}
	if m.DeviceAuthorizationEndpoint != "" && known(deviceGrant) {
		c.GrantTypes = append(c.GrantTypes, deviceGrant)
	}
	return c
}

// registrationAuth is the way to prove the client that suits a desktop app
// best among those that a provider lists: none at all, since its secret would
// be no secret (RFC 8252 §8.5).
func registrationAuth(known []string) string {
	if len(known) == 0 {
		return "client_secret_basic" // RFC 8414 §2
	}
	for _, method := range []string{"none", "client_secret_basic", "client_secret_post"} {
		if slices.Contains(known, method) {
			return method
		}
	}
	return "none"
}

// register sends one registration and reads its answer.
func (a *Agent) register(ctx context.Context, m *providers.Metadata, asked clientMetadata, r RegisterRequest) (*Registration, error) {
	home := serverHome(m.RegistrationEndpoint)
	ctx = reaching(ctx, &providers.Provider{Issuer: m.Issuer}, home, nil)
	req, err := jsonRequest(ctx, http.MethodPost, m.RegistrationEndpoint, asked)
	if err != nil {
		return nil, &AnswerError{Step: stepRegister, Reason: "the endpoint's address cannot be used"}
	}
	status, fields, err := a.doRegistration(req, r.InitialToken, r.CAFile)
	if err != nil {
		return nil, err
	}
	if status != http.StatusCreated && status != http.StatusOK {
		return nil, registrationRefused(status, fields, r.InitialToken)
	}
	reg, redirects, err := readRegistration(asked, fields, home)
	if err != nil {
		// What cannot be used is not left lying at the provider.
		access := readAccess(fields, home)
		access.CAFile = r.CAFile
		return nil, errors.Join(err, a.Deregister(ctx, access))
	}
	reg.Access.CAFile = r.CAFile
	a.chooseRedirect(ctx, m, reg, redirects)
	return reg, nil
}

// doRegistration makes a request to a registration or client configuration
// endpoint. The fields are nil where the answer is no JSON object.
func (a *Agent) doRegistration(req *http.Request, token Secret, caFile string) (status int, fields map[string]any, err error) {
	req.Header.Set("Accept", "application/json")
	if !token.IsZero() {
		req.Header.Set("Authorization", "Bearer "+token.Reveal())
	}
	client, err := a.strictClient(&providers.Provider{Trust: providers.Trust{CAFile: caFile}})
	if err != nil {
		return 0, nil, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0, nil, requestError(stepRegister, err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxRegistration+1))
	switch {
	case err != nil:
		return 0, nil, requestError(stepRegister, err)
	case len(body) > maxRegistration:
		return 0, nil, &AnswerError{Step: stepRegister, Status: resp.StatusCode, Reason: "the response is larger than 256 KiB"}
	}
	fields, reason := parseAnswer("application/json", body)
	if reason != "" && resp.StatusCode < http.StatusMultipleChoices && len(body) > 0 {
		return 0, nil, &AnswerError{Step: stepRegister, Status: resp.StatusCode, Reason: reason}
	}
	return resp.StatusCode, fields, nil
}

// registrationRefused makes an error of a refusal (RFC 7591 §3.2.2, RFC 6750
// §3.1).
func registrationRefused(status int, fields map[string]any, token Secret) error {
	scrub := trace.NewScrubber(append(answerSecrets(fields), token.Reveal())...)
	code, why := scrub.Text(foreign.String(fields["error"]), 80), scrub.Text(foreign.String(fields["error_description"]), 500)
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		closed := ErrNotOpen
		switch {
		case token.IsZero():
		case status == http.StatusForbidden && code != "invalid_token":
			// RFC 6750 §3.1. Keycloak says insufficient_scope of each of its rules.
			closed = ErrNotThisApp
		default:
			closed = ErrInitialToken
		}
		return fmt.Errorf("%w: %w", closed, &AnswerError{Step: stepRegister, Status: status, Reason: cmp.Or(why, code, "it gave no reason")})
	case code != "":
		return &ProviderError{Step: stepRegister, Status: status, Code: code, Description: why}
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		return &AnswerError{Step: stepRegister, Status: status, Reason: "its published registration endpoint does not work"}
	}
	return &AnswerError{Step: stepRegister, Status: status, Reason: statusReason(status, "no registration in the response")}
}
