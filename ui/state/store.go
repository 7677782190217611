package state

import (
	"context"
	"maps"
	"time"
)

// Store holds the state and does what the screens ask for. All its methods are
// to be called on the UI goroutine.
type Store struct {
	*base
	// The pages that have a story of their own.
	Groups    *Groups
	Tokens    *Tokens
	Inspector *Inspector
	Try       *Try
	History   *History
	Describe  *Describe
	Queue     *Queue
	Consent   *Consent
	Programs  *Programs
	SignIn    *SignIn
	Options   *Options
	Setup     *Setup
	Add       *Add
	File      *File
	Move      *Move
	Order     *Order
	Over      *Over
	Tray      *Tray
	Protect   *Protect
	About     *About

	// after is what waits for the next list of accounts.
	after []func(*State)
	// opening is set while the accounts of a vault that was locked are listed.
	opening bool
	tickAt  time.Time
	// reporting is set while a report is made.
	reporting bool
	file      *settingsFile
	last      *lastFile
}

// New makes a store. post runs a function on the UI goroutine, soon and in
// order; render draws a state and runs on the UI goroutine. Close the store to
// end its work.
func New(ctx context.Context, sv Services, post func(func()), render func(State)) *Store {
	s := &Store{
		base: newBase(ctx, sv, post, render),
		file: &settingsFile{path: sv.SettingsPath},
		last: &lastFile{path: sv.LastPath},
	}
	s.Groups = &Groups{base: s.base}
	s.History = &History{s.base, s.offerUndo}
	s.Tokens = &Tokens{base: s.base, history: s.History, reload: s.reload}
	s.Describe = &Describe{s.base, s.reload}
	s.Queue = &Queue{s.base, s.reload, s.offerUndo}
	s.Protect = &Protect{base: s.base}
	s.About = &About{s.base}
	s.Inspector = &Inspector{base: s.base, tokens: s.Tokens}
	s.Try = &Try{base: s.base}
	s.Consent = &Consent{base: s.base}
	s.Programs = newPrograms(s.base, s.Consent)
	s.Consent.decided = s.Programs.reload
	s.Options = &Options{s.base}
	s.Setup = &Setup{s.base, s.Options}
	s.SignIn = &SignIn{base: s.base, accounts: s, options: s.Options, setup: s.Setup}
	s.Add = &Add{base: s.base, goOn: s.Setup.goOn, parked: map[Form]AddPage{}}
	s.File = &File{s.base, s.Setup.Edit}
	s.Move = &Move{s.base, func() { s.watch(); s.reload(nil) }}
	s.Order = &Order{base: s.base, reload: s.reload, placing: map[string]int64{}}
	s.Over = &Over{base: s.base, entries: s.entries}
	s.Tray = &Tray{base: s.base, tokens: s.Tokens, show: s.ShowAccount}
	s.onChange = []func(){s.Groups.derive, s.Consent.noteShown, s.schedule, s.Tray.tell}
	s.onLeave = []func(){s.SignIn.end, s.Options.left, s.Setup.left, s.Add.leaveRegistration, s.File.left, s.leftSignOut}
	s.onGo = []func(*State, Route){s.Inspector.went, s.Over.went}
	s.onLock = []func(*State){
		s.forget, s.SignIn.forget, s.Options.forget, s.Add.forget, s.Tokens.forget, s.Inspector.forget, s.Try.forget, s.History.forget,
		s.Queue.forget, s.Describe.forget, s.Protect.forget, s.Move.forget, s.Programs.forget, s.Order.forget, s.showLocked, // which is last
	}
	return s
}

// Close ends all work and waits for it. It may be called on any goroutine once
// the window is gone; later outcomes are dropped.
func (s *Store) Close() {
	s.finishUndoWithin()(context.WithoutCancel(s.ctx))
	s.cancel()
	s.wg.Wait()
}

// without returns a copy of m that lacks one key.
func without[K comparable, V any](m map[K]V, key K) map[K]V {
	c := maps.Clone(m)
	delete(c, key)
	return c
}

// with returns a copy of m with one value set, or removed if it is zero.
func with(m map[string]string, key, value string) map[string]string {
	c := maps.Clone(m)
	if c == nil {
		c = map[string]string{}
	}
	if value == "" {
		delete(c, key)
	} else {
		c[key] = value
	}
	return c
}
