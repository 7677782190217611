package register

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/probe"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/providers"
)

// stepRegister names the step in errors; a registration is no part of a
// sign-in.
const stepRegister trace.Step = "register"

// maxRegistration bounds an answer of the registration endpoint, in bytes.
const maxRegistration = 256 << 10

// Sentinels.
var (
	// ErrNoRegistration means that the provider has no registration by
	// request (RFC 7591).
	ErrNoRegistration = problem.New("ErrNoRegistration", "provider has no automatic registration")
	// ErrNotOpen means that the provider registers no app by open request.
	ErrNotOpen = problem.New("ErrNotOpen", "registration is not open")
	// ErrNotThisApp means that a rule of the provider refused to register this
	// app, initial access token or not.
	ErrNotThisApp = problem.New("ErrNotThisApp", "app registration refused by a rule")
	// ErrInitialToken means that the provider did not accept the initial
	// access token.
	ErrInitialToken = problem.New("ErrInitialToken", "initial access token not accepted")
)

// Registrar registers apps. It is safe for concurrent use.
type Registrar struct{ tester *probe.Tester }

// New returns a registrar that finds out by a tester which redirect URIs work, and has
// its connections.
func New(t *probe.Tester) *Registrar { return &Registrar{tester: t} }

// Request says what app to register. Zero values are usable.
type Request struct {
	// Name is what people read at the provider; default "Claviger".
	Name string
	// Scopes are what the app may ask for; nil are those that a provider file
	// for the issuer asks for.
	Scopes []string
	// Redirects are tried in order, each if the one before was refused; nil
	// is a loopback address of any port together with fixed ones, then each alone.
	Redirects []providers.Redirect
	// InitialToken is the initial access token (RFC 7591 §1.2) of providers
	// whose registration is not open to everybody.
	InitialToken providers.Secret
	// CAFile is as [providers.Trust] has it.
	CAFile string
}

// Registration is an app that was registered by request.
type Registration struct {
	providers.Registered
	// Secret is the client secret, if the provider gave one.
	Secret providers.Secret
	// SecretExpires is when it ends; zero if it does not.
	SecretExpires time.Time
	// Access is how the registration can be deleted; zero if the provider
	// gave no way.
	Access Access
	// Changes say in plain words what is other than asked for.
	Changes []string
}

