package screen

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/state"
)

// Wherever a passphrase is chosen, words say how strong it is, below a bar; and nothing
// below them moves while one types.
func TestTheStrengthOfANewPassphraseIsSaid(t *testing.T) {
	for route, form := range map[state.Route]func(p page) (*form, fyne.CanvasObject){
		state.RouteVaultSetup: func(p page) (*form, fyne.CanvasObject) { v := p.(*vaultSetup); return v.fill, v.again },
		state.RouteProtect:    func(p page) (*form, fyne.CanvasObject) { x := p.(*protect); return x.fill, x.again },
		state.RouteMove:       func(p page) (*form, fyne.CanvasObject) { m := p.(*move); return m.exportForm, m.again },
	} {
		w, win := open(t, fyne.NewSize(1000, 680))
		st := sample()
		st.Route, st.VaultForm = route, state.VaultForm{Form: 1}
		st.Protect = state.ProtectPage{Form: 1, Choice: "passphrase"}
		w.Render(st)
		win.Resize(fyne.NewSize(1000, 680))
		f, below := form(w.pages[route])
		at := w.driver.AbsolutePositionForObject(below)
		for passphrase, want := range map[string]string{
			"": "estimated", "short": "Too short", "passwort2024": "Weak", "umbrella lantern gravel": "Fair",
			"umbrella lantern gravel mitten": "Good", "umbrella lantern gravel mitten orchid": "Strong",
		} {
			setEntry(f.fields["pass"].entry, passphrase)
			w.Render(st)
			if drawn := texts(win); !strings.Contains(drawn, want) {
				t.Errorf("%s: %q is not said to be %s", route, passphrase, want)
			}
			if now := w.driver.AbsolutePositionForObject(below); now != at {
				t.Errorf("%s: %q moves the next field from %v to %v", route, passphrase, at, now)
			}
		}
	}
}
