package state

import (
	"context"
	"fmt"
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/internal/licences"
)

// Build says which program this is.
type Build struct {
	// Version is ours, Go and Fyne those of what it was built with.
	Version, Go, Fyne string
	// System is the operating system and the processor: "linux/amd64".
	System string
	// Desktop is the kind of session: "GNOME, wayland".
	Desktop string
	// Folder has everything that Claviger keeps.
	Folder string
}

// AboutPage says what the program is and what it is made of.
type AboutPage struct {
	Licences []licences.Module
	Problem  string
	// Open is the path of the module whose licence is unfolded, "" if none is.
	Open string
}

// OpenAbout shows what the program is.
func (s *Store) OpenAbout() {
	if !s.st.Free() {
		return
	}
	s.leave()
	s.update(func(st *State) {
		st.About = AboutPage{}
		s.goTo(st, RouteAbout)
	})
	s.run(slotAbout, func(j *job) {
		all, err := licences.All()
		j.commit(func(st *State) {
			st.About.Licences = all
			if err != nil {
				st.About.Problem = lang.L("The licences cannot be read. They are in the documentation too.")
			}
		})
	})
}

// OpenLicence unfolds the licence of a module, or folds it again.
func (s *Store) OpenLicence(path string) {
	s.update(func(st *State) {
		if st.About.Open == path {
			path = ""
		}
		st.About.Open = path
	})
}

// OpenFolder shows Claviger's folder in the desktop's file manager.
func (s *Store) OpenFolder() {
	folder := s.sv.Build.Folder
	if folder == "" || s.sv.OpenFolder == nil {
		return
	}
	s.spawn(func(context.Context) {
		if err := s.sv.OpenFolder(folder); err != nil {
			s.post(func() {
				s.notify(NoticeWarn, lang.L("No file manager could be opened. The folder is {{.Folder}}", map[string]any{"Folder": folder}))
			})
		}
	})
}

// Build is the program that this is.
func (s *Store) Build() Build { return s.sv.Build }

// CopyDetails copies what helps with a bug report: in English, and without names,
// addresses and secrets. claviger doctor --report says more.
func (s *Store) CopyDetails() {
	b, st := s.sv.Build, s.st
	var text strings.Builder
	line := func(label, value string) {
		if value != "" {
			fmt.Fprintf(&text, "%s: %s\n", label, value)
		}
	}
	line("claviger", b.Version)
	line("go", b.Go)
	line("fyne", b.Fyne)
	line("system", b.System)
	line("desktop", b.Desktop)
	line("tray", map[bool]string{true: "none", false: "maybe"}[st.NoTray])
	line("theme", string(st.Settings.Theme))
	line("language", st.Settings.Language)
	line("vault", string(st.Vault.Protection))
	line("keyring", st.Vault.Keyring)
	line("accounts", fmt.Sprint(len(st.Accounts)))
	s.CopyText(text.String(), lang.L("Details"))
}
