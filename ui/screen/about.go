package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/internal/licences"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
)

// about says what the program is and what it is made of.
type about struct {
	kit   *kit
	page  *widget.Page
	facts *widget.KeyValue
	bad   *widget.Notice
	list  *fyne.Container
	rows  map[string]*licenceRow
	done  *widget.Button
}

// licenceRow is a module; its licence unfolds below.
type licenceRow struct {
	row  *widget.CommandRow
	text *widget.Text
}

func newAbout(k *kit) page {
	a := &about{kit: k, facts: k.keyValue(0, true), bad: widget.NewNotice(widget.ToneWarn, "", ""), list: widget.NewColumn(0), rows: map[string]*licenceRow{}}
	s := k.store
	a.done = k.button(lang.L("Back"), widget.ButtonQuiet, s.Cancel)
	h := newHead(lang.L("About Claviger"), lang.L("Sign in with your own browser, and keep your tokens here."))
	a.page = widget.NewPage(h.with(a.done),
		titled(lang.L("This program"), a.facts, widget.NewFlow(10, 10,
			k.button(lang.L("Copy details"), widget.ButtonQuiet, s.About.CopyDetails),
			k.button(lang.L("Open folder"), widget.ButtonQuiet, s.About.OpenFolder),
			k.button(lang.L("Keyboard shortcuts"), widget.ButtonQuiet, s.Over.OpenShortcuts))),
		titled(lang.L("Licences"), widget.NewMuted(lang.L("Claviger includes these open-source modules. Choose one to read its licence.")), a.bad, a.list))
	return a
}

func (a *about) object() fyne.CanvasObject { return a.page }
func (a *about) focus() fyne.Focusable     { return a.done }

func (a *about) render(st state.State) {
	b := a.kit.store.About.Build()
	a.facts.Set([]widget.KV{
		{Label: lang.L("Version"), Value: b.Version, Mono: true},
		{Label: lang.L("Built with"), Value: "Go " + b.Go + ", Fyne " + b.Fyne, Mono: true},
		{Label: lang.L("System"), Value: b.System, Mono: true},
		{Label: lang.L("Folder"), Value: b.Folder, Mono: true},
	})
	a.bad.Set(widget.ToneWarn, "", st.About.Problem)
	show(a.bad, st.About.Problem != "")
	var objects []fyne.CanvasObject
	for _, m := range st.About.Licences {
		r := a.row(m)
		open := st.About.Open == m.Path
		r.row.Set(widget.Command{Title: m.Path, Detail: m.Version, Note: m.Kind, Chosen: open})
		objects = append(objects, r.row)
		if open {
			r.text.SetText(m.Text)
			objects = append(objects, widget.NewInset(widget.NewCopyArea(r.text)))
		}
	}
	a.list.Objects = objects
	widget.LinkArrows(a.list, a.kit.focus, nil)
	a.page.Refresh()
}

func (a *about) row(m licences.Module) *licenceRow {
	r := a.rows[m.Path]
	if r == nil {
		r = &licenceRow{
			row:  widget.NewCommandRow(func() { a.kit.store.About.OpenLicence(m.Path) }),
			text: widget.NewText("", widget.TextStyle{Color: theme.ColorMuted, Fit: widget.FitWrap}),
		}
		r.row.SetKeys(a.kit.keys)
		a.rows[m.Path] = r
	}
	return r
}
