package screen

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	fynetest "fyne.io/fyne/v2/test"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/inspect"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

const canary = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.canarysignature"

func demo() *providers.Provider {
	return &providers.Provider{
		ID: "demo", Name: "Demo", Issuer: "http://127.0.0.1:1",
		Client: providers.Client{ID: "c"}, Scopes: providers.Scopes{Base: []string{"openid"}, Profile: []string{"profile", "email"}},
	}
}

func entra() *providers.Provider {
	return &providers.Provider{
		ID: "azure", Name: "Microsoft Entra ID", Issuer: "https://login.example/{tenant}",
		Variables: map[string]providers.Variable{"tenant": {Label: "Tenant", Help: strings.Repeat("help ", 30)}},
		Client: providers.Client{
			SecretUse: "optional", Type: "Public client", URL: "https://portal.example",
			Help: "Open the portal.\nRegister an app with a long explanation that has to wrap in a small window.\n",
		},
		Redirect: providers.Redirect{Register: "http://localhost/callback"},
	}
}

// sample has something on every page.
func sample() state.State {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	a := &auth.Account{
		ID: "a", Provider: "demo", ProviderName: "Demo", State: auth.StateActive, CanRefresh: true,
		User:   identity.User{ID: "42", Name: "Maximiliane Mustermann-Oberhuber von Hohenstein", Login: "max", Email: strings.Repeat("m", 60) + "@example.com", Claims: map[string]any{"a": "b"}},
		Scopes: []string{"openid"}, Requested: []string{"openid", "email"}, GroupsAsked: true,
		Missing:  []identity.Missing{{What: "Teams", Reason: "refused"}},
		IssuedAt: now.Add(-time.Minute), ExpiresAt: now.Add(time.Hour), SignedInAt: now, VerifiedAt: now,
		Steps: []trace.Event{{Step: trace.StepListen, Phase: trace.Done, At: now, Took: time.Millisecond}, {Step: trace.StepWait, Phase: trace.Done, At: now.Add(time.Second), Took: time.Second}},
	}
	for i := range 5000 {
		a.Groups = append(a.Groups, identity.Group{ID: fmt.Sprint(i), Name: fmt.Sprintf("Group %d", i), Kind: "team"})
	}
	other := &auth.Account{ID: "b", Provider: "azure", State: auth.StateNeedsSignIn, Reason: "The provider took the permission back.", User: identity.User{Login: "someone.with.a.long.name@northwind.example"}}
	p := entra()
	token := &state.TokenView{
		Title: "ID token", Raw: providers.NewSecret(canary), JWT: true, Claims: map[string]any{"iss": "https://i.example", "exp": float64(now.Unix())},
		Header: map[string]any{"alg": "RS256"}, Checks: []idtoken.Check{{Name: "exp", Outcome: idtoken.Failed, Reason: "over"}}, IssuedAt: now, ExpiresAt: now.Add(time.Hour),
	}
	return state.State{
		Now: now, Providers: []*providers.Provider{demo(), p}, ProviderProblems: []string{"providers.toml:3: unknown key"},
		Accounts: []*auth.Account{a, other}, Selected: "a", Groups: a.Groups, Tab: state.TabProfile,
		TokenPage: state.TokenPage{Account: "a", ID: token, Access: &state.TokenView{Title: "Access token", Raw: providers.NewSecret("canaryopaque")}},
		Inspector: inspected(now),
		SignOut:   &state.SignOutQuestion{Account: "a", CanRevoke: true, CanEndSession: true, Error: "It did not work."},
		Receipt:   &state.SignedOut{Name: "Max", Provider: "Demo", Page: "https://x.example", Receipt: auth.Receipt{Forgotten: auth.Result{Outcome: "done"}}},
		Add:       state.AddPage{Form: 1, Preset: p, ID: "azure-2", Name: "Microsoft Entra ID (2)", Error: "Line 3: “colour” is not known.\nLine 4: “id” must be something else."},
		File: state.FilePage{
			Form: 1, Provider: p, Was: "id = \"azure\"\n", Text: strings.Repeat("a long line of a provider file ", 20) + "\n",
			Problems: []string{"Line 1: cannot be read as TOML."}, Removing: true, Accounts: 2,
			Mappings: []identity.Mapping{{Name: "Profile", From: "https://graph.example/me"}, {Name: "Groups", From: "id_token", Groups: true}},
			Preview:  state.Preview{Lines: []words.Pair{{Label: "id", Value: "7"}}, Error: "Expression .x does not fit the response."},
		},
		Setup:   state.SetupPage{Form: 1, Provider: p, Error: "Fill in the client ID."},
		Options: state.OptionsPage{Form: 1, Provider: p, Scopes: []state.Scope{{Name: "openid", On: true, Needed: true}, {Name: "https://graph.example/GroupMember.Read.All", On: true}}, CanGroups: true, CanDevice: true},
		Flow: state.FlowPage{
			Provider: p, URL: "https://x.example", RedirectURI: "http://localhost:51789/callback", StartedAt: now.Add(-time.Minute), Deadline: now.Add(time.Minute),
			Events: []trace.Event{a.Steps[0], {Step: trace.StepWait, Phase: trace.Started, At: now}}, CanDevice: true, PasteOpen: true, Explained: problem.Problem{Title: "The redirect URI is not registered", Detail: strings.Repeat("Because. ", 20), Next: "Add it.", Link: "https://x.example"}, PasteError: "That address does not belong to this sign-in.",
			Device: &oauth.DeviceCode{UserCode: "ABCD-EFGH", VerificationURI: "https://login.example/device", ExpiresAt: now.Add(time.Minute)},
		},
		Problem:   state.Problem{Problem: problem.Problem{Title: "Microsoft did not accept the redirect URI", Detail: "It is not registered.", Next: "Add it.", Copy: "http://localhost/callback", Link: "https://x.example", Code: "AADSTS50011"}, Events: a.Steps, CanRetry: true},
		Settings:  state.DefaultSettings(),
		Programs:  state.ProgramsPage{Read: true},
		VaultForm: state.VaultForm{Form: 1, Error: "Wrong passphrase.", ForSignIn: true},
		Notice:    state.Notice{Kind: state.NoticeWarn, Text: "Something to know."},
	}
}

