package demo

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// deviceView is what the page for a device's code is drawn from.
type deviceView struct {
	Code  string
	Error string
}

// showDevice asks for the code that a device shows (RFC 8628 §3.3). A code in
// the address is filled in but must be confirmed (§5.4).
func (a *app) showDevice(w http.ResponseWriter, r *http.Request) {
	a.drawDevice(w, http.StatusOK, deviceView{Code: r.URL.Query().Get("user_code")})
}

func (a *app) drawDevice(w http.ResponseWriter, status int, v deviceView) {
	a.show(w, status, "device", view{Title: "Sign in on a device", Narrow: true, Data: v})
}

// takeDevice brings a device's code to the login page.
func (a *app) takeDevice(w http.ResponseWriter, r *http.Request) {
	typed := r.PostForm.Get("user_code")
	userCode, scopes, err := a.store.pendingDevice(typed)
	if err != nil {
		a.drawDevice(w, http.StatusBadRequest, deviceView{
			Code:  typed,
			Error: "This code is wrong or has expired. Check it letter by letter.",
		})
		return
	}
	// A person who types a code for another device says who is signing in.
	req := &request{client: ClientID, scopes: scopes, device: userCode, prompt: []string{oidc.PromptConsent}}
	if err := a.store.addRequest(req); err != nil {
		a.problem(w, http.StatusServiceUnavailable, "Too many sign-ins in progress", "Try again in 15 minutes.")
		return
	}
	http.Redirect(w, r, loginPath+"?"+url.Values{"request": {req.id}}.Encode(), http.StatusSeeOther)
}

// askSignOut asks before signing out a person whom the app did not name.
func (a *app) askSignOut(w http.ResponseWriter, user string) {
	p, _ := findPerson(user)
	a.show(w, http.StatusOK, "signout", view{Title: "Sign out?", Narrow: true, Data: p})
}

func (a *app) takeSignOut(w http.ResponseWriter, r *http.Request) {
	a.endBrowser(w, r)
	http.Redirect(w, r, "/signed-out", http.StatusSeeOther)
}

func (a *app) showSignedOut(w http.ResponseWriter, _ *http.Request) {
	a.show(w, http.StatusOK, "done", view{
		Title: "You are signed out", Narrow: true,
		Data: outcome{Text: "This browser has forgotten you. Apps that can renew their access keep it until you sign out of them."},
	})
}

// endBrowser forgets the browser's sign-in.
func (a *app) endBrowser(w http.ResponseWriter, r *http.Request) {
	if c, err := r.Cookie(a.cookieName()); err == nil {
		a.store.signOut(c.Value)
	}
	a.setCookie(w, "", -1)
}

// servePicture serves a person's picture.
func (a *app) servePicture(w http.ResponseWriter, r *http.Request) {
	id, isPNG := strings.CutSuffix(r.PathValue("file"), ".png")
	data, ok := a.pictures(id)
	if !isPNG || !ok {
		a.problem(w, http.StatusNotFound, "Picture not found", "No one here has that name.")
		return
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "max-age=86400")
	_, _ = w.Write(data)
}
