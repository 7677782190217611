package screen

import (
	"fyne.io/fyne/v2"

	"claviger/auth"
	"claviger/ui/state"
	"claviger/ui/theme"
	"claviger/ui/widget"
)

// rail is the list of accounts at the left.
type rail struct {
	kit    *kit
	object *fyne.Container
	search *widget.SearchEntry
	list   *fyne.Container
	rows   []*widget.AccountRow
	shown  []*auth.Account
	empty  *widget.Text
	waits  *widget.RailNote
	signIn *widget.Button
	lock   *widget.Button
	// leave puts the keyboard back on the page.
	leave func()
}

func newRail(k *kit) *rail {
	r := &rail{kit: k}
	r.search = widget.NewSearchEntry("Search", "Ctrl K", k.store.SetSearch)
	r.search.OnShortcut = k.keys.Shortcut
	r.search.OnLeave = func() {
		if len(r.shown) > 0 {
			r.focusRow(0)
		} else if r.leave != nil {
			r.leave()
		}
	}
	r.search.OnSubmitted = func(string) {
		if len(r.shown) > 0 {
			k.store.SelectAccount(r.shown[0].ID)
		}
	}
	r.list = widget.NewColumn(theme.GapTiny)
	r.empty = widget.NewMuted("")
	r.signIn = k.button("Sign in to…", widget.ButtonPrimary, k.store.Home)
	r.lock = k.button("Lock", widget.ButtonQuiet, k.store.Lock)
	r.waits = widget.NewRailNote(k.store.OpenQueue)
	r.waits.SetKeys(k.keys)
	foot := widget.NewColumn(theme.GapSmall, r.waits, r.signIn,
		widget.NewHalves(theme.GapSmall, r.lock, k.button("Settings", widget.ButtonQuiet, k.store.OpenSettings)))
	r.object = widget.NewRail(r.search, r.list, foot)
	return r
}

func (r *rail) render(st state.State) {
	r.shown = st.VisibleAccounts()
	for len(r.rows) < len(r.shown) {
		r.rows = append(r.rows, r.newRow(len(r.rows)))
	}
	for i, a := range r.shown {
		word, t := state.ShortStatus(a, st.Busy[a.ID], st.Now)
		tn, sign := tone(t)
		r.rows[i].Set(widget.Account{
			Name:     state.DisplayName(a),
			Provider: state.ProviderName(a, st.Provider(a.Provider)),
			Picture:  st.Pictures[a.ID],
			State:    word,
			Tone:     tn,
			Sign:     sign,
			Selected: a.ID == st.Selected && st.Route == state.RouteAccount,
		})
	}
	r.fill(st)
	r.renderWaits(st)
	if st.CanLock() != r.lock.Visible() {
		show(r.lock, st.CanLock())
		r.object.Refresh()
	}
	if r.search.Text != st.Search {
		r.search.SetText(st.Search)
	}
}

// renderWaits says that something waits for the network, where it does.
func (r *rail) renderWaits(st state.State) {
	text := st.QueueText()
	changed := r.waits.Text() != text
	r.waits.Set(text, st.Route == state.RouteQueue)
	show(r.waits, text != "")
	if changed {
		r.object.Refresh() // the list gives way
	}
}

// fill puts as many rows into the list as there are accounts.
func (r *rail) fill(st state.State) {
	text := ""
	switch {
	case len(st.Accounts) == 0:
		text = "Accounts you sign in to appear here."
	case len(r.shown) == 0:
		text = "No account fits “" + st.Search + "”."
	}
	r.empty.SetText(text)
	want := len(r.shown)
	if want == 0 {
		want = 1
	}
	same := len(r.list.Objects) == want && (len(r.shown) > 0) == (len(r.list.Objects) > 0 && r.list.Objects[0] != fyne.CanvasObject(r.empty))
	if same {
		return
	}
	r.list.Objects = nil
	for _, row := range r.rows[:len(r.shown)] {
		r.list.Objects = append(r.list.Objects, row)
	}
	if len(r.shown) == 0 {
		r.list.Objects = []fyne.CanvasObject{r.empty}
	}
	r.list.Refresh()
	r.object.Refresh()
}

func (r *rail) newRow(i int) *widget.AccountRow {
	row := widget.NewAccountRow(func() {
		if i < len(r.shown) {
			r.kit.store.SelectAccount(r.shown[i].ID)
		}
	})
	row.SetKeys(r.kit.keys)
	row.OnMove = func(by int) {
		if i+by < 0 {
			r.focus(r.search)
			return
		}
		r.focusRow(i + by)
	}
	return row
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
