package state

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/register"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/auth/tryit"
	"github.com/claviger/claviger/internal/asking"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
	"github.com/claviger/claviger/vault"
)

// queue stands for the UI goroutine: posts wait until the test drains them.
type queue struct {
	mu sync.Mutex
	f  []func()
}

func (q *queue) post(f func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.f = append(q.f, f)
}

// settle lets all goroutines come to rest and runs what they posted.
func (q *queue) settle() {
	for {
		synctest.Wait()
		q.mu.Lock()
		f := q.f
		q.f = nil
		q.mu.Unlock()
		if len(f) == 0 {
			return
		}
		for _, g := range f {
			g()
		}
	}
}

type fakeAgent struct {
	// inspectErr comes with what Inspect could decode.
	inspectErr error

	mu       sync.Mutex
	list     []*auth.Account
	err      error
	changes  chan struct{}
	checked  []string
	pressed  []bool // whether a person asked for the accounts, of each time
	quiet    []bool // whether no one may be asked for what they need
	check    func(ctx context.Context, id string) error
	refresh  func(ctx context.Context, id string) error
	token    auth.Token
	tokenErr error
	history  map[string][]history.Entry
	handed   []string
	receipt  auth.Receipt
	waiting  []auth.Waiting
	receipts []*auth.Receipt
	cleared  bool
	retry    func(ctx context.Context) error
	outErr   error
	outs     []auth.SignOutOptions
	picture  func(id string) []byte

	// gone are the accounts that were signed out and can be brought back.
	gone        map[string]*auth.Account
	undoErr     error
	finished    []string
	described   []string
	describeErr error

	// What the inspector asked for.
	examined, introspected []string
	lookedUp               []providers.Secret
}

func (f *fakeAgent) Accounts(ctx context.Context) ([]*auth.Account, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, pressed := asking.PressedAt(ctx)
	f.pressed, f.quiet = append(f.pressed, pressed), append(f.quiet, asking.IsQuiet(ctx))
	return append([]*auth.Account(nil), f.list...), f.err
}

func (f *fakeAgent) Watch(ctx context.Context) <-chan struct{} {
	out := make(chan struct{})
	go func() {
		defer close(out)
		for {
			select {
			case <-ctx.Done():
				return
			case <-f.changes:
				select {
				case out <- struct{}{}:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	return out
}

func (f *fakeAgent) Picture(_ context.Context, id string) ([]byte, error) {
	if f.picture != nil {
		return f.picture(id), nil
	}
	return []byte("picture of " + id), nil
}

func (f *fakeAgent) SignOut(_ context.Context, id string, o auth.SignOutOptions) (*auth.Receipt, error) {
	f.mu.Lock()
	f.outs = append(f.outs, o)
	f.mu.Unlock()
	if f.outErr != nil {
		return nil, f.outErr
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, a := range f.list {
		if a.ID == id {
			f.list = append(f.list[:i:i], f.list[i+1:]...)
			f.putAside(a)
			break
		}
	}
	r := f.receipt
	if o.Undo > 0 {
		r.Undo = time.Now().Add(o.Undo)
	}
	return &r, nil
}

func (f *fakeAgent) Token(context.Context, string, time.Duration) (*auth.Token, error) {
	t := f.token
	return &t, f.tokenErr
}

func (f *fakeAgent) Stored(context.Context, string) (*auth.Token, error) {
	t := f.token
	return &t, f.tokenErr
}

func (f *fakeAgent) Inspect(_ context.Context, _ string, t providers.Secret) (*auth.Inspection, error) {
	if !strings.HasPrefix(t.Reveal(), "eyJ") {
		return &auth.Inspection{Format: "opaque"}, nil
	}
	return &auth.Inspection{Format: "jwt", Claims: map[string]any{"sub": "42", "exp": float64(time.Now().Add(time.Hour).Unix())}}, f.inspectErr
}

func (f *fakeAgent) Examine(_ context.Context, id string, t providers.Secret) (*auth.Inspection, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.examined = append(f.examined, id)
	if f.tokenErr != nil {
		return nil, f.tokenErr
	}
	return &auth.Inspection{Format: "jwt", Checks: []idtoken.Check{{Name: "signature", Outcome: idtoken.Passed, Reason: "by " + id}}}, nil
}

func (f *fakeAgent) LookUp(_ context.Context, t providers.Secret) (*auth.Inspection, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lookedUp = append(f.lookedUp, t)
	return &auth.Inspection{Format: "jwt", Checks: []idtoken.Check{{Name: "signature", Outcome: idtoken.Passed, Reason: "looked up"}}}, f.tokenErr
}

func (f *fakeAgent) Introspect(_ context.Context, id string, t providers.Secret) (map[string]any, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.introspected = append(f.introspected, id)
	return map[string]any{"active": true}, f.tokenErr
}

func (f *fakeAgent) TakeHistory(_ context.Context, id string) ([]history.Entry, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return nil, f.err
	}
	list := f.history[id]
	delete(f.history, id)
	return list, nil
}

func (f *fakeAgent) RestoreHistory(_ context.Context, id string, entries []history.Entry) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.history[id] = append(entries, f.history[id]...)
	}
	return f.err
}

func (f *fakeAgent) putAside(a *auth.Account) {
	if f.gone == nil {
		f.gone = map[string]*auth.Account{}
	}
	f.gone[a.ID] = a
}

func (f *fakeAgent) UndoSignOut(_ context.Context, id string) (*auth.Account, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.undoErr != nil {
		return nil, f.undoErr
	}
	a := f.gone[id]
	if a == nil {
		return nil, auth.ErrTooLate
	}
	delete(f.gone, id)
	f.list = append(f.list, a)
	return a, nil
}

func (f *fakeAgent) FinishSignOut(ctx context.Context, id string) (*auth.Receipt, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.gone, id)
	f.finished = append(f.finished, id)
	return nil, ctx.Err()
}

func (f *fakeAgent) Describe(_ context.Context, id string, change func(*auth.Description)) (*auth.Account, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.describeErr != nil {
		return nil, f.describeErr
	}
	for i, a := range f.list {
		if a.ID == id {
			c := *a
			change(&c.Description)
			f.list[i] = &c
			f.described = append(f.described, id)
			return &c, nil
		}
	}
	return nil, auth.ErrNoAccount
}

func (f *fakeAgent) History(_ context.Context, id string) ([]history.Entry, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return nil, f.err
	}
	return f.history[id], nil
}

