package screen

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// lettersAtOnce is how many letters of a long token are shown at first.
const lettersAtOnce = 8 << 10

// inspector shows a token that was pasted, dropped or opened, or one of an account.
type inspector struct {
	kit     *kit
	page    *widget.Page
	paste   *widget.Entry
	found   *fyne.Container
	chips   []*widget.ToggleChip
	names   string
	problem *widget.Notice
	none    *widget.Card
	token   *inspectedToken
	checks  *inspectedChecks
	claims  *inspectedClaims
	compare *inspectedCompare
	back    *widget.Button
	form    uint64
	shown   bool
}

func newInspector(k *kit) page {
	s := k.store
	i := &inspector{kit: k, problem: widget.NewNotice(widget.ToneWarn, "", "")}
	paste, inspect := tokenEntry(k, lang.L("Paste a token here"), lang.L("Inspect"), s.Inspector.Inspect)
	i.paste = paste
	i.found = widget.NewFlow(6, 6)
	i.token, i.checks = newInspectedToken(k), newInspectedChecks(k)
	i.claims, i.compare = newInspectedClaims(k), newInspectedCompare(k)
	i.none = widget.NewCard(widget.NewEmptyState(widget.DrawingInspector, "", lang.L("Paste, drop or open a token to see what is in it."), nil).Container)
	i.back = k.button(lang.L("Back"), widget.ButtonQuiet, s.Cancel)
	h := newHead(lang.L("Inspect a token"), lang.L("A header, a command for curl or the JSON of a token response are understood too. It stays on this computer, and is forgotten when you leave this page."))
	i.page = widget.NewPage(h.with(i.back),
		widget.NewCard(widget.NewColumn(theme.GapSmall, i.paste,
			widget.NewFlow(10, 10,
				k.button(lang.L("Paste"), widget.ButtonPrimary, s.Inspector.Paste), inspect,
				k.button(lang.L("Open a file…"), widget.ButtonQuiet, func() { k.files.Open(nil, s.Inspector.OpenFile) })),
			i.found)),
		i.problem, i.none, i.token.card, i.checks.card, i.claims.cards, i.compare.card)
	return i
}

// tokenEntry is a field for a token, and its button: what is typed shows as dots and is
// taken with Enter or the button, what is pasted is taken at once and never drawn.
func tokenEntry(k *kit, placeholder, action string, take func(string)) (*widget.Entry, *widget.Button) {
	e := k.password(placeholder)
	e.OnPaste = take
	e.OnSubmitted = func(text string) {
		if text == "" {
			k.focus(e)
			return
		}
		setEntry(e, "")
		take(text)
	}
	return e, k.button(action, widget.ButtonQuiet, func() { e.OnSubmitted(e.Text) })
}

func (i *inspector) object() fyne.CanvasObject { return i.page }
func (i *inspector) focus() fyne.Focusable     { return i.paste }

// leave forgets what was typed.
func (i *inspector) leave() {
	setEntry(i.paste, "")
	setEntry(i.compare.paste, "")
	setEntry(i.claims.filter, "")
	i.token.view.Set(false, "")
}

func (i *inspector) render(st state.State) {
	i.set(st)
	if has := st.Inspector.Token != nil; has != i.shown || st.Inspector.Form != i.form {
		i.shown = has
		i.compare.reveal = nil // a page opens at its top
		i.page.ScrollToTop()
	}
	if st.Inspector.Form != i.form {
		i.form = st.Inspector.Form
		i.kit.focus(i.paste)
	}
	i.page.Refresh()
	i.compare.settle(i.kit)
}

func (i *inspector) tick(st state.State) {
	i.set(st)
	i.page.Settle()
}

func (i *inspector) set(st state.State) {
	p := st.Inspector
	i.renderFound(p)
	i.problem.Set(widget.ToneWarn, "", p.Problem)
	show(i.problem, p.Problem != "")
	show(i.none, p.Token == nil && p.Problem == "")
	i.token.render(p, st)
	i.checks.render(p, st)
	i.claims.render(p, st)
	i.compare.render(p, st)
}

