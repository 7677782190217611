package screen

import (
	"strings"

	"fyne.io/fyne/v2/lang"

	"fyne.io/fyne/v2"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// options asks what a sign-in should ask for.
type options struct {
	kit      *kit
	page     *widget.Page
	head     head
	form     uint64
	made     string
	chips    *fyne.Container
	toggles  map[string]*widget.ToggleChip
	meanings *widget.KeyValue
	add      *widget.Entry
	hint     *widget.Entry
	groups   *check
	noGroups *widget.Text
	remember *check
	start    *widget.Button
	device   *widget.Button
	edit     *widget.Button
	more     *widget.Button
	reset    *widget.Button
	wishes   *wishes
	open     bool
}

func newOptions(k *kit) page {
	o := &options{kit: k, head: newHead("", ""), toggles: map[string]*widget.ToggleChip{}}
	s := k.store
	o.chips = widget.NewFlow(6, 6)
	o.meanings = k.keyValue(150, false)
	o.add = k.entry(lang.L("Another permission"))
	o.add.OnSubmitted = func(text string) {
		s.Options.AddScope(text)
		setEntry(o.add, "")
		s.Typed("scope", "", "")
	}
	o.add.OnChanged = func(text string) { s.Typed("scope", text, "") }
	o.hint = k.entry(lang.L("User name or email"))
	o.hint.OnChanged = func(text string) { s.Typed("hint", text, s.State().Options.Hint) }
	o.hint.OnSubmitted = func(string) { o.begin(false) }
	o.groups = k.check(lang.L("Ask for my groups, teams and roles"), s.Options.SetGroups)
	o.noGroups = widget.NewMuted(lang.L("This provider has no groups."))
	o.remember = k.check(lang.L("Remember me on this computer, encrypted"), s.Options.SetRemember)
	o.start = k.button(lang.L("Sign in with your browser"), widget.ButtonPrimary, func() { o.begin(false) })
	o.device = k.button(lang.L("Use a code instead"), widget.ButtonQuiet, func() { o.begin(true) })
	o.edit = k.button(lang.L("Registration…"), widget.ButtonQuiet, func() {
		if p := s.State().Options.Provider; p != nil {
			s.Setup.Edit(p.ID)
		}
	})
	o.more = k.small(lang.L("More…"), widget.ButtonQuiet, s.Options.OpenWishes)
	o.reset = k.small(lang.L("Reset"), widget.ButtonQuiet, s.Discard)
	o.wishes = newWishes(k, func() { o.begin(false) })
	add := k.small(lang.L("Add"), widget.ButtonQuiet, func() { o.add.OnSubmitted(o.add.Text) })
	o.page = widget.NewPage(o.head.Container,
		widget.NewFlow(10, 10, o.start, o.device, k.button(lang.L("Back"), widget.ButtonQuiet, s.Home), o.edit),
		widget.NewCard(widget.NewColumn(theme.GapSmall, o.remember, o.groups, o.noGroups, field(lang.L("Account (optional)"), "", o.hint),
			widget.NewFlow(10, 10, o.more, o.reset))),
		o.wishes.card, // below what most people need, which stays where it is
		titled(lang.L("Permissions"), o.chips, o.meanings, widget.NewRow(theme.GapSmall, 0, o.add, add)),
	)
	return o
}

func (o *options) begin(device bool) { o.kit.store.SignIn.Start(o.hint.Text, o.wishes.typed(), device) }

func (o *options) object() fyne.CanvasObject { return o.page }
func (o *options) focus() fyne.Focusable     { return o.start }

func (o *options) render(st state.State) {
	op := st.Options
	if op.Provider == nil {
		return
	}
	opened := op.MoreOpen && !o.open && op.Form == o.form
	o.open = op.MoreOpen
	if op.Form != o.form {
		o.form = op.Form
		setEntry(o.hint, st.Draft().Value("hint", op.Hint))
		setEntry(o.add, st.Draft().Value("scope", ""))
		provider := map[string]any{"Provider": op.Provider.Name}
		title := lang.L("Sign in to {{.Provider}}", provider)
		if op.Account != "" {
			title = lang.L("Sign in to {{.Provider}} again", provider)
		}
		o.head.title.SetText(title)
		text := op.Provider.Summary
		if op.Provider.ID == "demo" {
			text = lang.L("A made-up provider that runs only on this computer. Sign in as any of its four people.")
		}
		if text == "" {
			text = lang.L("You enter your password on the provider's own page, in your browser.")
		}
		o.head.text.SetText(text)
		o.page.ScrollToTop()
		o.kit.focus(o.start) // also if the page before was another provider's
	}
	o.groups.Set(op.Groups)
	show(o.groups, op.CanGroups)
	show(o.noGroups, !op.CanGroups)
	o.remember.Set(op.Remember)
	show(o.device, op.CanDevice)
	show(o.edit, op.Provider.ID != "demo")
	o.renderScopes(op)
	o.wishes.render(st)
	if op.MoreOpen {
		o.more.SetText(lang.L("Less"))
	} else {
		o.more.SetText(lang.L("More…"))
	}
	if o.reset.HasFocus() && len(st.Draft()) == 0 {
		o.kit.refocus() // the button goes
	}
	show(o.reset, len(st.Draft()) > 0)
	o.page.Refresh()
	if opened {
		o.kit.bringTop(o.wishes.card)
	}
	o.wishes.fill.settle()
}

func (o *options) renderScopes(op state.OptionsPage) {
	names := make([]string, 0, len(op.Scopes)+len(op.GroupScopes))
	for _, sc := range op.Scopes {
		names = append(names, sc.Name)
	}
	if op.Groups {
		names = append(names, op.GroupScopes...)
	}
	if made := strings.Join(names, "\n"); made != o.made {
		o.made = made
		o.buildChips(op)
	}
	var lines []widget.KV
	for _, sc := range op.Scopes {
		if c := o.toggles[sc.Name]; c != nil && c.On() != sc.On {
			c.Set(sc.Name, sc.On)
		}
		if sc.On && sc.Meaning != "" {
			lines = append(lines, widget.KV{Label: sc.Name, Value: sc.Meaning})
		}
	}
	if op.Groups {
		for _, g := range op.GroupScopes {
			if m := words.ScopeMeaning(op.Provider, g); m != "" {
				lines = append(lines, widget.KV{Label: g, Value: m})
			}
		}
	}
	o.meanings.Set(lines)
}

func (o *options) buildChips(op state.OptionsPage) {
	o.toggles = map[string]*widget.ToggleChip{}
	o.chips.Objects = nil
	for _, sc := range op.Scopes {
		if sc.Needed {
			o.chips.Objects = append(o.chips.Objects, o.needed(sc.Name, lang.L("Required to sign in.")))
			continue
		}
		c := o.kit.chip(sc.Name, sc.On, func(bool) { o.kit.store.Options.ToggleScope(sc.Name) })
		o.toggles[sc.Name] = c
		o.chips.Objects = append(o.chips.Objects, c)
	}
	if op.Groups {
		for _, g := range op.GroupScopes {
			o.chips.Objects = append(o.chips.Objects, o.needed(g, lang.L("Required for groups. Untick groups above to leave it out.")))
		}
	}
	widget.LinkArrows(o.chips, o.kit.focus, nil)
	o.chips.Refresh()
}

// needed is a chip that cannot be switched off, and says why when it is tried.
func (o *options) needed(name, why string) fyne.CanvasObject {
	var c *widget.ToggleChip
	c = o.kit.chip(name, true, func(bool) {
		c.Set(name, true)
		o.kit.store.Explain(why)
	})
	return c
}
