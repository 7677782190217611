package problem

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/receive"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/coded"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

// Explain puts an error into words: one of the rooms of package auth, of providers or
// of a store. p and redirectURI, if known, make them exact; p may be nil. Nil
// has no words.
func Explain(err error, p *providers.Provider, redirectURI string) Problem {
	return Tongue(nil).Explain(err, p, redirectURI)
}

// Tongue puts a text into another language: one of problems.toml or of a provider's file
// with its blanks, or one that was filled before, such as the reason of a check or a title
// that was kept. What it does not know stays; nil is English.
type Tongue func(english string) string

// Explain is [Explain] in another language. What another error itself adds stays English.
func (t Tongue) Explain(err error, p *providers.Provider, redirectURI string) Problem {
	if err == nil {
		return Problem{}
	}
	e := explainer{table: problemWords(), tongue: t, err: err, p: p, redirect: redirectURI}
	for _, try := range []func() (Problem, bool){e.moved, e.notStored, e.worded, e.idToken, e.oauth, e.store, e.providerFile, e.caFile, e.connection, e.busy, e.request, e.sentinel, e.context} {
		if problem, ok := try(); ok {
			return problem
		}
	}
	return e.say(e.table.Other["unknown"], err.Error(), "")
}

// moved says where a secret belongs and where it was about to go.
func (e explainer) moved() (Problem, bool) {
	var moved *oauth.MovedError
	if !errors.As(e.err, &moved) {
		return Problem{}, false
	}
	w := e.table.Sentinel["ErrMoved"]
	if moved.Secret {
		w = e.table.Other["moved-secret"]
	}
	return e.say(w, plain.Sentences(e.in(plain.Phrase(moved.Error(), 500))), ""), true
}

// explainer finds the words of one error.
type explainer struct {
	table    wordTable
	tongue   Tongue
	err      error
	p        *providers.Provider
	redirect string
	host     string // of a failed connection
}

// notStored says why it could not be stored, in the words of that reason.
func (e explainer) notStored() (Problem, bool) {
	if !errors.Is(e.err, key("ErrNotStored")) || errors.Is(e.err, oauth.ErrNeedsSignIn) {
		return Problem{}, false
	}
	w := e.table.Sentinel["ErrNotStored"]
	why, known := e.table.Store[coded.Of(e.err)]
	if !known {
		return e.say(w, "", ""), true
	}
	problem := e.say(w, e.sentence(why.Title), "")
	problem.Kind, problem.Next, problem.Code = why.Kind, e.fill(why.Next, "", ""), coded.Of(e.err)
	return problem, true
}

// idToken lists what failed, suspects the clock if only times did, and lets
// the provider's file say what causes it there.
func (e explainer) idToken() (Problem, bool) {
	var bad *idtoken.Error
	if !errors.As(e.err, &bad) {
		return Problem{}, false
	}
	var reasons, told []string
	onlyTimes := true
	for _, c := range bad.Checks {
		if c.Outcome == idtoken.Failed {
			reasons = append(reasons, c.Name+": "+c.Reason)
			told = append(told, c.Name+": "+e.in(c.Reason))
			onlyTimes = onlyTimes && (c.Name == "exp" || c.Name == "iat" || c.Name == "nbf")
		}
	}
	w := e.table.Sentinel["ErrIDToken"]
	switch {
	case errors.Is(e.err, oauth.ErrNeedsSignIn):
		w = e.table.Other["refreshed-id-token"]
	case onlyTimes && len(reasons) > 0 && !bad.OddTimes:
		w = e.table.Other["clock"]
	}
	reason := strings.Join(told, "\n")
	if help, _, ok := e.help("id_token: " + strings.Join(reasons, "\n")); ok {
		problem := e.say(helpWords(help), "", "")
		problem.Kind, problem.Code = w.Kind, w.Code
		problem.Detail = strings.TrimSpace(problem.Detail + "\n" + reason)
		return problem, true
	}
	return e.say(w, reason, ""), true
}

// store finds the words of a store's error.
func (e explainer) store() (Problem, bool) {
	code := coded.Of(e.err)
	w, known := e.table.Store[code]
	if !known {
		return Problem{}, false
	}
	problem := e.say(w, e.err.Error(), "")
	problem.Code = code
	return problem, true
}

// providerFile says what is wrong in the file of a provider that is therefore not known.
func (e explainer) providerFile() (Problem, bool) {
	var lines []string
	for _, bad := range providers.FileErrors(e.err) {
		lines = append(lines, bad.In(e.tongue))
	}
	if len(lines) == 0 || !errors.Is(e.err, providers.ErrUnknown) {
		return Problem{}, false
	}
	return e.say(e.table.Other["provider-file"], plain.Sentences(lines...), ""), true
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
		reason += ": " + e.in(bad.Detail)
	}
	return e.say(w, reason, ""), true
}

// connection finds the words of a connection that did not come about, or not
// to a server that can be trusted.
func (e explainer) connection() (Problem, bool) {
	host := ask.HostOf(e.err)
	t, ok := ask.TroubleOf(e.err)
	if !ok || host == "" {
		return Problem{}, false
	}
	e.host = plain.Phrase(host, 100)
	w, reason := problemWords().Connection[string(t.Why)], oauth.TroubleReason(t, time.Now())
	if errors.Is(e.err, oauth.ErrOffline) { // what is known stays, whatever the reason
		w.Kind = KindOffline
	}
	return e.say(w, e.in(reason), ""), true
}

// busy is for a provider that was reached and cannot help now.
func (e explainer) busy() (Problem, bool) {
	var limit *oauth.RateLimitError
	switch status := oauth.StatusOf(e.err); {
	case errors.As(e.err, &limit):
		return e.say(e.table.Sentinel["ErrRateLimited"], oauth.Clock(limit.Until), ""), true
	case status == http.StatusNetworkAuthenticationRequired: // RFC 6585 §6
		return e.say(e.table.Other["portal"], "", ""), true
	case !oauth.Busy(status):
		return Problem{}, false
	}
	return e.say(e.table.Other["busy"], "", ""), true
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
		answer    *oauth.AnswerError
		port      *receive.PortError
		parameter *oauth.ParameterError
		unfit     *identity.MappingError
	)
	switch {
	case errors.As(e.err, &port):
		return strings.Join(port.Ports, " or ")
	case errors.As(e.err, &parameter):
		return plain.Sentences(e.in(parameter.Reason))
	case errors.As(e.err, &unfit):
		return unfit.Name + ": " + e.in(unfit.Words())
	case errors.As(e.err, &answer):
		if answer.Status != 0 {
			return e.in(phrase.Say("{reason} (status {status})", answer.Reason, strconv.Itoa(answer.Status)))
		}
		return e.in(answer.Reason)
	}
	text := e.err.Error()
	for _, s := range sentinels() {
		switch more, found := strings.CutPrefix(text, s.err.Error()+": "); {
		case text == s.err.Error(), found && more == "":
			return "" // the title says it
		case found && errors.Is(s.err, providers.ErrDiscovery):
			return plain.Sentences(e.in(more)) // the title says the rest
		case found:
			return e.in(s.err.Error()) + ": " + e.in(more)
		}
	}
	return text
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
