package oauth

import (
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
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// DeviceGrant is the grant type of a device (RFC 8628 §3.4).
const DeviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

const (
	// deviceInterval is the pause between polls if the provider names none,
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

// Device is a sign-in by a code that the person types in elsewhere (RFC 8628).
type Device struct {
	Code DeviceCode

	client   *Client
	req      *AuthorizationRequest
	verifier providers.Secret // of PKCE; none for a server that does not take it
	secret   providers.Secret // the device code
	interval time.Duration
}

// StartDevice asks for a code (RFC 8628 §3.1). The error is [ErrNoDevice], or as with
// [Client.Exchange].
func (c *Client) StartDevice(ctx context.Context, q *AuthorizationRequest, log *trace.Log) (*Device, error) {
	if c.Metadata.DeviceAuthorizationEndpoint == "" {
		return nil, ErrNoDevice
	}
	d := &Device{client: c, req: q, verifier: newVerifier()} // OIDC Core has no nonce here
	log.Start(trace.StepDevice, "")
	rep, err := d.request(ctx)
	log.Emit(rep.event(trace.StepDevice, err))
	if err != nil {
		return nil, err
	}
	return d, nil
}

// request makes the device authorization request (RFC 8628 §3.1). It has a
// PKCE challenge, which no standard asks for here but some servers do of each
// client that is registered with PKCE, such as Keycloak. Others ignore it (RFC
// 6749 §3.2); one that may have refused it is asked without.
func (d *Device) request(ctx context.Context) (*reply, error) {
	rep, err := d.ask(ctx, oauth2.S256ChallengeOption(d.verifier.Reveal()))
	if Code(err) == "invalid_request" {
		if bare, again := d.ask(ctx); again == nil {
			rep, err, d.verifier = bare, nil, providers.Secret{}
		}
	}
	return rep, err
}

// ask makes the request with these options.
func (d *Device) ask(ctx context.Context, options ...oauth2.AuthCodeOption) (*reply, error) {
	c := d.client
	endpoint := c.Metadata.DeviceAuthorizationEndpoint
	return c.speak(ctx, call{
		endpoint: endpoint, step: trace.StepDevice,
		add: func(form url.Values) {
			addExtra(form, c.Provider.Authorization.DeviceParams)
			d.req.Parameters.addTo(form, c.Provider, "resource", "audience")
		},
		read: func(rep *reply) (map[string]any, error) {
			if err := d.read(rep, endpoint); err != nil {
				return nil, err
			}
			return map[string]any{"device_code": d.secret.Reveal(), "user_code": d.Code.UserCode, "verification_uri": d.Code.VerificationURI}, nil
		},
		request: func(ctx context.Context, config *oauth2.Config) error {
			config.Scopes = d.req.Scopes
			_, err := config.DeviceAuth(ctx, options...)
			return err
		},
	})
}

// TestDevice asks the device authorization endpoint for nothing, as a client without a
// name: no code is started (RFC 8628 §3.1), and the refusal shows that the endpoint is
// there. The status is 0 if there was no answer.
func (c *Client) TestDevice(ctx context.Context) (status int, err error) {
	rep, err := c.As(providers.Client{}).post(ctx, c.Metadata.DeviceAuthorizationEndpoint, url.Values{}, trace.StepDevice)
	return rep.status, err
}

// read reads a device authorization answer. Google's older documents
// call the address verification_url. asked is who answers.
func (d *Device) read(rep *reply, asked string) error {
	d.Code = DeviceCode{
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
	d.Code.ExpiresAt = rep.start.Add(ttl)
	if d.Code.VerificationURI == "" { // some say only the one with the code in it
		d.Code.VerificationURI = d.Code.VerificationURIComplete
	}
	missing := ""
	switch {
	case d.secret.IsZero():
		missing = phrase.Say("no device code in the response")
	case d.Code.UserCode == "":
		missing = phrase.Say("no user code in the response")
	case d.Code.VerificationURI == "":
		missing = phrase.Say("no usable verification address in the response")
	default:
		return nil
	}
	return &AnswerError{Step: trace.StepDevice, Status: rep.status, Reason: missing}
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
		if err == nil && u.Host != "" && u.User == nil && len(address) <= MaxAddress && (u.Scheme == "https" || u.Scheme == "http") && near.Host(u.Hostname()) >= near.Host(from.Hostname()) {
			return u.String()
		}
	}
	return ""
}

// UndecidedError means that ctx ended before the person had decided.
type UndecidedError struct {
	// Expired says that the code ran out.
	Expired bool
	// Trouble is why the provider could not answer the last poll; nil if it could.
	Trouble error
	cause   error
}

// Error implements error.
func (e *UndecidedError) Error() string { return "the person has not decided: " + e.cause.Error() }

// Unwrap returns the error of the context.
func (e *UndecidedError) Unwrap() error { return e.cause }

// Poll asks for the tokens until the person has decided (RFC 8628 §3.4). The last poll
// goes to log. The error is an [*UndecidedError] if ctx ended, wraps [ErrDeviceExpired]
// if the provider says that the code ran out, or is as with [Client.Exchange].
func (d *Device) Poll(ctx context.Context, log *trace.Log) (*TokenResponse, error) {
	interval := d.interval
	pause := interval
	var trouble error // the latest, unless the provider has answered since
	for {
		var last trace.Event
		r, err := d.poll(ctx, pause, func(ev trace.Event) { last = ev })
		if err == nil {
			log.Emit(last)
			return r, nil
		}
		if ctx.Err() != nil {
			return nil, d.undecided(ctx, trouble)
		}
		trouble = nil
		switch code := Code(err); {
		case code == "authorization_pending":
			pause = interval
		case code == "slow_down":
			interval += deviceInterval // for good (§3.5)
			pause = interval
		case code == "expired_token", code == "token_expired": // GitHub says both
			log.Emit(last)
			return nil, fmt.Errorf("%w: %w", ErrDeviceExpired, err)
		case wordlessPending(err):
			pause = interval
		case d.unwantedVerifier(err):
			d.verifier = providers.Secret{}
			pause = interval
		case passing(err):
			trouble = err
			pause = min(max(2*pause, interval), max(deviceMaxPause, interval))
		default:
			log.Emit(last)
			return nil, err
		}
	}
}

// poll waits and polls once: x/oauth2 would end at the first failure of the network
// (RFC 8628 §3.5), so that it gets none that may pass.
func (d *Device) poll(ctx context.Context, pause time.Duration, observe func(trace.Event)) (*TokenResponse, error) {
	var options []oauth2.AuthCodeOption
	if !d.verifier.IsZero() {
		options = append(options, oauth2.VerifierOption(d.verifier.Reveal()))
	}
	code := &oauth2.DeviceAuthResponse{DeviceCode: d.secret.Reveal(), Interval: int64(pause / time.Second)}
	return d.client.tokens(ctx, trace.StepExchange, d.req.Key, d.req.Grant, observe, func(ctx context.Context, config *oauth2.Config) error {
		_, err := config.DeviceAccessToken(ctx, code, options...)
		return err
	})
}

// unwantedVerifier reports whether a poll was refused for its verifier: the
// server did not keep the challenge, and ignores no parameter as it should.
func (d *Device) unwantedVerifier(err error) bool {
	refused, ok := asRefusal(err)
	return ok && !d.verifier.IsZero() && strings.Contains(strings.ToLower(refused.Description), "verifier")
}

// undecided says why polling ended. trouble is what the last poll came to, if
// that was no answer.
func (d *Device) undecided(ctx context.Context, trouble error) error {
	return &UndecidedError{Expired: !d.client.net.now().Before(d.Code.ExpiresAt), Trouble: trouble, cause: ctx.Err()}
}

// wordlessPending reports whether a poll was refused with 400 and nothing else,
// which is how Trakt says that the person has not decided. The code's end ends it.
func wordlessPending(err error) bool {
	answer, ok := errors.AsType[*AnswerError](err)
	return ok && answer.Status == http.StatusBadRequest && answer.Empty
}

// passing reports whether an error is likely gone at the next poll.
func passing(err error) bool {
	if answer, ok := errors.AsType[*AnswerError](err); ok {
		return Busy(answer.Status) || answer.Err != nil
	}
	if refused, ok := asRefusal(err); ok {
		return Busy(refused.Status) || refused.Code == "temporarily_unavailable"
	}
	return errors.Is(err, ErrOffline)
}
