package state

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers"
)

// What is typed is what is requested; text that is not a number is reported at once.
func TestWishes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.Start()
		r.q.settle()
		r.SignIn.Choose("demo")
		r.mustRoute(t, RouteOptions)
		r.Options.OpenWishes()
		r.Options.SetPrompt("select_account")
		r.SignIn.Start("", map[string]string{"max_age": "an hour"}, false)
		r.mustRoute(t, RouteOptions)
		if o := r.State().Options; o.Error == "" || !o.MoreOpen {
			t.Fatalf("%+v", o)
		}
		r.attempts <- newAttempt(account("new"))
		r.SignIn.Start("mira", map[string]string{
			"max_age": " 1.5 ", "resource": "https://a.example https://b.example", "audience": " api ", "acr_values": "phr mfa", "domain_hint": "example.com",
		}, false)
		r.q.settle()
		r.mustRoute(t, RouteWaiting)
		age := 90 * time.Second
		want := auth.SignInRequest{
			Provider: "demo", Remember: true, LoginHint: "mira", Prompt: "select_account", MaxAge: &age, Audience: "api",
			Resources: []string{"https://a.example", "https://b.example"}, ACRValues: []string{"phr", "mfa"}, DomainHint: "example.com",
		}
		got := r.State().Flow.Request
		got.Observe = nil
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

// A provider is not asked for what it does not take.
func TestWishesOfAProvider(t *testing.T) {
	p := &providers.Provider{Authorization: providers.Authorization{Names: map[string]string{"resource": "", "domain_hint": "hd"}}}
	var names []string
	for _, w := range Wishes(p) {
		names = append(names, w.Name)
	}
	if diff := cmp.Diff([]string{"audience", "acr_values", "max_age", "domain_hint"}, names); diff != "" {
		t.Error(diff)
	}
}
