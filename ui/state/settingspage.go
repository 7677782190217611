package state

import (
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/internal/appearance"
	"github.com/claviger/claviger/ui/tongue"
)

// SettingsSection is a part of the settings; one is shown at a time.
type SettingsSection string

// The sections of the settings.
const (
	SettingsLook    SettingsSection = "look"
	SettingsGeneral SettingsSection = "general"
	SettingsPrivacy SettingsSection = "privacy"
	SettingsVault   SettingsSection = "vault"
)

// SettingsSections are all sections in order; the first one is shown at first.
func SettingsSections() []SettingsSection {
	return []SettingsSection{SettingsLook, SettingsGeneral, SettingsPrivacy, SettingsVault}
}

// Title is what the section is called.
func (s SettingsSection) Title() string {
	switch s {
	case SettingsGeneral:
		return lang.L("General")
	case SettingsPrivacy:
		return lang.L("Privacy")
	case SettingsVault:
		return lang.L("Vault")
	case SettingsLook:
	}
	return lang.L("Appearance")
}

// OpenSettings shows the settings, where they were left.
func (s *Store) OpenSettings() {
	if s.st.Route == RouteLocked {
		return
	}
	s.leave()
	s.update(func(st *State) { s.goTo(st, RouteSettings) })
	s.Tray.With(func(bool) {}) // the page says if there is none
	s.lookAtLogIn(func(*State, bool) {})
	s.run(slotStatus, func(j *job) {
		if status, err := s.sv.Vault.Status(j); err == nil {
			j.commit(func(st *State) { st.Vault = status })
		}
	})
}

// ShowSettings shows a section of the settings.
func (s *Store) ShowSettings(section SettingsSection) {
	s.update(func(st *State) { st.Section = section })
	if s.st.Route != RouteSettings {
		s.OpenSettings()
	}
}

// SetDesktop takes how the desktop wants programs to look.
func (s *Store) SetDesktop(w appearance.Wishes) {
	if w != s.st.Desktop {
		s.byItself(func() { s.update(func(st *State) { st.Desktop = w }) })
	}
}

// settingEntries lead from the palette to the section that has a setting.
func (s *Store) settingEntries() []PaletteEntry {
	var out []PaletteEntry
	add := func(section SettingsSection, titles ...string) {
		for _, title := range titles {
			out = append(out, PaletteEntry{Kind: EntrySetting, Title: title, English: tongue.English(title), Detail: lang.L("Settings") + " · " + section.Title(), Settings: section})
		}
	}
	add(SettingsLook, lang.L("Appearance"), lang.L("High contrast"), lang.L("Size of text"), lang.L("Group the accounts by provider"), lang.L("Language"))
	if s.st.Desktop.Accent.A != 0 {
		add(SettingsLook, lang.L("Use Claviger's own accent colour"))
	}
	add(SettingsGeneral, lang.L("General"), lang.L("Remember accounts by default"), lang.L("Messages stay until they are closed"),
		lang.L("Closing the window keeps Claviger running in the tray"), lang.L("Notifications when you are needed"))
	if s.sv.LogIn != nil {
		add(SettingsGeneral, lang.L("Start at login, in the tray"))
	}
	add(SettingsPrivacy, lang.L("Privacy"), lang.L("Clear copied secrets from the clipboard after"))
	add(SettingsVault, lang.L("Vault"))
	if s.st.CanLock() {
		add(SettingsVault, lang.L("Lock after inactivity"))
	}
	return out
}
