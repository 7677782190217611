package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/widget"
)

// programs shows which programs may have tokens, of all accounts.
type programs struct {
	page    *widget.Page
	where   *widget.KeyValue
	trouble *widget.Notice
	list    *programList
	back    *widget.Button
}

func newPrograms(k *kit) page {
	p := &programs{where: k.keyValue(0, true), trouble: widget.NewNotice(widget.ToneSoft, "", ""), list: newProgramList(k, true)}
	p.back = k.button(lang.L("Back"), widget.ButtonQuiet, k.store.Cancel)
	h := newHead(lang.L("Programs"), lang.L("A program that asks for a token by itself is let in only if you allow it. Each account's Programs tab has its rule."))
	p.page = widget.NewPage(h.with(p.back), p.trouble, titled(lang.L("Where programs ask"), p.where), p.list.object)
	return p
}

func (p *programs) object() fyne.CanvasObject { return p.page }
func (p *programs) focus() fyne.Focusable     { return p.back }

func (p *programs) render(st state.State) {
	here := st.Agent
	where, trouble := here.Socket, ""
	switch {
	case here.Other:
		where, trouble = lang.L("Another agent"), lang.L("claviger agent serves programs, so it asks you, not this window.")
		if here.Asks {
			trouble = lang.L("claviger agent serves programs. While this window is open, you are asked here.")
		}
	case here.Problem != "":
		where, trouble = lang.L("Nowhere"), here.Problem
	case where == "":
		where = lang.L("One moment…")
	}
	p.where.Set([]widget.KV{{Label: lang.L("Socket"), Value: where, Mono: here.Socket != ""}})
	tone := widget.ToneSoft
	if here.Problem != "" {
		tone = widget.ToneWarn
	}
	p.trouble.Set(tone, "", trouble)
	show(p.trouble, trouble != "")
	p.list.set(st, st.Programs)
	p.page.Refresh()
}

func (p *programs) tick(st state.State) {
	p.list.set(st, st.Programs)
	p.page.Settle()
}

// leave forgets what was drawn of the vault.
func (p *programs) leave() { p.list.set(state.State{}, state.ProgramsPage{}) }
