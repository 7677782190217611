package ui

import (
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	fynetest "fyne.io/fyne/v2/test"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/vault"
)

// queue keeps what is posted until the test, which stands for the UI
// goroutine, runs it.
type queue struct {
	mu   sync.Mutex
	f    []func()
	wake chan struct{}
}

func (q *queue) post(f func()) {
	q.mu.Lock()
	q.f = append(q.f, f)
	q.mu.Unlock()
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// until runs what is posted until the condition holds.
func (q *queue) until(t *testing.T, what string, done func() bool) {
	t.Helper()
	limit := time.After(10 * time.Second)
	for {
		q.mu.Lock()
		f := q.f
		q.f = nil
		q.mu.Unlock()
		for _, g := range f {
			g()
		}
		if done() {
			return
		}
		if len(f) > 0 {
			continue
		}
		select {
		case <-q.wake:
		case <-limit:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// fake is an agent, a catalogue, a vault and an attempt in one.
type fake struct {
	mu     sync.Mutex
	list   []*auth.Account
	answer chan error
	locked bool
	clip   string
}

func (f *fake) Accounts(context.Context) ([]*auth.Account, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]*auth.Account(nil), f.list...), nil
}

func (f *fake) Watch(ctx context.Context) <-chan struct{} {
	c := make(chan struct{})
	context.AfterFunc(ctx, func() { close(c) })
	return c
}
func (f *fake) Picture(context.Context, string) ([]byte, error) { return nil, nil }
func (f *fake) SignOut(context.Context, string, auth.SignOutOptions) (*auth.Receipt, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = nil
	return &auth.Receipt{Forgotten: auth.Result{Outcome: "done"}}, nil
}

func (f *fake) Token(context.Context, string, time.Duration) (*auth.Token, error) {
	return &auth.Token{AccessToken: providers.NewSecret("canary")}, nil
}

func (f *fake) Stored(ctx context.Context, id string) (*auth.Token, error) {
	return f.Token(ctx, id, 0)
}

func (*fake) WaitingOf(context.Context, []*auth.Account) ([]auth.Waiting, error) { return nil, nil }
func (*fake) RetryNow(context.Context) error                                     { return nil }
func (*fake) Receipts(context.Context) ([]*auth.Receipt, error)                  { return nil, nil }
func (*fake) ClearReceipts(context.Context, bool) (auth.ClearedReceipts, error) {
	return auth.ClearedReceipts{}, nil
}

func (*fake) Handed(*auth.Token, history.TokenKind, string) {}

func (*fake) TakeHistory(context.Context, string) ([]history.Entry, error) { return nil, nil }
func (*fake) History(context.Context, string) ([]history.Entry, error)     { return nil, nil }

func (f *fake) Inspect(context.Context, string, providers.Secret) (*auth.Inspection, error) {
	return &auth.Inspection{Format: "opaque"}, nil
}
func (f *fake) Refresh(context.Context, string) (*auth.Account, error) { return nil, nil }
func (f *fake) Check(context.Context, string) (*auth.Account, error)   { return nil, nil }

func (f *fake) All() []*providers.Provider { return []*providers.Provider{f.provider()} }
func (f *fake) Lookup(id string) (*providers.Provider, bool) {
	return f.provider(), id == "demo"
}
func (f *fake) Problems() []error                                 { return nil }
func (f *fake) Configure(string, string, map[string]string) error { return nil }

func (f *fake) provider() *providers.Provider {
	return &providers.Provider{
		ID: "demo", Name: "Demo", Issuer: "http://127.0.0.1:1",
		Client: providers.Client{ID: "c", SecretUse: "none"}, Scopes: providers.Scopes{Base: []string{"openid"}},
	}
}

func (f *fake) Status(context.Context) (vault.Status, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return vault.Status{Protection: vault.Both, Keyring: "Test", Locked: f.locked}, nil
}
func (f *fake) Setup(context.Context, string) error  { return nil }
func (f *fake) Unlock(context.Context, string) error { return f.setLocked(false) }
func (f *fake) Lock(context.Context) error           { return f.setLocked(true) }

func (f *fake) Protect(context.Context, vault.Protection, string) error { return nil }
func (f *fake) LockAfter(context.Context, time.Duration) error          { return nil }
func (f *fake) Used()                                                   {}

func (f *fake) Export(context.Context, io.Writer, string) (vault.ExportReport, error) {
	return vault.ExportReport{}, nil
}

func (f *fake) Import(context.Context, io.Reader, string, vault.ImportOptions) (vault.ImportReport, error) {
	return vault.ImportReport{}, nil
}

func (f *fake) setLocked(on bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.locked = on
	return nil
}

func (f *fake) setState(s auth.State) {
	f.mu.Lock()
	defer f.mu.Unlock()
	a := *f.list[0]
	a.State = s
	f.list = []*auth.Account{&a}
}

func (f *fake) Content() string        { return f.clip }
func (f *fake) SetContent(text string) { f.clip = text }

func (f *fake) URL() string { return "http://x" }

func (f *fake) OpenBrowser(context.Context) error { return nil }
func (f *fake) Paste(string) error                { return nil }
func (f *fake) Cancel()                           {}

func (f *fake) Wait(ctx context.Context) (*auth.Account, error) {
	select {
	case err := <-f.answer:
		if err != nil {
			return nil, err
		}
	case <-ctx.Done():
		return nil, auth.ErrCanceled
	}
	a := &auth.Account{
		ID: "a", Provider: "demo", ProviderName: "Demo", State: auth.StateActive, Remembered: true,
		User: identity.User{ID: "1", Name: "Mira Osei"},
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = []*auth.Account{a}
	return a, nil
}

func openWindow(t *testing.T, change ...func(*state.Services)) (*window, *fake, *queue) {
	t.Helper()
	f := &fake{answer: make(chan error)}
	q := &queue{wake: make(chan struct{}, 1)}
	app := fynetest.NewTempApp(t)
	sv := state.Services{
		Accounts: f, Tokens: f, History: f, Queue: f, Renewer: f, Catalog: f, Vault: f, Guard: f, Mover: f, Clipboard: f,
		SignIn: func(context.Context, auth.SignInRequest) (state.Flow, error) {
			return state.Flow{URL: "http://x", RedirectURI: "http://127.0.0.1:1/callback", Deadline: time.Now().Add(time.Minute), Attempt: f}, nil
		},
		Explain: problem.Explain,
	}
	for _, c := range change {
		c(&sv)
	}
	w := newWindow(t.Context(), app, sv, q.post)
	t.Cleanup(w.store.Close)
	t.Cleanup(w.window.Close)
	w.store.Start()
	q.until(t, "the first page", func() bool { return w.store.State().Route == state.RouteWelcome })
	return w, f, q
}

// press sends a key to what is focused.
func press(w *window, name fyne.KeyName) {
	c := w.window.Canvas()
	if f := c.Focused(); f != nil {
		if k, ok := f.(desktop.Keyable); ok {
			k.KeyDown(&fyne.KeyEvent{Name: name})
		}
		f.TypedKey(&fyne.KeyEvent{Name: name})
		return
	}
	c.OnTypedKey()(&fyne.KeyEvent{Name: name})
}

// shortcut sends a shortcut as the desktop does: to what is focused, if
// that takes any, else to the window.
func shortcut(w *window, key fyne.KeyName) {
	var s fyne.Shortcut = &desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault}
	if key == fyne.KeyZ {
		s = &fyne.ShortcutUndo{}
	}
	if f, ok := w.window.Canvas().Focused().(fyne.Shortcutable); ok {
		f.TypedShortcut(s)
		return
	}
	w.shortcut(s) // the test canvas keeps no shortcuts
}

func (w *window) drawn() string { return fynetest.RenderObjectToMarkup(w.window.Content()) }

func TestSignInByKeyboard(t *testing.T) {
	w, f, q := openWindow(t)
	if w.window.Title() != "Claviger" {
		t.Errorf("title %q", w.window.Title())
	}
	press(w, fyne.KeyReturn) // Try it
	if r := w.store.State().Route; r != state.RouteOptions {
		t.Fatalf("after choosing the demo: %s", r)
	}
	press(w, fyne.KeyReturn) // Sign in with your browser
	q.until(t, "the link", func() bool { return w.store.State().Flow.URL != "" })
	if !strings.Contains(w.drawn(), "Continue in your browser") {
		t.Error("the waiting page is not drawn")
	}
	f.answer <- nil
	q.until(t, "the account", func() bool { return w.store.State().Route == state.RouteAccount })
	if !strings.Contains(w.drawn(), "Mira Osei") {
		t.Error("the account is not drawn")
	}
}

func TestEscapeCancelsFromAFocusedButton(t *testing.T) {
	w, _, q := openWindow(t)
	press(w, fyne.KeyReturn)
	press(w, fyne.KeyReturn)
	q.until(t, "the link", func() bool { return w.store.State().Flow.URL != "" })
	press(w, fyne.KeyEscape)
	if r := w.store.State().Route; r != state.RouteOptions {
		t.Errorf("after Escape: %s", r)
	}
}

func TestShortcuts(t *testing.T) {
	w, f, q := openWindow(t)
	shortcut(w, fyne.KeyComma)
	if r := w.store.State().Route; r != state.RouteSettings {
		t.Fatalf("Ctrl+comma leads to %s", r)
	}
	shortcut(w, fyne.KeyF)
	if _, ok := w.window.Canvas().Focused().(fyne.Shortcutable); !ok {
		t.Fatal("Ctrl+F does not lead into the search")
	}
	// From inside a text field, which takes shortcuts for itself.
	shortcut(w, fyne.KeyN)
	if r := w.store.State().Route; r != state.RouteWelcome {
		t.Errorf("Ctrl+N leads to %s", r)
	}
	shortcut(w, fyne.KeyL)
	q.until(t, "the lock", func() bool { s, _ := f.Status(t.Context()); return s.Locked })
	for _, key := range []fyne.KeyName{fyne.KeyN, fyne.KeyComma, fyne.KeyR, fyne.KeyK} {
		shortcut(w, key)
		if r := w.store.State().Route; r != state.RouteLocked {
			t.Fatalf("%s leads from the lock to %s", key, r)
		}
	}
	w.window.Canvas().Focused().TypedRune('x')
	press(w, fyne.KeyReturn)
	q.until(t, "unlocking", func() bool { return w.store.State().Route != state.RouteLocked })
}

// TestEscapeInANarrowWindowLeadsToTheList goes from a page to where Escape has nothing to
// end, then to the list of accounts and back.
func TestEscapeInANarrowWindowLeadsToTheList(t *testing.T) {
	w, _, _ := openWindow(t)
	w.window.Resize(fyne.NewSize(420, 800))
	shortcut(w, fyne.KeyComma)
	press(w, fyne.KeyEscape)
	if r := w.store.State().Route; r != state.RouteWelcome {
		t.Fatalf("Escape leads from the settings to %s", r)
	}
	const inList, inPage = "Accounts you sign in to appear here.", "Try it"
	press(w, fyne.KeyEscape)
	if s := w.drawn(); !strings.Contains(s, inList) || strings.Contains(s, inPage) {
		t.Error("Escape does not lead to the list")
	}
	press(w, fyne.KeyEscape)
	if s := w.drawn(); strings.Contains(s, inList) || !strings.Contains(s, inPage) {
		t.Error("Escape does not lead back to the page")
	}
	shortcut(w, fyne.KeyF)
	if !strings.Contains(w.drawn(), inList) {
		t.Error("Ctrl+F does not lead to the list")
	}
	shortcut(w, fyne.KeyN)
	if s := w.drawn(); strings.Contains(s, inList) || !strings.Contains(s, inPage) {
		t.Error("Ctrl+N does not lead to the page")
	}
}
