package screen

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// account shows an account.
type account struct {
	kit    *kit
	all    *widget.Headed
	avatar *widget.Avatar
	name   *widget.Text
	who    *widget.Text
	chips  *fyne.Container
	status *widget.Chip
	issuer *widget.Chip
	bar    *widget.TabBar
	copy   *widget.Button
	renew  *widget.Button
	out    *widget.Button
	again  *widget.Button
	reason *widget.Notice
	ask    *signOutPanel
	edit   *widget.Button
	mine   *describePanel
	tabs   map[state.Tab]tab // that were shown
	shown  state.Tab
	of     string // the account that is shown
}

func newAccount(k *kit) page {
	a := &account{kit: k, avatar: widget.NewAvatar(widget.AvatarLarge)}
	s := k.store
	a.name = widget.NewText("", nameStyle(false))
	a.who = widget.NewText("", widget.TextStyle{Color: theme.ColorMuted, Fit: widget.FitEllipsis})
	a.status = widget.NewChip("", widget.ToneSoft, widget.SignNone)
	a.issuer = widget.NewChip("", widget.ToneSoft, widget.SignNone)
	a.copy = k.button(lang.L("Copy token"), widget.ButtonQuiet, s.Tokens.Copy)
	a.renew = k.button(lang.L("Refresh"), widget.ButtonQuiet, s.Refresh)
	a.out = k.button(lang.L("Sign out"), widget.ButtonDanger, s.AskSignOut)
	a.again = k.button(lang.L("Sign in again"), widget.ButtonPrimary, s.SignIn.Again)
	a.reason = widget.NewNotice(widget.ToneWarn, "", "")
	a.ask = newSignOutPanel(k)
	a.mine = newDescribePanel(k)
	a.edit = k.small(lang.L("Edit…"), widget.ButtonQuiet, s.Describe.Ask)
	a.bar = widget.NewTabBar(func(i int) { s.SelectTab(state.Tabs()[i]) })
	a.bar.SetKeys(k.keys)
	a.chips = widget.NewFlow(6, 6, widget.NewCopyArea(a.status), widget.NewCopyArea(a.issuer))
	who := widget.NewCopyArea(widget.NewColumn(theme.GapTiny, widget.NewAfter(10, a.name, a.edit), a.who), a.name, a.who)
	words := widget.NewColumn(theme.GapTiny, who, a.chips)
	buttons := widget.NewFlow(theme.GapSmall, theme.GapSmall, a.again, a.copy, a.renew, a.out)
	top := &fyne.Container{Layout: topLayout{}, Objects: []fyne.CanvasObject{widget.NewColumn(theme.Gap,
		widget.NewBeside(widget.Beside{Gap: theme.Gap, Break: 560, First: 330}, widget.NewRow(theme.GapLarge, 1, a.avatar, words), buttons),
		a.reason, a.ask.card, a.mine.card, a.bar)}}
	a.tabs = map[state.Tab]tab{}
	a.all = widget.NewHeaded(top, a.turned)
	return a
}

// tab makes a tab when it is shown for the first time: the fields of one that nobody
// opens would take memory, most of it for their fonts.
func (a *account) tab(t state.Tab) tab {
	if a.tabs[t] == nil {
		a.tabs[t] = map[state.Tab]func(*kit) tab{
			state.TabProfile:  newProfile,
			state.TabGroups:   newGroups,
			state.TabTokens:   newTokens,
			state.TabTry:      newTry,
			state.TabActivity: newActivity,
			state.TabPrograms: newProgramsTab,
		}[t](a.kit)
	}
	return a.tabs[t]
}

func (a *account) object() fyne.CanvasObject { return a.all }
func (a *account) focus() fyne.Focusable     { return a.bar }

func (a *account) render(st state.State) {
	acc := st.Account()
	if acc == nil {
		return
	}
	p := st.Provider(acc.Provider)
	a.avatar.Set(words.DisplayName(acc), st.Pictures[acc.ID])
	a.avatar.SetMark(theme.AccountColor(acc.Color))
	asks := st.SignOut != nil || st.Describe != nil // which takes much of a small window
	a.name.Set(words.DisplayName(acc), nameStyle(asks))
	a.who.SetText(words.WhoLine(acc))
	show(a.who, a.who.Text() != "")
	a.renderTime(acc, st)
	a.issuer.Set(words.ProviderName(acc, p), widget.ToneSoft, widget.SignNone)
	needs := acc.State == auth.StateNeedsSignIn
	show(a.again, needs)
	show(a.copy, !needs)
	show(a.renew, !needs)
	again := lang.L("Refresh")
	if acc.State == auth.StateOffline {
		again = lang.L("Try now")
	}
	a.renew.SetText(again)
	enable(a.renew, st.Busy[acc.ID] == "")
	asked, described := a.ask.open, a.mine.form != 0
	a.ask.render(st)
	a.mine.render(st)
	show(a.edit, !asks)
	a.renderTabs(st, acc)
	a.all.Refresh()
	switch {
	case st.SignOut != nil && !asked:
		a.all.Bring(a.ask.card)
	case st.Describe != nil && !described:
		a.all.Bring(a.mine.card)
	}
}

// nameStyle is how an account's name looks: one that is long has two lines, if they need
// not be saved.
func nameStyle(saved bool) widget.TextStyle {
	style := widget.TextStyle{Size: "headingText", Bold: true, Fit: widget.FitWrap, MaxLines: 2}
	if saved {
		style.MaxLines = 1
	}
	return style
}

