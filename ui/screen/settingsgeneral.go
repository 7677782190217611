package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/internal/settings"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/widget"
)

// generalSettings say what the program does by itself.
type generalSettings struct {
	page     *widget.Page
	remember *check
	keep     *check
	tray     *check
	noTray   *widget.Text
	logIn    *logIn
	tells    *choices[settings.Notifications]
}

func newGeneralSettings(k *kit) settingsPart {
	s := &generalSettings{logIn: newLogIn(k)}
	s.remember = k.check(lang.L("Remember accounts by default"), changing(k, func(n *state.Settings, on bool) { n.Remember = on }))
	s.keep = k.check(lang.L("Messages stay until they are closed"), changing(k, func(n *state.Settings, on bool) { n.KeepMessages = on }))
	s.tray = k.check(lang.L("Closing the window keeps Claviger running in the tray"), changing(k, func(n *state.Settings, on bool) { n.CloseToTray = on }))
	s.noTray = widget.NewMuted(lang.L("This desktop has no tray, so closing the window quits."))
	s.tells = newChoices(k, []settings.Notifications{settings.Private, settings.Named, settings.Off}, tellsName,
		changing(k, func(n *state.Settings, tells settings.Notifications) { n.Notifications = tells }))
	s.page = widget.NewSubpage(
		titled(lang.L("General"), s.remember, s.keep, s.tray, s.noTray, s.logIn.object),
		titled(lang.L("Notifications when you are needed"), s.tells.row, widget.NewMuted(lang.L("Without names, they are safe on a locked screen."))),
		titled(lang.L("Claviger"), widget.NewFlow(10, 10,
			k.button(lang.L("About…"), widget.ButtonQuiet, k.store.About.Open),
			k.button(lang.L("Keyboard shortcuts…"), widget.ButtonQuiet, k.store.Over.OpenShortcuts))))
	return s
}

func tellsName(tells settings.Notifications) string {
	switch tells {
	case settings.Named:
		return lang.L("With names")
	case settings.Off:
		return lang.L("Off")
	case settings.Private:
	}
	return lang.L("Without names")
}

func (s *generalSettings) object() fyne.CanvasObject { return s.page }

func (s *generalSettings) render(st state.State) {
	n := st.Settings
	s.remember.Set(n.Remember)
	s.keep.Set(n.KeepMessages)
	s.tray.Set(n.CloseToTray)
	show(s.noTray, st.NoTray)
	s.logIn.render(st)
	s.tells.set(n.Notifications)
	s.page.Refresh()
}