func (f *fakeAgent) WaitingOf(context.Context, []*auth.Account) ([]auth.Waiting, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.waiting, f.err
}

func (f *fakeAgent) RetryNow(ctx context.Context) error {
	if f.retry == nil {
		return nil
	}
	return f.retry(ctx)
}

func (f *fakeAgent) Receipts(context.Context) ([]*auth.Receipt, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.receipts, nil
}

func (f *fakeAgent) ClearReceipts(_ context.Context, pending bool) (auth.ClearedReceipts, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	taken := f.receipts
	f.receipts, f.cleared = nil, !pending
	return auth.ClearedReceipts{Count: len(taken), Restore: func(context.Context) error {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.receipts = append(f.receipts, taken...)
		return nil
	}}, nil
}

func (f *fakeAgent) Handed(t *auth.Token, kind history.TokenKind, to string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.handed = append(f.handed, t.AccountID+" "+string(kind)+" "+to)
}

func (f *fakeAgent) Refresh(ctx context.Context, id string) (*auth.Account, error) {
	if f.refresh == nil {
		return nil, nil
	}
	return nil, f.refresh(ctx, id)
}

func (f *fakeAgent) Check(ctx context.Context, id string) (*auth.Account, error) {
	f.mu.Lock()
	f.checked = append(f.checked, id)
	f.mu.Unlock()
	if f.check == nil {
		return nil, nil
	}
	return nil, f.check(ctx, id)
}

type fakeCatalog struct {
	list []*providers.Provider
	bad  []error
}

func (f *fakeCatalog) All() []*providers.Provider { return f.list }
func (f *fakeCatalog) Problems() []error          { return f.bad }

func (f *fakeCatalog) Lookup(id string) (*providers.Provider, bool) {
	for _, p := range f.list {
		if p.ID == id {
			c := *p
			return &c, true
		}
	}
	return nil, false
}

func (f *fakeCatalog) Configure(id, clientID string, variables map[string]string) error {
	for _, p := range f.list {
		if p.ID == id {
			p.Client.ID = clientID
			for k, v := range variables {
				x := p.Variables[k]
				x.Value = v
				p.Variables[k] = x
			}
			return nil
		}
	}
	return providers.ErrUnknown
}

