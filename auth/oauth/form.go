package oauth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/phrase"
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
	x      *trace.Exchange
	scrub  trace.Scrubber
	key    *ProofKey // that the request proves; nil for none
	nonce  string    // that the server wants in the next proof (RFC 9449 §8)
}

// event describes the exchange; a nil error is [trace.Done].
func (r *reply) event(step trace.Step, err error) trace.Event {
	ev := trace.Event{Step: step, Phase: trace.Done, At: r.end, Took: r.end.Sub(r.start), Detail: SkewWords(r.skew), Exchange: r.x}
	if err != nil {
		ev.Phase, ev.Detail = trace.Broken, err.Error()
	}
	return ev
}

// post posts form, with the client's credentials, to endpoint and parses
// the answer. The reply is never nil. An OAuth error in the answer, whatever
// its status, is a [*ProviderError].
func (c *Client) post(ctx context.Context, endpoint string, form url.Values, step trace.Step) (*reply, error) {
	return c.postProved(ctx, nil, endpoint, form, step)
}

// postProved is post with a proof of key, if there is one. A server that
// wants a nonce in it (RFC 9449 §8), or goes by another clock, is asked once
// more: it has looked at the proof before it looked at code or refresh token.
func (c *Client) postProved(ctx context.Context, key *ProofKey, endpoint string, form url.Values, step trace.Step) (*reply, error) {
	ctx = c.Reaching(ctx)
	ahead := c.net.aheadOf(endpoint)
	rep, err := c.postOnce(ctx, key, endpoint, form, step)
	if key == nil {
		return rep, err
	}
	switch code := Code(err); {
	case code == "use_dpop_nonce" && rep.nonce != "":
	case code == "invalid_dpop_proof" && (c.net.aheadOf(endpoint)-ahead).Abs() > clockOff:
	default:
		return rep, err
	}
	return c.postOnce(ctx, key, endpoint, form, step)
}

func (c *Client) postOnce(ctx context.Context, key *ProofKey, endpoint string, form url.Values, step trace.Step) (*reply, error) {
	credentials := c.authenticate(form)
	rep := &reply{start: c.net.clock(), scrub: c.scrubber(form)}
	rep.x = &trace.Exchange{Method: http.MethodPost, URL: trace.Address(endpoint), Sent: trace.Redact(form, rep.scrub)}
	rep.key = key
	err := rep.inWords(c.Provider, step, c.doForm(ctx, endpoint, form, credentials, step, rep))
	rep.end = c.net.clock()
	rep.x.Status = rep.status
	return rep, err
}

func (c *Client) doForm(ctx context.Context, endpoint string, form url.Values, client credentials, step trace.Step, rep *reply) error {
	if endpoint == "" {
		return &AnswerError{Step: step, Reason: "the provider names no endpoint for this"}
	}
	req, err := formRequest(ctx, endpoint, form, client, step)
	if err != nil {
		return err
	}
	if !ask.Encrypted(req.URL) {
		return fmt.Errorf("%s: %w", step, ErrPlainHTTP)
	}
	if err := c.net.addProof(req, rep.key); err != nil {
		return err
	}
	rep.scrub = scrubHeaders(rep.scrub, req)
	connection, err := c.net.Strict(c.Provider)
	if err != nil {
		return err
	}
	answer, err := ask.Question{Client: connection, Request: req, Most: maxAnswer, Begun: func(resp *http.Response) {
		rep.status = resp.StatusCode
		rep.nonce = c.net.origins.learn(serverOf(req.URL, false), resp.Header, c.net.clock())
		rep.skew = clockSkew(c.net.clock(), resp.Header)
	}}.Ask()
	body, begun := errors.AsType[*ask.BodyError](err)
	switch {
	case begun && body.Most == 0 && ctx.Err() != nil:
		return RequestError(step, ctx.Err())
	case begun && body.Most == 0: // it may have used the code up
		return &AnswerError{Step: step, Status: rep.status, Reason: "the response was cut off", Err: body.Err}
	case err != nil:
		return Unread(step, answer, "the response", err)
	}
	return limited(rep.read(answer.Header.Get("Content-Type"), answer.Content, step), rep.status, c.net.now(), answer.Header)
}

