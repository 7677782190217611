package state

import (
	"testing"
	"testing/synctest"
)

// Two commands of one shortcut, or one that no one can name, would be a mistake in the
// table that everything is made of.
func TestCommandsDiffer(t *testing.T) {
	ids, keys, titles := map[CommandID]bool{}, map[Keys]CommandID{}, map[string]bool{}
	for _, c := range Commands() {
		if c.ID == "" || c.Title == "" || c.do == nil || ids[c.ID] || titles[c.Title] {
			t.Errorf("%+v", c)
		}
		ids[c.ID], titles[c.Title] = true, true
		for _, k := range c.Keys {
			if other, taken := keys[k]; taken {
				t.Errorf("%s does %s and %s", k, other, c.ID)
			}
			keys[k] = c.ID
		}
		if c.Section.Title() == "" {
			t.Errorf("%s is in no section", c.ID)
		}
	}
}

func TestKeysInWords(t *testing.T) {
	for _, c := range []struct {
		keys      Keys
		here, mac string
	}{
		{Keys{Key: "K"}, "Ctrl+K", "⌘K"},
		{Keys{Key: "C", Shift: true}, "Ctrl+Shift+C", "⇧⌘C"},
		{Keys{Key: "F1", Alone: true}, "F1", "F1"},
	} {
		if got := c.keys.on("linux"); got != c.here {
			t.Errorf("%q", got)
		}
		if got := c.keys.on("darwin"); got != c.mac {
			t.Errorf("%q", got)
		}
	}
}

// Every command changes something that can be seen, or calls the window.
func TestEveryCommandDoesSomething(t *testing.T) {
	for _, c := range Commands() {
		synctest.Test(t, func(t *testing.T) {
			called := false
			r := newRig(t, withAccounts("a", "b"), withPassphrase)
			r.sv.Search = func() { called = true }
			r.sv.AskQuit, r.sv.CloseWindow = r.sv.Search, r.sv.Search
			r.Start()
			r.q.settle()
			if c.ID == "tab-"+CommandID(TabProfile) {
				r.SelectTab(TabTokens)
				r.q.settle()
			}
			if c.ID == CommandMoveUp {
				r.SelectAccount("b")
			}
			if c.ID == CommandUndo {
				r.AskSignOut()
				r.SignOut()
				r.q.settle()
			}
			before := r.State()
			r.Do(c.ID)
			after := r.State()
			changed := before.Route != after.Route || before.Tab != after.Tab || (after.Palette != nil) || after.Shortcuts ||
				after.SignOut != nil || after.Describe != nil || before.Accounts[0].ID != after.Accounts[0].ID || before.Undo != after.Undo || len(after.Busy) > 0
			if !changed && !called {
				t.Errorf("%s does nothing", c.ID)
			}
			r.q.settle()
		})
	}
}
