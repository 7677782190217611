package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/near"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

const (
	deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"
	// deviceInterval is the pause between polls where the provider names none,
	// and what slow_down adds to it (RFC 8628 §3.2, §3.5).
	deviceInterval = 5 * time.Second
	// deviceMaxPause bounds the pause after network troubles.
	deviceMaxPause = time.Minute
	// deviceLifetime is for providers that do not tell, against §3.2.
	deviceLifetime = 15 * time.Minute
)

// DeviceCode is a device authorization answer (RFC 8628 §3.2).
type DeviceCode struct {
	UserCode                string
	VerificationURI         string
	VerificationURIComplete string
	ExpiresAt               time.Time
}

// deviceFlow is a sign-in by a code that the person types in elsewhere (RFC 8628).
type deviceFlow struct {
	req *authorizationRequest
	ask *asker
	ev  *trace.Log

	verifier Secret // of PKCE; none for a server that does not take it
	code     DeviceCode
	secret   Secret // the device code
	interval time.Duration
}

func newDeviceFlow(req *authorizationRequest, ask *asker, ev *trace.Log) *deviceFlow {
	return &deviceFlow{req: req, ask: ask, ev: ev, verifier: newAttempt(false).verifier} // OIDC Core has no nonce here
}

// prepareDevice asks for a code (RFC 8628 §3.1).
func (f *Flow) prepareDevice(ctx context.Context) (waitFunc, error) {
	if err := f.discover(ctx); err != nil {
		return nil, err
	}
	if f.req.md.DeviceAuthorizationEndpoint == "" {
		return nil, ErrNoDevice
	}
	if err := f.req.bind(); err != nil {
		return nil, err
	}
	d := newDeviceFlow(f.req, f.a.asker, f.ev)
	if err := d.begin(ctx); err != nil {
		return nil, err
	}
	f.device, f.front.url = d, cmp.Or(d.code.VerificationURIComplete, d.code.VerificationURI)
	f.deadline = d.code.ExpiresAt
	if f.req.r.Timeout > 0 {
		if limit := f.a.now().Add(f.req.r.Timeout); limit.Before(f.deadline) {
			f.deadline = limit
		}
	}
	f.prefetchKeys(f.req.reaching(ctx))
	return d.poll, nil
}

// begin asks for the code.
func (d *deviceFlow) begin(ctx context.Context) error {
	d.ev.Start(StepDevice, "")
	rep, err := d.request(d.req.reaching(ctx))
	d.ev.Emit(rep.event(StepDevice, err))
	return d.req.endedBy(ctx, err)
}

// request makes the device authorization request (RFC 8628 §3.1). It has a
// PKCE challenge, which no standard asks for here but some servers do of each
// client that is registered with PKCE, such as Keycloak. Others ignore it (RFC
// 6749 §3.2); one that may have refused it is asked without.
func (d *deviceFlow) request(ctx context.Context) (*reply, error) {
	form := url.Values{}
	addExtra(form, d.req.p.Authorization.DeviceParams)
	d.req.r.wish(d.req.p, form, "resource", "audience")
	if len(d.req.scopes) > 0 {
		form.Set("scope", joined(d.req.scopes))
	}
	form.Set("code_challenge", oauth2.S256ChallengeFromVerifier(d.verifier.Reveal()))
	form.Set("code_challenge_method", "S256")
	endpoint := d.req.md.DeviceAuthorizationEndpoint
	rep, err := d.ask.postForm(ctx, d.req.p, d.req.md, endpoint, form, StepDevice)
	if providerCode(err) == "invalid_request" {
		form.Del("code_challenge")
		form.Del("code_challenge_method")
		if bare, again := d.ask.postForm(ctx, d.req.p, d.req.md, endpoint, form, StepDevice); again == nil {
			rep, err, d.verifier = bare, nil, Secret{}
		}
	}
	if err == nil {
		err = d.read(rep, endpoint)
	}
	return rep, err
}

// read reads a device authorization answer. Google's older documents
// call the address verification_url. asked is who answers.
func (d *deviceFlow) read(rep *reply, asked string) error {
	d.code = DeviceCode{
		UserCode:                plain.Phrase(foreign.String(rep.fields["user_code"]), 64),
		VerificationURI:         webAddress(asked, rep.fields["verification_uri"], rep.fields["verification_url"]),
		VerificationURIComplete: webAddress(asked, rep.fields["verification_uri_complete"], rep.fields["verification_url_complete"]),
	}
	d.secret = providers.NewSecret(foreign.String(rep.fields["device_code"]))
	d.interval = max(lifetime(rep.fields["interval"]), time.Second)
	if lifetime(rep.fields["interval"]) == 0 {
		d.interval = deviceInterval
	}
	ttl := lifetime(rep.fields["expires_in"])
	if ttl == 0 {
		ttl = deviceLifetime
	}
	d.code.ExpiresAt = rep.start.Add(ttl)
	if d.code.VerificationURI == "" { // some say only the one with the code in it
		d.code.VerificationURI = d.code.VerificationURIComplete
	}
	missing := ""
	switch {
	case d.secret.IsZero():
		missing = "device code"
	case d.code.UserCode == "":
		missing = "user code"
	case d.code.VerificationURI == "":
		missing = "usable verification address"
	default:
		return nil
	}
	return &AnswerError{Step: StepDevice, Status: rep.status, Reason: "no " + missing + " in the response"}
}

