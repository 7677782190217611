package receive

import (
	"bytes"
	"crypto/rand"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"net/http"
	"sync"
)

//go:embed callback.html
var callbackHTML string

// callbackTemplate is read at the first page: most commands show none.
var callbackTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("callback").Parse(callbackHTML))
})

// Page is what the browser shows at the end. All of it is escaped.
type Page struct {
	// Mark is "ok", "bad" or "wait".
	Mark  string
	Title string
	// Who signed in, and what distinguishes namesakes; "" if no one did.
	Who, Contact string
	Text         string
	Code         string // technical name of an error
	Detail       string // the provider's words
	// Nonce is that of the page's style; it is set when the page is written.
	Nonce string
}

func waitPage() Page {
	return Page{Mark: "wait", Title: "Almost there", Text: "Claviger is still talking to the provider and will show the result. You can close this tab."}
}

func twicePage() Page {
	return Page{Mark: "bad", Title: "This link was already used", Text: "It works only once. If you are not signed in yet, return to Claviger and open the browser again. You can close this tab."}
}

func ignoredPage() Page {
	return Page{Mark: "bad", Title: "This response was ignored", Text: "It does not belong to the sign-in in progress. Claviger is still waiting for that one. You can close this tab."}
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

// WritePage answers with p, which runs nothing and loads nothing.
func WritePage(w http.ResponseWriter, status int, p Page) {
	p.Nonce = random(16)
	var b bytes.Buffer
	if err := callbackTemplate().Execute(&b, p); err != nil {
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

// random is text of so many random bytes for a path or a header.
func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(b)
}
