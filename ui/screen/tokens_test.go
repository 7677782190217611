package screen

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/state"
)

// The token that people come for is first; links lead to the others, and of the
// refresh token a line says that it is never shown.
func TestTheTokensPage(t *testing.T) {
	w, win := open(t, fyne.NewSize(720, 520))
	st := sample()
	st.Route, st.Tab, st.SignOut, st.Notice = state.RouteAccount, state.TabTokens, nil, state.Notice{}
	st.Account().Remembered = true
	whole := strings.Repeat("0123456789abcdef", 200)
	st.TokenPage.Access = &state.TokenView{Title: "Access token", Raw: providers.NewSecret(whole), Shown: true}
	w.Render(st)
	win.Resize(fyne.NewSize(720, 520))
	tok := w.pages[state.RouteAccount].(*account).tabs[state.TabTokens].(*tokens)
	y := func(o fyne.CanvasObject) float32 { return w.driver.AbsolutePositionForObject(o).Y }
	if y(tok.access.object) >= y(tok.id.object) || y(tok.id.object) >= y(tok.refresh) {
		t.Errorf("access token, ID token and refresh token begin at %v, %v, %v", y(tok.access.object), y(tok.id.object), y(tok.refresh))
	}
	if got := tok.renews.Text(); got != "Stored, never shown. It renews the access token." {
		t.Errorf("of the refresh token it says %q", got)
	}
	drawn := onlyTexts(texts(win))
	if got := strings.Count(strings.ReplaceAll(drawn, "\n", ""), "0123456789abcdef"); got < 100 {
		t.Errorf("%d sixteenths of 200 are drawn", got)
	}
	tok.toID.Tapped(nil)
	if top, page := y(tok.id.object), y(tok.page); top < page || top > page+60 {
		t.Errorf("the link leads to %v, the page begins at %v", top, page)
	}
	if win.Canvas().Focused() != fyne.Focusable(tok.id.show) {
		t.Error("the keyboard did not follow the link")
	}
	st.TokenPage.ID = nil
	st.Account().CanRefresh = false
	w.Render(st)
	if tok.toID.Visible() {
		t.Error("a link leads to a token that is not there")
	}
	if got := tok.renews.Text(); !strings.Contains(got, "issued none") {
		t.Errorf("without a refresh token it says %q", got)
	}
}
