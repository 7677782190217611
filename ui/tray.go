package ui

import (
	"context"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/tray"
)

// trayItems are the lines of the menu in the tray.
func (w *window) trayItems(m state.TrayMenu) []tray.Item {
	var out []tray.Item
	for _, a := range m.Accounts {
		show := tray.Item{Key: "show", Text: lang.L("Show"), Do: func() {
			w.raise()
			w.store.ShowAccount(a.ID)
		}}
		first := tray.Item{Key: "copy", Text: lang.L("Copy access token"), Do: func() { w.store.Tray.CopyToken(a.ID) }}
		if a.SignIn {
			first = tray.Item{Key: "sign-in", Text: lang.L("Sign in again…"), Do: func() {
				w.raise()
				if w.store.ShowAccount(a.ID) {
					w.store.SignIn.Again()
				}
			}}
		}
		out = append(out, tray.Item{Key: "account " + a.ID, Text: a.Text, Sub: []tray.Item{first, show}})
	}
	if m.More > 0 {
		out = append(out, tray.Item{Key: "more", Text: lang.N("{{.Count}} more…", m.More, map[string]any{"Count": m.More}), Do: w.raise})
	}
	if len(out) > 0 {
		out = append(out, tray.Item{Key: "line"})
	}
	out = append(out, tray.Item{Key: "open", Text: lang.L("Open Claviger"), Do: w.raise})
	switch {
	case m.Locked:
		out = append(out, tray.Item{Key: "unlock", Text: lang.L("Unlock…"), Do: w.raise})
	case m.CanLock:
		out = append(out, tray.Item{Key: "lock", Text: lang.L("Lock"), Do: w.store.Lock})
	}
	return append(out, tray.Item{Key: "quit", Text: lang.L("Quit"), Do: w.askQuit})
}

// trayWithin is how long a window that starts hidden waits for a tray: at log-in, the
// desktop may still be on its way. trayEvery is how often it looks.
const trayWithin, trayEvery = 20 * time.Second, time.Second

// hideOrShow leaves a window hidden that starts so, if there is a tray, and opens it
// otherwise: else no one would find it.
func (w *window) hideOrShow(ctx context.Context, there func(context.Context) bool) {
	limit := time.After(trayWithin)
	for {
		if there != nil && there(ctx) {
			w.post(w.store.Tray.Show)
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-limit:
			w.post(w.raise)
			return
		case <-time.After(trayEvery):
		}
	}
}
