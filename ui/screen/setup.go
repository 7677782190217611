package screen

import (
	"strconv"

	"fyne.io/fyne/v2/lang"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
)

// setup asks for what a provider still needs.
type setup struct {
	kit      *kit
	page     *widget.Page
	form     uint64
	clientID *widget.Entry
	secret   *widget.Entry
	vars     map[string]*widget.Entry
	save     *widget.Button
	fill     *form
	first    fyne.Focusable
	test     *testCard
}

func newSetup(k *kit) page { return &setup{kit: k, page: widget.NewPage()} }

func (s *setup) object() fyne.CanvasObject { return s.page }
func (s *setup) focus() fyne.Focusable     { return s.first }

func (s *setup) render(st state.State) {
	if st.Setup.Provider == nil {
		return
	}
	if st.Setup.Form != s.form {
		s.form = st.Setup.Form
		s.build(st)
		s.kit.focus(s.first) // also if the page before was another provider's
	}
	s.fill.render(st, st.Setup.Error, st.Setup.ErrorAt)
	setBusy(s.save, st.Setup.Busy, lang.L("Save and continue"), lang.L("Saving…"))
	grew := s.test.render(st.Setup.Test)
	s.page.Refresh()
	s.fill.settle()
	if grew { // it is the last on the page, and what was just asked for
		s.page.ScrollToBottom()
	}
}

func (s *setup) build(st state.State) {
	p := st.Setup.Provider
	s.fill = newForm(s.kit, st.Draft())
	s.save = s.kit.button(lang.L("Save and continue"), widget.ButtonPrimary, s.submit)
	fields := s.fields(p)
	fields = append(fields, s.fill.buttons(s.save, s.kit.button(lang.L("Back"), widget.ButtonQuiet, s.kit.store.Home)))
	edit := s.kit.button(lang.L("Provider file…"), widget.ButtonQuiet, func() { s.kit.store.File.Edit(p.ID) })
	provider := map[string]any{"Provider": p.Name}
	title := lang.L("Set up {{.Provider}}", provider)
	text := lang.L("{{.Provider}} requires you to register this app once.", provider)
	objects := []fyne.CanvasObject{newHead(title, text).with(edit)}
	if card := s.register(p); card != nil {
		objects = append(objects, card)
	}
	s.test = newProbe(s.kit)
	objects = append(objects, widget.NewCard(widget.NewColumn(theme.GapLarge, fields...)), s.test.Card)
	s.page.SetObjects(objects...)
}

// register is the card that says how to register an app.
func (s *setup) register(p *providers.Provider) fyne.CanvasObject {
	c := p.Client
	help := state.HelpSteps(p)
	if len(help) == 0 && c.URL == "" && p.Redirect.Register == "" && c.Type == "" {
		return nil
	}
	column := widget.NewColumn(10, widget.NewSubtitle(lang.L("Register an app")))
	if c.Type != "" {
		column.Add(widget.NewBody(lang.L("App type: {{.Type}}", map[string]any{"Type": c.Type})))
	}
	for i, line := range help {
		column.Add(widget.NewTopRow(theme.GapSmall, 1, widget.NewLabelMuted(strconv.Itoa(i+1)+"."), widget.NewCopyArea(widget.NewBody(line))))
	}
	if list := p.Redirect.RegisterURIs(); len(list) > 0 {
		column.Add(widget.NewMuted(registerExactly(list)))
		column.Add(newAddresses(s.kit, list...).box)
	}
	if c.URL != "" {
		column.Add(widget.NewFlow(10, 10, s.kit.button(lang.L("Open the registration page"), widget.ButtonQuiet,
			func() { s.kit.store.Setup.OpenRegistration(s.variables()) })))
	}
	return widget.NewCard(column)
}

func (s *setup) fields(p *providers.Provider) []fyne.CanvasObject {
	s.first = nil
	s.vars = map[string]*widget.Entry{}
	var out []fyne.CanvasObject
	add := func(e *widget.Entry, key, label, help, value string) {
		e.OnSubmitted = func(string) { s.submit() }
		if s.first == nil {
			s.first = e
		}
		out = append(out, s.fill.field(e, key, label, help, value))
	}
	// What is missing comes first, what is filled already last.
	variables := func(filled bool) {
		for _, v := range state.Variables(p) {
			if (v.Value != "") == filled {
				e := s.kit.entry(v.Example)
				s.vars[v.Key] = e
				add(e, state.VariableField(v.Key), v.Label, v.Help, v.Value)
			}
		}
	}
	variables(false)
	s.clientID = s.kit.entry("")
	add(s.clientID, state.FieldClientID, lang.L("Client ID"), lang.L("The provider shows it after you register the app."), p.Client.ID)
	s.secret = nil
	switch {
	case p.Client.NoSecret() != "":
	case p.Client.SecretUse == "required":
		s.secret = s.kit.password("")
		add(s.secret, state.FieldSecret, lang.L("Client secret"), lang.L("Kept in the encrypted vault, never in a plain file."), "")
	default:
		s.secret = s.kit.password("")
		add(s.secret, state.FieldSecret, lang.L("Client secret (if the provider gave one)"), lang.L("Kept in the encrypted vault, never in a plain file."), "")
	}
	variables(true)
	return out
}

// variables are the blanks as they are typed.
func (s *setup) variables() map[string]string {
	vars := map[string]string{}
	for key, e := range s.vars {
		vars[key] = e.Text
	}
	return vars
}

func (s *setup) submit() {
	var secret providers.Secret
	if s.secret != nil && s.secret.Text != "" {
		secret = providers.NewSecret(s.secret.Text)
	}
	s.kit.store.Setup.Save(s.clientID.Text, secret, s.variables())
}

// leave forgets a typed secret; the draft fills the page again.
func (s *setup) leave() {
	if s.secret != nil {
		setEntry(s.secret, "")
	}
	s.form = 0
}

// registerExactly says what to do with redirect URIs.
func registerExactly(list []string) string {
	if len(list) > 1 {
		return lang.L("Register each of these redirect URIs, exactly:")
	}
	return lang.L("Register this redirect URI, exactly:")
}
