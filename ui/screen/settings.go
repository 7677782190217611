package screen

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
)

// settingsPage shows the settings, one section at a time.
type settingsPage struct {
	all   *widget.Headed
	bar   *widget.TabBar
	done  *widget.Button
	parts []settingsPart
}

// settingsPart is a section of the settings.
type settingsPart interface {
	object() fyne.CanvasObject
	render(st state.State)
}

func newSettings(k *kit) page {
	s := &settingsPage{parts: []settingsPart{newLookSettings(k), newGeneralSettings(k), newPrivacySettings(k), newVaultSettings(k)}}
	s.bar = widget.NewTabBar(func(i int) { k.store.ShowSettings(state.SettingsSections()[i]) })
	s.bar.SetKeys(k.keys)
	s.done = k.button(lang.L("Done"), widget.ButtonPrimary, k.store.Cancel)
	h := newHead(lang.L("Settings"), lang.L("Saved in settings.toml in Claviger's folder."))
	top := &fyne.Container{Layout: topLayout{}, Objects: []fyne.CanvasObject{widget.NewColumn(theme.Gap, h.with(s.done), s.bar)}}
	s.all = widget.NewHeaded(top, func(ev *fyne.ScrollEvent) { widget.Turn(s.content(), ev) })
	return s
}

func (s *settingsPage) object() fyne.CanvasObject  { return s.all }
func (s *settingsPage) focus() fyne.Focusable      { return s.bar }
func (s *settingsPage) content() fyne.CanvasObject { return s.all.Below() }
func (s *settingsPage) fixed() []fyne.CanvasObject { return []fyne.CanvasObject{s.bar, s.done} }

func (s *settingsPage) render(st state.State) {
	sections := state.SettingsSections()
	titles := make([]widget.Tab, len(sections))
	for i, section := range sections {
		titles[i] = widget.NewTab(section.Title())
	}
	at := max(0, slices.Index(sections, st.Section))
	s.bar.Set(titles, at)
	s.parts[at].render(st)
	s.all.SetBelow(s.parts[at].object())
	s.all.Refresh()
}

// changing returns what changes the settings.
func changing[T any](k *kit, set func(*state.Settings, T)) func(T) {
	return func(v T) {
		n := k.store.State().Settings
		set(&n, v)
		k.store.SetSettings(n)
	}
}
