package demo

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Misbehaviour says what the provider does wrong. The zero value behaves. The
// same switches are on the provider's page /lab, for learning.
type Misbehaviour struct {
	// ExpireNow ends all current access tokens; refresh tokens stay, and tokens
	// made later are valid.
	ExpireNow bool
	// RevokeAll ends all current refresh tokens.
	RevokeAll bool

	// Endpoint names the only endpoint that Delay, Status and Body are for:
	// "discovery", "keys", "token", "userinfo", "introspection", "revocation"
	// or "device". If it is empty, Delay is for all of them, Status and
	// Body for token, userinfo and keys.
	Endpoint string
	// Delay is the pause before each answer.
	Delay time.Duration
	// Status, if not zero, is the status of every answer.
	Status int
	// Body, if set, is the body of every answer: "html", "empty", "huge"
	// (20 MB), "cut" (the connection ends in the middle) or "never" (there is
	// no answer).
	Body string

	// Error, if set, is the OAuth error of every token request
	// (RFC 6749 §5.2), with Status or 400. Status 200 is GitHub's way.
	Error string
	// AuthorizationError, if set, is the error of every authorization
	// request (RFC 6749 §4.1.2.1), such as "access_denied".
	AuthorizationError string

	WrongNonce     bool // in the ID token
	WrongIssuer    bool // in the ID token
	WrongAud       bool // in the ID token
	WrongAzp       bool // in the ID token
	WrongAtHash    bool // in the ID token
	ExpiredIDToken bool // it ended an hour ago
	AlgNone        bool // an unsigned ID token
	HS256          bool // an ID token signed with the client ID as a shared key
	BadSignature   bool // of the ID token
	NoIDToken      bool // there is none
	// Skew is added to all times of the ID token, as by a wrong clock.
	Skew         time.Duration
	WrongSubject bool // in userinfo

	WrongIss   bool // in the redirect (RFC 9207)
	NoIss      bool // promised in the metadata, missing in the redirect
	WrongState bool // in the redirect

	NoRefresh bool // no refresh token is given
	// ExpiresIn says how the lifetime is written: "" is a number, "string" the
	// number in quotes, "missing" not at all.
	ExpiresIn   string
	FormEncoded bool // token answers are form-encoded, not JSON
	CommaScopes bool // the scopes of a token answer are parted by commas
	Opaque      bool // access tokens are opaque, not JWTs
}

// misbehaving is the error description of faults from /lab.
const misbehaving = "The demo provider is set to misbehave; see its page /lab."

// maxDelay bounds [Misbehaviour.Delay].
const maxDelay = 5 * time.Minute

// hugeBody is the size of the body "huge".
const hugeBody = 20 << 20

// endpoint is a protocol endpoint that can misbehave.
func (a *app) endpoint(name string, next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		bad := a.misbehaviour()
		if bad.Delay > 0 && (bad.Endpoint == "" || bad.Endpoint == name) && !pause(r, min(bad.Delay, maxDelay)) {
			return
		}
		if bad.spoil(w, r, name) {
			return
		}
		rec := record(next, r)
		if rec.code == http.StatusOK {
			a.bend(bad, name, rec)
		}
		rec.send(w)
	})
}

// pause waits and reports whether the client is still connected.
func pause(r *http.Request, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// spoil answers instead of the endpoint, and reports whether it did.
func (m Misbehaviour) spoil(w http.ResponseWriter, r *http.Request, name string) bool {
	if m.Error != "" && name == "token" {
		status := http.StatusBadRequest
		if m.Status != 0 {
			status = m.Status
		}
		writeJSON(w, status, map[string]string{"error": m.Error, "error_description": misbehaving})
		return true
	}
	if m.Status == 0 && m.Body == "" {
		return false
	}
	if m.Endpoint == "" && !slices.Contains([]string{"token", "userinfo", "keys"}, name) {
		return false
	}
	if m.Endpoint != "" && m.Endpoint != name {
		return false
	}
	status := http.StatusOK
	if m.Status != 0 {
		status = m.Status
	}
	m.write(w, r, status)
	return true
}

// write writes the body that m asks for.
func (m Misbehaviour) write(w http.ResponseWriter, r *http.Request, status int) {
	switch m.Body {
	case "html":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "<!doctype html><title>Maintenance</title><h1>We will be right back</h1>")
	case "empty":
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
	case "huge":
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"padding":"`)
		chunk := strings.Repeat("x", 1<<16)
		for range hugeBody / len(chunk) {
			if _, err := io.WriteString(w, chunk); err != nil {
				return
			}
		}
		_, _ = io.WriteString(w, `"}`)
	case "cut":
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "1000")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"access_`)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler) // the documented way to end a connection
	case "never":
		<-r.Context().Done()
	default:
		writeJSON(w, status, map[string]string{"error": "server_error", "error_description": misbehaving})
	}
}

// bendRedirect changes the parameters of the redirect to the app.
func (m Misbehaviour) bendRedirect(params url.Values) {
	if m.WrongIss {
		params.Set("iss", "http://127.0.0.1:1/another-issuer")
	}
	if m.NoIss {
		params.Del("iss")
	}
	if m.WrongState && params.Has("state") {
		params.Set("state", "not-"+params.Get("state"))
	}
}

// bendTokens changes a token answer.
func (m Misbehaviour) bendTokens(doc map[string]any) {
	if scope, ok := doc["scope"].(string); ok && m.CommaScopes {
		doc["scope"] = strings.ReplaceAll(scope, " ", ",")
	}
	if m.NoRefresh {
		delete(doc, "refresh_token")
	}
	switch m.ExpiresIn {
	case "string":
		doc["expires_in"] = fmt.Sprint(doc["expires_in"])
	case "missing":
		delete(doc, "expires_in")
	}
}
