package demo

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// cookieName is the session cookie's. Cookies are shared by all ports of a
// host, so it has a part of its own for each folder.
func (a *app) cookieName() string { return "claviger_demo_" + hashed(a.store.instance())[:8] }

// browserOf is the sign-in of the browser that sent r.
func (a *app) browserOf(r *http.Request) (session, bool) {
	c, err := r.Cookie(a.cookieName())
	if err != nil {
		return session{}, false
	}
	return a.store.browser(c.Value)
}

// setCookie sets or, with age below zero, clears the session cookie.
func (a *app) setCookie(w http.ResponseWriter, value string, age int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure needs https, which loopback has not
		Name: a.cookieName(), Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// expects is the person that a request is meant for, or "".
func (r *request) expects() string {
	if r.expected != "" {
		return r.expected
	}
	p, _ := findPerson(r.hint)
	return p.ID
}

// needsLogin reports whether a browser's sign-in is not enough for a request
// (OIDC Core 1.0 §3.1.2.1).
func (r *request) needsLogin(b session, signedIn bool, now time.Time) bool {
	switch {
	case !signedIn, r.prompts(oidc.PromptLogin), r.prompts(oidc.PromptSelectAccount):
		return true
	case r.maxAge != nil && now.Sub(b.AuthTime).Seconds() > float64(*r.maxAge):
		return true
	}
	return r.expects() != "" && r.expects() != b.User
}

// showLogin shows the people to choose from, or continues if the browser is
// signed in.
func (a *app) showLogin(w http.ResponseWriter, r *http.Request) {
	req, err := a.store.request(r.URL.Query().Get("request"))
	if err != nil {
		a.gone(w)
		return
	}
	b, signedIn := a.browserOf(r)
	needsLogin := req.needsLogin(b, signedIn, a.store.now())
	if req.prompts(oidc.PromptNone) {
		a.silently(w, r, req, b, needsLogin)
		return
	}
	if needsLogin || r.URL.Query().Has("choose") {
		hint := req.expects()
		if hint == "" && signedIn {
			hint = b.User
		}
		if hint == "" {
			hint = people()[0].ID
		}
		a.show(w, http.StatusOK, "login", view{Title: "Who are you today?", Narrow: true, Data: struct {
			Request string
			People  []person
			Hint    string
			Device  string
		}{req.id, people(), hint, req.device}}, redirectTarget(req.redirect))
		return
	}
	a.store.setUser(req.id, b.User, b.AuthTime)
	req.user = b.User
	// Any program on this computer can send a browser here. Only if it says
	// whom it expects (a sign-in again) is nothing asked (RFC 8252 §8.6).
	a.askConsent(w, r, req, req.expects() == b.User)
}

// silently answers a request with prompt=none.
func (a *app) silently(w http.ResponseWriter, r *http.Request, req *request, b session, needsLogin bool) {
	code := ""
	switch {
	case needsLogin:
		code = "login_required"
	case !a.store.agreed(b.User, req.scopes):
		code = "consent_required"
	}
	if code != "" {
		a.store.dropRequest(req.id)
		a.answer(w, r, req, url.Values{"error": {code}})
		return
	}
	a.store.setUser(req.id, b.User, b.AuthTime)
	a.finish(w, r, req.id, req.scopes)
}

// takeLogin signs the chosen person in.
func (a *app) takeLogin(w http.ResponseWriter, r *http.Request) {
	req, err := a.store.request(r.PostForm.Get("request"))
	if err != nil {
		a.gone(w)
		return
	}
	p, ok := findPerson(r.PostForm.Get("user"))
	if !ok {
		a.problem(w, http.StatusBadRequest, "No such person", "Go back and choose one of the people.")
		return
	}
	if c, err := r.Cookie(a.cookieName()); err == nil {
		a.store.signOut(c.Value)
	}
	cookie, at := a.store.signIn(p.ID)
	a.setCookie(w, cookie, int(sessionTTL/time.Second))
	a.store.setUser(req.id, p.ID, at)
	req.user = p.ID
	a.log.Info("demo provider: person chosen", "user", p.ID)
	a.askConsent(w, r, req, true)
}

// askConsent goes to the consent page, or past it if the person has agreed
// before and skip allows it.
func (a *app) askConsent(w http.ResponseWriter, r *http.Request, req *request, skip bool) {
	if skip && req.device == "" && !req.prompts(oidc.PromptConsent) && a.store.agreed(req.user, req.scopes) {
		a.finish(w, r, req.id, req.scopes)
		return
	}
	http.Redirect(w, r, consentPath+"?"+url.Values{"request": {req.id}}.Encode(), http.StatusSeeOther)
}

// showConsent asks the person what the app may see.
func (a *app) showConsent(w http.ResponseWriter, r *http.Request) {
	req, err := a.store.request(r.URL.Query().Get("request"))
	if err != nil || req.done {
		a.gone(w)
		return
	}
	p, ok := findPerson(req.user)
	if !ok {
		http.Redirect(w, r, loginPath+"?"+url.Values{"request": {req.id}}.Encode(), http.StatusSeeOther)
		return
	}
	a.show(w, http.StatusOK, "consent", view{Title: "Allow Claviger access?", Narrow: true, Data: struct {
		Request  string
		Person   person
		Scopes   []scopeLine
		Redirect string
		Device   string
	}{req.id, p, scopeLines(req.scopes), redirectTarget(req.redirect), req.device}}, redirectTarget(req.redirect))
}

// takeConsent takes the person's answer.
func (a *app) takeConsent(w http.ResponseWriter, r *http.Request) {
	req, err := a.store.request(r.PostForm.Get("request"))
	if err != nil || req.user == "" || req.done {
		a.gone(w)
		return
	}
	if r.PostForm.Get("answer") != "allow" {
		a.deny(w, r, req)
		return
	}
	granted := slices.DeleteFunc(slices.Clone(req.scopes), func(scope string) bool {
		return scope != oidc.ScopeOpenID && !slices.Contains(r.PostForm["scope"], scope)
	})
	a.store.agree(req.user, granted)
	a.finish(w, r, req.id, granted)
}

// deny reports to the app that the person said no (RFC 6749 §4.1.2.1).
func (a *app) deny(w http.ResponseWriter, r *http.Request, req *request) {
	a.store.dropRequest(req.id)
	if req.device == "" {
		a.answer(w, r, req, url.Values{"error": {"access_denied"}, "error_description": {"You denied access."}})
		return
	}
	if err := a.store.finishDevice(req, false); err != nil {
		a.gone(w)
		return
	}
	a.show(w, http.StatusOK, "done", view{
		Title: "Access denied", Narrow: true,
		Data: outcome{Text: "The device was not signed in. You can close this page.", Denied: true},
	})
}

// finish gives the app its code, or lets the waiting device in.
func (a *app) finish(w http.ResponseWriter, r *http.Request, id string, scopes []string) {
	req, err := a.store.setDone(id, scopes)
	if err != nil {
		a.gone(w)
		return
	}
	if req.device != "" {
		a.store.dropRequest(id)
		if err := a.store.finishDevice(req, true); err != nil {
			a.gone(w)
			return
		}
		who, _ := findPerson(req.user)
		a.show(w, http.StatusOK, "done", view{
			Title: "The device is signed in", Narrow: true,
			Data: outcome{Text: "Return to the device. You can close this page.", Person: who},
		})
		return
	}
	code, err := op.CreateAuthRequestCode(r.Context(), req, a.storage(), a.op.Crypto())
	if err != nil {
		a.answer(w, r, req, url.Values{"error": {"server_error"}})
		return
	}
	a.answer(w, r, req, url.Values{"code": {code}})
}
