package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"claviger/providers"
)

// maxAnswer bounds an answer of the token or device endpoint.
const maxAnswer = 1 << 20

// tokenAnswer is a successful answer of the token endpoint (RFC 6749 §5.1).
type tokenAnswer struct {
	tokenSet
	// ScopeGiven reports whether the answer named its scopes; where it did
	// not, Scopes is nil and the requested ones were granted.
	ScopeGiven bool
	// Skew is how far this clock is ahead of the provider's, by the answer's
	// Date header; zero where it has none.
	Skew time.Duration
	// RefreshExpires is when the refresh token ends; zero where not told.
	RefreshExpires time.Time
	// Raw holds the answer's other fields.
	Raw map[string]any
}

// tokenRequest posts form to the token endpoint with the client's credentials
// and the provider's token_params added, and reads the answer. Its errors are
// [*ProviderError], [*AnswerError] or wrap [ErrOffline]. obs, where set, is
// told one event, [Done] or [Broken], with the redacted exchange.
//
// The request is made here and not by x/oauth2: its errors carry the whole
// body, it follows redirects with the code in hand, and it leaves no way to
// tell HTML from a cut answer or to measure the provider's clock.
func (a *Agent) tokenRequest(ctx context.Context, p *providers.Provider, md *providers.Metadata, form url.Values, step Step, obs func(Event)) (*tokenAnswer, error) {
	for k, v := range p.Authorization.TokenParams {
		if !form.Has(k) {
			form.Set(k, v)
		}
	}
	rep, err := a.postForm(ctx, p, md.TokenEndpoint, form, step)
	var ans *tokenAnswer
	if err == nil {
		ans, err = readTokenAnswer(p, rep, step)
	}
	if obs != nil {
		obs(rep.event(step, err))
	}
	return ans, err
}

// reply is a parsed answer to a form, and how the exchange went.
type reply struct {
	fields map[string]any
	status int
	start  time.Time
	end    time.Time
	skew   time.Duration
	x      *Exchange
	scrub  scrubber
}

// event describes the exchange; a nil error is [Done].
func (r *reply) event(step Step, err error) Event {
	ev := Event{Step: step, Phase: Done, At: r.end, Took: r.end.Sub(r.start), Exchange: r.x}
	if err != nil {
		ev.Phase, ev.Detail = Broken, err.Error()
	}
	return ev
}

// postForm posts form, with the client's credentials, to endpoint and parses
// the answer. The reply is never nil. An OAuth error in the answer, whatever
// its status, is a [*ProviderError].
func (a *Agent) postForm(ctx context.Context, p *providers.Provider, endpoint string, form url.Values, step Step) (*reply, error) {
	user, pass := authenticate(p, form)
	rep := &reply{start: a.o.Now(), scrub: formScrubber(p, form)}
	rep.x = &Exchange{Method: http.MethodPost, URL: withoutQuery(endpoint), Sent: redactedValues(form, rep.scrub)}
	err := a.doForm(ctx, endpoint, form, user, pass, step, rep)
	rep.end = a.o.Now()
	rep.x.Status = rep.status
	return rep, err
}

func (a *Agent) doForm(ctx context.Context, endpoint string, form url.Values, user string, pass Secret, step Step, rep *reply) error {
	if endpoint == "" {
		return &AnswerError{Step: step, Reason: "the provider names no endpoint for this"}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return &AnswerError{Step: step, Reason: "the endpoint's address cannot be used"}
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	if user != "" {
		// RFC 6749 §2.3.1: both are form-encoded first.
		req.SetBasicAuth(url.QueryEscape(user), url.QueryEscape(pass.Reveal()))
	}
	resp, err := a.strictClient().Do(req)
	if err != nil {
		return requestError(step, err)
	}
	defer func() { _ = resp.Body.Close() }()
	rep.status = resp.StatusCode
	rep.skew = clockSkew(a.o.Now(), resp.Header)
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil && ctx.Err() != nil:
		return requestError(step, ctx.Err())
	case err != nil:
		return &AnswerError{Step: step, Status: rep.status, Reason: "the answer was cut off", Err: withoutURL(err)}
	case len(body) > maxAnswer:
		return &AnswerError{Step: step, Status: rep.status, Reason: "the answer is larger than 1 MiB"}
	}
	return rep.read(resp.Header.Get("Content-Type"), body, step)
}

// strictClient follows no redirect: one would carry code or token elsewhere.
func (a *Agent) strictClient() *http.Client {
	c := *a.http
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}

// authenticate adds the client's identity to form, or returns it for a Basic
// header. The way is the one the provider's file names and is never found out
// by trying: a refused first try can burn a one-time code.
func authenticate(p *providers.Provider, form url.Values) (user string, pass Secret) {
	secret := p.Client.Secret
	if p.Client.SecretUse == "none" || p.Client.Auth == "none" {
		secret = Secret{} // Entra refuses public clients that send one
	}
	if p.Client.Auth == "client_secret_basic" && !secret.IsZero() {
		return p.Client.ID, secret
	}
	form.Set("client_id", p.Client.ID) // RFC 6749 §3.2.1
	if !secret.IsZero() {
		form.Set("client_secret", secret.Reveal())
	}
	return "", Secret{}
}

// formScrubber knows the secrets of form.
func formScrubber(p *providers.Provider, form url.Values) scrubber {
	var secrets []string
	for k, vs := range form {
		if !plainParams[k] {
			secrets = append(secrets, vs...)
		}
	}
	return newScrubber(append(secrets, p.Client.Secret.Reveal())...)
}

