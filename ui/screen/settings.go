package screen

import (
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"fyne.io/fyne/v2"
	"github.com/claviger/claviger/internal/settings"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/tongue"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// settingsPage shows the settings.
type settingsPage struct {
	kit      *kit
	page     *widget.Page
	themes   map[state.Theme]*widget.ToggleChip
	contrast *check
	sizes    map[int]*widget.ToggleChip
	tongues  map[string]*widget.ToggleChip
	clears   map[int]*widget.ToggleChip
	remember *check
	tray     *check
	keep     *check
	groups   *check
	noTray   *widget.Text
	logIn    *logIn
	tells    map[settings.Notifications]*widget.ToggleChip
	locks    map[time.Duration]*widget.ToggleChip
	locking  fyne.CanvasObject
	noLock   *widget.Text
	facts    *widget.KeyValue
	done     *widget.Button
}

func newSettings(k *kit) page {
	s := &settingsPage{kit: k, tells: map[settings.Notifications]*widget.ToggleChip{}, themes: map[state.Theme]*widget.ToggleChip{}, tongues: map[string]*widget.ToggleChip{}, clears: map[int]*widget.ToggleChip{}, locks: map[time.Duration]*widget.ToggleChip{}}
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
	}{{state.ThemeSystem, lang.L("Follow system")}, {state.ThemeLight, lang.L("Light")}, {state.ThemeDark, lang.L("Dark")}} {
		c := k.chip(t.text, false, func(bool) { change(func(n *state.Settings) { n.Theme = t.theme }) })
		s.themes[t.theme] = c
		looks.Add(c)
	}
	widget.LinkArrows(looks, k.focus, nil)
	s.contrast = k.check(lang.L("High contrast"), func(on bool) { change(func(n *state.Settings) { n.HighContrast = on }) })
	s.sizes = map[int]*widget.ToggleChip{}
	sizes := widget.NewFlow(6, 6)
	for _, percent := range state.TextSizes() {
		c := k.chip(lang.L("{{.Percent}} %", map[string]any{"Percent": percent}), false, func(bool) { change(func(n *state.Settings) { n.TextSize = percent }) })
		s.sizes[percent] = c
		sizes.Add(c)
	}
	widget.LinkArrows(sizes, k.focus, nil)
	tongues := widget.NewFlow(6, 6)
	languages, unwritable := tongue.Languages()
	for _, l := range append([]tongue.Language{{Tag: tongue.System, Name: lang.L("Follow system")}}, languages...) {
		c := k.chip(l.Name, false, func(bool) { change(func(n *state.Settings) { n.Language = l.Tag }) })
		s.tongues[l.Tag] = c
		tongues.Add(c)
	}
	widget.LinkArrows(tongues, k.focus, nil)
	noFont := widget.NewMuted(lang.L("Not offered, because no font on this computer has the characters: {{.Languages}}", map[string]any{"Languages": strings.Join(unwritable, ", ")}))
	show(noFont, len(unwritable) > 0)
	clears := widget.NewFlow(6, 6)
	for _, sec := range []int{10, 30, 60, 300, 0} {
		c := k.chip(orNever(time.Duration(sec)*time.Second, words.Brief), false, func(bool) { change(func(n *state.Settings) { n.ClipboardSeconds = sec }) })
		s.clears[sec] = c
		clears.Add(c)
	}
	widget.LinkArrows(clears, k.focus, nil)
	s.remember = k.check(lang.L("Remember accounts by default"), func(on bool) { change(func(n *state.Settings) { n.Remember = on }) })
	s.tray = k.check(lang.L("Closing the window keeps Claviger running in the tray"), func(on bool) { change(func(n *state.Settings) { n.CloseToTray = on }) })
	s.noTray = widget.NewMuted(lang.L("This desktop has no tray, so closing the window quits."))
	s.logIn = newLogIn(k)
	s.keep = k.check(lang.L("Messages stay until they are closed"), func(on bool) { change(func(n *state.Settings) { n.KeepMessages = on }) })
	s.groups = k.check(lang.L("Group the accounts by provider"), func(on bool) { change(func(n *state.Settings) { n.GroupAccounts = on }) })
	tells := widget.NewFlow(6, 6)
	for _, t := range []struct {
		tells settings.Notifications
		text  string
	}{{settings.Private, lang.L("Without names")}, {settings.Named, lang.L("With names")}, {settings.Off, lang.L("Off")}} {
		c := k.chip(t.text, false, func(bool) { change(func(n *state.Settings) { n.Notifications = t.tells }) })
		s.tells[t.tells] = c
		tells.Add(c)
	}
	widget.LinkArrows(tells, k.focus, nil)
	s.facts = k.keyValue(0, true)
	locks := widget.NewFlow(6, 6)
	for _, after := range []time.Duration{0, 5 * time.Minute, 15 * time.Minute, time.Hour, 8 * time.Hour} {
		c := k.chip(orNever(after, words.Whole), false, func(bool) {
			k.store.LockAfter(after)
			s.render(k.store.State())
		})
		s.locks[after] = c
		locks.Add(c)
	}
	widget.LinkArrows(locks, k.focus, nil)
	s.locking = widget.NewColumn(theme.GapTiny, widget.NewText(lang.L("Lock after inactivity"), widget.TextStyle{Bold: true, Fit: widget.FitEllipsis}),
		locks, widget.NewMuted(lang.L("Locks for every program on this computer. Refreshing tokens in the background does not count as activity.")))
	s.noLock = widget.NewMuted(lang.L("The keyring unlocks the vault without asking, so there is nothing to lock. Add a passphrase to lock it."))
	s.done = k.button(lang.L("Done"), widget.ButtonPrimary, k.store.Cancel)
	h := newHead(lang.L("Settings"), lang.L("Saved in settings.toml in Claviger's folder."))
	s.page = widget.NewPage(h.Container,
		titled(lang.L("Appearance"), looks, s.contrast, widget.NewMuted(lang.L("Size of text")), sizes, s.groups),
		titled(lang.L("Language"), tongues, widget.NewMuted(lang.L("Claviger speaks another language after it is started again.")), noFont),
		titled(lang.L("Clear copied secrets from the clipboard after"), clears),
		titled(lang.L("Notifications when you are needed"), tells, widget.NewMuted(lang.L("Without names, they are safe on a locked screen."))),
		titled(lang.L("General"), s.remember, s.keep, s.tray, s.noTray, s.logIn.object),
		titled(lang.L("Vault"), s.facts, s.locking, s.noLock, widget.NewFlow(10, 10,
			k.button(lang.L("Passphrase and keyring…"), widget.ButtonQuiet, k.store.OpenProtect),
			k.button(lang.L("Export and import…"), widget.ButtonQuiet, k.store.OpenMove),
			k.button(lang.L("Sign-outs…"), widget.ButtonQuiet, k.store.OpenQueue))),
		titled(lang.L("Programs"), widget.NewMuted(lang.L("See which programs may have tokens by themselves, and take that back.")),
			widget.NewFlow(10, 10, k.button(lang.L("Allowed programs…"), widget.ButtonQuiet, k.store.OpenPrograms))),
		titled(lang.L("Claviger"), widget.NewFlow(10, 10,
			k.button(lang.L("About…"), widget.ButtonQuiet, k.store.OpenAbout),
			k.button(lang.L("Keyboard shortcuts…"), widget.ButtonQuiet, k.store.OpenShortcuts))),
		widget.NewFlow(10, 10, s.done))
	return s
}

