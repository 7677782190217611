package state

import (
	"slices"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
	"github.com/claviger/claviger/vault"
)

// Route names the page that is shown.
type Route string

// The routes.
const (
	// RouteStart is the short moment before the vault was read.
	RouteStart Route = "start"
	// RouteWelcome has the cards of the providers.
	RouteWelcome Route = "welcome"
	// RouteSetup asks for what a provider still needs.
	RouteSetup Route = "setup"
	// RouteAdd asks for a new provider.
	RouteAdd Route = "add"
	// RouteFile shows a provider's file.
	RouteFile Route = "file"
	// RouteOptions asks what a sign-in should ask for.
	RouteOptions Route = "options"
	// RouteWaiting shows a sign-in in the browser.
	RouteWaiting Route = "waiting"
	// RouteDevice shows a sign-in with a code.
	RouteDevice Route = "device"
	// RouteProblem shows why a sign-in stopped.
	RouteProblem Route = "problem"
	// RouteAccount shows an account.
	RouteAccount Route = "account"
	// RouteReceipt shows what a sign-out did.
	RouteReceipt Route = "receipt"
	// RouteQueue shows what waits for the network and the receipts of sign-outs.
	RouteQueue Route = "queue"
	// RouteSettings shows the settings.
	RouteSettings Route = "settings"
	// RouteLocked asks to unlock the vault.
	RouteLocked Route = "locked"
	// RouteVaultSetup asks how to protect a new vault without a keyring.
	RouteVaultSetup Route = "vault-setup"
	// RouteProtect asks what it shall take to open the vault.
	RouteProtect Route = "protect"
	// RouteMove takes the accounts to another computer and here.
	RouteMove Route = "move"
)

// Tab is a part of the account page.
type Tab string

// The tabs of the account page.
const (
	TabProfile  Tab = "profile"
	TabGroups   Tab = "groups"
	TabTokens   Tab = "tokens"
	TabActivity Tab = "activity"
)

// Tabs are the tabs of the account page in order.
func Tabs() []Tab { return []Tab{TabProfile, TabGroups, TabTokens, TabActivity} }

// State is all that the window shows. The store makes a new one for each
// change; what it points to is never changed in place.
type State struct {
	Route Route
	// ByItself reports that the state changed by itself, not by the person.
	ByItself bool
	// Now is the time that relative words count from. Ticked reports that nothing
	// else differs from the state before.
	Now    time.Time
	Ticked bool
	// Hidden reports that the window is in the tray: nobody sees the time pass.
	Hidden bool
	// Providers are all known ones: the demo, those that are ready, the others;
	// each of these by name.
	Providers []*providers.Provider
	// ProviderProblems tell of provider files that could not be used.
	ProviderProblems []string

	Accounts []*auth.Account
	// Busy says what is being done with an account, by account id.
	Busy map[string]string
	// Pictures are the users' pictures, by account id.
	Pictures map[string][]byte
	// Search narrows the accounts on the left.
	Search string
	// Selected is the id of the account that is shown.
	Selected string
	Tab      Tab

	GroupFilter string
	GroupView   words.GroupView
	GroupTable  words.GroupTable
	// Groups are the chosen account's groups that fit view and filter.
	Groups []providers.Group
	// AllFields unfolds everything that the provider sent.
	AllFields bool
	TokenPage TokenPage
	History   HistoryPage
	// SignOut is the question before a sign-out; nil where none is asked.
	SignOut *SignOutQuestion
	Receipt *SignedOut
	// Waiting is what waits for the network, Receipts are those of sign-outs.
	Waiting  []auth.Waiting
	Receipts []*auth.Receipt
	Queue    QueuePage

	Add     AddPage
	File    FilePage
	Setup   Setup
	Options Options
	Flow    FlowPage
	Problem Problem

	Settings Settings
	// NoTray reports that the desktop was asked and has no tray.
	NoTray bool
	Vault  vault.Status
	// VaultForm is the state of the pages that unlock or set up the vault.
	VaultForm VaultForm
	Protect   ProtectPage
	Move      MovePage
	// Notice is a short message over the page.
	Notice Notice

	// Drafts are what was typed and not saved yet, by form.
	Drafts map[Form]Draft
	// Discarding asks whether the draft of the page shall be thrown away.
	Discarding bool
	// Clearing asks whether the list of the page shall be cleared.
	Clearing bool
	// Quit is the question before the program ends with unsaved drafts; nil if
	// none is asked.
	Quit *QuitQuestion
}

// TokenPage is the Tokens tab.
type TokenPage struct {
	Account string
	Loading bool
	// Problem is one line of words where the tokens cannot be shown.
	Problem string
	ID      *TokenView
	Access  *TokenView
}

// TokenView is one token, decoded where it can be.
type TokenView struct {
	Title string
	// Raw is the token itself.
	Raw auth.Secret
	// JWT reports whether the token could be decoded.
	JWT    bool
	Header map[string]any
	Claims map[string]any
	Checks []auth.Check
	// IssuedAt and ExpiresAt are zero where they are not known.
	IssuedAt  time.Time
	ExpiresAt time.Time
	// Shown reports whether the person asked to see it in clear.
	Shown bool
}

// SignOutQuestion is the panel before a sign-out.
type SignOutQuestion struct {
	Account string
	// CanRevoke and CanEndSession say what the provider offers.
	CanRevoke     bool
	CanEndSession bool
	Revoke        bool
	EndSession    bool
	// Waits says that the access is taken back later, in words; "" where it is
	// taken back at once.
	Waits string
	Busy  bool
	Error string
}

