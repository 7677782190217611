package screen

import (
	"fyne.io/fyne/v2"

	"claviger/providers"
	"claviger/ui/state"
	"claviger/ui/theme"
	"claviger/ui/widget"
)

// add asks for a new provider: first where it comes from, then what is still
// to be told.
type add struct {
	kit     *kit
	page    *widget.Page
	form    uint64
	presets int
	first   fyne.Focusable
	problem *widget.Notice
	agree   *agree

	// The first step.
	issuer *widget.Entry
	look   *widget.Button
	trust  *fyne.Container

	// The second step.
	id, name, clientID, secret *widget.Entry
	vars                       map[string]*widget.Entry
	save                       *widget.Button
	register                   *register
	// byHand is what a registration by hand needs.
	byHand []fyne.CanvasObject
}

func newAdd(k *kit) page { return &add{kit: k, page: widget.NewPage()} }

func (a *add) object() fyne.CanvasObject { return a.page }
func (a *add) focus() fyne.Focusable     { return a.first }

func (a *add) render(st state.State) {
	if st.Add.Form != a.form || len(st.Presets()) != a.presets {
		a.form, a.presets = st.Add.Form, len(st.Presets())
		a.problem = widget.NewNotice(widget.ToneBad, "", "")
		a.agree = newAgree(a.kit, "Add it", a.kit.store.AgreeImport)
		if st.Add.Chosen() {
			a.buildDetails(st.Add)
		} else {
			a.buildChoice(st)
		}
		a.page.ScrollToTop()
		a.kit.focus(a.first)
	}
	setError(a.problem, st.Add.Error)
	a.agree.render(st.Add.Agree)
	if st.Add.Chosen() {
		setBusy(a.save, st.Add.Busy, "Add and go on", "Adding…")
		enable(a.save, !st.Add.Busy && !st.Add.Registering)
		a.register.render(st.Add, a.clientID)
		for _, o := range a.byHand {
			show(o, st.Add.Registered == nil)
		}
	} else {
		setBusy(a.look, st.Add.Busy, "Look it up", "Looking…")
		show(a.trust, st.Add.Untrusted)
	}
	a.page.Refresh()
}

// buildChoice asks where the provider comes from.
func (a *add) buildChoice(st state.State) {
	s := a.kit.store
	a.issuer = a.kit.entry("https://login.example.com")
	setEntry(a.issuer, st.Add.Issuer)
	a.issuer.OnSubmitted = s.LookUp
	a.look = a.kit.button("Look it up", widget.ButtonPrimary, func() { s.LookUp(a.issuer.Text) })
	a.first = a.issuer
	presets := widget.NewFlow(theme.GapSmall, theme.GapSmall)
	for _, p := range st.Presets() {
		presets.Add(a.kit.small(p.Name, widget.ButtonQuiet, func() { s.AddOn(p.ID) }))
	}
	a.trust = widget.NewBeside(widget.Beside{Gap: theme.Gap, Break: 400},
		widget.NewMuted("You know who signed it? Choose a copy of that certificate, a PEM file: it is trusted for this provider only."),
		a.kit.button("Choose a certificate…", widget.ButtonQuiet, func() { a.kit.files.Open([]string{".pem", ".crt", ".cer"}, s.TrustFile) }))
	a.page.SetObjects(
		widget.NewRow(theme.Gap, 0, newHead("Add a provider", "It is kept as a file of your own; a client secret goes into the encrypted vault.").Container,
			a.kit.button("Back", widget.ButtonQuiet, s.Cancel)),
		a.problem, a.agree,
		titled("By its issuer",
			widget.NewMuted("Any OpenID Connect provider. Paste its issuer address: everything else is looked up there."),
			widget.NewRow(theme.GapSmall, 0, a.issuer, a.look), a.trust),
		titled("Like one that is built in",
			widget.NewMuted("A second registration, your own server, or a plain OAuth 2.0 service with addresses of its own."),
			presets),
		titled("From a file",
			widget.NewMuted("A provider file that somebody gave you. You can also drop it on this window."),
			widget.NewFlow(10, 10, a.kit.button("Choose a file…", widget.ButtonQuiet, func() { a.kit.files.Open([]string{".toml"}, s.ImportFile) }))),
	)
}

