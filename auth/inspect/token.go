package inspect

import (
	"net/url"
	"strings"

	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/near"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// Kind says what a token is.
type Kind string

// The kinds.
const (
	// JWT is a JSON Web Token in a JWS (RFC 7519).
	JWT Kind = "jwt"
	// AccessToken is a JWT of the type at+jwt (RFC 9068).
	AccessToken Kind = "access_token"
	// LogoutToken is that of OIDC Back-Channel Logout 1.0 §2.4.
	LogoutToken Kind = "logout_token"
	// Proof is a DPoP proof (RFC 9449 §4.2).
	Proof Kind = "dpop_proof"
	// Nested is a JWS whose content is a JWT again (RFC 7519 §5.2).
	Nested Kind = "nested_jwt"
	// SDJWT is a JWT whose claims are disclosed one by one (RFC 9901).
	SDJWT Kind = "sd_jwt"
	// Encrypted is a JWE (RFC 7516), EncryptedJWT one with a JWT inside.
	Encrypted    Kind = "jwe"
	EncryptedJWT Kind = "nested_jwe"
	// PASETO is one of another family, which is named only.
	PASETO Kind = "paseto"
	// Broken looks like a JWT and cannot be read as one.
	Broken Kind = "broken"
	// Opaque is anything else: only who issued it can read it (RFC 6749 §1.4).
	Opaque Kind = "opaque"
)

// Token is a token as far as it can be read.
type Token struct {
	Kind   Kind
	Header map[string]any
	Claims map[string]any
	// Faults say what cannot be read, and where.
	Faults []Fault
	// Notes say what is odd about what can be read: names that occur twice, values of
	// a wrong type. They are short plain phrases.
	Notes []phrase.Text
	// Inner is the token inside of a nested one.
	Inner *Token
	// Disclosures are the claims that come with an SD-JWT, beside those inside.
	Disclosures []Disclosure
	// Size is its length in characters.
	Size int
}

// Fault is a part of a token that cannot be read.
type Fault struct {
	// Part is "header", "payload", "signature", "token" for the whole, "disclosure 1", ….
	Part string `json:"part"`
	// At is the place in the part, in characters from 1; 0 if it is about all of it.
	At int `json:"at,omitempty"`
	// Text is a short plain phrase.
	Text phrase.Text `json:"text"`
}

// String is the fault in words.
func (f Fault) String() string { return f.Part + ": " + f.Text }

// MaxSize is the most characters of a token that is read; it bounds what is read of a
// file or a paste, too.
const MaxSize = 256 << 10

// maxNested is how many tokens inside each other are read.
const maxNested = 3

// Read reads a token, which [Find] cleaned. It never fails: what cannot be read is
// said in the result.
func Read(token providers.Secret) *Token { return read(token.Reveal(), 0) }

func read(text string, depth int) *Token {
	t := &Token{Kind: Opaque, Size: len(text)}
	switch {
	case len(text) > MaxSize:
		t.fault("token", 0, phrase.Say("larger than {size}, so it is not read", plain.Size(MaxSize)))
	case isPASETO(text):
		t.Kind = PASETO
	case strings.Contains(text, "~"):
		t.readDisclosed(text, depth)
	default:
		t.readCompact(text, depth)
	}
	return t
}

// IsJWT reports whether it has a header and claims to be seen.
func (t *Token) IsJWT() bool { return t.Claims != nil && t.Header != nil }

func (t *Token) fault(part phrase.Text, at int, text phrase.Text) {
	t.Faults = append(t.Faults, Fault{Part: part, At: at, Text: text})
}

// maxNotes bounds the notes of one token.
const maxNotes = 20

func (t *Token) note(text phrase.Text) {
	switch {
	case len(t.Notes) < maxNotes:
		t.Notes = append(t.Notes, text)
	case len(t.Notes) == maxNotes:
		t.Notes = append(t.Notes, "there is more of this kind")
	}
}

// isPASETO reports whether a text begins as one: "v4.public.".
func isPASETO(text string) bool {
	parts := strings.SplitN(text, ".", 3)
	if len(parts) < 3 || len(parts[0]) != 2 || parts[0][0] != 'v' {
		return false
	}
	return parts[0][1] >= '1' && parts[0][1] <= '9' && (parts[1] == "public" || parts[1] == "local")
}

// kindOf says what a signed JWT is by its type (RFC 8725 §3.11) and, if it has none, by
// what only one kind has.
func kindOf(header, claims map[string]any) Kind {
	switch kind, known := typed(header); {
	case known:
		return kind
	case claims["events"] != nil && claims["nonce"] == nil && hasLogoutEvent(claims["events"]):
		return LogoutToken // its type is only recommended (OIDC Back-Channel Logout 1.0 §2.4)
	}
	return JWT
}

func typed(header map[string]any) (Kind, bool) {
	typ := strings.TrimPrefix(strings.ToLower(foreign.String(header["typ"])), "application/")
	switch typ {
	case "at+jwt":
		return AccessToken, true
	case "dpop+jwt":
		return Proof, true
	case "logout+jwt":
		return LogoutToken, true
	}
	return JWT, false
}

func hasLogoutEvent(events any) bool {
	m, _ := events.(map[string]any)
	_, ok := m["http://schemas.openid.net/event/backchannel-logout"]
	return ok
}

// Issuer is the issuer that the token names, if its keys may be looked up there. Nobody
// vouches for what a token says: like a server far away, it must not lead to this
// computer or into its network. The error is a short plain phrase.
func (t *Token) Issuer() (string, error) {
	iss := foreign.String(t.Claims["iss"])
	u, err := url.Parse(iss)
	switch {
	case iss == "":
		return "", phrase.Error("the token names no issuer")
	case err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return "", phrase.Error("the issuer is not an https address")
	case near.Host(u.Hostname()) < near.Outside:
		return "", phrase.Error("the issuer is on this computer or in a closed network; add it as a provider to check its tokens")
	}
	return iss, nil
}