// inspected is an inspector with something in each of its parts.
func inspected(now time.Time) state.InspectorPage {
	part := func(v any) string {
		data, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return base64.RawURLEncoding.EncodeToString(data)
	}
	made := map[string]any{"iss": "https://i.example", "sub": "some-person", "exp": now.Add(time.Hour).Unix(), "iat": now.Unix(), "long": strings.Repeat("long text ", 300)}
	for i := range 500 {
		made[fmt.Sprintf("claim%d", i)] = i
	}
	raw := part(map[string]any{"alg": "RS256", "kid": 7}) + "." + part(made) + ".canarysignature"
	view := func() *state.TokenView {
		t := inspect.Read(providers.NewSecret(raw))
		return &state.TokenView{
			Title: "Signed token (JWT)", Raw: providers.NewSecret(raw), Read: t, JWT: true, Header: t.Header, Claims: t.Claims,
			Checks:   []idtoken.Check{{Name: "signature", Outcome: idtoken.Skipped, Reason: "the keys of this issuer are not known here"}},
			IssuedAt: now, ExpiresAt: now.Add(time.Hour),
		}
	}
	p := state.InspectorPage{
		Found: []string{"access_token", "id_token"}, Token: view(), Account: "a", Problem: "The provider does not answer questions about this token.",
		LookUp: "https://login.a-very-long-name-of-an-issuer.example/with/a/path", CanAsk: true, Said: map[string]any{"active": true, "sub": "42"}, Most: 100,
		Before: view(),
	}
	p.Compared = &inspect.Comparison{Gained: []inspect.Difference{{Claim: "acr", After: "2"}}, Changed: []inspect.Difference{{Claim: "exp", Before: 1, After: 2}}, Same: 3, ScopesLost: []string{"files.read"}, Before: 3600, After: 60}
	return p
}

func routes() []state.Route {
	return []state.Route{
		state.RouteStart, state.RouteWelcome, state.RouteAdd, state.RouteFile, state.RouteSetup, state.RouteOptions, state.RouteWaiting, state.RouteDevice,
		state.RouteProblem, state.RouteAccount, state.RouteReceipt, state.RouteQueue, state.RouteSettings, state.RouteLocked, state.RouteVaultSetup,
		state.RouteProtect, state.RouteMove, state.RoutePrograms, state.RouteInspector, state.RouteAbout,
	}
}

// open shows a window with the given state at a size.
func open(t testing.TB, size fyne.Size) (*Window, fyne.Window) {
	t.Helper()
	app := fynetest.NewTempApp(t)
	app.Settings().SetTheme(theme.New(theme.ChoiceLight))
	w, win, end := openIn(app, size)
	t.Cleanup(end)
	return w, win
}

// openIn shows a window of an app, until it is ended.
func openIn(app fyne.App, size fyne.Size) (w *Window, win fyne.Window, end func()) {
	win = app.NewWindow("Claviger")
	store := state.New(context.Background(), state.Services{Clipboard: app.Clipboard()}, func(func()) {}, func(state.State) {})
	w = New(store, win.Canvas(), app.Driver(), nil, widget.Keys{})
	win.SetPadded(false)
	win.SetContent(w.Content())
	win.Resize(size)
	return w, win, func() { store.Close(); win.Close() }
}

