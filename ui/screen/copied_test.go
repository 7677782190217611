package screen

import (
	"regexp"
	"testing"

	"fyne.io/fyne/v2"
	fynetest "fyne.io/fyne/v2/test"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
)

// Whatever has an address in it, or says what is wrong, can be copied, in part too.
func TestAddressesCanBeCopied(t *testing.T) {
	app := fynetest.NewTempApp(t)
	app.Settings().SetTheme(theme.New(theme.ChoiceLight))
	address := regexp.MustCompile(`https?://|\.example`)
	look := func(name string, st state.State) {
		w, _, end := openIn(app, fyne.NewSize(1000, 680))
		defer end()
		w.Render(st)
		walk(w.Content(), laid{o: w.Content()}, func(at laid) bool {
			text, ok := at.o.(*widget.Text)
			if ok && (address.MatchString(text.Text()) || text.Text() == st.Setup.Error && text.Text() != "") {
				t.Errorf("%s: %q cannot be copied", name, text.Text())
			}
			switch at.o.(type) {
			case *widget.CopyArea, *widget.Notice, *widget.KeyValue, *widget.ChecksList, *widget.StepList, *widget.HistoryList, *widget.ClaimsTable, *widget.Waterfall,
				*widget.TokenView, *widget.Tree, *widget.List: // have a menu
				return false
			case *widget.Entry, *widget.AccountRow, *widget.CommandRow, *widget.Button, *widget.ToggleChip: // are pressed, or edited
				return false
			}
			return true
		})
	}
	for _, s := range notable(t) {
		look(s.name, s.make())
	}
	bad := usual()
	bad.Route, bad.Setup.Error, bad.Setup.ErrorAt = state.RouteSetup, "This is no client ID.", state.ErrorAt{Field: state.FieldClientID, N: 1}
	look("setup, with an error beside a field", bad)
}
