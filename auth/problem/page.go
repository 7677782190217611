package problem

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
)

// UnknownPage is the code of the words for a page that is not known.
const UnknownPage = "browser-page"

// maxPage bounds what is read of a pasted page, in bytes.
const maxPage = 64 << 10

// Page puts an error that a provider shows in the browser, and never
// sends back, into words. text is what a person pasted: the words of the page,
// or its address. p and redirectURI, if known, make the words exact; p may
// be nil. Nothing of the text is repeated but the redirect URI that it asks
// for and, of an answer's address, error and error_description (RFC 6749
// §4.1.2.1).
func Page(text string, p *providers.Provider, redirectURI string) Problem {
	return Tongue(nil).Page(text, p, redirectURI)
}

// Page is [Page] in another language.
func (t Tongue) Page(text string, p *providers.Provider, redirectURI string) Problem {
	if len(text) > maxPage {
		text = strings.ToValidUTF8(text[:maxPage], "")
	}
	page := readPage(text)
	e := explainer{table: problemWords(), tongue: t, p: p, redirect: redirectURI}
	problem := e.page(page)
	if problem.Title == "" {
		problem = e.say(e.table.Other["page"], "", "")
	}
	if note := e.asksFor(page); note != "" {
		problem.Detail = strings.TrimSpace(problem.Detail + "\n" + note)
		problem.Copy = cmp.Or(e.address(), page.redirect)
	}
	return problem
}

// page finds the words of a page; without a title there are none.
func (e explainer) page(p pastedPage) Problem {
	switch {
	case p.code:
		return e.say(e.table.Other["page-callback"], "", "")
	case p.err != "":
		e.err = &oauth.ProviderError{Step: trace.StepWait, Code: p.err, Description: p.description}
		problem, _ := e.oauth()
		return problem
	}
	if help, code, ok := e.help(p.text); ok {
		problem := e.say(helpWords(help), "", "")
		problem.Kind, problem.Code = KindFailed, cmp.Or(code, e.table.Other["page"].Code)
		return problem
	}
	if code := e.codeIn(p.text); code != "" {
		e.err = &oauth.ProviderError{Step: trace.StepWait, Code: code}
		problem, _ := e.oauth()
		return problem
	}
	for _, w := range e.table.Page {
		if regexp.MustCompile("(?i)" + w.Match).MatchString(p.text) { // checked by a test
			problem := e.say(e.table.OAuth[w.As], "", "")
			problem.Code = w.As
			return problem
		}
	}
	return Problem{}
}

// codeIn finds an error code that stands in a text as a word of its own. Plain
// words such as "slow" are none: codes have an underscore.
func (e explainer) codeIn(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_'
	})
	for _, w := range words {
		if _, known := e.table.OAuth[w]; known && strings.Contains(w, "_") {
			return w
		}
	}
	return ""
}

// asksFor says where the page was asked to return to, where that is not the
// address of this app.
func (e explainer) asksFor(p pastedPage) string {
	switch must := e.address(); {
	case p.redirect == "" || must != "" && oauth.SameRedirect(p.redirect, must):
		return ""
	case must == "":
		return strings.ReplaceAll(e.in(registerThat), "{redirect}", p.redirect)
	}
	return strings.ReplaceAll(e.in(notThisApps), "{redirect}", p.redirect)
}

// pastedPage is what a pasted text or address says.
type pastedPage struct {
	text string
	// err and description are the answer's, of an address.
	err, description string
	// redirect is the redirect URI asked for, without query.
	redirect string
	// code reports an answer that carries a code: it is no error.
	code bool
}

var pastedRedirect = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)redirect_ur[il]=([^&\s"'<>]+)`)
})

func readPage(text string) pastedPage {
	text = strings.TrimSpace(text)
	p := pastedPage{text: text}
	if u, err := url.Parse(text); err == nil && u.Host != "" && !strings.ContainsAny(text, " \t\n") {
		fragment, _ := url.ParseQuery(u.Fragment)
		q := u.Query()
		one := func(key string) string { return cmp.Or(q.Get(key), fragment.Get(key)) }
		p.err, p.description = one("error"), one("error_description")
		p.code = p.err == "" && one("code") != "" && one("state") != ""
		// The rest of an address says nothing, and may hold secrets.
		p.text = u.Path
	}
	if m := pastedRedirect().FindStringSubmatch(text); m != nil {
		p.redirect = cleanRedirect(m[1])
	}
	return p
}

// cleanRedirect decodes a redirect URI and drops what could be private.
func cleanRedirect(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		s = plain
	}
	u, err := url.Parse(s)
	if err != nil || !slices.Contains([]string{"http", "https"}, u.Scheme) || u.Host == "" || len(s) > 300 {
		return ""
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}).String()
}

// helpWords are a provider's own words in the form of the general ones.
func helpWords(h providers.ErrorHelp) words {
	return words{Kind: KindFailed, Title: h.Title, Detail: h.Detail, Next: h.Next, Copy: h.Copy, Link: h.Link}
}

// What a page says of the redirect URI that it asks for.
const (
	registerThat = "The page's redirect URI is {redirect}: register exactly that."
	notThisApps  = "The page's redirect URI is {redirect}, which is not this app's."
)