// credentials are a client's for a header; the zero value is for one that names
// itself in the body.
type credentials struct {
	id     string
	secret providers.Secret
	way    string // [providers.AuthBasic] or [providers.AuthBasicPlain]
}

// formRequest is a POST of form, with the client's credentials in a header if it
// has any.
func formRequest(ctx context.Context, endpoint string, form url.Values, client credentials, step trace.Step) (*http.Request, error) {
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

// authenticate adds the client's identity to form, or returns it for a header. The
// way is what the provider's file and metadata say, and is never found out by
// trying: a refused first try can burn a one-time code.
func (c *Client) authenticate(form url.Values) credentials {
	client := c.Provider.Client
	switch way := client.AuthMethod(c.Metadata); way {
	case providers.AuthBasic, providers.AuthBasicPlain:
		return credentials{client.ID, client.Secret, way}
	case providers.AuthPost:
		form.Set("client_secret", client.Secret.Reveal())
	}
	form.Set("client_id", client.ID) // RFC 6749 §3.2.1
	return credentials{}
}

// scrubber knows the secrets of form.
func (c *Client) scrubber(form url.Values) trace.Scrubber {
	var secrets []string
	for k, vs := range form {
		if !trace.PlainParameter(k) {
			secrets = append(secrets, vs...)
		}
	}
	return trace.NewScrubber(append(secrets, c.Provider.Client.Secret.Reveal())...)
}

// scrubHeaders knows what proves in the headers of req who sends it, too. A Basic header
// is the client's secret in base64 (RFC 7617 §2), which a server may repeat without
// its padding.
func scrubHeaders(s trace.Scrubber, req *http.Request) trace.Scrubber {
	_, credentials, _ := strings.Cut(req.Header.Get("Authorization"), " ")
	return s.With(strings.TrimRight(credentials, "="), req.Header.Get("DPoP"))
}

// read parses a body and looks for an error in it.
func (r *reply) read(contentType string, body []byte, step trace.Step) error {
	if len(body) == 0 && r.status == http.StatusBadRequest && step == trace.StepRefresh {
		// RFC 6749 §5.2 has this status for a refusal, with a body that says why.
		// Glewlwyd leaves the body out; a gateway that answers instead of the
		// provider has a page of its own. The request was good the last time,
		// so that it is most likely the refresh token that is not.
		return &ProviderError{Step: step, Status: r.status, Code: "invalid_grant", Guessed: true}
	}
	fields, reason := ParseAnswer(contentType, body)
	if reason != "" {
		return &AnswerError{Step: step, Status: r.status, Reason: StatusReason(r.status, reason), Empty: len(body) == 0}
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
	r.scrub = r.scrub.With(AnswerSecrets(fields)...)
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
	if step == trace.StepRefresh && (r.status == http.StatusBadRequest || r.status == http.StatusUnauthorized) {
		// Words of its own, in JSON: it is most likely the refresh token, as above.
		return &ProviderError{Step: step, Status: r.status, Code: "invalid_grant", Description: r.said, Guessed: true}
	}
	if r.status != http.StatusOK && r.status != http.StatusCreated {
		return &AnswerError{Step: step, Status: r.status, Reason: StatusReason(r.status, "not an OAuth response")}
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
// error, such as Twitch's "invalid client secret", if the provider's file
// knows the words. Of others it is not known that they are the provider's.
func (r *reply) inWords(p *providers.Provider, step trace.Step, err error) error {
	var unusable *AnswerError
	if !errors.As(err, &unusable) || r.status < http.StatusBadRequest || Busy(r.status) || r.said == "" {
		return err
	}
	if _, _, known := p.Help(r.said); !known {
		return err
	}
	return &ProviderError{Step: step, Status: r.status, Code: plain.Short(r.said)}
}

// StatusReason prefers what the status says over what the body looks like.
func StatusReason(status int, reason phrase.Text) string {
	switch {
	case status >= 500:
		return phrase.Say("the server has a problem")
	case status == http.StatusTooManyRequests:
		return phrase.Say("too many requests")
	case status >= 300 && status < 400:
		return phrase.Say("the server redirects elsewhere")
	}
	return reason
}

// isForm reports whether a content type is, or is often used for, a form.
func isForm(contentType string) bool {
	t, _, err := mime.ParseMediaType(contentType)
	return err == nil && (t == "application/x-www-form-urlencoded" || t == "text/plain")
}
