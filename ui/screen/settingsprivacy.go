package screen

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// privacySettings say who gets what, and for how long.
type privacySettings struct {
	page   *widget.Page
	clears *choices[int]
}

func newPrivacySettings(k *kit) settingsPart {
	s := &privacySettings{}
	s.clears = newChoices(k, []int{10, 30, 60, 300, 0}, func(sec int) string { return orNever(time.Duration(sec)*time.Second, words.Whole) },
		changing(k, func(n *state.Settings, sec int) { n.ClipboardSeconds = sec }))
	s.page = widget.NewSubpage(
		titled(lang.L("Clear copied secrets from the clipboard after"), s.clears.row),
		titled(lang.L("Programs"), widget.NewMuted(lang.L("See which programs may get tokens by themselves, and revoke that.")),
			widget.NewFlow(10, 10, k.button(lang.L("Allowed programs…"), widget.ButtonQuiet, k.store.Programs.Open))))
	return s
}

// orNever is the words of a time after which something happens; none is "Never".
func orNever(after time.Duration, words func(time.Duration) string) string {
	if after == 0 {
		return lang.L("Never")
	}
	return words(after)
}

func (s *privacySettings) object() fyne.CanvasObject { return s.page }

func (s *privacySettings) render(st state.State) {
	s.clears.set(st.Settings.ClipboardSeconds)
	s.page.Refresh()
}
