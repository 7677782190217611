package ui

import (
	"github.com/claviger/claviger/internal/attention"
	"github.com/claviger/claviger/ui/words"
)

// actsOf are what a person can do from a notification of the window, which is there once
// they can.
func actsOf(w **window, post func(func())) attention.Acts {
	return attention.Acts{
		Show: func(account string) {
			post(func() {
				(*w).raise()
				(*w).store.ShowAccount(account)
			})
		},
		SignIn: func(account string) {
			post(func() {
				(*w).raise()
				if (*w).store.ShowAccount(account) {
					(*w).store.SignIn.Again()
				}
			})
		},
		// A program's question brings the window to the front, and says so itself if
		// that fails.
		Shows: func(kind attention.Kind) bool {
			return kind == attention.Consent || (*w).front.Load() && !(*w).hidden.Load()
		},
		Say:    words.Said,
		Notify: func(title, text string) { (*w).notify(title, text) },
	}
}