// Register registers this app with the provider whose metadata m is (RFC 7591
// §3.1), as a native public client if the provider knows such. Errors wrap
// [ErrNoRegistration], [ErrNotOpen], [ErrInitialToken], [ErrNotThisApp],
// [oauth.ErrOffline], [providers.ErrCAFile] or [oauth.ErrAnswer], or are a [*oauth.ProviderError].
func (r *Registrar) Register(ctx context.Context, m *providers.Metadata, want Request) (*Registration, error) {
	if m.RegistrationEndpoint == "" {
		return nil, ErrNoRegistration
	}
	if u, err := url.Parse(m.RegistrationEndpoint); err != nil || !ask.Encrypted(u) {
		return nil, fmt.Errorf("registration endpoint: %w", oauth.ErrPlainHTTP)
	}
	var err error
	if want.Scopes == nil {
		if want.Scopes, err = providers.RegistrationScopes(m); err != nil {
			return nil, err
		}
	}
	for _, redirects := range want.redirects(m.Issuer) {
		var reg *Registration
		reg, err = r.register(ctx, m, registrationOf(m, want, redirects), want)
		if scopeRefused(err) && len(want.Scopes) > 0 {
			// It is optional (RFC 7591 §2), and some have a rule about it.
			want.Scopes = []string{}
			reg, err = r.register(ctx, m, registrationOf(m, want, redirects), want)
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
	var refused *oauth.ProviderError
	if errors.As(err, &refused) {
		return refused.Code == "invalid_scope" ||
			refused.Code == "invalid_client_metadata" && strings.Contains(strings.ToLower(refused.Description), "scope")
	}
	return oauth.StatusOf(err) == http.StatusForbidden
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

func registrationOf(m *providers.Metadata, r Request, redirects []providers.Redirect) clientMetadata {
	c := clientMetadata{
		Name: cmp.Or(r.Name, "Claviger"), ApplicationType: "native",
		ResponseTypes: []string{"code"},
		GrantTypes:    []string{"authorization_code"},
		Auth:          registrationAuth(m.TokenEndpointAuthMethods),
		Scope:         strings.Join(r.Scopes, " "),
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
	if m.DeviceAuthorizationEndpoint != "" && known(oauth.DeviceGrant) {
		c.GrantTypes = append(c.GrantTypes, oauth.DeviceGrant)
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
func (r *Registrar) register(ctx context.Context, m *providers.Metadata, asked clientMetadata, want Request) (*Registration, error) {
	home := oauth.ServerHome(m.RegistrationEndpoint)
	ctx = oauth.Reaching(ctx, &providers.Provider{Issuer: m.Issuer}, home, nil)
	req, err := ask.JSONRequest(ctx, http.MethodPost, m.RegistrationEndpoint, asked)
	if err != nil {
		return nil, &oauth.AnswerError{Step: stepRegister, Reason: "the endpoint's address cannot be used"}
	}
	status, fields, err := r.do(req, want.InitialToken, want.CAFile)
	if err != nil {
		return nil, err
	}
	if status != http.StatusCreated && status != http.StatusOK {
		return nil, registrationRefused(status, fields, want.InitialToken)
	}
	reg, redirects, err := readRegistration(asked, fields, home)
	if err != nil {
		// What cannot be used is not left lying at the provider.
		access := readAccess(fields, home)
		access.CAFile = want.CAFile
		return nil, errors.Join(err, r.Deregister(ctx, access))
	}
	reg.Access.CAFile = want.CAFile
	r.chooseRedirect(ctx, m, reg, redirects)
	return reg, nil
}

// do makes a request to a registration or client configuration
// endpoint. The fields are nil if the answer is no JSON object.
func (r *Registrar) do(req *http.Request, token providers.Secret, caFile string) (status int, fields map[string]any, err error) {
	req.Header.Set("Accept", "application/json")
	if !token.IsZero() {
		req.Header.Set("Authorization", "Bearer "+token.Reveal())
	}
	client, err := r.tester.Network.Strict(oauth.Trusting(caFile))
	if err != nil {
		return 0, nil, err
	}
	answer, err := ask.Question{Client: client, Request: req, Most: maxRegistration}.Ask()
	if err != nil {
		return 0, nil, oauth.Unread(stepRegister, answer, "the response", err)
	}
	fields, reason := oauth.ParseAnswer("application/json", answer.Content)
	if reason != "" && answer.StatusCode < http.StatusMultipleChoices && len(answer.Content) > 0 {
		return 0, nil, &oauth.AnswerError{Step: stepRegister, Status: answer.StatusCode, Reason: reason}
	}
	return answer.StatusCode, fields, nil
}

// registrationRefused makes an error of a refusal (RFC 7591 §3.2.2, RFC 6750
// §3.1).
func registrationRefused(status int, fields map[string]any, token providers.Secret) error {
	scrub := trace.NewScrubber(append(oauth.AnswerSecrets(fields), token.Reveal())...)
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
		return fmt.Errorf("%w: %w", closed, &oauth.AnswerError{Step: stepRegister, Status: status, Reason: cmp.Or(why, code, "it gave no reason")})
	case code != "":
		return &oauth.ProviderError{Step: stepRegister, Status: status, Code: code, Description: why}
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		return &oauth.AnswerError{Step: stepRegister, Status: status, Reason: "its published registration endpoint does not work"}
	}
	return &oauth.AnswerError{Step: stepRegister, Status: status, Reason: oauth.StatusReason(status, "no registration in the response")}
}