// read parses a body and looks for an error in it.
func (r *reply) read(contentType string, body []byte, step Step) error {
	fields, reason := parseAnswer(contentType, body)
	if reason != "" {
		return &AnswerError{Step: step, Status: r.status, Reason: statusReason(r.status, reason)}
	}
	r.fields = fields
	r.scrub.secrets = append(r.scrub.secrets, answerSecrets(fields)...)
	r.x.Received = redactedFields(fields, r.scrub)
	// GitHub answers 200 with an error inside; the field decides.
	if code := text(fields["error"]); code != "" {
		return &ProviderError{
			Step: step, Status: r.status,
			Code:        r.scrub.text(code, 80),
			Description: r.scrub.text(text(fields["error_description"]), 500),
			URI:         r.scrub.text(text(fields["error_uri"]), 300),
		}
	}
	if r.status != http.StatusOK && r.status != http.StatusCreated {
		return &AnswerError{Step: step, Status: r.status, Reason: statusReason(r.status, "no OAuth answer")}
	}
	return nil
}

// statusReason prefers what the status says over what the body looks like.
func statusReason(status int, reason string) string {
	switch {
	case status >= 500:
		return "the server has a problem"
	case status == http.StatusTooManyRequests:
		return "too many requests"
	case status >= 300 && status < 400:
		return "the server redirects elsewhere"
	}
	return reason
}

// readTokenAnswer makes a token set of the fields.
func readTokenAnswer(p *providers.Provider, r *reply, step Step) (*tokenAnswer, error) {
	f := r.fields
	access := text(f["access_token"])
	if access == "" {
		return nil, &AnswerError{Step: step, Status: r.status, Reason: "no access token in the answer"}
	}
	// RFC 6749 §7.1: a type that is not understood must not be used. A missing
	// one is taken as Bearer, which is what such servers mean.
	if kind := text(f["token_type"]); kind != "" && !strings.EqualFold(kind, "bearer") {
		return nil, &AnswerError{Step: step, Status: r.status, Reason: "the token is of a kind other than Bearer"}
	}
	if strings.ContainsFunc(access, func(c rune) bool { return c <= ' ' || c >= 0x7f }) {
		// It goes into a header; RFC 6750 §2.1 allows far less than this.
		return nil, &AnswerError{Step: step, Status: r.status, Reason: "the access token holds impossible characters"}
	}
	ans := &tokenAnswer{
		tokenSet: tokenSet{
			Access:  providers.NewSecret(access),
			Refresh: providers.NewSecret(text(f["refresh_token"])),
			ID:      providers.NewSecret(text(f["id_token"])),
			Type:    "Bearer",
			// The lifetime counts from when the provider wrote the answer, so
			// from no later than the request's start.
			Issued: r.start,
		},
		Skew: r.skew,
		Raw:  map[string]any{},
	}
	ans.Expires = after(r.start, lifetime(f["expires_in"], f["expires"]))
	ans.RefreshExpires = after(r.start, lifetime(f["refresh_token_expires_in"], f["refresh_expires_in"]))
	ans.Scopes, ans.ScopeGiven = scopeList(f["scope"])
	ans.Scopes = usualScopes(p, ans.Scopes, r.scrub)
	for k, v := range f {
		switch k {
		case "access_token", "refresh_token", "id_token", "token_type", "expires_in", "scope":
		default:
			ans.Raw[k] = v
		}
	}
	return ans, nil
}

// usualScopes gives scopes the names that they were asked by, and leaves out
// what is none, such as a token that the server put there.
func usualScopes(p *providers.Provider, scopes []string, scrub scrubber) []string {
	var out []string
	for _, s := range scopes {
		if scrub.text(s, 300) != s {
			continue
		}
		if same, ok := p.Scopes.Same[s]; ok {
			s = same
		}
		out = append(out, s)
	}
	return unique(out)
}

// after is start plus d, and zero where d is.
func after(start time.Time, d time.Duration) time.Time {
	if d == 0 {
		return time.Time{}
	}
	return start.Add(d)
}

// clockSkew is how far now is ahead of the answer's Date; within two seconds
// it is zero, since that header has no finer grain.
func clockSkew(now time.Time, h http.Header) time.Duration {
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0
	}
	if d := now.Sub(date); d.Abs() > 2*time.Second {
		return d
	}
	return 0
}

// isForm reports whether a content type is, or is often used for, a form.
func isForm(contentType string) bool {
	t, _, err := mime.ParseMediaType(contentType)
	return err == nil && (t == "application/x-www-form-urlencoded" || t == "text/plain")
}

// providerCode is the OAuth error code of err, or "".
func providerCode(err error) string {
	var pe *ProviderError
	if errors.As(err, &pe) {
		return pe.Code
	}
	return ""
}

// exchangeCode is the token request of the code flow (RFC 6749 §4.1.3, RFC
// 7636 §4.5).
func (f *Flow) exchangeCode(ctx context.Context, code Secret) (*tokenAnswer, error) {
	f.ev.start(StepExchange, "")
	ans, err := f.a.tokenRequest(ctx, f.p, f.md, url.Values{
		"grant_type":    {"authorization_code"},
		"code":          {code.Reveal()},
		"redirect_uri":  {f.redirect},
		"code_verifier": {f.verifier.Reveal()},
	}, StepExchange, f.ev.emit)
	if err != nil {
		return nil, fmt.Errorf("code for tokens: %w", err)
	}
	return ans, nil
}
