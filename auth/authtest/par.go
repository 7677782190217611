package authtest

import (
	"net/http"
	"net/url"
	"time"
)

// pushTTL is how long a pushed request is good.
const pushTTL = time.Minute

// pushed is a pushed request.
type pushed struct {
	form url.Values
	ends time.Time
}

// par is RFC 9126 §2.
func (p *Provider) par(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if b := p.behaviour; !b.PAR && !b.RequirePAR {
		http.NotFound(w, r)
		return
	}
	switch {
	case !p.knowsClient(r):
		answer(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
		return
	case r.PostFormValue("request_uri") != "": // RFC 9126 §2.1
		answer(w, http.StatusBadRequest, map[string]any{"error": "invalid_request"})
		return
	}
	key, fail := p.proofOf(w, r, "")
	if fail == "" && key != "" && key != r.PostFormValue("dpop_jkt") { // RFC 9449 §10.1
		fail = "invalid_dpop_proof"
	}
	if fail != "" {
		answer(w, http.StatusBadRequest, map[string]any{"error": fail})
		return
	}
	uri := "urn:ietf:params:oauth:request_uri:" + random()
	p.pushed[uri] = pushed{r.PostForm, p.now().Add(pushTTL)}
	answer(w, http.StatusCreated, map[string]any{"request_uri": uri, "expires_in": int(pushTTL / time.Second)})
}

// authorizationRequest is the request of a link: what was pushed, once (RFC
// 9126 §4), else the link's own parameters where these are taken.
func (p *Provider) authorizationRequest(q url.Values) (url.Values, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	uri := q.Get("request_uri")
	if uri == "" {
		return q, !p.behaviour.RequirePAR
	}
	was, ok := p.pushed[uri]
	delete(p.pushed, uri)
	if !ok || p.now().After(was.ends) || was.form.Get("client_id") != q.Get("client_id") {
		return nil, false
	}
	return was.form, true
}