// orNever is the words of a time after which something happens; none is "Never".
func orNever(after time.Duration, words func(time.Duration) string) string {
	if after == 0 {
		return lang.L("Never")
	}
	return words(after)
}

func (s *settingsPage) object() fyne.CanvasObject { return s.page }
func (s *settingsPage) focus() fyne.Focusable     { return s.themes[s.kit.store.State().Settings.Theme] }

func (s *settingsPage) render(st state.State) {
	for t, c := range s.themes {
		c.Set(c.Text(), t == st.Settings.Theme)
	}
	s.contrast.Set(st.Settings.HighContrast)
	for percent, c := range s.sizes {
		c.Set(c.Text(), percent == st.Settings.TextSize)
	}
	for tag, c := range s.tongues {
		c.Set(c.Text(), tag == st.Settings.Language)
	}
	for sec, c := range s.clears {
		c.Set(c.Text(), sec == st.Settings.ClipboardSeconds)
	}
	for t, c := range s.tells {
		c.Set(c.Text(), t == st.Settings.Notifications)
	}
	s.remember.Set(st.Settings.Remember)
	s.tray.Set(st.Settings.CloseToTray)
	s.keep.Set(st.Settings.KeepMessages)
	s.groups.Set(st.Settings.GroupAccounts)
	show(s.noTray, st.NoTray)
	s.logIn.render(st)
	for after, c := range s.locks {
		c.Set(c.Text(), int64(after/time.Second) == st.Vault.LockAfter)
	}
	show(s.locking, st.CanLock())
	show(s.noLock, st.Vault.Protection != "" && !st.CanLock())
	s.facts.Set(pairs(words.VaultPairs(st.Vault)))
	s.page.Refresh()
}
