package authtest

import "time"

// The endpoints, as [Provider.Count], [Request] and [Behaviour.Faults] name
// them.
const (
	Discovery  = "discovery"
	Keys       = "keys"
	Authorize  = "authorize"
	Token      = "token"
	Userinfo   = "userinfo"
	Groups     = "groups"
	Revoke     = "revoke"
	Device     = "device"
	EndSession = "end_session"
	Picture    = "picture"
	API        = "api"
	PAR        = "par"
	Introspect = "introspect"
)

// Behaviour says how a provider answers. The zero value of each field is good
// behaviour.
type Behaviour struct {
	// Latency is added to every request but those of the browser.
	Latency time.Duration
	// Together are endpoints whose requests are made at the same time: each is
	// answered when as many came as there are names, or else never. It counts
	// once. With it [Provider.RoundTrips] does not depend on the machine's speed.
	Together []string
	// Faults replace the answers of endpoints.
	Faults map[string]Fault

	// AccessTTL is the lifetime of access tokens; zero is an hour.
	AccessTTL time.Duration
	// TokenLength is how many characters access and refresh tokens have at
	// least; zero is as few as they need.
	TokenLength int
	// KeepRefresh answers refreshes without a new refresh token; the old one
	// stays good. Otherwise each use gives a new one, and using an old one
	// again ends the whole grant (RFC 9700 §4.14.2).
	KeepRefresh bool
	// NoRefresh gives no refresh token at all.
	NoRefresh bool
	// NoExpiresIn leaves expires_in out; StringExpiresIn sends it as a string.
	NoExpiresIn     bool
	StringExpiresIn bool
	// NoScope leaves scope out; CommaScope separates by commas, as GitHub does.
	NoScope    bool
	CommaScope bool
	// GrantScopes, where not nil, are granted instead of the requested ones.
	GrantScopes []string
	// FormAnswers sends token answers form-encoded.
	FormAnswers bool
	// NoIDToken leaves the ID token out of refresh answers, or with
	// NeverIDToken out of all.
	NoIDToken    bool
	NeverIDToken bool
	// TokenError is the error code of every token answer, with
	// TokenDescription; TokenError200 sends it with status 200, as GitHub does.
	TokenError       string
	TokenDescription string
	TokenError200    bool
	// ClientSecret, where set, must be sent.
	ClientSecret string
	// AuthMethods are the ways to authenticate that the metadata lists and the
	// token endpoint takes; nil lists and takes all, and an empty list is left out
	// of the metadata and takes Basic only (RFC 8414 §2).
	AuthMethods []string
	// PlainBasic takes id and secret in the Basic header as they are, against RFC
	// 6749 §2.3.1.
	PlainBasic bool

	// AuthorizeError is redirected back instead of a code.
	AuthorizeError string
	// NoIss leaves iss out of the redirect against the metadata's promise;
	// WrongIss sends another (RFC 9207).
	NoIss    bool
	WrongIss string

	// IDToken changes the claims of ID tokens before they are signed.
	IDToken func(claims map[string]any)
	// Sign is how ID tokens are signed; "" is properly.
	Sign Signature
	// UserinfoSubject replaces sub in userinfo.
	UserinfoSubject string

	// IgnoreRevocations is how many revocations are answered with yes and not
	// done.
	IgnoreRevocations int
	// JWTAccess gives access tokens in the form of a JWT, as self-contained ones
	// have.
	JWTAccess bool

	// Introspection says what a token is good for (RFC 7662); Echo repeats the token
	// and the client's secret in the answer, which no good server does.
	Introspection bool
	Echo          bool

	// ACR is the level in ID tokens, whatever was asked for; SignedInAgo is how
	// long ago the person signed in, which ID tokens say where max_age was sent,
	// unless NoAuthTime.
	ACR         string
	SignedInAgo time.Duration
	NoAuthTime  bool
	// NeedsPage refuses prompt=none with this code: "login_required".
	NeedsPage string

	// PAR offers pushed requests (RFC 9126); RequirePAR takes no others.
	PAR        bool
	RequirePAR bool

	// DPoP binds tokens to the key of a request's proof (RFC 9449) and takes
	// bound tokens with a proof only; RequireDPoP gives no others.
	DPoP        bool
	RequireDPoP bool
	// DPoPNonce, where set, must be in each proof; NonceLoop wants another one
	// each time, so that no proof is ever good.
	DPoPNonce string
	NonceLoop bool
	// BearerAnswers says "Bearer" and binds no access token although there was
	// a proof. The refresh token is bound all the same (RFC 9449 §5).
	BearerAnswers bool
	// ClockAhead is how far the provider's clock is ahead, for proofs and in
	// the header Date.
	ClockAhead time.Duration

	// DevicePending answers that many polls with authorization_pending, and
	// DeviceSlow that many with slow_down.
	DevicePending int
	DeviceSlow    int
	// DeviceError ends the device flow with this code.
	DeviceError string
}

// Signature is a way to sign ID tokens.
type Signature string

// The wrong ways.
const (
	SignNone       Signature = "none"        // alg none, no signature
	SignHS256      Signature = "HS256"       // with the public key as secret
	SignOtherKey   Signature = "other key"   // of the same kid
	SignUnknownKid Signature = "unknown kid" // that is in no key set
)

// Fault is a broken answer.
type Fault struct {
	// Status is 200 where zero.
	Status int
	Header map[string]string
	Body   string
	// Size fills the body up to that many bytes.
	Size int
	// Hang answers only when the request is given up or the test ends.
	Hang bool
	// Cut ends the connection in the middle of the body.
	Cut bool
	// Times is how often it happens; zero is always.
	Times int
}

// The faults that are met most.
var (
	// HTML is what a proxy or a log-in page of a network answers.
	HTML = Fault{Header: map[string]string{"Content-Type": "text/html"}, Body: "<html><body>Please log in</body></html>"}
	// ServerError is a 500.
	ServerError = Fault{Status: 500, Body: "oops"}
	// TooMany is a 429.
	TooMany = Fault{Status: 429, Header: map[string]string{"Retry-After": "1"}, Body: `{"error":"temporarily_unavailable"}`}
	// Empty is a 200 without body.
	Empty = Fault{}
	// Huge is an answer of 20 MB.
	Huge = Fault{Body: `{"access_token":"`, Size: 20 << 20}
	// CutOff ends in the middle.
	CutOff = Fault{Body: `{"access_token":"eyJ`, Cut: true}
	// Never does not answer.
	Never = Fault{Hang: true}
)
