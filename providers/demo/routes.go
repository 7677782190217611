package demo

import (
	"net/http"
	"strings"
)

// maxRequest bounds a request's body.
const maxRequest = 64 << 10

func (a *app) routes() http.Handler {
	mux := http.NewServeMux()
	// The protocol.
	mux.Handle("GET /.well-known/openid-configuration", a.endpoint("discovery", a.serveDiscovery))
	mux.Handle("GET /.well-known/oauth-authorization-server", a.endpoint("discovery", a.serveDiscovery))
	mux.HandleFunc("/authorize", a.serveAuthorize)
	mux.Handle("POST /oauth/token", a.endpoint("token", a.op.ServeHTTP))
	mux.Handle("POST /oauth/introspect", a.endpoint("introspection", a.serveIntrospection))
	mux.Handle("POST /revoke", a.endpoint("revocation", a.op.ServeHTTP))
	mux.Handle("POST /device_authorization", a.endpoint("device", a.op.ServeHTTP))
	mux.Handle("GET /userinfo", a.endpoint("userinfo", a.serveUserinfo))
	mux.Handle("POST /userinfo", a.endpoint("userinfo", a.serveUserinfo))
	mux.Handle("GET /keys", a.endpoint("keys", a.op.ServeHTTP))
	mux.HandleFunc("GET /end_session", a.serveEndSession)
	mux.HandleFunc("POST /end_session", a.serveEndSession)
	mux.HandleFunc("GET "+proofPath, a.serveProof)
	// The pages.
	mux.HandleFunc("GET /{$}", a.serveHome)
	mux.HandleFunc("GET "+loginPath, a.showLogin)
	mux.Handle("POST "+loginPath, a.form(a.takeLogin))
	mux.HandleFunc("GET "+consentPath, a.showConsent)
	mux.Handle("POST "+consentPath, a.form(a.takeConsent))
	mux.HandleFunc("GET "+devicePath, a.showDevice)
	mux.Handle("POST "+devicePath, a.form(a.takeDevice))
	mux.HandleFunc("GET /signed-out", a.showSignedOut)
	mux.Handle("POST /sign-out", a.form(a.takeSignOut))
	mux.HandleFunc("GET "+labPath, a.showLab)
	mux.Handle("POST "+labPath, a.form(a.takeLab))
	mux.HandleFunc("GET /pictures/{file}", a.servePicture)
	mux.HandleFunc("GET /assets/style.css", a.asset("style.css", "text/css; charset=utf-8"))
	mux.HandleFunc("GET /assets/icon.svg", a.asset("icon.svg", "image/svg+xml"))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		a.problem(w, http.StatusNotFound, "Page not found", "The demo provider has nothing at this address.")
	})
	return mux
}

// guard comes before everything: a request must name this server as its
// host, so that a web page whose name was pointed at this computer (DNS
// rebinding) reaches nothing.
func (a *app) guard(next http.Handler) http.Handler {
	host := strings.TrimPrefix(a.issuer, "http://")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		// Not "no-referrer": browsers would then send "Origin: null" with our
		// own forms.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Cache-Control", "no-store")
		if r.Host != host {
			http.Error(w, "this server is "+host, http.StatusMisdirectedRequest)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
		next.ServeHTTP(w, r)
	})
}

// form refuses forms that other sites sent.
func (a *app) form(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := a.forms.Check(r); err != nil {
			a.problem(w, http.StatusForbidden, "This form came from somewhere else",
				"Only the demo provider's own pages can send it. Start the sign-in again.")
			return
		}
		if err := r.ParseForm(); err != nil {
			a.problem(w, http.StatusBadRequest, "The form could not be read", "Go back and try again.")
			return
		}
		next(w, r)
	})
}

// asset serves one embedded file.
func (a *app) asset(name, contentType string) http.HandlerFunc {
	data, err := assets.ReadFile("pages/" + name)
	return func(w http.ResponseWriter, r *http.Request) {
		if err != nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", "max-age=3600")
		_, _ = w.Write(data)
	}
}
