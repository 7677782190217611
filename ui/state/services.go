package state

import (
	"context"
	"io"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/probe"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/register"
	"github.com/claviger/claviger/internal/attention"
	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// Accounts lists and watches the signed-in accounts. *auth.Agent is one.
type Accounts interface {
	Accounts(ctx context.Context) ([]*auth.Account, error)
	Watch(ctx context.Context) <-chan struct{}
	Picture(ctx context.Context, id string) ([]byte, error)
	SignOut(ctx context.Context, id string, o auth.SignOutOptions) (*auth.Receipt, error)
}

// TokenSource reads and renews tokens. *auth.Agent is one.
type TokenSource interface {
	Token(ctx context.Context, id string, minTTL time.Duration) (*auth.Token, error)
	Stored(ctx context.Context, id string) (*auth.Token, error)
	Inspect(ctx context.Context, id string, token providers.Secret) (*auth.Inspection, error)
	// Handed notes who was given a token. It does not wait.
	Handed(t *auth.Token, kind history.TokenKind, to string)
}

// Examiner looks at any token. *auth.Agent is one.
type Examiner interface {
	Examine(ctx context.Context, id string, token providers.Secret) (*auth.Inspection, error)
	LookUp(ctx context.Context, token providers.Secret) (*auth.Inspection, error)
	Introspect(ctx context.Context, id string, token providers.Secret) (map[string]any, error)
}

// Historian knows what happened with the accounts. *auth.Agent is one.
type Historian interface {
	History(ctx context.Context, id string) ([]history.Entry, error)
	TakeHistory(ctx context.Context, id string) ([]history.Entry, error)
}

// Renewer asks the provider again. *auth.Agent is one.
type Renewer interface {
	Refresh(ctx context.Context, id string) (*auth.Account, error)
	Check(ctx context.Context, id string) (*auth.Account, error)
}

// Retrier knows what waits for the network, and the receipts of sign-outs.
// *auth.Agent is one.
type Retrier interface {
	WaitingOf(ctx context.Context, accounts []*auth.Account) ([]auth.Waiting, error)
	RetryNow(ctx context.Context) error
	Receipts(ctx context.Context) ([]*auth.Receipt, error)
	ClearReceipts(ctx context.Context, pending bool) (auth.ClearedReceipts, error)
}

// Undoer undoes sign-outs and the clearing of a history. *auth.Agent is one.
type Undoer interface {
	UndoSignOut(ctx context.Context, id string) (*auth.Account, error)
	FinishSignOut(ctx context.Context, id string) (*auth.Receipt, error)
	RestoreHistory(ctx context.Context, id string, entries []history.Entry) error
}

// Describer keeps what the person says of an account. *auth.Agent is one.
type Describer interface {
	Describe(ctx context.Context, id string, change func(*auth.Description)) (*auth.Account, error)
}

// Catalog is the known providers. *providers.Set is one.
type Catalog interface {
	All() []*providers.Provider
	Lookup(id string) (*providers.Provider, bool)
	Problems() []error
	Configure(id, clientID string, variables map[string]string) error
}

// OwnProviders are the person's own provider files. *providers.Set has them.
type OwnProviders interface {
	Add(data []byte) (*providers.Provider, error)
	Text(id string) ([]byte, error)
	Replace(id string, was, data []byte) (*providers.Provider, error)
	Remove(id string) error
}

// Vault keeps remembered accounts. *vault.Vault is one.
type Vault interface {
	Status(ctx context.Context) (vault.Status, error)
	Setup(ctx context.Context, passphrase string) error
	Unlock(ctx context.Context, passphrase string) error
	Lock(ctx context.Context) error
}

// Guard changes what it takes to open the vault. *vault.Vault is one.
type Guard interface {
	Protect(ctx context.Context, p vault.Protection, passphrase string) error
	LockAfter(ctx context.Context, after time.Duration) error
	// Used says that the person is there.
	Used()
}

// Mover takes the vault's records to another computer. *vault.Vault is one.
type Mover interface {
	Export(ctx context.Context, w io.Writer, passphrase string) (vault.ExportReport, error)
	Import(ctx context.Context, r io.Reader, passphrase string, o vault.ImportOptions) (vault.ImportReport, error)
}

// Clipboard is the system's clipboard. It is used on the UI goroutine only.
type Clipboard interface {
	Content() string
	SetContent(text string)
}

// Attempt acts on a sign-in under way. *auth.Flow is one.
type Attempt interface {
	// URL is the link for a browser; it is another one after an event of phase
	// [trace.Renewed].
	URL() string
	OpenBrowser(ctx context.Context) error
	Paste(address string) error
	Cancel()
	Wait(ctx context.Context) (*auth.Account, error)
}

// Flow is a sign-in under way: what is to be shown of it and how to act on it.
type Flow struct {
	URL         string
	RedirectURI string
	// Device is the code to type in, nil for a sign-in in this browser.
	Device   *oauth.DeviceCode
	Deadline time.Time
	Attempt
}

// Services are what the store works with. All are required unless said
// otherwise.
type Services struct {
	Accounts  Accounts
	Tokens    TokenSource
	Examiner  Examiner
	Renewer   Renewer
	History   Historian
	Queue     Retrier
	Undoer    Undoer
	Describer Describer
	// Try, if set, sends requests with accounts' tokens.
	Try       Trier
	Catalog   Catalog
	Own       OwnProviders
	Vault     Vault
	Guard     Guard
	Mover     Mover
	Clipboard Clipboard
	// SignIn starts a sign-in. It may ask the network.
	SignIn func(ctx context.Context, r auth.SignInRequest) (Flow, error)
	// Metadata, if set, reads a provider's endpoints ahead of a sign-in.
	Metadata func(ctx context.Context, providerID string) (*providers.Metadata, error)
	// Discover reads what an issuer publishes of itself, trusting the
	// certificates in caFile too, if it is not "".
	Discover func(ctx context.Context, issuer, caFile string) (*providers.Metadata, error)
	// Explain turns an error into words; it is problem.Explain.
	Explain func(err error, p *providers.Provider, redirectURI string) problem.Problem
	// ExplainPage puts a pasted page that shows an error into words; it is
	// problem.Page.
	ExplainPage func(text string, p *providers.Provider, redirectURI string) problem.Problem
	// OpenURL opens a page in the browser.
	OpenURL func(ctx context.Context, url string) error
	// SaveSecret keeps a provider's client secret in the vault.
	SaveSecret func(ctx context.Context, providerID string, secret providers.Secret) error
	// MoveSecret, if set, makes the provider's current servers the home of its client
	// secret: the person said that it moved.
	MoveSecret func(ctx context.Context, providerID string) error
	// Register has the issuer that publishes m register this app; Deregister
	// deletes such a registration.
	Register   func(ctx context.Context, m *providers.Metadata, r register.Request) (*register.Registration, error)
	Deregister func(ctx context.Context, access register.Access) error
	// SaveRegistration keeps the access to a provider's registration in the
	// vault, an empty one removes it; Registration reads it.
	SaveRegistration func(ctx context.Context, providerID string, access register.Access) error
	Registration     func(ctx context.Context, providerID string) (register.Access, error)
	// ImportRules say what of an export may be stored.
	ImportRules vault.ImportRules
	// Probe, if set, tests a provider and reports each check.
	Probe func(ctx context.Context, providerID string, observe func(probe.Check)) (*probe.Result, error)
	// Announce, if set, says that a program waits for an answer, until done is called.
	Announce func(e attention.Event) (done func(answered bool))
	// Consent, if set, keeps which programs may have tokens.
	Consent consent.Store
	// SettingsPath is the file of the settings, LastPath that of the account that
	// was open last; "" keeps them in memory.
	SettingsPath string
	LastPath     string
	// WindowPath is the file of the window's size; "" keeps none.
	WindowPath string
	// Quit ends the program; AskQuit asks first, if something typed would be lost.
	Quit, AskQuit func()
	// Report, if set, makes a text for a bug report about an account.
	Report func(ctx context.Context, account string) (string, error)
	// Search puts the keyboard into the search of the accounts.
	Search func()
	// Pointed, if set, is the account in the list that the keyboard is on, "" if none.
	Pointed func() string
	// Tray, if set, reports whether the desktop has a tray; it may take a moment.
	Tray func(ctx context.Context) bool
	// ShowTray, if set, shows a menu in the tray.
	ShowTray func(TrayMenu)
	// Build says which program this is.
	Build Build
	// OpenFolder, if set, shows a folder in the desktop's file manager.
	OpenFolder func(path string) error
	// LogIn, if set, starts the program when the person logs in.
	LogIn LogIn
	// CloseWindow does what the window's cross does.
	CloseWindow func()
	// Notify, if set, sends a notification of the desktop.
	Notify func(title, text string)
	// CallBack, if set, calls the person back to the window, who is in the browser.
	CallBack func(title, text string)
	// Now is the clock; nil is [time.Now].
	Now func() time.Time
}

// Starter is an [auth.Agent] as far as sign-ins go.
type Starter interface {
	Start(ctx context.Context, r auth.SignInRequest) (*auth.Flow, error)
}

// SignInWith makes the SignIn service of an agent.
func SignInWith(a Starter) func(context.Context, auth.SignInRequest) (Flow, error) {
	return func(ctx context.Context, r auth.SignInRequest) (Flow, error) {
		f, err := a.Start(ctx, r)
		if err != nil {
			return Flow{}, err
		}
		return Flow{
			URL:         f.URL(),
			RedirectURI: f.RedirectURI(),
			Device:      f.Device(),
			Deadline:    f.Deadline(),
			Attempt:     f,
		}, nil
	}
}
