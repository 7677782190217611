package auth

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"claviger/providers"
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
	// is a loopback address of any port, then of fixed ones.
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
// [ErrNoRegistration], [ErrNotOpen], [ErrInitialToken], [ErrOffline],
// [providers.ErrCAFile] or [ErrAnswer], or are a [*ProviderError].
func (a *Agent) Register(ctx context.Context, m *providers.Metadata, r RegisterRequest) (*Registration, error) {
	if m.RegistrationEndpoint == "" {
		return nil, ErrNoRegistration
	}
	if u, err := url.Parse(m.RegistrationEndpoint); err != nil || !safeForToken(u) {
		return nil, fmt.Errorf("registration endpoint: %w", ErrPlainHTTP)
	}
	if err := r.complete(m); err != nil {
		return nil, err
	}
	var err error
	left := ""
	for i, redirect := range r.Redirects {
		var reg *Registration
		reg, err = a.register(ctx, m, registrationOf(m, r, redirect), r)
		switch last := i == len(r.Redirects)-1; {
		case err == nil && !last && r.InitialToken.IsZero() && a.comparesPorts(ctx, m, reg):
			// It took the address and would refuse every sign-in.
			if a.Deregister(ctx, reg.Access) != nil {
				left = fmt.Sprintf("A first attempt (client ID %s) stays registered there, unused.", reg.ClientID)
			}
		case err == nil:
			if left != "" {
				reg.Changes = append(reg.Changes, left)
			}
			return reg, nil
		case !redirectRefused(err):
			return nil, err
		}
	}
	return nil, err
}

// complete fills in what was left to us.
func (r *RegisterRequest) complete(m *providers.Metadata) (err error) {
	if r.Redirects == nil {
		r.Redirects = registrationRedirects(m.Issuer)
	}
	if r.Scopes == nil {
		r.Scopes, err = providers.RegistrationScopes(m)
	}
	return err
}

// comparesPorts reports whether a provider that registered an address without
// a port refuses it with one, against RFC 8252 §7.3. A registration that cannot
// be taken back is not put to the test, nor one with an initial access token,
// which may be good for one only.
func (a *Agent) comparesPorts(ctx context.Context, m *providers.Metadata, reg *Registration) bool {
	if len(reg.Redirect.Ports) > 0 || reg.Access.IsZero() {
		return false
	}
	data, err := providers.FromRegistration("new", "", reg.Registered, m)
	if err != nil {
		return false
	}
	p, err := providers.Parse("new", data)
	if err != nil {
		return false
	}
	p.Client.Secret, p.Errors = reg.Secret, nil // the codes of the general words
	p.Trust.CAFile = reg.Access.CAFile
	b := &prober{a: a, p: p, md: m}
	b.listen(ctx)
	f := b.authorization(ctx)
	return f.outcome == Failed && problemWords().OAuth[f.code].About == aboutRedirect
}

// registrationRedirects are the addresses to try, at a path that no other
// provider has (RFC 9700 §4.4.2.2): any port (RFC 8252 §7.3),
// fixed ports for servers that compare them, and the name for those that take
// no http address else.
func registrationRedirects(issuer string) []providers.Redirect {
	// What the provider will be called here is not known yet.
	path := "/callback/" + providers.SuggestID(issuer) + "-" + strings.ToLower(rand.Text()[:8])
	ports := []int{51789, 51790, 51791}
	list := []providers.Redirect{
		{Host: "127.0.0.1", Path: path},
		{Host: "127.0.0.1", Path: path, Ports: ports},
		{Host: "localhost", Path: path, Ports: ports},
	}
	for i, r := range list {
		list[i].Register = strings.Join(r.URIs(), ", ")
	}
	return list
}

// redirectRefused reports whether err is about the redirect URIs. RFC 7591
// §3.2.2 has a code for it, which not every server uses.
func redirectRefused(err error) bool {
	var refused *ProviderError
	return errors.As(err, &refused) && (refused.Code == "invalid_redirect_uri" ||
		refused.Code == "invalid_client_metadata" && strings.Contains(strings.ToLower(refused.Description), "redirect"))
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

	redirect providers.Redirect
}

func registrationOf(m *providers.Metadata, r RegisterRequest, redirect providers.Redirect) clientMetadata {
	c := clientMetadata{
		Name: cmp.Or(r.Name, "Claviger"), ApplicationType: "native",
		RedirectURIs: redirect.URIs(), ResponseTypes: []string{"code"},
		GrantTypes: []string{"authorization_code"},
		Auth:       registrationAuth(m.TokenEndpointAuthMethods),
		Scope:      joined(r.Scopes),
		redirect:   redirect,
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
// best among those that a provider knows: none at all, since its secret would
// be no secret (RFC 8252 §8.5).
func registrationAuth(known []string) string {
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
	reg, err := readRegistration(asked, fields, home)
	if err != nil {
		// What cannot be used is not left lying at the provider.
		access := readAccess(fields, home)
		access.CAFile = r.CAFile
		return nil, errors.Join(err, a.Deregister(ctx, access))
	}
	reg.Access.CAFile = r.CAFile
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
	scrub := newScrubber(append(answerSecrets(fields), token.Reveal())...)
	code, why := scrub.text(text(fields["error"]), 80), scrub.text(text(fields["error_description"]), 500)
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		closed := ErrNotOpen
		if !token.IsZero() {
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
