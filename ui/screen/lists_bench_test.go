package screen

import (
	"fmt"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	fynetest "fyne.io/fyne/v2/test"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/widget"
)

// BenchmarkAccountsDraw: 200 accounts in the list. show is from nothing, key is what one in
// the search changes, which leaves a tenth of them and then takes it back. The aim is 16 ms
// a key: a frame.
func BenchmarkAccountsDraw(b *testing.B) {
	many := sample()
	many.Accounts = nil
	for i := range 200 {
		a := &auth.Account{ID: fmt.Sprint("a", i), Provider: "demo", State: auth.StateActive, ExpiresAt: many.Now.Add(time.Hour)}
		a.User.Name = fmt.Sprintf("Person %03d of a long name", i)
		many.Accounts = append(many.Accounts, a)
	}
	few := many
	few.Search = "person 01"
	draws(b, many, few)
}

// BenchmarkGroupsDraw is the same of 10,000 groups on their tab.
func BenchmarkGroupsDraw(b *testing.B) {
	many := compared(10_000)
	few := many
	few.GroupFilter = "group 123"
	few.Groups = state.FilterGroups(many.Groups, few.GroupFilter)
	draws(b, many, few)
}

// draws measures two states, and a plain list of Fyne's with as many rows as are seen.
func draws(b *testing.B, many, few state.State) {
	size := fyne.NewSize(1000, 680)
	b.Run("show", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			w, _ := open(b, size)
			b.StartTimer()
			w.Render(many)
		}
	})
	b.Run("key", func(b *testing.B) {
		w, _ := open(b, size)
		w.Render(many)
		for b.Loop() {
			w.Render(few)
			w.Render(many)
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(2*b.N)/1000, "ms/key")
	})
	b.Run("key-floor", func(b *testing.B) {
		fynetest.NewTempApp(b)
		list := widget.NewList(func() int { return 10_000 }, func() fyne.CanvasObject { return widget.NewLine("") }, func(i int, o fyne.CanvasObject) {
			o.(*widget.Text).SetText(fmt.Sprint("row ", i, b.Elapsed()))
		})
		fynetest.NewTempWindow(b, list).Resize(size)
		for b.Loop() {
			list.Refresh()
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "ms/key")
	})
}
