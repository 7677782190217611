package problem

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/test/source"
)

// explained wants all the words of a sentinel.
func explained(t *testing.T, name string, err error) {
	t.Helper()
	if k, above := errors.AsType[key](err); above {
		err = New(string(k), "an error of a room above")
	}
	p := Explain(fmt.Errorf("somewhere: %w", err), nil, "")
	if p.Title == "" || p.Kind == "" || p.Code == "" || p.Next == "" {
		t.Errorf("%s: %+v", name, p)
	}
}

// The errors of the rooms above have a test there that they are found by their keys.
func TestEverySentinelHasItsWords(t *testing.T) {
	var names []string
	for dir, prefix := range map[string]string{"..": "", "../register": "", "../oauth": "", "../../providers": "providers."} {
		for _, name := range source.Sentinels(t, dir) {
			names = append(names, prefix+name)
		}
	}
	if len(names) < 20 {
		t.Fatalf("found only %d sentinels: %v", len(names), names)
	}
	listed := map[string]error{}
	for _, s := range sentinels() {
		listed[s.name] = s.err
	}
	for _, n := range names {
		err, ok := listed[n]
		if n == "ErrProofKey" || n == "ErrNotOffered" { // one is an ErrNeedsSignIn, nobody is shown the other
			continue
		}
		if !ok {
			t.Errorf("%s is not in sentinels() of problem.go", n)
			continue
		}
		if _, ok := problemWords().Sentinel[n]; !ok {
			t.Errorf("%s has no words in problems.toml", n)
			continue
		}
		explained(t, n, err)
	}
	for n := range problemWords().Sentinel {
		if _, ok := listed[n]; !ok {
			t.Errorf("problems.toml has words for %s, which there is not", n)
		}
	}
}

func TestTheWholeTableIsInOrder(t *testing.T) {
	var table wordTable
	md, err := toml.Decode(problemsTOML, &table)
	if err != nil {
		t.Fatal(err)
	}
	if unknown := md.Undecoded(); len(unknown) > 0 {
		t.Errorf("unknown keys: %v", unknown)
	}
	for _, group := range []map[string]words{table.Sentinel, table.Other, table.OAuth, table.Store, table.Connection} {
		for name, w := range group {
			if w.Title == "" || w.Next == "" || strings.HasSuffix(w.Title, ".") {
				t.Errorf("%s: %+v", name, w)
			}
		}
	}
	for _, code := range []string{
		"locked", "wrong-passphrase", "keyring-unavailable", "keyring-locked", "keyring-hangs", "keyring-gone", "key-missing", "key-elsewhere",
		"damaged", "newer-version", "disk-full", "read-only", "unsafe-path", "not-set-up", "not-found",
		"key-file-unset", "key-file-missing", "key-file-shared", "key-file-bad", "key-file-other", "key-file-place", "key-file-taken",
		"kernel-keyring", "too-large", "bad-name", "bad-export", "too-much-work", "newer-export",
	} {
		if p := Explain(fmt.Errorf("x: %w", codedErr{code}), nil, ""); p.Code != code || p.Title == "" {
			t.Errorf("%s: %+v", code, p)
		}
	}
}

func TestAKindIsOnlyForWhatHasWords(t *testing.T) {
	table := problemWords()
	for _, group := range []struct {
		kinds kinded
		words map[string]words
	}{
		{sentinelKinds(), table.Sentinel},
		{otherKinds(), table.Other},
		{oauthKinds(), table.OAuth},
		{storeKinds(), table.Store},
	} {
		for kind, keys := range group.kinds {
			for _, key := range keys {
				if w, ok := group.words[key]; !ok || w.Kind != kind {
					t.Errorf("%s is to be %s, and has the words %+v", key, kind, w)
				}
			}
		}
	}
}

// codedErr is an error of a store.
type codedErr struct{ code string }

func (e codedErr) Error() string { return "store: " + e.code }
func (e codedErr) Code() string  { return e.code }

func TestEveryPageHasItsWords(t *testing.T) {
	table := problemWords()
	for _, w := range table.Page {
		re, err := regexp.Compile("(?i)" + w.Match)
		if err != nil || re.MatchString("") {
			t.Errorf("page %q: %v", w.Match, err)
		}
		if _, ok := table.OAuth[w.As]; !ok {
			t.Errorf("page %q has no words under %q", w.Match, w.As)
		}
	}
}

