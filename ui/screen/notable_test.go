package screen

import (
	"fmt"
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/probe"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/tryit"
	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/internal/licences"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/words"
)

// notableState is a page in a state that is worth looking at.
type notableState struct {
	name string
	make func() state.State
}

// notable are the pages in their states. They say what a person would see, where sample
// has what is as long and odd as it comes.
func notable(t testing.TB) []notableState {
	var out []notableState
	on := func(route state.Route, name string, change func(*state.State)) {
		out = append(out, notableState{name, func() state.State {
			st := usual()
			st.Route = route
			if change != nil {
				change(&st)
			}
			return st
		}})
	}
	onTab := func(tab state.Tab, name string, change func(*state.State)) {
		on(state.RouteAccount, name, func(st *state.State) {
			st.Tab = tab
			if change != nil {
				change(st)
			}
		})
	}
	notableBefore(on)
	notableSignIns(on)
	notableAccounts(onTab)
	notableTabs(t, onTab)
	notableElsewhere(on)
	notableOver(onTab)
	return out
}

// usual is sample with what is usual.
func usual() state.State {
	st := sample()
	st.SignOut, st.Notice, st.ProviderProblems, st.Receipt = nil, state.Notice{}, nil, nil
	a := *st.Accounts[0]
	a.User.Name, a.User.Email = "Mira Okonkwo", "mira@example.com"
	a.Missing, a.Groups = nil, nil
	for i, name := range []string{"Design", "Platform", "Release captains"} {
		a.Groups = append(a.Groups, identity.Group{ID: fmt.Sprint(i), Name: name, Kind: "team"})
	}
	st.Accounts[0], st.Groups, st.GroupTable = &a, a.Groups, words.NewGroupTable(&a)
	st.Inspector = state.InspectorPage{}
	st.Flow.Explained, st.Flow.PasteError, st.Flow.PasteOpen = problem.Problem{}, "", false
	st.Setup.Error, st.VaultForm.Error, st.Add, st.File.Problems, st.File.Removing = "", "", state.AddPage{Form: 1}, nil, false
	st.File.Text, st.File.Preview.Error = "id = \"azure\"\nname = \"Microsoft Entra ID\"\n", ""
	return st
}

type (
	onRoute func(route state.Route, name string, change func(*state.State))
	onTab   func(tab state.Tab, name string, change func(*state.State))
)

// notableBefore are the pages before there is an account.
func notableBefore(on onRoute) {
	on(state.RouteStart, "start", nil)
	on(state.RouteWelcome, "welcome", nil)
	on(state.RouteWelcome, "welcome-first", func(st *state.State) { st.Accounts, st.Selected = nil, "" })
	on(state.RouteWelcome, "welcome-bad-file", func(st *state.State) { st.ProviderProblems = []string{"providers.toml:3: unknown key"} })
	on(state.RouteAdd, "add", nil)
	on(state.RouteAdd, "add-copy-error", func(st *state.State) { st.Add = sample().Add })
	on(state.RouteAdd, "add-found", func(st *state.State) { st.Add = adding(func(*state.AddPage) {}).Add })
	on(state.RouteAdd, "add-registration-refused", func(st *state.State) {
		st.Add = adding(func(p *state.AddPage) { p.RegisterError = "This provider registers nobody." }).Add
	})
	on(state.RouteAdd, "add-foreign-servers", func(st *state.State) { st.Add = state.AddPage{Form: 3, Agree: foreignServers()} })
	on(state.RouteFile, "file", nil)
	on(state.RouteFile, "file-removing", func(st *state.State) { st.File.Removing = true })
	on(state.RouteFile, "file-bad", func(st *state.State) { st.File.Problems = []string{"Line 1: cannot be read as TOML."} })
	on(state.RouteSetup, "setup", nil)
	on(state.RouteSetup, "setup-error", func(st *state.State) { st.Setup.Error = "Fill in the client ID." })
	on(state.RouteSetup, "setup-tested", func(st *state.State) {
		st.Setup.Test = state.Test{Done: true, Failed: 1, Checks: []probe.Check{
			{Name: "discovery", Outcome: idtoken.Passed, Title: "Discovery", Reason: "The provider says where it is."},
			{Name: "pkce", Outcome: idtoken.Failed, Title: "PKCE", Reason: "It does not say that it knows PKCE.", Next: "Ask its operator."},
		}}
	})
	on(state.RouteVaultSetup, "vault-setup", nil)
	on(state.RouteLocked, "locked", func(st *state.State) { st.Vault.Protection, st.Vault.Locked = "passphrase", true })
	on(state.RouteLocked, "locked-wrong", func(st *state.State) {
		st.Vault.Protection, st.Vault.Locked, st.VaultForm.Error = "passphrase", true, "Wrong passphrase."
	})
}