type fakeVault struct {
	mu         sync.Mutex
	status     vault.Status
	passphrase string
	// used counts the calls of Used.
	used int
	// moved is what was exported last, and its passphrase.
	moved, movedWith string
	// halfway runs in the middle of Setup: the key is made, not yet open.
	halfway func()
	// late runs when a status was read, before it is returned.
	late func()
}

func (f *fakeVault) Status(context.Context) (vault.Status, error) {
	f.mu.Lock()
	status, late := f.status, f.late
	f.mu.Unlock()
	if late != nil {
		late()
	}
	return status, nil
}

func (f *fakeVault) Setup(_ context.Context, passphrase string) error {
	f.mu.Lock()
	f.passphrase, f.status.Protection, f.status.Locked = passphrase, vault.Passphrase, true
	f.mu.Unlock()
	if f.halfway != nil {
		f.halfway()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.status.Locked = false
	return nil
}

func (f *fakeVault) Unlock(_ context.Context, passphrase string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.status.Protection.NeedsPassphrase() && passphrase != f.passphrase {
		return vault.ErrWrongPassphrase
	}
	f.status.Locked = false
	return nil
}

func (f *fakeVault) Lock(context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.status.Locked = true
	return nil
}

func (f *fakeVault) Protect(_ context.Context, p vault.Protection, passphrase string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if p.UsesKeyring() && f.status.KeyringProblem != "" {
		return vault.ErrNoKeyring
	}
	f.status.Protection, f.passphrase = p, passphrase
	return nil
}

func (f *fakeVault) LockAfter(_ context.Context, after time.Duration) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.status.LockAfter = int64(after / time.Second)
	return nil
}

func (f *fakeVault) Used() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.used++
}

func (f *fakeVault) uses() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.used
}

func (f *fakeVault) Export(_ context.Context, w io.Writer, passphrase string) (vault.ExportReport, error) {
	f.movedWith = passphrase
	_, err := io.WriteString(w, f.moved)
	return vault.ExportReport{Records: 2}, err
}

func (f *fakeVault) Import(ctx context.Context, r io.Reader, passphrase string, o vault.ImportOptions) (vault.ImportReport, error) {
	data, err := io.ReadAll(r)
	switch {
	case err != nil:
		return vault.ImportReport{}, err
	case passphrase != f.movedWith:
		return vault.ImportReport{}, vault.ErrWrongPassphrase
	case string(data) != f.moved:
		return vault.ImportReport{}, vault.ErrExport
	}
	if err := o.Agree(ctx, o.Rules.Review([]vault.Incoming{{Name: "a", Data: data}})); err != nil {
		return vault.ImportReport{}, err
	}
	if err := o.Before(ctx); err != nil {
		return vault.ImportReport{}, err
	}
	report := vault.ImportReport{Added: []string{"a", "b"}, Kept: []string{"c"}}
	if o.Replace {
		report.Replaced, report.Kept = report.Kept, nil
	}
	return report, nil
}

type fakeClipboard struct{ text string }

func (f *fakeClipboard) Content() string        { return f.text }
func (f *fakeClipboard) SetContent(text string) { f.text = text }

// fakeAttempt is a sign-in that ends when the test says so.
type fakeAttempt struct {
	end      chan error
	account  *auth.Account
	canceled chan struct{}
	once     sync.Once
	pasted   string
}

func newAttempt(a *auth.Account) *fakeAttempt {
	return &fakeAttempt{end: make(chan error, 1), account: a, canceled: make(chan struct{})}
}

func (f *fakeAttempt) URL() string { return "http://provider/authorize?new" }

func (f *fakeAttempt) OpenBrowser(context.Context) error { return auth.ErrNoBrowser }

func (f *fakeAttempt) Paste(address string) error {
	f.pasted = address
	if !strings.HasPrefix(address, "http") {
		return auth.ErrPasted
	}
	f.end <- nil
	return nil
}

func (f *fakeAttempt) Cancel() { f.once.Do(func() { close(f.canceled) }) }

func (f *fakeAttempt) Wait(ctx context.Context) (*auth.Account, error) {
	select {
	case err := <-f.end:
		if err != nil && !errors.Is(err, auth.ErrNotStored) {
			return nil, err
		}
		return f.account, err
	case <-ctx.Done():
		return nil, auth.ErrCanceled
	}
}

