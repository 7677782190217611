package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// programsTab shows which programs may have the account's tokens, and its rule.
type programsTab struct {
	kit      *kit
	page     *widget.Page
	chips    map[consent.Rule]*widget.ToggleChip
	meaning  *widget.Text
	commands *check
	list     *programList
	account  string
}

func newProgramsTab(k *kit) tab {
	t := &programsTab{kit: k, chips: map[consent.Rule]*widget.ToggleChip{}, meaning: widget.NewMuted(""), list: newProgramList(k, false)}
	chips := widget.NewFlow(6, 6)
	for _, r := range []struct {
		rule consent.Rule
		text string
	}{{consent.Ask, lang.L("Ask")}, {consent.Always, lang.L("Always")}, {consent.Never, lang.X("rule.never", "Never")}} {
		c := k.chip(r.text, false, func(bool) {
			k.store.Programs.SetRule(t.account, r.rule)
			t.set(k.store.State()) // a chip that was chosen already switches itself off
		})
		t.chips[r.rule] = c
		chips.Add(c)
	}
	widget.LinkArrows(chips, k.focus, nil)
	t.commands = k.check(lang.L("Also for claviger's own commands"), func(on bool) {
		k.store.Programs.SetRuleForCommands(t.account, on)
	})
	t.page = widget.NewSubpage(
		titled(lang.L("When a program asks by itself"), chips, t.meaning, t.commands),
		t.list.object)
	return t
}

func (t *programsTab) object() fyne.CanvasObject { return t.page }

func (t *programsTab) render(st state.State, acc *auth.Account) {
	if t.account != acc.ID {
		t.account = acc.ID
		t.page.ScrollToTop()
	}
	t.set(st)
	t.page.Refresh()
}

func (t *programsTab) tick(st state.State, _ *auth.Account) {
	t.set(st)
	t.page.Settle()
}

func (t *programsTab) set(st state.State) {
	rule := st.Programs.Rules[t.account]
	chosen := rule.Rule
	if t.chips[chosen] == nil {
		chosen = consent.Ask // the default, and what a newer version may say
	}
	for r, c := range t.chips {
		c.Set(c.Text(), r == chosen)
	}
	t.meaning.SetText(words.RuleMeaning(chosen) + " " + lang.L("Programs on another computer, through ssh, are always asked about."))
	t.commands.Set(rule.Commands)
	t.list.set(st, st.Programs.Of(t.account))
}
