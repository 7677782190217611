package screen

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/tongue"
	"github.com/claviger/claviger/ui/widget"
)

// lookSettings say what the window looks like, and what it speaks.
type lookSettings struct {
	page     *widget.Page
	themes   *choices[state.Theme]
	contrast *check
	accent   *check
	sizes    *choices[int]
	groups   *check
	tongues  *choices[string]
}

func newLookSettings(k *kit) settingsPart {
	s := &lookSettings{}
	s.themes = newChoices(k, []state.Theme{state.ThemeSystem, state.ThemeLight, state.ThemeDark}, themeName,
		changing(k, func(n *state.Settings, t state.Theme) { n.Theme = t }))
	s.contrast = k.check(lang.L("High contrast"), changing(k, func(n *state.Settings, on bool) { n.HighContrast = on }))
	s.accent = k.check(lang.L("Use Claviger's own accent colour"), changing(k, func(n *state.Settings, on bool) { n.OwnAccent = on }))
	s.sizes = newChoices(k, state.TextSizes(), func(percent int) string { return lang.L("{{.Percent}} %", map[string]any{"Percent": percent}) },
		changing(k, func(n *state.Settings, percent int) { n.TextSize = percent }))
	s.groups = k.check(lang.L("Group the accounts by provider"), changing(k, func(n *state.Settings, on bool) { n.GroupAccounts = on }))
	languages, unwritable := tongue.Languages()
	names, tags := map[string]string{tongue.System: lang.L("Follow system")}, []string{tongue.System}
	for _, l := range languages {
		names[l.Tag], tags = l.Name, append(tags, l.Tag)
	}
	s.tongues = newChoices(k, tags, func(tag string) string { return names[tag] },
		changing(k, func(n *state.Settings, tag string) { n.Language = tag }))
	noFont := widget.NewMuted(lang.L("Not offered, because no font on this computer has the characters: {{.Languages}}", map[string]any{"Languages": strings.Join(unwritable, ", ")}))
	show(noFont, len(unwritable) > 0)
	s.page = widget.NewSubpage(
		titled(lang.L("Appearance"), s.themes.row, s.contrast, s.accent, field(lang.L("Size of text"), "", s.sizes.row), s.groups),
		titled(lang.L("Language"), s.tongues.row, widget.NewMuted(lang.L("The language changes when you restart Claviger.")), noFont))
	return s
}

func themeName(t state.Theme) string {
	switch t {
	case state.ThemeLight:
		return lang.L("Light")
	case state.ThemeDark:
		return lang.L("Dark")
	case state.ThemeSystem:
	}
	return lang.L("Follow system")
}

func (s *lookSettings) object() fyne.CanvasObject { return s.page }

func (s *lookSettings) render(st state.State) {
	n := st.Settings
	s.themes.set(n.Theme)
	s.contrast.Set(n.HighContrast || st.Desktop.Contrast)
	enable(s.contrast, !st.Desktop.Contrast) // the desktop asks for it
	s.accent.Set(n.OwnAccent)
	show(s.accent, st.Desktop.Accent.A != 0)
	s.sizes.set(n.TextSize)
	s.groups.Set(n.GroupAccounts)
	s.tongues.set(n.Language)
	s.page.Refresh()
}
