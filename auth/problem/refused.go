package problem

import (
	"cmp"
	"errors"
	"net/http"
	"strings"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

// oauth finds the words of an OAuth error: those of the provider's file, of the
// code at this step, of the code. The kind is always the code's: what a
// provider writes besides chooses words only.
func (e explainer) oauth() (Problem, bool) {
	var refused *oauth.ProviderError
	if !errors.As(e.err, &refused) || oauth.Busy(refused.Status) {
		return Problem{}, false
	}
	w, known := e.table.OAuth[e.oauthKey(refused)]
	if !known {
		w = e.table.Other["unknown"]
		w.Title = "{provider} refused"
	}
	if errors.Is(e.err, oauth.ErrNeedsSignIn) {
		w.Kind = KindNeedsSignIn
	}
	code := refused.Code
	if help, its, ok := e.help(refused.Code + ": " + refused.Description); ok {
		kind := w.Kind
		w = helpWords(help)
		w.Kind = kind
		if its != "" && its != code {
			code += " (" + its + ")"
		}
	}
	problem := e.say(w, cmp.Or(refused.Description, refused.Code), refused.Description)
	problem.Code = code
	e.quote(&problem, refused.Description)
	return problem, true
}

// quote adds what the provider wrote, unless the words have it already: it often
// says what no general sentence can.
func (e explainer) quote(problem *Problem, description string) {
	if description == "" || strings.Contains(problem.Title+problem.Detail+problem.Next, description) {
		return
	}
	problem.Detail = strings.TrimSpace(problem.Detail + "\n" + e.fill("{provider} says: {description}", "", description))
}

// oauthKey is the key of an OAuth error: of what is known of it besides the code,
// of the code at its step, of the code.
func (e explainer) oauthKey(refused *oauth.ProviderError) string {
	switch {
	case refused.Code == "invalid_request" && strings.Contains(refused.Description, "client_secret"):
		return "invalid_request:client_secret"
	case refused.Code == "access_denied" && refused.Status == http.StatusUnauthorized:
		return "invalid_client" // RFC 6749 §5.2: it is the client that was not let in
	case refused.Code == "access_denied" && refused.Description != "":
		return "access_denied:why"
	case refused.Code == "redirect_uri_mismatch" && e.kindOnly():
		return "redirect_uri_mismatch:kind"
	}
	if refused.Silent {
		if _, known := e.table.OAuth[refused.Code+":none"]; known {
			return refused.Code + ":none"
		}
	}
	key := refused.Code + "@" + string(refused.Step)
	if _, known := e.table.OAuth[key]; known {
		return key
	}
	return refused.Code
}

// kindOnly reports whether the provider lists no addresses for the kind of app
// that its file names, as Google does for desktop apps.
func (e explainer) kindOnly() bool {
	return e.p != nil && e.p.Redirect.Register == "" && e.p.Client.Type != ""
}

// help finds the words in the provider's file, or among those that are good for all.
func (e explainer) help(text string) (help providers.ErrorHelp, code string, ok bool) {
	if e.p != nil {
		help, code, ok = e.p.Help(text)
	}
	if !ok {
		help, code, ok = providers.HelpAnywhere(text)
	}
	return help, code, ok
}

// request is for a request for the person's details that the provider's file
// knows the refusal of.
func (e explainer) request() (Problem, bool) {
	var refused *identity.RequestError
	if !errors.As(e.err, &refused) {
		return Problem{}, false
	}
	help, code, ok := e.help(refused.Error())
	if !ok {
		return Problem{}, false
	}
	problem := e.say(helpWords(help), "", "")
	problem.Code = cmp.Or(code, e.table.Other["unknown"].Code)
	return problem, true
}