// buildDetails asks for what is still to be told.
func (a *add) buildDetails(st state.AddPage) {
	s := a.kit.store
	a.vars = map[string]*widget.Entry{}
	a.name, a.id = a.kit.entry(""), a.kit.entry("")
	a.clientID, a.secret, a.byHand = a.kit.entry(""), nil, nil
	a.register = newRegister(a.kit, st)
	setEntry(a.name, st.Name)
	setEntry(a.id, st.ID)
	var fields []fyne.CanvasObject
	put := func(e *widget.Entry, name, help string) {
		e.OnSubmitted = func(string) { a.submit() }
		fields = append(fields, field(name, help, e))
	}
	title, redirect := "Add "+st.Name, "http://127.0.0.1/callback"
	confidential := true
	a.first = a.clientID
	if p := st.Preset; p != nil {
		title, redirect = "Add a provider like "+p.Name, p.Redirect.Register
		confidential = p.Client.SecretUse != "none"
		for i, v := range state.Variables(p) {
			e := a.kit.entry(v.Example)
			setEntry(e, v.Value)
			a.vars[v.Key] = e
			put(e, v.Label, v.Help)
			if i == 0 {
				a.first = e
			}
		}
	}
	put(a.clientID, "Client id", "The provider shows it after you registered an app there. It can be filled in later.")
	if a.register.object != nil {
		fields = append(fields, a.register.object)
	}
	if confidential {
		a.secret = a.kit.password("")
		put(a.secret, "Client secret (if the provider gave one)", "Kept in the encrypted vault, never in a plain file.")
		a.byHand = append(a.byHand, fields[len(fields)-1])
	}
	put(a.name, "Name", "What the window calls it.")
	put(a.id, "Id", "What commands and the file call it: small letters, digits and “-”.")
	a.save = a.kit.button("Add and go on", widget.ButtonPrimary, a.submit)
	objects := []fyne.CanvasObject{
		newHead(title, "Register an app there (a native or public one, with PKCE), then fill in what it was given.").Container,
	}
	if redirect != "" {
		card := titled("Return address to register, exactly", a.redirect(redirect))
		a.byHand = append(a.byHand, card)
		objects = append(objects, card)
	}
	objects = append(objects,
		widget.NewCard(widget.NewColumn(theme.GapLarge, append(fields, a.problem, widget.NewFlow(10, 10, a.save,
			a.kit.button("Back", widget.ButtonQuiet, s.Cancel)))...)))
	if st.Found != nil {
		objects = append(objects, a.offers(st.Found))
	}
	a.page.SetObjects(objects...)
}

func (a *add) redirect(uri string) fyne.CanvasObject {
	return widget.NewInset(widget.NewRow(theme.Gap, 0, widget.NewMono(uri),
		a.kit.small("Copy", widget.ButtonQuiet, func() { a.kit.store.CopyText(uri, "Address") })))
}

// offers shows what the issuer can do.
func (a *add) offers(m *providers.Metadata) fyne.CanvasObject {
	list := widget.NewChecksList()
	list.SetKeys(a.kit.keys)
	var lines []widget.Check
	for _, o := range m.Offers() {
		c := widget.Check{Sign: widget.SignPending, Name: o.Name, Reason: "No: " + o.Meaning}
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
		{Label: "Issuer", Value: m.Issuer, Mono: true},
		{Label: "Scopes", Value: listed(m.ScopesSupported)},
		{Label: "Claims", Value: listed(m.ClaimsSupported)},
	})
	return titled("What it offers", list, more)
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
	return firstOf(out, "not announced")
}

func (a *add) submit() {
	n := state.NewProvider{ID: a.id.Text, Name: a.name.Text, ClientID: a.clientID.Text, Variables: map[string]string{}}
	for key, e := range a.vars {
		n.Variables[key] = e.Text
	}
	if a.secret != nil && a.secret.Text != "" {
		n.Secret = providers.NewSecret(a.secret.Text)
	}
	a.kit.store.AddProvider(n)
}

// leave forgets a typed secret.
func (a *add) leave() {
	if a.secret != nil {
		setEntry(a.secret, "")
	}
}
