package demo

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// pages are the provider's pages, each with the common frame around it.
type pages struct{ byName map[string]*template.Template }

func parsePages() (*pages, error) {
	frame, err := template.New("frame").ParseFS(assets, "pages/frame.html")
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(assets, "pages/*.html")
	if err != nil {
		return nil, err
	}
	p := &pages{byName: map[string]*template.Template{}}
	for _, name := range names {
		short := strings.TrimSuffix(strings.TrimPrefix(name, "pages/"), ".html")
		if short == "frame" {
			continue
		}
		t, err := frame.Clone()
		if err == nil {
			_, err = t.ParseFS(assets, name)
		}
		if err != nil {
			return nil, err
		}
		p.byName[short] = t
	}
	return p, nil
}

// view is what every page is drawn from.
type view struct {
	// Title is the heading; the frame adds the provider's name to it.
	Title string
	// Narrow is for pages with one thing to do.
	Narrow bool
	Issuer string
	Data   any
}

// show draws a page. targets are the origins that its form may lead to, besides
// the provider's own.
func (a *app) show(w http.ResponseWriter, status int, name string, v view, targets ...string) {
	v.Issuer = a.issuer
	var page bytes.Buffer
	t := a.pages.byName[name]
	if err := t.ExecuteTemplate(&page, "frame.html", v); err != nil {
		a.log.Error("demo provider's page could not be drawn", "page", name, "error", err)
		http.Error(w, "the page could not be drawn", http.StatusInternalServerError)
		return
	}
	policy := "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action " +
		strings.Join(append([]string{"'self'"}, targets...), " ")
	if name == "formpost" {
		sum := sha256.Sum256([]byte(formPostScript))
		policy += "; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes())
}

// redirectTarget is the origin of a redirect URI for a page's form-action:
// browsers also apply it to the redirect that answers a form. It has no way to
// write an IPv6 address, so [::1] needs the whole scheme.
func redirectTarget(redirect string) string {
	u, err := url.Parse(redirect)
	if err != nil || u.Host == "" {
		return ""
	}
	if strings.HasPrefix(u.Host, "[") {
		return "http:"
	}
	return "http://" + u.Host
}

// outcome is what a final page says.
type outcome struct {
	Text   string
	Denied bool
	Person person // who signed in, or no one
}

// problem shows a page that says what is wrong.
func (a *app) problem(w http.ResponseWriter, status int, title, detail string) {
	a.show(w, status, "problem", view{Title: title, Narrow: true, Data: detail})
}

// gone is the page for a sign-in that is over.
func (a *app) gone(w http.ResponseWriter) {
	a.problem(w, http.StatusGone, "This sign-in is over",
		"It is already complete, or it timed out. Start again in the app.")
}

func (a *app) serveHome(w http.ResponseWriter, r *http.Request) {
	data := struct {
		People   []person
		SignedIn string
		Client   string
	}{People: people(), Client: ClientID}
	if b, ok := a.browserOf(r); ok {
		p, _ := findPerson(b.User)
		data.SignedIn = p.Name
	}
	a.show(w, http.StatusOK, "home", view{Title: "Demo provider", Data: data})
}

// formPostScript sends the form of the page formpost; if scripts are off,
// the person presses its button. The page's policy allows this line alone.
const formPostScript = "document.forms[0].submit()"

func (a *app) showFormPost(w http.ResponseWriter, req *request, params url.Values) {
	a.show(w, http.StatusOK, "formpost", view{Title: "Back to the app", Narrow: true, Data: struct {
		Redirect string
		Params   url.Values
		Script   template.JS
	}{req.redirect, params, formPostScript}}, redirectTarget(req.redirect))
}

// scopeLine is one scope on the consent page.
type scopeLine struct {
	Scope, Title, Detail string
	Required             bool
}

// scopeLines says in words what scopes mean.
func scopeLines(scopes []string) []scopeLine {
	words := map[string]scopeLine{
		oidc.ScopeOpenID:        {Title: "Know who you are", Detail: "A permanent ID, nothing else.", Required: true},
		oidc.ScopeProfile:       {Title: "See your profile", Detail: "Your name, user name, language and picture."},
		oidc.ScopeEmail:         {Title: "See your email address", Detail: "And whether it is verified."},
		scopeGroups:             {Title: "See your groups", Detail: "The teams you are in."},
		scopeRoles:              {Title: "See your roles", Detail: "What you may do here."},
		oidc.ScopeOfflineAccess: {Title: "Stay signed in", Detail: "Renew its access while you are away, until you sign out."},
	}
	var lines []scopeLine
	for _, scope := range scopes {
		if line, ok := words[scope]; ok {
			line.Scope = scope
			lines = append(lines, line)
		}
	}
	return lines
}
