package auth

import (
	"bytes"
	"cmp"
	"crypto/rand"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"time"
)

//go:embed callback.html
var callbackHTML string

var callbackTemplate = template.Must(template.New("callback").Parse(callbackHTML))

// page is what the browser shows at the end. All of it is escaped.
type page struct {
	// Mark is "ok", "bad" or "wait".
	Mark  string
	Title string
	// Who signed in, and what tells namesakes apart; "" if nobody did.
	Who, Contact string
	Text         string
	Code         string // technical name of an error
	Detail       string // the provider's words
	Nonce        string
}

// outcomePage is the page for an ended flow.
func (f *Flow) outcomePage() page {
	var pe *ProviderError
	switch {
	case f.account != nil:
		who := f.account.title()
		contact := cmp.Or(f.account.User.Email, f.account.User.Login)
		if contact == who {
			contact = ""
		}
		return page{
			Mark: "ok", Title: "You are signed in", Who: who, Contact: contact,
			Text: fmt.Sprintf("%s confirmed who you are. You can close this tab and return to Claviger.", f.p.Name),
		}
	case errors.Is(f.err, ErrCanceled):
		return page{Mark: "bad", Title: "Sign-in cancelled", Text: "Nothing was stored. You can close this tab."}
	case errors.As(f.err, &pe) && refusal(pe.Code):
		return page{Mark: "bad", Title: "Access was not granted", Text: "Nothing was stored. You can close this tab. To try again, return to Claviger.", Code: pe.Code, Detail: pe.Description}
	case errors.As(f.err, &pe):
		w := Explain(f.err, f.p, f.redirect)
		return page{Mark: "bad", Title: w.Title, Text: w.Next + " Return to Claviger for the details. You can close this tab.", Code: w.Code, Detail: pe.Description}
	case errors.Is(f.err, ErrOffline):
		return page{Mark: "bad", Title: "Sign-in failed", Text: fmt.Sprintf("%s could not be reached. You can close this tab and try again in Claviger.", f.p.Name)}
	case errors.Is(f.err, ErrIDToken), errors.Is(f.err, ErrIssMismatch):
		return page{Mark: "bad", Title: "Your identity could not be verified", Text: "Nothing was stored. Claviger shows which check failed. You can close this tab."}
	}
	return page{Mark: "bad", Title: "Sign-in failed", Text: "Claviger shows why and what to do. You can close this tab."}
}

// refusal reports whether an error code means that the person said no.
func refusal(code string) bool {
	switch code {
	case "access_denied", "authorization_declined", "consent_required", "user_cancelled_login", "user_cancelled_authorize":
		return true
	}
	return false
}

func waitPage() page {
	return page{Mark: "wait", Title: "Almost there", Text: "Claviger is still talking to the provider and will show the result. You can close this tab."}
}

func twicePage() page {
	return page{Mark: "bad", Title: "This link was already used", Text: "It works only once. If you are not signed in yet, return to Claviger and open the browser again. You can close this tab."}
}

func ignoredPage() page {
	return page{Mark: "bad", Title: "This response was ignored", Text: "It does not belong to the sign-in in progress. Claviger is still waiting for that one. You can close this tab."}
}

// serveDone tells the browser how the sign-in ended, waiting for that.
func (c *callback) serveDone(w http.ResponseWriter, r *http.Request) {
	c.f.mu.Lock()
	if c.asked++; c.asked == 1 {
		close(c.told)
	}
	c.f.mu.Unlock()
	wait := time.NewTimer(pageWait)
	defer wait.Stop()
	select {
	case <-c.f.done:
		writePage(w, http.StatusOK, c.f.outcomePage())
	case <-wait.C:
		writePage(w, http.StatusOK, waitPage())
	case <-r.Context().Done():
	}
}

// setPageHeaders sets what keeps an answer out of caches, other sites and
// scripts (RFC 9700 §4.2, §4.3).
func setPageHeaders(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
}

// writePage writes p.
func writePage(w http.ResponseWriter, status int, p page) {
	p.Nonce = styleNonce()
	var b bytes.Buffer
	if err := callbackTemplate.Execute(&b, p); err != nil {
		dismiss(w, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'nonce-"+p.Nonce+"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

// dismiss answers a stranger with as little as possible.
func dismiss(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, http.StatusText(status)+"\n")
}

func styleNonce() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(b)
}