// tick sets the words that time alone changed. The page is laid out again only if
// they need more room than before.
func (a *account) tick(st state.State) {
	acc := st.Account()
	if acc == nil {
		return
	}
	a.renderTime(acc, st)
	a.chips.Layout.Layout(a.chips.Objects, a.chips.Size())
	a.all.Settle()
	if t := a.tabs[st.Tab]; t != nil {
		t.tick(st, acc)
	}
}

// renderTime says what the account is good for, and for how long.
func (a *account) renderTime(acc *auth.Account, st state.State) {
	text, t := words.LongStatus(acc, st.Busy[acc.ID], st.Now)
	tn, sign := tone(t)
	a.status.Set(text, tn, sign)
	a.renderReason(acc, st.Now)
}

// renderReason says why an account is not active, and what can be done. Being
// offline is no error.
func (a *account) renderReason(acc *auth.Account, now time.Time) {
	if title, text := words.OfflineText(acc, now); title != "" {
		a.reason.Set(widget.ToneSoft, title, text)
		show(a.reason, true)
		return
	}
	a.reason.Set(widget.ToneWarn, "", plain.Sentences(words.Said(acc.Reason)))
	show(a.reason, acc.Reason != "" && acc.State != auth.StateActive)
}

func (a *account) renderTabs(st state.State, acc *auth.Account) {
	var titles []widget.Tab
	chosen := 0
	for i, t := range state.Tabs() {
		title := widget.NewTab(map[state.Tab]string{
			state.TabProfile: lang.L("Profile"), state.TabGroups: lang.L("Groups"), state.TabTokens: lang.L("Tokens"), state.TabTry: lang.L("Try it"), state.TabActivity: lang.L("Activity"),
			state.TabPrograms: lang.L("Programs"),
		}[t])
		if t == state.TabGroups && acc.GroupsAsked {
			title.Count = len(acc.Groups)
		}
		if t == st.Tab {
			chosen = i
		}
		titles = append(titles, title)
	}
	a.bar.Set(titles, chosen)
	content := a.tab(st.Tab)
	content.render(st, acc)
	if a.shown != st.Tab {
		if a.of == acc.ID {
			a.kit.focus(a.bar) // what had the keyboard may go
		}
		a.shown = st.Tab
		a.all.SetBelow(content.object())
	}
	a.of = acc.ID
}

// topLayout has the margins of a page, without its lower one.
type topLayout struct{}

func (topLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return objects[0].MinSize().AddWidthHeight(2*theme.GapLarge, theme.PageTop)
}

func (topLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	left, width := theme.Margins(size.Width)
	objects[0].Move(fyne.NewPos(left, theme.PageTop))
	objects[0].Resize(fyne.NewSize(width, size.Height-theme.PageTop))
}

// signOutPanel asks what a sign-out should do.
type signOutPanel struct {
	kit    *kit
	card   *widget.Card
	revoke *check
	end    *check
	noWay  *widget.Text
	waits  *widget.Text
	undo   *widget.Text
	answers
	bad  *widget.Notice
	open bool
}

func newSignOutPanel(k *kit) *signOutPanel {
	p := &signOutPanel{kit: k}
	s := k.store
	set := func(bool) { s.SetSignOut(p.revoke.Checked, p.end.Checked) }
	p.revoke = k.check(lang.L("Also revoke access at the provider"), set)
	p.end = k.check(lang.L("Also sign out in the browser"), set)
	p.noWay = widget.NewMuted(lang.L("The provider offers no way to revoke access from here."))
	p.waits = widget.NewMuted("")
	p.undo = widget.NewMuted("")
	p.answers = newAnswers(k.button(lang.L("Cancel"), widget.ButtonQuiet, s.Cancel), k.button(lang.L("Sign out"), widget.ButtonDanger, s.SignOut))
	p.bad = widget.NewNotice(widget.ToneBad, "", "")
	p.card = widget.NewBarCard(widget.ToneBad, widget.NewColumn(theme.GapSmall,
		widget.NewSubtitle(lang.L("Sign out?")),
		widget.NewMuted(lang.L("This removes the account and its tokens from this computer.")),
		p.revoke, p.waits, p.noWay, p.end, p.undo, p.bad,
		p.row))
	p.card.Hide()
	return p
}

func (p *signOutPanel) render(st state.State) {
	q := st.SignOut
	show(p.card, q != nil)
	if q == nil {
		p.open = false
		return
	}
	p.revoke.Set(q.Revoke)
	p.end.Set(q.EndSession)
	show(p.revoke, q.CanRevoke)
	show(p.noWay, !q.CanRevoke)
	p.waits.SetText(q.Waits)
	show(p.waits, q.Waits != "" && q.Revoke)
	show(p.end, q.CanEndSession)
	p.undo.SetText(st.UndoText())
	show(p.undo, q.Error == "")
	setBusy(p.yes, q.Busy, lang.L("Sign out"), lang.L("Signing out…"))
	setError(p.bad, q.Error)
	p.card.Refresh()
	if !p.open {
		p.open = true
		p.kit.focus(p.no)
	}
}

// content is what is below the tabs.
func (a *account) content() fyne.CanvasObject { return a.all.Below() }

// turned turns the tab with the wheel.
func (a *account) turned(ev *fyne.ScrollEvent) {
	if s, ok := a.tabs[a.shown].(fyne.Scrollable); ok { // the groups are a list
		s.Scrolled(ev)
		return
	}
	widget.Turn(a.content(), ev)
}

// fixed are the parts that do not scroll.
func (a *account) fixed() []fyne.CanvasObject {
	return append([]fyne.CanvasObject{a.bar, a.copy, a.renew, a.out, a.again, a.edit, a.ask.revoke, a.ask.end, a.ask.no, a.ask.yes}, a.mine.parts()...)
}