// renderFound offers the tokens of what was pasted, if there are several.
func (i *inspector) renderFound(p state.InspectorPage) {
	if names := strings.Join(p.Found, "\n"); names != i.names {
		i.names = names
		i.chips, i.found.Objects = nil, nil
		for n, name := range p.Found {
			c := i.kit.chip(plain.Short(name), false, func(bool) { i.kit.store.Inspector.Choose(n) })
			i.chips = append(i.chips, c)
			i.found.Objects = append(i.found.Objects, c)
		}
		widget.LinkArrows(i.found, i.kit.focus, nil)
		i.found.Refresh()
	}
	for n, c := range i.chips {
		c.Set(plain.Short(p.Found[n]), n == p.Chosen)
	}
	show(i.found, len(p.Found) > 0)
}

// inspectedToken says what the token is, and shows it.
type inspectedToken struct {
	card   *widget.Card
	title  *widget.Text
	chip   *widget.Chip
	text   *widget.Text
	show   *widget.Button
	save   *widget.Button
	life   *lifetime
	faults *widget.Notice
	notes  *widget.Notice
	view   *widget.TokenView
	cut    *fyne.Container
	part   *widget.Text
}

func newInspectedToken(k *kit) *inspectedToken {
	s := k.store
	t := &inspectedToken{title: widget.NewSubtitle(""), text: widget.NewMuted(""), life: newLifetime()}
	t.chip = widget.NewChip("", widget.ToneOK, widget.SignDone)
	t.show = k.small(lang.L("Show"), widget.ButtonQuiet, s.Inspector.Show)
	t.save = k.small(lang.L("Save claims…"), widget.ButtonQuiet, func() { k.files.Save("claims.json", s.Inspector.SaveClaims) })
	t.faults = widget.NewNotice(widget.ToneBad, "", "")
	t.notes = widget.NewNotice(widget.ToneWarn, "", "")
	t.view = widget.NewTokenView(s.Inspector.CopySelected)
	t.view.SetKeys(k.keys)
	t.part = widget.NewMuted("")
	t.cut = widget.NewColumn(theme.GapSmall, t.part,
		widget.NewFlow(10, 10, k.small(lang.L("Show all of it"), widget.ButtonQuiet, s.Inspector.ShowWhole)))
	t.card = widget.NewCard(widget.NewColumn(theme.Gap,
		widget.NewRow(10, 0, t.title, t.chip), t.text,
		widget.NewFlow(10, theme.GapSmall, t.show, k.small(lang.L("Copy"), widget.ButtonQuiet, s.Inspector.Copy), t.save),
		t.faults, t.notes, t.life.object, t.view, t.cut))
	return t
}

func (t *inspectedToken) render(p state.InspectorPage, st state.State) {
	v := p.Token
	show(t.card, v != nil)
	if v == nil {
		t.view.Set(false, "")
		return
	}
	name, text := words.KindWords(v.Read.Kind)
	t.title.SetText(name)
	t.text.SetText(text)
	setCheckChip(t.chip, v.Checks)
	t.show.SetText(showOrHide(v.Shown))
	faults, notes := words.TokenFaults(v.Read)
	t.faults.Set(widget.ToneBad, "", faults)
	show(t.faults, faults != "")
	t.notes.Set(widget.ToneWarn, "", notes)
	show(t.notes, notes != "")
	show(t.save, v.JWT)
	t.life.render(v, st.Now)
	show(t.life.object, !v.IssuedAt.IsZero() || !v.ExpiresAt.IsZero())
	t.renderText(p)
}

// renderText shows the token itself, or the beginning of a long one.
func (t *inspectedToken) renderText(p state.InspectorPage) {
	v := p.Token
	raw := v.Raw.Reveal()
	cut := v.Shown && !p.Whole && len(raw) > lettersAtOnce
	if cut {
		raw = raw[:lettersAtOnce]
	}
	parts := strings.SplitN(raw, ".", 5) // RFC 7516 §3.1 has the most
	if !v.Shown {
		parts = make([]string, min(len(parts), 5))
	}
	t.view.Set(v.Shown, parts...)
	if cut {
		t.part.SetText(lang.L("The first {{.Shown}} of {{.Size}} characters.", map[string]any{"Shown": lettersAtOnce, "Size": v.Read.Size}))
	}
	show(t.cut, cut)
}