// copied is what the clipboard of the window has.
func copied(t *testing.T) string {
	t.Helper()
	return fyne.CurrentApp().Clipboard().Content()
}

func TestEveryPageFitsTheLeastWindow(t *testing.T) {
	least := fyne.NewSize(720, 520)
	w, win := open(t, least)
	check := func(what string) {
		win.Resize(least)
		if m := w.Content().MinSize(); m.Width > least.Width || m.Height > least.Height {
			t.Errorf("%s needs %v", what, m)
		}
	}
	for _, r := range routes() {
		st := sample()
		st.Route = r
		w.Render(st)
		check(string(r))
		w.Render(st) // once more: rows are reused
	}
	for _, tab := range state.Tabs() {
		for _, asked := range []bool{false, true} {
			st := sample()
			st.Route, st.Tab, st.Try = state.RouteAccount, tab, tried(t)
			if !asked {
				st.SignOut = nil
			}
			w.Render(st)
			check("account, " + string(tab))
		}
	}
}

func TestEveryRouteHasAPage(t *testing.T) {
	w, _ := open(t, fyne.NewSize(1000, 680))
	for _, r := range routes() {
		if w.page(r) == nil {
			t.Errorf("%s has no page", r)
		}
	}
}

// texts are all words that are drawn.
func texts(win fyne.Window) string { return fynetest.RenderObjectToMarkup(win.Content()) }

func TestTokensAreHiddenUntilAskedFor(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 2000))
	st := sample()
	st.Route, st.Tab, st.SignOut = state.RouteAccount, state.TabTokens, nil
	w.Render(st)
	if s := texts(win); strings.Contains(s, "canary") || strings.Contains(s, "eyJ") {
		t.Error("a hidden token is drawn")
	}
	shown := *st.TokenPage.Access
	shown.Shown = true
	st.TokenPage.Access = &shown
	w.Render(st)
	if s := texts(win); !strings.Contains(s, "canaryopaque") {
		t.Error("a token that was asked for is not drawn")
	}
	st.TokenPage.Access.Shown = false
	w.Render(st)
	if s := texts(win); strings.Contains(s, "canary") {
		t.Error("the token stays after hiding")
	}
}

func TestLockedPageDrawsNoAccount(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 680))
	st := sample()
	st.Route = state.RouteAccount
	w.Render(st)
	if !strings.Contains(texts(win), "Maximiliane") {
		t.Fatal("the account is not drawn")
	}
	w.Render(state.State{Route: state.RouteLocked, Now: st.Now})
	if strings.Contains(texts(win), "Maximiliane") {
		t.Error("the account is still drawn")
	}
}

func TestThousandsOfGroupsDrawFewRows(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 680))
	st := sample()
	st.Route, st.Tab, st.SignOut = state.RouteAccount, state.TabGroups, nil
	w.Render(st)
	s := texts(win)
	if !strings.Contains(s, "Group 0") || strings.Contains(s, "Group 4000") {
		t.Error("not only the visible rows are drawn")
	}
	if !strings.Contains(s, "5000") {
		t.Error("the count is missing")
	}
	st.Groups = state.FilterGroups(st.Accounts[0].Groups, "4999")
	st.GroupFilter = "4999"
	w.Render(st)
	if s := texts(win); !strings.Contains(s, "Group 4999") || strings.Contains(s, "Group 12") {
		t.Error("the filter is not drawn")
	}
}

func TestThePageFollowsTheKeyboard(t *testing.T) {
	w, win := open(t, fyne.NewSize(720, 520))
	st := sample()
	st.Route = state.RouteSetup
	w.Render(st)
	win.Resize(fyne.NewSize(720, 520))
	s := w.pages[state.RouteSetup].(*setup)
	win.Canvas().Focus(s.save)
	at := w.driver.AbsolutePositionForObject(s.save)
	if at.Y < 0 || at.Y+s.save.Size().Height > 520 {
		t.Errorf("what has the keyboard lies at %v", at)
	}
}

func TestTheWheelScrollsThePageOverClaims(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 680))
	st := sample()
	st.Route, st.Tab, st.SignOut = state.RouteAccount, state.TabTokens, nil
	w.Render(st)
	tok := w.pages[state.RouteAccount].(*account).tabs[state.TabTokens].(*tokens)
	tok.page.ScrollTo(tok.id.object)
	claims := w.driver.AbsolutePositionForObject(tok.id.claims)
	before := claims.Y
	fynetest.Scroll(win.Canvas(), claims.AddXY(20, 5), 0, -50)
	if after := w.driver.AbsolutePositionForObject(tok.id.claims).Y; after >= before {
		t.Errorf("the claims lay at %v and lie at %v", before, after)
	}
}
