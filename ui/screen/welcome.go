package screen

import (
	"strings"

	"fyne.io/fyne/v2/lang"

	"fyne.io/fyne/v2"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// welcome has the cards of the providers.
type welcome struct {
	kit   *kit
	page  *widget.Page
	made  string
	first fyne.Focusable
}

func newWelcome(k *kit) page { return &welcome{kit: k, page: widget.NewPage()} }

func (w *welcome) object() fyne.CanvasObject { return w.page }
func (w *welcome) focus() fyne.Focusable     { return w.first }

func (w *welcome) render(st state.State) {
	if made := w.signature(st); made != w.made {
		w.made = made
		w.build(st)
	}
}

// signature changes with everything that the page shows.
func (w *welcome) signature(st state.State) string {
	var b strings.Builder
	for _, p := range st.Providers {
		status, _ := st.ProviderStatus(p)
		b.WriteString(p.ID + "\n" + p.Name + "\n" + p.Monogram + "\n" + p.Mark + "\n" + p.Summary + "\n" + status + "\n")
	}
	if st.AddDraft() {
		b.WriteString("draft\n")
	}
	b.WriteString(strings.Join(st.ProviderProblems, "\n"))
	return b.String()
}

func (w *welcome) build(st state.State) {
	w.first = nil
	var above *widget.Button
	text := lang.L("Add a provider…")
	if st.AddDraft() {
		text = lang.L("Continue adding…")
	}
	add := w.kit.button(text, widget.ButtonQuiet, w.kit.store.Add.Open)
	objects := []fyne.CanvasObject{widget.NewBeside(widget.Beside{Gap: theme.Gap, Break: 480}, newHead(lang.L("Where do you want to sign in?"),
		lang.L("Your browser opens the provider's own page. Claviger never sees your password.")).Container, add)}
	for _, problem := range st.ProviderProblems {
		objects = append(objects, widget.NewNotice(widget.ToneWarn, lang.L("A provider file could not be used"), problem))
	}
	grid := widget.NewCardGrid(theme.Gap, 200, 3)
	for _, p := range st.Providers {
		choose := func() { w.kit.store.SignIn.Choose(p.ID) }
		if p.ID == "demo" {
			try := w.kit.button(lang.L("Try it"), widget.ButtonPrimary, choose)
			w.first, above = try, try
			objects = append(objects, widget.NewAccentCard(widget.NewRow(theme.Gap, 1,
				widget.NewMonogram(words.Monogram(p), true),
				widget.NewColumn(2, widget.NewSubtitle(p.Name),
					widget.NewMuted(lang.L("Works right away: nothing to register, and nothing leaves this computer."))),
				try)))
			continue
		}
		status, ready := st.ProviderStatus(p)
		card := widget.Provider{Monogram: words.Monogram(p), Mark: providers.Mark(p.Mark), Name: p.Name, Status: status}
		if ready {
			card.Sign = widget.SignDone
		}
		c := widget.NewProviderCard(card, choose)
		c.SetKeys(w.kit.keys)
		if w.first == nil {
			w.first = c
		}
		grid.Add(c)
	}
	widget.LinkArrows(grid, w.kit.focus, above)
	w.page.SetObjects(append(objects, grid)...)
}