func foreignServers() *state.Agreement {
	return &state.Agreement{Question: "Acme uses servers that are not its own. Do you trust them?", Lines: []string{"elsewhere.example gets access tokens"}}
}

// notableSignIns are the pages of a sign-in.
func notableSignIns(on onRoute) {
	on(state.RouteOptions, "options", nil)
	on(state.RouteOptions, "options-more", func(st *state.State) { st.Options.MoreOpen = true })
	on(state.RouteWaiting, "waiting", nil)
	on(state.RouteWaiting, "waiting-paste", func(st *state.State) { st.Flow.PasteOpen, st.Flow.PasteError = true, "It does not belong here." })
	on(state.RouteWaiting, "waiting-explained", func(st *state.State) { st.Flow.Explained = sample().Flow.Explained })
	on(state.RouteDevice, "device", nil)
	on(state.RouteProblem, "problem", nil)
	on(state.RouteProblem, "problem-moved", func(st *state.State) { st.Problem.Moved = true })
}

// notableAccounts are an account's states.
func notableAccounts(on onTab) {
	on(state.TabProfile, "profile", nil)
	on(state.TabProfile, "profile-all-fields", func(st *state.State) { st.AllFields = true })
	on(state.TabProfile, "profile-message", func(st *state.State) { st.Notice = state.Notice{Kind: state.NoticeGood, Text: "Access token copied."} })
	on(state.TabProfile, "profile-not-saved", func(st *state.State) {
		st.Notice = state.Notice{Kind: state.NoticeWarn, Text: "Signed in, but not saved. The keyring is locked.", Stays: true, Again: state.AgainSave}
	})
	on(state.TabProfile, "profile-undo", func(st *state.State) {
		st.Undo = &state.Undo{Text: "Ola Brandvold is signed out.", Until: st.Now.Add(10 * time.Second)}
	})
	on(state.TabProfile, "profile-offline", func(st *state.State) { changeAccount(st, unreachableNow) })
	on(state.TabGroups, "groups-offline", func(st *state.State) { changeAccount(st, unreachableNow) })
	on(state.TabProfile, "profile-clock", func(st *state.State) {
		changeAccount(st, func(a *auth.Account, _ time.Time) { a.ClockSkew = 4 * time.Minute })
	})
	on(state.TabProfile, "profile-own-name", func(st *state.State) {
		changeAccount(st, func(a *auth.Account, _ time.Time) { a.Label, a.Color = "Work", "purple" })
	})
	on(state.TabProfile, "profile-describe", func(st *state.State) {
		st.Describe = &state.DescribePanel{Form: 1, Account: "a", Label: "Work", Color: "purple", Error: "Another account has that name."}
	})
	on(state.TabProfile, "profile-sign-out", func(st *state.State) {
		st.SignOut = &state.SignOutQuestion{Account: "a", CanRevoke: true, Revoke: true, CanEndSession: true}
	})
	on(state.TabProfile, "profile-sign-out-error", func(st *state.State) { st.SignOut = sample().SignOut })
	on(state.TabProfile, "profile-needs-sign-in", func(st *state.State) { st.Selected = "b" })
	on(state.TabProfile, "profile-searched", func(st *state.State) { st.Search = "someone" })
}

func changeAccount(st *state.State, change func(*auth.Account, time.Time)) {
	a := *st.Accounts[0]
	change(&a, st.Now)
	st.Accounts = append([]*auth.Account{&a}, st.Accounts[1:]...)
}

func unreachableNow(a *auth.Account, now time.Time) {
	a.State, a.Reason = auth.StateOffline, "the provider could not be reached"
	a.VerifiedAt, a.GroupsAt = now.Add(-3*time.Hour), now.Add(-72*time.Hour)
}

