package auth

import (
	"errors"
	"net"
	"net/url"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/receive"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
)

func occupy(t *testing.T, address string) net.Listener {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func TestStartWithBusyPort(t *testing.T) {
	op := newFakeOP(t)
	busy := occupy(t, "127.0.0.1:0").Addr().(*net.TCPAddr).Port
	a := newTestAgent(t, op, func(p *providers.Provider) { p.Redirect.Ports = []int{busy} }, nil)
	var events []trace.Event
	_, err := a.Start(t.Context(), SignInRequest{Provider: "fake", Observe: func(e trace.Event) { events = append(events, e) }})
	if !errors.Is(err, ErrPortBusy) {
		t.Fatalf("error is %v", err)
	}
	if last := events[len(events)-1]; last.Step != trace.StepListen || last.Phase != trace.Broken {
		t.Errorf("last event is %+v", last)
	}
}

func TestRootPath(t *testing.T) {
	op := newFakeOP(t)
	a := newTestAgent(t, op, func(p *providers.Provider) { p.Redirect.Path, p.Redirect.Host = "/", "localhost" }, nil)
	f, err := a.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true})
	if err != nil {
		t.Fatal(err)
	}
	u, _ := url.Parse(op.authorize(f.URL()))
	u.Path = "" // a browser makes "/" of it
	visit(t.Context(), u.String())
	if _, err := f.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

// judgedWell reports whether a query is one for the flow of that state, and fails
// where it was taken for more or less than it is.
func judgedWell(t *testing.T, query, state string, ans oauth.Response, reason string) (ours bool) {
	t.Helper()
	v, err := url.ParseQuery(query)
	ours = err == nil && len(v["state"]) == 1 && v.Get("state") == state
	if !ours && reason == "" {
		t.Errorf("%q is accepted", query)
	}
	if reason == "" && ans.Err == nil && ans.Code.IsZero() {
		t.Error("neither code nor error")
	}
	if reason == "" && ans.Err == nil && v.Has("iss") && v.Get("iss") != "https://op" {
		t.Error("an answer of another issuer is taken")
	}
	if ans.Err != nil && strings.Contains(ans.Err.Error(), state) {
		t.Error("the error tells the state")
	}
	return ours
}

// corpusState stands for the state of the attempt in the corpus.
const corpusState = "state-of-the-fuzz"

func FuzzCallback(f *testing.F) {
	a, err := New(Options{Lookup: func(string) (*providers.Provider, bool) { return nil, false }})
	if err != nil {
		f.Fatal(err)
	}
	const state = corpusState
	for _, s := range []string{
		"", "code=x&state=" + state, "state=" + state, "error=x&error_description=%3Cb%3E&state=" + state, "code=x&code=y&state=" + state,
		"iss=https%3A%2F%2Fop&code=x&state=" + state, "iss=https%3A%2F%2Fevil&code=x&state=" + state, "iss=&code=x&state=" + state, "state=" + state + "&state=", "%zz", "state", "code=x;state=" + state,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		c := a.net.Client(&providers.Provider{}, &providers.Metadata{Issuer: "https://op"}, oauth.Home{})
		req := &authorizationRequest{client: c, AuthorizationRequest: oauth.AuthorizationRequest{RedirectURI: "http://127.0.0.1:1/callback"}}
		flow := &Flow{front: newFrontChannel(req, a.asker, trace.NewLog(a.now, nil))}
		flow.front.binding, flow.front.receiver = c.NewBinding(nil), &receive.Loopback{}
		state := flow.front.binding.State()
		query = strings.ReplaceAll(query, corpusState, state)
		ans, reason := c.Judge(&req.AuthorizationRequest, flow.front.binding, query)
		ours := judgedWell(t, query, state, ans, reason)
		if !ours {
			if err := flow.Paste("http://127.0.0.1:1/callback?" + query); !errors.Is(err, ErrPasted) {
				t.Errorf("pasted: %v", err)
			}
		}
	})
}
