package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// rail is the list at the left: the accounts, and while one searches also the
// providers to sign in to.
type rail struct {
	kit    *kit
	object *fyne.Container
	scroll *widget.Scroll
	search *widget.SearchEntry
	list   *fyne.Container
	rows   []*widget.AccountRow
	shown  []railEntry
	// accounts is how many of shown are accounts.
	accounts int
	title    *widget.Text
	// groups are the headings of the providers, if the list is grouped.
	groups []*widget.Text
	none   *widget.EmptyState // nobody signed in
	unread *widget.EmptyState // who did could not be read
	noHit  *widget.EmptyState // nothing has the words that are searched
	filter string
	waits  *widget.RailNote
	signIn *widget.Button
	lock   *widget.Button
	// leave puts the keyboard back on the page.
	leave func()
	// away gives the window back to the page, if the list had it.
	away func()
}

// railEntry is an account or a provider.
type railEntry struct {
	account  *auth.Account
	provider *providers.Provider
}

func newRail(k *kit) *rail {
	r := &rail{kit: k}
	r.search = widget.NewSearchEntry(lang.L("Search"), state.ShortcutOf(state.CommandSearch), k.store.SetSearch)
	r.search.OnShortcut, r.search.OnBare = k.keys.Shortcut, k.keys.Bare
	r.search.OnLeave = func() {
		if len(r.shown) > 0 {
			r.focusRow(0)
		} else if r.leave != nil {
			r.leave()
		}
	}
	r.search.OnSubmitted = func(string) { r.open(0) }
	r.list = widget.NewColumn(theme.GapTiny)
	r.title = widget.NewCaption(lang.L("Sign in to"))
	r.none = widget.NewEmptyState(widget.DrawingAccounts, "", lang.L("Accounts you sign in to appear here."), nil)
	r.unread = widget.NewEmptyState(widget.DrawingAccounts, "", lang.L("Your accounts could not be read."),
		k.small(lang.L("Try again"), widget.ButtonQuiet, k.store.ReadAccounts))
	r.noHit = widget.NewEmptyState(widget.DrawingSearch, "", lang.L("No matching accounts or providers"),
		k.small(lang.L("Clear the search"), widget.ButtonQuiet, func() {
			k.store.SetSearch("")
			r.focus(r.search) // the button is gone
		}))
	then := func(open func()) func() {
		return func() {
			r.away()
			open()
		}
	}
	r.signIn = k.button(lang.L("Sign in to…"), widget.ButtonQuiet, then(k.store.Home))
	r.lock = k.button(lang.L("Lock"), widget.ButtonQuiet, k.store.Lock)
	r.waits = widget.NewRailNote(then(k.store.Queue.Open))
	r.waits.SetKeys(k.keys)
	foot := widget.NewColumn(theme.GapSmall, r.waits, r.signIn,
		k.button(lang.L("Inspect a token"), widget.ButtonQuiet, then(k.store.Inspector.Open)),
		widget.NewHalves(theme.GapSmall, r.lock, k.button(lang.L("Settings"), widget.ButtonQuiet, then(k.store.OpenSettings))))
	r.object, r.scroll = widget.NewRail(r.search, r.list, foot)
	return r
}

func (r *rail) render(st state.State) {
	at := r.pointed()
	r.shown = nil
	for _, a := range st.VisibleAccounts() {
		r.shown = append(r.shown, railEntry{account: a})
	}
	r.accounts = len(r.shown)
	for _, p := range st.FoundProviders() {
		r.shown = append(r.shown, railEntry{provider: p})
	}
	for len(r.rows) < len(r.shown) {
		r.rows = append(r.rows, r.newRow(len(r.rows)))
	}
	for i, e := range r.shown {
		r.rows[i].Set(e.row(st))
	}
	r.fill(st)
	if r.filter == st.Search {
		r.follow(at)
	}
	r.renderWaits(st)
	if st.CanLock() != r.lock.Visible() {
		show(r.lock, st.CanLock())
		r.object.Refresh()
	}
	if r.search.Text != st.Search {
		r.search.SetText(st.Search)
	}
	if r.filter != st.Search {
		r.filter = st.Search
		r.scroll.ScrollToTop()
	}
}

