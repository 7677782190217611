package problem

import (
	"net/http"
	"testing"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

// A provider's file has words for more than OAuth errors; the kind stays that of
// what happened.
func TestExplainInTheProvidersWords(t *testing.T) {
	help := func(match string) providers.ErrorHelp {
		return providers.ErrorHelp{Match: match, Title: "Acme's own", Detail: "It happens. It wrote: {description}", Next: "Do this."}
	}
	p := &providers.Provider{Name: "Acme", Errors: []providers.ErrorHelp{help(`^id_token: signature: algorithm "HS`), help(`^profile: not permitted \(403\)`), help("^closed: ")}}
	bad := &idtoken.Error{Checks: []idtoken.Check{{Name: "signature", Outcome: idtoken.Failed, Reason: `algorithm "HS256" is not accepted`}}}
	for name, tc := range map[string]struct {
		err           error
		title, detail string
		code          string
		kind          Kind
	}{
		"ID token":       {bad, "Acme's own", "It happens.\nsignature: algorithm \"HS256\" is not accepted", "id-token", KindFailed},
		"other ID token": {&idtoken.Error{Checks: []idtoken.Check{{Name: "aud", Outcome: idtoken.Failed, Reason: "it is for another app"}}}, "Your identity could not be verified", "aud: it is for another app", "id-token", KindFailed},
		"profile":        {&identity.RequestError{Name: "Profile", Status: http.StatusForbidden, Reason: "not permitted (403): a permission is missing"}, "Acme's own", "It happens.", "failed", KindFailed},
		"OAuth":          {&oauth.ProviderError{Step: trace.StepExchange, Code: "closed", Description: "Back at nine."}, "Acme's own", "It happens. It wrote: Back at nine.", "closed", KindFailed},
		"OAuth, silent":  {&oauth.ProviderError{Step: trace.StepExchange, Code: "closed"}, "Acme's own", "It happens.", "closed", KindFailed},
	} {
		got := Explain(tc.err, p, "")
		if got.Title != tc.title || got.Detail != tc.detail || got.Code != tc.code || got.Kind != tc.kind {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// A provider's own words are never lost to a general sentence, and never stand there
// twice.
func TestExplainKeepsTheProvidersWords(t *testing.T) {
	own := &providers.Provider{Name: "Acme", Errors: []providers.ErrorHelp{{Match: "^invalid_client", Title: "Wrong client", Detail: "Look there.", Next: "Do this."}}}
	const words = "The client_secret is incorrect."
	for name, tc := range map[string]struct {
		err    *oauth.ProviderError
		p      *providers.Provider
		detail string
	}{
		"general entry with them": {&oauth.ProviderError{Step: trace.StepExchange, Code: "invalid_client", Description: words}, nil, words},
		"general entry without":   {&oauth.ProviderError{Step: trace.StepExchange, Code: "bad_verification_code", Description: words}, nil, "The provider says: " + words},
		"after a detail":          {&oauth.ProviderError{Step: trace.StepRefresh, Code: "invalid_grant", Description: words}, own, "Acme no longer renews it. Your account and its details are kept.\nAcme says: " + words},
		"the file's entry":        {&oauth.ProviderError{Step: trace.StepExchange, Code: "invalid_client", Description: words}, own, "Look there.\nAcme says: " + words},
		"unknown":                 {&oauth.ProviderError{Step: trace.StepExchange, Code: "odd", Description: words}, own, words},
		"none":                    {&oauth.ProviderError{Step: trace.StepExchange, Code: "invalid_client"}, own, "Look there."},
	} {
		if got := Explain(tc.err, tc.p, ""); got.Detail != tc.detail {
			t.Errorf("%s: %q, want %q", name, got.Detail, tc.detail)
		}
	}
}
