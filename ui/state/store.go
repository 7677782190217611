package state

import (
	"context"
	"maps"
	"sync"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/inspect"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/attention"
	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
)

// Store holds the state and does what the screens ask for. All its methods are
// to be called on the UI goroutine.
type Store struct {
	sv     Services
	post   func(func())
	render func(State)
	now    func() time.Time

	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	// The fields below belong to the UI goroutine.
	st      State
	gens    map[slot]uint64
	cancels map[slot]context.CancelFunc
	attempt Attempt
	mistake mistake // with Notice.Choose
	// after is what waits for the next list of accounts.
	after  []func(*State)
	tickAt time.Time
	copied string
	// copying is the account whose token is being copied.
	copying string
	forms   uint64
	derived derivedFrom
	// posted is set while what a goroutine posted runs: all else on the UI
	// goroutine is a person's doing.
	posted bool
	usedAt time.Time
	file   *settingsFile
	last   *lastFile
	// parked are the pages of new providers that are filled in half, beside
	// their drafts; lastAdd is the one that was shown last.
	parked map[Form]AddPage
	// placing are places of accounts that are being written, the last of them until
	// writing is closed.
	placing map[string]int64
	writing chan struct{}
	lastAdd Form
	// tray is the menu that is in the tray, nil before there is one; askedTray is
	// whether the desktop was asked for a tray to be in from the start.
	tray      *TrayMenu
	askedTray bool
	// pasted are the tokens that the inspector found.
	pasted []inspect.Found
	// index is what the palette looks through while it is open.
	index index

	// gate is nil without [Services.Consent]; programs ends with what is
	// done with them now.
	book     consent.Book
	asker    consent.Asker
	gate     *consent.Gate
	programs chan struct{}
	question *ConsentQuestion // that is to be seen
}

// derivedFrom remembers what the filtered groups were made of.
type derivedFrom struct {
	account *auth.Account
	filter  string
	view    words.GroupView
}

// New makes a store. post runs a function on the UI goroutine, soon and in
// order; render draws a state and runs on the UI goroutine. Close the store to
// end its work.
func New(ctx context.Context, sv Services, post func(func()), render func(State)) *Store {
	if sv.Now == nil {
		sv.Now = time.Now
	}
	s := &Store{
		sv:      sv,
		render:  render,
		now:     sv.Now,
		gens:    map[slot]uint64{},
		cancels: map[slot]context.CancelFunc{},
		file:    &settingsFile{path: sv.SettingsPath},
		last:    &lastFile{path: sv.LastPath},
		parked:  map[Form]AddPage{},
		placing: map[string]int64{},
	}
	s.post = func(f func()) {
		post(func() {
			s.posted = true
			defer func() { s.posted = false }()
			f()
		})
	}
	s.ctx, s.cancel = context.WithCancel(ctx)
	if sv.Consent != nil {
		s.book = consent.Book{Store: sv.Consent, Now: s.now}
		s.asker = consentAsker{s}
		if sv.Announce != nil {
			s.asker = attention.Announcing(s.asker, sv.Announce)
		}
		s.gate = consent.NewGate(s.book, s.asker)
	}
	s.st = State{
		Route:    RouteStart,
		Now:      s.now(),
		Tab:      TabProfile,
		Settings: DefaultSettings(),
		Busy:     map[string]string{},
		Pictures: map[string][]byte{},
		Drafts:   map[Form]Draft{},
	}
	return s
}

// State returns the current state.
func (s *Store) State() State { return s.st }

// Close ends all work and waits for it. It may be called on any goroutine once
// the window is gone; later outcomes are dropped.
func (s *Store) Close() {
	s.finishUndoWithin()(context.WithoutCancel(s.ctx))
	s.cancel()
	s.wg.Wait()
}

// update changes the state on the UI goroutine and draws it. Once no one can see the
// window, only a new page is drawn: the page that asks to unlock the vault takes the
// place of what came out of it.
func (s *Store) update(change func(*State)) {
	if s.ctx.Err() != nil {
		return
	}
	hidden, route := s.st.Hidden, s.st.Route
	s.st.Now = s.now()
	s.st.Ticked = change == nil
	s.st.ByItself = s.posted
	s.used()
	if change != nil {
		change(&s.st)
	}
	s.derive()
	s.noteShown()
	s.schedule()
	s.tellTray()
	if !hidden || !s.st.Hidden || s.st.Route != route {
		s.render(s.st)
	}
}

// usedEvery is how often the vault learns that the person is there.
const usedEvery = 10 * time.Second

// used tells the vault that the person is there, if so.
func (s *Store) used() {
	if s.posted || s.sv.Guard == nil || s.st.Vault.LockAfter == 0 || s.st.Locked() || s.st.Now.Sub(s.usedAt).Abs() < usedEvery {
		return
	}
	s.usedAt = s.st.Now
	s.spawn(func(context.Context) { s.sv.Guard.Used() })
}

// derive brings what is computed from the rest up to date.
func (s *Store) derive() {
	from := derivedFrom{s.st.Account(), s.st.GroupFilter, s.st.GroupView}
	if from == s.derived {
		return
	}
	if from.account == nil {
		s.st.GroupTable = words.GroupTable{}
	} else if from.account != s.derived.account {
		s.st.GroupTable = words.NewGroupTable(from.account)
	}
	s.derived = from
	s.st.Groups = FilterGroups(s.st.GroupTable.List(from.view), from.filter)
}

// goTo changes the page; a message of the page before goes with it.
func (s *Store) goTo(st *State, r Route) {
	if st.Route != r {
		st.Notice = Notice{}
		s.drop(slotNotice)
		st.Discarding = false
	}
	if st.Route == RouteInspector && r != RouteInspector {
		s.forgetInspected(st)
	}
	st.Quit = nil
	s.dropOver(st)
	st.Route = r
}

// nextForm numbers the openings of pages with fields.
func (s *Store) nextForm() uint64 {
	s.forms++
	return s.forms
}

// explain turns an error into words.
func (s *Store) explain(err error, p *providers.Provider, redirectURI string) problem.Problem {
	return words.Explain(s.sv.Explain, err, p, redirectURI)
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
