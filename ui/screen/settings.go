package screen

import (
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// settings shows the settings.
type settings struct {
	kit      *kit
	page     *widget.Page
	themes   map[state.Theme]*widget.ToggleChip
	clears   map[int]*widget.ToggleChip
	remember *check
	tray     *check
	keep     *check
	noTray   *widget.Text
	locks    map[time.Duration]*widget.ToggleChip
	locking  fyne.CanvasObject
	noLock   *widget.Text
	facts    *widget.KeyValue
	done     *widget.Button
}

func newSettings(k *kit) page {
	s := &settings{kit: k, themes: map[state.Theme]*widget.ToggleChip{}, clears: map[int]*widget.ToggleChip{}, locks: map[time.Duration]*widget.ToggleChip{}}
	change := func(f func(*state.Settings)) {
		n := k.store.State().Settings
		f(&n)
		k.store.SetSettings(n)
		// A chip that was already chosen switches itself off: draw it again.
		s.render(k.store.State())
	}
	looks := widget.NewFlow(6, 6)
	for _, t := range []struct {
		theme state.Theme
		text  string
	}{{state.ThemeSystem, "Follow system"}, {state.ThemeLight, "Light"}, {state.ThemeDark, "Dark"}} {
		c := k.chip(t.text, false, func(bool) { change(func(n *state.Settings) { n.Theme = t.theme }) })
		s.themes[t.theme] = c
		looks.Add(c)
	}
	widget.LinkArrows(looks, k.focus, nil)
	clears := widget.NewFlow(6, 6)
	for _, sec := range []int{10, 30, 60, 300, 0} {
		c := k.chip(clearText(sec), false, func(bool) { change(func(n *state.Settings) { n.ClipboardSeconds = sec }) })
		s.clears[sec] = c
		clears.Add(c)
	}
	widget.LinkArrows(clears, k.focus, nil)
	s.remember = k.check("Remember accounts by default", func(on bool) { change(func(n *state.Settings) { n.Remember = on }) })
	s.tray = k.check("Closing the window keeps Claviger running in the tray", func(on bool) { change(func(n *state.Settings) { n.CloseToTray = on }) })
	s.noTray = widget.NewMuted("This desktop has no tray, so closing the window quits.")
	s.keep = k.check("Messages stay until they are closed", func(on bool) { change(func(n *state.Settings) { n.KeepMessages = on }) })
	s.facts = k.keyValue(0, true)
	locks := widget.NewFlow(6, 6)
	for _, after := range []time.Duration{0, 5 * time.Minute, 15 * time.Minute, time.Hour, 8 * time.Hour} {
		c := k.chip(lockText(after), false, func(bool) {
			k.store.LockAfter(after)
			s.render(k.store.State())
		})
		s.locks[after] = c
		locks.Add(c)
	}
	widget.LinkArrows(locks, k.focus, nil)
	s.locking = widget.NewColumn(theme.GapTiny, widget.NewText("Lock after inactivity", widget.TextStyle{Bold: true, Fit: widget.FitEllipsis}),
		locks, widget.NewMuted("Locks for every program on this computer. Refreshing tokens in the background does not count as activity."))
	s.noLock = widget.NewMuted("The keyring unlocks the vault without asking, so there is nothing to lock. Add a passphrase to lock it.")
	s.done = k.button("Done", widget.ButtonPrimary, k.store.Cancel)
	h := newHead("Settings", "Saved in settings.toml in Claviger's folder.")
	s.page = widget.NewPage(h.Container,
		titled("Appearance", looks),
		titled("Clear copied secrets from the clipboard after", clears),
		titled("General", s.remember, s.keep, s.tray, s.noTray),
		titled("Vault", s.facts, s.locking, s.noLock, widget.NewFlow(10, 10,
			k.button("Passphrase and keyring…", widget.ButtonQuiet, k.store.OpenProtect),
			k.button("Export and import…", widget.ButtonQuiet, k.store.OpenMove),
			k.button("Sign-outs…", widget.ButtonQuiet, k.store.OpenQueue))),
		widget.NewFlow(10, 10, s.done))
	return s
}

func clearText(seconds int) string {
	switch {
	case seconds == 0:
		return "Never"
	case seconds >= 60:
		return strconv.Itoa(seconds/60) + " min"
	default:
		return strconv.Itoa(seconds) + " s"
	}
}

func lockText(after time.Duration) string {
	switch {
	case after == 0:
		return "Never"
	case after == time.Hour:
		return "1 hour"
	case after > time.Hour:
		return strconv.Itoa(int(after/time.Hour)) + " hours"
	default:
		return strconv.Itoa(int(after/time.Minute)) + " minutes"
	}
}

func (s *settings) object() fyne.CanvasObject { return s.page }
func (s *settings) focus() fyne.Focusable     { return s.themes[s.kit.store.State().Settings.Theme] }

func (s *settings) render(st state.State) {
	for t, c := range s.themes {
		c.Set(c.Text(), t == st.Settings.Theme)
	}
	for sec, c := range s.clears {
		c.Set(c.Text(), sec == st.Settings.ClipboardSeconds)
	}
	s.remember.set(st.Settings.Remember)
	s.tray.set(st.Settings.CloseToTray)
	s.keep.set(st.Settings.KeepMessages)
	show(s.noTray, st.NoTray)
	for after, c := range s.locks {
		c.Set(c.Text(), int64(after/time.Second) == st.Vault.LockAfter)
	}
	show(s.locking, st.CanLock())
	show(s.noLock, st.Vault.Protection != "" && !st.CanLock())
	s.facts.Set(pairs(words.VaultPairs(st.Vault)))
	s.page.Refresh()
}
