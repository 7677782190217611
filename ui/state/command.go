package state

import (
	"strconv"

	"fyne.io/fyne/v2/lang"
)

// CommandID names a command.
type CommandID string

// The commands.
const (
	CommandPalette   CommandID = "palette"
	CommandSearch    CommandID = "search"
	CommandShortcuts CommandID = "shortcuts"
	CommandUndo      CommandID = "undo"
	CommandSettings  CommandID = "settings"
	CommandLock      CommandID = "lock"
	CommandClose     CommandID = "close"
	CommandQuit      CommandID = "quit"
	CommandSignIn    CommandID = "sign-in"
	CommandAdd       CommandID = "add"
	CommandCopyToken CommandID = "copy-token"
	CommandRefresh   CommandID = "refresh"
	CommandAgain     CommandID = "sign-in-again"
	CommandSignOut   CommandID = "sign-out"
	CommandDescribe  CommandID = "describe"
	CommandMoveUp    CommandID = "move-up"
	CommandMoveDown  CommandID = "move-down"
	CommandQueue     CommandID = "sign-outs"
	CommandPrograms  CommandID = "programs"
	CommandProtect   CommandID = "protect"
	CommandMove      CommandID = "move"
	CommandInspect   CommandID = "inspect"
	CommandAbout     CommandID = "about"
)

// Section is a group of commands, in the sheet of shortcuts and in the menus.
type Section string

// The sections.
const (
	SectionWindow  Section = "window"
	SectionSignIn  Section = "sign-in"
	SectionAccount Section = "account"
	SectionPages   Section = "pages"
)

// Sections are all sections in order.
func Sections() []Section {
	return []Section{SectionSignIn, SectionAccount, SectionWindow, SectionPages}
}

// Title is what the section is called.
func (s Section) Title() string {
	switch s {
	case SectionSignIn:
		return lang.L("Sign in")
	case SectionAccount:
		return lang.L("Account")
	case SectionPages:
		return lang.L("Pages")
	case SectionWindow:
	}
	return lang.L("Window")
}

// Command is something that a person can do from anywhere in the window: the shortcuts,
// their sheet, the menus and the palette are made of them.
type Command struct {
	ID      CommandID
	Title   string
	Section Section
	// Keys are those that do it; the first of them stands beside the title.
	Keys []Keys
	// always means: also while the vault is locked or a program waits for an answer.
	always bool
	// can says whether there is something to do, if that is not always so.
	can func(State) bool
	do  func(*Store)
}

// Shortcut is the first shortcut in words, "" without one.
func (c Command) Shortcut() string {
	if len(c.Keys) == 0 {
		return ""
	}
	return c.Keys[0].String()
}

// In reports whether a command does something now.
func (c Command) In(st State) bool {
	return (c.always || st.Free()) && (c.can == nil || c.can(st))
}

// Free reports whether the window does what a person asks for from anywhere: not while
// the vault is locked, and not while a question stands that is to be answered first.
func (s State) Free() bool {
	return s.Route != RouteLocked && s.Route != RouteStart && s.Quit == nil && !s.AsksConsent()
}

func ctrl(key string) []Keys { return []Keys{{Key: key}} }