// webAddress is the first field that a browser may be sent to: no page of this
// computer or its network that who was asked is not as near to, and none that
// people would take for another, with the name of one before the host's.
func webAddress(asked string, fields ...any) string {
	from, err := url.Parse(asked)
	if err != nil {
		return ""
	}
	for _, f := range fields {
		address := foreign.String(f)
		if address != "" && !strings.Contains(address, ":") && !strings.HasPrefix(address, "/") {
			address = "https://" + address // as people type it
		}
		u, err := url.Parse(address)
		if err == nil && u.Host != "" && u.User == nil && len(address) <= maxAddress && (u.Scheme == "https" || u.Scheme == "http") && near.Host(u.Hostname()) >= near.Host(from.Hostname()) {
			return u.String()
		}
	}
	return ""
}

// poll asks for the tokens until the person has decided (RFC 8628 §3.4).
func (d *deviceFlow) poll(ctx context.Context) (waited, error) {
	interval := d.interval
	pause := interval
	var trouble error // the latest, unless the provider has answered since
	for {
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return waited{}, d.ended(ctx, trouble)
		case <-timer.C:
		}
		var last Event
		ans, err := d.redeem(ctx, func(ev Event) { last = ev })
		if err == nil {
			d.ev.Emit(last)
			return waited{tokens: ans}, nil
		}
		if ctx.Err() != nil {
			return waited{}, d.ended(ctx, trouble)
		}
		trouble = nil
		switch code := providerCode(err); {
		case code == "authorization_pending":
			pause = interval
		case code == "slow_down":
			interval += deviceInterval // for good (§3.5)
			pause = interval
		case code == "expired_token", code == "token_expired": // GitHub says both
			d.ev.Emit(last)
			return waited{}, fmt.Errorf("%w: %w", ErrDeviceExpired, err)
		case wordlessPending(err):
			pause = interval
		case d.unwantedVerifier(err):
			d.verifier = Secret{}
			pause = interval
		case passing(err):
			trouble = err
			pause = min(max(2*pause, interval), max(deviceMaxPause, interval))
		default:
			d.ev.Emit(last)
			return waited{}, err
		}
	}
}

// redeem is one poll.
func (d *deviceFlow) redeem(ctx context.Context, obs func(Event)) (*tokenAnswer, error) {
	form := url.Values{"grant_type": {deviceGrant}, "device_code": {d.secret.Reveal()}}
	if !d.verifier.IsZero() {
		form.Set("code_verifier", d.verifier.Reveal())
	}
	d.req.asked.forTokens(d.req.p, form)
	return d.ask.tokenRequest(d.req.reaching(ctx), d.req.p, d.req.md, d.req.key, form, StepExchange, obs)
}

// unwantedVerifier reports whether a poll was refused for its verifier: the
// server did not keep the challenge, and ignores no parameter as it should.
func (d *deviceFlow) unwantedVerifier(err error) bool {
	var refused *ProviderError
	return !d.verifier.IsZero() && errors.As(err, &refused) && strings.Contains(strings.ToLower(refused.Description), "verifier")
}

// ended says why polling ended. trouble is what the last poll came to, if
// that was no answer.
func (d *deviceFlow) ended(ctx context.Context, trouble error) error {
	err := d.req.waitEnded(ctx)
	if late, ok := errors.AsType[*TimeoutError](err); ok {
		late.Expired, late.Trouble = !d.ask.now().Before(d.code.ExpiresAt), trouble
	}
	return err
}

// wordlessPending reports whether a poll was refused with 400 and nothing else,
// which is how Trakt says that the person has not decided. The code's end ends it.
func wordlessPending(err error) bool {
	var answer *AnswerError
	return errors.As(err, &answer) && answer.Status == http.StatusBadRequest && answer.empty
}

// passing reports whether an error is likely gone at the next poll.
func passing(err error) bool {
	var answer *AnswerError
	if errors.As(err, &answer) {
		return busy(answer.Status) || answer.Err != nil
	}
	var refused *ProviderError
	if errors.As(err, &refused) {
		return busy(refused.Status) || refused.Code == "temporarily_unavailable"
	}
	return errors.Is(err, ErrOffline)
}
