package ui

import (
	"context"
	"errors"
	"testing"

	"fyne.io/fyne/v2"
	fynetest "fyne.io/fyne/v2/test"

	"github.com/claviger/claviger/internal/choosefile"
)

// The dialogs open: Fyne crashes if they are sized before they are shown.
func TestFileDialogsOpen(t *testing.T) {
	win := fynetest.NewTempApp(t).NewWindow("Claviger")
	t.Cleanup(win.Close)
	win.Resize(fyne.NewSize(720, 520))
	f := &files{window: win}
	f.Save("accounts.age", func(string) { t.Error("nobody chose a file") })
	f.Open([]string{".age"}, func(string) { t.Error("nobody chose a file") })
	overlays := win.Canvas().Overlays().List()
	if len(overlays) != 2 {
		t.Fatalf("%d dialogs", len(overlays))
	}
	for _, o := range overlays {
		if size := o.MinSize(); size.Width > 720 || size.Height > 520 {
			t.Errorf("a dialog needs %v", size)
		}
	}
}

// answered is what the desktop answers when it is asked for a file.
type answered struct {
	path string
	err  error
}

// The desktop is asked first, off the goroutine that draws. If it cannot, the window's own
// dialog asks.
func TestTheDesktopIsAskedForFiles(t *testing.T) {
	const own = "the window's own dialog"
	for name, tt := range map[string]struct {
		answer answered
		want   string
	}{
		"a file":  {answered{"/home/a/accounts.age", nil}, "/home/a/accounts.age"},
		"none":    {answered{"", nil}, ""},
		"trouble": {answered{"", errors.New("no portal")}, own},
	} {
		t.Run(name, func(t *testing.T) {
			win := fynetest.NewTempApp(t).NewWindow("Claviger")
			t.Cleanup(win.Close)
			posted, asked, end := make(chan func()), make(chan choosefile.Question, 1), make(chan struct{})
			f := &files{ctx: t.Context(), window: win, post: func(do func()) { posted <- do }}
			f.choose = func(_ context.Context, q choosefile.Question) (string, error) {
				asked <- q
				<-end
				return tt.answer.path, tt.answer.err
			}
			got := ""
			f.Save("accounts.age", func(path string) { got = path })
			if q := <-asked; !q.Save || q.Name != "accounts.age" {
				t.Errorf("asked %+v", q)
			}
			close(end)
			(<-posted)()
			if win.Canvas().Overlays().Top() != nil {
				got = own
			}
			if got != tt.want || f.end != nil {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// A person who sees no dialog asks again: then the window's own opens, and what the desktop
// says of the first question counts for nothing.
func TestADesktopThatShowsNothing(t *testing.T) {
	win := fynetest.NewTempApp(t).NewWindow("Claviger")
	t.Cleanup(win.Close)
	posted := make(chan func())
	f := &files{ctx: t.Context(), window: win, post: func(do func()) { posted <- do }}
	f.choose = func(ctx context.Context, _ choosefile.Question) (string, error) {
		<-ctx.Done()
		return "/late", nil
	}
	for range 2 {
		f.Open(nil, func(path string) { t.Errorf("%s was chosen", path) })
	}
	(<-posted)()
	if n := len(win.Canvas().Overlays().List()); n != 1 || f.end != nil {
		t.Errorf("%d dialogs", n)
	}
}