// Commands are all commands in order.
func Commands() []Command {
	list := []Command{
		{ID: CommandSignIn, Title: lang.L("Sign in to…"), Section: SectionSignIn, Keys: ctrl("N"), do: (*Store).Home},
		{ID: CommandAdd, Title: lang.L("Add a provider…"), Section: SectionSignIn, do: func(s *Store) { s.Add.Open() }},
		{ID: CommandCopyToken, Title: lang.L("Copy access token"), Section: SectionAccount, Keys: []Keys{{Key: "C", Shift: true}}, can: hasAccount, do: func(s *Store) { s.Tokens.Copy() }},
		{ID: CommandRefresh, Title: lang.L("Refresh tokens and details"), Section: SectionAccount, Keys: ctrl("R"), can: hasAccount, do: (*Store).Refresh},
		{ID: CommandAgain, Title: lang.L("Sign in again"), Section: SectionAccount, can: hasAccount, do: func(s *Store) { s.SignIn.Again() }},
		{ID: CommandDescribe, Title: lang.L("Name and colour…"), Section: SectionAccount, Keys: []Keys{{Key: "F2", Alone: true}}, can: hasAccount, do: func(s *Store) { s.Describe.Ask() }},
		{ID: CommandMoveUp, Title: lang.L("Move account up"), Section: SectionAccount, Keys: []Keys{{Key: "Up", Alt: true}}, can: hasAccount, do: func(s *Store) { s.Order.Move(-1) }},
		{ID: CommandMoveDown, Title: lang.L("Move account down"), Section: SectionAccount, Keys: []Keys{{Key: "Down", Alt: true}}, can: hasAccount, do: func(s *Store) { s.Order.Move(1) }},
		{ID: CommandSignOut, Title: lang.L("Sign out…"), Section: SectionAccount, can: showsAccount, do: (*Store).AskSignOut},
	}
	for i, tab := range Tabs() {
		list = append(list, Command{
			ID: CommandID("tab-" + string(tab)), Title: tabTitle(tab), Section: SectionAccount, Keys: ctrl(strconv.Itoa(i + 1)),
			can: showsAccount, do: func(s *Store) { s.SelectTab(tab) },
		})
	}
	return append(list,
		Command{ID: CommandPalette, Title: lang.L("Go to anything"), Section: SectionWindow, Keys: ctrl("K"), do: func(s *Store) { s.Over.OpenPalette() }},
		Command{ID: CommandSearch, Title: lang.L("Search accounts"), Section: SectionWindow, Keys: ctrl("F"), do: func(s *Store) { call(s.sv.Search) }},
		Command{ID: CommandUndo, Title: lang.L("Undo"), Section: SectionWindow, Keys: []Keys{{Key: "Z"}, {Key: "U"}}, can: undoable, do: (*Store).Undo},
		Command{ID: CommandShortcuts, Title: lang.L("Keyboard shortcuts"), Section: SectionWindow, Keys: []Keys{{Key: "/"}, {Key: "F1", Alone: true}}, do: func(s *Store) { s.Over.OpenShortcuts() }},
		Command{ID: CommandSettings, Title: lang.L("Settings"), Section: SectionWindow, Keys: ctrl(","), do: (*Store).OpenSettings},
		Command{ID: CommandLock, Title: lang.L("Lock"), Section: SectionWindow, Keys: ctrl("L"), always: true, do: (*Store).Lock},
		Command{ID: CommandClose, Title: lang.L("Close the window"), Section: SectionWindow, Keys: ctrl("W"), always: true, do: func(s *Store) { call(s.sv.CloseWindow) }},
		Command{ID: CommandQuit, Title: lang.L("Quit Claviger"), Section: SectionWindow, Keys: ctrl("Q"), always: true, do: func(s *Store) { call(s.sv.AskQuit) }},
		Command{ID: CommandInspect, Title: lang.L("Inspect a token"), Section: SectionPages, Keys: ctrl("I"), do: func(s *Store) { s.Inspector.Open() }},
		Command{ID: CommandQueue, Title: lang.L("Pending and past sign-outs"), Section: SectionPages, do: func(s *Store) { s.Queue.Open() }},
		Command{ID: CommandPrograms, Title: lang.L("Allowed programs"), Section: SectionPages, do: func(s *Store) { s.Programs.Open() }},
		Command{ID: CommandProtect, Title: lang.L("Passphrase and keyring"), Section: SectionPages, do: func(s *Store) { s.Protect.Open() }},
		Command{ID: CommandMove, Title: lang.L("Export and import accounts"), Section: SectionPages, do: func(s *Store) { s.Move.Open() }},
		Command{ID: CommandAbout, Title: lang.L("About Claviger"), Section: SectionPages, do: func(s *Store) { s.About.Open() }},
	)
}

func tabTitle(tab Tab) string {
	switch tab {
	case TabProfile:
		return lang.L("Show profile")
	case TabGroups:
		return lang.L("Show groups")
	case TabTokens:
		return lang.L("Show tokens")
	case TabTry:
		return lang.L("Try a request")
	case TabActivity:
		return lang.L("Show activity")
	case TabPrograms:
		return lang.L("Show programs")
	}
	return string(tab)
}

func hasAccount(st State) bool   { return st.Account() != nil }
func undoable(st State) bool     { return st.Undo != nil }
func showsAccount(st State) bool { return st.Route == RouteAccount && st.Account() != nil }

// call calls what the window may not have given.
func call(f func()) {
	if f != nil {
		f()
	}
}

// ShortcutOf is the first shortcut of a command in words.
func ShortcutOf(id CommandID) string {
	for _, c := range Commands() {
		if c.ID == id {
			return c.Shortcut()
		}
	}
	return ""
}

// Do does a command, if there is something to do.
func (s *Store) Do(id CommandID) {
	for _, c := range Commands() {
		if c.ID != id || !c.In(s.st) {
			continue
		}
		s.Over.close()
		c.do(s)
		return
	}
}
