package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// receipt shows what a sign-out did, and what of it still waits.
type receipt struct {
	kit   *kit
	page  *widget.Page
	head  head
	list  *widget.ChecksList
	waits *widget.Notice
	retry *widget.Button
	hand  *widget.Button
	done  *widget.Button
	url   string
}

func newReceipt(k *kit) page {
	r := &receipt{kit: k, head: newHead(lang.L("Signed out"), ""), list: widget.NewChecksList()}
	r.list.SetKeys(k.keys)
	r.waits = widget.NewNotice(widget.ToneSoft, "", "")
	r.retry = k.small(lang.L("Try now"), widget.ButtonQuiet, func() {
		if st := k.store.State(); st.Receipt != nil && st.Undoable(st.Receipt.Receipt.Account) {
			k.store.FinishUndo()
			return
		}
		k.store.Queue.RetryNow()
	})
	r.done = k.button(lang.L("Done"), widget.ButtonPrimary, k.store.Cancel)
	r.hand = k.button(lang.L("Review access at the provider"), widget.ButtonQuiet, func() { k.store.OpenURL(r.url) })
	r.page = widget.NewPage(r.head.Container, widget.NewCard(widget.NewColumn(theme.Gap, r.list)), r.waits,
		widget.NewFlow(10, 10, r.done, r.hand))
	return r
}

func (r *receipt) object() fyne.CanvasObject { return r.page }
func (r *receipt) focus() fyne.Focusable     { return r.done }

func (r *receipt) render(st state.State) {
	if st.Receipt == nil {
		return
	}
	v := st.Receipt
	r.head.text.SetText(lang.L("{{.Account}}. This is what was done:", map[string]any{"Account": words.At(v.Name, v.Provider)}))
	parts := words.ReceiptParts(&v.Receipt, st.Now)
	checks := make([]widget.Check, len(parts))
	for i, p := range parts {
		checks[i] = widget.Check{Sign: stepSign(words.ReceiptSign(p.Outcome)), Name: p.Name, Reason: p.Text}
	}
	r.list.Set(checks)
	title, text := words.PendingText(&v.Receipt, st.Now)
	if st.Undoable(v.Receipt.Account) {
		r.retry.SetText(lang.L("Revoke now"))
		enable(r.retry, true)
	} else {
		setBusy(r.retry, st.Queue.Busy, lang.L("Try now"), lang.L("Trying…"))
	}
	r.waits.Set(widget.ToneSoft, title, text, r.retry)
	show(r.waits, title != "")
	r.url = v.Page
	show(r.hand, v.Page != "")
	r.page.Refresh()
}
