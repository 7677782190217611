package screen

import (
	"strconv"

	"fyne.io/fyne/v2"

	"claviger/providers"
	"claviger/ui/state"
	"claviger/ui/theme"
	"claviger/ui/widget"
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
	problem  *widget.Notice
	first    fyne.Focusable
	test     *probe
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
		s.build(st.Setup.Provider)
	}
	s.problem.Set(widget.ToneBad, "", st.Setup.Error)
	show(s.problem, st.Setup.Error != "")
	enable(s.save, !st.Setup.Busy)
	grew := s.test.render(st.Setup.Test)
	s.page.Refresh()
	if grew { // it is the last on the page, and what was just asked for
		s.page.ScrollToBottom()
	}
}

func (s *setup) build(p *providers.Provider) {
	s.problem = widget.NewNotice(widget.ToneBad, "", "")
	s.save = s.kit.button("Save and go on", widget.ButtonPrimary, s.submit)
	fields := s.fields(p)
	fields = append(fields, s.problem, widget.NewFlow(10, 10, s.save,
		s.kit.button("Back", widget.ButtonQuiet, s.kit.store.Home)))
	edit := s.kit.button("Provider file…", widget.ButtonQuiet, func() { s.kit.store.EditFile(p.ID) })
	title := "Set up " + p.Name
	text := "Once only: " + p.Name + " wants to know this app before people can sign in with it."
	objects := []fyne.CanvasObject{widget.NewRow(theme.Gap, 0, newHead(title, text).Container, edit)}
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
	column := widget.NewColumn(10, widget.NewSubtitle("Register an app"))
	if c.Type != "" {
		column.Add(widget.NewBody("Kind of app: " + c.Type))
	}
	for i, line := range help {
		column.Add(widget.NewRow(theme.GapSmall, 1, widget.NewLabelMuted(strconv.Itoa(i+1)+"."), widget.NewBody(line)))
	}
	if r := p.Redirect.Register; r != "" {
		column.Add(widget.NewMuted("Return address (redirect URI) to register, exactly:"))
		column.Add(widget.NewInset(widget.NewRow(theme.Gap, 0, widget.NewMono(r),
			s.kit.small("Copy", widget.ButtonQuiet, func() { s.kit.store.CopyText(r, "Address") }))))
	}
	if c.URL != "" {
		column.Add(widget.NewFlow(10, 10, s.kit.button("Open the registration page", widget.ButtonQuiet,
			func() { s.kit.store.OpenURL(c.URL) })))
	}
	return widget.NewCard(column)
}

func (s *setup) fields(p *providers.Provider) []fyne.CanvasObject {
	s.first = nil
	s.vars = map[string]*widget.Entry{}
	var out []fyne.CanvasObject
	add := func(e *widget.Entry, name, help, value string) {
		setEntry(e, value)
		e.OnSubmitted = func(string) { s.submit() }
		if s.first == nil {
			s.first = e
		}
		out = append(out, field(name, help, e))
	}
	// What is missing comes first, what is filled already last.
	variables := func(filled bool) {
		for _, v := range state.Variables(p) {
			if (v.Value != "") == filled {
				e := s.kit.entry(v.Example)
				s.vars[v.Key] = e
				add(e, v.Label, v.Help, v.Value)
			}
		}
	}
	variables(false)
	s.clientID = s.kit.entry("")
	add(s.clientID, "Client id", "The provider shows it after you registered the app.", p.Client.ID)
	s.secret = nil
	switch p.Client.SecretUse {
	case "required":
		s.secret = s.kit.password("")
		add(s.secret, "Client secret", "Kept in the encrypted vault, never in a plain file.", "")
	case "optional":
		s.secret = s.kit.password("")
		add(s.secret, "Client secret (if the provider gave one)", "Kept in the encrypted vault, never in a plain file.", "")
	}
	variables(true)
	return out
}

func (s *setup) submit() {
	vars := map[string]string{}
	for key, e := range s.vars {
		vars[key] = e.Text
	}
	var secret providers.Secret
	if s.secret != nil && s.secret.Text != "" {
		secret = providers.NewSecret(s.secret.Text)
	}
	s.kit.store.SaveSetup(s.clientID.Text, secret, vars)
}

// leave forgets a typed secret.
func (s *setup) leave() {
	if s.secret != nil {
		setEntry(s.secret, "")
	}
}
