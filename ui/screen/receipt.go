package screen

import (
	"fyne.io/fyne/v2"
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
	r := &receipt{kit: k, head: newHead("Signed out", ""), list: widget.NewChecksList()}
	r.list.SetKeys(k.keys)
	r.waits = widget.NewNotice(widget.ToneSoft, "", "")
	r.retry = k.small("Try now", widget.ButtonQuiet, k.store.RetryNow)
	r.done = k.button("Done", widget.ButtonPrimary, k.store.Cancel)
	r.hand = k.button("Review access at the provider", widget.ButtonQuiet, func() { k.store.OpenURL(r.url) })
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
	r.head.text.SetText(v.Name + " at " + v.Provider + ". This is what was done:")
	parts := words.ReceiptParts(&v.Receipt)
	checks := make([]widget.Check, len(parts))
	for i, p := range parts {
		checks[i] = widget.Check{Sign: stepSign(words.ReceiptSign(p.Outcome)), Name: p.Name, Reason: p.Text}
	}
	r.list.Set(checks)
	title, text := words.PendingText(&v.Receipt, st.Now)
	setBusy(r.retry, st.Queue.Busy, "Try now", "Trying…")
	r.waits.Set(widget.ToneSoft, title, text, r.retry)
	show(r.waits, title != "")
	r.url = v.Page
	show(r.hand, v.Page != "")
	r.page.Refresh()
}
