package state

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/claviger/claviger/providers"
)

// The demo stands first, then what a sign-in can start with, then what is popular, then
// the rest.
func TestProvidersOrder(t *testing.T) {
	set, err := providers.Load("", []string{
		"CLAVIGER_ZITADEL_CLIENT_ID=a", "CLAVIGER_ZITADEL_DOMAIN=z.example.com", "CLAVIGER_GITHUB_CLIENT_ID=b",
		"CLAVIGER_OKTA_CLIENT_ID=c", // without an issuer it is not ready
	})
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(r *rig) { r.catalog.list = set.All() })
		r.Start()
		r.q.settle()
		list := r.State().Providers
		if len(list) < 20 || list[0].ID != "demo" || list[1].ID != "github" || list[2].ID != "zitadel" {
			t.Fatalf("%d, first %s, %s, %s", len(list), list[0].ID, list[1].ID, list[2].ID)
		}
		rest := slices.DeleteFunc(slices.Clone(list[3:]), func(p *providers.Provider) bool { return p.Unusable != "" })
		popular := slices.IndexFunc(rest, func(p *providers.Provider) bool { return !p.Popular })
		if popular < 2 || slices.ContainsFunc(rest[popular:], func(p *providers.Provider) bool { return p.Popular }) {
			t.Error("the popular ones do not come first")
		}
		rest = rest[popular:]
		if !slices.IsSortedFunc(rest, func(a, b *providers.Provider) int {
			return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
		}) {
			t.Error("the others are not by name")
		}
		if r.catalog.list[1].ID == "github" {
			t.Error("the catalogue's own list was sorted")
		}
	})
}

// A mistake that was mended in an editor is gone when the window comes back to the front.
func TestProvidersAreThoseOfNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(r *rig) { r.catalog.bad = []error{errors.New("a mistake")} })
		r.Start()
		r.q.settle()
		r.mustRoute(t, RouteWelcome)
		if got := r.State().ProviderProblems; len(got) != 1 {
			t.Fatalf("%q", got)
		}
		r.catalog.bad = nil
		r.catalog.list = append(r.catalog.list, &providers.Provider{ID: "new", Name: "New"})
		r.SetHidden(false)
		st := r.State()
		if len(st.ProviderProblems) != 0 || !slices.ContainsFunc(st.Providers, func(p *providers.Provider) bool { return p.ID == "new" }) {
			t.Errorf("%q, %d providers", st.ProviderProblems, len(st.Providers))
		}
	})
}

func TestProviderThatNoDesktopCanUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		far := &providers.Provider{ID: "far", Name: "Far", Unusable: "It answers to web sites only.", Client: providers.Client{ID: "c"}}
		r := inRealWords(t, func(r *rig) { r.catalog.list = append([]*providers.Provider{far}, r.catalog.list...) })
		r.Start()
		r.q.settle()
		list := r.State().Providers
		if last := list[len(list)-1]; last.ID != "far" {
			t.Errorf("%s comes last", last.ID)
		}
		r.SignIn.Choose("far")
		r.mustRoute(t, RouteProblem)
		p := r.State().Problem
		if p.Title != "Far does not support desktop apps" || p.Detail != "It answers to web sites only." || p.CanRetry || p.Next == "" {
			t.Errorf("%+v", p)
		}
	})
}
