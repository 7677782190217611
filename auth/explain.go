package auth

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/receive"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

// Explain puts an error of this package, of providers or of a store into
// words. p and redirectURI, where known, make them exact; p may be nil. Nil
// has no words.
func Explain(err error, p *providers.Provider, redirectURI string) Problem {
	if err == nil {
		return Problem{}
	}
	e := explainer{table: problemWords(), err: err, p: p, redirect: redirectURI}
	for _, try := range []func() (Problem, bool){e.moved, e.secretUnused, e.noRefresh, e.notStored, e.otherAccount, e.idToken, e.timeout, e.oauth, e.store, e.caFile, e.connection, e.busy, e.request, e.sentinel, e.context} {
		if problem, ok := try(); ok {
			return problem
		}
	}
	return e.say(e.table.Other["unknown"], err.Error(), "")
}

// moved says where a secret belongs and where it was about to go.
func (e explainer) moved() (Problem, bool) {
	var moved *MovedError
	if !errors.As(e.err, &moved) {
		return Problem{}, false
	}
	w := e.table.Sentinel["ErrMoved"]
	if moved.Secret {
		w = e.table.Other["moved-secret"]
	}
	return e.say(w, upper(plain.Phrase(moved.Error(), 500))+".", ""), true
}

// secretUnused says what contradicts a client secret.
func (e explainer) secretUnused() (Problem, bool) {
	var unused *secretUnusedError
	if !errors.As(e.err, &unused) {
		return Problem{}, false
	}
	w := e.table.Sentinel["ErrSecretUnused"]
	if unused.kept {
		w.Next = e.table.Other["secret-unused:kept"].Next
	}
	return e.say(w, unused.setting, ""), true
}

// noRefresh says of a token that is still good until when it is.
func (e explainer) noRefresh() (Problem, bool) {
	var none *noRefreshError
	switch {
	case !errors.As(e.err, &none) || !none.good:
		return Problem{}, false
	case none.expires.IsZero():
		return e.say(e.table.Other["no-refresh-token:open"], "", ""), true
	}
	return e.say(e.table.Other["no-refresh-token:good"], clockTime(none.expires), ""), true
}

// explainer finds the words of one error.
type explainer struct {
	table    wordTable
	err      error
	p        *providers.Provider
	redirect string
	host     string // of a failed connection
}

// notStored says why it could not be stored, in the words of that reason.
func (e explainer) notStored() (Problem, bool) {
	if !errors.Is(e.err, ErrNotStored) || errors.Is(e.err, ErrNeedsSignIn) {
		return Problem{}, false
	}
	w := e.table.Sentinel["ErrNotStored"]
	why, known := e.table.Store[errCode(e.err)]
	if !known {
		return e.say(w, "", ""), true
	}
	problem := e.say(w, why.Title+".", "")
	problem.Kind, problem.Next, problem.Code = why.Kind, e.fill(why.Next, "", ""), errCode(e.err)
	return problem, true
}

// idToken lists what failed, suspects the clock where only times did, and lets
// the provider's file say what causes it there.
func (e explainer) idToken() (Problem, bool) {
	var bad *idtoken.Error
	if !errors.As(e.err, &bad) {
		return Problem{}, false
	}
	var reasons []string
	onlyTimes := true
	for _, c := range bad.Checks {
		if c.Outcome == Failed {
			reasons = append(reasons, c.Name+": "+c.Reason)
			onlyTimes = onlyTimes && (c.Name == "exp" || c.Name == "iat" || c.Name == "nbf")
		}
	}
	w := e.table.Sentinel["ErrIDToken"]
	switch {
	case errors.Is(e.err, ErrNeedsSignIn):
		w = e.table.Other["refreshed-id-token"]
	case onlyTimes && len(reasons) > 0 && !bad.OddTimes:
		w = e.table.Other["clock"]
	}
	reason := strings.Join(reasons, "\n")
	if help, _, ok := e.help("id_token: " + reason); ok {
		problem := e.say(helpWords(help), "", "")
		problem.Kind, problem.Code = w.Kind, w.Code
		problem.Detail = strings.TrimSpace(problem.Detail + "\n" + reason)
		return problem, true
	}
	return e.say(w, reason, ""), true
}