func TestExplain(t *testing.T) {
	github := &providers.Provider{
		ID: "github", Name: "GitHub",
		Client:   providers.Client{Type: "OAuth App", URL: "https://github.com/settings/developers"},
		Redirect: providers.Redirect{Register: "http://127.0.0.1/callback"},
	}
	refused := func(step trace.Step, code, description string) error {
		return &oauth.ProviderError{Step: step, Code: code, Description: description, Status: 400}
	}
	for name, c := range map[string]struct {
		err  error
		p    *providers.Provider
		want Problem
	}{
		"redirect": {refused(trace.StepCallback, "redirect_uri_mismatch", "long text"), github, Problem{
			Kind: KindFailed, Code: "redirect_uri_mismatch", Title: "The redirect URI is not registered",
			Detail: "GitHub redirects only to registered URIs.\nGitHub says: long text",
			Next:   "Add the URI below to the app's redirect URIs at GitHub.",
			Copy:   "http://127.0.0.1/callback", Link: "https://github.com/settings/developers",
		}},
		"no client id": {fmt.Errorf("github: %w", providers.ErrNoClientID), github, Problem{
			Kind: KindUsage, Code: "no-client-id", Title: "GitHub requires an app registration",
			Detail: "No client ID is set. The app's type is “OAuth App”.",
			Next:   "Register an app with the redirect URI below and enter its client ID.",
			Copy:   "http://127.0.0.1/callback", Link: "https://github.com/settings/developers",
		}},
		"denied without provider": {refused(trace.StepCallback, "access_denied", ""), nil, Problem{
			Kind: KindRefused, Code: "access_denied", Title: "Access denied",
			Next: "Nothing was changed. If that was a mistake, try again.",
		}},
		"code expired": {refused(trace.StepExchange, "invalid_grant", ""), github, Problem{
			Kind: KindFailed, Code: "invalid_grant", Title: "The sign-in code has expired or was already used", Next: "Start again.",
		}},
		"session has ended": {fmt.Errorf("%w: %w", oauth.ErrNeedsSignIn, refused(trace.StepRefresh, "invalid_grant", "")), github, Problem{
			Kind: KindNeedsSignIn, Code: "invalid_grant", Title: "Your session has ended",
			Detail: "GitHub no longer renews it. Your account and its details are kept.", Next: "Sign in again.",
		}},
		"google's secret": {refused(trace.StepExchange, "invalid_request", "client_secret is missing."), nil, Problem{
			Kind: KindFailed, Code: "invalid_request", Title: "The provider requires a client secret",
			Detail: "A desktop app cannot keep it confidential.\nThe provider says: client_secret is missing.",
			Next:   "Copy the secret from the app registration and enter it.",
		}},
		"entra": {refused(trace.StepExchange, "invalid_client", "AADSTS7000218: The request body must contain…"), nil, Problem{
			Kind: KindFailed, Code: "invalid_client (AADSTS7000218)", Title: "Azure requires a client secret",
			Detail: "The redirect URI is registered under “Web”, or “Allow public client flows” is off.\nThe provider says: AADSTS7000218: The request body must contain…",
			Next:   "Register it under “Mobile and desktop applications” and allow public client flows.",
			Copy:   "http://127.0.0.1:4711/callback",
		}},
		"unknown code": {refused(trace.StepExchange, "no_such_code", "the provider's words"), github, Problem{
			Kind: KindFailed, Code: "no_such_code", Title: "GitHub refused", Detail: "the provider's words", Next: "Try again.",
		}},
		"busy": {fmt.Errorf("%w: %w", oauth.ErrOffline, &oauth.AnswerError{Step: trace.StepRefresh, Status: 503, Reason: "x"}), github, Problem{
			Kind: KindOffline, Code: "busy", Title: "GitHub is temporarily unavailable",
			Detail: "It cannot answer right now. Nothing is lost.", Next: "Try again in a moment.",
		}},
		"html": {&oauth.AnswerError{Step: trace.StepExchange, Status: 200, Reason: "HTML instead of JSON"}, nil, Problem{
			Kind: KindFailed, Code: "unusable-answer", Title: "The provider sent an unusable response",
			Detail: "HTML instead of JSON (status 200)", Next: "Check the provider's endpoints, then try again.",
		}},
		"clock": {&idtoken.Error{Checks: []idtoken.Check{{Name: "iss", Outcome: idtoken.Passed, Reason: ""}, {Name: "exp", Outcome: idtoken.Failed, Reason: "ended 6 minutes ago"}}}, nil, Problem{
			Kind: KindFailed, Code: "clock", Title: "Your computer's clock seems wrong", Detail: "exp: ended 6 minutes ago",
			Next: "Set the correct time, then sign in again.",
		}},
		"identity": {&idtoken.Error{Checks: []idtoken.Check{{Name: "aud", Outcome: idtoken.Failed, Reason: "is for another app"}, {Name: "exp", Outcome: idtoken.Failed, Reason: "ended"}}}, nil, Problem{
			Kind: KindFailed, Code: "id-token", Title: "Your identity could not be verified",
			Detail: "aud: is for another app\nexp: ended",
			Next:   "You were not signed in. Check the client ID and the issuer; if both are correct, contact the provider.",
		}},
		"locked": {fmt.Errorf("account x: %w", codedErr{"locked"}), nil, Problem{
			Kind: KindLocked, Code: "locked", Title: "The vault is locked", Next: "Unlock it with `claviger vault unlock`.",
		}},
		"stopped": {fmt.Errorf("x: %w", context.Canceled), nil, Problem{
			Kind: KindRefused, Code: "cancelled", Title: "The sign-in was cancelled", Next: "Start again whenever you like.",
		}},
		"anything": {errors.New("something odd"), nil, Problem{
			Kind: KindFailed, Code: "failed", Title: "Something went wrong", Detail: "something odd", Next: "Try again.",
		}},
		"nil": {nil, github, Problem{}},
	} {
		if got := Explain(c.err, c.p, "http://127.0.0.1:4711/callback"); got != c.want {
			t.Errorf("%s:\ngot  %+v\nwant %+v", name, got, c.want)
		}
	}
}

