package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
)

// add asks for a new provider: first where it comes from, then what is still
// missing.
type add struct {
	kit     *kit
	page    *widget.Page
	form    uint64
	presets int
	first   fyne.Focusable
	fill    *form
	agree   *agree

	// The first step.
	issuer *widget.Entry
	look   *widget.Button
	trust  *fyne.Container

	// The second step.
	id, name, clientID, secret *widget.Entry
	vars                       map[string]*widget.Entry
	save                       *widget.Button
	register                   *registering
	redirect                   *addresses
	// byHand is what a registration by hand needs.
	byHand []fyne.CanvasObject
}

func newAdd(k *kit) page { return &add{kit: k, page: widget.NewPage()} }

func (a *add) object() fyne.CanvasObject { return a.page }
func (a *add) focus() fyne.Focusable     { return a.first }

func (a *add) render(st state.State) {
	if st.Add.Form != a.form || len(st.Presets()) != a.presets {
		a.form, a.presets = st.Add.Form, len(st.Presets())
		a.fill = newForm(a.kit, st.Draft())
		a.agree = newAgree(a.kit, lang.L("Add"), a.kit.store.Add.Agree)
		if st.Add.Chosen() {
			a.buildDetails(st.Add)
		} else {
			a.buildChoice(st)
		}
		a.page.ScrollToTop()
		a.kit.focus(a.first)
	}
	a.fill.render(st, st.Add.Error, st.Add.ErrorAt)
	a.agree.render(st.Add.Agree)
	if st.Add.Chosen() {
		setBusy(a.save, st.Add.Busy, lang.L("Add and continue"), lang.L("Adding…"))
		enable(a.save, !st.Add.Busy && !st.Add.Registering)
		a.register.render(st.Add, a.clientID)
		a.redirect.set(st.Add.RedirectURIs(a.id.Text)) // its path goes by the ID
		for _, o := range a.byHand {
			show(o, st.Add.Registered == nil)
		}
	} else {
		setBusy(a.look, st.Add.Busy, lang.L("Look up"), lang.L("Looking up…"))
		show(a.trust, st.Add.Untrusted)
	}
	a.page.Refresh()
	a.fill.settle()
}

// buildChoice asks where the provider comes from.
func (a *add) buildChoice(st state.State) {
	s := a.kit.store
	a.issuer = a.kit.entry("https://login.example.com")
	issuer := a.fill.field(a.issuer, "issuer", lang.L("Issuer URL"), "", "")
	setEntry(a.issuer, st.Add.Issuer)
	a.issuer.OnSubmitted = s.Add.LookUp
	a.look = a.kit.button(lang.L("Look up"), widget.ButtonPrimary, func() { s.Add.LookUp(a.issuer.Text) })
	a.first = a.issuer
	presets := widget.NewFlow(theme.GapSmall, theme.GapSmall)
	for _, p := range st.Presets() {
		presets.Add(a.kit.small(p.Name, widget.ButtonQuiet, func() { s.Add.ChoosePreset(p.ID) }))
	}
	widget.LinkArrows(presets, a.kit.focus, nil)
	a.trust = widget.NewBeside(widget.Beside{Gap: theme.Gap, Break: 400},
		widget.NewMuted(lang.L("Do you know who issued it? Choose the issuer's certificate, a PEM file. It is trusted for this provider only.")),
		a.kit.button(lang.L("Choose a certificate…"), widget.ButtonQuiet, func() { a.kit.files.Open([]string{".pem", ".crt", ".cer"}, s.Add.TrustFile) }))
	a.page.SetObjects(
		newHead(lang.L("Add a provider"), lang.L("Saved as your own provider file. A client secret is kept in the encrypted vault.")).with(
			a.kit.button(lang.L("Back"), widget.ButtonQuiet, s.Cancel)),
		a.fill.problem, a.agree.notice,
		titled(lang.L("From an issuer URL"),
			widget.NewMuted(lang.L("Any OpenID Connect provider. Paste its issuer URL; Claviger looks up the rest.")),
			issuer, widget.NewFlow(10, 10, a.look), a.trust),
		titled(lang.L("Based on a built-in provider"),
			widget.NewMuted(lang.L("A second registration, your own server, or a plain OAuth 2.0 service.")),
			presets),
		titled(lang.L("From a file"),
			widget.NewMuted(lang.L("A provider file that someone gave you. You can also drop it on this window.")),
			widget.NewFlow(10, 10, a.kit.button(lang.L("Choose a file…"), widget.ButtonQuiet, func() { a.kit.files.Open([]string{".toml"}, s.Add.ImportFile) }))),
	)
}