// notableTabs are what an account's tabs show.
func notableTabs(t testing.TB, on onTab) {
	on(state.TabGroups, "groups", nil)
	on(state.TabGroups, "groups-none-found", func(st *state.State) { st.GroupFilter, st.Groups = "xyz", nil })
	on(state.TabGroups, "groups-none", func(st *state.State) {
		changeAccount(st, func(a *auth.Account, _ time.Time) { a.Groups = nil })
		st.Groups, st.GroupTable = nil, words.NewGroupTable(st.Accounts[0])
	})
	on(state.TabGroups, "groups-missing", func(st *state.State) {
		changeAccount(st, func(a *auth.Account, _ time.Time) { a.Missing = []identity.Missing{{What: "Teams", Reason: "refused"}} })
	})
	on(state.TabTokens, "tokens", nil)
	on(state.TabTokens, "tokens-shown", func(st *state.State) {
		st.TokenPage.Access = &state.TokenView{Title: "Access token", Raw: providers.NewSecret("a-token-of-the-test"), Shown: true}
	})
	on(state.TabTry, "try", func(st *state.State) { st.Try = request() })
	on(state.TabTry, "try-asks", func(st *state.State) {
		st.Try = request()
		st.Try.Ask = &tryit.ElsewhereError{Origin: "https://files.example.test:8443", Place: tryit.Outside}
	})
	on(state.TabTry, "try-answer", func(st *state.State) {
		st.Try = tried(t)
		odd, usual := st.Try.Known, request()
		st.Try.TryFields, st.Try.Known, st.Try.Missing, st.Try.Ask = usual.TryFields, usual.Known, nil, nil
		st.Try.Known.Allowed = odd.Allowed
		st.Try.Answer.Headers = st.Try.Answer.Headers[:1]
	})
	on(state.TabActivity, "activity", func(st *state.State) {
		signedIn(st)
		st.History = withPast(3).History
	})
	on(state.TabActivity, "activity-open", func(st *state.State) {
		first := signedIn(st)
		st.History.Open = map[string]bool{first: true, st.History.Lines(st.Now)[1].Key: true}
	})
	on(state.TabActivity, "activity-none", func(st *state.State) {
		changeAccount(st, func(a *auth.Account, _ time.Time) { a.Steps = nil })
		st.History = state.HistoryPage{Account: "a"}
	})
	on(state.TabPrograms, "programs-tab", func(st *state.State) { st.Programs = someGrants(*st, 2) })
	on(state.TabPrograms, "programs-tab-never", func(st *state.State) {
		st.Programs.Rules = map[string]consent.AccountRule{"a": {Rule: consent.Never, Commands: true}}
	})
}

// signedIn gives the account the steps of a sign-in, and ends; it returns the key of the
// first step.
func signedIn(st *state.State) string {
	past, steps := withSteps()
	steps[1].Exchange.Sent["scope"] = "openid profile"
	past.Accounts[0].Ends[1].Detail = "Its documentation says so."
	changeAccount(st, func(a *auth.Account, _ time.Time) { a.Steps, a.Ends = steps, past.Accounts[0].Ends })
	st.History = past.History
	return words.ActivityRows(steps)[0].Key()
}

// request is the Try it tab before a request.
func request() state.TryPage {
	return state.TryPage{
		Account: "a", Form: 1, TryFields: state.TryFields{Method: "GET", URL: "https://api.example/me"},
		Known: &tryit.Page{Suggestions: []tryit.Suggestion{{Title: "Userinfo"}}},
	}
}

