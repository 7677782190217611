package authtest

import (
	"context"
	"maps"
	"net/http"
	"slices"
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
			p.mu.Lock()
			p.requests = append(p.requests, seen)
			p.mu.Unlock()
		}()
		p.mu.Lock()
		latency := p.behaviour.Latency
		others := p.meet(name)
		if ahead := p.behaviour.ClockAhead; ahead != 0 {
			w.Header().Set("Date", p.proofNow().UTC().Format(http.TimeFormat))
		}
		fault, broken := p.faultOf(name)
		p.mu.Unlock()
		if latency > 0 && name != Authorize {
			p.wait(r.Context(), latency)
		}
		p.waitFor(r.Context(), others)
		if broken {
			p.fail(rec, r, fault)
			return
		}
		h(rec, r)
	})
}

// faultOf is the fault that the next answer of an endpoint has, if any. The mutex
// must be held.
func (p *Provider) faultOf(name string) (Fault, bool) {
	fault, broken := p.behaviour.Faults[name]
	if !broken || fault.Times > 0 && p.faulted[name] >= fault.Times {
		return Fault{}, false
	}
	p.faulted[name]++
	return fault, true
}

// meet is nil, which is no reason to wait, or what is closed when all requests of Together came. The mutex
// must be held.
func (p *Provider) meet(name string) <-chan struct{} {
	i := slices.Index(p.missing, name)
	if i < 0 {
		return nil
	}
	if p.missing = slices.Delete(p.missing, i, i+1); len(p.missing) == 0 {
		close(p.allCame)
	}
	return p.allCame
}

// carriesToken reports whether a request has a token, of whichever kind.
func carriesToken(r *http.Request) bool {
	h := r.Header.Get("Authorization")
	return strings.HasPrefix(h, "Bearer ") || strings.HasPrefix(h, "DPoP ")
}

// waitFor waits for what [Provider.meet] returned.
func (p *Provider) waitFor(ctx context.Context, others <-chan struct{}) {
	if others == nil {
		return
	}
	select {
	case <-others:
	case <-ctx.Done():
	case <-p.end:
	}
}

func (p *Provider) wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-p.end:
	}
}

// fail answers with a fault.
func (p *Provider) fail(w http.ResponseWriter, r *http.Request, f Fault) {
	if f.Hang {
		select {
		case <-r.Context().Done():
		case <-p.end:
		}
		return
	}
	w.Header().Set("Content-Type", "application/json")
	for k, v := range f.Header {
		w.Header().Set(k, v)
	}
	if f.Cut {
		w.Header().Set("Content-Length", "100000")
	}
	if f.Status != 0 {
		w.WriteHeader(f.Status)
	}
	_, _ = w.Write([]byte(f.Body))
	for n := len(f.Body); n < f.Size; n += 1 << 16 {
		if _, err := w.Write([]byte(strings.Repeat("A", 1<<16))); err != nil {
			return
		}
	}
	if f.Cut {
		_ = http.NewResponseController(w).Flush() // else nothing of it arrives
		panic(http.ErrAbortHandler)
	}
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
