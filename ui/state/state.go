package state

import (
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/internal/appearance"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
	"github.com/claviger/claviger/ui/words"
	"github.com/claviger/claviger/vault"
)

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
	// Hidden reports that the window is in the tray: no one sees the time pass.
	Hidden bool
	// Providers are all known ones: the demo, those that are ready, the others;
	// each of these by name.
	Providers []*providers.Provider
	// ProviderProblems are about provider files that could not be used.
	ProviderProblems []string

	Accounts []*auth.Account
	// Unread is whether the accounts could not be read. The message said why.
	Unread bool
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
	Groups []identity.Group
	// AllFields unfolds everything that the provider sent.
	AllFields bool
	TokenPage TokenPage
	Inspector InspectorPage
	History   HistoryPage
	Try       TryPage
	// SignOut is the question before a sign-out; nil if none is asked.
	SignOut *SignOutQuestion
	Receipt *SignedOut
	// Describe is the panel of an account's own name and colour; nil if it is closed.
	Describe *DescribePanel
	// Waiting is what waits for the network, Receipts are those of sign-outs.
	Waiting  []auth.Waiting
	Receipts []*auth.Receipt
	Queue    QueuePage

	Add     AddPage
	File    FilePage
	Setup   SetupPage
	Options OptionsPage
	Flow    FlowPage
	Problem Problem

	Settings Settings
	// Section is the part of the settings that is shown.
	Section SettingsSection
	// Desktop is how the desktop wants programs to look.
	Desktop appearance.Wishes
	// NoTray reports that the desktop was asked and has no tray.
	NoTray bool
	// AtLogIn is whether the desktop starts the program.
	AtLogIn AtLogIn
	Vault   vault.Status
	// VaultForm is the state of the pages that unlock or set up the vault.
	VaultForm VaultForm
	Protect   ProtectPage
	Move      MovePage
	About     AboutPage
	// Notice is a short message over the page.
	Notice Notice
	// Undo is what can be undone for a moment; nil if nothing can.
	Undo *Undo

	// Drafts are what was typed and not saved yet, by form.
	Drafts map[Form]Draft
	// Discarding asks whether the draft of the page shall be thrown away.
	Discarding bool
	// Consent are the programs that wait for an answer, Programs those that have one,
	// and Agent is where they ask.
	Consent  ConsentPage
	Programs ProgramsPage
	Agent    AgentHere
	// Quit is the question before the program ends with unsaved drafts; nil if
	// none is asked.
	Quit *QuitQuestion
	// Palette is what lies over the page to go elsewhere, nil if it does not; Shortcuts
	// is whether the sheet of shortcuts does.
	Palette   *Palette
	Shortcuts bool
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