// notableElsewhere are the pages that are not of one account.
func notableElsewhere(on onRoute) {
	on(state.RouteReceipt, "receipt", func(st *state.State) {
		past := waitingForNetwork()
		st.Receipt, st.Receipts = past.Receipt, past.Receipts
		st.Receipt.Receipt = *past.Receipts[1]
	})
	on(state.RouteReceipt, "receipt-waits", func(st *state.State) {
		past := waitingForNetwork()
		st.Receipt, st.Receipts, st.Waiting = past.Receipt, past.Receipts, past.Waiting[1:]
	})
	on(state.RouteQueue, "queue", func(st *state.State) {
		past := waitingForNetwork()
		st.Receipts, st.Waiting, st.Queue.Open = past.Receipts, past.Waiting[1:], map[string]bool{"c": true}
	})
	on(state.RouteQueue, "queue-held", func(st *state.State) { st.Receipts = waitingForNetwork().Receipts })
	on(state.RouteQueue, "queue-none", nil)
	for _, section := range state.SettingsSections() {
		on(state.RouteSettings, "settings-"+string(section), func(st *state.State) {
			st.Section, st.Vault.Protection, st.Vault.Keyring = section, "passphrase", "Secret Service"
		})
	}
	on(state.RouteProtect, "protect", func(st *state.State) { st.Protect = state.ProtectPage{Form: 1, Choice: "passphrase"} })
	on(state.RouteProtect, "protect-error", func(st *state.State) {
		st.Protect = state.ProtectPage{Form: 1, Choice: "passphrase", Error: "The passphrases differ."}
	})
	on(state.RouteMove, "move", func(st *state.State) { st.Move = state.MovePage{Form: 1} })
	on(state.RouteMove, "move-foreign-servers", func(st *state.State) { st.Move = state.MovePage{Form: 1, Agree: foreignServers()} })
	on(state.RouteMove, "move-done", func(st *state.State) {
		st.Move = state.MovePage{Form: 1, Exported: "Saved 2 records.", ImportError: "Wrong passphrase."}
	})
	on(state.RoutePrograms, "programs", func(st *state.State) {
		st.Agent.Socket, st.Programs = "/run/user/1000/claviger/agent.sock", someGrants(*st, 3)
		st.Programs.Grants[1].Until, st.Programs.Taken = st.Now.Add(30*time.Minute), map[string]bool{"2": true}
		st.Programs.Denials = []consent.Denial{{Question: consent.Question{Account: "a", Program: consent.Program{Title: "intruder", Path: "/tmp/intruder"}}, At: st.Now, Until: st.Now.Add(time.Minute)}}
	})
	on(state.RoutePrograms, "programs-none", func(st *state.State) { st.Agent.Other = true })
	on(state.RoutePrograms, "programs-no-socket", func(st *state.State) { st.Agent.Problem = "No room for a socket." })
	on(state.RouteInspector, "inspector-empty", nil)
	on(state.RouteInspector, "inspector", func(st *state.State) { st.Inspector = inspected(st.Now); st.Inspector.Most = 6 })
	on(state.RouteAbout, "about", func(st *state.State) {
		st.About = state.AboutPage{Licences: []licences.Module{{Path: "example.org/one", Version: "v1.0.0", Kind: "MIT", Text: "Do what you like."}, {Path: "example.org/two", Version: "v2.1.0"}}, Open: "example.org/one"}
	})
}

// notableOver are what lies over a page.
func notableOver(on onTab) {
	on(state.TabProfile, "palette", func(st *state.State) {
		st.Palette = &state.Palette{Query: "re", All: 2, At: 1, Found: []state.PaletteEntry{
			{Kind: state.EntryGroup, Title: "Release captains", Detail: "Group of Mira Okonkwo"},
			{Kind: state.EntryCommand, Title: "Refresh tokens and details", Shortcut: "Ctrl+R"},
		}}
	})
	on(state.TabProfile, "palette-nothing", func(st *state.State) { st.Palette = &state.Palette{Query: "nothing"} })
	on(state.TabProfile, "shortcuts", func(st *state.State) { st.Shortcuts = true })
	on(state.TabProfile, "quit", func(st *state.State) { st.Quit = &state.QuitQuestion{Lost: []string{"Provider file", "Passphrase"}} })
	program := consent.Program{Path: "/usr/bin/reporter", Hash: "aa", Title: "reporter", CommandLine: "reporter --all", Dir: "/home/mira/work", Terminal: "/dev/pts/3", Parents: []string{"bash", "kitty"}}
	on(state.TabProfile, "consent", func(st *state.State) { st.Consent = asking(program, consent.Program{Title: "other"}).Consent })
	on(state.TabProfile, "consent-forwarded", func(st *state.State) {
		far := program
		far.Forwarded = true
		st.Consent = asking(far).Consent
	})
	on(state.TabProfile, "consent-unknown", func(st *state.State) { st.Consent = asking(consent.Program{Title: "x"}).Consent })
	on(state.TabProfile, "consent-left", func(st *state.State) {
		st.Consent = asking(program).Consent
		st.Consent.Asked[0].Wanted = func() bool { return false }
	})
}
