package auth

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/trace"
)

// watched is a flow whose opener only notes what it was given.
type watched struct {
	agent  *Agent
	flow   *Flow
	given  chan string // what the opener got
	events chan trace.Event
}

func watch(t *testing.T, change ...func(*authtest.Provider)) *watched {
	t.Helper()
	p := authtest.NewProvider(t)
	for _, c := range change {
		c(p)
	}
	w := &watched{given: make(chan string, 8), events: make(chan trace.Event, 64)}
	w.agent = storeAgent(t, p, nil, func(o *Options) {
		o.Browser = func(_ context.Context, link string) error {
			w.given <- link
			return nil
		}
	})
	var err error
	w.flow, err = w.agent.Start(t.Context(), SignInRequest{Provider: "authtest", Observe: func(e trace.Event) { w.events <- e }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.flow.Cancel)
	return w
}

// renewed waits for the event that says so.
func (w *watched) renewed(t *testing.T) {
	t.Helper()
	limit := time.After(10 * time.Second)
	for {
		select {
		case e := <-w.events:
			if e.Phase == trace.Renewed {
				return
			}
		case <-limit:
			t.Fatal("no event says that the link is another one")
		}
	}
}

func stateOf(t *testing.T, link string) string {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil || u.Query().Get("state") == "" {
		t.Fatalf("no state in the link, %v", err)
	}
	return u.Query().Get("state")
}

// The arguments of the opener are for every user of the computer to read: they
// hold nothing that helps to answer in the person's place.
func TestOpenerIsNotToldTheState(t *testing.T) {
	w := watch(t)
	given := <-w.given
	u, err := url.Parse(given)
	if err != nil || u.RawQuery != "" || !strings.HasPrefix(u.Path, "/go/") || len(u.Path) < 40 {
		t.Fatalf("the opener was given %q", given)
	}
	if strings.Contains(given, stateOf(t, w.flow.URL())) {
		t.Error("the opener was given the state")
	}
	page := authtest.Get(t.Context(), given)
	if page.Status != http.StatusSeeOther || page.Header.Get("Location") != w.flow.URL() {
		t.Errorf("the browser is led to %q (%d)", page.Header.Get("Location"), page.Status)
	}
}

// Whoever is quicker than the browser has a state that is worth nothing once the
// browser comes; the one who comes second is given none.
func TestSecondVisitKillsTheState(t *testing.T) {
	w := watch(t)
	given := <-w.given
	first := authtest.Get(t.Context(), given)
	stolen := stateOf(t, first.Header.Get("Location"))
	second := authtest.Get(t.Context(), given)
	if second.Status != http.StatusGone || second.Header.Get("Location") != "" || !strings.Contains(second.Body, "already used") {
		t.Errorf("the second visitor got %d, %q", second.Status, second.Header.Get("Location"))
	}
	w.renewed(t)
	fresh := stateOf(t, w.flow.URL())
	if fresh == stolen {
		t.Fatal("the state is still the one that the first visitor has")
	}
	for name, q := range map[string]url.Values{
		"their code":  {"code": {"code-of-another-person"}, "state": {stolen}},
		"their words": {"error": {"access_denied"}, "error_description": {"call this number"}, "state": {stolen}},
	} {
		if page := authtest.Get(t.Context(), w.flow.RedirectURI()+"?"+q.Encode()); page.Status != http.StatusBadRequest {
			t.Errorf("%s: status %d", name, page.Status)
		}
	}
	// A third visit changes nothing: the new state was told to nobody.
	if page := authtest.Get(t.Context(), given); page.Status != http.StatusGone || stateOf(t, w.flow.URL()) != fresh {
		t.Errorf("the third visitor got %d, or killed the new state", page.Status)
	}
	// The person opens the browser again and signs in.
	if err := w.flow.OpenBrowser(t.Context()); err != nil {
		t.Fatal(err)
	}
	var person authtest.Browser
	if err := person.Open(t.Context(), <-w.given); err != nil {
		t.Fatal(err)
	}
	account, err := w.flow.Wait(t.Context())
	if err != nil || account.User.Login == "" {
		t.Fatalf("account %v, %v", account, err)
	}
	person.Wait()
}

// Who opened the browser again may be done with that when the address is opened
// twice. The new link of a provider that takes pushed requests only is pushed.
func TestRenewedLinkIsPushed(t *testing.T) {
	w := watch(t, func(p *authtest.Provider) { p.Behave(authtest.Behaviour{RequirePAR: true}) })
	<-w.given
	ctx, done := context.WithCancel(t.Context())
	if err := w.flow.OpenBrowser(ctx); err != nil {
		t.Fatal(err)
	}
	done()
	given := <-w.given
	before := w.flow.URL()
	for range 2 {
		authtest.Get(t.Context(), given)
	}
	w.renewed(t)
	if link := w.flow.URL(); link == before || !queryOf(t, link).Has("request_uri") {
		t.Errorf("the new link has %v", queryOf(t, link))
	}
}

// That the person opened the browser again in between saves the first visitor
// nothing: the new address leads to the same state.
func TestSecondVisitToAReplacedAddressKillsTheState(t *testing.T) {
	w := watch(t)
	given := <-w.given
	stolen := stateOf(t, authtest.Get(t.Context(), given).Header.Get("Location"))
	if err := w.flow.OpenBrowser(t.Context()); err != nil {
		t.Fatal(err)
	}
	again := <-w.given
	if late := authtest.Get(t.Context(), given); late.Status != http.StatusGone {
		t.Errorf("the second visitor got %d", late.Status)
	}
	w.renewed(t)
	if stateOf(t, w.flow.URL()) == stolen {
		t.Fatal("the state is still the one that the first visitor has")
	}
	if page := authtest.Get(t.Context(), again); page.Status != http.StatusGone {
		t.Errorf("the new address still leads to the void state (%d)", page.Status)
	}
}

// An address that was replaced before anybody came leads nowhere.
func TestReplacedAddressLeadsNowhere(t *testing.T) {
	w := watch(t)
	old := <-w.given
	before := stateOf(t, w.flow.URL())
	if err := w.flow.OpenBrowser(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-w.given
	if page := authtest.Get(t.Context(), old); page.Status != http.StatusGone || page.Header.Get("Location") != "" {
		t.Errorf("the old address leads to %q (%d)", page.Header.Get("Location"), page.Status)
	}
	if stateOf(t, w.flow.URL()) != before {
		t.Error("a late tab killed the state of the new one")
	}
}