// buildDetails asks for what is still missing.
func (a *add) buildDetails(st state.AddPage) {
	s := a.kit.store
	a.vars = map[string]*widget.Entry{}
	a.name, a.id = a.kit.entry(""), a.kit.entry("")
	a.clientID, a.secret, a.byHand = a.kit.entry(""), nil, nil
	a.register = newRegister(a.kit, st)
	var fields []fyne.CanvasObject
	put := func(e *widget.Entry, key, label, help, saved string) {
		e.OnSubmitted = func(string) { a.submit() }
		fields = append(fields, a.fill.field(e, key, label, help, saved))
	}
	title, redirect := lang.L("Add {{.Provider}}", map[string]any{"Provider": st.Name}), st.RedirectURIs("")
	confidential := true
	a.first = a.clientID
	if p := st.Preset; p != nil {
		title = lang.L("Add a provider based on {{.Provider}}", map[string]any{"Provider": p.Name})
		confidential = p.Client.NoSecret() == ""
		for i, v := range state.Variables(p) {
			e := a.kit.entry(v.Example)
			a.vars[v.Key] = e
			put(e, state.VariableField(v.Key), v.Label, v.Help, v.Value)
			if i == 0 {
				a.first = e
			}
		}
	}
	put(a.clientID, state.FieldClientID, lang.L("Client ID"), lang.L("The provider shows it after you register an app there. You can add it later."), "")
	if a.register.object != nil {
		fields = append(fields, a.register.object)
	}
	if confidential {
		a.secret = a.kit.password("")
		put(a.secret, state.FieldSecret, lang.L("Client secret (if the provider gave one)"), lang.L("Kept in the encrypted vault, never in a plain file."), "")
		a.byHand = append(a.byHand, fields[len(fields)-1])
	}
	put(a.name, "name", lang.L("Name"), lang.L("Shown in the window."), st.Name)
	put(a.id, "id", lang.X("provider.id", "ID"), lang.L("Used by commands and as the file name: lowercase letters, digits and “-”."), st.ID)
	a.save = a.kit.button(lang.L("Add and continue"), widget.ButtonPrimary, a.submit)
	objects := []fyne.CanvasObject{
		newHead(title, lang.L("Register an app there (native or public, with PKCE), then enter its details.")).Container,
	}
	a.redirect = newAddresses(a.kit, redirect...)
	if len(redirect) > 0 {
		card := titled(lang.L("Redirect URI"), widget.NewMuted(registerExactly(redirect)), a.redirect.box)
		a.byHand = append(a.byHand, card)
		objects = append(objects, card)
	}
	objects = append(objects,
		widget.NewCard(widget.NewColumn(theme.GapLarge, append(fields,
			a.fill.buttons(a.save, a.kit.button(lang.L("Back"), widget.ButtonQuiet, s.Cancel)))...)))
	if st.Found != nil {
		objects = append(objects, a.offers(st.Found))
	}
	a.page.SetObjects(objects...)
}

// offers shows what the issuer can do.
func (a *add) offers(m *providers.Metadata) fyne.CanvasObject {
	list := widget.NewChecksList()
	list.SetKeys(a.kit.keys)
	var lines []widget.Check
	for _, o := range m.Offers() {
		c := widget.Check{Sign: widget.SignPending, Name: o.Name, Reason: lang.L("Not offered: {{.Meaning}}", map[string]any{"Meaning": o.Meaning})}
		switch {
		case o.Offered:
			c.Sign, c.Reason = widget.SignDone, o.Meaning
		case o.Needed:
			c.Sign = widget.SignFailed
		}
		lines = append(lines, c)
	}
	list.Set(lines)
	more := a.kit.keyValue(150, false)
	more.Set([]widget.KV{
		{Label: lang.L("Issuer"), Value: m.Issuer, Mono: true},
		{Label: lang.L("Scopes"), Value: listed(m.ScopesSupported)},
		{Label: lang.L("Claims"), Value: listed(m.ClaimsSupported)},
	})
	return titled(lang.L("What it offers"), list, more)
}

// listed are words beside each other.
func listed(words []string) string {
	out := ""
	for i, w := range words {
		if i > 0 {
			out += ", "
		}
		out += w
	}
	return firstOf(out, lang.L("not listed"))
}

func (a *add) submit() {
	n := state.NewProvider{ID: a.id.Text, Name: a.name.Text, ClientID: a.clientID.Text, Variables: map[string]string{}}
	for key, e := range a.vars {
		n.Variables[key] = e.Text
	}
	if a.secret != nil && a.secret.Text != "" {
		n.Secret = providers.NewSecret(a.secret.Text)
	}
	a.kit.store.Add.Save(n)
}

// leave forgets a typed secret; the draft fills the page again.
func (a *add) leave() {
	if a.secret != nil {
		setEntry(a.secret, "")
	}
	a.form = 0
}
