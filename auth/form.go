package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// maxAnswer bounds an answer of the token or device endpoint.
const maxAnswer = 1 << 20

// reply is a parsed answer to a form, and how the exchange went.
type reply struct {
	fields map[string]any
	said   string // the message of a refusal, scrubbed
	status int
	start  time.Time
	end    time.Time
	skew   time.Duration
	x      *Exchange
	scrub  trace.Scrubber
	key    *proofKey // that the request proves; nil for none
	nonce  string    // that the server wants in the next proof (RFC 9449 §8)
}

// event describes the exchange; a nil error is [Done].
func (r *reply) event(step Step, err error) Event {
	ev := Event{Step: step, Phase: Done, At: r.end, Took: r.end.Sub(r.start), Detail: skewWords(r.skew), Exchange: r.x}
	if err != nil {
		ev.Phase, ev.Detail = Broken, err.Error()
	}
	return ev
}

// postForm posts form, with the client's credentials, to endpoint and parses
// the answer. The reply is never nil. An OAuth error in the answer, whatever
// its status, is a [*ProviderError].
func (a *asker) postForm(ctx context.Context, p *providers.Provider, md *providers.Metadata, endpoint string, form url.Values, step Step) (*reply, error) {
	return a.postProved(ctx, p, md, nil, endpoint, form, step)
}

// postProved is postForm with a proof of key, where there is one. A server that
// wants a nonce in it (RFC 9449 §8), or goes by another clock, is asked once
// more: it has looked at the proof before it looked at code or refresh token.
func (a *asker) postProved(ctx context.Context, p *providers.Provider, md *providers.Metadata, key *proofKey, endpoint string, form url.Values, step Step) (*reply, error) {
	ahead := a.aheadOf(endpoint)
	rep, err := a.postOnce(ctx, p, md, key, endpoint, form, step)
	if key == nil {
		return rep, err
	}
	switch code := providerCode(err); {
	case code == "use_dpop_nonce" && rep.nonce != "":
	case code == "invalid_dpop_proof" && (a.aheadOf(endpoint)-ahead).Abs() > clockOff:
	default:
		return rep, err
	}
	return a.postOnce(ctx, p, md, key, endpoint, form, step)
}

// aheadOf is how far this machine's clock is known to be ahead of a server's.
func (a *asker) aheadOf(endpoint string) time.Duration {
	u, err := url.Parse(endpoint)
	if err != nil {
		return 0
	}
	_, ahead := a.origins.known(serverOf(u, false))
	return ahead
}

func (a *asker) postOnce(ctx context.Context, p *providers.Provider, md *providers.Metadata, key *proofKey, endpoint string, form url.Values, step Step) (*reply, error) {
	client := authenticate(p, md, form)
	rep := &reply{start: a.o.Now(), scrub: formScrubber(p, form)}
	rep.x = &Exchange{Method: http.MethodPost, URL: trace.Address(endpoint), Sent: trace.Redact(form, rep.scrub)}
	rep.key = key
	err := rep.inWords(p, step, a.doForm(ctx, p, endpoint, form, client, step, rep))
	rep.end = a.o.Now()
	rep.x.Status = rep.status
	return rep, err
}

func (a *asker) doForm(ctx context.Context, p *providers.Provider, endpoint string, form url.Values, client credentials, step Step, rep *reply) error {
	if endpoint == "" {
		return &AnswerError{Step: step, Reason: "the provider names no endpoint for this"}
	}
	req, err := formRequest(ctx, endpoint, form, client, step)
	if err != nil {
		return err
	}
	if !safeForToken(req.URL) {
		return fmt.Errorf("%s: %w", step, ErrPlainHTTP)
	}
	if err := a.addProof(req, rep.key); err != nil {
		return err
	}
	rep.scrub = scrubHeaders(rep.scrub, req)
	connection, err := a.strictClient(p)
	if err != nil {
		return err
	}
	resp, err := connection.Do(req)
	if err != nil {
		return requestError(step, err)
	}
	defer func() { _ = resp.Body.Close() }()
	rep.status = resp.StatusCode
	rep.nonce = a.origins.learn(serverOf(req.URL, false), resp.Header, a.o.Now())
	rep.skew = clockSkew(a.o.Now(), resp.Header)
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil && ctx.Err() != nil:
		return requestError(step, ctx.Err())
	case err != nil:
		return &AnswerError{Step: step, Status: rep.status, Reason: "the response was cut off", Err: withoutURL(err)}
	case len(body) > maxAnswer:
		return &AnswerError{Step: step, Status: rep.status, Reason: "the response is larger than 1 MiB"}
	}
	return rep.limited(rep.read(resp.Header.Get("Content-Type"), body, step), a.now(), resp.Header)
}

// credentials are a client's for a header; the zero value is for one that names
// itself in the body.
type credentials struct {
	id     string
	secret Secret
	way    string // [providers.AuthBasic] or [providers.AuthBasicPlain]
}

// formRequest is a POST of form, with the client's credentials in a header if it
// has any.
func formRequest(ctx context.Context, endpoint string, form url.Values, client credentials, step Step) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, &AnswerError{Step: step, Reason: "the endpoint's address cannot be used"}
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	switch client.way {
	case providers.AuthBasic: // RFC 6749 §2.3.1: both are form-encoded first
		req.SetBasicAuth(url.QueryEscape(client.id), url.QueryEscape(client.secret.Reveal()))
	case providers.AuthBasicPlain:
		req.SetBasicAuth(client.id, client.secret.Reveal())
	}
	return req, nil
}

