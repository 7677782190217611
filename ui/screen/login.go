package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
)

// logIn is the setting that starts the program when the person logs in.
type logIn struct {
	object *fyne.Container
	on     *check
	note   *widget.Text
	bad    *widget.Notice
}

func newLogIn(k *kit) *logIn {
	l := &logIn{note: widget.NewMuted(""), bad: widget.NewNotice(widget.ToneWarn, "", "")}
	l.on = k.check(lang.L("Start at login, in the tray"), k.store.SetAtLogIn)
	l.object = widget.NewColumn(theme.GapTiny, l.on, l.note, l.bad)
	return l
}

func (l *logIn) render(st state.State) {
	at := st.AtLogIn
	show(l.object, at.Known)
	l.on.Set(at.On)
	enable(l.on, !at.Busy)
	text := ""
	switch {
	case at.Other != "":
		text = lang.L("Login starts another copy of Claviger, {{.Program}}. Tick this to start the one that is open.", map[string]any{"Program": at.Other})
	case at.On && st.NoTray:
		text = lang.L("This desktop has no tray, so the window opens at login.")
	}
	l.note.SetText(text)
	show(l.note, text != "")
	l.bad.Set(widget.ToneWarn, "", at.Problem)
	show(l.bad, at.Problem != "")
	l.object.Refresh()
}
