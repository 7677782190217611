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

// About is the page that says what the program is.
type About struct{ *base }

// AboutPage says what the program is and what it is made of.
type AboutPage struct {
	Licences []licences.Module
	Problem  string
	// Open is the path of the module whose licence is unfolded, "" if none is.
	Open string
}

// Open shows what the program is.
func (x *About) Open() {
	if !x.st.Free() {
		return
	}
	x.leave()
	x.update(func(st *State) {
		st.About = AboutPage{}
		x.goTo(st, RouteAbout)
	})
	x.run(slotAbout, func(j *job) {
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
func (x *About) OpenLicence(path string) {
	x.update(func(st *State) {
		if st.About.Open == path {
			path = ""
		}
		st.About.Open = path
	})
}

// OpenFolder shows Claviger's folder in the desktop's file manager.
func (x *About) OpenFolder() {
	folder := x.sv.Build.Folder
	if folder == "" || x.sv.OpenFolder == nil {
		return
	}
	x.spawn(func(context.Context) {
		if err := x.sv.OpenFolder(folder); err != nil {
			x.post(func() {
				x.notify(NoticeWarn, lang.L("No file manager could be opened. The folder is {{.Folder}}", map[string]any{"Folder": folder}))
			})
		}
	})
}

// Build is the program that this is.
func (x *About) Build() Build { return x.sv.Build }

// CopyDetails copies what helps with a bug report: in English, and without names,
// addresses and secrets. claviger doctor --report says more.
func (x *About) CopyDetails() {
	b, st := x.sv.Build, x.st
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
	x.CopyText(text.String(), lang.L("Details"))
}