// addProof proves key, where there is one, to a server that gives tokens (RFC
// 9449 §5).
func (a *asker) addProof(req *http.Request, key *proofKey) error {
	if key == nil {
		return nil
	}
	nonce, ahead := a.origins.known(serverOf(req.URL, false))
	proof, err := key.proof(req.Method, req.URL, Secret{}, nonce, a.o.Now().Add(-ahead))
	if err != nil {
		return err
	}
	req.Header.Set("DPoP", proof.Reveal())
	return nil
}

// authenticate adds the client's identity to form, or returns it for a header. The
// way is what the provider's file and metadata say, and is never found out by
// trying: a refused first try can burn a one-time code.
func authenticate(p *providers.Provider, md *providers.Metadata, form url.Values) credentials {
	switch way := p.Client.AuthMethod(md); way {
	case providers.AuthBasic, providers.AuthBasicPlain:
		return credentials{p.Client.ID, p.Client.Secret, way}
	case providers.AuthPost:
		form.Set("client_secret", p.Client.Secret.Reveal())
	}
	form.Set("client_id", p.Client.ID) // RFC 6749 §3.2.1
	return credentials{}
}

// formScrubber knows the secrets of form.
func formScrubber(p *providers.Provider, form url.Values) trace.Scrubber {
	var secrets []string
	for k, vs := range form {
		if !trace.PlainParameter(k) {
			secrets = append(secrets, vs...)
		}
	}
	return trace.NewScrubber(append(secrets, p.Client.Secret.Reveal())...)
}

// scrubHeaders knows what proves in the headers of req who sends it, too. A Basic header
// is the client's secret in base64 (RFC 7617 §2), which a server may repeat without
// its padding.
func scrubHeaders(s trace.Scrubber, req *http.Request) trace.Scrubber {
	_, credentials, _ := strings.Cut(req.Header.Get("Authorization"), " ")
	return s.With(strings.TrimRight(credentials, "="), req.Header.Get("DPoP"))
}

// read parses a body and looks for an error in it.
func (r *reply) read(contentType string, body []byte, step Step) error {
	if len(body) == 0 && r.status == http.StatusBadRequest && step == StepRefresh {
		// RFC 6749 §5.2 has this status for a refusal, with a body that says why.
		// Glewlwyd leaves the body out; a gateway that answers instead of the
		// provider has a page of its own. The request was good the last time,
		// so that it is most likely the refresh token that is not.
		return &ProviderError{Step: step, Status: r.status, Code: "invalid_grant", wordless: true}
	}
	fields, reason := parseAnswer(contentType, body)
	if reason != "" {
		return &AnswerError{Step: step, Status: r.status, Reason: statusReason(r.status, reason), empty: len(body) == 0}
	}
	if code := bareCode(r.status, fields); code != "" {
		fields["error"] = code
		delete(fields, "message")
	}
	if r.status >= http.StatusBadRequest {
		r.said = foreign.String(fields["message"])
		delete(fields, "message") // else it would be taken for a secret
	}
	r.fields = fields
	r.scrub = r.scrub.With(answerSecrets(fields)...)
	r.said = r.scrub.Text(r.said, 500)
	r.x.Received = redactedFields(fields, r.scrub)
	// GitHub answers 200 with an error inside; the field decides.
	if code := foreign.String(fields["error"]); code != "" {
		return &ProviderError{
			Step: step, Status: r.status,
			Code: r.scrub.Text(code, 80),
			// Twitch's error is the status in words, and message says why.
			Description: r.scrub.Text(cmp.Or(foreign.String(fields["error_description"]), r.said), 500),
			URI:         r.scrub.Text(foreign.String(fields["error_uri"]), 300),
		}
	}
	if step == StepRefresh && (r.status == http.StatusBadRequest || r.status == http.StatusUnauthorized) {
		// Words of its own, in JSON: it is most likely the refresh token, as above.
		return &ProviderError{Step: step, Status: r.status, Code: "invalid_grant", Description: r.said, wordless: true}
	}
	if r.status != http.StatusOK && r.status != http.StatusCreated {
		return &AnswerError{Step: step, Status: r.status, Reason: statusReason(r.status, "not an OAuth response")}
	}
	return nil
}

// bareCode is an error code that a refusal has as its message, as Twitch's do
// while a device code waits, or "".
func bareCode(status int, fields map[string]any) string {
	code := foreign.String(fields["message"])
	odd := func(c rune) bool { return c != '_' && (c < 'a' || c > 'z') }
	if status < http.StatusBadRequest || fields["error"] != nil || !strings.Contains(code, "_") || strings.ContainsFunc(code, odd) {
		return ""
	}
	return code
}

// inWords makes a refusal of an answer that has a message instead of an OAuth
// error, such as Twitch's "invalid client secret", where the provider's file
// knows the words. Of others it is not known that they are the provider's.
func (r *reply) inWords(p *providers.Provider, step Step, err error) error {
	var unusable *AnswerError
	if !errors.As(err, &unusable) || r.status < http.StatusBadRequest || busy(r.status) || r.said == "" {
		return err
	}
	if _, _, known := p.Help(r.said); !known {
		return err
	}
	return &ProviderError{Step: step, Status: r.status, Code: plain.Short(r.said)}
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

// isForm reports whether a content type is, or is often used for, a form.
func isForm(contentType string) bool {
	t, _, err := mime.ParseMediaType(contentType)
	return err == nil && (t == "application/x-www-form-urlencoded" || t == "text/plain")
}