// SignedOut is what a sign-out did.
type SignedOut struct {
	Name     string
	Provider string
	// Page is where access can be taken back by hand; "" where not known.
	Page    string
	Receipt auth.Receipt
}

// Setup is the page for a provider that is not ready.
type Setup struct {
	// Form changes each time the page is opened, so that its fields are
	// filled once.
	Form     uint64
	Provider *providers.Provider
	Busy     bool
	Error    string
	ErrorAt  ErrorAt
	Test     Test
}

// Options is the page before a sign-in.
type Options struct {
	Form     uint64
	Provider *providers.Provider
	Scopes   []Scope
	// GroupScopes are added with Groups.
	GroupScopes []string
	CanGroups   bool
	Groups      bool
	Remember    bool
	CanDevice   bool
	// Account is the account that signs in again, or "".
	Account string
	Hint    string
	// MoreOpen unfolds what else can be asked for, Prompt is one of [Prompts],
	// and Error says which wish cannot be asked for.
	MoreOpen bool
	Prompt   string
	Error    string
	ErrorAt  ErrorAt
}

// Scope is a permission to ask for.
type Scope struct {
	Name    string
	Meaning string
	On      bool
	// Needed reports that the sign-in does not work without it.
	Needed bool
	// Own reports that the person added it.
	Own bool
}

// FlowPage is a sign-in under way.
type FlowPage struct {
	Provider *providers.Provider
	Request  auth.SignInRequest
	// URL and RedirectURI are empty until they are known.
	URL         string
	RedirectURI string
	Device      *auth.DeviceCode
	StartedAt   time.Time
	Deadline    time.Time
	Events      []auth.Event
	CanDevice   bool
	// LinkCopied reports that the link was taken elsewhere.
	LinkCopied bool
	// PasteOpen unfolds the field for a pasted address.
	PasteOpen  bool
	PasteError string
	PasteBusy  bool
	// Explained are the words for what the person pasted of a page that shows
	// an error; without a title there are none.
	Explained auth.Problem
}

// Joining reports whether another window or shell is signing the account in,
// which this one waits for instead of opening a second browser.
func (f FlowPage) Joining() bool {
	for _, e := range slices.Backward(f.Events) {
		if e.Step == auth.StepJoin {
			return e.Phase == auth.Started
		}
	}
	return false
}

// NoBrowser reports that no browser could be opened for the sign-in.
func (f FlowPage) NoBrowser() bool {
	for _, e := range slices.Backward(f.Events) {
		if e.Step == auth.StepBrowser {
			return e.Phase == auth.Broken
		}
	}
	return false
}

// RedirectURIs are redirect URIs to register, each by itself.
func RedirectURIs(register string) []string {
	return providers.Redirect{Register: register}.RegisterURIs()
}

// ToRegister is the redirect URI as the provider must know it, which can
// differ from the one in use by its port (RFC 8252 §7.3).
func (f FlowPage) ToRegister() string {
	if f.Provider != nil && f.Provider.Redirect.Register != "" {
		return f.Provider.Redirect.Register
	}
	return f.RedirectURI
}

// Problem is a sign-in that stopped.
type Problem struct {
	auth.Problem
	Provider *providers.Provider
	Events   []auth.Event
	// CanRetry reports that the same sign-in can be started again, Moved that it
	// can be at the place where the provider is now.
	CanRetry, Moved bool
}

// VaultForm is the pages Locked and VaultSetup.
type VaultForm struct {
	Form    uint64
	Busy    bool
	Error   string
	ErrorAt ErrorAt
	// ForSignIn reports that a sign-in goes on afterwards.
	ForSignIn bool
}

// ProtectPage asks what it shall take to open the vault.
type ProtectPage struct {
	Form   uint64
	Choice vault.Protection
	// ByFile means that a key file opens the vault until now.
	ByFile  bool
	Busy    bool
	Error   string
	ErrorAt ErrorAt
}

// MovePage takes the accounts to another computer and here.
type MovePage struct {
	Form      uint64
	Exporting bool
	Importing bool
	// The outcomes, in words; each error beside what it is about.
	Exported    string
	ExportError string
	ExportAt    ErrorAt
	Imported    string
	ImportError string
	ImportAt    ErrorAt
	// Agree, where set, is what the person is asked before the export comes in.
	Agree *Agreement
}

// NoticeKind is the tone of a notice.
type NoticeKind string

// The tones.
const (
	NoticeInfo NoticeKind = "info"
	NoticeGood NoticeKind = "good"
	NoticeWarn NoticeKind = "warn"
	NoticeBad  NoticeKind = "bad"
)

// Notice is a short message; empty Text is none.
type Notice struct {
	Kind NoticeKind
	Text string
	// Choose offers to sign in again and choose the account.
	Choose bool
}

// Account returns the chosen account, or nil.
func (s State) Account() *auth.Account { return s.AccountByID(s.Selected) }

// AccountByID returns an account, or nil.
func (s State) AccountByID(id string) *auth.Account {
	for _, a := range s.Accounts {
		if a.ID == id {
			return a
		}
	}
	return nil
}

// Provider returns a provider, or nil.
func (s State) Provider(id string) *providers.Provider {
	for _, p := range s.Providers {
		if p.ID == id {
			return p
		}
	}
	return nil
}

// Locked reports whether the vault is locked.
func (s State) Locked() bool { return s.Route == RouteLocked }

// CanLock reports whether locking protects anything: a vault that the keyring
// alone opens, without a question, is open again at one click.
func (s State) CanLock() bool {
	return s.Vault.Protection != vault.None && s.NeedsPassphrase()
}

// NeedsPassphrase reports whether unlocking takes a passphrase.
func (s State) NeedsPassphrase() bool { return s.Vault.Protection.NeedsPassphrase() }