// oauth finds the words of an OAuth error: those of the provider's file, of the
// code at this step, of the code. The kind is always the code's: what a
// provider writes besides chooses words only.
func (e explainer) oauth() (Problem, bool) {
	var refused *ProviderError
	if !errors.As(e.err, &refused) || busy(refused.Status) {
		return Problem{}, false
	}
	w, known := e.table.OAuth[e.entry(refused)]
	if !known {
		w = e.table.Other["unknown"]
		w.Title = "{provider} refused"
	}
	if errors.Is(e.err, ErrNeedsSignIn) {
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

// entry is the key of an OAuth error: of what is known of it besides the code,
// of the code at its step, of the code.
func (e explainer) entry(refused *ProviderError) string {
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
	if refused.silent {
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

// help finds the words in the provider's file, or where they are good for all.
func (e explainer) help(text string) (help providers.ErrorHelp, code string, ok bool) {
	if e.p != nil {
		help, code, ok = e.p.Help(text)
	}
	if !ok {
		help, code, ok = providers.HelpAnywhere(text)
	}
	return help, code, ok
}

// store finds the words of a store's error.
func (e explainer) store() (Problem, bool) {
	code := errCode(e.err)
	w, known := e.table.Store[code]
	if !known {
		return Problem{}, false
	}
	problem := e.say(w, e.err.Error(), "")
	problem.Code = code
	return problem, true
}

// caFile finds the words of a file of certificates that cannot be used.
func (e explainer) caFile() (Problem, bool) {
	var bad *providers.CAFileError
	if !errors.As(e.err, &bad) {
		return Problem{}, false
	}
	w, own := e.table.Sentinel["providers.ErrCAFile"], e.table.CAFile[bad.Code]
	w.Title, w.Next = cmp.Or(own.Title, w.Title), cmp.Or(own.Next, w.Next)
	reason := plain.Phrase(bad.File, 300)
	if bad.Detail != "" {
		reason += ": " + bad.Detail
	}
	return e.say(w, reason, ""), true
}

// connection finds the words of a connection that did not come about, or not
// to somebody who can be trusted.
func (e explainer) connection() (Problem, bool) {
	host := hostOf(e.err)
	t, ok := troubleOf(e.err)
	if !ok || host == "" {
		return Problem{}, false
	}
	e.host = plain.Phrase(host, 100)
	w := t.words()
	if errors.Is(e.err, ErrOffline) { // what is known stays, whatever the reason
		w.Kind = KindOffline
	}
	return e.say(w, t.reason, ""), true
}

// busy is for a provider that was reached and cannot help now.
func (e explainer) busy() (Problem, bool) {
	var limit *RateLimitError
	switch status := statusOf(e.err); {
	case errors.As(e.err, &limit):
		return e.say(e.table.Sentinel["ErrRateLimited"], clockTime(limit.Until), ""), true
	case status == http.StatusNetworkAuthenticationRequired: // RFC 6585 §6
		return e.say(e.table.Other["portal"], "", ""), true
	case !busy(status):
		return Problem{}, false
	}
	return e.say(e.table.Other["busy"], "", ""), true
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

// sentinel finds the words of the first sentinel that fits.
func (e explainer) sentinel() (Problem, bool) {
	for _, s := range sentinels() {
		if errors.Is(e.err, s.err) {
			return e.say(e.table.Sentinel[s.name], e.reason(), ""), true
		}
	}
	return Problem{}, false
}

// reason is what the error adds to its sentinel.
func (e explainer) reason() string {
	var (
		ambiguous *AmbiguousError
		answer    *AnswerError
		port      *receive.PortError
		parameter *parameterError
	)
	switch {
	case errors.As(e.err, &port):
		return strings.Join(port.Ports, " or ")
	case errors.As(e.err, &parameter):
		return parameter.reason + "."
	case errors.As(e.err, &ambiguous):
		return ambiguous.candidates()
	case errors.As(e.err, &answer):
		if answer.Status != 0 {
			return answer.Reason + " (status " + strconv.Itoa(answer.Status) + ")"
		}
		return answer.Reason
	default:
		return e.err.Error()
	}
}

// context is for a caller who stopped waiting.
func (e explainer) context() (Problem, bool) {
	switch {
	case errors.Is(e.err, context.Canceled):
		return e.say(e.table.Sentinel["ErrCanceled"], "", ""), true
	case errors.Is(e.err, context.DeadlineExceeded):
		return e.say(e.table.Sentinel["ErrOffline"], "", ""), true
	}
	return Problem{}, false
}
