package auth

import (
	"context"
	"net/url"
	"testing"

	"github.com/claviger/claviger/providers"
)

// TestExtraParametersReplaceNothing: neither a provider that a Go program made,
// without a file's checks, nor the query of its authorization endpoint sets what
// the sign-in sets itself. A request object (RFC 9101 §5) would replace it all.
func TestExtraParametersReplaceNothing(t *testing.T) {
	const forged = "forged"
	extra := map[string]string{"harmless": "kept"}
	for _, name := range []string{
		"request", "request_uri", "client_id", "redirect_uri", "response_type", "scope", "state", "nonce",
		"code", "code_challenge", "code_challenge_method", "code_verifier", "code_anything", "grant_type", "dpop_jkt", "client_assertion",
	} {
		extra[name] = forged
	}
	change := func(p *providers.Provider) {
		p.Authorization.Params, p.Authorization.TokenParams = extra, extra
		p.Authorization.LoginHint = "request_uri"
		p.Authorization.Names = map[string]string{"prompt": "request"}
	}
	op := newFakeOP(t)
	query := url.Values{}
	for name, value := range extra {
		query.Set(name, value)
	}
	op.metadata = func(md map[string]any) {
		md["authorization_endpoint"] = op.server.URL + "/authorize?" + query.Encode()
	}
	links := make(chan string, 1)
	a := newTestAgent(t, op, change, func(ctx context.Context, link string) error {
		links <- link
		address := op.authorize(link)
		go visit(context.WithoutCancel(ctx), address)
		return nil
	})
	if _, err := a.SignIn(t.Context(), SignInRequest{Provider: "fake", LoginHint: forged, Prompt: forged}); err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(<-links)
	if err != nil {
		t.Fatal(err)
	}
	for _, sent := range append(op.forms, u.Query()) {
		if sent.Get("harmless") != "kept" {
			t.Error("an extra parameter was lost")
		}
		for name, values := range sent {
			for _, v := range values {
				if v == forged {
					t.Errorf("%s was set from outside", name)
				}
			}
		}
	}
}