// rig is a store with fakes around it.
type rig struct {
	*Store
	q        *queue
	agent    *fakeAgent
	catalog  *fakeCatalog
	vault    *fakeVault
	brings   func() (says, asks []string)
	clip     *fakeClipboard
	attempts chan *fakeAttempt
	requests []auth.SignInRequest
	observe  func(trace.Event)
	renders  int
	desk     *fakeDesk
}

func newRig(t *testing.T, change ...func(*rig)) *rig {
	t.Helper()
	r := &rig{
		q:        &queue{},
		agent:    &fakeAgent{changes: make(chan struct{})},
		catalog:  &fakeCatalog{list: []*providers.Provider{demo(), blank()}},
		vault:    &fakeVault{status: vault.Status{Keyring: "Test", Protection: vault.Keyring}},
		clip:     &fakeClipboard{},
		attempts: make(chan *fakeAttempt, 4),
	}
	for _, c := range change {
		c(r)
	}
	if r.desk == nil {
		r.desk = &fakeDesk{answer: ok, page: tryit.Page{Own: []string{"https://a.example"}}}
	}
	sv := Services{
		Try:      r.desk,
		Examiner: r.agent,
		Accounts: r.agent, Tokens: r.agent, Renewer: r.agent, History: r.agent, Queue: r.agent, Undoer: r.agent, Describer: r.agent, Catalog: r.catalog, Vault: r.vault, Guard: r.vault, Mover: r.vault, Clipboard: r.clip,
		SignIn: func(ctx context.Context, req auth.SignInRequest) (Flow, error) {
			r.requests = append(r.requests, req)
			r.observe = req.Observe
			select {
			case a := <-r.attempts:
				f := Flow{
					URL: "http://provider/authorize", RedirectURI: "http://127.0.0.1:1/callback",
					Deadline: time.Now().Add(5 * time.Minute), Attempt: a,
				}
				if req.Device {
					f.Device = &oauth.DeviceCode{UserCode: "ABCD-EFGH", ExpiresAt: f.Deadline}
				}
				return f, nil
			case <-ctx.Done():
				return Flow{}, auth.ErrCanceled
			}
		},
		Explain: func(err error, _ *providers.Provider, _ string) problem.Problem {
			return problem.Problem{Kind: problem.KindFailed, Title: "Words for " + err.Error()}
		},
		ImportRules: vault.ImportRules{Review: func(in []vault.Incoming) vault.Review {
			found := vault.Review{Records: in}
			if r.brings != nil {
				found.Says, found.Asks = r.brings()
			}
			return found
		}},
		OpenURL:    func(context.Context, string) error { return nil },
		SaveSecret: func(context.Context, string, providers.Secret) error { return nil },
		Registration: func(context.Context, string) (register.Access, error) {
			return register.Access{}, nil
		},
	}
	r.Store = New(t.Context(), sv, r.q.post, func(State) { r.renders++ })
	t.Cleanup(r.Close)
	return r
}

func demo() *providers.Provider {
	return &providers.Provider{
		ID: "demo", Name: "Demo provider", Issuer: "http://127.0.0.1:1",
		Client: providers.Client{ID: "c", SecretUse: "none"},
		Scopes: providers.Scopes{Base: []string{"openid"}, Profile: []string{"profile", "email"}, Groups: []string{"groups"}, Offline: []string{"offline_access"}},
		Groups: []providers.GroupSource{{}}, SignOut: providers.SignOut{Method: "rfc7009"},
	}
}

func blank() *providers.Provider {
	return &providers.Provider{
		ID: "blank", Name: "Blank", Issuer: "https://{tenant}.example",
		Variables: map[string]providers.Variable{"tenant": {Label: "Tenant"}}, Client: providers.Client{Help: "One\n\nTwo\n"},
	}
}

func account(id string) *auth.Account {
	return &auth.Account{
		ID: id, Provider: "demo", ProviderName: "Demo provider", State: auth.StateActive,
		User: identity.User{ID: "u-" + id, Name: "User " + id, Login: id}, Remembered: true, CanRefresh: true,
		ExpiresAt: time.Now().Add(time.Hour), IssuedAt: time.Now(),
	}
}

func withAccounts(ids ...string) func(*rig) {
	return func(r *rig) {
		for _, id := range ids {
			r.agent.list = append(r.agent.list, account(id))
		}
	}
}

func withPassphrase(r *rig) { r.vault.status.Protection = vault.Passphrase }

var errTest = errors.New("test failure")
