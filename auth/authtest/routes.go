package authtest

import (
	"maps"
	"net/http"
	"strings"
	"time"
)

// routes wraps each endpoint: latency, faults, the list of requests.
func (p *Provider) routes() http.Handler {
	mux := http.NewServeMux()
	for path, e := range map[string]struct {
		name string
		h    http.HandlerFunc
	}{
		"GET /.well-known/openid-configuration": {Discovery, p.discovery},
		"GET /keys":                             {Keys, p.keys},
		"GET /authorize":                        {Authorize, p.authorize},
		"POST /token":                           {Token, p.token},
		"GET /userinfo":                         {Userinfo, p.userinfo},
		"GET /groups":                           {Groups, p.groups},
		"POST /revoke":                          {Revoke, p.revoke},
		"POST /device":                          {Device, p.device},
		"GET /end_session":                      {EndSession, p.endSession},
		"GET /picture.png":                      {Picture, p.picture},
		"/api/":                                 {API, p.api},
		"POST /par":                             {PAR, p.par},
		"POST /introspect":                      {Introspect, p.introspect},
	} {
		mux.Handle(path, p.watched(e.name, e.h))
	}
	return mux
}

func (p *Provider) watched(name string, h http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := Request{Endpoint: name, Start: time.Now(), Authorized: carriesToken(r)}
		_, _, seen.Basic = r.BasicAuth()
		if r.Method == http.MethodPost && name != API {
			r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
			seen.GrantType = r.PostFormValue("grant_type")
			seen.Form = maps.Clone(r.PostForm)
		}
		if name == Authorize {
			seen.Form = r.URL.Query()
		}
		rec := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			seen.End, seen.Status = time.Now(), rec.status
			p.add(seen)
		}()
		p.mu.Lock()
		if ahead := p.behaviour.ClockAhead; ahead != 0 {
			w.Header().Set("Date", p.proofNow().UTC().Format(http.TimeFormat))
		}
		p.mu.Unlock()
		if !p.traffic.stops(rec, r, name) {
			h(rec, r)
		}
	})
}

// carriesToken reports whether a request has a token, of whichever kind.
func carriesToken(r *http.Request) bool {
	h := r.Header.Get("Authorization")
	return strings.HasPrefix(h, "Bearer ") || strings.HasPrefix(h, "DPoP ")
}

// statusWriter remembers the status.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements [http.ResponseWriter].
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for [http.ResponseController].
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
