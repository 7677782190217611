package state

import (
	"context"
	"sync"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
)

// base is what every page of the window stands on: the state and its drawing, the work
// beside it (job.go), messages (notice.go) and the clipboard (clipboard.go). It knows
// none of the pages: they say what is to be done with them.
type base struct {
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
	forms   uint64
	locks   uint64 // how often the vault was locked
	copied  string
	// posted is set while what a goroutine posted runs, or what the desktop wants: all
	// else on the UI goroutine is a person's doing.
	posted bool
	usedAt time.Time

	// What is to be done: onChange after each change, before it is drawn, onLeave when
	// the person leaves a page, onGo when a page is shown, and onLock at the lock.
	onChange []func()
	onLeave  []func()
	onGo     []func(st *State, to Route)
	onLock   []func(st *State)
}

// newBase makes what the pages stand on.
func newBase(ctx context.Context, sv Services, post func(func()), render func(State)) *base {
	if sv.Now == nil {
		sv.Now = time.Now
	}
	b := &base{
		sv:      sv,
		render:  render,
		now:     sv.Now,
		gens:    map[slot]uint64{},
		cancels: map[slot]context.CancelFunc{},
	}
	b.post = func(f func()) {
		post(func() { b.byItself(f) })
	}
	b.ctx, b.cancel = context.WithCancel(ctx)
	b.st = State{
		Route:    RouteStart,
		Now:      b.now(),
		Tab:      TabProfile,
		Settings: DefaultSettings(),
		Busy:     map[string]string{},
		Pictures: map[string][]byte{},
		Drafts:   map[Form]Draft{},
	}
	return b
}

// byItself runs what is no person's doing.
func (b *base) byItself(f func()) {
	was := b.posted
	b.posted = true
	defer func() { b.posted = was }()
	f()
}

// State returns the current state.
func (b *base) State() State { return b.st }

// update changes the state on the UI goroutine and draws it. Once no one can see the
// window, only a new page is drawn: the page that asks to unlock the vault takes the
// place of what came out of it.
func (b *base) update(change func(*State)) {
	if b.ctx.Err() != nil {
		return
	}
	hidden, route := b.st.Hidden, b.st.Route
	b.st.Now = b.now()
	b.st.Ticked = change == nil
	b.st.ByItself = b.posted
	b.used()
	if change != nil {
		change(&b.st)
	}
	for _, f := range b.onChange {
		f()
	}
	if !hidden || !b.st.Hidden || b.st.Route != route {
		b.render(b.st)
	}
}

// usedEvery is how often the vault learns that the person is there.
const usedEvery = 10 * time.Second

// used tells the vault that the person is there, if so.
func (b *base) used() {
	if b.posted || b.sv.Guard == nil || b.st.Vault.LockAfter == 0 || b.st.Locked() || b.st.Now.Sub(b.usedAt).Abs() < usedEvery {
		return
	}
	b.usedAt = b.st.Now
	b.spawn(func(context.Context) { b.sv.Guard.Used() })
}

// goTo changes the page; a message of the page before goes with it.
func (b *base) goTo(st *State, r Route) {
	if st.Route != r {
		st.Notice = Notice{}
		b.drop(slotNotice)
		st.Discarding = false
	}
	st.Quit = nil
	for _, f := range b.onGo {
		f(st, r)
	}
	st.Route = r
}

// leave ends what a page that is left had under way.
func (b *base) leave() {
	for _, f := range b.onLeave {
		f()
	}
}

// back returns to the chosen account or to the cards.
func (b *base) back() {
	b.leave()
	b.update(func(st *State) {
		switch {
		case st.Account() != nil:
			b.goTo(st, RouteAccount)
		default:
			b.goTo(st, RouteWelcome)
		}
	})
}

// lockedNow forgets what came out of the vault and asks to unlock it.
func (b *base) lockedNow(st *State) {
	b.locks++
	for _, f := range b.onLock {
		f(st)
	}
}

// nextForm numbers the openings of pages with fields.
func (b *base) nextForm() uint64 {
	b.forms++
	return b.forms
}

// at says where in a form a new error belongs.
func (b *base) at(field string) ErrorAt { return ErrorAt{field, b.nextForm()} }

// explain turns an error into words.
func (b *base) explain(err error, p *providers.Provider, redirectURI string) problem.Problem {
	return words.Explain(b.sv.Explain, err, p, redirectURI)
}

// callBack calls a person back who is elsewhere, in the browser for example. It names no
// one: a notification can be seen by others.
func (b *base) callBack(title, text string) {
	if b.sv.CallBack != nil {
		b.sv.CallBack(title, text)
	}
}

// OpenURL opens a page in the browser, such as a registration page.
func (b *base) OpenURL(url string) {
	if url == "" {
		return
	}
	b.spawn(func(ctx context.Context) {
		if err := b.sv.OpenURL(ctx, url); err != nil {
			b.post(func() {
				b.notify(NoticeWarn, lang.L("No browser could be opened. The address is {{.URL}}", map[string]any{"URL": url}))
			})
		}
	})
}
