package screen

import (
	"strings"

	"fyne.io/fyne/v2"

	"claviger/ui/state"
	"claviger/ui/theme"
	"claviger/ui/widget"
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
	wishes   *wishes
}

func newOptions(k *kit) page {
	o := &options{kit: k, head: newHead("", ""), toggles: map[string]*widget.ToggleChip{}}
	s := k.store
	o.chips = widget.NewFlow(6, 6)
	o.meanings = k.keyValue(150, false)
	o.add = k.entry("Another permission")
	o.add.OnSubmitted = func(text string) {
		s.AddScope(text)
		setEntry(o.add, "")
	}
	o.hint = k.entry("User name or e-mail, if you know which account")
	o.hint.OnSubmitted = func(string) { o.begin(false) }
	o.groups = k.check("Ask for my groups, teams and roles", s.SetGroups)
	o.noGroups = widget.NewMuted("This provider has no groups to ask for.")
	o.remember = k.check("Remember me on this computer, encrypted", s.SetRemember)
	o.start = k.button("Sign in with your browser", widget.ButtonPrimary, func() { o.begin(false) })
	o.device = k.button("Use a code instead", widget.ButtonQuiet, func() { o.begin(true) })
	o.edit = k.button("Registration…", widget.ButtonQuiet, func() {
		if p := s.State().Options.Provider; p != nil {
			s.EditSetup(p.ID)
		}
	})
	o.more = k.button("More…", widget.ButtonQuiet, s.OpenWishes)
	o.wishes = newWishes(k, func() { o.begin(false) })
	add := k.small("Add", widget.ButtonQuiet, func() { o.add.OnSubmitted(o.add.Text) })
	o.page = widget.NewPage(o.head.Container,
		widget.NewFlow(10, 10, o.start, o.device, k.button("Back", widget.ButtonQuiet, s.Home), o.edit, o.more),
		o.wishes.card,
		widget.NewCard(widget.NewColumn(theme.GapSmall, o.remember, o.groups, o.noGroups, field("Account (optional)", "", o.hint))),
		titled("Permissions to ask for", o.chips, o.meanings, widget.NewRow(theme.GapSmall, 0, o.add, add)),
	)
	return o
}

func (o *options) begin(device bool) { o.kit.store.StartSignIn(o.hint.Text, o.wishes.typed(), device) }

func (o *options) object() fyne.CanvasObject { return o.page }
func (o *options) focus() fyne.Focusable     { return o.start }

func (o *options) render(st state.State) {
	op := st.Options
	if op.Provider == nil {
		return
	}
	if op.Form != o.form {
		o.form = op.Form
		setEntry(o.hint, op.Hint)
		setEntry(o.add, "")
		title := "Sign in to " + op.Provider.Name
		if op.Account != "" {
			title = "Sign in to " + op.Provider.Name + " again"
		}
		o.head.title.SetText(title)
		text := op.Provider.Summary
		if op.Provider.ID == "demo" {
			text = "An invented provider that runs on this computer only. Any of its four people can sign in."
		}
		if text == "" {
			text = "You type your password on the provider's own page, in your browser."
		}
		o.head.text.SetText(text)
		o.page.ScrollToTop()
	}
	o.groups.set(op.Groups)
	show(o.groups, op.CanGroups)
	show(o.noGroups, !op.CanGroups)
	o.remember.set(op.Remember)
	show(o.device, op.CanDevice)
	show(o.edit, op.Provider.ID != "demo")
	o.renderScopes(op)
	o.wishes.render(op)
	if op.MoreOpen {
		o.more.SetText("Less")
	} else {
		o.more.SetText("More…")
	}
	o.page.Refresh()
}

func (o *options) renderScopes(op state.Options) {
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
			if m := state.ScopeMeaning(op.Provider, g); m != "" {
				lines = append(lines, widget.KV{Label: g, Value: m})
			}
		}
	}
	o.meanings.Set(lines)
}

func (o *options) buildChips(op state.Options) {
	o.toggles = map[string]*widget.ToggleChip{}
	o.chips.Objects = nil
	for _, sc := range op.Scopes {
		if sc.Needed {
			o.chips.Objects = append(o.chips.Objects, o.needed(sc.Name, "The sign-in does not work without it."))
			continue
		}
		c := o.kit.chip(sc.Name, sc.On, func(bool) { o.kit.store.ToggleScope(sc.Name) })
		o.toggles[sc.Name] = c
		o.chips.Objects = append(o.chips.Objects, c)
	}
	if op.Groups {
		for _, g := range op.GroupScopes {
			o.chips.Objects = append(o.chips.Objects, o.needed(g, "It belongs to the groups: switch them off above."))
		}
	}
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