// row is what the row of an entry shows.
func (e railEntry) row(st state.State) widget.Account {
	if p := e.provider; p != nil {
		status, _ := st.ProviderStatus(p)
		return widget.Account{Name: p.Name, Provider: status, Letters: words.Monogram(p), Drawing: providers.Mark(p.Mark)}
	}
	a := e.account
	word, t := words.ShortStatus(a, st.Busy[a.ID], st.Now)
	tn, sign := tone(t)
	return widget.Account{
		Name:     words.DisplayName(a),
		Provider: st.RailLine(a),
		Picture:  st.Pictures[a.ID],
		State:    word,
		Tone:     tn,
		Sign:     sign,
		Mark:     theme.AccountColor(a.Color),
		MarkName: markName(a),
		Selected: a.ID == st.Selected && st.Route == state.RouteAccount,
	}
}

// markName is what an account's colour is called, "" without one.
func markName(a *auth.Account) string {
	if theme.AccountColor(a.Color) == "" {
		return ""
	}
	return words.ColorName(a.Color)
}

// pointed is the account that the keyboard is on, "" if none.
func (r *rail) pointed() string {
	for i, e := range r.shown {
		if e.account != nil && r.rows[i].HasFocus() {
			return e.account.ID
		}
	}
	return ""
}

// follow keeps the keyboard on an account that has another row now.
func (r *rail) follow(id string) {
	if id == "" || r.pointed() == id {
		return
	}
	for i, e := range r.shown {
		if e.account != nil && e.account.ID == id {
			r.focusRow(i)
		}
	}
}

// heading is that of a provider's accounts before an account, nil if there is none there.
func (r *rail) heading(st state.State, i, n int) *widget.Text {
	if !st.Settings.GroupAccounts || i >= r.accounts || i > 0 && r.shown[i].account.Provider == r.shown[i-1].account.Provider {
		return nil
	}
	for len(r.groups) <= n {
		r.groups = append(r.groups, widget.NewCaption(""))
	}
	a := r.shown[i].account
	r.groups[n].SetText(words.ProviderName(a, st.Provider(a.Provider)))
	return r.groups[n]
}

// renderWaits says that something waits for the network, if it does.
func (r *rail) renderWaits(st state.State) {
	text := words.QueueText(len(st.Waiting))
	changed := r.waits.Text() != text
	r.waits.Set(text, st.Route == state.RouteQueue)
	show(r.waits, text != "")
	if changed {
		r.object.Refresh() // the list gives way
	}
}

// fill puts the rows into the list, or says why there are none.
func (r *rail) fill(st state.State) {
	var want []fyne.CanvasObject
	groups := 0
	for i, row := range r.rows[:len(r.shown)] {
		if h := r.heading(st, i, groups); h != nil {
			want = append(want, h)
			groups++
		}
		if i == r.accounts {
			want = append(want, r.title)
		}
		want = append(want, row)
	}
	switch {
	case len(want) > 0:
	case st.Unread && st.Search == "":
		want = append(want, r.unread.Container)
	case len(st.Accounts) == 0 && st.Search == "":
		want = append(want, r.none.Container)
	default:
		want = append(want, r.noHit.Container)
	}
	same := len(want) == len(r.list.Objects)
	for i := 0; same && i < len(want); i++ {
		same = want[i] == r.list.Objects[i]
	}
	if same {
		return
	}
	r.list.Objects = want
	r.list.Refresh()
	r.object.Refresh()
}

// open shows an account, or the page before a sign-in. The search has done its
// work.
func (r *rail) open(i int) {
	if i >= len(r.shown) {
		return
	}
	e, s := r.shown[i], r.kit.store
	r.away()
	s.SetSearch("")
	if e.provider != nil {
		s.SignIn.Choose(e.provider.ID)
		return
	}
	s.SelectAccount(e.account.ID)
}

func (r *rail) newRow(i int) *widget.AccountRow {
	row := widget.NewAccountRow(func() { r.open(i) })
	keys := r.kit.keys
	keys.Focused = func() { r.reveal(row) }
	row.SetKeys(keys)
	row.OnMove = func(by int) {
		if i+by < 0 {
			r.focus(r.search)
			return
		}
		r.focusRow(i + by)
	}
	return row
}

// reveal scrolls the list until a row is to be seen.
func (r *rail) reveal(row *widget.AccountRow) {
	top, bottom := row.Position().Y, row.Position().Y+row.Size().Height
	offset, height := r.scroll.Offset, r.scroll.Size().Height
	switch {
	case top < offset.Y:
		offset.Y = top
	case bottom > offset.Y+height:
		offset.Y = bottom - height
	default:
		return
	}
	r.scroll.ScrollToOffset(offset)
}

func (r *rail) focusRow(i int) {
	if i >= 0 && i < len(r.shown) {
		r.focus(r.rows[i])
	}
}

func (r *rail) focus(f fyne.Focusable) {
	if r.kit.focus != nil {
		r.kit.focus(f)
	}
}