func TestEveryTroubleHasItsWords(t *testing.T) {
	text, err := os.ReadFile("../../internal/ask/trouble.go")
	if err != nil {
		t.Fatal(err)
	}
	keys := regexp.MustCompile(`Why = "([a-z-]+)"`).FindAllStringSubmatch(string(text), -1)
	if len(keys) < 16 {
		t.Fatalf("only %d", len(keys))
	}
	for _, k := range keys {
		w, ok := problemWords().Connection[k[1]]
		if !ok || w.Code == "" || w.Kind != KindFailed && w.Kind != KindOffline {
			t.Errorf("%s: %+v", k[1], w)
		}
	}
}

// TestEveryCAFileCodeHasItsWords finds the codes in the source.
func TestEveryCAFileCodeHasItsWords(t *testing.T) {
	text, err := os.ReadFile("../../providers/trust.go")
	if err != nil {
		t.Fatal(err)
	}
	codes := regexp.MustCompile(`fail\("([a-z-]+)"|nil, "([a-z-]+)", |code, detail = "([a-z-]+)"`).FindAllStringSubmatch(string(text), -1)
	if len(codes) < 12 {
		t.Fatalf("only %d codes", len(codes))
	}
	for _, c := range codes {
		code := c[1] + c[2] + c[3]
		if _, ok := problemWords().CAFile[code]; !ok {
			t.Errorf("no words for %s", code)
		}
	}
}

func TestAMistakeInAProvidersFileIsSaid(t *testing.T) {
	err := fmt.Errorf("%q: %w", "work", errors.Join(providers.ErrUnknown, &providers.FileError{File: "work.toml", Line: 3, Key: "isuer", Problem: "not known"}))
	p := Tongue(strings.NewReplacer("not known", "unbekannt").Replace).Explain(err, nil, "")
	if p.Code != "provider-file" || p.Kind != KindUsage || p.Detail != "work.toml:3: isuer: unbekannt." {
		t.Errorf("%+v", p)
	}
}

func TestAReasonDoesNotRepeatTheTitle(t *testing.T) {
	p := Explain(fmt.Errorf("%w: the metadata is not JSON", providers.ErrDiscovery), nil, "")
	if p.Detail != "The metadata is not JSON." {
		t.Errorf("%+v", p)
	}
}

func TestSavedDetailsAreOfAProvider(t *testing.T) {
	err := fmt.Errorf("%w: %w", oauth.ErrOffline, context.DeadlineExceeded)
	if p := Explain(err, nil, ""); strings.Contains(p.Detail, "saved") {
		t.Errorf("nothing need be saved of a server that is no provider: %+v", p)
	}
	if p := Explain(err, &providers.Provider{Name: "Acme"}, ""); p.Detail != "The details saved from Acme are still available." {
		t.Errorf("%+v", p)
	}
}
